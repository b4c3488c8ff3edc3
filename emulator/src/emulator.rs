//! The emulator as tests use it: started on a free port, inspected, stopped by dropping it.
//! It holds no state of its own; all of that is in the cluster.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use http::StatusCode;

use crate::auth::{Authentication, IdentityProvider};
use crate::cluster::Cluster;
use crate::server::Server;

/// The audience of tokens if none is named.
const AUDIENCE: &str = "orchestration-api";
/// Where the identity provider answers.
const PROVIDER_PATH: &str = "/identity-provider";

/// A running cluster on a port of this machine. It stops when dropped.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    address: SocketAddr,
    credentials: Vec<(&'static str, String)>,
}

/// How an [`Emulator`] is to be started.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until started"]
pub struct Builder {
    host: IpAddr,
    port: u16,
    basic: Option<(String, String)>,
    oidc: Option<(String, String)>,
    provider: Option<Duration>,
    client: (String, String),
}

impl Emulator {
    /// Starts on a free port, without authentication.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// To start with other settings than the defaults.
    pub fn builder() -> Builder {
        Builder {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            basic: None,
            oidc: None,
            provider: None,
            client: (
                "camunda-emulator".to_owned(),
                "camunda-emulator-secret".to_owned(),
            ),
        }
    }

    /// The address of the REST API, without the `/v2` below it: `http://127.0.0.1:36901`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The variables that a client of this cluster needs in its environment: the address, the strategy of
    /// authentication and its credentials. Those of an identity provider elsewhere are not known here.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let address = ("CAMUNDA_REST_ADDRESS", self.address());
        let pairs = std::iter::once(&address).chain(&self.credentials);
        pairs
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    }

    /// How many requests were seen, by operation id.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.server.shared.with(|cluster, _| cluster.requests())
    }

    /// How many requests for a token the identity provider got; 0 if the emulator is none.
    #[must_use]
    pub fn token_requests(&self) -> u64 {
        self.provider(|provider| provider.token_requests())
            .unwrap_or_default()
    }

    /// Lets the identity provider answer the next `times` requests for a token with this status.
    pub fn fail_tokens(&self, times: u32, status: u16) {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.provider(|provider| provider.fail(times, status));
    }

    /// Lets the identity provider sign with a new key.
    pub fn rotate_keys(&self) -> io::Result<()> {
        self.provider(IdentityProvider::rotate_keys)
            .unwrap_or(Ok(()))
    }

    /// The issuer of the emulator's own identity provider, if it is one.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        self.provider(|provider| provider.issuer().to_owned())
    }

    fn provider<T>(&self, act: impl FnOnce(&mut IdentityProvider) -> T) -> Option<T> {
        self.server
            .shared
            .with(|cluster, _| cluster.provider().map(act))
    }

    /// Moves the time that processes see forward: job timeouts, back-offs and whatever else falls due happens now.
    pub fn advance_clock(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.server
            .shared
            .with(|cluster, now| cluster.advance_clock(by, now));
    }

    /// Waits until the server ends, which it does not by itself: for programs that only serve.
    pub fn wait(self) {
        self.server.join();
    }
}

impl Builder {
    /// Listens on this port; 0, the default, is a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Listens on this address of the machine; the default is the loopback address.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Asks for this user and password.
    pub fn basic(mut self, user: &str, password: &str) -> Self {
        self.basic = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Asks for a bearer token of this issuer for this audience. The issuer's documents are fetched over plain HTTP.
    pub fn oidc(mut self, issuer: &str, audience: &str) -> Self {
        self.oidc = Some((issuer.to_owned(), audience.to_owned()));
        self
    }

    /// Is an identity provider as well, whose tokens live this long. Without [`Builder::oidc`] the cluster asks
    /// for its own tokens.
    pub fn identity_provider(mut self, time_to_live: Duration) -> Self {
        self.provider = Some(time_to_live);
        self
    }

    /// The client that the identity provider knows.
    pub fn client(mut self, id: &str, secret: &str) -> Self {
        self.client = (id.to_owned(), secret.to_owned());
        self
    }

    /// Starts. The error tells if the port is taken, or if two kinds of authentication were asked for.
    pub fn start(self) -> io::Result<Emulator> {
        let refused = |reason: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        if self.basic.is_some() && (self.oidc.is_some() || self.provider.is_some()) {
            return refused("basic authentication and tokens exclude each other");
        }
        if self
            .oidc
            .as_ref()
            .is_some_and(|(issuer, _)| !issuer.starts_with("http://"))
        {
            return refused(
                "the issuer must be an http:// address: the emulator fetches its keys without TLS",
            );
        }
        let listener = TcpListener::bind((self.host, self.port))?;
        let address = listener.local_addr()?;
        let audience = self
            .oidc
            .as_ref()
            .map_or(AUDIENCE, |(_, audience)| audience)
            .to_owned();
        let (id, secret) = self.client;
        let provider = match self.provider {
            Some(life) => {
                let base = format!("http://{address}");
                Some(IdentityProvider::new(
                    &base,
                    PROVIDER_PATH,
                    &audience,
                    (&id, &secret),
                    life,
                )?)
            }
            None => None,
        };
        let mut credentials = Vec::new();
        let issuer = self
            .oidc
            .map(|(issuer, _)| issuer)
            .or_else(|| provider.as_ref().map(|p| p.issuer().to_owned()));
        let authentication = match (self.basic, issuer) {
            (Some((user, password)), _) => {
                credentials.push(("CAMUNDA_AUTH_STRATEGY", "BASIC".to_owned()));
                credentials.push(("CAMUNDA_BASIC_AUTH_USERNAME", user.clone()));
                credentials.push(("CAMUNDA_BASIC_AUTH_PASSWORD", password.clone()));
                Authentication::Basic { user, password }
            }
            (None, Some(issuer)) => {
                credentials.push(("CAMUNDA_AUTH_STRATEGY", "OAUTH".to_owned()));
                if let Some(provider) = provider.as_ref().filter(|p| p.issuer() == issuer) {
                    credentials.push(("CAMUNDA_OAUTH_URL", provider.token_address()));
                    credentials.push(("CAMUNDA_CLIENT_ID", id));
                    credentials.push(("CAMUNDA_CLIENT_SECRET", secret));
                }
                credentials.push(("CAMUNDA_TOKEN_AUDIENCE", audience.clone()));
                Authentication::Oidc { issuer, audience }
            }
            (None, None) => {
                credentials.push(("CAMUNDA_AUTH_STRATEGY", "NONE".to_owned()));
                Authentication::None
            }
        };
        let server = Server::start(listener, Cluster::new(authentication, provider))?;
        Ok(Emulator {
            server,
            address,
            credentials,
        })
    }
}
