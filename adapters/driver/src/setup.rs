//! What a client is opened with: a configuration, and who is told of what the client does. Credentials of the program's own
//! are not here: they differ between the two kinds of clients.

use std::fmt;

use camunda_core::config::ConfigBuilder;
use camunda_core::{Config, Error};

use crate::environment;
use crate::log::{Log, LogSink, Stderr};
use crate::observer::{Audience, Observer};

/// A configuration, and who is told of what the client does. A [`Config`] alone is a setup that logs to standard error.
///
/// ```no_run
/// # use camunda_driver::{Exchange, Setup, blocking::Client};
/// use camunda_driver::core::observe::{Observation, Observed};
///
/// # fn open<E: Exchange>() -> Result<Client<E>, camunda_driver::core::Error> {
/// let setup = Setup::from_env()?.observe(|told: &Observation| {
///     if let Observed::Retry { verdict, delay, .. } = &told.what {
///         println!("{:?}: {verdict:?}, again in {delay:?}", told.call);
///     }
/// });
/// let client = Client::new(setup)?;
/// # Ok(client) }
/// ```
#[must_use]
pub struct Setup {
    pub(crate) config: Config,
    sink: Option<Box<dyn LogSink>>,
    observers: Vec<Box<dyn Observer>>,
}

impl Setup {
    /// With this configuration and nothing else.
    pub fn new(config: Config) -> Self {
        Self { config, sink: Some(Box::new(Stderr)), observers: Vec::new() }
    }

    /// With what the environment says, as [`Client::from_env`](crate::Client::from_env).
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_env_with(Config::builder())
    }

    /// As [`from_env`](Self::from_env), with settings that win over the environment's.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn from_env_with(settings: ConfigBuilder) -> Result<Self, Error> {
        environment::read(settings).map(Self::new)
    }

    /// Logs here instead of to standard error. How much is said is the configuration's to say: `CAMUNDA_SDK_LOG_LEVEL`.
    pub fn log(self, sink: impl LogSink) -> Self {
        Self { sink: Some(Box::new(sink)), ..self }
    }

    /// Logs nowhere.
    pub fn without_log(self) -> Self {
        Self { sink: None, ..self }
    }

    /// Tells this observer of every attempt, wait, repeat, token and change of the gate, besides those that were named before.
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// The files that the configuration names are read, and the log is opened.
    pub(crate) fn complete(self) -> Result<(Config, Audience), Error> {
        let config = environment::complete(self.config)?;
        let log = Log::open(&config, self.sink);
        let telemetry = config.telemetry_log();
        Ok((config, Audience::new(self.observers, log, telemetry)))
    }
}

impl From<Config> for Setup {
    fn from(config: Config) -> Self {
        Self::new(config)
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("config", &self.config).finish_non_exhaustive()
    }
}
