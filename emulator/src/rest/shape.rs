//! The forms that request bodies must have, and the judge that compares a body with its form.
//! It is driven by tables: which members an operation knows is written there, not here.

use serde_json::Value;

use super::problem::{Problem, Violations};
use super::row::parse_date;

/// What a member may hold.
#[derive(Debug)]
pub(crate) enum Shape {
    Text,
    /// A key: a text of digits.
    Key,
    Integer,
    Long,
    Boolean,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Anything at all.
    Any,
    /// An object with any content, such as variables.
    Open,
    Object(&'static [(&'static str, Self)]),
    List(&'static Self),
    /// A value, or an object of operators on such values.
    Filter(Kind),
}

/// What a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Key,
    Integer,
    Date,
    Choice(&'static [&'static str]),
}

/// Judges the body. The first fault of syntax, type or name ends it; faulty values are all collected.
pub(crate) fn judge(body: &Value, shape: &Shape) -> Result<(), Problem> {
    let mut violations = Violations::default();
    walk(body, shape, "", "", &mut violations)?;
    violations.check()
}

fn walk(value: &Value, shape: &Shape, path: &str, name: &str, violations: &mut Violations) -> Result<(), Problem> {
    if value.is_null() {
        return Ok(());
    }
    let fits = match shape {
        Shape::Text => value.is_string(),
        Shape::Key => return key(value, path, name, violations),
        Shape::Integer => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        Shape::Long => value.is_i64(),
        Shape::Boolean => value.is_boolean(),
        Shape::Choice(words) => return choice(value, words, name),
        Shape::Any => true,
        Shape::Open => value.is_object(),
        Shape::Object(members) => return object(value, members, path, violations),
        Shape::List(item) => {
            let Some(items) = value.as_array() else {
                return Err(Problem::unreadable(path));
            };
            for (index, value) in items.iter().enumerate() {
                walk(value, item, &format!("{path}[{index}]"), name, violations)?;
            }
            true
        }
        Shape::Filter(kind) => return filter(value, *kind, path, name, violations),
    };
    if fits { Ok(()) } else { Err(Problem::unreadable(path)) }
}

fn object(
    value: &Value,
    members: &'static [(&'static str, Shape)],
    path: &str,
    violations: &mut Violations,
) -> Result<(), Problem> {
    let Some(entries) = value.as_object() else {
        return Err(if path.is_empty() {
            Problem::bad_request("Failed to read request")
        } else {
            Problem::unreadable(path)
        });
    };
    for (name, value) in entries {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let Some((_, shape)) = members.iter().find(|(known, _)| known == name) else {
            return Err(Problem::unreadable(&inner));
        };
        walk(value, shape, &inner, name, violations)?;
    }
    Ok(())
}

fn key(value: &Value, path: &str, name: &str, violations: &mut Violations) -> Result<(), Problem> {
    let Some(text) = value.as_str() else {
        return Err(Problem::unreadable(path));
    };
    if text.parse::<i64>().is_err() {
        violations.add(format!(
            "The provided {name} '{text}' is not a valid key. Expected a numeric value. \
             Did you pass an entity id instead of an entity key?"
        ));
    }
    Ok(())
}

fn choice(value: &Value, words: &[&str], name: &str) -> Result<(), Problem> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if words.iter().any(|word| word.eq_ignore_ascii_case(&text)) {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "Unexpected value '{text}' for enum field '{name}'. Use any of the following values: [{}]",
        words.join(", ")
    )))
}

fn filter(value: &Value, kind: Kind, path: &str, name: &str, violations: &mut Violations) -> Result<(), Problem> {
    let Some(operators) = value.as_object() else {
        return operand(value, kind, path, name, violations);
    };
    for (operator, value) in operators {
        let inner = format!("{path}.{operator}");
        match operator.as_str() {
            "$eq" | "$neq" => operand(value, kind, &inner, name, violations)?,
            "$exists" if value.is_boolean() || value.is_null() => {}
            "$in" | "$notIn" if value.is_array() => {
                for value in value.as_array().into_iter().flatten() {
                    operand(value, kind, &inner, name, violations)?;
                }
            }
            "$like" if matches!(kind, Kind::Text | Kind::Choice(_)) && value.is_string() => {}
            "$gt" | "$gte" | "$lt" | "$lte" if matches!(kind, Kind::Integer | Kind::Date) => {
                operand(value, kind, &inner, name, violations)?;
            }
            _ => return Err(Problem::unreadable(&inner)),
        }
    }
    Ok(())
}

fn operand(value: &Value, kind: Kind, path: &str, name: &str, violations: &mut Violations) -> Result<(), Problem> {
    match kind {
        Kind::Text => walk(value, &Shape::Text, path, name, violations),
        Kind::Key => walk(value, &Shape::Key, path, name, violations),
        Kind::Integer => walk(value, &Shape::Integer, path, name, violations),
        Kind::Choice(words) => choice(value, words, name),
        Kind::Date => {
            let Some(text) = value.as_str() else {
                return Err(Problem::unreadable(path));
            };
            if parse_date(text).is_none() {
                violations.add(format!(
                    "The provided {name} '{text}' cannot be parsed as a date according to RFC 3339, section 5.6"
                ));
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Shape, judge};
    use serde_json::json;

    const SHAPE: Shape = Shape::Object(&[
        ("limit", Shape::Integer),
        ("orderKey", Shape::Key),
        ("filter", Shape::Object(&[("itemKey", Shape::Filter(Kind::Key)), ("since", Shape::Filter(Kind::Date))])),
        ("variables", Shape::Open),
        ("order", Shape::Choice(&["ASC", "DESC"])),
    ]);

    fn fault(body: impl std::borrow::Borrow<serde_json::Value>) -> String {
        judge(body.borrow(), &SHAPE).err().map(|p| format!("{}: {}", p.title, p.detail)).unwrap_or_default()
    }

    #[test]
    fn types_are_not_coerced_and_unknown_members_are_named_by_their_path() {
        assert_eq!(fault(json!({ "limit": "7" })), "Bad Request: Request property [limit] cannot be parsed");
        assert_eq!(fault(json!({ "orderKey": 7 })), "Bad Request: Request property [orderKey] cannot be parsed");
        let near = json!({ "filter": { "itemKey": { "$near": "1" } } });
        assert_eq!(fault(near), "Bad Request: Request property [filter.itemKey.$near] cannot be parsed");
        assert_eq!(fault(json!({ "filter": { "x": 1 } })), "Bad Request: Request property [filter.x] cannot be parsed");
        assert_eq!(fault(json!([])), "Bad Request: Failed to read request");
    }

    #[test]
    fn faulty_values_are_collected() {
        let text = fault(json!({ "orderKey": "a", "filter": { "since": "today" } }));
        assert!(text.starts_with("INVALID_ARGUMENT: The provided orderKey 'a' is not a valid key."), "{text}");
        assert!(text.contains(". The provided since 'today' cannot be parsed as a date"), "{text}");
    }

    #[test]
    fn what_fits_passes() {
        let body = json!({ "limit": null, "orderKey": "1", "variables": { "any": [1] }, "order": "asc",
            "filter": { "itemKey": { "$in": ["1", "2"], "$exists": true }, "since": { "$gt": "2026-01-01T00:00:00+02:00" } } });
        assert_eq!(fault(body), "");
        let wrong = fault(json!({ "order": "UP" }));
        assert_eq!(
            wrong,
            "INVALID_ARGUMENT: Unexpected value 'UP' for enum field 'order'. Use any of the following values: [ASC, DESC]"
        );
    }
}
