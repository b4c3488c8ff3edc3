//! What a setting is, and the forms that its value may have. Which settings there are is the catalogue's matter.

use std::time::Duration;

use super::problem::ProblemCode::{
    self, InvalidBoolean, InvalidEnum, InvalidInteger, InvalidUrl, InvalidValidationSyntax, InvalidValue, OutOfRange,
};
use super::validation::Validation;
use super::{Secret, address};
use crate::api::TenantId;

/// The largest delay, count or size that a setting takes.
pub(super) const MOST: i64 = i32::MAX as i64;

/// One setting, as declared: what parses it is what documents it.
#[derive(Debug)]
pub struct Setting {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) default: Option<&'static str>,
    pub(super) otherwise: &'static str,
    pub(super) secret: bool,
    pub(super) effect: bool,
    pub(super) source: Source,
    pub(super) meaning: &'static str,
    pub(super) group: &'static str,
}

impl Setting {
    /// Its name as a variable.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Other names for the same thing.
    pub fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// What is taken when nobody sets it; `None` where that depends on other settings, or is nothing at all.
    pub fn default_value(&self) -> Option<&'static str> {
        self.default
    }

    /// Whether its value is never shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether it has an effect in this version; one without earns a warning where it is set.
    pub fn has_effect(&self) -> bool {
        self.effect
    }

    /// What it does, in a sentence or two.
    pub fn meaning(&self) -> &'static str {
        self.meaning.trim_start()
    }

    /// The heading that it stands under.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// The form of its value, in words.
    pub fn form(&self) -> String {
        match self.kind {
            Kind::Text => "text".to_owned(),
            Kind::Label => "letters, digits, hyphens".to_owned(),
            Kind::Path => "path".to_owned(),
            Kind::Pem => "PEM text".to_owned(),
            Kind::RestAddress | Kind::Url => "http or https URL".to_owned(),
            Kind::Proxy => "proxy".to_owned(),
            Kind::NoProxy => "hosts, with commas".to_owned(),
            Kind::Flag => "true or false".to_owned(),
            Kind::EnvFile => "true, false or a path".to_owned(),
            Kind::Millis { min: 0 } => "milliseconds".to_owned(),
            Kind::Millis { min } => format!("milliseconds, at least {min}"),
            Kind::Integer { min: 0, max: MOST } => "whole number".to_owned(),
            Kind::Integer { min, max: MOST } if min > 0 => format!("whole number, at least {min}"),
            Kind::Integer { min, .. } if min < 0 => "milliseconds, of any sign".to_owned(),
            Kind::Integer { min, max } => format!("whole number, {min} to {max}"),
            Kind::Seconds => "seconds, with decimals".to_owned(),
            Kind::Choice(choices) => choices.join(", "),
            Kind::Tenant => "tenant id".to_owned(),
            Kind::Tenants => "tenant ids, with commas".to_owned(),
            Kind::Validation => "a mode, or req:MODE,res:MODE".to_owned(),
        }
    }

    pub(super) const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            aliases: &[],
            kind,
            default: None,
            otherwise: "none",
            secret: false,
            effect: true,
            source: Source::Any,
            meaning: "",
            group: "",
        }
    }

    /// Its names, canonical first; of the proxy variables the lower-case one, which is read first, comes first.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let (first, last) =
            if self.source == Source::Environment { (None, Some(self.name)) } else { (Some(self.name), None) };
        first.into_iter().chain(self.aliases.iter().copied()).chain(last)
    }

    /// The value as it may be shown.
    pub(super) fn shown(&self, value: &str) -> String {
        if self.secret {
            return Secret::new(value).redacted();
        }
        match self.kind {
            Kind::RestAddress | Kind::Url | Kind::Proxy => address::without_credentials(value),
            _ => value.to_owned(),
        }
    }
}

/// What declarations are made of.
impl Setting {
    pub(super) const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    pub(super) const fn default(self, text: &'static str) -> Self {
        Self { default: Some(text), ..self }
    }

    /// What the reference says in place of a default.
    pub(super) const fn otherwise(self, words: &'static str) -> Self {
        Self { otherwise: words, ..self }
    }

    pub(super) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Accepted, kept, and without effect in this version.
    pub(super) const fn later(self) -> Self {
        Self { effect: false, ..self }
    }

    pub(super) const fn from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    pub(super) const fn means(self, meaning: &'static str, group: &'static str) -> Self {
        Self { meaning, group, ..self }
    }
}

/// Which layers may set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Any,
    /// A dotenv file says nothing about dotenv files.
    NotDotenv,
    /// Variables that every program reads.
    Environment,
}

/// The forms of values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    /// What can be part of a host name or a path as it is.
    Label,
    Path,
    Pem,
    RestAddress,
    Url,
    /// Checked where it is used, and only there: it is every program's, and may well suit the others.
    Proxy,
    NoProxy,
    Flag,
    EnvFile,
    Millis {
        min: i64,
    },
    Integer {
        min: i64,
        max: i64,
    },
    Seconds,
    /// Any case.
    Choice(&'static [&'static str]),
    Tenant,
    Tenants,
    Validation,
}

/// A parsed value. Equal values mean the same, however they were written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Number(i64),
    Time(Duration),
    Choice(&'static str),
    List(Vec<String>),
    Validation(Validation),
}

/// Why a text is no value: the code, and how a sentence goes on that begins with the text.
pub(super) type Invalid = (ProblemCode, String);

impl Kind {
    /// The value that a text stands for, in its canonical writing. Blanks around it are the caller's matter.
    pub(super) fn parse(self, text: &str) -> Result<Value, Invalid> {
        let url = |parsed: Result<String, &str>| parsed.map(Value::Text).map_err(|said| (InvalidUrl, said.to_owned()));
        match self {
            Self::Text | Self::Path | Self::Pem | Self::Proxy | Self::NoProxy | Self::EnvFile => {
                Ok(Value::Text(text.to_owned()))
            }
            Self::Label if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
                Ok(Value::Text(text.to_owned()))
            }
            Self::Label => Err((InvalidValue, "has other characters than letters, digits and hyphens".to_owned())),
            Self::RestAddress => url(address::rest(text)),
            Self::Url => url(address::absolute(text).map(str::to_owned)),
            Self::Flag => flag(text).map(Value::Flag),
            Self::Millis { min } => {
                let millis = whole(text, min, MOST, "a whole number of milliseconds")?;
                Ok(Value::Time(Duration::from_millis(u64::try_from(millis).unwrap_or_default())))
            }
            Self::Integer { min, max } => whole(text, min, max, "a whole number").map(Value::Number),
            Self::Seconds => {
                let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                seconds.map(Value::Time).ok_or((InvalidValue, "is not a number of seconds".to_owned()))
            }
            Self::Choice(choices) => {
                let found = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text));
                found
                    .map(|choice| Value::Choice(choice))
                    .ok_or_else(|| (InvalidEnum, format!("is none of {}", choices.join(", "))))
            }
            Self::Tenant => tenant(text).map(Value::Text),
            Self::Tenants => {
                let mut tenants: Vec<String> = Vec::new();
                for text in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
                    let tenant = tenant(text)?;
                    if !tenants.contains(&tenant) {
                        tenants.push(tenant);
                    }
                }
                Ok(Value::List(tenants))
            }
            Self::Validation => {
                Validation::parse(text).map(Value::Validation).map_err(|said| (InvalidValidationSyntax, said))
            }
        }
    }
}

fn flag(text: &str) -> Result<bool, Invalid> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match () {
        () if is(&["true", "1", "yes", "on", "t", "y"]) => Ok(true),
        () if is(&["false", "0", "no", "off", "f", "n"]) => Ok(false),
        () => Err((InvalidBoolean, "is neither true nor false".to_owned())),
    }
}

fn whole(text: &str, min: i64, max: i64, what: &str) -> Result<i64, Invalid> {
    let digits = text.strip_prefix('-').filter(|_| min < 0).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err((InvalidInteger, format!("is not {what}")));
    }
    let in_range = text.parse().ok().filter(|number| (min..=max).contains(number));
    in_range.ok_or_else(|| (OutOfRange, format!("is not between {min} and {max}")))
}

fn tenant(text: &str) -> Result<String, Invalid> {
    match TenantId::new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err((InvalidValue, format!("is no tenant id: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Kind = Kind::Integer { min: -5, max: 5 };
    const COUNT: Kind = Kind::Integer { min: 1, max: MOST };

    #[test]
    fn scalars_as_tabled() {
        let millis = |millis| Value::Time(Duration::from_millis(millis));
        let list = |tenants: &[&str]| Value::List(tenants.iter().map(|&tenant| tenant.to_owned()).collect());
        for (kind, text, expected) in [
            (BOTH, "-5", Ok(Value::Number(-5))),
            (BOTH, "-6", Err(OutOfRange)),
            (BOTH, "99999999999999999999999", Err(OutOfRange)),
            (BOTH, "-", Err(InvalidInteger)),
            (BOTH, "--1", Err(InvalidInteger)),
            (COUNT, "007", Ok(Value::Number(7))),
            (COUNT, "0", Err(OutOfRange)),
            (COUNT, "-1", Err(InvalidInteger)),
            (COUNT, "+1", Err(InvalidInteger)),
            (COUNT, "1_000", Err(InvalidInteger)),
            (COUNT, "10.0", Err(InvalidInteger)),
            (COUNT, "4294967297", Err(OutOfRange)),
            (COUNT, "٣", Err(InvalidInteger)),
            (Kind::Millis { min: 1 }, "250", Ok(millis(250))),
            (Kind::Millis { min: 0 }, "2147483647", Ok(millis(2_147_483_647))),
            (Kind::Millis { min: 0 }, "2147483648", Err(OutOfRange)),
            (Kind::Millis { min: 0 }, "30s", Err(InvalidInteger)),
            (Kind::Seconds, "0", Ok(millis(0))),
            (Kind::Seconds, "1.5", Ok(millis(1_500))),
            (Kind::Seconds, "-1", Err(InvalidValue)),
            (Kind::Seconds, "nan", Err(InvalidValue)),
            (Kind::Seconds, "inf", Err(InvalidValue)),
            (Kind::Choice(&["NONE", "BASIC"]), "bAsIc", Ok(Value::Choice("BASIC"))),
            (Kind::Choice(&["NONE", "BASIC"]), "OTHER", Err(InvalidEnum)),
            (Kind::Label, "bru-2", Ok(Value::Text("bru-2".to_owned()))),
            (Kind::Label, "bru/2", Err(InvalidValue)),
            (Kind::Tenants, " b, a,, b ,", Ok(list(&["b", "a"]))),
            (Kind::Tenants, "a,b c", Err(InvalidValue)),
        ] {
            assert_eq!(kind.parse(text).map_err(|(code, _)| code), expected, "{kind:?} {text:?}");
        }
    }

    #[test]
    fn flags_by_twelve_words_in_any_case() {
        for text in ["true", "1", "yes", "on", "t", "y", "TRUE", "Yes", "oN", "T"] {
            assert_eq!(flag(text), Ok(true), "{text}");
        }
        for text in ["false", "0", "no", "off", "f", "n", "FALSE", "No", "oFf", "N"] {
            assert_eq!(flag(text), Ok(false), "{text}");
        }
        for text in ["enabled", "2", "ja", "truee", "01"] {
            assert_eq!(flag(text).unwrap_err().0, InvalidBoolean, "{text}");
        }
    }

    #[test]
    fn a_bad_choice_names_the_choices() {
        let (_, said) = Kind::Choice(&["NONE", "BASIC"]).parse("x").unwrap_err();
        assert_eq!(said, "is none of NONE, BASIC");
    }
}
