//! Connections by origin, and the exchange over them. A request takes an idle connection or opens one; its body gives the
//! connection back when it has been read to its end.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use camunda_driver::core::{Body, Config, Digests, Error, Limits, Route, TransportError, TransportErrorKind as Kind};
use camunda_driver::{Chunks, Transport};
use http::header::{HOST, HeaderValue};
use http::uri::{PathAndQuery, Scheme};
use http::{Request, Uri};
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use crate::connection::{Connection, Unanswered, failed};
use crate::dial::{Dialer, Target};
use crate::{digests, tls};

/// The transport over a [`Dialer`].
#[derive(Debug)]
pub struct Pool<D> {
    shared: Arc<Shared<D>>,
}

#[derive(Debug)]
struct Shared<D> {
    dialer: D,
    tls: Option<Arc<ClientConfig>>,
    idle_time: Duration,
    /// The newest connection of an origin is last, and is taken first: old ones get the chance to run out.
    idle: Mutex<HashMap<String, Vec<Connection>>>,
}

impl<D: Dialer> Transport for Pool<D> {
    type Body = PoolBody<D>;

    fn open(config: &Config) -> Result<Self, Error> {
        let shared = Shared {
            dialer: D::open(config)?,
            tls: if config.uses_tls() { Some(tls::client_config()?) } else { None },
            idle_time: config.pool_idle(),
            idle: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    fn digests() -> Option<Digests> {
        Some(digests::ring())
    }

    async fn exchange(
        &self,
        request: Request<Body>,
        _: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError> {
        let Origin { key, target, mut request } = Origin::of(request, self.shared.tls.as_ref())?;
        let dialer = &self.shared.dialer;
        let late = || TransportError::maybe_sent(Kind::Timeout, "no answer in time");
        let (answer, connection) = loop {
            let pooled = self.shared.take(&key);
            let fresh = pooled.is_none();
            let mut connection = match pooled {
                Some(connection) => connection,
                None => {
                    let opening = async { Connection::open(dialer.connect(&target).await?).await };
                    let late = || Err(TransportError::not_sent(Kind::Timeout, "no connection in time"));
                    within(dialer.sleep_until(limits.connect), opening).await.unwrap_or_else(late)?
                }
            };
            match within(dialer.sleep_until(limits.head), connection.send(request)).await.ok_or_else(late)? {
                Ok(answer) => break (answer, connection),
                // The peer had closed a kept connection before a byte of the request was on it: that costs nothing.
                Err(Unanswered::Unsent(unsent)) if !fresh => request = *unsent,
                Err(Unanswered::Unsent(_)) => {
                    return Err(TransportError::not_sent(Kind::Closed, "the connection was closed at once"));
                }
                Err(Unanswered::Failed(error)) => return Err(error),
            }
        };
        let (head, incoming) = answer.into_parts();
        let body = PoolBody { shared: Arc::clone(&self.shared), key, connection: Some(connection), incoming };
        Ok((http::Response::from_parts(head, ()), body))
    }

    async fn sleep_until(&self, at: Instant) {
        self.shared.dialer.sleep_until(at).await;
    }
}

impl<D> Shared<D> {
    /// An idle connection that is still good.
    fn take(&self, key: &str) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = idle.get_mut(key)?;
        while let Some(mut connection) = connections.pop() {
            if connection.idle_since.elapsed() < self.idle_time && connection.is_ready() {
                return Some(connection);
            }
        }
        None
    }

    fn give_back(&self, key: &str, mut connection: Connection) {
        if !connection.is_ready() {
            return;
        }
        connection.idle_since = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have run out are at the front.
        let connections = idle.entry(key.to_owned()).or_default();
        let expired = connections.iter().take_while(|kept| kept.idle_since.elapsed() >= self.idle_time).count();
        connections.drain(..expired);
        connections.push(connection);
    }
}

/// The body of an answer. Read to its end, it gives its connection back; dropped before, it closes it.
#[derive(Debug)]
pub struct PoolBody<D> {
    shared: Arc<Shared<D>>,
    key: String,
    connection: Option<Connection>,
    incoming: Incoming,
}

impl<D: Dialer> Chunks for PoolBody<D> {
    async fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError> {
        let Self { shared, connection, incoming, .. } = self;
        let Some(moving) = connection else { return Ok(None) };
        let part = poll_fn(|context| {
            loop {
                let frame = moving.poll_with(context, |context| Pin::new(&mut *incoming).poll_frame(context));
                return match frame {
                    Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                        Ok(data) => Poll::Ready(Ok(Some(data))),
                        // Trailers carry nothing that is wanted.
                        Err(_) => continue,
                    },
                    Poll::Ready(Some(Err(error))) => Poll::Ready(Err(failed(&error))),
                    Poll::Ready(None) => Poll::Ready(Ok(None)),
                    Poll::Pending => Poll::Pending,
                };
            }
        });
        let Some(part) = within(shared.dialer.sleep_until(until), part).await else {
            self.connection = None;
            return Err(TransportError::maybe_sent(Kind::Timeout, "the next part of the answer did not come in time"));
        };
        if matches!(part, Ok(None))
            && let Some(connection) = self.connection.take()
        {
            self.shared.give_back(&self.key, connection);
        }
        part
    }
}

/// Where a request goes, and the request as it is written there.
struct Origin {
    key: String,
    target: Target,
    request: Request<Full<Bytes>>,
}

impl Origin {
    fn of(request: Request<Body>, tls: Option<&Arc<ClientConfig>>) -> Result<Self, TransportError> {
        let refuse = |reason: &str| TransportError::not_sent(Kind::Connect, reason);
        let (mut parts, body) = request.into_parts();
        let uri = std::mem::take(&mut parts.uri);
        let authority = uri.authority().ok_or_else(|| refuse("the address has no host"))?;
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let tls = if secure {
            let config = tls.ok_or_else(|| refuse("the address wants TLS, which is not set up"))?;
            let name =
                ServerName::try_from(host.clone()).map_err(|_| refuse("the host is no name for a certificate"))?;
            Some((Arc::clone(config), name))
        } else {
            None
        };
        let key = format!("{}://{authority}", uri.scheme_str().unwrap_or_default());
        let value = HeaderValue::from_str(authority.as_str()).map_err(|_| refuse("the host is no header value"))?;
        parts.headers.insert(HOST, value);
        parts.uri = Uri::from(uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")));
        let request = Request::from_parts(parts, Full::new(body.into_bytes()));
        Ok(Self { key, target: Target { host, port, tls }, request })
    }
}

/// What a future brings, unless the other is over first.
async fn within<T>(sleep: impl Future<Output = ()>, future: impl Future<Output = T>) -> Option<T> {
    let (mut sleep, mut future) = (pin!(sleep), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => sleep.as_mut().poll(context).map(|()| None),
    })
    .await
}
