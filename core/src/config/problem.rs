//! What is wrong with a configuration, all of it at once. Values are shown where they are no secrets.

use std::fmt;

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<ConfigProblem>,
    notes: Vec<String>,
}

impl ConfigError {
    pub(super) fn new(mut problems: Vec<ConfigProblem>, notes: Vec<String>) -> Self {
        problems.sort();
        Self { problems, notes }
    }

    /// A single problem, such as material that an adapter cannot use.
    pub fn single(key: impl Into<String>, code: ProblemCode, reason: impl Into<String>) -> Self {
        Self::new(vec![ConfigProblem { key: key.into(), code, reason: reason.into() }], Vec::new())
    }

    /// The problems, ordered by variable.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("1 problem in the configuration")?,
            count => write!(f, "{count} problems in the configuration")?,
        }
        for problem in &self.problems {
            write!(f, "\n  {}: {}", problem.key, problem.reason)?;
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigProblem {
    /// The variable.
    pub key: String,
    /// What kind of problem.
    pub code: ProblemCode,
    /// The reason, in words.
    pub reason: String,
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemCode {
    /// Two names of one setting differ within one layer.
    AliasConflict,
    /// Credentials of two families and no strategy.
    AmbiguousAuth,
    /// Not one of the choices.
    InvalidEnum,
    /// Not a whole number.
    InvalidInteger,
    /// Not a URL, or one that cannot be used.
    InvalidUrl,
    /// Not acceptable for another reason.
    InvalidValue,
    /// Required by what else is set.
    MissingRequired,
    /// A number beyond its bounds.
    OutOfRange,
}
