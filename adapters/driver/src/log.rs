//! What a client has to say: records with a level, a message and fields, and where they go. Which records there are is not
//! decided here.
//!
//! ```
//! use camunda_driver::core::Config;
//! use camunda_driver::{Record, Setup};
//!
//! let config = Config::builder().set("CAMUNDA_SDK_LOG_LEVEL", "debug").build()?;
//! let setup = Setup::new(config).log(|record: &Record<'_>| println!("[{}] {record}", record.level().as_str()));
//! # let _ = setup;
//! # Ok::<(), camunda_driver::core::Error>(())
//! ```

mod bodies;
pub(crate) mod events;
mod line;
mod stderr;
mod support;

use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use camunda_core::config::LogLevel;
use camunda_core::{Config, Observation};

use support::SupportLog;

pub(crate) use bodies::Bodies;
pub use stderr::Stderr;

/// Where records go. It is called on whatever thread has something to say, by many at once, never under a lock of the client:
/// it should be quick. A panic in it is swallowed. A closure over `&Record` is one.
pub trait LogSink: Send + Sync + 'static {
    /// Takes one record. It is of the level that the configuration asks for, or a quieter one.
    fn log(&self, record: &Record<'_>);
}

impl<F: Fn(&Record<'_>) + Send + Sync + 'static> LogSink for F {
    fn log(&self, record: &Record<'_>) {
        self(record);
    }
}

/// The log of a client, for the client itself and for the program: [`Client::log`](crate::Client::log). Clones are cheap.
#[derive(Clone)]
pub struct Log {
    outlets: Arc<Outlets>,
    scope: Arc<[(&'static str, String)]>,
}

struct Outlets {
    level: LogLevel,
    sink: Option<Box<dyn LogSink>>,
    support: Option<SupportLog>,
}

/// One thing said. It prints as its message and its fields, in one line.
pub struct Record<'a> {
    level: LogLevel,
    message: &'a dyn Display,
    scope: &'a [(&'static str, String)],
    fields: &'a [(&'static str, &'a dyn Display)],
    observation: Option<&'a Observation>,
}

impl Log {
    /// As the configuration asks for. It begins with what the configuration itself has to say.
    pub(crate) fn open(config: &Config, sink: Option<Box<dyn LogSink>>) -> Self {
        let level = config.log_level();
        let (support, trouble) = match config.support_log().map(|path| (path, SupportLog::open(path, config))) {
            None => (None, None),
            Some((_, Ok(support))) => (Some(support), None),
            Some((path, Err(error))) => (None, Some(format!("no log for support in {}: {error}", path.display()))),
        };
        let log = Self { outlets: Arc::new(Outlets { level, sink, support }), scope: Arc::new([]) };
        config.warnings().iter().chain(&trouble).for_each(|warning| log.warn(warning));
        if level == LogLevel::Silly {
            log.warn("bodies are logged (CAMUNDA_SDK_LOG_LEVEL=silly), with whatever the program puts into them");
        }
        log
    }

    /// The same log; each record carries these fields before its own.
    #[must_use]
    pub fn child(&self, fields: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self { outlets: Arc::clone(&self.outlets), scope: self.scope.iter().cloned().chain(fields).collect() }
    }

    /// Whether anybody wants records of this level: what is costly to say need not be said otherwise.
    pub fn is_enabled(&self, level: LogLevel) -> bool {
        self.outlets.sink(level).is_some() || self.outlets.support(level).is_some()
    }

    /// Says something. Nothing is formatted unless it is wanted: `format_args!` makes a message that costs nothing else.
    pub fn log(&self, level: LogLevel, message: impl Display, fields: &[(&'static str, &dyn Display)]) {
        if self.is_enabled(level) {
            self.say(&Record { level, message: &message, scope: &self.scope, fields, observation: None });
        }
    }

    /// Says what happened in the session; the call that it happened to goes before the fields.
    pub(crate) fn say_observed(
        &self,
        level: LogLevel,
        message: &str,
        fields: &[(&'static str, &dyn Display)],
        observation: &Observation,
    ) {
        if !self.is_enabled(level) {
            return;
        }
        let mut all: Vec<(&'static str, &dyn Display)> = Vec::with_capacity(fields.len() + 3);
        if let Some(call) = &observation.call {
            all.extend([("call", &call.number as &dyn Display), ("operation", &call.operation)]);
            all.extend(call.correlation.as_ref().map(|id| ("correlation", id as &dyn Display)));
        }
        all.extend(fields);
        let observation = Some(observation);
        self.say(&Record { level, message: &message, scope: &self.scope, fields: &all, observation });
    }

    fn say(&self, record: &Record<'_>) {
        let sinks = [self.outlets.sink(record.level), self.outlets.support(record.level)];
        for sink in sinks.into_iter().flatten() {
            // It may be said while a panic unwinds; and no call fails for its log.
            let _ = catch_unwind(AssertUnwindSafe(|| sink.log(record)));
        }
    }

    /// Says what went wrong.
    pub fn error(&self, message: impl Display) {
        self.log(LogLevel::Error, message, &[]);
    }

    /// Says what may go wrong.
    pub fn warn(&self, message: impl Display) {
        self.log(LogLevel::Warn, message, &[]);
    }

    /// Says what happens.
    pub fn info(&self, message: impl Display) {
        self.log(LogLevel::Info, message, &[]);
    }

    /// Says how it happens.
    pub fn debug(&self, message: impl Display) {
        self.log(LogLevel::Debug, message, &[]);
    }

    /// Says every step.
    pub fn trace(&self, message: impl Display) {
        self.log(LogLevel::Trace, message, &[]);
    }
}

impl Outlets {
    fn sink(&self, level: LogLevel) -> Option<&dyn LogSink> {
        self.sink.as_deref().filter(|_| level != LogLevel::Silent && level <= self.level)
    }

    /// It is told everything but bodies.
    fn support(&self, level: LogLevel) -> Option<&dyn LogSink> {
        let support = self.support.as_ref().filter(|_| level != LogLevel::Silent && level <= LogLevel::Trace);
        support.map(|support| support as &dyn LogSink)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("level", &self.outlets.level).field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Record<'_> {
    /// How much it matters.
    pub fn level(&self) -> LogLevel {
        self.level
    }

    /// What happened. It may have several lines.
    pub fn message(&self) -> &dyn Display {
        self.message
    }

    /// What happened in the session, where that is what the record is about.
    pub fn observation(&self) -> Option<&Observation> {
        self.observation
    }

    /// What it happened to, and with which numbers: the fields of the [`child`](Log::child) first.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &dyn Display)> {
        let scope = self.scope.iter().map(|(name, value)| (*name, value as &dyn Display));
        scope.chain(self.fields.iter().copied())
    }
}

impl Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::write(f, self)
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {self}", self.level.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl LogSink for Kept {
        fn log(&self, record: &Record<'_>) {
            self.0.lock().unwrap().push(format!("{record:?}"));
        }
    }

    fn log(level: LogLevel) -> (Log, Kept) {
        let kept = Kept::default();
        (to(level, Some(Box::new(kept.clone()))), kept)
    }

    fn to(level: LogLevel, sink: Option<Box<dyn LogSink>>) -> Log {
        let config = Config::builder().set("CAMUNDA_SDK_LOG_LEVEL", level.as_str()).build().unwrap();
        Log::open(&config, sink)
    }

    #[test]
    fn only_what_is_wanted_is_said_and_only_that_is_formatted() {
        struct Unspeakable;
        impl Display for Unspeakable {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("formatted though nobody wants it")
            }
        }
        let (log, kept) = log(LogLevel::Warn);
        log.error("an error");
        log.warn("a warning");
        log.info(Unspeakable);
        log.log(LogLevel::Silent, Unspeakable, &[]);
        assert_eq!(*kept.0.lock().unwrap(), ["error an error", "warn a warning"]);
        let silent = to(LogLevel::Silent, Some(Box::new(kept)));
        assert!(!silent.is_enabled(LogLevel::Error) && !silent.is_enabled(LogLevel::Silent));
        assert!(!to(LogLevel::Silly, None).is_enabled(LogLevel::Error), "there is nobody to tell");
    }

    #[test]
    fn fields_of_the_scope_come_first() {
        let (log, kept) = log(LogLevel::Info);
        let job = log.child([("job_type", "charge card".to_owned())]).child([("job_key", "7".to_owned())]);
        job.log(LogLevel::Info, "taken", &[("retries", &3), ("of", &"")]);
        assert_eq!(*kept.0.lock().unwrap(), [r#"info taken job_type="charge card" job_key=7 retries=3 of="""#]);
    }

    #[test]
    fn a_record_is_one_line() {
        let (log, kept) = log(LogLevel::Info);
        log.log(LogLevel::Info, "two\nlines\u{1b}[31m", &[("why", &"a\r\n\"b\"")]);
        assert_eq!(*kept.0.lock().unwrap(), [r#"info two\nlines\u{1b}[31m why="a\r\n\"b\"""#]);
    }

    #[test]
    fn a_sink_that_panics_harms_nobody() {
        struct Broken;
        impl LogSink for Broken {
            fn log(&self, _: &Record<'_>) {
                panic!("no ink")
            }
        }
        to(LogLevel::Info, Some(Box::new(Broken))).info("said");
    }
}
