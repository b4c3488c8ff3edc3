//! A worker as a task of tokio's: a convenience, for `tokio::spawn(worker.run())` does the same.

use std::time::Duration;

use camunda_driver::core::Error;
use camunda_driver::core::worker::Report;
use camunda_driver::{StopHandle, WorkerMonitor};
use tokio::task::JoinHandle;

use crate::{Hyper, Worker};

/// Runs a worker as a task of the runtime that this is called in.
///
/// # Panics
///
/// Outside of a runtime of tokio's.
pub fn spawn(worker: Worker<Hyper>) -> WorkerTask {
    let (stop, monitor) = (worker.stop_handle(), worker.monitor());
    WorkerTask { stop, monitor, task: tokio::spawn(worker.run()) }
}

/// A worker as a task.
///
/// Dropped, it is asked to stop and not waited for: it takes no more jobs, and gives what runs five seconds, if the runtime
/// lives so long. To hear what was left, [`stop`](Self::stop) it.
#[must_use = "dropped, the worker stops"]
#[derive(Debug)]
pub struct WorkerTask {
    stop: StopHandle,
    monitor: WorkerMonitor,
    task: JoinHandle<Result<Report, Error>>,
}

const DRAIN: Duration = Duration::from_secs(5);

impl WorkerTask {
    /// Stops the worker, giving what runs that long, and says what it did and what was left.
    ///
    /// # Errors
    ///
    /// What the worker ended by, if it did so before.
    pub async fn stop(self, within: Duration) -> Result<Report, Error> {
        self.stop.stop(within);
        self.join().await
    }

    /// Waits until the worker ends, by a stop from elsewhere or by an error.
    ///
    /// # Errors
    ///
    /// What the worker ended by.
    pub async fn join(mut self) -> Result<Report, Error> {
        (&mut self.task).await.unwrap_or(Err(Error::Misuse("the runtime ended before its worker")))
    }

    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// What says how it is.
    pub fn monitor(&self) -> WorkerMonitor {
        self.monitor.clone()
    }
}

impl Drop for WorkerTask {
    fn drop(&mut self) {
        self.stop.stop(DRAIN);
    }
}
