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

    /// The problems, ordered by variable, then by code.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }

    /// What may explain them: half a pair of credentials, a name that is nearly known.
    pub fn warnings(&self) -> &[String] {
        &self.notes
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

/// The kinds of problem, in the order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemCode {
    /// Two names of one setting differ within one layer.
    AliasConflict,
    /// Credentials of two families and no strategy.
    AmbiguousAuth,
    /// Neither true nor false.
    InvalidBoolean,
    /// Not one of the choices.
    InvalidEnum,
    /// A file that cannot be read, or not be understood.
    InvalidFile,
    /// Not a whole number.
    InvalidInteger,
    /// Not a URL, or one that cannot be used.
    InvalidUrl,
    /// Not in the grammar of validation modes.
    InvalidValidationSyntax,
    /// Not acceptable for another reason.
    InvalidValue,
    /// Required by what else is set.
    MissingRequired,
    /// A number beyond its bounds.
    OutOfRange,
}

impl ProblemCode {
    /// The code in words with hyphens, such as `missing-required`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AliasConflict => "alias-conflict",
            Self::AmbiguousAuth => "ambiguous-auth",
            Self::InvalidBoolean => "invalid-boolean",
            Self::InvalidEnum => "invalid-enum",
            Self::InvalidFile => "invalid-file",
            Self::InvalidInteger => "invalid-integer",
            Self::InvalidUrl => "invalid-url",
            Self::InvalidValidationSyntax => "invalid-validation-syntax",
            Self::InvalidValue => "invalid-value",
            Self::MissingRequired => "missing-required",
            Self::OutOfRange => "out-of-range",
        }
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As much of a value as a message needs.
pub(super) fn limited(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
