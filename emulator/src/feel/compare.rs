//! Equality, order and arithmetic of values.
//! What does not go together is none here, and null with a warning where it is used.

use std::cmp::Ordering;

use super::function::power;
use super::temporal::{millis, plus_millis, plus_months};
use super::tree::Operator;
use super::value::Value;

/// None where the kinds differ; null differs from every value.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    if *left == Value::Null || *right == Value::Null {
        return Some(left == right);
    }
    match (left, right) {
        (Value::DateTime(a, x), Value::DateTime(b, y)) => Some(millis(*a, *x) == millis(*b, *y)),
        _ => (left.kind() == right.kind()).then(|| left == right),
    }
}

/// None for what has no order.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a, x), Value::Time(b, y)) if x == y => a.cmp(b),
        (Value::DateTime(a, x), Value::DateTime(b, y)) => millis(*a, *x).cmp(&millis(*b, *y)),
        (Value::Duration(a), Value::Duration(b)) | (Value::Period(a), Value::Period(b)) => a.cmp(b),
        _ => return None,
    })
}

pub(crate) fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            let result = match operator {
                Operator::Add => a.checked_add(*b),
                Operator::Subtract => a.checked_sub(*b),
                Operator::Multiply => a.checked_mul(*b),
                Operator::Divide => a.checked_div(*b),
                Operator::Power => power(*a, *b),
                _ => None,
            };
            result.map(Value::Number)
        }
        (Value::Text(a), Value::Text(b)) if operator == Operator::Add => Some(Value::Text(format!("{a}{b}"))),
        _ => temporal(operator, left, right).or_else(|| {
            // A sum has no order, a difference has.
            if operator == Operator::Add { temporal(operator, right, left) } else { None }
        }),
    }
}

fn temporal(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    use rust_decimal::prelude::ToPrimitive;
    let sign = match operator {
        Operator::Add => 1,
        Operator::Subtract => -1,
        Operator::Multiply | Operator::Divide => {
            let Value::Number(factor) = right else { return None };
            let factor = factor.to_f64().filter(|f| *f != 0.0 || operator == Operator::Multiply)?;
            let scaled = |n: i64| if operator == Operator::Multiply { n as f64 * factor } else { n as f64 / factor };
            return match left {
                Value::Duration(millis) => Some(Value::Duration(scaled(*millis) as i64)),
                Value::Period(months) => Some(Value::Period(scaled(*months) as i64)),
                _ => None,
            };
        }
        _ => return None,
    };
    Some(match (left, right) {
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(a.checked_add(b.saturating_mul(sign))?),
        (Value::Period(a), Value::Period(b)) => Value::Period(a.checked_add(b.saturating_mul(sign))?),
        (Value::DateTime(at, offset), Value::Duration(d)) => {
            Value::DateTime(plus_millis(*at, d.saturating_mul(sign))?, *offset)
        }
        (Value::DateTime(at, offset), Value::Period(m)) => {
            Value::DateTime(plus_months(*at, m.saturating_mul(sign))?, *offset)
        }
        (Value::Date(at), Value::Duration(d)) => {
            Value::Date(plus_millis(at.at(0, 0, 0, 0), d.saturating_mul(sign))?.date())
        }
        (Value::Date(at), Value::Period(m)) => {
            Value::Date(plus_months(at.at(0, 0, 0, 0), m.saturating_mul(sign))?.date())
        }
        (Value::Time(at, offset), Value::Duration(d)) => Value::Time(
            plus_millis(jiff::civil::date(2000, 1, 2).to_datetime(*at), d.saturating_mul(sign))?.time(),
            *offset,
        ),
        (Value::DateTime(a, x), Value::DateTime(b, y)) if sign < 0 => Value::Duration(millis(*a, *x) - millis(*b, *y)),
        (Value::Date(a), Value::Date(b)) if sign < 0 => {
            Value::Duration(millis(a.at(0, 0, 0, 0), None) - millis(b.at(0, 0, 0, 0), None))
        }
        _ => return None,
    })
}
