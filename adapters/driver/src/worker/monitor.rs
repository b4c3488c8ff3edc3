//! How a worker is, for whoever asks from outside: probes of readiness and health, metrics. It decides nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use camunda_core::worker::{Phase, Status};

/// Looks at a worker from anywhere, also after it has ended. Clones look at the same.
///
/// A worker is *ready* once a poll of its was answered: one long poll after its start at the latest, where there are no jobs.
/// For its *health* look at [`since_answer`](Self::since_answer): while it polls, that is hardly longer than the server holds
/// a poll.
#[derive(Clone, Debug, Default)]
pub struct WorkerMonitor(Arc<Mutex<Status>>);

impl WorkerMonitor {
    fn lock(&self) -> MutexGuard<'_, Status> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, status: Status) {
        *self.lock() = status;
    }

    /// Its loop is gone, be it by a stop or since it was dropped.
    pub(crate) fn ended(&self) {
        self.lock().phase = Phase::Stopped;
    }

    /// What it is about, how many jobs it holds, and what became of the others.
    pub fn status(&self) -> Status {
        self.lock().clone()
    }

    /// Whether it takes jobs: a poll was answered, and it was not told to stop.
    pub fn is_ready(&self) -> bool {
        let status = self.lock();
        status.last_answer.is_some() && !matches!(status.phase, Phase::Draining | Phase::Stopped)
    }

    /// How long ago a poll was answered last; `None` before the first. A worker that is full does not poll.
    pub fn since_answer(&self) -> Option<Duration> {
        let last = self.lock().last_answer?;
        Some(Instant::now().saturating_duration_since(last))
    }
}
