//! One blocking exchange on ureq. Redirects, cookies, compression and retries of ureq's own are off: those are the core's
//! decisions, or nobody's.

use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use camunda_driver::core::{Body, Config, Digests, Error, Limits, Route, TransportError};
use camunda_driver::{BlockingChunks, Exchange, Outgoing};
use camunda_link::Links;
use http::header::{CONTENT_LENGTH, PROXY_AUTHORIZATION};
use ureq::{Agent, SendBody};

use crate::names::Names;
use crate::{failure, line};

/// The blocking adapter on ureq.
#[derive(Debug)]
pub struct Ureq {
    cluster: Agent,
    identity: Agent,
    /// What further agents are made of.
    config: ureq::config::Config,
    links: Arc<Links>,
    names: Arc<Names>,
}

/// Bytes for each connection, idle ones too: a head of an answer has to fit into the first, of a request into the second.
const INPUT_BUFFER: usize = 64 << 10;
const OUTPUT_BUFFER: usize = 32 << 10;

/// How many idle connections are kept: as many as a busy program has threads.
const IDLE_CONNECTIONS: usize = 64;
/// How much of a body is read at once.
const PART: usize = 16 << 10;

impl Exchange for Ureq {
    type Body = UreqBody;
    const STREAMS: bool = true;

    fn open(config: &Config) -> Result<Self, Error> {
        let links = Arc::new(Links::open(config)?);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .accept_encoding("")
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS)
            .max_idle_age(config.pool_idle())
            .input_buffer_size(INPUT_BUFFER)
            .output_buffer_size(OUTPUT_BUFFER)
            .build();
        Ok(Self::new(config, links, Arc::default()))
    }

    fn digests() -> Option<Digests> {
        Some(camunda_link::digests())
    }

    fn exchange(
        &self,
        request: http::Request<Body>,
        route: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError> {
        let (mut parts, body) = request.into_parts();
        let forward = self.links.forward(&parts.uri);
        if let Some(credentials) = forward.as_ref().and_then(|forward| forward.authorization.clone()) {
            parts.headers.insert(PROXY_AUTHORIZATION, credentials);
        }
        let agent = match route {
            Route::Cluster => &self.cluster,
            Route::Identity => &self.identity,
        };
        let body = Outgoing::of(body)?;
        let (result, begun) = line::begun(limits.connect, || match body {
            Outgoing::Empty => run(agent, http::Request::from_parts(parts, ()), limits.head),
            Outgoing::Whole(bytes) => run(agent, http::Request::from_parts(parts, &bytes[..]), limits.head),
            Outgoing::Parts(streamed) => {
                if let Some(length) = streamed.length() {
                    parts.headers.insert(CONTENT_LENGTH, length.into());
                }
                let body = SendBody::from_owned_reader(streamed);
                run(agent, http::Request::from_parts(parts, body), limits.head)
            }
        });
        let (parts, body) = result.map_err(|error| failure::of(error, begun))?.into_parts();
        if let Some(refused) = forward.and_then(|forward| forward.refused(parts.status)) {
            return Err(refused);
        }
        Ok((http::Response::from_parts(parts, ()), UreqBody { reader: body.into_reader() }))
    }

    fn fork(&self) -> Self {
        Self::new(self.config.clone(), Arc::clone(&self.links), Arc::clone(&self.names))
    }

    fn interrupt(&self) {
        self.cluster.clone().shutdown();
        self.identity.clone().shutdown();
    }
}

impl Ureq {
    fn new(config: ureq::config::Config, links: Arc<Links>, names: Arc<Names>) -> Self {
        let agent = |route| line::agent(config.clone(), Arc::clone(&links), Arc::clone(&names), route);
        Self { cluster: agent(Route::Cluster), identity: agent(Route::Identity), config, links, names }
    }
}

fn run(
    agent: &Agent,
    request: http::Request<impl ureq::AsSendBody>,
    until: Instant,
) -> Result<http::Response<ureq::Body>, ureq::Error> {
    let left = until.saturating_duration_since(Instant::now());
    let request = agent.configure_request(request).timeout_per_call(Some(left));
    agent.run(request.build())
}

/// The body of an answer.
pub struct UreqBody {
    reader: ureq::BodyReader<'static>,
}

impl BlockingChunks for UreqBody {
    fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError> {
        let mut part = [0; PART];
        let read = line::until(until, || self.reader.read(&mut part));
        let read = read.map_err(failure::of_read)?;
        Ok((read > 0).then(|| Bytes::copy_from_slice(&part[..read])))
    }
}

impl std::fmt::Debug for UreqBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UreqBody").finish_non_exhaustive()
    }
}
