//! Functions of numbers.
//! Roots and logarithms go through floating point, as in the original; everything else is decimal.

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

use super::Function;
use crate::feel::value::Value;

pub(super) fn call(function: Function, arguments: &[Value]) -> Option<Value> {
    if let (Function::Num, [Value::Text(text), ..]) = (function, arguments) {
        return parse(text, arguments.get(1..)?).map(Value::Number);
    }
    let [Value::Number(n), rest @ ..] = arguments else { return None };
    let second = match rest {
        [Value::Number(second), ..] => Some(*second),
        [] => None,
        _ => return None,
    };
    let scale = second.unwrap_or_default().to_i32();
    let round = |strategy| rounded(*n, scale?, strategy);
    let float = |f: fn(f64) -> f64| Decimal::from_f64(f(n.to_f64()?));
    Some(Value::Number(match function {
        Function::Num => *n,
        Function::Floor => round(RoundingStrategy::ToNegativeInfinity)?,
        Function::Ceiling => round(RoundingStrategy::ToPositiveInfinity)?,
        Function::RoundUp => round(RoundingStrategy::AwayFromZero)?,
        Function::RoundDown => round(RoundingStrategy::ToZero)?,
        Function::RoundHalfUp => round(RoundingStrategy::MidpointAwayFromZero)?,
        Function::RoundHalfDown => round(RoundingStrategy::MidpointTowardZero)?,
        Function::Decimal => round(RoundingStrategy::MidpointNearestEven)?,
        Function::Abs => n.abs(),
        Function::Modulo => {
            let divisor = second.filter(|d| !d.is_zero())?;
            let rest = n.checked_rem(divisor)?;
            if rest.is_zero() || rest.is_sign_negative() == divisor.is_sign_negative() { rest } else { rest + divisor }
        }
        Function::Sqrt => float(f64::sqrt)?,
        Function::Log => float(f64::ln)?,
        Function::Exp => float(f64::exp)?,
        Function::Odd => return Some(Value::Boolean(n.checked_rem(Decimal::TWO)?.abs() == Decimal::ONE)),
        Function::Even => return Some(Value::Boolean(n.checked_rem(Decimal::TWO)?.is_zero())),
        _ => return None,
    }))
}

/// To so many digits after the point; fewer than none are before it.
fn rounded(n: Decimal, scale: i32, strategy: RoundingStrategy) -> Option<Decimal> {
    match u32::try_from(scale) {
        Ok(scale) => Some(n.round_dp_with_strategy(scale, strategy)),
        Err(_) => {
            let unit = whole_power(Decimal::TEN, scale.unsigned_abs().into())?;
            n.checked_div(unit)?.round_dp_with_strategy(0, strategy).checked_mul(unit)
        }
    }
}

fn parse(text: &str, separators: &[Value]) -> Option<Decimal> {
    let mut plain = text.trim().to_owned();
    if let [Value::Text(grouping), ..] = separators {
        plain = plain.replace(grouping.as_str(), "");
    }
    if let [_, Value::Text(point)] = separators {
        plain = plain.replace(point.as_str(), ".");
    }
    plain.parse().or_else(|_| Decimal::from_scientific(&plain)).ok()
}

/// To the power of another number.
pub(crate) fn power(base: Decimal, exponent: Decimal) -> Option<Decimal> {
    if let (Some(whole), true) = (exponent.to_u64().filter(|e| *e <= 1000), exponent.is_integer()) {
        return whole_power(base, whole);
    }
    Decimal::from_f64(base.to_f64()?.powf(exponent.to_f64()?))
}

fn whole_power(base: Decimal, exponent: u64) -> Option<Decimal> {
    (0..exponent).try_fold(Decimal::ONE, |power, _| power.checked_mul(base))
}

pub(super) fn root(n: Decimal) -> Option<Decimal> {
    Decimal::from_f64(n.to_f64()?.sqrt())
}
