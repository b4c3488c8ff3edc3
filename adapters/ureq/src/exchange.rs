//! One blocking exchange on ureq. Redirects, cookies, compression and retries of ureq's own are off: those are the core's
//! decisions, or nobody's.

use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use camunda_driver::core::{Body, Config, Digests, Error, Limits, Route, TransportError};
use camunda_driver::{BlockingChunks, Exchange};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

use crate::{digests, failure, watch};

/// The blocking adapter on ureq.
#[derive(Debug)]
pub struct Ureq {
    /// For the cluster and the identity provider alike.
    agent: Agent,
    config: ureq::config::Config,
}

/// How many idle connections are kept: as many as a busy program has threads.
const IDLE_CONNECTIONS: usize = 64;
/// How much of a body is read at once.
const PART: usize = 16 << 10;

impl Exchange for Ureq {
    type Body = UreqBody;

    fn open(config: &Config) -> Result<Self, Error> {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .accept_encoding("identity")
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS)
            .max_idle_age(config.pool_idle())
            .tls_config(tls)
            .build();
        Ok(Self { agent: watch::agent(config.clone()), config })
    }

    fn digests() -> Option<Digests> {
        Some(digests::ring())
    }

    fn exchange(
        &self,
        request: http::Request<Body>,
        _: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError> {
        let now = Instant::now();
        let (parts, body) = request.into_parts();
        let left = |until: Instant| Some(until.saturating_duration_since(now));
        let (result, begun) = watch::begun(|| match body {
            Body::Empty => self.run(http::Request::from_parts(parts, ()), left(limits.connect), left(limits.head)),
            body => {
                let bytes = body.into_bytes();
                self.run(http::Request::from_parts(parts, &bytes[..]), left(limits.connect), left(limits.head))
            }
        });
        let (parts, body) = result.map_err(|error| failure::of(&error, begun))?.into_parts();
        Ok((http::Response::from_parts(parts, ()), UreqBody { reader: body.into_reader() }))
    }

    fn fork(&self) -> Self {
        Self { agent: watch::agent(self.config.clone()), config: self.config.clone() }
    }

    fn interrupt(&self) {
        self.agent.clone().shutdown();
    }
}

impl Ureq {
    fn run(
        &self,
        request: http::Request<impl ureq::AsSendBody>,
        connect: Option<std::time::Duration>,
        call: Option<std::time::Duration>,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let request = self.agent.configure_request(request);
        self.agent.run(request.timeout_connect(connect).timeout_per_call(call).build())
    }
}

/// The body of an answer.
pub struct UreqBody {
    reader: ureq::BodyReader<'static>,
}

impl BlockingChunks for UreqBody {
    fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError> {
        let mut part = [0; PART];
        let read = watch::until(until, || self.reader.read(&mut part));
        let read = read.map_err(|error| failure::of_read(&error))?;
        Ok((read > 0).then(|| Bytes::copy_from_slice(&part[..read])))
    }
}

impl std::fmt::Debug for UreqBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UreqBody").finish_non_exhaustive()
    }
}
