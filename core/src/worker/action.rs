//! What the machine says and is told: its vocabulary, and no rule.

use std::time::Instant;

use super::command::JobCommand;
use super::held::Ticket;
use super::report::Report;
use crate::CallOptions;
use crate::api::{ActivateJobs, ActivatedJob, UpdateJob};

/// What a driver does next for a worker.
#[derive(Debug)]
#[must_use]
pub enum Action {
    /// Send this, without repeating it, and give its answer to
    /// [`handle_activation`](super::Worker::handle_activation).
    Activate(ActivateJobs),
    /// Run the handler, whose job is locked until then, and give its outcome to
    /// [`handle_outcome`](super::Worker::handle_outcome).
    Run(Ticket, Box<ActivatedJob>, Instant),
    /// Tell the handler, which still runs, that its job may be another worker's by now. It keeps its slot until it returns.
    LeaseLost(Ticket),
    /// Send this with these options and give its end to [`handle_command`](super::Worker::handle_command).
    Command(Ticket, JobCommand, CallOptions),
    /// Send this with these options and give its end to [`handle_extension`](super::Worker::handle_extension).
    Extend(Ticket, UpdateJob, CallOptions),
    /// End the activation under way; its answer is no longer wanted.
    CancelPoll,
    /// Nothing to do before this instant, or before something is handled.
    Wait(Option<Instant>),
    /// The worker has ended: told once.
    Stopped(Report),
}

/// The command by which a handler ended its job itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// It completed it.
    Completed,
    /// It failed it.
    Failed,
    /// It threw a business error.
    Thrown,
}

impl Ended {
    /// How a job ends by this command.
    pub fn by(command: &JobCommand) -> Self {
        match command {
            JobCommand::Complete(_) => Ended::Completed,
            JobCommand::Fail(_) => Ended::Failed,
            JobCommand::Throw(_) => Ended::Thrown,
        }
    }
}
