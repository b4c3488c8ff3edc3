//! The values that expressions work on, between JSON coming in and JSON going out.
//! It is not a storage format: variables are kept as JSON and converted when they are read.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::temporal::{duration_text, offset_text, period_text};

/// One value of the language.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    List(Vec<Self>),
    Context(BTreeMap<String, Self>),
    Date(Date),
    /// With the offset from UTC in seconds, if there is one.
    Time(Time, Option<i32>),
    DateTime(DateTime, Option<i32>),
    /// Days and less, in milliseconds.
    Duration(i64),
    /// Years and months, in months.
    Period(i64),
}

impl Value {
    /// About how many bytes it comes to; counting ends above the limit.
    pub(crate) fn size(&self, limit: usize) -> usize {
        match self {
            Self::Text(text) => text.len() + 8,
            Self::List(items) => counted(items.iter().map(|item| item.size(limit)), limit),
            Self::Context(entries) => {
                counted(entries.iter().map(|(name, value)| name.len() + value.size(limit)), limit)
            }
            _ => 8,
        }
    }

    /// The name of the kind as messages of the server write it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Boolean(_) => "BOOLEAN",
            Self::Number(_) => "NUMBER",
            Self::Text(_) => "STRING",
            Self::List(_) => "ARRAY",
            Self::Context(_) => "OBJECT",
            Self::Date(_) => "DATE",
            Self::Time(..) => "TIME",
            Self::DateTime(..) => "DATE_TIME",
            Self::Duration(_) => "DURATION",
            Self::Period(_) => "PERIOD",
        }
    }

    pub(crate) fn into_json(self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(b) => b.into(),
            Self::Number(n) => number_json(n),
            Self::Text(t) => t.into(),
            Self::List(items) => items.into_iter().map(Self::into_json).collect(),
            Self::Context(entries) => {
                serde_json::Value::Object(entries.into_iter().map(|(name, value)| (name, value.into_json())).collect())
            }
            Self::Date(date) => date.to_string().into(),
            Self::Time(time, offset) => format!("{time}{}", offset_text(offset)).into(),
            Self::DateTime(at, offset) => format!("{at}{}", offset_text(offset)).into(),
            Self::Duration(millis) => duration_text(millis).into(),
            Self::Period(months) => period_text(months).into(),
        }
    }

    /// As warnings quote it: a text keeps its quotes.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("\"{text}\""),
            other => match other.clone().into_json() {
                serde_json::Value::String(text) => text,
                json => json.to_string(),
            },
        }
    }
}

/// Whole numbers are written as integers, others as doubles.
fn number_json(number: Decimal) -> serde_json::Value {
    let number = number.normalize();
    if number.scale() == 0
        && let Ok(whole) = i64::try_from(number)
    {
        return whole.into();
    }
    let double = number.to_string().parse::<f64>().ok().and_then(serde_json::Number::from_f64);
    double.map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// Exact where the text of the number fits a decimal; what is out of its range is nothing that can be calculated with.
fn decimal(number: &serde_json::Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).ok()
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(b) => Self::Boolean(*b),
            serde_json::Value::Number(n) => decimal(n).map_or(Self::Null, Self::Number),
            serde_json::Value::String(s) => Self::Text(s.clone()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            serde_json::Value::Object(entries) => {
                Self::Context(entries.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect())
            }
        }
    }
}

fn counted(sizes: impl Iterator<Item = usize>, limit: usize) -> usize {
    let mut total = 8_usize;
    for size in sizes {
        total = total.saturating_add(size);
        if total > limit {
            break;
        }
    }
    total
}
