//! Workers: the loop that drives the core's machine, on an asynchronous client and on a blocking one. What to poll, run and
//! answer is decided in the core.

mod asynchronous;
pub(crate) mod blocking;
mod group;
#[cfg(test)]
mod idle_tests;
mod job;
mod lease;
mod lent;
mod monitor;
mod process;
mod setting;
mod signal;
mod tasks;
mod threads;
mod work;

use std::any::Any;
use std::time::Duration;

use camunda_core::model::JsonError;
use camunda_core::worker::{Failure, Outcome, Reply, Stop, WorkerEvent};

use crate::log::Log;

pub use asynchronous::{Worker, WorkerBuilder};
pub use group::{RunBlockingWorkers, RunWorkers, WorkerThread};
pub use job::{Answered, Job};
pub use lease::Cancellation;
pub use lent::{Lent, LentBody};
pub use monitor::WorkerMonitor;
pub use process::Program;
pub(crate) use signal::Signal;
pub use signal::StopHandle;

/// How long workers that are stopped wait for what runs, where nobody says.
pub(crate) const DRAIN: Duration = Duration::from_secs(5);

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
    Outcome::Fail(Failure::new(panic_text("the handler panicked", panic)))
}

fn panic_text(what: &str, panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("{what}: {}", text.unwrap_or("without a text"))
}

/// Logs what a worker has to tell, unless it has a listener of its own.
fn tell(log: &Log, event: &WorkerEvent) {
    match event {
        // Nobody else is told, so this is for whoever reads no more than errors.
        WorkerEvent::PollsFail(error) => log.error(format_args!("polls fail, and go on: {error}")),
        WorkerEvent::PollsRecovered(failures) => {
            log.info(format_args!("polls succeed again after {failures} failures"));
        }
        WorkerEvent::JobUndecodable(Some(key), error) => {
            log.error(format_args!("job {key} is failed, since it cannot be read: {error}"));
        }
        WorkerEvent::JobUndecodable(None, error) => {
            log.error(format_args!("a job cannot be read, nor its key: {error}"));
        }
        WorkerEvent::CommandFailed(key, error) => {
            log.error(format_args!("a command for job {key} was not delivered: {error}"));
        }
        WorkerEvent::LeaseLost(key) => {
            log.warn(format_args!("the lock of job {key} ran out while its handler runs: another worker may have it"));
        }
        WorkerEvent::JobExpired(key) => {
            log.warn(format_args!("the lock of job {key} ran out before it could be started"));
        }
        WorkerEvent::JobSuperseded(key, error) => {
            log.info(format_args!("the result of job {key} came too late, it was handled already: {error}"));
        }
        _ => {}
    }
}
