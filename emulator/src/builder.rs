//! The settings that an emulator starts with.
//! It checks that they go together; what they mean at run time is the cluster's business.

use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use crate::auth::{Authentication, IdentityProvider, Login};
use crate::cluster::Cluster;
use crate::emulator::Emulator;
use crate::journal::Journal;
use crate::server::Server;

/// The audience of tokens if none is named.
const AUDIENCE: &str = "orchestration-api";
/// Where the identity provider answers.
const PROVIDER_PATH: &str = "/identity-provider";

/// How an [`Emulator`] is to be started.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until started"]
pub struct Builder {
    host: IpAddr,
    port: u16,
    basic: Option<Login>,
    oidc: Option<(String, String)>,
    provider: Option<Duration>,
    client: Login,
    data: Option<PathBuf>,
    multi_tenancy: bool,
    authorizations: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            basic: None,
            oidc: None,
            provider: None,
            client: Login::new("camunda-emulator", "camunda-emulator-secret"),
            data: None,
            multi_tenancy: false,
            authorizations: false,
        }
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
        self.basic = Some(Login::new(user, password));
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
        self.client = Login::new(id, secret);
        self
    }

    /// Keeps tenants apart; see [`Cluster::with_multi_tenancy`].
    pub fn multi_tenancy(mut self) -> Self {
        self.multi_tenancy = true;
        self
    }

    /// Asks for authorizations; see [`Cluster::with_authorizations`].
    pub fn authorizations(mut self) -> Self {
        self.authorizations = true;
        self
    }

    /// Keeps everything in this directory, and takes up what an earlier process left there. What was answered survives
    /// a killed process, though not a power cut: it is written before the answer, but not synced. Requests that waited
    /// (polls for jobs, starts that await completion) are gone with their connections. One process at a time may use
    /// the directory, and always with the same tenants and authorizations: what was done is done again.
    pub fn data(mut self, dir: impl Into<PathBuf>) -> Self {
        self.data = Some(dir.into());
        self
    }

    /// Starts. The error tells if the port is taken, or if two kinds of authentication were asked for.
    pub fn start(self) -> io::Result<Emulator> {
        let refused = |reason: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        if self.basic.is_some() && (self.oidc.is_some() || self.provider.is_some()) {
            return refused("basic authentication and tokens exclude each other");
        }
        if self.oidc.as_ref().is_some_and(|(issuer, _)| !issuer.starts_with("http://")) {
            return refused("the issuer must be an http:// address: the emulator fetches its keys without TLS");
        }
        let listener = TcpListener::bind((self.host, self.port))?;
        let address = listener.local_addr()?;
        let audience = self.oidc.as_ref().map_or(AUDIENCE, |(_, audience)| audience).to_owned();
        let Login { name: id, secret } = self.client;
        let provider = match self.provider {
            Some(life) => {
                let base = format!("http://{address}");
                Some(IdentityProvider::new(&base, PROVIDER_PATH, &audience, (&id, &secret), life)?)
            }
            None => None,
        };
        let mut credentials = Vec::new();
        let issuer = self.oidc.map(|(issuer, _)| issuer).or_else(|| provider.as_ref().map(|p| p.issuer().to_owned()));
        let authentication = match (self.basic, issuer) {
            (Some(Login { name: user, secret: password }), _) => {
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
        let mut cluster = Cluster::new(authentication, provider);
        if self.multi_tenancy {
            cluster = cluster.with_multi_tenancy();
        }
        if self.authorizations {
            cluster = cluster.with_authorizations();
        }
        let mut journal = None;
        if let Some(dir) = &self.data {
            journal = Some(Journal::open(dir, |record| cluster.replay(record))?);
            cluster.keep_records();
        }
        let server = Server::start(listener, cluster, journal)?;
        Ok(Emulator::new(server, address, credentials))
    }
}
