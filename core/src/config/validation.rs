//! How strictly requests and answers are held against the API description: the modes and their grammar. Nothing is validated here.

use std::fmt;

/// How strictly one side is validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Not at all.
    #[default]
    None,
    /// What is wrong is told, and goes on unchanged.
    Warn,
    /// What is wrong is an error.
    Strict,
    /// So are unknown members.
    Fanatical,
}

impl Mode {
    const ALL: [Self; 4] = [Self::None, Self::Warn, Self::Strict, Self::Fanatical];

    /// As written in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Warn => "warn",
            Self::Strict => "strict",
            Self::Fanatical => "fanatical",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str().eq_ignore_ascii_case(text))
    }
}

/// How strictly both sides are validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// What this client sends.
    pub requests: Mode,
    /// What it is answered.
    pub responses: Mode,
}

impl Validation {
    /// One mode for both sides, or `req:MODE` and `res:MODE` with commas; a side that is not named is not validated. The
    /// error goes on from the text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some(mode) = Mode::parse(text.trim()) {
            return Ok(Self { requests: mode, responses: mode });
        }
        let (mut requests, mut responses) = (None, None);
        for segment in text.split(',').map(str::trim).filter(|segment| !segment.is_empty()) {
            let said = |what: &str| format!("has {what} {:?}", super::problem::limited(segment));
            let Some((scope, mode)) = segment.split_once(':') else { return Err(said("the malformed segment")) };
            if mode.contains(':') {
                return Err(said("the malformed segment"));
            }
            let side = match scope.trim() {
                scope if scope.eq_ignore_ascii_case("req") => &mut requests,
                scope if scope.eq_ignore_ascii_case("res") => &mut responses,
                _ => return Err(said("an unknown scope in")),
            };
            let mode = Mode::parse(mode.trim()).ok_or_else(|| said("an unknown mode in"))?;
            if side.replace(mode).is_some() {
                return Err(said("a second"));
            }
        }
        Ok(Self { requests: requests.unwrap_or_default(), responses: responses.unwrap_or_default() })
    }
}

impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "req:{},res:{}", self.requests.as_str(), self.responses.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_as_tabled() {
        for (text, expected) in [
            ("", "req:none,res:none"),
            ("warn", "req:warn,res:warn"),
            ("STRICT", "req:strict,res:strict"),
            ("res:fanatical", "req:none,res:fanatical"),
            ("res:Warn , REQ:strict", "req:strict,res:warn"),
            (",, req : warn ,", "req:warn,res:none"),
        ] {
            assert_eq!(Validation::parse(text).unwrap().to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_segment() {
        for (text, expected) in [
            ("req", r#"has the malformed segment "req""#),
            ("warn,req:none", r#"has the malformed segment "warn""#),
            ("req:warn:strict", r#"has the malformed segment "req:warn:strict""#),
            ("both:warn", r#"has an unknown scope in "both:warn""#),
            ("req:loud", r#"has an unknown mode in "req:loud""#),
            ("req:warn,res:none,req:warn", r#"has a second "req:warn""#),
        ] {
            assert_eq!(Validation::parse(text).unwrap_err(), expected, "{text:?}");
        }
    }
}
