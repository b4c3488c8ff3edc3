//! An error status of the cluster or of what stands before it. Whether to send the request again is not decided here.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{excerpt, shortened};
use crate::problem::Problem;

/// An answer with an error status, whatever its body looks like.
#[derive(Clone, Debug)]
pub struct ApiError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) problem: Problem,
    pub(crate) attempts: u32,
    pub(crate) unknown_outcome: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) retryable: bool,
    pub(crate) hint: Option<Cow<'static, str>>,
}

impl ApiError {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The status: the one member that is stable over releases.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The class of the status.
    pub fn kind(&self) -> Kind {
        Kind::of(self.status)
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came, cut at 64 KiB.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The problem document; empty where the body is none.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// How often the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether the request was not carried out and may be carried out later: it was sent as often as allowed.
    pub fn is_retryable(&self) -> bool {
        self.retryable && !self.unknown_outcome
    }

    /// Whether this answer leaves open if the command was carried out.
    pub fn may_have_executed(&self) -> bool {
        self.unknown_outcome
    }

    /// How long the server asks to wait, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.status.as_u16())?;
        let title = self.problem.title();
        if title.is_empty() {
            write!(f, " {}", self.status.canonical_reason().unwrap_or("without a known reason"))?;
        } else {
            write!(f, " {}", excerpt(title.as_bytes()))?;
        }
        let detail = self.problem.detail();
        if !detail.is_empty() {
            // The report of a deployment is long, and wanted whole; beyond that it is not the cluster that speaks.
            const LONGEST_DETAIL: usize = 16 << 10;
            write!(f, ": {}", shortened(detail, LONGEST_DETAIL))?;
        } else if title.is_empty() && !self.body.is_empty() {
            write!(f, ": {}", excerpt(&self.body))?;
        }
        if self.attempts > 1 {
            write!(f, " (sent {} times)", self.attempts)?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, " (the server asks to wait {} s)", wait.as_secs())?;
        }
        if self.unknown_outcome {
            f.write_str("; the command may have been carried out")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:literal,)*) => {
        /// The class of an error status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $name,)*
            /// Any other status. A redirect is one: it is never followed, since credentials must not leave their origin.
            Other(u16),
        }

        impl Kind {
            /// The class of a status.
            pub fn of(status: StatusCode) -> Self {
                match status.as_u16() {
                    $($status => Kind::$name,)*
                    other => Kind::Other(other),
                }
            }
        }
    };
}

kinds! {
    /// 400: the request is not acceptable, or the gateway met something it did not expect.
    BadRequest = 400,
    /// 401: no or no valid credentials.
    Unauthorized = 401,
    /// 402
    PaymentRequired = 402,
    /// 403: not permitted; also any read of a cluster without secondary storage.
    Forbidden = 403,
    /// 404: not there, or not yet visible to reads.
    NotFound = 404,
    /// 405
    MethodNotAllowed = 405,
    /// 406
    NotAcceptable = 406,
    /// 408
    RequestTimeout = 408,
    /// 409: already there, or in a state that forbids it.
    Conflict = 409,
    /// 410
    Gone = 410,
    /// 412
    PreconditionFailed = 412,
    /// 413: larger than the cluster or a balancer allows.
    ContentTooLarge = 413,
    /// 415
    UnsupportedMediaType = 415,
    /// 422
    UnprocessableContent = 422,
    /// 429: asked to slow down.
    TooManyRequests = 429,
    /// 500: a failure of the server, or a final rejection such as a batch that is too large.
    InternalServerError = 500,
    /// 501
    NotImplemented = 501,
    /// 502: the outcome is unknown.
    BadGateway = 502,
    /// 503: not now, under load or without a leader.
    ServiceUnavailable = 503,
    /// 504: the outcome is unknown.
    GatewayTimeout = 504,
}
