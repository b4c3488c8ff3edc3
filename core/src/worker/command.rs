//! The commands that answer a job or keep it locked, made from how it ended. When they are sent is the
//! [`Worker`](super::Worker)'s business, or a handler's own.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::outcome::{BpmnError, Failure, Outcome};
use crate::api::{
    ActivatedJob, CompleteJob, FailJob, JobChangeset, JobKey, JobLeaseToken, JobResult, ThrowJobError, UpdateJob,
};
use crate::error::Kind;
use crate::model::{Json, written};
use crate::{CallOptions, Error};

/// A command for one job, to be sent as a call with the options that come with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JobCommand {
    /// Completes it.
    Complete(CompleteJob),
    /// Fails it, or gives it back.
    Fail(FailJob),
    /// Throws a business error for it.
    Throw(ThrowJobError),
}

impl JobCommand {
    /// The command by which a job ends so; `None` where nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for variables that are no object.
    pub fn for_outcome(job: &ActivatedJob, outcome: Outcome) -> Result<Option<Self>, Error> {
        Claim::of(job).answer(outcome)
    }

    /// The command that completes a job with variables, or `()`.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for variables that are no object.
    pub fn completion(job: &ActivatedJob, variables: impl Serialize, result: Option<JobResult>) -> Result<Self, Error> {
        let variables = written("CompleteJob", "variables", variables, true)?;
        Claim::of(job).complete((!variables.is_null()).then_some(variables), result)
    }

    /// The command that locks a job for that long from now on.
    pub fn extension(job: &ActivatedJob, by: Duration) -> UpdateJob {
        Claim::of(job).extend(by)
    }

    /// The command that sets how many attempts a job has left.
    pub fn new_retries(job: &ActivatedJob, retries: i32) -> UpdateJob {
        Claim::of(job).update(JobChangeset::new().retries(retries))
    }

    /// How a command is sent for a job that is locked until then: again until a definite answer or the end of the lock,
    /// whatever else the session repeats.
    pub fn options(locked_until: Instant, now: Instant) -> CallOptions {
        // Even where the lock seems over, one attempt is owed: the cluster takes the result while nobody else has the job.
        let left = locked_until.saturating_duration_since(now).max(Duration::from_secs(1));
        CallOptions { persistent: true, ..CallOptions::new().deadline(left).attempts(u32::MAX) }
    }
}

/// What became of a command, as far as its job is concerned.
#[derive(Clone, Debug)]
pub struct CommandEnd(pub(super) End);

#[derive(Clone, Debug)]
pub(super) enum End {
    Taken,
    /// The cluster knows no such job, or knows it in a state that ends it: it was handled already.
    Superseded(String),
    Refused(String),
    /// No definite answer came: it may have been taken.
    Unknown(String),
}

impl CommandEnd {
    /// What this end of the call means.
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        Self(match result {
            Ok(_) => End::Taken,
            Err(error) if matches!(error.kind(), Some(Kind::NotFound | Kind::Conflict)) => {
                End::Superseded(error.to_string())
            }
            Err(error @ Error::Deadline(_)) => End::Unknown(error.to_string()),
            Err(error) => End::Refused(error.to_string()),
        })
    }

    /// It was given up half-way.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self(End::Unknown(reason.into()))
    }

    /// Whether the job is no longer this worker's.
    pub fn is_superseded(&self) -> bool {
        matches!(self.0, End::Superseded(_))
    }
}

/// Longer messages are cut by the cluster.
const LONGEST_MESSAGE: usize = 10_000;

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// By what a worker answers a job. The token goes along where the job came with one, and nowhere else: older clusters refuse
/// the member.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) key: JobKey,
    pub(super) retries: i32,
    pub(super) lease_token: Option<JobLeaseToken>,
}

impl Claim {
    pub(super) fn of(job: &ActivatedJob) -> Self {
        Self { key: job.job_key, retries: job.retries, lease_token: job.job_lease_token.clone() }
    }

    pub(super) fn answer(&self, outcome: Outcome) -> Result<Option<JobCommand>, Error> {
        Ok(Some(match outcome {
            Outcome::Complete { variables, result } => self.complete(variables, result)?,
            Outcome::Fail(failure) => self.fail(failure)?,
            Outcome::Throw(error) => self.throw(error)?,
            Outcome::Ignore => return Ok(None),
        }))
    }

    fn complete(&self, variables: Option<Json>, result: Option<JobResult>) -> Result<JobCommand, Error> {
        let mut command = CompleteJob::new(self.key);
        if let Some(variables) = variables {
            command = command.variables(variables)?;
        }
        if let Some(result) = result {
            command = command.result(result);
        }
        if let Some(token) = &self.lease_token {
            command = command.job_lease_token(token.clone());
        }
        Ok(JobCommand::Complete(command))
    }

    fn throw(&self, error: BpmnError) -> Result<JobCommand, Error> {
        let mut command = ThrowJobError::new(self.key, error.code);
        if !error.message.is_empty() {
            command = command.error_message(error.message);
        }
        if let Some(variables) = error.variables {
            command = command.variables(variables)?;
        }
        if let Some(token) = &self.lease_token {
            command = command.job_lease_token(token.clone());
        }
        Ok(JobCommand::Throw(command))
    }

    pub(super) fn fail(&self, failure: Failure) -> Result<JobCommand, Error> {
        let retries = failure.retries.unwrap_or_else(|| self.retries.saturating_sub(1)).max(0);
        let message = if failure.message.is_empty() { "the handler failed" } else { &failure.message };
        let message: String = message.chars().take(LONGEST_MESSAGE).collect();
        let mut command = FailJob::new(self.key).retries(retries).error_message(message);
        if failure.back_off > Duration::ZERO {
            command = command.retry_back_off(millis(failure.back_off));
        }
        if let Some(variables) = failure.variables {
            command = command.variables(variables)?;
        }
        if let Some(token) = &self.lease_token {
            command = command.job_lease_token(token.clone());
        }
        Ok(JobCommand::Fail(command))
    }

    /// Gives the job back for another worker, at once and at no cost.
    pub(super) fn release(&self) -> Result<JobCommand, Error> {
        self.fail(Failure::new("released: its worker is stopping").retries(self.retries))
    }

    pub(super) fn extend(&self, by: Duration) -> UpdateJob {
        self.update(JobChangeset::new().timeout(millis(by)))
    }

    fn update(&self, changeset: JobChangeset) -> UpdateJob {
        let command = UpdateJob::new(self.key, changeset);
        match &self.lease_token {
            Some(token) => command.job_lease_token(token.clone()),
            None => command,
        }
    }
}
