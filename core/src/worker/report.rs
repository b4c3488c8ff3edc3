//! What became of a worker's jobs, in numbers, and what it has to tell while it runs.

use crate::Error;
use crate::api::JobKey;

/// What a worker did, and what it left.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
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
    /// Jobs that were not done when the worker stopped; they stay locked until their time is over.
    pub left: Vec<JobKey>,
    /// Whether a poll was under way when the worker stopped: jobs that it brought stay locked until their time is over.
    pub poll_cut: bool,
    /// Why the worker stopped by itself, if it did.
    pub error: Option<Error>,
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
    /// A job's result was not taken: already handled, or superseded.
    JobSuperseded(JobKey, String),
    /// A job's result could not be delivered.
    CommandFailed(JobKey, String),
}
