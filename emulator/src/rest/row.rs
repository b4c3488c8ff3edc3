//! An entity as searches and reads see it: members by name, each with a typed value.
//! It does not know which entities there are, nor how they are filtered.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

/// The value of a member.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Field<'a> {
    Null,
    Boolean(bool),
    Number(i64),
    Key(i64),
    /// Epoch milliseconds.
    Date(i64),
    Text(Cow<'a, str>),
    /// One of a fixed set of words, whose letter case does not matter in filters.
    Word(&'static str),
    Json(Value),
}

impl Field<'_> {
    pub(crate) fn into_json(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(b) => b.into(),
            Self::Number(n) => n.into(),
            Self::Key(key) => key.to_string().into(),
            Self::Date(at) => date(at).into(),
            Self::Text(text) => text.into_owned().into(),
            Self::Word(word) => word.into(),
            Self::Json(value) => value,
        }
    }
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// Null where there is nothing, else the field.
pub(crate) fn or_null<'a, T>(value: Option<T>, field: impl FnOnce(T) -> Field<'a>) -> Field<'a> {
    value.map_or(Field::Null, field)
}

/// One entity.
pub(crate) trait Row {
    /// The key by which entities are ordered if nothing else is asked for.
    fn key(&self) -> i64;
    /// The member of this name; null for names that the entity does not have.
    fn field(&self, name: &str) -> Field<'_>;
    /// The members that an answer shows.
    fn members(&self) -> &'static [&'static str];
    /// Judges a filter member that is not a plain comparison; none if it is one.
    fn special(&self, _name: &str, _wanted: &Value) -> Option<bool> {
        None
    }

    fn json(&self) -> Value {
        self.members().iter().map(|name| ((*name).to_owned(), self.field(name).into_json())).collect()
    }
}

/// The text of an instant: UTC with milliseconds.
pub(crate) fn date(at: i64) -> String {
    match Timestamp::from_millisecond(at) {
        Ok(timestamp) => format!("{timestamp:.3}"),
        Err(_) => at.to_string(),
    }
}

/// An RFC 3339 date with offset, in epoch milliseconds.
pub(crate) fn parse_date(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::{date, parse_date};

    #[test]
    fn dates_have_three_digits_and_read_back() {
        assert_eq!(date(1_700_000_000_000), "2023-11-14T22:13:20.000Z");
        assert_eq!(date(1_700_000_000_007), "2023-11-14T22:13:20.007Z");
        assert_eq!(parse_date("2023-11-15T00:13:20.007+02:00"), Some(1_700_000_000_007));
        assert_eq!(parse_date("2023-11-15"), None);
        assert_eq!(parse_date("yesterday"), None);
    }
}
