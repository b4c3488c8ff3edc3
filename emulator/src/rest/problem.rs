//! Problem documents: what a refused request is answered with.
//! It writes five members and nothing else; which text is right is decided where the fault is found.

use std::borrow::Cow;

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::engine::{Reason, Rejection};

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) title: Cow<'static, str>,
    pub(crate) detail: String,
    /// The value of the `Allow` header, for a wrong method.
    pub(crate) allow: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { status, title: title.into(), detail: detail.into(), allow: None }
    }

    /// Refused by the web layer.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad Request", detail)
    }

    /// Refused by the gateway.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", detail)
    }

    pub(crate) fn unreadable(path: &str) -> Self {
        Self::bad_request(format!("Request property [{path}] cannot be parsed"))
    }

    /// Absent in the search layer, for example `Incident with key '7' not found`.
    pub(crate) fn not_found(entity: &str, key: i64) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("{entity} with key '{key}' not found"))
    }

    pub(crate) fn timed_out() -> Self {
        let detail = "Expected to handle request, but request timed out between gateway and broker";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "DEADLINE_EXCEEDED", detail)
    }

    pub(crate) fn undeliverable() -> Self {
        let detail = "Expected to handle request, but request could not be delivered";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", detail)
    }

    /// The answer; `instance` is the path of the request.
    pub(crate) fn response(&self, instance: &str) -> Response<Vec<u8>> {
        let document = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "instance": instance,
        });
        let mut response = Response::new(document.to_string().into_bytes());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(allow) = self.allow.as_deref().and_then(|a| HeaderValue::from_str(a).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let status = match rejection.reason {
            Reason::InvalidArgument => StatusCode::BAD_REQUEST,
            Reason::NotFound => StatusCode::NOT_FOUND,
            Reason::InvalidState | Reason::AlreadyExists => StatusCode::CONFLICT,
            Reason::Forbidden => StatusCode::FORBIDDEN,
        };
        Self::new(status, rejection.reason.code(), rejection.detail())
    }
}

/// Collects violations; all of them are told at once.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    pub(crate) fn add(&mut self, violation: impl Into<String>) {
        self.0.push(violation.into());
    }

    pub(crate) fn require(&mut self, holds: bool, violation: &str) {
        if !holds {
            self.add(violation);
        }
    }

    /// The problem that tells all of them, joined and ended by a period.
    pub(crate) fn check(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(format!("{}.", self.0.join(". ")))) }
    }
}
