//! How much is logged. The logging itself is not here.

/// The levels, the quietest first; each includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LogLevel {
    /// Nothing.
    Silent,
    /// What went wrong.
    #[default]
    Error,
    /// What may go wrong.
    Warn,
    /// What happens.
    Info,
    /// How it happens.
    Debug,
    /// Every step.
    Trace,
    /// Every step with bodies.
    Silly,
}

impl LogLevel {
    const ALL: [Self; 7] = [Self::Silent, Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace, Self::Silly];

    /// As written in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
            Self::Silly => "silly",
        }
    }

    pub(super) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|level| level.as_str() == name).unwrap_or_default()
    }
}
