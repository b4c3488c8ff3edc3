//! Collects settings, by their names or by typed methods, and builds the configuration. It reads nothing: layers are handed in.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::auth::ClientAuth;
use super::backpressure::Profile;
use super::layers::Layers;
use super::loading::{Loading, Places};
use super::problem::ConfigProblem;
use super::problem::ProblemCode::InvalidFile;
use super::resolve::Resolver;
use super::{Config, catalogue, dotenv};
use crate::Error;

/// Collects settings; [`build`](Self::build) checks them together. What is set here wins over the environment, and that over
/// a dotenv file.
#[derive(Clone, Default)]
#[must_use]
pub struct ConfigBuilder {
    pub(super) layers: Layers,
    /// Whether a dotenv file was asked for and dealt with.
    pub(super) dotenv_done: bool,
    pub(super) problems: Vec<ConfigProblem>,
    pub(super) notes: Vec<String>,
}

/// Settings by their names.
impl ConfigBuilder {
    /// Sets a variable by its name.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.layers.explicit.insert(key.into(), value.into());
        self
    }

    /// The layer below: the variables of the process. Drivers hand it in; the core reads no environment.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.layers.environment.extend(variables);
        self
    }

    /// The layer below that: the text of a dotenv file, whatever `CAMUNDA_LOAD_ENVFILE` says. Lines that cannot be read are
    /// problems of the configuration.
    pub fn dotenv(self, text: impl AsRef<[u8]>) -> Self {
        self.dotenv_named(text.as_ref(), "the dotenv text")
    }

    pub(super) fn dotenv_named(mut self, text: &[u8], name: &str) -> Self {
        self.dotenv_done = true;
        match dotenv::parse(text) {
            Ok(pairs) => self.layers.dotenv.extend(pairs),
            Err(lines) => self.problems.extend(lines.iter().map(|bad| ConfigProblem {
                key: catalogue::LOAD_ENVFILE.name.to_owned(),
                code: InvalidFile,
                reason: format!("line {} of {name} {}", bad.line, bad.reason),
            })),
        }
        self
    }
}

/// The same settings, typed.
impl ConfigBuilder {
    /// The address of the cluster; `/v2` is appended if it is missing.
    pub fn rest_address(self, address: impl Into<String>) -> Self {
        self.set("CAMUNDA_REST_ADDRESS", address)
    }

    /// The address of a cluster in the vendor's cloud.
    pub fn cluster(self, id: impl Into<String>, region: impl Into<String>) -> Self {
        self.set("CAMUNDA_CLUSTER_ID", id).set("CAMUNDA_CLUSTER_REGION", region)
    }

    /// Authenticates by client credentials (OAuth 2.0).
    pub fn oauth(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.set("CAMUNDA_AUTH_STRATEGY", "OAUTH")
            .set("CAMUNDA_CLIENT_ID", client_id)
            .set("CAMUNDA_CLIENT_SECRET", client_secret)
    }

    /// The token endpoint.
    pub fn oauth_url(self, url: impl Into<String>) -> Self {
        self.set("CAMUNDA_OAUTH_URL", url)
    }

    /// The audience that tokens are asked for.
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.set("CAMUNDA_TOKEN_AUDIENCE", audience)
    }

    /// The folder in which tokens are kept between runs.
    pub fn token_cache_dir(self, folder: impl Into<String>) -> Self {
        self.set("CAMUNDA_TOKEN_CACHE_DIR", folder)
    }

    /// How the client shows who it is to the token endpoint.
    pub fn oauth_client_auth(self, client_auth: ClientAuth) -> Self {
        let word = if client_auth == ClientAuth::Basic { "basic" } else { "post" };
        self.set("CAMUNDA_OAUTH_CLIENT_AUTH", word)
    }

    /// Authenticates by user name and password.
    pub fn basic(self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.set("CAMUNDA_AUTH_STRATEGY", "BASIC")
            .set("CAMUNDA_BASIC_AUTH_USERNAME", username)
            .set("CAMUNDA_BASIC_AUTH_PASSWORD", password)
    }

    /// The tenant of requests that name none.
    pub fn tenant_id(self, tenant: impl Into<String>) -> Self {
        self.set("CAMUNDA_TENANT_ID", tenant)
    }

    /// The longest that a call may take, with its token, its waits and its repeats.
    pub fn call_timeout(self, timeout: Duration) -> Self {
        self.set("CAMUNDA_SDK_CALL_TIMEOUT_MS", timeout.as_millis().to_string())
    }

    /// The longest that one attempt may take.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        self.set("CAMUNDA_SDK_ATTEMPT_TIMEOUT_MS", timeout.as_millis().to_string())
    }

    /// How often a request is sent, the first time included.
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", attempts.to_string())
    }

    /// How carefully a cluster is treated that refuses work.
    pub fn backpressure(self, profile: Profile) -> Self {
        self.set("CAMUNDA_SDK_BACKPRESSURE_PROFILE", profile.as_str())
    }
}

/// What comes of them.
impl ConfigBuilder {
    /// Checks everything together. No file is read, and paths stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn build(self) -> Result<Config, Error> {
        Resolver::new(self).finish()
    }

    /// As [`build`](Self::build), with the files that the settings name: the caller reads them.
    pub fn load(self, places: Places) -> Loading {
        Loading::new(self, places)
    }
}

impl fmt::Debug for ConfigBuilder {
    /// Names only: any value may be a secret under a misspelt name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |layer: &BTreeMap<String, String>| layer.keys().cloned().collect::<Vec<_>>();
        f.debug_struct("ConfigBuilder")
            .field("explicit", &names(&self.layers.explicit))
            .field("dotenv", &names(&self.layers.dotenv))
            .finish_non_exhaustive()
    }
}
