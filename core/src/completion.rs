//! Process instances that are waited for: what to ask for when one is started, and how to read what it left. How long a call
//! may wait is its deadline's matter.

use serde::de::DeserializeOwned;

use crate::Error;
use crate::api::{CreateProcessInstance, CreatedProcessInstance};
use crate::error::DecodeError;

impl CreateProcessInstance {
    /// Answers only once the process instance is completed, with the variables of these names, or with all if none is named.
    /// How long the cluster waits is [`request_timeout`](Self::request_timeout), and 504 says that it waited in vain: the
    /// instance may have been started all the same, and the answer has no key. A tag or a business id finds it then.
    pub fn await_completion<N: Into<String>>(mut self, variables: impl IntoIterator<Item = N>) -> Self {
        let names: Vec<String> = variables.into_iter().map(Into::into).collect();
        self.await_completion = Some(true);
        self.fetch_variables = Some(names).filter(|names| !names.is_empty());
        self
    }
}

impl CreatedProcessInstance {
    /// Reads the variables into a type. Without [`CreateProcessInstance::await_completion`] there are none.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] with the path to what does not fit.
    pub fn variables<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.variables.read().map_err(|error| {
            let reason = format!("its variables cannot be read: {error}");
            DecodeError::new(
                "create_process_instance",
                http::StatusCode::OK,
                reason,
                self.variables.as_str().as_bytes(),
            )
            .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CallOptions, Config, Operation};

    #[test]
    fn a_completion_is_held_and_names_what_it_wants() {
        let config = Config::builder().build().unwrap();
        let create = CreateProcessInstance::by_id("order").await_completion(["receipt"]).request_timeout(5000);
        assert_eq!(create.hold(), Some(5000));
        let request = create.request(&config, &CallOptions::new()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&request.into_body().into_bytes()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "processDefinitionId": "order", "awaitCompletion": true, "fetchVariables": ["receipt"], "requestTimeout": 5000
            })
        );
        assert_eq!(CreateProcessInstance::by_id("order").hold(), None);
    }

    #[test]
    fn what_it_left_is_read_once() {
        let body = r#"{"processInstanceKey":"1","processDefinitionKey":"2","variables":{"n":9007199254740993}}"#;
        let created: CreatedProcessInstance = serde_json::from_str(body).unwrap();
        assert_eq!(created.variables::<std::collections::BTreeMap<String, u64>>().unwrap()["n"], 9_007_199_254_740_993);
        let error = created.variables::<std::collections::BTreeMap<String, String>>().unwrap_err().to_string();
        assert!(error.contains("create_process_instance") && error.contains("n: "), "{error}");
    }
}
