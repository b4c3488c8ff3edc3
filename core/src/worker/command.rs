//! The commands that answer a job, made from how it ended. When they are sent, and what their answers mean, is the
//! [`Worker`](super::Worker)'s business.

use std::time::{Duration, Instant};

use super::outcome::{BpmnError, Failure};
use crate::Error;
use crate::api::{ActivatedJob, CompleteJob, FailJob, JobKey, JobLeaseToken, ThrowJobError};
use crate::model::Json;

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

/// Longer messages are cut by the cluster.
const LONGEST_MESSAGE: usize = 10_000;

/// What a worker keeps of a job that it holds.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) key: JobKey,
    pub(super) retries: i32,
    pub(super) lease_token: Option<JobLeaseToken>,
    /// When its lock runs out, as far as can be told here.
    pub(super) until: Instant,
}

impl Held {
    pub(super) fn new(job: &ActivatedJob, until: Instant) -> Self {
        Self { key: job.job_key, retries: job.retries, lease_token: job.job_lease_token.clone(), until }
    }

    pub(super) fn complete(&self, variables: Option<Json>) -> Result<JobCommand, Error> {
        let mut command = CompleteJob::new(self.key);
        if let Some(variables) = variables {
            command = command.variables(variables)?;
        }
        if let Some(token) = &self.lease_token {
            command = command.job_lease_token(token.clone());
        }
        Ok(JobCommand::Complete(command))
    }

    pub(super) fn throw(&self, error: BpmnError) -> Result<JobCommand, Error> {
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
            command = command.retry_back_off(i64::try_from(failure.back_off.as_millis()).unwrap_or(i64::MAX));
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
}
