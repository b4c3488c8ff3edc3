//! An asynchronous transport as a blocking one: handlers on threads of their own use the worker's client, whose exchanges are
//! polled by the worker's loop, on whatever executor that runs. So a thread needs no reactor, and shares everything.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

use bytes::Bytes;
use camunda_core::{Body, Config, Error, Limits, Route, TransportError, TransportErrorKind};

use super::signal::{Note, Signal};
use crate::client::Client;
use crate::transport::{BlockingChunks, Chunks, Exchange, Transport};

/// The transport of an asynchronous client, lent to a handler on a thread for as long as its worker runs.
#[derive(Debug)]
pub struct Lent<T> {
    client: Client<T>,
    signal: Arc<Signal>,
}

impl<T: Transport> Lent<T> {
    pub(crate) fn new(client: Client<T>, signal: Arc<Signal>) -> Self {
        Self { client, signal }
    }
}

/// Has a future polled by the loop, and waits for it. `None` if there is no loop any more.
fn on_loop<O: Send + 'static>(signal: &Signal, future: impl Future<Output = O> + Send + 'static) -> Option<O> {
    let (sender, receiver) = channel();
    let task = Box::pin(async move {
        // Whoever waits does not go away before.
        let _ = sender.send(future.await);
    });
    signal.tell(Note::Lent(task)).ok()?;
    receiver.recv().ok()
}

const GONE: &str = "the worker has ended";

impl<T: Transport> Exchange for Lent<T> {
    type Body = LentBody<T::Body>;

    /// Lent, never opened.
    fn open(_: &Config) -> Result<Self, Error> {
        Err(Error::Misuse("a transport is lent by a worker"))
    }

    fn exchange(
        &self,
        request: http::Request<Body>,
        route: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError> {
        let client = self.client.clone();
        let exchange = async move { client.transport().exchange(request, route, limits).await };
        let (head, body) = on_loop(&self.signal, exchange)
            .unwrap_or_else(|| Err(TransportError::maybe_sent(TransportErrorKind::Interrupted, GONE)))?;
        Ok((head, LentBody { body: Some(body), signal: Arc::clone(&self.signal) }))
    }

    fn fork(&self) -> Self {
        Self { client: self.client.clone(), signal: Arc::clone(&self.signal) }
    }

    /// Its exchanges end with the worker.
    fn interrupt(&self) {}
}

/// The body of an answer.
#[derive(Debug)]
pub struct LentBody<B> {
    /// Absent while the loop has it.
    body: Option<B>,
    signal: Arc<Signal>,
}

impl<B: Chunks + 'static> BlockingChunks for LentBody<B> {
    fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError> {
        let gone = || TransportError::maybe_sent(TransportErrorKind::Interrupted, GONE);
        let mut body = self.body.take().ok_or_else(gone)?;
        let read = async move {
            let chunk = body.chunk(until).await;
            (chunk, body)
        };
        let (chunk, body) = on_loop(&self.signal, read).ok_or_else(gone)?;
        self.body = Some(body);
        chunk
    }
}
