//! How jobs end for a worker: what an outcome becomes, and what the answer to its command means.

use std::time::Instant;

use super::command::{CommandEnd, End, JobCommand};
use super::held::{Held, Stage, Ticket};
use super::outcome::{Failure, Outcome};
use super::report::{Counts, WorkerEvent};
use super::{Ended, Worker};
use crate::api::UpdateJob;
use crate::{CallOptions, Error, Now};

impl Worker {
    /// Takes in how a handler ended.
    pub fn handle_outcome(&mut self, ticket: Ticket, outcome: Outcome) {
        let Some((held, Stage::Running)) = self.held.get(ticket) else { return };
        let stage = match &outcome {
            Outcome::Complete { .. } => Stage::Completing,
            Outcome::Throw(_) => Stage::Throwing,
            Outcome::Fail(_) | Outcome::Ignore => Stage::Failing,
        };
        let command = held.claim.answer(outcome);
        self.held.advance(ticket, stage);
        match command {
            Ok(Some(command)) => self.commands.push_back((ticket, command)),
            Ok(None) => {
                self.held.remove(ticket);
                self.count(|counts| &mut counts.ignored);
            }
            Err(error) => self.end(ticket, CommandEnd::of::<()>(&Err(error))),
        }
    }

    /// Takes in that a handler which has ended sent its job's command itself, and what became of that.
    pub fn handle_answered(&mut self, ticket: Ticket, ended: Ended, end: CommandEnd) {
        let Some((_, Stage::Running)) = self.held.get(ticket) else { return };
        let stage = match ended {
            Ended::Completed => Stage::Completing,
            Ended::Failed => Stage::Failing,
            Ended::Thrown => Stage::Throwing,
        };
        self.held.advance(ticket, stage);
        self.end(ticket, end);
    }

    /// Takes in how a command ended.
    pub fn handle_command(&mut self, ticket: Ticket, end: CommandEnd) {
        // Nobody sends commands for what still runs.
        if self.held.get(ticket).is_some_and(|(_, stage)| stage != Stage::Running) {
            self.end(ticket, end);
        }
    }

    /// Takes in how an extension ended that the machine asked for.
    pub fn handle_extension(&mut self, ticket: Ticket, end: CommandEnd) {
        // After the handler has returned, nobody needs it, and a job that is gone is no surprise.
        let Some(asked) = self.held.extension_answered(ticket) else { return };
        match end.0 {
            End::Taken => {
                let until = asked.checked_add(self.settings.timeout).unwrap_or(asked);
                self.held.extended(ticket, asked, until);
            }
            End::Superseded(_) => self.lost(ticket),
            // The end of the lock is still due.
            End::Refused(reason) | End::Unknown(reason) => self.command_failed(ticket, reason),
        }
    }

    /// Takes in that a handler extended the lock of its job itself.
    pub fn handle_extended(&mut self, ticket: Ticket, until: Instant, now: Now) {
        self.held.extended(ticket, now.instant, until);
    }

    pub(super) fn command_at_once(&mut self, held: Held, stage: Stage, command: Result<JobCommand, Error>) {
        let ticket = self.held.hold(held, stage);
        match command {
            Ok(command) => self.commands.push_back((ticket, command)),
            Err(error) => self.end(ticket, CommandEnd::of::<()>(&Err(error))),
        }
    }

    /// A command is repeated until a definite answer, the end of the lock or of the drain time.
    pub(super) fn command_options(&self, ticket: Ticket, now: Now) -> CallOptions {
        let lock = self.held.get(ticket).map_or(now.instant, |(held, _)| held.until);
        let end = self.stopping.map_or(lock, |deadline| lock.min(deadline));
        JobCommand::options(end, now.instant)
    }

    fn end(&mut self, ticket: Ticket, end: CommandEnd) {
        let Some((held, stage)) = self.held.get(ticket) else { return };
        let key = held.claim.key;
        match end.0 {
            End::Taken => {
                self.held.remove(ticket);
                self.count(|counts| counter(counts, stage));
            }
            End::Superseded(reason) => {
                self.held.remove(ticket);
                self.count(|counts| &mut counts.superseded);
                self.events.push_back(WorkerEvent::JobSuperseded(key, reason));
            }
            // A result that is refused becomes a failure, once; a failure that is refused is left to the lock's end.
            End::Refused(reason) if matches!(stage, Stage::Completing | Stage::Throwing) => {
                let failure = Failure::new(format!("the job's result was not taken: {reason}"));
                let command = held.claim.fail(failure);
                self.command_failed(ticket, reason);
                self.held.advance(ticket, Stage::Failing);
                match command {
                    Ok(command) => self.commands.push_back((ticket, command)),
                    Err(_) => self.undelivered(ticket),
                }
            }
            End::Refused(reason) | End::Unknown(reason) => {
                self.command_failed(ticket, reason);
                self.undelivered(ticket);
            }
        }
    }

    fn undelivered(&mut self, ticket: Ticket) {
        self.held.remove(ticket);
        self.count(|counts| &mut counts.undelivered);
    }

    fn command_failed(&mut self, ticket: Ticket, reason: String) {
        if let Some((held, _)) = self.held.get(ticket) {
            self.events.push_back(WorkerEvent::CommandFailed(held.claim.key, reason));
        }
    }

    pub(super) fn extension(&self, ticket: Ticket, now: Now) -> Option<(UpdateJob, CallOptions)> {
        let (held, _) = self.held.get(ticket)?;
        Some((held.claim.extend(self.settings.timeout), JobCommand::options(held.until, now.instant)))
    }
}

fn counter(counts: &mut Counts, stage: Stage) -> &mut u64 {
    match stage {
        Stage::Completing | Stage::Running => &mut counts.completed,
        Stage::Throwing => &mut counts.thrown,
        Stage::Failing => &mut counts.failed,
        Stage::Releasing => &mut counts.released,
    }
}

/// Whether something in between may have ended a long poll: a gateway's time-out, or a connection closed without an answer.
pub(super) fn is_cut(error: &Error) -> bool {
    match error {
        Error::Api(error) => matches!(error.status().as_u16(), 504 | 524),
        Error::Network(error) => error.may_have_executed(),
        _ => false,
    }
}
