//! Workers: the loop that drives the core's machine, on an asynchronous client and on a blocking one. What to poll, run and
//! answer is decided in the core.

mod asynchronous;
pub(crate) mod blocking;
mod job;
mod tasks;
mod threads;
mod work;

use std::any::Any;

use camunda_core::model::JsonError;
use camunda_core::worker::{Failure, Outcome, Reply, Stop};

pub use asynchronous::{RunWorkers, Worker, WorkerBuilder};
pub use job::Job;
pub use work::StopHandle;

/// How a job ends whose handler returned.
fn returned<R: Reply>(result: Result<R, Stop>) -> Outcome {
    result.map_or_else(Stop::into_outcome, Reply::into_outcome)
}

/// How a job ends whose variables its handler cannot take.
fn unreadable(error: &JsonError) -> Outcome {
    Outcome::Fail(Failure::new(format!("the job's variables do not fit the handler: {error}")))
}

/// How a job ends whose handler panicked.
fn panicked(panic: &(dyn Any + Send)) -> Outcome {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Outcome::Fail(Failure::new(format!("the handler panicked: {}", text.unwrap_or("without a text"))))
}

/// The settings of a worker, as methods of a builder that has `settings` and `listener`.
macro_rules! settings_methods {
    () => {
        /// The name that jobs are activated under, for people who look at the cluster.
        pub fn name(self, name: impl Into<String>) -> Self {
            Self { settings: self.settings.name(name), ..self }
        }

        /// How long a job is locked for this worker; after that the cluster hands it out again.
        pub fn timeout(self, timeout: std::time::Duration) -> Self {
            Self { settings: self.settings.timeout(timeout), ..self }
        }

        /// How many jobs it holds at once.
        pub fn max_concurrent_jobs(self, jobs: u32) -> Self {
            Self { settings: self.settings.max_concurrent_jobs(jobs), ..self }
        }

        /// How long the server may hold a poll until there is a job. Zero leaves it to the server.
        pub fn request_timeout(self, timeout: std::time::Duration) -> Self {
            Self { settings: self.settings.request_timeout(timeout), ..self }
        }

        /// Polls without waiting at the server: a poll that finds no job is answered at once, and the worker waits itself.
        pub fn without_long_polling(self) -> Self {
            Self { settings: self.settings.without_long_polling(), ..self }
        }

        /// The variables that jobs come with; all of them unless set.
        pub fn fetch_variables(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
            Self { settings: self.settings.fetch_variables(names), ..self }
        }

        /// The tenants whose jobs it takes; those of the configuration unless set.
        pub fn tenant_ids(self, tenants: impl IntoIterator<Item = camunda_core::api::TenantId>) -> Self {
            Self { settings: self.settings.tenant_ids(tenants), ..self }
        }

        /// The bound of a random wait before the first poll, so that workers started together do not poll together.
        pub fn startup_jitter(self, jitter: std::time::Duration) -> Self {
            Self { settings: self.settings.startup_jitter(jitter), ..self }
        }

        /// Tells what the worker has to tell, instead of standard error: the job type, and the event.
        pub fn on_event(self, listener: impl Fn(&str, &WorkerEvent) + Send + Sync + 'static) -> Self {
            Self { listener: Arc::new(listener), ..self }
        }
    };
}
use settings_methods;
