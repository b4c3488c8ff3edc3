//! From layers to one configuration: every setting is parsed, then the settings are held against each other, and all
//! problems are told together.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;

use super::backpressure::Backpressure;
use super::builder::ConfigBuilder;
use super::catalogue::{self as settings, SETTINGS};
use super::layers::{Layer, Layers};
use super::problem::ProblemCode::{self, MissingRequired, OutOfRange};
use super::problem::{ConfigError, ConfigProblem, limited};
use super::proxy::Proxies;
use super::remark::{named, remark};
use super::setting::{Kind, Setting, Source, Value};
use super::tls::Tls;
use super::view::Entry;
use super::{Config, Credentials, LogLevel, Retry, Timeouts, WorkerDefaults, address};
use crate::Error;
use crate::api::TenantId;

/// A setting after all layers were asked.
pub(super) struct Settled {
    layer: Layer,
    text: String,
    value: Value,
}

pub(super) struct Resolver {
    layers: Layers,
    settled: BTreeMap<&'static str, Settled>,
    problems: Vec<ConfigProblem>,
    notes: Vec<String>,
}

impl Resolver {
    pub(super) fn new(builder: ConfigBuilder) -> Self {
        let ConfigBuilder { layers, dotenv_done, problems, notes } = builder;
        let mut resolver = Self { layers, settled: BTreeMap::new(), problems, notes };
        resolver.remark();
        for setting in SETTINGS {
            resolver.settle(setting);
        }
        if !dotenv_done && envfile(&resolver.layers).is_some() {
            let name = settings::LOAD_ENVFILE.name;
            resolver.note(format!("{name} has no effect where a configuration is built without reading files"));
        }
        resolver
    }

    pub(super) fn finish(mut self) -> Result<Config, Error> {
        match self.config() {
            Some(config) if self.problems.is_empty() => {
                Ok(Config { provided: self.provided(), effective: self.effective(), warnings: self.notes, ..config })
            }
            _ => Err(ConfigError::new(self.problems, self.notes).into()),
        }
    }

    /// `None` only beside at least one problem.
    fn config(&mut self) -> Option<Config> {
        let rest_address = self.rest_address();
        let credentials = self.credentials();
        let token_cache = self.text(&settings::TOKEN_CACHE_DIR).map(Into::into);
        let tls = Tls::cluster(self);
        let identity_tls = Tls::identity(self);
        let retry = self.retry();
        let backpressure = Backpressure::resolve(self);
        let rest_address = rest_address?;
        let credentials = credentials?;
        let used = [Some(rest_address.as_str()), credentials.oauth().map(|oauth| oauth.url())];
        let proxies = Proxies::resolve(self, used.into_iter().flatten());
        let tenant = self.text(&settings::TENANT_ID).and_then(|text| TenantId::new(text).ok());
        Some(Config {
            cluster_address: address::cluster(&rest_address).to_owned(),
            rest_address,
            default_address: !self.is_set(&settings::REST_ADDRESS) && !self.is_set(&settings::CLUSTER_ID),
            user_agent: HeaderValue::from_static(concat!("camunda-rust/", env!("CARGO_PKG_VERSION"))),
            credentials,
            token_cache: token_cache.filter(|_| !self.flag(&settings::TOKEN_DISK_CACHE_DISABLE)),
            tls,
            identity_tls,
            proxies: proxies?,
            tenants: self.tenants(tenant.as_ref()),
            tenant,
            timeouts: Timeouts {
                connect: self.time(&settings::CONNECT_TIMEOUT),
                attempt: self.time(&settings::ATTEMPT_TIMEOUT),
                call: self.time(&settings::CALL_TIMEOUT),
                inactivity: self.time(&settings::INACTIVITY_TIMEOUT),
            },
            retry,
            eventual_poll: self.time(&settings::EVENTUAL_POLL),
            max_body_bytes: usize::try_from(self.number(&settings::MAX_BODY_BYTES)).unwrap_or(usize::MAX),
            pool_idle: self.time(&settings::POOL_IDLE),
            backpressure,
            worker: self.worker(),
            log_level: LogLevel::named(self.choice(&settings::LOG_LEVEL)),
            support_log: self.support_log(),
            telemetry_log: self.flag(&settings::TELEMETRY_LOG),
            telemetry_correlation: self.flag(&settings::TELEMETRY_CORRELATION),
            validation: self.validation(),
            provided: Vec::new(),
            effective: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// As given, else by cluster and region, else the default.
    fn rest_address(&mut self) -> Option<String> {
        let (id, region) = (&settings::CLUSTER_ID, &settings::CLUSTER_REGION);
        if !self.is_set(&settings::REST_ADDRESS) {
            match (self.is_set(id), self.is_set(region)) {
                (true, true) => {
                    // Either may be set to what is no part of an address, which is a problem already.
                    let address = address::cloud(self.text(region)?, self.text(id)?);
                    self.becomes(&settings::REST_ADDRESS, Some(address));
                }
                (true, false) => self.problem(region, MissingRequired, format!("missing; {} needs it", id.name)),
                (false, true) => self.problem(id, MissingRequired, format!("missing; {} needs it", region.name)),
                (false, false) => {}
            }
        }
        self.text(&settings::REST_ADDRESS).map(str::to_owned)
    }

    fn retry(&mut self) -> Retry {
        let (base_delay, max_delay) = (self.time(&settings::RETRY_BASE_DELAY), self.time(&settings::RETRY_MAX_DELAY));
        if max_delay < base_delay {
            let (millis, base) = (max_delay.as_millis(), settings::RETRY_BASE_DELAY.name);
            self.problem(&settings::RETRY_MAX_DELAY, OutOfRange, format!("{millis} is less than {base}"));
        }
        Retry { attempts: self.count(&settings::RETRY_MAX_ATTEMPTS), base_delay, max_delay }
    }

    fn worker(&self) -> WorkerDefaults {
        WorkerDefaults {
            name: self.text(&settings::WORKER_NAME).unwrap_or_default().to_owned(),
            timeout: self.time(&settings::WORKER_TIMEOUT),
            max_concurrent_jobs: self.count(&settings::WORKER_MAX_CONCURRENT_JOBS),
            request_timeout: self.number(&settings::WORKER_REQUEST_TIMEOUT),
            startup_jitter: self.time(&settings::WORKER_STARTUP_JITTER),
        }
    }

    fn support_log(&self) -> Option<PathBuf> {
        let path = self.text(&settings::SUPPORT_LOG_FILE_PATH)?;
        self.flag(&settings::SUPPORT_LOG_ENABLED).then(|| path.into())
    }

    fn tenants(&self, tenant: Option<&TenantId>) -> Vec<TenantId> {
        match self.value(&settings::TENANT_IDS) {
            Some(Value::List(tenants)) if !tenants.is_empty() => {
                tenants.iter().filter_map(|text| TenantId::new(text).ok()).collect()
            }
            _ => tenant.cloned().into_iter().collect(),
        }
    }
}

/// What the parts of a configuration are resolved from.
impl Resolver {
    /// The value that was set, or the default; `None` without either, and beside a problem.
    pub(super) fn value(&self, setting: &Setting) -> Option<&Value> {
        self.settled.get(setting.name).map(|settled| &settled.value)
    }

    pub(super) fn text(&self, setting: &Setting) -> Option<&str> {
        if let Some(Value::Text(text)) = self.value(setting) { Some(text) } else { None }
    }

    pub(super) fn time(&self, setting: &Setting) -> Duration {
        if let Some(Value::Time(time)) = self.value(setting) { *time } else { Duration::ZERO }
    }

    pub(super) fn number(&self, setting: &Setting) -> i64 {
        if let Some(Value::Number(number)) = self.value(setting) { *number } else { 0 }
    }

    /// For settings whose bounds are those of a count.
    pub(super) fn count(&self, setting: &Setting) -> u32 {
        u32::try_from(self.number(setting)).unwrap_or_default()
    }

    pub(super) fn flag(&self, setting: &Setting) -> bool {
        matches!(self.value(setting), Some(Value::Flag(true)))
    }

    pub(super) fn choice(&self, setting: &Setting) -> &'static str {
        if let Some(Value::Choice(choice)) = self.value(setting) { choice } else { "" }
    }

    fn validation(&self) -> super::Validation {
        if let Some(Value::Validation(validation)) = self.value(&settings::VALIDATION) {
            *validation
        } else {
            super::Validation::default()
        }
    }

    /// Whether any layer says something, be it right or wrong.
    pub(super) fn is_set(&self, setting: &'static Setting) -> bool {
        self.layers.find(setting).0.is_some()
    }

    /// The name under which it was set, and what was set.
    pub(super) fn set_as(&self, setting: &'static Setting) -> Option<(&'static str, &str)> {
        self.layers.find(setting).0.map(|found| (found.name, found.value))
    }

    /// What an unset setting comes to, given the others.
    pub(super) fn becomes(&mut self, setting: &'static Setting, text: Option<String>) {
        if let Some(text) = text.filter(|_| !self.is_set(setting)) {
            let value = setting.kind.parse(&text).unwrap_or_else(|_| Value::Text(text.clone()));
            self.settled.insert(setting.name, Settled { layer: Layer::Default, text, value });
        }
    }

    pub(super) fn problem(&mut self, setting: &Setting, code: ProblemCode, reason: impl Into<String>) {
        self.problems.push(ConfigProblem { key: setting.name.to_owned(), code, reason: reason.into() });
    }

    /// A problem of a value; the reason goes on from it, shown as it may be.
    pub(super) fn invalid(&mut self, setting: &Setting, text: &str, code: ProblemCode, said: &str) {
        self.problem(setting, code, format!("{:?} {said}", limited(&setting.shown(text))));
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The passes over every setting.
impl Resolver {
    fn remark(&mut self) {
        let mut notes = Vec::new();
        for (layer, variables) in self.layers.iter() {
            for name in variables.keys() {
                notes.extend(remark(name));
                let stray = named(name).is_some_and(|setting| setting.source == Source::Environment);
                if stray && layer != Layer::Environment {
                    notes.push(format!("{name} is read from the environment only, not from the {layer}"));
                }
            }
        }
        notes.into_iter().for_each(|note| self.note(note));
    }

    fn settle(&mut self, setting: &'static Setting) {
        let (found, conflict) = self.layers.find(setting);
        let (layer, text) = match (found, setting.default) {
            (Some(found), _) => (found.layer, found.value.to_owned()),
            (None, Some(default)) => (Layer::Default, default.to_owned()),
            (None, None) => return,
        };
        self.problems.extend(conflict);
        match setting.kind.parse(&text) {
            Ok(value) => {
                let text = match &value {
                    Value::Text(text) => text.clone(),
                    Value::Choice(choice) => (*choice).to_owned(),
                    Value::List(texts) => texts.join(","),
                    Value::Flag(flag) => flag.to_string(),
                    Value::Number(number) => number.to_string(),
                    Value::Validation(validation) => validation.to_string(),
                    Value::Time(_) => text,
                };
                self.settled.insert(setting.name, Settled { layer, text, value });
            }
            Err((code, said)) => self.invalid(setting, &text, code, &said),
        }
    }

    fn provided(&self) -> Vec<Entry> {
        let said = |layer| {
            SETTINGS.iter().flat_map(move |setting| {
                let said = self.layers.said(layer, setting);
                said.map(move |found| Entry::new(setting, found.name, layer, found.value))
            })
        };
        [Layer::Dotenv, Layer::Environment, Layer::Explicit].into_iter().flat_map(said).collect()
    }

    /// Under each of its names, so that whoever knows one of them finds it.
    fn effective(&self) -> Vec<Entry> {
        let settled = SETTINGS.iter().filter_map(|setting| Some((*setting, self.settled.get(setting.name)?)));
        // A list may have come to nothing.
        let settled = settled.filter(|(_, settled)| !settled.text.is_empty());
        settled
            .flat_map(|(setting, settled)| {
                let Settled { layer, text, .. } = settled;
                std::iter::once(setting.name)
                    .chain(setting.aliases.iter().copied())
                    .map(move |name| Entry::new(setting, name, *layer, text))
            })
            .collect()
    }

    /// The strategy in force, for the views.
    pub(super) fn in_force(&mut self, credentials: &Credentials) {
        let strategy = match credentials {
            Credentials::None | Credentials::Custom => "NONE",
            Credentials::Basic(_) => "BASIC",
            Credentials::OAuth(_) => "OAUTH",
        };
        self.becomes(&settings::AUTH_STRATEGY, Some(strategy.to_owned()));
        let audience = credentials.oauth().and_then(|oauth| oauth.audience.clone());
        self.becomes(&settings::TOKEN_AUDIENCE, audience);
    }
}

/// The dotenv file that is asked for, as written; `.env` if only asked for.
pub(super) fn envfile(layers: &Layers) -> Option<&str> {
    debug_assert!(matches!(settings::LOAD_ENVFILE.kind, Kind::EnvFile));
    let text = layers.find(&settings::LOAD_ENVFILE).0?.value;
    let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match text {
        _ if is(["false", "0", "no", "off"]) => None,
        _ if is(["true", "1", "yes", "on"]) => Some(".env"),
        path => Some(path),
    }
}

#[cfg(test)]
mod tests {
    use crate::Config;

    #[test]
    fn an_address_is_the_default_where_nothing_says_another() {
        let default = |pairs: &[(&str, &str)]| Config::from_pairs(pairs.iter().copied()).unwrap().default_address;
        assert!(default(&[]));
        assert!(default(&[("CAMUNDA_REST_ADDRESS", " ")]));
        assert!(!default(&[("ZEEBE_REST_ADDRESS", "http://localhost:8080/v2")]));
        assert!(!default(&[("CAMUNDA_CLUSTER_ID", "c1"), ("CAMUNDA_CLUSTER_REGION", "bru-2")]));
    }
}
