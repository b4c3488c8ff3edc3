//! Evaluating what works on lists and contexts: paths, filters, iterations, literals.
//! Everything about single values is elsewhere.

use std::collections::BTreeMap;

use rust_decimal::prelude::ToPrimitive;

use super::evaluate::{Frame, Scope};
use super::temporal::{duration_text, offset_text};
use super::tree::Node;
use super::value::Value;

impl Scope<'_> {
    /// Follows a path inside the JSON of a variable, so that only its end is converted; none if there is no such way.
    pub(super) fn direct_path(&self, node: &Node, frame: &Frame<'_>) -> Option<Value> {
        let mut names = Vec::new();
        let mut start = node;
        while let Node::Path(inner, name) = start {
            names.push(name.as_str());
            start = inner;
        }
        let (Node::Variable(variable), Frame::Outermost) = (start, frame) else { return None };
        let json = self.lookup(variable)?;
        let mut here = &*json;
        for name in names.iter().rev() {
            here = here.as_object()?.get(*name)?;
        }
        Some(Value::from(here))
    }

    pub(super) fn entry(&self, value: Value, name: &str) -> Value {
        match value {
            Value::Context(mut entries) => entries.remove(name).unwrap_or_else(|| {
                self.warn(format!("[NO_CONTEXT_ENTRY_FOUND] No context entry found with key '{name}'"))
            }),
            Value::List(items) => Value::List(items.into_iter().map(|item| self.entry(item, name)).collect()),
            other => property(&other, name).unwrap_or_else(|| {
                self.warn(format!(
                    "[NO_PROPERTY_FOUND] No property found with name '{name}' of value '{}'",
                    other.shown()
                ))
            }),
        }
    }

    /// An item by its place, or the items that satisfy a condition.
    pub(super) fn filter(&self, list: &Node, condition: &Node, frame: &Frame<'_>) -> Value {
        let items = match self.evaluate(list, frame) {
            Value::List(items) => items,
            Value::Null => return Value::Null,
            single => vec![single],
        };
        if matches!(condition, Node::Number(_) | Node::Negate(_)) {
            return match self.evaluate(condition, frame) {
                Value::Number(number) => at(items, number.to_i64()),
                _ => Value::Null,
            };
        }
        let mut found = Vec::new();
        for item in &items {
            match self.evaluate(condition, &Frame::Item(item, frame)) {
                Value::Boolean(true) => found.push(item.clone()),
                // A variable that holds a number is a place, too.
                Value::Number(number) => return at(items, number.to_i64()),
                _ => {}
            }
        }
        Value::List(found)
    }

    /// Later entries see earlier ones.
    pub(super) fn context(&self, entries: &[(String, Node)], frame: &Frame<'_>) -> Value {
        let mut built = Value::Context(BTreeMap::new());
        for (name, node) in entries {
            let value = self.evaluate(node, &Frame::Item(&built, frame));
            if let Value::Context(built) = &mut built {
                built.insert(name.clone(), value);
            }
        }
        built
    }

    /// Calls for every combination of the iterators' items, until the call answers false.
    pub(super) fn iterate(
        &self,
        iterators: &[(String, Node)],
        frame: &Frame<'_>,
        each: &mut dyn FnMut(&Frame<'_>) -> bool,
    ) -> bool {
        let Some(((name, over), rest)) = iterators.split_first() else {
            return each(frame);
        };
        let items = match self.evaluate(over, frame) {
            Value::List(items) => items,
            Value::Null => Vec::new(),
            single => vec![single],
        };
        items.iter().all(|item| self.iterate(rest, &Frame::Name(name, item, frame), each))
    }
}

/// From 1, or from the end if negative.
fn at(items: Vec<Value>, position: Option<i64>) -> Value {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let place = position.filter(|p| *p != 0).map(|p| if p > 0 { p - 1 } else { length.saturating_add(p) });
    let place = place.and_then(|place| usize::try_from(place).ok());
    place.and_then(|place| items.into_iter().nth(place)).unwrap_or(Value::Null)
}

/// Parts of dates, times and durations.
fn property(value: &Value, name: &str) -> Option<Value> {
    let number = |n: i64| Some(Value::Number(n.into()));
    let (date, time, offset) = match value {
        Value::Date(date) => (Some(*date), None, None),
        Value::Time(time, offset) => (None, Some(*time), *offset),
        Value::DateTime(at, offset) => (Some(at.date()), Some(at.time()), *offset),
        Value::Duration(millis) => {
            let seconds = millis / 1000;
            return match name {
                "days" => number(seconds / 86_400),
                "hours" => number(seconds / 3600 % 24),
                "minutes" => number(seconds / 60 % 60),
                "seconds" => number(seconds % 60),
                _ => None,
            };
        }
        Value::Period(months) => {
            return match name {
                "years" => number(months / 12),
                "months" => number(months % 12),
                _ => None,
            };
        }
        _ => return None,
    };
    match name {
        "year" => number(date?.year().into()),
        "month" => number(date?.month().into()),
        "day" => number(date?.day().into()),
        "weekday" => number(date?.weekday().to_monday_one_offset().into()),
        "hour" => number(time?.hour().into()),
        "minute" => number(time?.minute().into()),
        "second" => number(time?.second().into()),
        "time offset" => Some(offset.map_or(Value::Null, |o| Value::Text(duration_text(i64::from(o) * 1000)))),
        "timezone" => Some(offset.map_or(Value::Null, |o| Value::Text(offset_text(Some(o))))),
        _ => None,
    }
}
