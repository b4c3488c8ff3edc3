//! Reading a request's body: media type, presence, syntax, form, and its members afterwards.
//! It knows the form from the table of shapes and judges no values of its own.

use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::problem::Problem;
use super::shape::judge;
use crate::api::BODIES;
use crate::engine::Document;

/// What one request to the engine may come to.
const MESSAGE_SIZE: usize = 4 * 1024 * 1024;

/// A judged body; an absent one is an empty object.
#[derive(Debug)]
pub(crate) struct Body(pub(crate) Value);

impl Body {
    pub(crate) fn read(operation: &str, headers: &HeaderMap, bytes: &[u8]) -> Result<Self, Problem> {
        let Ok(place) = BODIES.binary_search_by(|(id, ..)| (*id).cmp(operation)) else {
            return Ok(Self(Value::Object(Document::new())));
        };
        let (_, required, shape) = &BODIES[place];
        check_media_type(headers, !bytes.is_empty(), "application/json")?;
        if bytes.is_empty() {
            return if *required {
                Err(Problem::bad_request("Required request body is missing"))
            } else {
                Ok(Self(Value::Object(Document::new())))
            };
        }
        if bytes.len() > MESSAGE_SIZE {
            return Err(Problem::invalid("Request size is above configured maxMessageSize."));
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|_| Problem::bad_request("Failed to read request"))?;
        judge(&value, shape)?;
        Ok(Self(if value.is_null() { Value::Object(Document::new()) } else { value }))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn long(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i32> {
        i32::try_from(self.long(name)?).ok()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(crate) fn key(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let items = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The object of this name; empty if absent.
    pub(crate) fn document(&self, name: &str) -> Document {
        self.0.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }
}

/// Refuses another media type than the accepted one; a request without body needs none.
pub(crate) fn check_media_type(headers: &HeaderMap, has_body: bool, accepted: &str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap_or_default());
    let essence = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(accepted) || (given.is_none() && !has_body) {
        return Ok(());
    }
    let shown = given.unwrap_or("application/octet-stream");
    let detail = format!("Content-Type '{shown}' is not supported.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type", detail))
}

/// Whether the client takes an answer in JSON.
pub(crate) fn check_accept(headers: &HeaderMap) -> Result<(), Problem> {
    let mut ranges =
        headers.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).peekable();
    let fits = |range: &str| {
        let essence = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        matches!(essence.as_str(), "*/*" | "application/*" | "application/json" | "application/problem+json" | "")
    };
    if ranges.peek().is_none() || ranges.any(fits) {
        return Ok(());
    }
    let detail = "Acceptable representations: [application/json, application/problem+json].";
    Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "Not Acceptable", detail))
}
