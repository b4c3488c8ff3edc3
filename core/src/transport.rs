//! What a driver is told about an exchange, and what it tells back. No sockets: only the words for what happens on them.

use std::fmt;
use std::time::Instant;

use bytes::Bytes;

/// To whom a request goes: their addresses, and later their TLS and proxy settings, differ.
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
#[derive(Debug)]
pub enum Event {
    /// Status and headers came.
    Head(http::Response<()>),
    /// A part of the body came.
    Chunk(Bytes),
    /// The body is complete.
    End,
    /// The exchange failed.
    Failed(TransportError),
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
            Self::Tls => "no TLS session could be established",
            Self::Timeout => "timed out",
            Self::Closed => "the connection was closed before the answer was complete",
            Self::Protocol => "the answer is not HTTP",
            Self::Interrupted => "interrupted",
        })
    }
}
