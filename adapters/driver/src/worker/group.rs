//! Several workers that run, and stop, together; and a worker on a thread of its own.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use camunda_core::Error;
use camunda_core::worker::Report;

use super::DRAIN;
use super::asynchronous::Worker;
use super::blocking;
use super::monitor::WorkerMonitor;
use super::signal::StopHandle;
use super::tasks::Tasks;
use crate::transport::{Exchange, Transport};

/// Several workers that run, and stop, together, as one future.
#[must_use = "workers do nothing before they run"]
#[derive(Debug)]
pub struct RunWorkers<T> {
    pub(super) workers: Vec<Worker<T>>,
    pub(super) drain: Duration,
}

impl<T: Transport> RunWorkers<T> {
    /// How long they wait, when stopped, for running handlers and for a poll under way, which may still bring jobs; five
    /// seconds unless set.
    pub fn drain(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// What stops them all.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(self.workers.iter().flat_map(|worker| worker.stop_handle().0).collect())
    }

    /// Runs until they are stopped, or one of them ends by an error: then the others are stopped.
    ///
    /// # Errors
    ///
    /// The first error of a worker.
    pub async fn run(self) -> Result<Vec<Report>, Error> {
        self.until(std::future::pending::<()>()).await
    }

    /// Runs until that future completes, or one of the workers ends by an error; then stops them all. The reports are in no
    /// order.
    ///
    /// # Errors
    ///
    /// The first error of a worker.
    pub async fn until<O>(self, end: impl Future<Output = O>) -> Result<Vec<Report>, Error> {
        let stop = self.stop_handle();
        let mut running = Tasks::new();
        let mut left = self.workers.len();
        for worker in self.workers {
            running.push(Box::pin(worker.run()));
        }
        let mut end = pin!(end);
        let (mut ended, mut reports, mut failed) = (false, Vec::new(), None);
        poll_fn(|context| {
            if !ended && end.as_mut().poll(context).is_ready() {
                ended = true;
                stop.stop(self.drain);
            }
            while left > 0 {
                match running.poll_next(context) {
                    Poll::Ready(Ok(report)) => reports.push(report),
                    Poll::Ready(Err(error)) => {
                        failed.get_or_insert(error);
                        stop.stop(self.drain);
                    }
                    Poll::Pending => return Poll::Pending,
                }
                left -= 1;
            }
            Poll::Ready(())
        })
        .await;
        match failed {
            Some(error) => Err(error),
            None => Ok(reports),
        }
    }
}

/// Several workers of a blocking client that run, and stop, together.
#[must_use = "workers do nothing before they run"]
#[derive(Debug)]
pub struct RunBlockingWorkers<E> {
    pub(super) workers: Vec<blocking::Worker<E>>,
    pub(super) drain: Duration,
}

impl<E: Exchange> RunBlockingWorkers<E> {
    /// How long the others have for what runs when one of them ends by an error; five seconds unless set.
    pub fn drain(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// What stops them all.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(self.workers.iter().flat_map(|worker| worker.stop_handle().0).collect())
    }

    /// Runs each on a thread of its own until they are stopped, or one of them ends by an error: then the others are stopped.
    /// The reports are in the order of the workers.
    ///
    /// # Errors
    ///
    /// The first error of a worker.
    ///
    /// # Panics
    ///
    /// If the system has no thread to give.
    pub fn run(self) -> Result<Vec<Report>, Error> {
        let stop = self.stop_handle();
        let threads: Vec<WorkerThread> = self
            .workers
            .into_iter()
            .map(|worker| {
                let (stop, drain) = (stop.clone(), self.drain);
                WorkerThread::start_with(worker, move |result| {
                    if result.is_err() {
                        stop.stop(drain);
                    }
                })
            })
            .collect();
        threads.into_iter().map(WorkerThread::join).collect()
    }
}

/// The stack of a thread that runs a worker's loop. Handlers have threads of their own, so what is on it is the loop, a call
/// and its TLS; the system gives it the pages that it touches.
const LOOP_STACK: usize = 512 << 10;

/// A worker on a thread of its own.
///
/// Dropped, it is asked to stop and not waited for: it takes no more jobs, and gives what runs five seconds. To hear what was
/// left, [`stop`](Self::stop) it.
#[must_use = "dropped, the worker stops"]
#[derive(Debug)]
pub struct WorkerThread {
    stop: StopHandle,
    monitor: WorkerMonitor,
    thread: Option<JoinHandle<Result<Report, Error>>>,
}

impl WorkerThread {
    pub(super) fn start<E: Exchange>(worker: blocking::Worker<E>) -> Self {
        Self::start_with(worker, |_| {})
    }

    fn start_with<E: Exchange>(
        worker: blocking::Worker<E>,
        ended: impl FnOnce(&Result<Report, Error>) + Send + 'static,
    ) -> Self {
        let (stop, monitor) = (worker.stop_handle(), worker.monitor());
        let builder = thread::Builder::new().name(format!("camunda {}", worker.job_type())).stack_size(LOOP_STACK);
        let thread = builder.spawn(move || {
            let result = worker.run();
            ended(&result);
            result
        });
        Self { stop, monitor, thread: Some(thread.expect("the system has a thread to give")) }
    }

    /// Stops the worker, giving what runs that long, and says what it did and what was left.
    ///
    /// # Errors
    ///
    /// What the worker ended by, if it did so before.
    pub fn stop(self, within: Duration) -> Result<Report, Error> {
        self.stop.stop(within);
        self.join()
    }

    /// Waits until the worker ends, by a stop from elsewhere or by an error.
    ///
    /// # Errors
    ///
    /// What the worker ended by.
    pub fn join(mut self) -> Result<Report, Error> {
        let ended = self.thread.take().map(JoinHandle::join);
        ended.and_then(Result::ok).unwrap_or(Err(Error::Misuse("a worker's loop panicked")))
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

impl Drop for WorkerThread {
    fn drop(&mut self) {
        self.stop.stop(DRAIN);
    }
}
