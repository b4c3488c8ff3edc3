//! Ids as arguments: an id, or text that is checked when the request is made. An id itself is never checked again, so that
//! what came from a server goes back unchanged.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Id, InvalidId};

/// An id as it was given: itself, or text that ought to be one.
///
/// Whatever takes an id takes `impl Into<Given<…>>`: the id, a reference to it, a `&str` or a `String`. Text that is not such
/// an id makes [`Operation::request`](crate::Operation::request) fail, naming the member.
#[derive(Clone, PartialEq, Eq)]
pub struct Given<T>(Inner<T>);

#[derive(Clone, PartialEq, Eq)]
enum Inner<T> {
    Id(T),
    Text(String),
}

impl<T: Id> Given<T> {
    /// The text, valid or not.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Id(id) => id.as_ref(),
            Inner::Text(text) => text,
        }
    }

    /// Whether it is an id.
    ///
    /// # Errors
    ///
    /// It was given as text that is not one.
    pub fn check(&self) -> Result<(), InvalidId> {
        match &self.0 {
            Inner::Id(_) => Ok(()),
            Inner::Text(text) => T::check(text),
        }
    }
}

impl<T: Id> From<T> for Given<T> {
    fn from(id: T) -> Self {
        Self(Inner::Id(id))
    }
}

impl<T: Id + Clone> From<&T> for Given<T> {
    fn from(id: &T) -> Self {
        id.clone().into()
    }
}

impl<T: Id> From<&str> for Given<T> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl<T: Id> From<String> for Given<T> {
    fn from(text: String) -> Self {
        Self(Inner::Text(text))
    }
}

impl<T: Id> From<&String> for Given<T> {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl<T: Id> fmt::Debug for Given<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", T::NAME, self.as_str())
    }
}

impl<T: Id> fmt::Display for Given<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Fails for text that is not an id: it must not be sent, however deep in a body it is.
impl<T: Id> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.check().map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "roundtrip")]
impl<'de, T: Id> serde::Deserialize<'de> for Given<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::JobKey;

    #[test]
    fn text_that_is_no_id_is_not_sent() {
        let good: Given<JobKey> = "12".into();
        assert_eq!(serde_json::to_string(&good).unwrap(), "\"12\"");
        let bad: Given<JobKey> = "12a".into();
        let error = serde_json::to_string(&bad).unwrap_err().to_string();
        assert!(error.contains("\"12a\" is not a JobKey"), "{error}");
    }

    #[test]
    fn what_came_from_a_server_goes_back_unchanged() {
        let odd: JobKey = serde_json::from_str("\"odd\"").unwrap();
        assert!(Given::from(odd).check().is_ok());
    }
}
