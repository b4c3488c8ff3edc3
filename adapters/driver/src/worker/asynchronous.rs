//! Workers of the asynchronous client: one future that polls its handlers itself, so that any executor runs it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use camunda_core::api::{ActivateJobs, ActivatedJob};
use camunda_core::worker::{JobCommand, Outcome, Reply, Report, Stop, WorkerEvent, WorkerSettings};
use camunda_core::{Answer, CallOptions, Error, worker};
use serde::de::DeserializeOwned;

use super::tasks::{Task, Tasks};
use super::work::{Host, Listener, StopHandle, StopSignal, tell, work};
use super::{Job, panicked, returned, settings_methods, unreadable};
use crate::client::Client;
use crate::flight::now;
use crate::transport::Transport;

type Handler<T> = Arc<dyn Fn(ActivatedJob, Client<T>) -> Task<Outcome> + Send + Sync>;

impl<T: Transport> Client<T> {
    /// Begins a worker for the jobs of that type; [`WorkerBuilder::handle`] completes it.
    pub fn worker(&self, job_type: impl Into<String>) -> WorkerBuilder<T> {
        WorkerBuilder { client: self.clone(), settings: WorkerSettings::new(job_type), listener: Arc::new(tell) }
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
    settings: WorkerSettings,
    listener: Listener,
}

impl<T: Transport> WorkerBuilder<T> {
    settings_methods!();

    /// Gives it its handler. `?` inside turns any error into a failure of the job; what is returned, if it serialises to an
    /// object, are the variables that the job is completed with. A handler that panics fails its job.
    pub fn handle<V, F, Fut, R>(self, handler: F) -> Worker<T>
    where
        V: DeserializeOwned + Send + 'static,
        F: Fn(Job<V, Client<T>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Stop>> + Send + 'static,
        R: Reply,
    {
        let handler = Arc::new(handler);
        let erased = move |job: ActivatedJob, client: Client<T>| -> Task<Outcome> {
            let handler = Arc::clone(&handler);
            Box::pin(contained(async move {
                match Job::read(job, client) {
                    Ok(job) => returned(handler(job).await),
                    Err(error) => unreadable(&error),
                }
            }))
        };
        let Self { client, settings, listener } = self;
        Worker { client, settings, listener, handler: Arc::new(erased), signal: Arc::default() }
    }
}

/// What a future brings; a panic is a failure of its job.
async fn contained(future: impl Future<Output = Outcome>) -> Outcome {
    let mut future = Box::pin(future);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(panic) => Poll::Ready(panicked(&*panic)),
    })
    .await
}

/// A worker, ready to run.
#[must_use = "a worker does nothing before it runs"]
pub struct Worker<T> {
    client: Client<T>,
    settings: WorkerSettings,
    listener: Listener,
    handler: Handler<T>,
    signal: Arc<StopSignal>,
}

impl<T: Transport> Worker<T> {
    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(Arc::clone(&self.signal))
    }

    /// Runs until it is stopped. Its handlers are polled by this very future: what blocks in one blocks them all.
    ///
    /// Dropped, it ends at once: running handlers are dropped, and their jobs stay locked until their time is over.
    ///
    /// # Errors
    ///
    /// Only what no waiting can mend, such as a job type that cannot be sent; a cluster that does not answer is no reason to
    /// end.
    pub fn run(self) -> impl Future<Output = Result<Report, Error>> + Send + 'static {
        let Self { client, settings, listener, handler, signal } = self;
        async move {
            let job_type = settings.job_type().to_owned();
            let machine = worker::Worker::new(settings, client.config_arc(), fastrand::u64(..), now());
            let mut report = work(machine, Asynchronous { client, handler }, signal, listener, job_type).await;
            match report.error.take() {
                Some(error) => Err(error),
                None => Ok(report),
            }
        }
    }
}

impl<T> fmt::Debug for Worker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WorkerBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

struct Asynchronous<T> {
    client: Client<T>,
    handler: Handler<T>,
}

impl<T: Transport> Host for Asynchronous<T> {
    fn activate(&self, activation: ActivateJobs) -> Task<Result<Answer, Error>> {
        // Its own pace is the worker's retry.
        let client = self.client.with(CallOptions::new().attempts(1));
        Box::pin(async move { client.send_raw(activation).await })
    }

    /// Dropping its future was enough.
    fn cancel_activation(&self) {}

    fn run(&self, job: ActivatedJob) -> Task<Outcome> {
        match catch_unwind(AssertUnwindSafe(|| (self.handler)(job, self.client.clone()))) {
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

    async fn sleep_until(&self, at: Instant) {
        self.client.transport().sleep_until(at).await;
    }
}

/// Several workers that run, and stop, together.
#[must_use = "workers do nothing before they run"]
#[derive(Debug)]
pub struct RunWorkers<T> {
    workers: Vec<Worker<T>>,
    drain: Duration,
}

/// How long workers that are stopped wait for what runs.
const DRAIN: Duration = Duration::from_secs(5);

impl<T: Transport> RunWorkers<T> {
    /// How long they wait, when stopped, for running handlers and for a poll under way, which may still bring jobs; five
    /// seconds unless set.
    pub fn drain(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// Runs until one of them ends by an error: then the others are stopped.
    ///
    /// # Errors
    ///
    /// The first error of a worker.
    pub async fn run(self) -> Result<Vec<Report>, Error> {
        self.until(std::future::pending::<()>()).await
    }

    /// Runs until that future completes, or one of the workers ends by an error; then stops them all.
    ///
    /// # Errors
    ///
    /// The first error of a worker.
    pub async fn until<O>(self, end: impl Future<Output = O>) -> Result<Vec<Report>, Error> {
        let stops: Vec<StopHandle> = self.workers.iter().map(Worker::stop_handle).collect();
        let stop_all = || stops.iter().for_each(|stop| stop.stop(self.drain));
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
                stop_all();
            }
            while left > 0 {
                match running.poll_next(context) {
                    Poll::Ready(Ok(report)) => reports.push(report),
                    Poll::Ready(Err(error)) => {
                        failed.get_or_insert(error);
                        stop_all();
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
