//! A successful answer before it is typed, and the ways of typing it. It decides what a body means, never whether the
//! status is a success: that was the [`Call`](crate::Call)'s verdict.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::DecodeError;
use crate::model::JsonError;
use crate::{Config, Error};

/// Status, headers and collected body of a 2xx answer.
#[derive(Clone)]
pub struct Answer {
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Knows the address, should the answer not be the cluster's.
    config: Option<Arc<Config>>,
}

impl Answer {
    /// An answer as it came off the wire; `operation` is the name that errors begin with.
    pub fn new(operation: &'static str, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { operation, status, headers, body, config: None }
    }

    /// With where it came from.
    pub(crate) fn of_cluster(self, config: &Arc<Config>) -> Self {
        Self { config: Some(Arc::clone(config)), ..self }
    }

    /// The name of the operation that was answered.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Decodes a JSON body. Duplicate members of objects that are typed, text that is not UTF-8 and whatever is not JSON are
    /// errors; unknown members are skipped, a byte order mark is too.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] with the status and the path to what did not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(self.unreadable("the body is empty"));
        }
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<') {
            return Err(self.unreadable(self.foreign()));
        }
        let body = std::str::from_utf8(body).map_err(|error| self.not_utf8(error))?;
        JsonError::reading(body).map_err(|error| self.unreadable(error.to_string()))
    }

    /// As [`json`](Self::json), where the API may also answer 204: `None`.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json).
    pub fn optional_json<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        if self.status == StatusCode::NO_CONTENT { Ok(None) } else { self.json().map(Some) }
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] with the offset of the first byte that is not UTF-8, or for a page of HTML.
    pub fn text(&self) -> Result<String, Error> {
        if self.is_page() {
            return Err(self.unreadable(self.foreign()));
        }
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(self.not_utf8(error)),
        }
    }

    /// As [`text`](Self::text), where the API may also answer 204: `None`.
    ///
    /// # Errors
    ///
    /// As [`text`](Self::text).
    pub fn optional_text(&self) -> Result<Option<String>, Error> {
        if self.status == StatusCode::NO_CONTENT { Ok(None) } else { self.text().map(Some) }
    }

    /// Nothing, where nothing is promised. A JSON body is let pass, since releases differ in sending one; a page is not: it
    /// means that something other than the cluster answered.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] naming the content type.
    pub fn nothing(&self) -> Result<(), Error> {
        let start = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        if matches!(start, None | Some(b'{' | b'[')) { Ok(()) } else { Err(self.unreadable(self.foreign())) }
    }

    fn not_utf8(&self, error: std::str::Utf8Error) -> Error {
        self.unreadable(format!("not UTF-8 from byte {}", error.valid_up_to()))
    }

    fn foreign(&self) -> String {
        let content_type = match self.content_type() {
            "" => "of no content type",
            content_type => content_type,
        };
        let address = self.config.as_ref().map_or("the address", |config| config.rest_address());
        format!("the body is {content_type}, which this API never sends: is {address} that of the cluster's REST API?")
    }

    fn content_type(&self) -> &str {
        let value = self.headers.get(http::header::CONTENT_TYPE);
        value.map_or("", |value| value.to_str().unwrap_or("unreadable"))
    }

    /// Whether it is a page for people, where the API sends XML: both begin alike.
    fn is_page(&self) -> bool {
        let starts = |text: &[u8], with: &str| {
            text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
        };
        let body = self.body.trim_ascii_start();
        starts(self.content_type().as_bytes(), "text/html") || starts(body, "<!doctype html") || starts(body, "<html")
    }

    fn unreadable(&self, reason: impl Into<String>) -> Error {
        DecodeError::new(self.operation, self.status, reason, &self.body).typed(self.content_type()).into()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, status, headers, body, .. } = self;
        f.debug_struct("Answer")
            .field("operation", operation)
            .field("status", status)
            .field("headers", headers)
            .field("body", body)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", http::HeaderValue::from_static("text/html"));
        Answer::new("get_topology", StatusCode::from_u16(status).unwrap(), headers, body.into())
    }

    #[derive(Debug, serde::Deserialize)]
    struct Page {
        #[allow(dead_code, reason = "only its type matters")]
        items: Vec<u32>,
    }

    #[test]
    fn a_page_is_not_a_success() {
        let error = answer(200, "<!doctype html>").nothing().unwrap_err().to_string();
        assert!(error.contains("get_topology: 200") && error.contains("text/html"), "{error}");
        assert!(answer(200, "\n<html>").json::<Page>().unwrap_err().to_string().contains("text/html"));
        let config = Arc::new(Config::builder().rest_address("http://h/base").build().unwrap());
        let Error::Decode(error) = answer(200, "<!doctype html>").of_cluster(&config).json::<Page>().unwrap_err()
        else {
            panic!("it was taken")
        };
        assert!(error.to_string().contains("is http://h/base/v2 that of the cluster's REST API?"), "{error}");
        assert_eq!(
            (error.status().as_u16(), error.content_type(), error.excerpt()),
            (200, "text/html", "<!doctype html>")
        );
    }

    #[test]
    fn a_page_is_no_model() {
        assert!(answer(200, "<definitions/>").text().is_err(), "it says that it is text/html");
        let bare = |body: &'static str| {
            Answer::new("get_process_definition_xml", StatusCode::OK, HeaderMap::new(), body.into())
        };
        assert!(bare("\r\n<!DOCTYPE html><html>").text().is_err() && bare("<HTML>").text().is_err());
        assert!(bare("<?xml version=\"1.0\"?><definitions/>").text().is_ok());
        assert_eq!(bare("").text().unwrap(), "");
    }

    #[test]
    fn an_error_says_where() {
        let error = answer(200, r#"{"items":[1,"x"]}"#).json::<Page>().unwrap_err().to_string();
        assert!(error.contains("items[1]"), "{error}");
        assert!(error.contains(r#"{"items":[1,"x"]}"#), "{error}");
    }

    #[test]
    fn an_empty_body_keeps_its_status() {
        let error = answer(200, " ").json::<Page>().unwrap_err().to_string();
        assert!(error.contains("200") && error.contains("empty"), "{error}");
        assert!(answer(204, "").optional_json::<Page>().unwrap().is_none());
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert!(answer(200, "\u{feff}{\"items\":[]}").json::<Page>().is_ok());
    }
}
