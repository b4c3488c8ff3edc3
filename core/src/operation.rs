//! What an operation of the API is: facts known before any request, and the pair of functions that encode and decode.
//! It knows nothing of time, tokens or connections; those are a [`Call`](crate::Call)'s.

use crate::{Answer, Body, CallOptions, Config, Error};

/// A value that encodes one request of the API and decodes its answer.
///
/// The types in [`api`](crate::api) implement it; so can yours, for an endpoint that this version does not know.
pub trait Operation {
    /// What a success decodes to.
    type Output;

    /// What is known of the operation before any request is made.
    const INFO: OperationInfo;

    /// The request, complete but for credentials.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] names the member that cannot be sent, before anything is.
    fn request(&self, config: &Config, options: &CallOptions) -> Result<http::Request<Body>, Error>;

    /// The typed value of a successful answer.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] keeps the status and says where the body is not what was promised.
    fn response(answer: Answer) -> Result<Self::Output, Error>;

    /// How long the server may hold the request before it answers, in milliseconds as the API counts it:
    /// `None` answers at once, 0 lets the server choose, a negative number switches long polling off.
    fn hold(&self) -> Option<i64> {
        None
    }

    /// How many files it uploads: servers take only so many at once, and an error that is about that names the number.
    fn files(&self) -> usize {
        0
    }
}

/// Marks the operations whose reads lag behind writes, as the API description says: those that can be waited for.
pub trait EventuallyConsistent: Operation {}

/// What is known of an operation before any request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The operation's id in the API description, such as `createProcessInstance`.
    pub id: &'static str,
    /// The name of the client's method, such as `create_process_instance`.
    pub name: &'static str,
    /// The method of its request.
    pub method: Verb,
    /// The template of its path, such as `/jobs/{jobKey}/completion`.
    pub path: &'static str,
    /// The tag that the API description puts it under, such as `Process instance`.
    pub tag: &'static str,
    /// The release of the server that added it, such as `8.8`.
    pub since: &'static str,
    /// Which root its path is relative to.
    pub base: Base,
    /// The media type that it asks for.
    pub accept: Accept,
    /// Whether it may be sent again although an earlier request of it may have been carried out.
    pub repeatable: bool,
    /// Whether it ends work that the cluster has already handed out, so that it is never held back under load.
    pub drains: bool,
    /// Whether its reads lag behind writes.
    pub eventual: bool,
    /// Which member the configured tenant fills in if it is not set.
    pub tenant: TenantDefault,
}

impl OperationInfo {
    /// An operation that asks for JSON below the API's root; repeatable if it is a `GET`.
    pub const fn new(id: &'static str, name: &'static str, method: Verb, path: &'static str) -> Self {
        Self {
            id,
            name,
            method,
            path,
            tag: "",
            since: "",
            base: Base::Api,
            accept: Accept::Json,
            repeatable: matches!(method, Verb::Get),
            drains: false,
            eventual: false,
            tenant: TenantDefault::None,
        }
    }

    /// With the tag that it is described under.
    pub const fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    /// With the release that added it.
    pub const fn since(mut self, since: &'static str) -> Self {
        self.since = since;
        self
    }

    /// Its reads lag behind writes.
    pub const fn eventual(mut self) -> Self {
        self.eventual = true;
        self
    }

    /// The configured tenant fills in `tenantId`.
    pub const fn tenant(mut self) -> Self {
        self.tenant = TenantDefault::One;
        self
    }

    /// The configured tenants fill in `tenantIds`.
    pub const fn tenants(mut self) -> Self {
        self.tenant = TenantDefault::Many;
        self
    }

    /// With another root.
    pub const fn base(mut self, base: Base) -> Self {
        self.base = base;
        self
    }

    /// With another media type to ask for.
    pub const fn accept(mut self, accept: Accept) -> Self {
        self.accept = accept;
        self
    }

    /// May be sent again after an unknown outcome.
    pub const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Ends handed-out work: never held back under load.
    pub const fn drains(mut self) -> Self {
        self.drains = true;
        self
    }
}

/// The method of a request: those of [`http::Method`] that the API uses, as a plain value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl From<Verb> for http::Method {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Get => Self::GET,
            Verb::Post => Self::POST,
            Verb::Put => Self::PUT,
            Verb::Patch => Self::PATCH,
            Verb::Delete => Self::DELETE,
        }
    }
}

/// Which member the configured tenant fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantDefault {
    /// None.
    None,
    /// `tenantId`.
    One,
    /// `tenantIds`.
    Many,
}

/// Which root an operation's path is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The configured address, which ends in `/v2`.
    Api,
    /// The configured address without its last `/v2`: the operations under `/cluster/v2`.
    Cluster,
}

/// The media type that an operation asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// `application/json`
    Json,
    /// `text/xml`
    Xml,
    /// `application/octet-stream`
    Binary,
}

/// One operation ready to be sent: its request and the facts that steer the call. Made by [`Prepared::new`].
#[derive(Debug)]
pub struct Prepared {
    pub(crate) request: http::Request<Body>,
    pub(crate) info: OperationInfo,
    pub(crate) hold: Option<i64>,
    pub(crate) files: usize,
}

impl Prepared {
    /// Encodes the operation.
    ///
    /// # Errors
    ///
    /// As [`Operation::request`].
    pub fn new<O: Operation>(operation: &O, config: &Config, options: &CallOptions) -> Result<Self, Error> {
        Ok(Self {
            request: operation.request(config, options)?,
            info: O::INFO,
            hold: operation.hold(),
            files: operation.files(),
        })
    }

    /// No operation: a call that is over once there are credentials.
    pub(crate) fn credentials(id: &'static str, name: &'static str) -> Self {
        // It adds nothing to the load of the cluster, so that it needs no permit.
        let info = OperationInfo::new(id, name, Verb::Post, "").drains();
        Self { request: http::Request::default(), info, hold: None, files: 0 }
    }
}
