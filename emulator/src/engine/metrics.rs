//! What became of jobs, counted by the minute, their type and their worker.
//! It counts only; which minutes and types are asked for is the reader's business.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Counts are kept for each minute, so a window is exact to the minute.
pub(crate) const BUCKET: i64 = 60_000;
/// How many different errors are told apart.
const ERROR_LIMIT: usize = 10_000;

/// How often, and when for the last time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) count: u64,
    pub(crate) last: i64,
}

impl Count {
    fn add(&mut self, at: i64) {
        self.count += 1;
        self.last = self.last.max(at);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.last = self.last.max(other.last);
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) created: Count,
    pub(crate) completed: Count,
    pub(crate) failed: Count,
}

impl Counts {
    pub(crate) fn merge(&mut self, other: Self) {
        self.created.merge(other.created);
        self.completed.merge(other.completed);
        self.failed.merge(other.failed);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobEvent {
    Created,
    Completed,
    Failed,
}

/// The beginning of the minute, type, worker (empty where there is none).
type Place = (i64, Arc<str>, String);
/// The beginning of the minute, type, code, message.
type ErrorPlace = (i64, Arc<str>, String, String);

#[derive(Debug, Clone, Default)]
pub(crate) struct JobMetrics {
    pub(crate) counts: BTreeMap<Place, Counts>,
    /// The workers that met each error.
    pub(crate) errors: BTreeMap<ErrorPlace, BTreeSet<String>>,
}

impl JobMetrics {
    pub(crate) fn note(&mut self, at: i64, job_type: &Arc<str>, worker: &str, event: JobEvent) {
        let bucket = at.div_euclid(BUCKET) * BUCKET;
        let counts = self.counts.entry((bucket, job_type.clone(), worker.to_owned())).or_default();
        match event {
            JobEvent::Created => counts.created.add(at),
            JobEvent::Completed => counts.completed.add(at),
            JobEvent::Failed => counts.failed.add(at),
        }
    }

    pub(crate) fn note_error(&mut self, at: i64, job_type: &Arc<str>, worker: &str, code: &str, message: &str) {
        let place = (at.div_euclid(BUCKET) * BUCKET, job_type.clone(), code.to_owned(), message.to_owned());
        if self.errors.len() < ERROR_LIMIT || self.errors.contains_key(&place) {
            self.errors.entry(place).or_default().insert(worker.to_owned());
        }
    }
}
