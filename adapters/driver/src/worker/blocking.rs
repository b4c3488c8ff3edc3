//! Workers of the blocking client: the same loop on the caller's thread, with handlers on a bounded set of threads. There is
//! no runtime.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use camunda_core::api::{ActivateJobs, ActivatedJob};
use camunda_core::worker::{JobCommand, Outcome, Reply, Report, Stop, WorkerEvent, WorkerSettings};
use camunda_core::{Answer, CallOptions, Error, worker};
use serde::de::DeserializeOwned;

use super::tasks::Task;
use super::threads::Threads;
use super::work::{Host, Listener, StopHandle, StopSignal, tell, work};
use super::{Job, panicked, returned, settings_methods, unreadable};
use crate::blocking::{Client, block_on, sleep_until};
use crate::flight::now;
use crate::transport::Exchange;

type Handler<E> = Arc<dyn Fn(ActivatedJob, Client<E>) -> Outcome + Send + Sync>;

impl<E: Exchange> Client<E> {
    /// Begins a worker for the jobs of that type; [`WorkerBuilder::handle`] completes it.
    pub fn worker(&self, job_type: impl Into<String>) -> WorkerBuilder<E> {
        WorkerBuilder { client: self.clone(), settings: WorkerSettings::new(job_type), listener: Arc::new(tell) }
    }
}

/// A worker that has no handler yet.
#[must_use = "a worker does nothing before it has a handler and runs"]
pub struct WorkerBuilder<E> {
    client: Client<E>,
    settings: WorkerSettings,
    listener: Listener,
}

impl<E: Exchange> WorkerBuilder<E> {
    settings_methods!();

    /// Gives it its handler. `?` inside turns any error into a failure of the job; what is returned, if it serialises to an
    /// object, are the variables that the job is completed with. A handler that panics fails its job.
    pub fn handle<V, F, R>(self, handler: F) -> Worker<E>
    where
        V: DeserializeOwned,
        F: Fn(Job<V, Client<E>>) -> Result<R, Stop> + Send + Sync + 'static,
        R: Reply,
    {
        let erased = move |job: ActivatedJob, client: Client<E>| {
            let run = || match Job::read(job, client) {
                Ok(job) => returned(handler(job)),
                Err(error) => unreadable(&error),
            };
            catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| panicked(&*panic))
        };
        let Self { client, settings, listener } = self;
        Worker { client, settings, listener, handler: Arc::new(erased), signal: Arc::default() }
    }
}

/// A worker, ready to run.
#[must_use = "a worker does nothing before it runs"]
pub struct Worker<E> {
    client: Client<E>,
    settings: WorkerSettings,
    listener: Listener,
    handler: Handler<E>,
    signal: Arc<StopSignal>,
}

impl<E: Exchange> Worker<E> {
    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(Arc::clone(&self.signal))
    }

    /// Runs on this thread until it is stopped. Polls and handlers have threads of their own, at most one more than jobs are
    /// held at once.
    ///
    /// # Errors
    ///
    /// Only what no waiting can mend, such as a job type that cannot be sent; a cluster that does not answer is no reason to
    /// end.
    pub fn run(self) -> Result<Report, Error> {
        let Self { client, settings, listener, handler, signal } = self;
        let job_type = settings.job_type().to_owned();
        let machine = worker::Worker::new(settings, client.config_arc(), fastrand::u64(..), now());
        let threads = Threads::new(&format!("camunda {job_type}"), machine.max_concurrent_jobs() + 1);
        let host = Blocking { poller: client.fork().with(CallOptions::new().attempts(1)), client, handler, threads };
        let mut report = block_on(work(machine, host, signal, listener, job_type));
        match report.error.take() {
            Some(error) => Err(error),
            None => Ok(report),
        }
    }

    /// Runs on a thread of its own.
    ///
    /// # Panics
    ///
    /// If the system has no thread to give.
    pub fn spawn(self) -> WorkerThread {
        let stop = self.stop_handle();
        WorkerThread { stop, thread: Some(thread::spawn(move || self.run())) }
    }
}

impl<E> fmt::Debug for Worker<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for WorkerBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A worker on a thread of its own. Dropped, it is asked to stop at once, and not waited for.
#[must_use = "dropped, the worker stops"]
#[derive(Debug)]
pub struct WorkerThread {
    stop: StopHandle,
    thread: Option<JoinHandle<Result<Report, Error>>>,
}

impl WorkerThread {
    /// Stops the worker, giving what runs that long, and says what it did and what was left.
    ///
    /// # Errors
    ///
    /// What the worker ended by, if it did so before.
    pub fn stop(mut self, within: Duration) -> Result<Report, Error> {
        self.stop.stop(within);
        let ended = self.thread.take().map(JoinHandle::join);
        ended.and_then(Result::ok).unwrap_or(Err(Error::Misuse("a worker's loop panicked")))
    }

    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }
}

impl Drop for WorkerThread {
    fn drop(&mut self) {
        self.stop.stop(Duration::ZERO);
    }
}

struct Blocking<E> {
    client: Client<E>,
    /// With connections of its own, so that a poll can be ended from another thread.
    poller: Client<E>,
    handler: Handler<E>,
    threads: Threads,
}

impl<E: Exchange> Host for Blocking<E> {
    fn activate(&self, activation: ActivateJobs) -> Task<Result<Answer, Error>> {
        let client = self.poller.clone();
        self.threads.run(move || client.send_raw(activation))
    }

    fn cancel_activation(&self) {
        self.poller.interrupt();
    }

    fn run(&self, job: ActivatedJob) -> Task<Outcome> {
        let (handler, client) = (Arc::clone(&self.handler), self.client.clone());
        self.threads.run(move || handler(job, client))
    }

    fn command(&self, command: JobCommand, options: CallOptions) -> Task<Result<(), Error>> {
        let client = self.client.with(options);
        self.threads.run(move || match command {
            JobCommand::Complete(command) => client.send(command),
            JobCommand::Fail(command) => client.send(command),
            JobCommand::Throw(command) => client.send(command),
            _ => Err(Error::Misuse("a worker's command is not known to its driver")),
        })
    }

    async fn sleep_until(&self, at: Instant) {
        sleep_until(at).await;
    }
}
