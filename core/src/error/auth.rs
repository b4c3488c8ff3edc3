//! No token: what the identity provider answered, or why it did not. Never the credentials themselves.

use std::time::Duration;

use http::StatusCode;

use super::shortened;

/// The identity provider gave no token, or none that can be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{operation}: {} {reason}{}", who(.url), .advice.map(|advice| format!(": {advice}")).unwrap_or_default())]
pub struct AuthError {
    pub(crate) operation: &'static str,
    pub(crate) url: String,
    pub(crate) status: Option<StatusCode>,
    pub(crate) error: String,
    pub(crate) description: String,
    pub(crate) reason: String,
    pub(crate) advice: Option<&'static str>,
    pub(crate) retry_after: Option<Duration>,
    /// Whether the cluster may have carried out an earlier attempt, which had credentials.
    pub(crate) earlier: bool,
}

fn who(url: &str) -> String {
    if url.is_empty() { "the program's own credentials:".to_owned() } else { format!("the identity provider {url}") }
}

impl AuthError {
    /// The program was asked for its credentials and has none.
    pub(crate) fn of_program(operation: &'static str, reason: &str) -> Self {
        Self {
            operation,
            url: String::new(),
            status: None,
            error: String::new(),
            description: String::new(),
            reason: shortened(reason, 500),
            advice: None,
            retry_after: None,
            earlier: false,
        }
    }

    /// The same for another operation.
    pub(crate) fn of(&self, operation: &'static str) -> Self {
        Self { operation, ..self.clone() }
    }

    /// The name of the operation that needed the token.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Whether the identity provider may answer otherwise later: it was not reached, or did not refuse the credentials.
    pub fn is_retryable(&self) -> bool {
        self.status.is_none_or(|status| status.is_server_error() || matches!(status.as_u16(), 408 | 429))
    }

    /// The address that was asked; empty where the program brings its own credentials.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The status of its answer, if it answered.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The `error` of its answer (RFC 6749 §5.2), such as `invalid_client`; empty when absent.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// The `error_description` of its answer; empty when absent.
    pub fn error_description(&self) -> &str {
        &self.description
    }
}
