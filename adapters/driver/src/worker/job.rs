//! A job as its handler sees it. How it ends is what the handler returns.

use std::fmt;

use camunda_core::api::{ActivatedJob, ElementInstanceKey, JobKey, ProcessDefinitionKey, ProcessInstanceKey};
use camunda_core::model::JsonError;
use serde::de::DeserializeOwned;

/// A job, with its variables read into the handler's type, and the worker's client.
#[derive(Debug)]
#[non_exhaustive]
pub struct Job<V, C> {
    /// Its variables.
    pub variables: V,
    job: ActivatedJob,
    client: C,
}

impl<V: DeserializeOwned, C> Job<V, C> {
    pub(crate) fn read(job: ActivatedJob, client: C) -> Result<Self, JsonError> {
        Ok(Self { variables: job.variables.read()?, job, client })
    }
}

impl<V, C> Job<V, C> {
    /// Its key.
    pub fn key(&self) -> JobKey {
        self.job.job_key
    }

    /// Its type.
    pub fn job_type(&self) -> &str {
        &self.job.job_type
    }

    /// How many attempts are left, this one included.
    pub fn retries(&self) -> i32 {
        self.job.retries
    }

    /// A client that shares everything with the worker's.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// The instance that it belongs to.
    pub fn process_instance_key(&self) -> Option<ProcessInstanceKey> {
        self.job.process_instance_key
    }

    /// The definition of that instance.
    pub fn process_definition_key(&self) -> Option<ProcessDefinitionKey> {
        self.job.process_definition_key
    }

    /// The element that it is of.
    pub fn element_instance_key(&self) -> Option<ElementInstanceKey> {
        self.job.element_instance_key
    }

    /// Everything that the cluster sent of it.
    pub fn raw(&self) -> &ActivatedJob {
        &self.job
    }
}

/// What it is of, without its variables.
impl<V, C> fmt::Display for Job<V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {} of type {}", self.job.job_key, self.job.job_type)
    }
}
