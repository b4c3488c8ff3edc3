//! Leases of jobs as a journal tells them: each time that a job was handed out, until when, and how that ended.
//! It replays the inputs and watches; nothing is changed by it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::engine::JobState;
use crate::journal::{Input, Journal, decode};

/// One time that a job was handed out to a worker. Times are in epoch milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The key of the job.
    pub job: i64,
    /// The key of its process instance.
    pub instance: i64,
    /// The name of the worker.
    pub worker: String,
    /// When it was handed out.
    pub at: i64,
    /// Until when it was the worker's.
    pub deadline: i64,
    /// When the job was no longer the worker's, and by which event; none while it is.
    pub end: Option<(i64, &'static str)>,
}

impl Lease {
    /// As JSON, its keys as text like in the API.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "jobKey": self.job.to_string(),
            "processInstanceKey": self.instance.to_string(),
            "worker": self.worker,
            "at": self.at,
            "deadline": self.deadline,
            "endedAt": self.end.map(|(at, _)| at),
            "endedBy": self.end.map(|(_, event)| event),
        })
    }
}

/// All leases in the journal of this directory, oldest first. No other process may use the directory meanwhile.
///
/// # Errors
///
/// If there is no journal, or if it is damaged or of another version.
pub fn leases(dir: &Path) -> io::Result<Vec<Lease>> {
    if !dir.join("journal").is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} has no journal", dir.display())));
    }
    let mut cluster = Cluster::default();
    let mut leases: Vec<Lease> = Vec::new();
    let mut open: BTreeMap<i64, usize> = BTreeMap::new();
    Journal::open(dir, |record| {
        cluster.replay(record)?;
        let (at, input) = decode(record).ok_or("it is no record of this cluster")?;
        let handed = match input {
            Input::HandOut { jobs, worker, deadline, .. } => Some((jobs, worker, deadline)),
            _ => None,
        };
        for (job, worker, deadline) in handed.iter().flat_map(|(jobs, w, d)| jobs.iter().map(move |job| (*job, w, *d)))
        {
            let instance = cluster.job(job).map_or(0, |job| job.instance);
            let lease = Lease { job, instance, worker: worker.clone(), at, deadline, end: None };
            open.insert(job, leases.len());
            leases.push(lease);
        }
        open.retain(|job, index| {
            let Some((lease, job)) = leases.get_mut(*index).zip(cluster.job(*job)) else { return false };
            let ended = job.state != JobState::Activated;
            if ended {
                lease.end = Some((at, job.event));
            }
            !ended
        });
        Ok(())
    })?;
    Ok(leases)
}
