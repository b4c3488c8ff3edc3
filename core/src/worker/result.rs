//! What listeners of user tasks and jobs of ad-hoc sub-processes decide, beside variables. What the cluster makes of it is
//! its own matter.

use serde::Serialize;

use super::outcome::{Outcome, Reply, Stop, object};
use crate::api::{
    ElementId, JobResult, JobResultActivateElement, JobResultAdHocSubProcess, JobResultCorrections, JobResultUserTask,
};
use crate::model::Given;

/// What a listener of a user task decides. A handler returns it: `Ok(UserTaskListenerResult::deny("four eyes, please"))`.
#[derive(Clone, Debug)]
#[must_use]
pub struct UserTaskListenerResult(JobResultUserTask);

impl UserTaskListenerResult {
    /// What was about to happen to the task happens.
    pub fn accept() -> Self {
        Self(JobResultUserTask::new().denied(false))
    }

    /// It does not happen, for that reason: the task is as it was before. The cluster denies assigning, updating and
    /// completing.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self(JobResultUserTask::new().denied(true).denied_reason(reason))
    }

    /// It happens, and the task is changed besides. What is not corrected stays; an empty text or list clears.
    pub fn correct(corrections: impl FnOnce(JobResultCorrections) -> JobResultCorrections) -> Self {
        Self(JobResultUserTask::new().denied(false).corrections(corrections(JobResultCorrections::new())))
    }
}

/// What an ad-hoc sub-process does next. A handler returns it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct AdHocSubProcessResult {
    elements: Vec<JobResultActivateElement>,
    fulfilled: bool,
    cancel: bool,
}

impl AdHocSubProcessResult {
    /// It waits for what is active in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Activates an element of it, by the id in the model.
    pub fn activate(mut self, element: impl Into<Given<ElementId>>) -> Self {
        self.elements.push(JobResultActivateElement::new().element_id(element));
        self
    }

    /// Activates an element with variables of its own.
    ///
    /// # Errors
    ///
    /// The value does not serialise to an object.
    pub fn activate_with(
        mut self,
        element: impl Into<Given<ElementId>>,
        variables: impl Serialize,
    ) -> Result<Self, Stop> {
        self.elements.push(JobResultActivateElement::new().element_id(element).variables(variables)?);
        Ok(self)
    }

    /// Its completion condition is fulfilled: it completes once nothing in it is active.
    pub fn completion_condition_fulfilled(mut self) -> Self {
        self.fulfilled = true;
        self
    }

    /// Cancels what is still active in it; sensible where the completion condition is fulfilled.
    pub fn cancel_remaining(mut self) -> Self {
        self.cancel = true;
        self
    }
}

impl From<UserTaskListenerResult> for JobResult {
    fn from(result: UserTaskListenerResult) -> Self {
        result.0.into()
    }
}

impl From<AdHocSubProcessResult> for JobResult {
    fn from(result: AdHocSubProcessResult) -> Self {
        let AdHocSubProcessResult { elements, fulfilled, cancel } = result;
        JobResultAdHocSubProcess::new()
            .activate_elements(elements)
            .is_completion_condition_fulfilled(fulfilled)
            .is_cancel_remaining_instances(cancel)
            .into()
    }
}

macro_rules! replies {
    ($($result:ty),*) => {$(
        impl $result {
            /// Completes the job with variables as well.
            ///
            /// # Errors
            ///
            /// The value does not serialise to an object.
            pub fn with_variables(self, variables: impl Serialize) -> Result<Outcome, Stop> {
                Ok(Outcome::Complete { variables: object(variables)?, result: Some(self.into()) })
            }
        }

        impl Reply for $result {
            fn into_outcome(self) -> Outcome {
                Outcome::Complete { variables: None, result: Some(self.into()) }
            }
        }
    )*};
}
replies!(UserTaskListenerResult, AdHocSubProcessResult);
