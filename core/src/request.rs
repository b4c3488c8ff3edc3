//! Builds the request of an operation: path, query, headers, body. It refuses what cannot be sent unchanged, and adds no
//! credentials: those change from attempt to attempt.

use std::fmt::{Display, Write as _};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::api::{JobTenantFilter, TenantId};
use crate::error::RequestError;
use crate::model::{Given, Id};
use crate::multipart::Multipart;
use crate::operation::{Accept, Base, OperationInfo};
use crate::{Body, CallOptions, Config, Error, Streamed};

/// RFC 3986 §2.3: everything but the unreserved characters is encoded, in a path segment and in a query alike.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A body and, beside its members, the tenant that is not always the caller's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct With<'a, T> {
    #[serde(flatten)]
    body: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<&'a Given<TenantId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_ids: Option<&'a [Given<TenantId>]>,
}

/// Puts a request together; the first thing that cannot be sent is the error that comes out at the end.
#[must_use]
#[derive(Debug)]
pub struct RequestBuilder<'a> {
    config: &'a Config,
    info: OperationInfo,
    /// What is left of the path template.
    template: &'static str,
    target: String,
    asked: bool,
    failed: Option<RequestError>,
}

impl<'a> RequestBuilder<'a> {
    /// Begins the request of an operation.
    pub fn new(config: &'a Config, info: OperationInfo) -> Self {
        let root = match info.base {
            Base::Api => config.rest_address(),
            Base::Cluster => config.cluster_address(),
        };
        Self { config, info, template: info.path, target: root.to_owned(), asked: false, failed: None }
    }

    /// Fills the next `{parameter}` of the path. Parameters are given in the order of the template.
    pub fn path(mut self, parameter: &'static str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        if value.is_empty() {
            self.refuse(parameter, "must not be empty");
        } else if value.bytes().all(|byte| byte == b'.') {
            // A segment of dots would be taken for a walk up the path by whatever stands between.
            self.refuse(parameter, "must not consist of dots only");
        }
        match self.template.split_once('{').map(|(before, rest)| (before, rest.split_once('}'))) {
            Some((before, Some((name, rest)))) if name == parameter => {
                self.target.push_str(before);
                self.target.extend(utf8_percent_encode(value, ENCODED));
                self.template = rest;
            }
            _ => self.refuse(parameter, "is not the next parameter of the operation's path"),
        }
        self
    }

    /// As [`path`](Self::path), for an id, which is checked if it was given as text.
    pub fn id<T: Id>(self, parameter: &'static str, id: &Given<T>) -> Self {
        self.check(parameter, Some(id)).path(parameter, id.as_str())
    }

    /// Refuses text that was given for an id and is none.
    pub fn check<T: Id>(mut self, member: &'static str, id: Option<&Given<T>>) -> Self {
        if let Some(Err(error)) = id.map(Given::check) {
            self.refuse(member, format!("is not valid: {error}"));
        }
        self
    }

    /// Refuses a request that lacks a member which it needs.
    pub fn need(mut self, member: &'static str, present: bool) -> Self {
        if !present {
            self.refuse(member, "is needed but not set");
        }
        self
    }

    /// Adds a parameter to the query, unless it is not set.
    pub fn query(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        let Some(value) = value else { return self };
        self.finish_path();
        self.target.push(if self.asked { '&' } else { '?' });
        self.asked = true;
        let text = value.to_string();
        // Writing to a String never fails.
        let _ = write!(self.target, "{name}={}", utf8_percent_encode(&text, ENCODED));
        self
    }

    /// Notes that a member cannot be sent; the first of them is what the request fails with.
    pub fn refuse(&mut self, member: &'static str, reason: impl Into<String>) {
        if self.failed.is_none() {
            self.failed = Some(RequestError::new(self.info.name, member, reason));
        }
    }

    /// The request without a body.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for the first member that cannot be sent; so for the other finishing methods.
    pub fn empty(self) -> Result<http::Request<Body>, Error> {
        self.finish(None, Body::Empty)
    }

    /// The request with a JSON body.
    ///
    /// # Errors
    ///
    /// As [`empty`](Self::empty); also if the value does not serialise.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Result<http::Request<Body>, Error> {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.finish(Some(HeaderValue::from_static("application/json")), Body::Full(bytes.into())),
            Err(error) => {
                self.refuse("body", format!("cannot be written as JSON: {error}"));
                self.empty()
            }
        }
    }

    /// As [`json`](Self::json), with `tenantId`: the one given, else that of the options, else the configured one.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json).
    pub(crate) fn json_for_tenant<T: Serialize>(
        self,
        body: &T,
        given: Option<&Given<TenantId>>,
        options: &CallOptions,
    ) -> Result<http::Request<Body>, Error> {
        let configured = options.tenant_id().or_else(|| self.config.tenant_id());
        match (given, configured) {
            (Some(tenant), _) => self.json(&With { body, tenant_id: Some(tenant), tenant_ids: None }),
            (None, Some(tenant)) => self.json(&With { body, tenant_id: Some(&tenant.into()), tenant_ids: None }),
            (None, None) => self.json(body),
        }
    }

    /// As [`json`](Self::json), with `tenantIds`: those given, else that of the options, else the configured ones; the last
    /// two only if the tenants are not chosen by a filter.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json).
    pub(crate) fn json_for_tenants<T: Serialize>(
        self,
        body: &T,
        given: Option<&[Given<TenantId>]>,
        filter: Option<&JobTenantFilter>,
        options: &CallOptions,
    ) -> Result<http::Request<Body>, Error> {
        let given = given.unwrap_or_default();
        if !given.is_empty() {
            return self.json(&With { body, tenant_id: None, tenant_ids: Some(given) });
        }
        let configured: Vec<Given<TenantId>> = match (filter, options.tenant_id()) {
            (Some(filter), _) if *filter != JobTenantFilter::Provided => Vec::new(),
            (_, Some(tenant)) => vec![tenant.into()],
            (_, None) => self.config.tenant_ids().iter().map(Given::from).collect(),
        };
        if configured.is_empty() {
            return self.json(body);
        }
        self.json(&With { body, tenant_id: None, tenant_ids: Some(&configured) })
    }

    /// The request with a `multipart/form-data` body.
    ///
    /// # Errors
    ///
    /// As [`empty`](Self::empty).
    pub fn multipart(mut self, parts: &Multipart) -> Result<http::Request<Body>, Error> {
        let (content_type, bytes) = parts.encode();
        match HeaderValue::from_str(&content_type) {
            Ok(value) => self.finish(Some(value), Body::Full(Bytes::from(bytes))),
            Err(_) => {
                self.refuse("body", "has a boundary that is not a header value");
                self.empty()
            }
        }
    }

    /// The request with a body that is read while it is sent.
    ///
    /// # Errors
    ///
    /// As [`empty`](Self::empty).
    pub fn streamed(mut self, content_type: &str, body: Streamed) -> Result<http::Request<Body>, Error> {
        match HeaderValue::from_str(content_type) {
            Ok(value) => self.finish(Some(value), Body::Streamed(Box::new(body))),
            Err(_) => {
                self.refuse("body", "has a type that is not a header value");
                self.empty()
            }
        }
    }

    fn finish_path(&mut self) {
        if let Some((_, missing)) = self.template.split_once('{') {
            let name = missing.split('}').next().unwrap_or(missing);
            self.failed.get_or_insert_with(|| RequestError::new(self.info.name, "path", format!("lacks {name}")));
        }
        self.target.push_str(self.template);
        self.template = "";
    }

    fn finish(mut self, content_type: Option<HeaderValue>, body: Body) -> Result<http::Request<Body>, Error> {
        self.finish_path();
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let accept = match self.info.accept {
            Accept::Json => "application/json",
            Accept::Xml => "text/xml, application/problem+json",
            Accept::Binary => "application/octet-stream, application/problem+json",
        };
        let mut request = http::Request::builder()
            .method(http::Method::from(self.info.method))
            .uri(self.target)
            .body(body)
            .map_err(|error| RequestError::new(self.info.name, "address", error.to_string()))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(http::header::USER_AGENT, self.config.user_agent().clone());
        if let Some(value) = content_type {
            headers.insert(CONTENT_TYPE, value);
        }
        Ok(request)
    }
}
