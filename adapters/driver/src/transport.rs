//! What an adapter brings: one exchange of one request, and sleep. Connections, pools and TLS are behind it; what to send,
//! when, and how often is decided in the core.

use std::future::Future;
use std::time::Instant;

use bytes::Bytes;
use camunda_core::{Body, Config, Digests, Error, Limits, Route, TransportError};

/// An asynchronous adapter. Implementors just write `async fn`.
pub trait Transport: Sized + Send + Sync + 'static {
    /// The body of an answer.
    type Body: Chunks;

    /// Whether it sends [`Body::Streamed`], by [`Outgoing`](crate::Outgoing).
    const STREAMS: bool = false;

    /// Checks and prepares everything that can be prepared before the first request.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for material that cannot be used.
    fn open(config: &Config) -> Result<Self, Error>;

    /// SHA-256 and PBKDF2 of the library that TLS brings. Without them, tokens are kept in memory only.
    fn digests() -> Option<Digests> {
        None
    }

    /// Sends one request and returns the head of its answer. No redirect is followed, no status is an error.
    ///
    /// Dropping the future ends the exchange and its connection.
    ///
    /// # Errors
    ///
    /// [`TransportError`], which says whether the request can have been seen.
    fn exchange(
        &self,
        request: http::Request<Body>,
        route: Route,
        limits: Limits,
    ) -> impl Future<Output = Result<(http::Response<()>, Self::Body), TransportError>> + Send;

    /// Completes at that instant, not before.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send;
}

/// The body of an answer, part by part.
pub trait Chunks: Send {
    /// The next part; `None` at the end. Later than `until` is a [`TransportError`] of the kind time-out.
    ///
    /// # Errors
    ///
    /// [`TransportError::maybe_sent`] in all cases: there is a head already.
    fn chunk(&mut self, until: Instant) -> impl Future<Output = Result<Option<Bytes>, TransportError>> + Send;
}

/// A blocking adapter.
pub trait Exchange: Sized + Send + Sync + 'static {
    /// The body of an answer.
    type Body: BlockingChunks;

    /// Whether it sends [`Body::Streamed`], by [`Outgoing`](crate::Outgoing).
    const STREAMS: bool = false;

    /// As [`Transport::open`].
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for material that cannot be used.
    fn open(config: &Config) -> Result<Self, Error>;

    /// As [`Transport::digests`].
    fn digests() -> Option<Digests> {
        None
    }

    /// As [`Transport::exchange`], blocking.
    ///
    /// # Errors
    ///
    /// [`TransportError`], which says whether the request can have been seen.
    fn exchange(
        &self,
        request: http::Request<Body>,
        route: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError>;

    /// The same adapter with connections of its own, which [`interrupt`](Self::interrupt) ends without harm to others.
    fn fork(&self) -> Self;

    /// Ends the exchanges that other threads have under way on this adapter; later ones fail at once.
    fn interrupt(&self);
}

/// The body of an answer, part by part, blocking.
pub trait BlockingChunks: Send {
    /// As [`Chunks::chunk`].
    ///
    /// # Errors
    ///
    /// [`TransportError::maybe_sent`] in all cases: there is a head already.
    fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError>;
}
