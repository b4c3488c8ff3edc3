//! The values of variables, which are JSON as text: reading them, unless a search cut them. A value that was cut is no JSON,
//! or worse, other JSON than it was.

use serde::de::DeserializeOwned;

use crate::api::{FoundClusterVariable, FoundVariable, Variable, VariableKey};
use crate::model::JsonError;

/// Why the value of a variable cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VariableError {
    /// A search cut it. The whole value is `get_variable`'s, or a search's with `truncate_values(false)`.
    #[error("variable {name}: its value was cut; {}", instead(.key.as_ref()))]
    #[non_exhaustive]
    Truncated {
        /// What the variable is called.
        name: String,
        /// The key that the rest is fetched by; a cluster variable has none, and is fetched by its name.
        key: Option<VariableKey>,
    },
    /// It is not of the type it was read into.
    #[error("variable {name}: {error}")]
    #[non_exhaustive]
    Unreadable {
        /// What the variable is called.
        name: String,
        /// What does not fit, and where.
        error: JsonError,
    },
}

fn instead(key: Option<&VariableKey>) -> String {
    let key = key.map_or_else(|| "by its name".to_owned(), |key| format!("by its key {key}"));
    format!("get it whole {key}, or search with truncate_values(false)")
}

fn read<T: DeserializeOwned>(name: &str, value: &str) -> Result<T, VariableError> {
    JsonError::reading(value).map_err(|error| VariableError::Unreadable { name: name.to_owned(), error })
}

impl Variable {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// The value is not of this type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, VariableError> {
        read(&self.name, &self.value)
    }
}

impl FoundVariable {
    /// Reads the value, unless it was cut.
    ///
    /// # Errors
    ///
    /// [`VariableError::Truncated`] with the key to get it whole; the value is not of this type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, VariableError> {
        if self.is_truncated {
            return Err(VariableError::Truncated { name: self.name.clone(), key: Some(self.variable_key) });
        }
        read(&self.name, &self.value)
    }
}

impl FoundClusterVariable {
    /// Reads the value, unless it was cut.
    ///
    /// # Errors
    ///
    /// [`VariableError::Truncated`]; the value is not of this type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, VariableError> {
        if self.is_truncated {
            return Err(VariableError::Truncated { name: self.name.to_string(), key: None });
        }
        read(self.name.as_str(), &self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::SearchVariables;
    use crate::{CallOptions, Config, Operation};

    fn found(value: &str, is_truncated: bool) -> FoundVariable {
        let body = serde_json::json!({
            "name": "notes", "variableKey": "12", "value": value, "isTruncated": is_truncated
        });
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_truncated_value_is_never_parsed() {
        // Cut where it still is JSON, so that only the mark tells.
        let whole = format!("1{}", "0".repeat(8999));
        let cut: String = whole.chars().take(8191).collect();
        let error = found(&cut, true).read::<crate::model::Json>().unwrap_err();
        assert!(matches!(&error, VariableError::Truncated { key: Some(key), .. } if key.as_str() == "12"), "{error}");
        let text = error.to_string();
        assert!(text.contains("by its key 12") && text.contains("truncate_values(false)"), "{text}");
        assert_eq!(found(&whole, false).read::<crate::model::Json>().unwrap().as_str().len(), 9000);
    }

    #[test]
    fn full_values_can_be_asked_for() {
        let config = Config::builder().build().unwrap();
        let request = SearchVariables::new().truncate_values(false).request(&config, &CallOptions::new()).unwrap();
        assert_eq!(request.uri().query(), Some("truncateValues=false"));
    }

    #[test]
    fn a_value_of_another_type_is_named() {
        let error = found(r#"{"a":["x"]}"#, false).read::<std::collections::BTreeMap<String, Vec<u8>>>().unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("variable notes: a[0]: invalid type"), "{text}");
    }
}
