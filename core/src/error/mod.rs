//! Everything that can go wrong, by who is to blame: the configuration, the request, the identity provider, the cluster, the
//! network, the clock, the answer, or the code that drives the core. No error prints a secret.

mod api;
mod auth;
mod network;
mod wait;

pub use api::{ApiError, Kind};
pub use auth::AuthError;
pub use network::{DeadlineError, NetworkError};
pub use wait::WaitError;

pub use crate::config::ConfigError;
use crate::operation::OperationInfo;
use crate::problem::Problem;

/// What a call, a client or a worker fails with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used; all its problems are listed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A member of the request cannot be sent; nothing was.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The identity provider gave no token; nothing was sent to the cluster.
    #[error(transparent)]
    Auth(Box<AuthError>),
    /// The cluster, or something in front of it, answered with an error status.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The exchange with the cluster failed.
    #[error(transparent)]
    Network(Box<NetworkError>),
    /// The call's deadline passed.
    #[error(transparent)]
    Deadline(Box<DeadlineError>),
    /// The cluster reported success, but its answer is not what was promised.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// What was waited for did not show in time.
    #[error(transparent)]
    Wait(Box<WaitError>),
    /// Too many calls wait for the cluster to recover already; nothing was sent.
    #[error(transparent)]
    QueueFull(#[from] QueueFullError),
    /// The core was driven in the wrong order: a mistake in an adapter.
    #[error("misuse of the core: {0}")]
    Misuse(&'static str),
}

impl Error {
    /// Whether the thing asked for does not exist (404), whatever the operation.
    pub fn is_not_found(&self) -> bool {
        self.kind() == Some(Kind::NotFound)
    }

    /// Whether this operation was answered with a status of this class: `error.is(CompleteJob::INFO, Kind::NotFound)`.
    pub fn is(&self, operation: OperationInfo, kind: Kind) -> bool {
        self.kind() == Some(kind) && self.operation() == Some(operation.name)
    }

    /// The name of the operation, if the error is about one.
    pub fn operation(&self) -> Option<&'static str> {
        match self {
            Error::Request(error) => Some(error.operation()),
            Error::Auth(error) => Some(error.operation()),
            Error::Api(error) => Some(error.operation()),
            Error::Network(error) => Some(error.operation()),
            Error::Deadline(error) => Some(error.operation()),
            Error::Decode(error) => Some(error.operation()),
            Error::Wait(error) => Some(error.operation()),
            Error::QueueFull(error) => Some(error.operation()),
            Error::Config(_) | Error::Misuse(_) => None,
        }
    }

    /// The problem document of the cluster's answer, if it answered with an error status; empty where the body is none.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Error::Api(error) => Some(error.problem()),
            _ => None,
        }
    }

    /// How often the request was sent; 0 where it never was.
    pub fn attempts(&self) -> u32 {
        match self {
            Error::Api(error) => error.attempts(),
            Error::Network(error) => error.attempts(),
            Error::Deadline(error) => error.attempts(),
            Error::Decode(_) => 1,
            Error::Wait(error) => error.reads(),
            Error::Config(_) | Error::Request(_) | Error::Auth(_) | Error::QueueFull(_) | Error::Misuse(_) => 0,
        }
    }

    /// Whether the same request may succeed later without having been carried out already.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Api(error) => error.is_retryable(),
            Error::Network(error) => !error.may_have_executed(),
            Error::Auth(error) => error.is_retryable() && !error.earlier,
            Error::Deadline(error) => !error.may_have_executed(),
            Error::QueueFull(error) => !error.earlier,
            Error::Wait(_) => true,
            Error::Config(_) | Error::Request(_) | Error::Decode(_) | Error::Misuse(_) => false,
        }
    }

    /// The class of the error status, if a status is what this error is about.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Error::Api(error) => Some(error.kind()),
            _ => None,
        }
    }

    /// The status of the cluster's answer, if it answered.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Error::Api(error) => Some(error.status()),
            Error::Decode(error) => Some(error.status()),
            Error::Wait(error) => error.status(),
            _ => None,
        }
    }

    /// The same, of a call with an earlier attempt whose outcome is not known.
    pub(crate) fn after_unknown(mut self) -> Self {
        match &mut self {
            Error::Api(error) => error.unknown_outcome = true,
            Error::Network(error) => error.earlier = true,
            Error::Auth(error) => error.earlier = true,
            Error::QueueFull(error) => error.earlier = true,
            _ => {}
        }
        self
    }

    /// Whether the request was sent and no definite answer came back, or none to an earlier attempt, so that the cluster may
    /// have carried it out: look before you repeat it.
    pub fn may_have_executed(&self) -> bool {
        match self {
            Error::Api(error) => error.may_have_executed(),
            Error::Network(error) => error.may_have_executed(),
            Error::Deadline(error) => error.may_have_executed(),
            Error::Auth(error) => error.earlier,
            Error::QueueFull(error) => error.earlier,
            Error::Decode(_) => true,
            Error::Config(_) | Error::Request(_) | Error::Wait(_) | Error::Misuse(_) => false,
        }
    }
}

macro_rules! boxed {
    ($($variant:ident($error:ty)),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error::$variant(Box::new(error))
            }
        }
    )*};
}
boxed!(
    Auth(AuthError),
    Api(ApiError),
    Network(NetworkError),
    Deadline(DeadlineError),
    Decode(DecodeError),
    Wait(WaitError)
);

/// A member of a request that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {member} {reason}")]
pub struct RequestError {
    operation: &'static str,
    member: &'static str,
    reason: String,
}

impl RequestError {
    /// A member, by its name in the API, and why it cannot be sent.
    pub fn new(operation: &'static str, member: &'static str, reason: impl Into<String>) -> Self {
        Self { operation, member, reason: reason.into() }
    }

    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The member as it is named in the API.
    pub fn member(&self) -> &'static str {
        self.member
    }
}

/// Too many calls wait for the cluster to recover already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{operation}: not sent: the cluster is overloaded, and {limit} calls wait already (CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS)"
)]
pub struct QueueFullError {
    pub(crate) operation: &'static str,
    pub(crate) limit: u32,
    /// Whether an earlier attempt may have been carried out.
    pub(crate) earlier: bool,
}

impl QueueFullError {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How many calls may wait.
    pub fn limit(&self) -> u32 {
        self.limit
    }
}

/// A successful answer that is not what its operation promises.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{operation}: {} was answered, but {reason}{}", status.as_u16(), shown(excerpt))]
pub struct DecodeError {
    operation: &'static str,
    status: http::StatusCode,
    reason: String,
    excerpt: String,
    content_type: String,
}

impl DecodeError {
    pub(crate) fn new(
        operation: &'static str,
        status: http::StatusCode,
        reason: impl Into<String>,
        body: &[u8],
    ) -> Self {
        // A parser's words may quote what it met, at any length.
        const LONGEST_REASON: usize = 500;
        Self {
            operation,
            status,
            reason: shortened(&reason.into(), LONGEST_REASON),
            excerpt: excerpt(body),
            content_type: String::new(),
        }
    }

    pub(crate) fn typed(self, content_type: &str) -> Self {
        Self { content_type: excerpt(content_type.as_bytes()), ..self }
    }

    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The status, a success.
    pub fn status(&self) -> http::StatusCode {
        self.status
    }

    /// What is wrong, and where.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The content type that came with the body; empty if none did, or the body did not come so far.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The beginning of the body on one line, at most 200 characters.
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }
}

fn shown(excerpt: &str) -> String {
    if excerpt.is_empty() { String::new() } else { format!("; the body begins: {excerpt}") }
}

/// The beginning of a foreign body on one line, at most 200 characters.
pub(crate) fn excerpt(body: &[u8]) -> String {
    const LIMIT: usize = 200;
    // A character takes at most four bytes, so that the rest need not be looked at.
    let start = body.get(..body.len().min(LIMIT.saturating_mul(4))).unwrap_or(body);
    let text = String::from_utf8_lossy(start);
    let line: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    shortened(&line.join(" "), LIMIT)
}

/// A text, cut after so many characters.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    let mut short: String = text.chars().take(limit).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt(b" <html>\r\n\t<body>\x1b[31m "), "<html> <body> [31m");
        let long = excerpt("ä".repeat(1000).as_bytes());
        assert_eq!(long.chars().count(), 201);
        assert_eq!(excerpt(&[0xff, b'a']), "\u{fffd}a");
    }

    #[test]
    fn an_error_is_small() {
        // It is the Err side of every call.
        assert!(size_of::<Error>() <= 64, "{}", size_of::<Error>());
    }
}
