//! What a handler says of its job: done, a business error, a failure, or nothing. Which command that becomes is the
//! [`Worker`](super::Worker)'s business.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::api::JobResult;
use crate::model::Json;

/// How a job ends. A handler returns what serialises to an object, or this.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The job is done.
    Complete {
        /// What it changed; `None` for nothing.
        variables: Option<Json>,
        /// What a listener or the job of an ad-hoc sub-process decided.
        result: Option<JobResult>,
    },
    /// The job failed, and may be tried again.
    Fail(Failure),
    /// A business error, for an error event of the process to catch.
    Throw(BpmnError),
    /// Nothing is sent: the job stays locked until its time is over, or is answered by other means.
    Ignore,
}

impl Outcome {
    /// Done, without variables.
    pub fn complete() -> Self {
        Outcome::Complete { variables: None, result: None }
    }

    /// Nothing is sent, and the worker takes the next job.
    pub fn ignore() -> Self {
        Outcome::Ignore
    }
}

/// A business error, for an error event of the process to catch.
#[derive(Clone, Debug)]
#[must_use]
pub struct BpmnError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) variables: Option<Json>,
}

impl BpmnError {
    /// An error with the code that the process catches.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), message: String::new(), variables: None }
    }

    /// What happened, for people.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Variables for the event that catches it.
    ///
    /// # Errors
    ///
    /// The value does not serialise to an object.
    pub fn variables(mut self, variables: impl Serialize) -> Result<Self, Stop> {
        self.variables = object(variables).map_err(Stop::from)?;
        Ok(self)
    }
}

/// A failed attempt at a job.
#[derive(Clone, Debug)]
#[must_use]
pub struct Failure {
    pub(crate) message: String,
    pub(crate) retries: Option<i32>,
    pub(crate) back_off: Duration,
    pub(crate) variables: Option<Json>,
}

impl Failure {
    /// A failure that costs one retry.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), retries: None, back_off: Duration::ZERO, variables: None }
    }

    /// How many attempts are left; 0 raises an incident. Unless set, one less than the job had.
    pub fn retries(mut self, retries: i32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// How long the job rests before it is handed out again.
    pub fn back_off(mut self, back_off: Duration) -> Self {
        self.back_off = back_off;
        self
    }

    /// Variables for the next attempt.
    ///
    /// # Errors
    ///
    /// The value does not serialise to an object.
    pub fn variables(mut self, variables: impl Serialize) -> Result<Self, Stop> {
        self.variables = object(variables).map_err(Stop::from)?;
        Ok(self)
    }
}

/// Why a handler did not complete its job: what `?` turns errors into.
///
/// Any error becomes a [`Failure`] with its type and its chain of causes as the message; [`BpmnError`] and [`Failure`] stay
/// what they are. An `anyhow::Error` is no error to the compiler: `.map_err(Stop::other)`.
#[derive(Debug)]
pub struct Stop(Box<Outcome>);

impl Stop {
    /// A failure told by whatever can be displayed.
    pub fn other(error: impl fmt::Display) -> Self {
        // The alternate form of an anyhow error has its whole chain.
        Failure::new(format!("{error:#}")).into()
    }

    /// How the job ends.
    pub fn into_outcome(self) -> Outcome {
        *self.0
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Stop {
    fn from(error: E) -> Self {
        let name = std::any::type_name::<E>();
        let name = name.split('<').next().unwrap_or(name).rsplit("::").next().unwrap_or(name);
        let mut message = format!("{name}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Many errors end in their cause already.
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        Failure::new(message).into()
    }
}

impl From<BpmnError> for Stop {
    fn from(error: BpmnError) -> Self {
        Self(Box::new(Outcome::Throw(error)))
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self(Box::new(Outcome::Fail(failure)))
    }
}

/// What a handler may return: whatever serialises to an object, `()` for nothing, or an [`Outcome`].
pub trait Reply {
    /// How the job ends.
    fn into_outcome(self) -> Outcome;
}

impl<T: Serialize> Reply for T {
    fn into_outcome(self) -> Outcome {
        match object(self) {
            Ok(variables) => Outcome::Complete { variables, result: None },
            Err(error) => Outcome::Fail(Failure::new(error.to_string())),
        }
    }
}

impl Reply for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

/// What a handler returned cannot be variables.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotVariables {
    #[error("the handler's variables cannot be written as JSON: {0}")]
    Unwritable(String),
    #[error("the handler's variables must be an object (a struct, or a map with keys of text), not {0}")]
    NotAnObject(String),
}

/// The JSON of an object; `None` for null.
pub(super) fn object(value: impl Serialize) -> Result<Option<Json>, NotVariables> {
    let json = Json::new(value).map_err(|error| NotVariables::Unwritable(error.to_string()))?;
    if json.is_null() {
        return Ok(None);
    }
    if json.is_object() {
        return Ok(Some(json));
    }
    Err(NotVariables::NotAnObject(crate::error::excerpt(json.as_str().as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_completes_and_anything_else_fails() {
        let Outcome::Complete { variables: Some(json), result: None } = serde_json::json!({ "a": 1 }).into_outcome()
        else {
            panic!("not completed")
        };
        assert_eq!(json.as_str(), r#"{"a":1}"#);
        assert!(matches!(().into_outcome(), Outcome::Complete { variables: None, .. }));
        for value in [serde_json::json!([1]), serde_json::json!("x"), serde_json::json!(7)] {
            let Outcome::Fail(failure) = value.into_outcome() else { panic!("not failed") };
            assert!(failure.message.contains("must be an object"), "{}", failure.message);
        }
        let unwritable = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert!(matches!(unwritable.into_outcome(), Outcome::Fail(_)));
    }

    #[test]
    fn an_error_tells_its_type_and_its_causes() {
        #[derive(Debug, thiserror::Error)]
        #[error("no receipt")]
        struct Charge(#[source] std::num::ParseIntError);
        let Outcome::Fail(failure) = Stop::from(Charge("x".parse::<u8>().unwrap_err())).into_outcome() else {
            panic!("not failed")
        };
        assert_eq!(failure.message, "Charge: no receipt: invalid digit found in string");
        assert_eq!(failure.retries, None);
    }

    #[test]
    fn business_errors_and_failures_stay_what_they_are() {
        let charge = |amount: u32| -> Result<(), Stop> {
            if amount > 100 {
                return Err(BpmnError::new("TOO_HIGH").message("more than 100").into());
            }
            Err(Failure::new("later").retries(5).into())
        };
        assert!(matches!(charge(101).unwrap_err().into_outcome(), Outcome::Throw(error) if error.code == "TOO_HIGH"));
        assert!(matches!(charge(1).unwrap_err().into_outcome(), Outcome::Fail(failure) if failure.retries == Some(5)));
    }
}
