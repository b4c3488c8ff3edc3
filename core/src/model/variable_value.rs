//! The value of a variable in a filter. It is not an id: clusters keep values as JSON text and compare that, so that a text
//! goes in quotes.

use std::fmt;

use serde::Serialize;

use super::condition::{Condition, Plain};
use super::{Json, JsonError};

/// A value to compare variables with: made from a text, a number, a truth value or any JSON, and sent as JSON text. The text
/// `open` goes as `"open"` with its quotes.
///
/// The pattern of [`like`](super::condition::like) is not a value: it is matched against that JSON text as it is.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "roundtrip", derive(serde::Deserialize))]
#[serde(transparent)]
pub struct VariableValue(String);

impl VariableValue {
    /// Writes any value as JSON.
    ///
    /// # Errors
    ///
    /// The value does not serialise.
    pub fn new(value: impl Serialize) -> Result<Self, JsonError> {
        Json::new(value).map(Self::from)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VariableValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Plain for VariableValue {}

macro_rules! values {
    ($($value:ty),*) => {$(
        impl From<$value> for VariableValue {
            fn from(value: $value) -> Self {
                Self(serde_json::Value::from(value).to_string())
            }
        }

        impl<O> From<$value> for Condition<VariableValue, O> {
            fn from(value: $value) -> Self {
                VariableValue::from(value).into()
            }
        }
    )*};
}
values!(&str, String, bool, i32, u32, i64, u64, f64, serde_json::Value);

impl From<Json> for VariableValue {
    fn from(json: Json) -> Self {
        Self(json.as_str().to_owned())
    }
}

impl<O> From<Json> for Condition<VariableValue, O> {
    fn from(json: Json) -> Self {
        VariableValue::from(json).into()
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{SearchUserTasks, SearchVariables, VariableMatch, VariableValue, is_in, like, neq};
    use crate::{CallOptions, Config, Operation};

    fn filter(operation: &impl Operation) -> serde_json::Value {
        let config = Config::builder().build().unwrap();
        let request = operation.request(&config, &CallOptions::new()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&request.into_body().into_bytes()).unwrap();
        body["filter"].clone()
    }

    /// F31.
    #[test]
    fn identifiers_go_as_they_are_and_values_as_json() {
        let tasks = SearchUserTasks::new()
            .filter(|f| f.candidate_user(is_in(["alice"])).local_variables([VariableMatch::new("size", neq(7))]));
        assert_eq!(
            filter(&tasks),
            serde_json::json!({
                "candidateUser": { "$in": ["alice"] },
                "localVariables": [{ "name": "size", "value": { "$neq": "7" } }]
            })
        );
        let variables = SearchVariables::new().filter(|f| f.name("abc").value("abc"));
        assert_eq!(filter(&variables), serde_json::json!({ "name": "abc", "value": "\"abc\"" }));
        let variables = SearchVariables::new().filter(|f| f.value(is_in(["a\"b", "c"])));
        assert_eq!(filter(&variables), serde_json::json!({ "value": { "$in": ["\"a\\\"b\"", "\"c\""] } }));
        let variables = SearchVariables::new().filter(|f| f.value(like("\"a*")));
        assert_eq!(filter(&variables), serde_json::json!({ "value": { "$like": "\"a*" } }));
        let order = VariableValue::new(std::collections::BTreeMap::from([("a", true)])).unwrap();
        assert_eq!(order.as_str(), r#"{"a":true}"#);
    }
}
