//! The effective configuration of a client: what the layers say, checked as a whole and normalised. It is handed texts; it
//! reads neither the environment nor files.

mod address;
mod auth;
mod backpressure;
mod builder;
mod catalogue;
mod dotenv;
mod layers;
mod level;
mod loading;
mod no_proxy;
mod problem;
mod proxy;
pub mod reference;
mod remark;
mod resolve;
mod secret;
mod setting;
mod tls;
mod validation;
mod view;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::HeaderValue;

use crate::api::TenantId;
use crate::{Error, Route};

use proxy::Proxies;

pub use auth::{ClientAuth, Credentials, OAuth};
pub use backpressure::{Backpressure, Profile};
pub use builder::ConfigBuilder;
pub use layers::Layer;
pub use level::LogLevel;
pub use loading::{Loading, Places};
pub use problem::{ConfigError, ConfigProblem, ProblemCode};
pub use proxy::Proxy;
pub use secret::Secret;
pub use setting::Setting;
pub use tls::{Pem, Tls};
pub use validation::{Mode, Validation};
pub use view::Entry;

/// Everything that a client has to know before its first call. Built by [`Config::builder`] or [`Config::from_pairs`].
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) rest_address: String,
    pub(crate) cluster_address: String,
    pub(crate) default_address: bool,
    pub(crate) user_agent: HeaderValue,
    pub(crate) credentials: Credentials,
    pub(crate) token_cache: Option<PathBuf>,
    tls: Tls,
    /// The cluster's, if none.
    identity_tls: Option<Tls>,
    proxies: Proxies,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) tenants: Vec<TenantId>,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) eventual_poll: Duration,
    pub(crate) max_body_bytes: usize,
    pub(crate) pool_idle: Duration,
    pub(crate) backpressure: Backpressure,
    pub(crate) worker: WorkerDefaults,
    pub(crate) log_level: LogLevel,
    pub(crate) support_log: Option<PathBuf>,
    pub(crate) telemetry_log: bool,
    pub(crate) telemetry_correlation: bool,
    pub(crate) validation: Validation,
    provided: Vec<Entry>,
    effective: Vec<Entry>,
    warnings: Vec<String>,
}

impl Config {
    /// Begins with the defaults and nothing else.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// From variables by their names, such as `CAMUNDA_REST_ADDRESS`; nothing but these and the defaults.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, Error> {
        pairs.into_iter().fold(Self::builder(), |builder, (key, value)| builder.set(key, value)).build()
    }

    /// Reads, by the hands of the caller, what is still a path: TLS files, the home directory in paths.
    pub fn load(self, places: Places) -> Loading {
        Loading::of(self, places)
    }

    /// The address of the REST API, ending in `/v2`, without a final slash.
    pub fn rest_address(&self) -> &str {
        &self.rest_address
    }

    /// The same without its `/v2`: where the operations under `/cluster/v2` are.
    pub fn cluster_address(&self) -> &str {
        &self.cluster_address
    }

    /// Whether connections by this route want TLS: to the address itself, or to the proxy that it is reached through.
    pub fn uses_tls(&self, route: Route) -> bool {
        let address = match (route, &self.credentials) {
            (Route::Cluster, _) => self.rest_address.as_str(),
            (Route::Identity, Credentials::OAuth(oauth)) => oauth.url(),
            (Route::Identity, _) => return false,
        };
        let Ok(uri) = address.parse::<http::Uri>() else { return false };
        let secure = |uri: &http::Uri| uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        secure(&uri) || self.proxy_for(&uri).is_some_and(|proxy| secure(proxy.uri()))
    }

    /// How requests are authenticated.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// With credentials that the driver is asked for, request by request, whatever the settings say:
    /// [`Step::Credentials`](crate::Step::Credentials).
    #[must_use]
    pub fn custom_credentials(self) -> Self {
        Self { credentials: Credentials::Custom, ..self }
    }

    /// The folder in which tokens are kept between runs, unless that is switched off.
    pub fn token_cache_dir(&self) -> Option<&Path> {
        self.token_cache.as_deref()
    }

    /// What connections by this route are secured with; the identity provider's is the cluster's unless set apart.
    pub fn tls(&self, route: Route) -> &Tls {
        match (route, &self.identity_tls) {
            (Route::Identity, Some(tls)) => tls,
            _ => &self.tls,
        }
    }

    /// The proxy that this address is reached through: by its scheme, unless `NO_PROXY` names its host.
    pub fn proxy_for(&self, uri: &http::Uri) -> Option<&Proxy> {
        self.proxies.of(uri)
    }

    /// The tenant of requests that name none.
    pub fn tenant_id(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// The tenants that workers take jobs from when they name none; the tenant alone if only that is set.
    pub fn tenant_ids(&self) -> &[TenantId] {
        &self.tenants
    }

    /// How long things may take.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// How the client treats a cluster that refuses work: a profile, and the knobs set by themselves over it.
    pub fn backpressure(&self) -> &Backpressure {
        &self.backpressure
    }

    /// The time between two reads while waiting for what is not visible yet.
    pub fn eventual_poll(&self) -> Duration {
        self.eventual_poll
    }

    /// How much is logged.
    pub fn log_level(&self) -> LogLevel {
        self.log_level
    }

    /// The file of the log for support, if one is to be written.
    pub fn support_log(&self) -> Option<&Path> {
        self.support_log.as_deref()
    }

    /// Whether everything that happens is logged as `info`, however little it matters.
    pub fn telemetry_log(&self) -> bool {
        self.telemetry_log
    }

    /// How strictly requests and answers are held against the API description.
    pub fn validation(&self) -> Validation {
        self.validation
    }

    /// What workers use that set nothing themselves.
    pub fn worker(&self) -> &WorkerDefaults {
        &self.worker
    }

    /// How long an idle connection is kept for the next request.
    pub fn pool_idle(&self) -> Duration {
        self.pool_idle
    }

    /// The largest body that is collected, in bytes.
    pub fn max_body_bytes(&self) -> usize {
        self.max_body_bytes
    }

    /// What does not look right but does no harm: half a pair of credentials, a name that is nearly known.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What was set, the lowest layer first, each under the name that was used. Names that are no settings are left out.
    pub fn provided(&self) -> &[Entry] {
        &self.provided
    }

    /// What came of it: every setting that has a value, under each of its names, normalised, with the layer it is from.
    pub fn effective(&self) -> &[Entry] {
        &self.effective
    }

    /// The same as names and values to be shown: of secrets, and of credentials within addresses, stars.
    pub fn redacted(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.effective.iter().map(|entry| (entry.name(), entry.redacted()))
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.user_agent
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Until a connection stands, with TLS.
    pub connect: Duration,
    /// One attempt, from its first byte to its last; a long poll has its own.
    pub attempt: Duration,
    /// A whole call: token, waits and repeats included.
    pub call: Duration,
    /// Between two parts of a body.
    pub inactivity: Duration,
}

/// How often a request is sent, and how long it waits in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The bound of the first wait; it doubles from wait to wait.
    pub base_delay: Duration,
    /// The bound of every wait.
    pub max_delay: Duration,
}

/// What workers use that set nothing themselves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WorkerDefaults {
    /// The name that jobs are activated under.
    pub name: String,
    /// How long a job is locked for its worker.
    pub timeout: Duration,
    /// How many jobs a worker holds at once.
    pub max_concurrent_jobs: u32,
    /// How long the server may hold a poll, in milliseconds: 0 leaves it to the server, negative asks for no wait.
    pub request_timeout: i64,
    /// The bound of the random wait before the first poll.
    pub startup_jitter: Duration,
}

/// The address and how requests are authenticated, in a line.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.rest_address)?;
        match &self.credentials {
            Credentials::None => f.write_str("no authentication"),
            Credentials::Basic(_) => f.write_str("basic authentication"),
            Credentials::Custom => f.write_str("credentials of the program's own"),
            Credentials::OAuth(oauth) => write!(f, "OAuth client {} at {}", oauth.client_id, oauth.url),
        }
    }
}
