//! JSON that stays as it came: variables and whatever else has no fixed shape, read once, into the caller's type. It is not
//! a tree to walk; `serde_json::Value` is, and can be what is read.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::error::RequestError;

/// A JSON value as text, digit for digit.
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// Writes a value as JSON.
    ///
    /// # Errors
    ///
    /// The value does not serialise.
    pub fn new(value: impl Serialize) -> Result<Self, JsonError> {
        serde_json::value::to_raw_value(&value).map(Self).map_err(|error| JsonError::new(String::new(), &error))
    }

    /// The empty object.
    pub(crate) fn object() -> Self {
        Self::constant("{}")
    }

    fn constant(text: &'static str) -> Self {
        Self(RawValue::from_string(text.to_owned()).unwrap_or_default())
    }

    /// The text of the value.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        self.as_str().starts_with('{')
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Reads the value; integers of any length stay exact where the type has room for them.
    ///
    /// # Errors
    ///
    /// The value is not of this type; the error names the path to what is not.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        JsonError::reading(self.as_str())
    }
}

/// Null.
impl Default for Json {
    fn default() -> Self {
        Self::constant("null")
    }
}

/// The text: variables are data of the caller's business, so log them with care.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the texts are the same; blanks and the order of members count.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

/// JSON that is not of the type it was read into, or a value that cannot be written as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    path: String,
    reason: String,
}

impl JsonError {
    fn new(path: String, error: &serde_json::Error) -> Self {
        Self { path, reason: error.to_string() }
    }

    /// Reads JSON text; where it does not fit, the error says so.
    pub(crate) fn reading<T: DeserializeOwned>(text: &str) -> Result<T, Self> {
        serde_json::from_str(text).map_err(|error| {
            // Only now, and once more: the path costs a good deal of time, and failure is rare.
            let located = &mut serde_json::Deserializer::from_str(text);
            match serde_path_to_error::deserialize::<_, T>(located) {
                Err(found) if found.path().iter().next().is_some() => {
                    Self::new(found.path().to_string(), found.inner())
                }
                _ => Self::new(String::new(), &error),
            }
        })
    }

    /// The path to what did not fit, such as `order.items[2].price`; empty for the value itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for JsonError {}

/// A member that may be any JSON, or with `object` an object or null, of the operation or type that is named.
pub(crate) fn written(
    owner: &'static str,
    member: &'static str,
    value: impl Serialize,
    object: bool,
) -> Result<Json, crate::Error> {
    let json = Json::new(value)
        .map_err(|error| RequestError::new(owner, member, format!("cannot be written as JSON: {error}")))?;
    if object && !json.is_object() && !json.is_null() {
        return Err(RequestError::new(owner, member, "must be an object: a struct or a map with keys of text").into());
    }
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_exact() {
        let json: Json = serde_json::from_str(r#"{"a":9007199254740993,"b":12345678901234567890123}"#).unwrap();
        let read: std::collections::BTreeMap<String, Json> = json.read().unwrap();
        assert_eq!(read["b"].as_str(), "12345678901234567890123");
        assert_eq!(read["a"].read::<u64>().unwrap(), 9_007_199_254_740_993);
        assert_eq!(serde_json::to_string(&json).unwrap(), json.as_str());
    }

    #[test]
    fn an_error_names_the_path() {
        let json = Json::new(serde_json::json!({ "order": [{ "price": "x" }] })).unwrap();
        let error = json.read::<std::collections::BTreeMap<String, Vec<std::collections::BTreeMap<String, u32>>>>();
        assert_eq!(error.unwrap_err().path(), "order[0].price");
    }

    #[test]
    fn deep_nesting_does_no_harm_until_it_is_read() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let json: Json = serde_json::from_str(&deep).unwrap();
        assert!(json.read::<serde_json::Value>().is_err());
    }

    #[test]
    fn variables_are_an_object() {
        let error = written("complete_job", "variables", [1], true).unwrap_err().to_string();
        assert!(error.starts_with("complete_job: variables must be an object"), "{error}");
        assert!(written("complete_job", "variables", (), true).unwrap().is_null());
    }
}
