//! A job as its handler sees it. How it ends is what the handler returns, unless the handler answers it itself.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use camunda_core::api::{
    ActivatedJob, ElementId, ElementInstanceKey, JobKey, JobResult, ProcessDefinitionKey, ProcessInstanceKey, TenantId,
};
use camunda_core::model::{Json, JsonError};
use camunda_core::worker::{BpmnError, CommandEnd, Ended, Failure, JobCommand, Outcome, Reply};
use camunda_core::{CallOptions, Error, Operation};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::lease::{Cancellation, Lease};
use crate::log::Log;
use crate::transport::{Exchange, Transport};

/// What a handler is handed, before its variables are read.
pub(crate) struct Assignment {
    pub(crate) job: ActivatedJob,
    pub(crate) lease: Arc<Lease>,
    pub(crate) log: Log,
}

/// A job, with its variables read into the handler's type, and the worker's client.
#[derive(Debug)]
#[non_exhaustive]
pub struct Job<V, C> {
    /// Its variables.
    pub variables: V,
    context: Context<C>,
}

#[derive(Debug)]
struct Context<C> {
    job: ActivatedJob,
    client: C,
    lease: Arc<Lease>,
    worker_log: Log,
    log: OnceLock<Log>,
}

/// A job was answered by its handler; the worker sends nothing more for it. A handler may return it.
#[derive(Debug)]
pub struct Answered(());

impl Reply for Answered {
    fn into_outcome(self) -> Outcome {
        Outcome::ignore()
    }
}

impl<V: DeserializeOwned, C> Job<V, C> {
    pub(crate) fn read(assignment: Assignment, client: C) -> Result<Self, JsonError> {
        let Assignment { job, lease, log } = assignment;
        let variables = job.variables.read()?;
        Ok(Self { variables, context: Context { job, client, lease, worker_log: log, log: OnceLock::new() } })
    }
}

impl<V, C> Job<V, C> {
    /// Its key.
    pub fn key(&self) -> JobKey {
        self.raw().job_key
    }

    /// Its type.
    pub fn job_type(&self) -> &str {
        &self.raw().job_type
    }

    /// How many attempts are left, this one included.
    pub fn retries(&self) -> i32 {
        self.raw().retries
    }

    /// Until when it is locked for this worker, as far as can be told here; later if it is [extended](Job::extend).
    pub fn deadline(&self) -> Instant {
        self.context.lease.until()
    }

    /// The headers of its task, as the model sets them.
    pub fn headers(&self) -> BTreeMap<String, String> {
        // What an older cluster leaves out is empty, and so is what is no map of texts.
        self.raw().custom_headers.read().unwrap_or_default()
    }

    /// The headers of its task, read into a type of the handler's.
    ///
    /// # Errors
    ///
    /// They do not fit.
    pub fn read_headers<H: DeserializeOwned>(&self) -> Result<H, JsonError> {
        self.raw().custom_headers.read()
    }

    /// The variables as they came.
    pub fn raw_variables(&self) -> &Json {
        &self.raw().variables
    }

    /// The id of the element that it is of, as in the model.
    pub fn element_id(&self) -> &ElementId {
        &self.raw().element_id
    }

    /// The element instance that it is of.
    pub fn element_instance_key(&self) -> Option<ElementInstanceKey> {
        self.raw().element_instance_key
    }

    /// The process instance that it belongs to.
    pub fn process_instance_key(&self) -> Option<ProcessInstanceKey> {
        self.raw().process_instance_key
    }

    /// The definition of that instance.
    pub fn process_definition_key(&self) -> Option<ProcessDefinitionKey> {
        self.raw().process_definition_key
    }

    /// The tenant that it belongs to.
    pub fn tenant_id(&self) -> &TenantId {
        &self.raw().tenant_id
    }

    /// Everything that the cluster sent of it.
    pub fn raw(&self) -> &ActivatedJob {
        &self.context.job
    }

    /// A client that shares everything with the worker's. A command for this job that is sent through it is an ordinary call:
    /// the worker's own comes later, and is told that the job was handled already.
    pub fn client(&self) -> &C {
        &self.context.client
    }

    /// The client's log; what is said carries the job's type and key and the worker's name.
    pub fn log(&self) -> &Log {
        self.context.log.get_or_init(|| job_log(&self.context.worker_log, self.raw()))
    }

    /// Whether the handler should come to an end, and why. What it does then is its own matter: nobody ends it.
    pub fn cancellation(&self) -> Option<Cancellation> {
        self.context.lease.cancellation()
    }

    /// The same job without its variables, and these: for a handler that uses them up before it answers the job itself.
    pub fn split(self) -> (V, Job<(), C>) {
        (self.variables, Job { variables: (), context: self.context })
    }
}

/// A log whose records say which job they are about.
pub(crate) fn job_log(worker: &Log, job: &ActivatedJob) -> Log {
    worker.child([("job_key", job.job_key.to_string())])
}

impl<C> Context<C> {
    fn command(&self, outcome: Outcome) -> Result<JobCommand, Error> {
        JobCommand::for_outcome(&self.job, outcome)?.ok_or(Error::Misuse("a job is answered by nothing"))
    }

    fn options(&self) -> CallOptions {
        JobCommand::options(self.lease.until(), Instant::now())
    }

    fn answered(&self, ended: Ended, result: Result<(), Error>) -> Result<Answered, Error> {
        self.lease.answered(ended, CommandEnd::of(&result));
        result.map(Answered)
    }

    fn extended(&self, since: Instant, by: Duration, result: Result<(), Error>) -> Result<(), Error> {
        match &result {
            Ok(()) => self.lease.extended(since.checked_add(by).unwrap_or(since)),
            Err(_) if CommandEnd::of(&result).is_superseded() => self.lease.cancel(Cancellation::LeaseLost),
            Err(_) => {}
        }
        result
    }
}

/// The methods that speak with the cluster, for either kind of client.
macro_rules! answers {
    ($bound:ident, $client:ty, [$($async:tt)*], [$($await:tt)*]) => {
        impl<V, T: $bound> Job<V, $client> {
            /// Completes the job now, with variables or `()`: for a handler that has something to do afterwards. Whatever it
            /// returns then, the worker sends nothing more.
            ///
            /// # Errors
            ///
            /// What the cluster made of it; a completion that it refuses is followed by a failure once the handler is done.
            /// [`Error::Request`] for variables that are no object: then the job is not answered.
            pub $($async)* fn complete(self, variables: impl Serialize) -> Result<Answered, Error> {
                let command = JobCommand::completion(self.raw(), variables, None)?;
                self.answer(command)$($await)*
            }

            /// As [`complete`](Self::complete), with what a listener or the job of an ad-hoc sub-process decided.
            ///
            /// # Errors
            ///
            /// As [`complete`](Self::complete).
            pub $($async)* fn complete_with(
                self,
                variables: impl Serialize,
                result: impl Into<JobResult>,
            ) -> Result<Answered, Error> {
                let command = JobCommand::completion(self.raw(), variables, Some(result.into()))?;
                self.answer(command)$($await)*
            }

            /// Fails the job now. Whatever the handler returns then, the worker sends nothing more.
            ///
            /// # Errors
            ///
            /// What the cluster made of it.
            pub $($async)* fn fail(self, failure: Failure) -> Result<Answered, Error> {
                let command = self.context.command(Outcome::Fail(failure))?;
                self.answer(command)$($await)*
            }

            /// Throws a business error for the job now. Whatever the handler returns then, the worker sends nothing more.
            ///
            /// # Errors
            ///
            /// What the cluster made of it; an error that it refuses is followed by a failure once the handler is done.
            pub $($async)* fn throw(self, error: BpmnError) -> Result<Answered, Error> {
                let command = self.context.command(Outcome::Throw(error))?;
                self.answer(command)$($await)*
            }

            $($async)* fn answer(self, command: JobCommand) -> Result<Answered, Error> {
                let context = self.context;
                let ended = Ended::by(&command);
                context.lease.answering(ended);
                let client = context.client.with(context.options());
                let result = match command {
                    JobCommand::Complete(command) => client.send(command)$($await)*,
                    JobCommand::Fail(command) => client.send(command)$($await)*,
                    JobCommand::Throw(command) => client.send(command)$($await)*,
                    _ => Err(Error::Misuse("a worker's command is not known to its driver")),
                };
                context.answered(ended, result)
            }

            /// Locks the job for that long from now on, be it longer or shorter than before.
            ///
            /// # Errors
            ///
            /// What the cluster made of it. If it knows no such job any more, the job's [`Cancellation`] says so as well.
            pub $($async)* fn extend(&self, by: Duration) -> Result<(), Error> {
                let since = Instant::now();
                let command = JobCommand::extension(self.raw(), by);
                let result = self.update(command)$($await)*;
                self.context.extended(since, by, result)
            }

            /// Sets how many attempts the job has left.
            ///
            /// # Errors
            ///
            /// What the cluster made of it.
            pub $($async)* fn set_retries(&self, retries: i32) -> Result<(), Error> {
                self.update(JobCommand::new_retries(self.raw(), retries))$($await)*
            }

            $($async)* fn update<O: Operation<Output = ()>>(&self, command: O) -> Result<(), Error> {
                self.client().with(self.context.options()).send(command)$($await)*
            }
        }
    };
}
answers!(Transport, crate::client::Client<T>, [async], [.await]);
answers!(Exchange, crate::blocking::Client<T>, [], []);

impl<V, T: Transport> Job<V, crate::client::Client<T>> {
    /// Completes when the handler should come to an end: for `select!` beside the work.
    pub async fn cancelled(&self) -> Cancellation {
        poll_fn(|context| self.context.lease.poll_cancelled(context)).await
    }
}

impl<V, E: Exchange> Job<V, crate::blocking::Client<E>> {
    /// Waits until the handler should come to an end, or that long: a sleep that does not keep a worker from stopping.
    pub fn wait_cancelled(&self, up_to: Duration) -> Option<Cancellation> {
        self.context.lease.wait_cancelled(up_to)
    }
}

/// What it is of, without its variables.
impl<V, C> fmt::Display for Job<V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {} of type {}", self.raw().job_key, self.raw().job_type)
    }
}
