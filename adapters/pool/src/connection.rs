//! One connection: hyper's sender and the future that moves its bytes, kept together and polled together. Whether it may be
//! used again is asked of it; who uses it is the pool's business.

use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use camunda_driver::core::{TransportError, TransportErrorKind as Kind};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};

use crate::sending::Sending;

/// Moves the bytes of a connection until it ends.
type Mover = Pin<Box<dyn Future<Output = Result<(), hyper::Error>> + Send>>;

pub(crate) struct Connection {
    sender: SendRequest<Sending>,
    /// `None` once the connection has ended.
    mover: Option<Mover>,
    pub(crate) idle_since: Instant,
}

/// Why a request got no answer.
pub(crate) enum Unanswered {
    /// It was not sent; here it is again, and why.
    Unsent(Box<http::Request<Sending>>, hyper::Error),
    Failed(hyper::Error),
}

impl Connection {
    pub(crate) async fn open<S>(stream: S) -> Result<Self, TransportError>
    where
        S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    {
        let opened = http1::handshake(stream).await;
        let (sender, mover) = opened.map_err(|error| TransportError::not_sent(Kind::Connect, told(&error)))?;
        Ok(Self { sender, mover: Some(Box::pin(mover)), idle_since: Instant::now() })
    }

    /// Whether a request can be sent on it. A peer that has closed it meanwhile is noticed here.
    pub(crate) fn is_ready(&mut self) -> bool {
        self.move_bytes(&mut Context::from_waker(Waker::noop()));
        self.mover.is_some() && self.sender.is_ready()
    }

    pub(crate) async fn send(
        &mut self,
        request: http::Request<Sending>,
    ) -> Result<http::Response<Incoming>, Unanswered> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let mover = &mut self.mover;
        poll_fn(|context| {
            let _ = poll_mover(mover, context);
            answer.as_mut().poll(context)
        })
        .await
        .map_err(|mut error| match error.take_message() {
            Some(request) => Unanswered::Unsent(Box::new(request), error.into_error()),
            None => Unanswered::Failed(error.into_error()),
        })
    }

    /// Polls something that this connection's bytes are needed for.
    pub(crate) fn poll_with<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.move_bytes(context);
        poll(context)
    }

    fn move_bytes(&mut self, context: &mut Context<'_>) {
        let _ = poll_mover(&mut self.mover, context);
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("open", &self.mover.is_some()).finish_non_exhaustive()
    }
}

/// An error of the connection is told by the exchange that meets it.
fn poll_mover(mover: &mut Option<Mover>, context: &mut Context<'_>) -> Poll<()> {
    let Some(running) = mover else { return Poll::Ready(()) };
    if running.as_mut().poll(context).is_ready() {
        *mover = None;
        return Poll::Ready(());
    }
    Poll::Pending
}

/// What an error says of an exchange whose request was sent, and which was at the `head` or the `body` of its answer.
pub(crate) fn failed(within: &'static str, error: &hyper::Error) -> TransportError {
    if error.is_user() {
        return TransportError::maybe_sent(Kind::Interrupted, told(error));
    }
    let stream = of_the_stream(error);
    // What hyper does not understand within a body it tells as an error of the stream.
    let garbled = |error: &std::io::Error| matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput);
    if error.is_parse() || stream.is_some_and(garbled) {
        return TransportError::maybe_sent(Kind::Protocol, told(error));
    }
    camunda_link::closed(within, stream)
}

/// The error of the socket, or of TLS on it, that hyper met.
pub(crate) fn of_the_stream(error: &hyper::Error) -> Option<&std::io::Error> {
    let mut cause: &dyn std::error::Error = error;
    while !cause.is::<std::io::Error>() {
        cause = cause.source()?;
    }
    cause.downcast_ref()
}

/// hyper says what it was doing; its source says what happened.
fn told(error: &hyper::Error) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
