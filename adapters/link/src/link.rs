//! How an address is reached, decided from the configuration alone.

use std::io;
use std::sync::Arc;

use camunda_core::config::Proxy;
use camunda_core::{Config, Error, Route, TransportError, TransportErrorKind as Kind};
use http::uri::Scheme;
use http::{HeaderValue, StatusCode, Uri};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use crate::material;
use crate::trouble::{Peer, ended_the_handshake, told, within};
use crate::tunnel::{Tunnel, refused};

/// The links of a client: what its settings say about TLS and proxies, checked.
#[derive(Debug)]
pub struct Links {
    config: Config,
    cluster: Option<Arc<ClientConfig>>,
    identity: Option<Arc<ClientConfig>>,
}

/// How an address is reached: connect to [`host`](Self::host) and [`port`](Self::port), then do what the
/// [`stages`](Self::stages) say, in their order.
#[derive(Debug)]
pub struct Link {
    /// The host to connect to: the address's, or its proxy's. An IPv6 address without its brackets.
    pub host: String,
    /// The port to connect to.
    pub port: u16,
    /// What happens on the connection before HTTP is spoken.
    pub stages: Vec<Stage>,
    /// Whether that is a proxy's.
    through_proxy: bool,
}

/// What happens on a connection before HTTP is spoken.
#[derive(Debug)]
pub enum Stage {
    /// A tunnel is opened.
    Tunnel(Tunnel),
    /// TLS shakes hands.
    Tls(Session),
}

/// A TLS session that is wanted.
#[derive(Clone, Debug)]
pub struct Session {
    /// The settings.
    pub config: Arc<ClientConfig>,
    /// Whom the certificate has to be made out to.
    pub name: ServerName<'static>,
    host: String,
    route: Route,
}

/// A request that a proxy forwards: it is written with the whole address, in place of its path (RFC 9112 §3.2.2).
#[derive(Clone, Debug)]
pub struct Forward {
    /// The value of `Proxy-Authorization`, if there are credentials.
    pub authorization: Option<HeaderValue>,
    proxy: String,
}

impl Links {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for certificates and keys that cannot be used.
    pub fn open(config: &Config) -> Result<Self, Error> {
        Ok(Self {
            config: config.clone(),
            cluster: material::of(config, Route::Cluster)?,
            identity: material::of(config, Route::Identity)?,
        })
    }

    /// How this address is reached by this route.
    ///
    /// # Errors
    ///
    /// [`TransportError::not_sent`] for an address that cannot be one.
    pub fn to(&self, uri: &Uri, route: Route) -> Result<Link, TransportError> {
        let host = uri.host().ok_or_else(|| impossible("the address has no host"))?;
        let (port, secure) = (port(uri), is_secure(uri));
        let mut stages = Vec::new();
        let proxy = self.config.proxy_for(uri);
        if let Some(proxy) = proxy {
            if is_secure(proxy.uri()) {
                stages.push(Stage::Tls(self.session(proxy.host(), route)?));
            }
            if secure {
                stages.push(Stage::Tunnel(Tunnel::new(proxy, host, port)));
            }
        }
        if secure {
            stages.push(Stage::Tls(self.session(host, route)?));
        }
        let (host, port) = proxy.map_or((host, port), |proxy| (proxy.host(), proxy.port()));
        Ok(Link { host: bare(host).to_owned(), port, stages, through_proxy: proxy.is_some() })
    }

    /// Whether a request for this address is one that a proxy forwards.
    pub fn forward(&self, uri: &Uri) -> Option<Forward> {
        let proxy = self.config.proxy_for(uri).filter(|_| !is_secure(uri))?;
        Some(Forward::through(proxy))
    }

    fn session(&self, host: &str, route: Route) -> Result<Session, TransportError> {
        let config = match route {
            Route::Cluster => &self.cluster,
            Route::Identity => &self.identity,
        };
        let config = config.as_ref().ok_or_else(|| impossible("the address wants TLS, which is not set up"))?;
        let name = ServerName::try_from(bare(host).to_owned());
        let name = name.map_err(|_| impossible("the host is no name that a certificate can be made out to"))?;
        Ok(Session { config: Arc::clone(config), name, host: host.to_owned(), route })
    }
}

impl Link {
    /// The host's name was not resolved.
    pub fn unresolved(&self, error: impl std::fmt::Display) -> TransportError {
        self.not_reached(Kind::Dns, &error.to_string())
    }

    /// No connection was made to any of the host's addresses.
    pub fn unreached(&self, error: &io::Error) -> TransportError {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => self.not_reached(Kind::Connect, "connection refused"),
            _ => self.not_reached(Kind::Connect, &error.to_string()),
        }
    }

    /// The connection did not stand in time.
    pub fn late(&self) -> TransportError {
        let of = if self.through_proxy { " to the proxy, or through it," } else { "" };
        TransportError::not_sent(Kind::Timeout, format!("no connection{of} in time"))
    }

    /// What an error says that met a request on its way, if it says that TLS was never established.
    pub fn turned_away(&self, error: &io::Error) -> Option<TransportError> {
        let cause = within(error).filter(|cause| ended_the_handshake(cause))?;
        let session = self.stages.iter().rev().find_map(|stage| match stage {
            Stage::Tls(session) => Some(session),
            Stage::Tunnel(_) => None,
        })?;
        Some(session.ended(cause))
    }

    fn not_reached(&self, kind: Kind, reason: &str) -> TransportError {
        if self.through_proxy {
            let Self { host, port, .. } = self;
            return TransportError::not_sent(Kind::Proxy, format!("the proxy {host}:{port}: {reason}"));
        }
        TransportError::not_sent(kind, reason)
    }
}

impl Session {
    /// What the error of a handshake says.
    pub fn failed(&self, error: &io::Error) -> TransportError {
        match within(error) {
            Some(cause) => self.ended(cause),
            None => TransportError::not_sent(Kind::Tls, format!("{} ended the handshake: {error}", self.host)),
        }
    }

    fn ended(&self, cause: &rustls::Error) -> TransportError {
        let peer = Peer {
            host: &self.host,
            authorities: material::authority_setting(self.route),
            own: material::client_settings(self.route),
            has_own: self.config.client_auth_cert_resolver.has_certs(),
        };
        TransportError::not_sent(Kind::Tls, told(cause, peer))
    }
}

/// The connection ended in the middle of an answer, in its `head` or its `body`: with an error that is more than its end, or
/// without.
pub fn closed(within: &'static str, error: Option<&io::Error>) -> TransportError {
    match error.filter(|error| error.kind() != io::ErrorKind::UnexpectedEof) {
        Some(error) => TransportError::maybe_sent(Kind::Closed, format!("in its {within}: {error}")),
        None => TransportError::maybe_sent(Kind::Closed, format!("in its {within}")),
    }
}

impl Forward {
    fn through(proxy: &Proxy) -> Self {
        Self { authorization: proxy.authorization().cloned(), proxy: proxy.uri().to_string() }
    }

    /// What an answer means that is the proxy's own: it did not forward the request.
    pub fn refused(&self, status: StatusCode) -> Option<TransportError> {
        (status == StatusCode::PROXY_AUTHENTICATION_REQUIRED).then(|| refused(&self.proxy))
    }
}

fn impossible(reason: &str) -> TransportError {
    TransportError::not_sent(Kind::Connect, reason)
}

fn is_secure(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if is_secure(uri) { 443 } else { 80 })
}

/// Without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
