//! What became of a worker's jobs, in numbers, how it is, and what it has to tell while it runs.

use std::ops::Deref;
use std::time::Instant;

use crate::Error;
use crate::api::JobKey;

/// How many jobs a worker was handed, and what became of them. A job counts once it is over for the worker, so that at the
/// end `activated` is the sum of the others and of what was [left](Report::left).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Jobs that the cluster handed out to it.
    pub activated: u64,
    /// Jobs that were completed.
    pub completed: u64,
    /// Jobs that were failed.
    pub failed: u64,
    /// Jobs that ended in a business error.
    pub thrown: u64,
    /// Jobs that the handler ignored.
    pub ignored: u64,
    /// Jobs that were given back unworked, their retries unchanged.
    pub released: u64,
    /// Jobs whose result the cluster did not take: too late, or already handled.
    pub superseded: u64,
    /// Jobs whose lock had run out before they could be started.
    pub expired: u64,
    /// Jobs whose result could not be delivered; they stay locked until their time is over.
    pub undelivered: u64,
    /// Jobs of which not even the key could be read; they stay locked until their time is over.
    pub unreadable: u64,
}

impl Counts {
    /// How many jobs are over.
    pub fn over(&self) -> u64 {
        [
            self.completed,
            self.failed,
            self.thrown,
            self.ignored,
            self.released,
            self.superseded,
            self.expired,
            self.undelivered,
            self.unreadable,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}

/// What a worker did, and what it left. It can be read as its [`Counts`]: `report.completed`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// What became of its jobs.
    pub counts: Counts,
    /// Jobs that were not done when the worker stopped; they stay locked until their time is over.
    pub left: Vec<JobKey>,
    /// Whether a poll was under way when the worker stopped: jobs that it brought stay locked until their time is over.
    pub poll_cut: bool,
    /// Why the worker stopped by itself, if it did.
    pub error: Option<Error>,
}

impl Deref for Report {
    type Target = Counts;

    fn deref(&self) -> &Counts {
        &self.counts
    }
}

/// What a worker is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// It has not polled yet.
    #[default]
    Starting,
    /// It polls, or is about to.
    Polling,
    /// It holds as many jobs as it may, or more than its refill threshold.
    Full,
    /// Its last poll failed, and it waits before the next.
    BackingOff,
    /// It was told to stop, and waits for what runs.
    Draining,
    /// It has ended.
    Stopped,
}

/// How a worker is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Status {
    /// What it is about.
    pub phase: Phase,
    /// How many jobs it holds: waiting, running, or with a command under way.
    pub active_jobs: usize,
    /// What became of its jobs so far.
    pub counts: Counts,
    /// How many polls in a row have failed.
    pub failing_polls: u32,
    /// When a poll was answered last.
    pub last_answer: Option<Instant>,
}

/// What a worker has to tell while it runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkerEvent {
    /// A poll failed; the worker waits and goes on. Told once, until polls succeed again.
    PollsFail(String),
    /// Polls succeed again, after that many failures.
    PollsRecovered(u32),
    /// A job could not be decoded, and was failed by its key, its retries unchanged.
    JobUndecodable(Option<JobKey>, String),
    /// A job's lock had run out before it could be started.
    JobExpired(JobKey),
    /// A job's lock ran out, or the cluster knows the job no more, while its handler still ran: another worker may have it.
    LeaseLost(JobKey),
    /// A job's result was not taken: already handled, or superseded.
    JobSuperseded(JobKey, String),
    /// A job's result could not be delivered.
    CommandFailed(JobKey, String),
}
