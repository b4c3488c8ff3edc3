//! What a driver is told about an exchange, and what it tells back. No sockets: only the words for what happens on them.

use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;

use crate::config::Secret;

/// To whom a request goes: their addresses and TLS settings differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    /// The cluster's REST API.
    Cluster,
    /// The identity provider that issues tokens.
    Identity,
}

/// How long the parts of an exchange may take. All of it is the core's decision; the driver only watches the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A connection stands by then, with TLS.
    pub connect: Instant,
    /// The head of the answer is here by then.
    pub head: Instant,
}

/// What happened since the last step, as told to [`Call::handle`](crate::Call::handle).
pub enum Event {
    /// Status and headers came.
    Head(http::Response<()>),
    /// A part of the body came.
    Chunk(Bytes),
    /// The body is complete.
    End,
    /// The exchange failed.
    Failed(TransportError),
    /// What became of a [`FileAction`](crate::FileAction): the text of a file that was loaded and is there, else nothing; or
    /// in a sentence why it failed.
    File(Result<Option<Secret>, String>),
    /// The headers that the program authenticates this request with, or in a sentence why it cannot.
    Credentials(Result<HeaderMap, String>),
}

impl fmt::Debug for Event {
    /// Without texts of bodies, files and credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Head(head) => f.debug_tuple("Head").field(&head.status()).finish(),
            Event::Chunk(chunk) => write!(f, "Chunk({} bytes)", chunk.len()),
            Event::End => f.write_str("End"),
            Event::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            Event::File(result) => f.debug_tuple("File").field(&result.as_ref().map(Option::is_some)).finish(),
            Event::Credentials(result) => {
                f.debug_tuple("Credentials").field(&result.as_ref().map(HeaderMap::len)).finish()
            }
        }
    }
}

/// A failed exchange: whether the peer may have seen the request is all that decides about sending it again.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct TransportError {
    sent: bool,
    kind: TransportErrorKind,
    detail: String,
}

impl TransportError {
    /// No byte of the request can have reached an HTTP server.
    pub fn not_sent(kind: TransportErrorKind, detail: impl fmt::Display) -> Self {
        Self { sent: false, kind, detail: detail.to_string() }
    }

    /// The request, or a part of it, was sent.
    pub fn maybe_sent(kind: TransportErrorKind, detail: impl fmt::Display) -> Self {
        Self { sent: true, kind, detail: detail.to_string() }
    }

    /// Whether the peer may have seen the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.sent
    }

    /// What failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The cause in the transport's own words.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// What failed in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The name of the host could not be resolved.
    Dns,
    /// No connection could be made.
    Connect,
    /// The proxy could not be reached, or gave no way through.
    Proxy,
    /// A connection was made, but no TLS session.
    Tls,
    /// Too late: connecting, answering or the next part of a body.
    Timeout,
    /// The connection broke before the answer was complete.
    Closed,
    /// What came is not HTTP.
    Protocol,
    /// The driver itself ended the exchange.
    Interrupted,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "the host's name could not be resolved",
            Self::Connect => "could not connect",
            Self::Proxy => "no way through the proxy",
            Self::Tls => "no TLS session could be established",
            Self::Timeout => "timed out",
            Self::Closed => "the connection was closed before the answer was complete",
            Self::Protocol => "the answer is not HTTP",
            Self::Interrupted => "interrupted",
        })
    }
}
