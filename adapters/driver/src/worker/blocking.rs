//! Workers of the blocking client: the same loop on the caller's thread, with handlers on a bounded set of threads. There is
//! no runtime, and an idle worker has one thread, which waits for its poll.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use camunda_core::api::{ActivateJobs, UpdateJob};
use camunda_core::worker::{JobCommand, Outcome, Reply, Report, Stop, WorkerEvent, WorkerSettings};
use camunda_core::{Answer, CallOptions, Error, worker};
use serde::de::DeserializeOwned;

use super::group::{RunBlockingWorkers, WorkerThread};
use super::job::{Assignment, Job};
use super::monitor::WorkerMonitor;
use super::process::Program;
use super::setting::{Setting, settings_methods};
use super::signal::{Signal, StopHandle};
use super::tasks::Task;
use super::threads::{Panic, Threads};
use super::work::{Desk, Host, work};
use super::{DRAIN, panicked, returned, unreadable};
use crate::blocking::{Client, block_on, sleep_until};
use crate::flight::now;
use crate::transport::Exchange;

type Handler<E> = Arc<dyn Fn(Assignment, Client<E>) -> Outcome + Send + Sync>;

impl<E: Exchange> Client<E> {
    /// Begins a worker for the jobs of that type; [`WorkerBuilder::handle`] completes it.
    pub fn worker(&self, job_type: impl Into<String>) -> WorkerBuilder<E> {
        WorkerBuilder { client: self.clone(), setting: Setting::new(job_type) }
    }

    /// Runs several workers together.
    pub fn run_workers(&self, workers: impl IntoIterator<Item = Worker<E>>) -> RunBlockingWorkers<E> {
        RunBlockingWorkers { workers: workers.into_iter().collect(), drain: DRAIN }
    }
}

/// A worker that has no handler yet.
#[must_use = "a worker does nothing before it has a handler and runs"]
pub struct WorkerBuilder<E> {
    client: Client<E>,
    setting: Setting,
}

impl<E: Exchange> WorkerBuilder<E> {
    settings_methods!();

    /// Gives it its handler. `?` inside turns any error into a failure of the job; what is returned, if it serialises to an
    /// object, are the variables that the job is completed with. A handler that panics fails its job.
    ///
    /// Handlers run on threads of the worker's own, at most as many as jobs are held at once, which are started when they are
    /// needed and end when they are idle.
    pub fn handle<V, F, R>(self, handler: F) -> Worker<E>
    where
        V: DeserializeOwned,
        F: Fn(Job<V, Client<E>>) -> Result<R, Stop> + Send + Sync + 'static,
        R: Reply,
    {
        self.handled::<V>(move |assignment, client| match Job::read(assignment, client) {
            Ok(job) => returned(handler(job)),
            Err(error) => unreadable(&error),
        })
    }

    /// Gives it a program as its handler, in any language: see [`Program`].
    pub fn handle_process(self, program: impl Into<Program>) -> Worker<E> {
        let program = program.into().prepare();
        self.handled::<serde::de::IgnoredAny>(move |assignment, _| program.run(assignment))
    }

    fn handled<V: DeserializeOwned>(
        self,
        handler: impl Fn(Assignment, Client<E>) -> Outcome + Send + Sync + 'static,
    ) -> Worker<E> {
        let setting = self.setting.handled_by::<V>();
        let signal = Arc::new(Signal::default());
        let monitor = WorkerMonitor::default();
        Worker { client: self.client, setting, handler: Arc::new(handler), signal, monitor }
    }
}

/// A worker, ready to run.
#[must_use = "a worker does nothing before it runs"]
pub struct Worker<E> {
    client: Client<E>,
    setting: Setting,
    handler: Handler<E>,
    signal: Arc<Signal>,
    monitor: WorkerMonitor,
}

impl<E: Exchange> Worker<E> {
    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(vec![Arc::clone(&self.signal)])
    }

    /// What says how it is.
    pub fn monitor(&self) -> WorkerMonitor {
        self.monitor.clone()
    }

    /// Runs on this thread until it is stopped. While it holds no job, that is its only thread; handlers, their commands, and
    /// a poll beside them have threads of their own, at most one more than jobs are held at once.
    ///
    /// # Errors
    ///
    /// Only what no waiting can mend, such as a job type that cannot be sent; a cluster that does not answer is no reason to
    /// end.
    pub fn run(self) -> Result<Report, Error> {
        let Self { client, setting, handler, signal, monitor } = self;
        let job_type = setting.settings.job_type().to_owned();
        let machine = worker::Worker::new(setting.settings, client.config_arc(), fastrand::u64(..), now());
        let log = client.log().child([("job_type", job_type.clone()), ("worker", machine.name().to_owned())]);
        let threads = Threads::new(&format!("camunda {job_type}"), machine.max_concurrent_jobs() + 1, setting.stack);
        let poller = client.fork().with(CallOptions::new().attempts(1));
        let host = Blocking { poller, client, handler, threads, signal: Arc::clone(&signal) };
        let mut report =
            block_on(work(machine, host, Desk { job_type, signal, monitor, log, listener: setting.listener }));
        match report.error.take() {
            Some(error) => Err(error),
            None => Ok(report),
        }
    }

    /// Runs on a thread of its own, with a small stack: handlers have others.
    ///
    /// # Panics
    ///
    /// If the system has no thread to give.
    pub fn spawn(self) -> WorkerThread {
        WorkerThread::start(self)
    }

    pub(super) fn job_type(&self) -> &str {
        self.setting.settings.job_type()
    }
}

impl<E> fmt::Debug for Worker<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("settings", &self.setting.settings).finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for WorkerBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerBuilder").field("settings", &self.setting.settings).finish_non_exhaustive()
    }
}

struct Blocking<E> {
    client: Client<E>,
    /// With connections of its own, so that a poll can be ended from another thread.
    poller: Client<E>,
    handler: Handler<E>,
    threads: Threads,
    signal: Arc<Signal>,
}

impl<E: Exchange> Host for Blocking<E> {
    fn activate(&self, activation: ActivateJobs, alone: bool) -> Task<Result<Answer, Error>> {
        let client = self.poller.clone();
        if alone {
            // On the loop's own thread: an exchange keeps it, and a stop interrupts that; in waits the loop goes on.
            let interrupted = self.poller.clone();
            let signal = Arc::clone(&self.signal);
            return Box::pin(async move {
                let hold = signal.hold(move || interrupted.interrupt());
                let answer = client.send_within_loop(&activation).await;
                if answer.is_err() && hold.was_interrupted() {
                    // It did not fail, it was ended: the loop hears so from the stop, whose note is there.
                    drop(hold);
                    return std::future::pending().await;
                }
                answer
            });
        }
        unwound(self.threads.run(move || client.send_raw(activation)))
    }

    fn cancel_activation(&self) {
        self.poller.interrupt();
    }

    fn run(&self, assignment: Assignment) -> Task<Outcome> {
        let (handler, client) = (Arc::clone(&self.handler), self.client.clone());
        let outcome = self.threads.run(move || handler(assignment, client));
        Box::pin(async move { outcome.await.unwrap_or_else(|panic| panicked(&*panic)) })
    }

    fn command(&self, command: JobCommand, options: CallOptions) -> Task<Result<(), Error>> {
        let client = self.client.with(options);
        unwound(self.threads.run(move || match command {
            JobCommand::Complete(command) => client.send(command),
            JobCommand::Fail(command) => client.send(command),
            JobCommand::Throw(command) => client.send(command),
            _ => Err(Error::Misuse("a worker's command is not known to its driver")),
        }))
    }

    fn extend(&self, extension: UpdateJob, options: CallOptions) -> Task<Result<(), Error>> {
        let client = self.client.with(options);
        unwound(self.threads.run(move || client.send(extension)))
    }

    async fn sleep_until(&self, at: Instant) {
        sleep_until(at).await;
    }
}

/// A panic on a thread goes on where its result was waited for.
fn unwound<T: Send + 'static>(result: Task<Result<T, Panic>>) -> Task<T> {
    Box::pin(async move { result.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) })
}
