//! Workers of the asynchronous client: one future that polls its handlers itself, so that any executor runs it.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use camunda_core::api::{ActivateJobs, UpdateJob};
use camunda_core::worker::{JobCommand, Outcome, Reply, Report, Stop, WorkerEvent, WorkerSettings};
use camunda_core::{Answer, CallOptions, Error, worker};
use serde::de::DeserializeOwned;

use super::group::RunWorkers;
use super::job::{Assignment, Job};
use super::lent::Lent;
use super::monitor::WorkerMonitor;
use super::process::Program;
use super::setting::{Setting, settings_methods};
use super::signal::{Signal, StopHandle};
use super::tasks::Task;
use super::threads::Threads;
use super::work::{Desk, Host, contained, work};
use super::{DRAIN, panicked, returned, unreadable};
use crate::blocking;
use crate::client::Client;
use crate::flight::now;
use crate::transport::Transport;

type Handler<T> = Box<dyn Fn(Assignment, &Asynchronous<T>) -> Task<Outcome> + Send + Sync>;

impl<T: Transport> Client<T> {
    /// Begins a worker for the jobs of that type; [`WorkerBuilder::handle`] completes it.
    pub fn worker(&self, job_type: impl Into<String>) -> WorkerBuilder<T> {
        WorkerBuilder { client: self.clone(), setting: Setting::new(job_type) }
    }

    /// Runs several workers as one future.
    pub fn run_workers(&self, workers: impl IntoIterator<Item = Worker<T>>) -> RunWorkers<T> {
        RunWorkers { workers: workers.into_iter().collect(), drain: DRAIN }
    }
}

/// A worker that has no handler yet.
#[must_use = "a worker does nothing before it has a handler and runs"]
pub struct WorkerBuilder<T> {
    client: Client<T>,
    setting: Setting,
}

impl<T: Transport> WorkerBuilder<T> {
    settings_methods!();

    /// Gives it its handler. `?` inside turns any error into a failure of the job; what is returned, if it serialises to an
    /// object, are the variables that the job is completed with. A handler that panics fails its job.
    ///
    /// The worker's own future polls its handlers: what keeps the thread in one keeps it from all of them. Such a handler
    /// belongs in [`handle_blocking`](Self::handle_blocking).
    pub fn handle<V, F, Fut, R>(self, handler: F) -> Worker<T>
    where
        V: DeserializeOwned + Send + 'static,
        F: Fn(Job<V, Client<T>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Stop>> + Send + 'static,
        R: Reply,
    {
        let handler = Arc::new(handler);
        self.handled::<V>(move |assignment, host| {
            let (handler, client) = (Arc::clone(&handler), host.client.clone());
            Box::pin(contained(Box::pin(async move {
                match Job::read(assignment, client) {
                    Ok(job) => returned(handler(job).await),
                    Err(error) => unreadable(&error),
                }
            })))
        })
    }

    /// Gives it a handler that blocks: it runs on threads of the worker's own, at most as many as jobs are held at once, which
    /// are started when they are needed and end when they are idle. No runtime is asked for them.
    ///
    /// Its job has a blocking client with the same session, whose exchanges the worker's future polls.
    pub fn handle_blocking<V, F, R>(self, handler: F) -> Worker<T>
    where
        V: DeserializeOwned,
        F: Fn(Job<V, blocking::Client<Lent<T>>>) -> Result<R, Stop> + Send + Sync + 'static,
        R: Reply,
    {
        let handler = Arc::new(handler);
        self.handled::<V>(move |assignment, host| {
            let (handler, client) = (Arc::clone(&handler), host.client.lend(&host.signal));
            host.on_thread(move || match Job::read(assignment, client) {
                Ok(job) => returned(handler(job)),
                Err(error) => unreadable(&error),
            })
        })
    }

    /// Gives it a program as its handler, in any language: see [`Program`].
    pub fn handle_process(self, program: impl Into<Program>) -> Worker<T> {
        let program = Arc::new(program.into().prepare());
        self.handled::<serde::de::IgnoredAny>(move |assignment, host| {
            let program = Arc::clone(&program);
            host.on_thread(move || program.run(assignment))
        })
    }

    fn handled<V: DeserializeOwned>(
        self,
        handler: impl Fn(Assignment, &Asynchronous<T>) -> Task<Outcome> + Send + Sync + 'static,
    ) -> Worker<T> {
        let setting = self.setting.handled_by::<V>();
        let signal = Arc::new(Signal::default());
        let monitor = WorkerMonitor::default();
        Worker { client: self.client, setting, handler: Box::new(handler), signal, monitor }
    }
}

/// A worker, ready to run.
#[must_use = "a worker does nothing before it runs"]
pub struct Worker<T> {
    client: Client<T>,
    setting: Setting,
    handler: Handler<T>,
    signal: Arc<Signal>,
    monitor: WorkerMonitor,
}

impl<T: Transport> Worker<T> {
    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(vec![Arc::clone(&self.signal)])
    }

    /// What says how it is.
    pub fn monitor(&self) -> WorkerMonitor {
        self.monitor.clone()
    }

    /// Runs until it is stopped.
    ///
    /// Dropped, it ends at once: handlers that are futures are dropped, those on threads and in processes are told and not
    /// waited for, and processes are killed. Their jobs stay locked until their time is over; so do jobs that a poll under way
    /// would have brought. To lose nothing, stop it and let it end.
    ///
    /// # Errors
    ///
    /// Only what no waiting can mend, such as a job type that cannot be sent; a cluster that does not answer is no reason to
    /// end.
    pub fn run(self) -> impl Future<Output = Result<Report, Error>> + Send + 'static {
        let Self { client, setting, handler, signal, monitor } = self;
        async move {
            let job_type = setting.settings.job_type().to_owned();
            let machine = worker::Worker::new(setting.settings, client.config_arc(), fastrand::u64(..), now());
            let log = client.log().child([("job_type", job_type.clone()), ("worker", machine.name().to_owned())]);
            let threads = Threads::new(&format!("camunda {job_type}"), machine.max_concurrent_jobs(), setting.stack);
            let host = Asynchronous { client, handler, threads, signal: Arc::clone(&signal) };
            let desk = Desk { job_type, signal, monitor, log, listener: setting.listener };
            let mut report = work(machine, host, desk).await;
            match report.error.take() {
                Some(error) => Err(error),
                None => Ok(report),
            }
        }
    }
}

impl<T> fmt::Debug for Worker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("settings", &self.setting.settings).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WorkerBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerBuilder").field("settings", &self.setting.settings).finish_non_exhaustive()
    }
}

struct Asynchronous<T> {
    client: Client<T>,
    handler: Handler<T>,
    /// For handlers that block; none is started otherwise.
    threads: Threads,
    signal: Arc<Signal>,
}

impl<T> Asynchronous<T> {
    fn on_thread(&self, handler: impl FnOnce() -> Outcome + Send + 'static) -> Task<Outcome> {
        let outcome = self.threads.run(handler);
        Box::pin(async move { outcome.await.unwrap_or_else(|panic| panicked(&*panic)) })
    }
}

impl<T: Transport> Host for Asynchronous<T> {
    fn activate(&self, activation: ActivateJobs, _: bool) -> Task<Result<Answer, Error>> {
        // Its own pace is the worker's retry.
        let client = self.client.with(CallOptions::new().attempts(1));
        Box::pin(async move { client.send_raw(activation).await })
    }

    /// Dropping its future was enough.
    fn cancel_activation(&self) {}

    fn run(&self, assignment: Assignment) -> Task<Outcome> {
        match catch_unwind(AssertUnwindSafe(|| (self.handler)(assignment, self))) {
            Ok(outcome) => outcome,
            Err(panic) => Box::pin(std::future::ready(panicked(&*panic))),
        }
    }

    fn command(&self, command: JobCommand, options: CallOptions) -> Task<Result<(), Error>> {
        let client = self.client.with(options);
        Box::pin(async move {
            match command {
                JobCommand::Complete(command) => client.send(command).await,
                JobCommand::Fail(command) => client.send(command).await,
                JobCommand::Throw(command) => client.send(command).await,
                _ => Err(Error::Misuse("a worker's command is not known to its driver")),
            }
        })
    }

    fn extend(&self, extension: UpdateJob, options: CallOptions) -> Task<Result<(), Error>> {
        let client = self.client.with(options);
        Box::pin(async move { client.send(extension).await })
    }

    async fn sleep_until(&self, at: Instant) {
        self.client.transport().sleep_until(at).await;
    }
}
