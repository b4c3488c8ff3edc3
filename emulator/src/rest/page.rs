//! Which part of the found rows an answer shows: by offset or by cursor.
//! It does not sort; a cursor holds the sort values of a row and means something only under the same sort.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::problem::{Problem, Violations};

/// Items in a page if the request does not say.
const DEFAULT_LIMIT: usize = 100;

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) start: Start,
}

#[derive(Debug)]
pub(crate) enum Start {
    At(usize),
    After(Vec<Value>),
    Before(Vec<Value>),
}

impl Page {
    /// Reads the page object; a cursor must have so many values.
    pub(crate) fn read(page: Option<&Value>, values: usize) -> Result<Self, Problem> {
        let number = |name: &str| page.and_then(|p| p.get(name)).and_then(Value::as_i64);
        let cursor = |name: &str| page.and_then(|p| p.get(name)).and_then(Value::as_str).filter(|c| !c.is_empty());
        let (from, after, before) = (number("from"), cursor("after"), cursor("before"));
        if usize::from(from.is_some()) + usize::from(after.is_some()) + usize::from(before.is_some()) > 1 {
            return Err(Problem::invalid("Only one of [from, after, before] is allowed."));
        }
        let mut violations = Violations::default();
        for (name, value) in [("limit", number("limit")), ("from", from)] {
            if let Some(value) = value.filter(|v| *v < 0) {
                violations.add(format!("The value for page.{name} is '{value}' but must be a non-negative number"));
            }
        }
        violations.check()?;
        let start = match (after, before) {
            (Some(cursor), _) => Start::After(decode(cursor, values)?),
            (_, Some(cursor)) => Start::Before(decode(cursor, values)?),
            _ => Start::At(from.and_then(|f| usize::try_from(f).ok()).unwrap_or_default()),
        };
        let limit = number("limit").and_then(|l| usize::try_from(l).ok()).unwrap_or(DEFAULT_LIMIT);
        Ok(Self { limit, start })
    }
}

pub(crate) fn encode(values: Vec<Value>) -> String {
    STANDARD.encode(Value::Array(values).to_string())
}

fn decode(cursor: &str, values: usize) -> Result<Vec<Value>, Problem> {
    let read = || {
        let bytes = STANDARD.decode(cursor).ok()?;
        serde_json::from_slice::<Vec<Value>>(&bytes).ok().filter(|v| v.len() == values)
    };
    read().ok_or_else(|| Problem::invalid(format!("Cannot decode pagination cursor '{cursor}'")))
}
