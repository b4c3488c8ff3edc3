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
use camunda_driver::{Chunks, Outgoing, Transport};
use camunda_link::{Forward, Links};
use http::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use hyper::body::{Body as _, Incoming};

use crate::connection::{Connection, Unanswered, failed, of_the_stream};
use crate::dial::Dialer;
use crate::sending::Sending;
use crate::stream::Stream;

/// The transport over a [`Dialer`].
#[derive(Debug)]
pub struct Pool<D> {
    shared: Arc<Shared<D>>,
}

#[derive(Debug)]
struct Shared<D> {
    dialer: D,
    links: Links,
    idle_time: Duration,
    /// The newest connection of an origin is last, and is taken first: old ones get the chance to run out.
    idle: Mutex<HashMap<Origin, Vec<Connection>>>,
}

impl<D: Dialer> Transport for Pool<D> {
    type Body = PoolBody<D>;
    const STREAMS: bool = true;

    fn open(config: &Config) -> Result<Self, Error> {
        let shared = Shared {
            dialer: D::default(),
            links: Links::open(config)?,
            idle_time: config.pool_idle(),
            idle: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    fn digests() -> Option<Digests> {
        Some(camunda_link::digests())
    }

    async fn exchange(
        &self,
        request: Request<Body>,
        route: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError> {
        let Shared { dialer, links, .. } = &*self.shared;
        let uri = request.uri().clone();
        let forward = links.forward(&uri);
        let (origin, mut request) = written(request, route, forward.as_ref())?;
        let late = || TransportError::maybe_sent(Kind::Timeout, "no answer in time");
        let (answer, connection) = loop {
            let (mut connection, fresh) = match self.shared.take(&origin) {
                Some(connection) => (connection, None),
                None => {
                    let link = links.to(&uri, route)?;
                    let stream = Stream::open(dialer, &link, limits.connect).await?;
                    (Connection::open(stream).await?, Some(link))
                }
            };
            let turned_away = |error: &hyper::Error| fresh.as_ref()?.turned_away(of_the_stream(error)?);
            match within(dialer.sleep_until(limits.head), connection.send(request)).await.ok_or_else(late)? {
                Ok(answer) => break (answer, connection),
                // The peer had closed a kept connection before a byte of the request was on it: that costs nothing.
                Err(Unanswered::Unsent(unsent, _)) if fresh.is_none() => request = *unsent,
                Err(Unanswered::Unsent(_, error)) => {
                    let at_once = || TransportError::not_sent(Kind::Closed, "the connection was closed at once");
                    return Err(turned_away(&error).unwrap_or_else(at_once));
                }
                Err(Unanswered::Failed(error)) => {
                    return Err(turned_away(&error).unwrap_or_else(|| failed("head", &error)));
                }
            }
        };
        let (head, incoming) = answer.into_parts();
        if let Some(refused) = forward.and_then(|forward| forward.refused(head.status)) {
            return Err(refused);
        }
        let body = PoolBody { shared: Arc::clone(&self.shared), origin, connection: Some(connection), incoming };
        Ok((http::Response::from_parts(head, ()), body))
    }

    async fn sleep_until(&self, at: Instant) {
        self.shared.dialer.sleep_until(at).await;
    }
}

impl<D> Shared<D> {
    /// An idle connection that is still good.
    fn take(&self, origin: &Origin) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = idle.get_mut(origin)?;
        while let Some(mut connection) = connections.pop() {
            if connection.idle_since.elapsed() < self.idle_time && connection.is_ready() {
                return Some(connection);
            }
        }
        None
    }

    fn give_back(&self, origin: Origin, mut connection: Connection) {
        if !connection.is_ready() {
            return;
        }
        connection.idle_since = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have run out are at the front.
        let connections = idle.entry(origin).or_default();
        let expired = connections.iter().take_while(|kept| kept.idle_since.elapsed() >= self.idle_time).count();
        connections.drain(..expired);
        connections.push(connection);
    }
}

/// The body of an answer. Read to its end, it gives its connection back; dropped before, it closes it.
#[derive(Debug)]
pub struct PoolBody<D> {
    shared: Arc<Shared<D>>,
    origin: Origin,
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
                    Poll::Ready(Some(Err(error))) => Poll::Ready(Err(failed("body", &error))),
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
            self.shared.give_back(self.origin.clone(), connection);
        }
        part
    }
}

/// What connections are kept by: the two routes may differ in their certificates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Origin {
    route: Route,
    scheme: Option<http::uri::Scheme>,
    authority: http::uri::Authority,
}

/// Where a request goes, and the request as it is written there.
fn written(
    request: Request<Body>,
    route: Route,
    forward: Option<&Forward>,
) -> Result<(Origin, Request<Sending>), TransportError> {
    let refuse = |reason: &str| TransportError::not_sent(Kind::Connect, reason);
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().cloned().ok_or_else(|| refuse("the address has no host"))?;
    let value = HeaderValue::from_str(authority.as_str()).map_err(|_| refuse("the host is no header value"))?;
    parts.headers.insert(HOST, value);
    let origin = Origin { route, scheme: parts.uri.scheme().cloned(), authority };
    match forward {
        // The whole address stays.
        Some(Forward { authorization: Some(credentials), .. }) => {
            parts.headers.insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        Some(_) => {}
        None => {
            let path = parts.uri.path_and_query().cloned();
            parts.uri = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        }
    }
    Ok((origin, Request::from_parts(parts, Outgoing::of(body)?.into())))
}

/// What a future brings, unless the other is over first.
pub(crate) async fn within<T>(sleep: impl Future<Output = ()>, future: impl Future<Output = T>) -> Option<T> {
    let (mut sleep, mut future) = (pin!(sleep), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => sleep.as_mut().poll(context).map(|()| None),
    })
    .await
}
