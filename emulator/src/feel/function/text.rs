//! Functions of texts.
//! Positions count from 1, and from the end if they are negative.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rust_decimal::prelude::ToPrimitive;

use super::Function;
use crate::feel::value::Value;

pub(super) fn call(function: Function, arguments: &[Value]) -> Option<Value> {
    match (function, arguments) {
        (Function::Str, [Value::Null]) => return Some(Value::Null),
        (Function::Str, [Value::Text(text)]) => return Some(Value::Text(text.clone())),
        (Function::Str, [value]) => return Some(Value::Text(value.shown())),
        (Function::ToJson, [value]) => return Some(Value::Text(value.clone().into_json().to_string())),
        (Function::StringJoin, [Value::List(items), rest @ ..]) => return join(items, rest),
        _ => {}
    }
    let [Value::Text(text), rest @ ..] = arguments else { return None };
    let other = if let [Value::Text(other), ..] = rest { Some(other.as_str()) } else { None };
    Some(match function {
        Function::StringLength => Value::Number(text.chars().count().into()),
        Function::UpperCase => Value::Text(text.to_uppercase()),
        Function::LowerCase => Value::Text(text.to_lowercase()),
        Function::Trim => Value::Text(text.trim().to_owned()),
        Function::IsBlank => Value::Boolean(text.trim().is_empty()),
        Function::Contains => Value::Boolean(text.contains(other?)),
        Function::StartsWith => Value::Boolean(text.starts_with(other?)),
        Function::EndsWith => Value::Boolean(text.ends_with(other?)),
        Function::SubstringBefore => {
            let other = other?;
            let before = if other.is_empty() { None } else { text.split_once(other) };
            Value::Text(before.map_or_else(String::new, |(before, _)| before.to_owned()))
        }
        Function::SubstringAfter => {
            let other = other?;
            let after =
                if other.is_empty() { Some(text.as_str()) } else { text.split_once(other).map(|(_, after)| after) };
            Value::Text(after.unwrap_or_default().to_owned())
        }
        Function::Substring => {
            let characters: Vec<char> = text.chars().collect();
            let range = span(characters.len(), rest)?;
            Value::Text(characters.get(range)?.iter().collect())
        }
        Function::Split => split(text, other?)?,
        Function::ToBase64 => Value::Text(STANDARD.encode(text)),
        Function::FromJson => Value::from(&serde_json::from_str::<serde_json::Value>(text).ok()?),
        _ => return None,
    })
}

/// Start and length as positions of a sequence of so many items.
pub(super) fn span(count: usize, arguments: &[Value]) -> Option<std::ops::Range<usize>> {
    let number = |value: &Value| if let Value::Number(n) = value { n.to_i64() } else { None };
    let start = number(arguments.first()?)?;
    let length = i64::try_from(count).ok()?;
    let from = if start > 0 { start - 1 } else { (length + start).max(0) };
    let from = usize::try_from(from).ok().filter(|_| start != 0)?.min(count);
    let end = match arguments.get(1) {
        Some(wanted) => from.saturating_add(usize::try_from(number(wanted)?).ok()?).min(count),
        None => count,
    };
    Some(from..end)
}

/// The delimiter is a pattern in the original; here it may be a plain text or one escaped or bracketed character.
fn split(text: &str, delimiter: &str) -> Option<Value> {
    let plain = match delimiter {
        "\\s" => " ".to_owned(),
        other => {
            let plain = other.replace('\\', "");
            let special = |c: char| "()[]{}.*+?^$|".contains(c);
            if other.chars().any(special) && !other.starts_with('\\') {
                return None;
            }
            plain
        }
    };
    if plain.is_empty() {
        return None;
    }
    Some(Value::List(text.split(plain.as_str()).map(|part| Value::Text(part.to_owned())).collect()))
}

fn join(items: &[Value], rest: &[Value]) -> Option<Value> {
    let text = |at: usize| match rest.get(at) {
        Some(Value::Text(text)) => Some(text.as_str()),
        None | Some(Value::Null) => Some(""),
        Some(_) => None,
    };
    let mut texts = Vec::new();
    for item in items {
        match item {
            Value::Text(text) => texts.push(text.as_str()),
            Value::Null => {}
            _ => return None,
        }
    }
    Some(Value::Text(format!("{}{}{}", text(1)?, texts.join(text(0)?), text(2)?)))
}
