//! Layers of settings and how they become one configuration: the highest layer that sets a thing wins, blanks set nothing,
//! and all problems are told together.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use super::catalogue::{self, SETTINGS, Setting};
use super::problem::ProblemCode::{
    AliasConflict, AmbiguousAuth, InvalidEnum, InvalidInteger, InvalidUrl, InvalidValue, MissingRequired, OutOfRange,
};
use super::{
    Backpressure, Config, ConfigError, ConfigProblem, Credentials, OAuth, ProblemCode, Profile, Retry, Secret,
    Timeouts, WorkerDefaults, address,
};
use crate::Error;
use crate::api::TenantId;

const SAAS_TOKEN_HOST: &str = "login.cloud.camunda.io";

/// Collects settings; [`build`](Self::build) checks them together. What is set here wins over the environment.
#[derive(Clone, Default)]
#[must_use]
pub struct ConfigBuilder {
    explicit: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
}

impl ConfigBuilder {
    /// Sets a variable by its name.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.explicit.insert(key.into(), value.into());
        self
    }

    /// The address of the cluster; `/v2` is appended if it is missing.
    pub fn rest_address(self, address: impl Into<String>) -> Self {
        self.set("CAMUNDA_REST_ADDRESS", address)
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

    /// The layer below: the variables of the process. Drivers hand it in; the core reads no environment.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment.extend(variables);
        self
    }

    /// Checks everything together.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn build(self) -> Result<Config, Error> {
        let mut resolver = Resolver {
            layers: [("options", &self.explicit), ("environment", &self.environment)],
            problems: Vec::new(),
            notes: Vec::new(),
        };
        let config = resolver.config();
        let Resolver { problems, notes, .. } = resolver;
        match config {
            Some(config) if problems.is_empty() => Ok(Config { warnings: notes, ..config }),
            _ => Err(ConfigError::new(problems, notes).into()),
        }
    }
}

impl fmt::Debug for ConfigBuilder {
    /// Names only: any value may be a secret under a misspelt name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").field("explicit", &self.explicit.keys()).finish_non_exhaustive()
    }
}

struct Resolver<'a> {
    /// Highest first, each with its name for messages.
    layers: [(&'static str, &'a BTreeMap<String, String>); 2],
    problems: Vec<ConfigProblem>,
    notes: Vec<String>,
}

impl<'a> Resolver<'a> {
    /// `None` only beside at least one problem.
    fn config(&mut self) -> Option<Config> {
        for (_, layer) in self.layers {
            self.notes.extend(layer.keys().filter_map(|name| catalogue::remark(name)));
        }
        let given = self.text("CAMUNDA_REST_ADDRESS");
        let rest_address = self.url("CAMUNDA_REST_ADDRESS", given.unwrap_or("http://localhost:8080/v2"), address::rest);
        let credentials = self.credentials();
        let tenant =
            self.text("CAMUNDA_TENANT_ID").map(str::to_owned).and_then(|text| self.tenant("CAMUNDA_TENANT_ID", &text));
        let tenants = self.tenants(tenant.as_ref());
        let timeouts = Timeouts {
            connect: self.millis("CAMUNDA_SDK_CONNECT_TIMEOUT_MS", 1, 10_000),
            attempt: self.millis("CAMUNDA_SDK_ATTEMPT_TIMEOUT_MS", 1, 30_000),
            call: self.millis("CAMUNDA_SDK_CALL_TIMEOUT_MS", 1, 120_000),
            inactivity: self.millis("CAMUNDA_SDK_INACTIVITY_TIMEOUT_MS", 1, 30_000),
        };
        let retry = self.retry();
        let max_body_bytes = self.integer("CAMUNDA_SDK_MAX_BODY_BYTES", 1, i64::from(u32::MAX), 64 << 20);
        let pool_idle = self.millis("CAMUNDA_SDK_POOL_IDLE_MS", 0, 4_000);
        let backpressure = self.backpressure();
        let worker = self.worker();
        let rest_address = rest_address?;
        Some(Config {
            cluster_address: address::cluster(&rest_address).to_owned(),
            rest_address,
            default_address: given.is_none(),
            user_agent: HeaderValue::from_static(concat!("camunda-rust/", env!("CARGO_PKG_VERSION"))),
            credentials: credentials?,
            tenant,
            tenants,
            timeouts,
            retry,
            max_body_bytes: usize::try_from(max_body_bytes).unwrap_or(usize::MAX),
            pool_idle,
            backpressure,
            worker,
            warnings: Vec::new(),
        })
    }

    fn credentials(&mut self) -> Option<Credentials> {
        let oauth = [self.text("CAMUNDA_CLIENT_ID"), self.text("CAMUNDA_CLIENT_SECRET")];
        let basic = [self.text("CAMUNDA_BASIC_AUTH_USERNAME"), self.text("CAMUNDA_BASIC_AUTH_PASSWORD")];
        let whole = |pair: &[Option<&str>; 2]| pair.iter().all(Option::is_some);
        let strategy = match self.text("CAMUNDA_AUTH_STRATEGY") {
            Some(text) => match ["NONE", "OAUTH", "BASIC"].into_iter().find(|choice| choice.eq_ignore_ascii_case(text))
            {
                Some(strategy) => strategy,
                None => {
                    self.problem(
                        "CAMUNDA_AUTH_STRATEGY",
                        InvalidEnum,
                        format!("{text:?} is none of NONE, OAUTH, BASIC"),
                    );
                    return None;
                }
            },
            None if whole(&oauth) && whole(&basic) => {
                self.problem(
                    "CAMUNDA_AUTH_STRATEGY",
                    AmbiguousAuth,
                    "credentials for both OAUTH and BASIC are given: set it to one of the two",
                );
                return None;
            }
            None if whole(&oauth) => "OAUTH",
            None if whole(&basic) => "BASIC",
            None => {
                for (pair, names) in [
                    (&oauth, "CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET"),
                    (&basic, "CAMUNDA_BASIC_AUTH_USERNAME and CAMUNDA_BASIC_AUTH_PASSWORD"),
                ] {
                    if pair.iter().any(Option::is_some) {
                        self.notes.push(format!("only one of {names} is set, so requests carry no credentials"));
                    }
                }
                "NONE"
            }
        };
        match strategy {
            "OAUTH" => self.oauth(oauth),
            "BASIC" => self.basic(basic),
            _ => Some(Credentials::None),
        }
    }

    fn oauth(&mut self, [id, secret]: [Option<&'a str>; 2]) -> Option<Credentials> {
        self.required("CAMUNDA_CLIENT_ID", id, "OAUTH");
        self.required("CAMUNDA_CLIENT_SECRET", secret, "OAUTH");
        let url = self.text("CAMUNDA_OAUTH_URL").unwrap_or("https://login.cloud.camunda.io/oauth/token");
        let url = self.url("CAMUNDA_OAUTH_URL", url, |text| address::absolute(text).map(str::to_owned));
        let timeout = self.millis("CAMUNDA_OAUTH_TIMEOUT_MS", 1, 5_000);
        let attempts = self.integer("CAMUNDA_OAUTH_RETRY_MAX", 1, 1_000, 5);
        let base_delay = self.millis("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS", 0, 1_000);
        let mut optional = |name| self.text(name).map(str::to_owned);
        let (grant_type, scope) = (optional("CAMUNDA_OAUTH_GRANT_TYPE"), optional("CAMUNDA_OAUTH_SCOPE"));
        let (audience, resource) = (optional("CAMUNDA_TOKEN_AUDIENCE"), optional("CAMUNDA_OAUTH_RESOURCE"));
        let url = url?;
        let saas = url.parse::<http::Uri>().is_ok_and(|uri| uri.host() == Some(SAAS_TOKEN_HOST));
        Some(Credentials::OAuth(Box::new(OAuth {
            url,
            client_id: id?.to_owned(),
            client_secret: Secret::new(secret?),
            grant_type: grant_type.unwrap_or_else(|| "client_credentials".to_owned()),
            audience: audience.or_else(|| saas.then(|| "zeebe.camunda.io".to_owned())),
            scope,
            resource,
            timeout,
            attempts: u32::try_from(attempts).unwrap_or(1),
            base_delay,
        })))
    }

    fn basic(&mut self, [username, password]: [Option<&'a str>; 2]) -> Option<Credentials> {
        self.required("CAMUNDA_BASIC_AUTH_USERNAME", username, "BASIC");
        self.required("CAMUNDA_BASIC_AUTH_PASSWORD", password, "BASIC");
        let (username, password) = (username?, password?);
        if username.contains(':') {
            // RFC 7617 §2: the server would take the rest of the name for the password.
            self.problem("CAMUNDA_BASIC_AUTH_USERNAME", InvalidValue, "must not contain a colon");
            return None;
        }
        let text = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(Credentials::Basic(value))
    }

    fn retry(&mut self) -> Retry {
        let attempts = self.integer("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", 1, 1_000, 3);
        let base_delay = self.millis("CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS", 0, 100);
        let max_delay = self.millis("CAMUNDA_SDK_HTTP_RETRY_MAX_DELAY_MS", 0, 2_000);
        if max_delay < base_delay {
            self.problem(
                "CAMUNDA_SDK_HTTP_RETRY_MAX_DELAY_MS",
                OutOfRange,
                format!("{} is less than CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS", max_delay.as_millis()),
            );
        }
        Retry { attempts: u32::try_from(attempts).unwrap_or(1), base_delay, max_delay }
    }

    fn backpressure(&mut self) -> Backpressure {
        let profile = match self.text("CAMUNDA_SDK_BACKPRESSURE_PROFILE") {
            None => Profile::Balanced,
            Some(text) => {
                let found = Profile::ALL.into_iter().find(|profile| profile.as_str().eq_ignore_ascii_case(text));
                if found.is_none() {
                    let choices = Profile::ALL.map(Profile::as_str).join(", ");
                    let reason = format!("{text:?} is none of {choices}");
                    self.problem("CAMUNDA_SDK_BACKPRESSURE_PROFILE", InvalidEnum, reason);
                }
                found.unwrap_or(Profile::Balanced)
            }
        };
        let knobs = profile.knobs();
        let mut count = |name: &'static str, min: i64, max: i64, default: u32| {
            u32::try_from(self.integer(name, min, max, i64::from(default))).unwrap_or(default)
        };
        let most = i64::from(i32::MAX);
        let initial_max = count("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", 1, most, knobs.initial_max);
        let soft_percent = count("CAMUNDA_SDK_BACKPRESSURE_SOFT_FACTOR", 1, 100, knobs.soft_percent);
        let severe_percent = count("CAMUNDA_SDK_BACKPRESSURE_SEVERE_FACTOR", 1, 100, knobs.severe_percent);
        let recovery_step = count("CAMUNDA_SDK_BACKPRESSURE_RECOVERY_STEP", 1, most, knobs.recovery_step);
        let floor = count("CAMUNDA_SDK_BACKPRESSURE_FLOOR", 1, most, knobs.floor);
        let severe_threshold = count("CAMUNDA_SDK_BACKPRESSURE_SEVERE_THRESHOLD", 1, most, knobs.severe_threshold);
        let max_waiters = count("CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS", 0, most, knobs.max_waiters);
        let healthy_multiplier_percent =
            count("CAMUNDA_SDK_BACKPRESSURE_HEALTHY_RECOVERY_MULTIPLIER", 100, most, knobs.healthy_multiplier_percent);
        let mut time = |name: &'static str, default: Duration| {
            self.millis(name, 0, i64::try_from(default.as_millis()).unwrap_or(i64::MAX))
        };
        let recovery_interval = time("CAMUNDA_SDK_BACKPRESSURE_RECOVERY_INTERVAL_MS", knobs.recovery_interval);
        let quiet_decay = time("CAMUNDA_SDK_BACKPRESSURE_DECAY_QUIET_MS", knobs.quiet_decay);
        let unlimited_after_healthy =
            time("CAMUNDA_SDK_BACKPRESSURE_UNLIMITED_AFTER_HEALTHY_MS", knobs.unlimited_after_healthy);
        if initial_max < floor {
            let reason = format!("{initial_max} is less than CAMUNDA_SDK_BACKPRESSURE_FLOOR, which is {floor}");
            self.problem("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", OutOfRange, reason);
        }
        Backpressure {
            initial_max,
            soft_percent,
            severe_percent,
            recovery_interval,
            recovery_step,
            quiet_decay,
            floor,
            severe_threshold,
            max_waiters,
            healthy_multiplier_percent,
            unlimited_after_healthy,
            ..knobs
        }
    }

    fn worker(&mut self) -> WorkerDefaults {
        let jitter = self.text("CAMUNDA_WORKER_STARTUP_JITTER_MAX_SECONDS").unwrap_or("0");
        let startup_jitter = jitter.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if startup_jitter.is_none() {
            self.problem(
                "CAMUNDA_WORKER_STARTUP_JITTER_MAX_SECONDS",
                InvalidValue,
                format!("{jitter:?} is not a number of seconds"),
            );
        }
        let max = self.integer("CAMUNDA_WORKER_MAX_CONCURRENT_JOBS", 1, i64::from(i32::MAX), 10);
        WorkerDefaults {
            name: self.text("CAMUNDA_WORKER_NAME").unwrap_or("camunda-rust-worker").to_owned(),
            timeout: self.millis("CAMUNDA_WORKER_TIMEOUT", 1, 60_000),
            max_concurrent_jobs: u32::try_from(max).unwrap_or(1),
            request_timeout: self.integer(
                "CAMUNDA_WORKER_REQUEST_TIMEOUT",
                i64::from(i32::MIN),
                i64::from(i32::MAX),
                0,
            ),
            startup_jitter: startup_jitter.unwrap_or_default(),
        }
    }

    fn tenants(&mut self, tenant: Option<&TenantId>) -> Vec<TenantId> {
        let Some(list) = self.text("CAMUNDA_TENANT_IDS") else { return tenant.cloned().into_iter().collect() };
        let mut tenants: Vec<TenantId> = Vec::new();
        for text in list.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            if let Some(tenant) = self.tenant("CAMUNDA_TENANT_IDS", text).filter(|tenant| !tenants.contains(tenant)) {
                tenants.push(tenant);
            }
        }
        tenants
    }

    fn tenant(&mut self, name: &'static str, text: &str) -> Option<TenantId> {
        TenantId::new(text).map_err(|error| self.problem(name, InvalidValue, format!("{text:?}: {error}"))).ok()
    }

    fn required(&mut self, name: &'static str, value: Option<&str>, strategy: &str) {
        if value.is_none() {
            self.problem(name, MissingRequired, format!("missing; CAMUNDA_AUTH_STRATEGY={strategy} needs it"));
        }
    }

    fn millis(&mut self, name: &'static str, min: i64, default: i64) -> Duration {
        let millis = self.integer(name, min, i64::from(i32::MAX), default);
        Duration::from_millis(u64::try_from(millis).unwrap_or_default())
    }

    fn integer(&mut self, name: &'static str, min: i64, max: i64, default: i64) -> i64 {
        let Some(text) = self.text(name) else { return default };
        let unsigned = text.strip_prefix('-').filter(|_| min < 0).unwrap_or(text);
        if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            let unit = if name.ends_with("_MS") || name.ends_with("_TIMEOUT") { " of milliseconds" } else { "" };
            self.problem(name, InvalidInteger, format!("{text:?} is not a whole number{unit}"));
            return default;
        }
        match text.parse() {
            Ok(number) if (min..=max).contains(&number) => number,
            _ => {
                self.problem(name, OutOfRange, format!("{text} is not between {min} and {max}"));
                default
            }
        }
    }

    fn url(
        &mut self,
        name: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<String, String>,
    ) -> Option<String> {
        parse(text).map_err(|reason| self.problem(name, InvalidUrl, reason)).ok()
    }

    /// What the highest layer that sets the variable, under any of its names, says; blank says nothing.
    fn text(&mut self, name: &'static str) -> Option<&'a str> {
        let setting = SETTINGS.iter().find(|setting| setting.name == name)?;
        for (layer, variables) in self.layers {
            let mut found: Option<(&str, &'a str)> = None;
            for name in [setting.name].iter().chain(setting.aliases) {
                let Some(value) = variables.get(*name).map(String::as_str).filter(|value| !value.trim().is_empty())
                else {
                    continue;
                };
                let value = if setting.secret { value } else { value.trim() };
                match found {
                    None => found = Some((name, value)),
                    Some((other, earlier)) if !same(setting, earlier, value) => {
                        let shown =
                            if setting.secret { String::new() } else { format!(" ({earlier:?} and {value:?})") };
                        self.problem(
                            setting.name,
                            AliasConflict,
                            format!("{other} and {name} differ in the {layer}{shown}"),
                        );
                    }
                    Some(_) => {}
                }
            }
            if let Some((_, value)) = found {
                return Some(value);
            }
        }
        None
    }

    fn problem(&mut self, key: &str, code: ProblemCode, reason: impl Into<String>) {
        let problem = ConfigProblem { key: key.to_owned(), code, reason: reason.into() };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// Whether two values of a setting mean the same.
fn same(setting: &Setting, a: &str, b: &str) -> bool {
    a == b || (setting.name == "CAMUNDA_REST_ADDRESS" && address::rest(a).is_ok_and(|a| Ok(a) == address::rest(b)))
}
