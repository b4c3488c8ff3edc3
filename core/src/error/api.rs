//! An error status of the cluster or of what stands before it. Whether to send the request again is not decided here.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::excerpt;
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
    pub(crate) hint: Option<&'static str>,
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
            write!(f, ": {detail}")?;
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
        if let Some(hint) = self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// The class of an error status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// 400, 406, 415, 422: the request is not acceptable. A 400 may also be the server's own fault.
    Invalid,
    /// 401: no or no valid credentials.
    Unauthorized,
    /// 403: not permitted; also reads on a cluster without secondary storage.
    Forbidden,
    /// 404
    NotFound,
    /// 409: already exists, or in a state that forbids it.
    Conflict,
    /// 413: larger than the cluster or a balancer allows.
    TooLarge,
    /// 429: asked to slow down.
    TooManyRequests,
    /// 501
    NotImplemented,
    /// 503: not now, under load or without a leader.
    Unavailable,
    /// 408, 504: nobody knows in time what became of it.
    Timeout,
    /// 3xx: a redirect, which is never followed, since credentials must not leave the configured origin.
    Redirect,
    /// Any other 5xx.
    Internal,
    /// Anything else.
    Other,
}

impl Kind {
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            400 | 406 | 415 | 422 => Kind::Invalid,
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            409 => Kind::Conflict,
            413 => Kind::TooLarge,
            429 => Kind::TooManyRequests,
            501 => Kind::NotImplemented,
            503 => Kind::Unavailable,
            408 | 504 => Kind::Timeout,
            300..=399 => Kind::Redirect,
            500..=599 => Kind::Internal,
            _ => Kind::Other,
        }
    }
}
