//! Functions of lists.
//! A single value counts as a list of one, and where numbers are wanted they may be given one by one.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Function;
use super::number::root;
use super::text::span;
use crate::feel::compare::order;
use crate::feel::value::Value;

/// The arguments as one list.
fn items(arguments: &[Value]) -> Vec<Value> {
    match arguments {
        [Value::List(items)] => items.clone(),
        several => several.to_vec(),
    }
}

fn numbers(arguments: &[Value]) -> Option<Vec<Decimal>> {
    items(arguments).iter().map(|v| if let Value::Number(n) = v { Some(*n) } else { None }).collect()
}

pub(super) fn call(function: Function, arguments: &[Value]) -> Option<Value> {
    match function {
        Function::Sum | Function::Product | Function::Mean | Function::Median | Function::Mode | Function::Stddev => {
            return statistics(function, numbers(arguments)?);
        }
        Function::Min | Function::Max => return extreme(items(arguments), function == Function::Max),
        Function::All | Function::AnyOf => return Some(judged(&items(arguments), function == Function::AnyOf)),
        Function::Concatenate | Function::Union => {
            let mut all = Vec::new();
            for argument in arguments {
                match argument {
                    Value::List(items) => all.extend(items.iter().cloned()),
                    single => all.push(single.clone()),
                }
            }
            return Some(Value::List(if function == Function::Union { distinct(all).0 } else { all }));
        }
        _ => {}
    }
    let (first, rest) = arguments.split_first()?;
    if (function, first) == (Function::IsEmpty, &Value::Null) || *first == Value::Null {
        return None;
    }
    let mut list = match first {
        Value::List(items) => items.clone(),
        single => vec![single.clone()],
    };
    let position = || {
        let Some(Value::Number(n)) = rest.first() else { return None };
        let n = n.to_i64()?;
        let length = i64::try_from(list.len()).ok()?;
        usize::try_from(if n > 0 { n - 1 } else { length + n }).ok().filter(|place| n != 0 && *place <= list.len())
    };
    Some(match function {
        Function::Count => Value::Number(list.len().into()),
        Function::IsEmpty if matches!(first, Value::List(_)) => Value::Boolean(list.is_empty()),
        Function::IsEmpty => Value::Boolean(*first == Value::Text(String::new())),
        Function::ListContains => Value::Boolean(list.contains(rest.first()?)),
        Function::Append => {
            list.extend(rest.iter().cloned());
            Value::List(list)
        }
        Function::Reverse => {
            list.reverse();
            Value::List(list)
        }
        Function::Sublist => Value::List(list.get(span(list.len(), rest)?)?.to_vec()),
        Function::InsertBefore => {
            list.insert(position()?, rest.get(1)?.clone());
            Value::List(list)
        }
        Function::Remove => {
            let place = position().filter(|place| *place < list.len())?;
            list.remove(place);
            Value::List(list)
        }
        Function::IndexOf => {
            let wanted = rest.first()?;
            let found = list.iter().enumerate().filter(|(_, item)| *item == wanted);
            Value::List(found.map(|(at, _)| Value::Number((at + 1).into())).collect())
        }
        Function::DistinctValues => Value::List(distinct(list).0),
        Function::DuplicateValues => Value::List(distinct(distinct(list).1).0),
        Function::Flatten => {
            let mut flat = Vec::new();
            flatten(list, &mut flat);
            Value::List(flat)
        }
        Function::Sort => {
            let comparable = list.windows(2).all(|pair| matches!(pair, [a, b] if order(a, b).is_some()));
            if !comparable {
                return None;
            }
            list.sort_by(|a, b| order(a, b).unwrap_or(std::cmp::Ordering::Equal));
            Value::List(list)
        }
        Function::Partition => {
            let Some(Value::Number(size)) = rest.first() else { return None };
            let size = size.to_usize().filter(|size| *size > 0)?;
            Value::List(list.chunks(size).map(|chunk| Value::List(chunk.to_vec())).collect())
        }
        _ => return None,
    })
}

fn flatten(list: Vec<Value>, flat: &mut Vec<Value>) {
    for item in list {
        match item {
            Value::List(inner) => flatten(inner, flat),
            other => flat.push(other),
        }
    }
}

/// Each value once, and those that came again.
fn distinct(list: Vec<Value>) -> (Vec<Value>, Vec<Value>) {
    let (mut once, mut again) = (Vec::new(), Vec::new());
    for item in list {
        if once.contains(&item) { again.push(item) } else { once.push(item) }
    }
    (once, again)
}

fn extreme(list: Vec<Value>, greatest: bool) -> Option<Value> {
    let mut found: Option<Value> = None;
    for item in list {
        found = Some(match found {
            None => item,
            Some(best) if order(&item, &best)?.is_gt() == greatest && item != best => item,
            Some(best) => best,
        });
    }
    found
}

/// All or any of the booleans; null where that cannot be told.
fn judged(list: &[Value], decisive: bool) -> Value {
    if list.contains(&Value::Boolean(decisive)) {
        return Value::Boolean(decisive);
    }
    let all = list.iter().all(|item| *item == Value::Boolean(!decisive));
    if all { Value::Boolean(!decisive) } else { Value::Null }
}

fn statistics(function: Function, mut numbers: Vec<Decimal>) -> Option<Value> {
    let count = Decimal::from(numbers.len());
    let sum = |numbers: &[Decimal]| numbers.iter().try_fold(Decimal::ZERO, |sum, n| sum.checked_add(*n));
    if numbers.is_empty() {
        return if function == Function::Mode { Some(Value::List(Vec::new())) } else { None };
    }
    Some(Value::Number(match function {
        Function::Sum => sum(&numbers)?,
        Function::Product => numbers.iter().try_fold(Decimal::ONE, |product, n| product.checked_mul(*n))?,
        Function::Mean => sum(&numbers)?.checked_div(count)?,
        Function::Median => {
            numbers.sort_unstable();
            let middle = numbers.len() / 2;
            let upper = *numbers.get(middle)?;
            if numbers.len() % 2 == 1 { upper } else { (*numbers.get(middle - 1)? + upper) / Decimal::TWO }
        }
        Function::Mode => {
            numbers.sort_unstable();
            let often = |n: &Decimal| numbers.iter().filter(|other| *other == n).count();
            let most = numbers.iter().map(often).max()?;
            let mut modes: Vec<Decimal> = numbers.iter().copied().filter(|n| often(n) == most).collect();
            modes.dedup();
            return Some(Value::List(modes.into_iter().map(Value::Number).collect()));
        }
        _ => {
            let mean = sum(&numbers)?.checked_div(count)?;
            let squares: Option<Vec<Decimal>> = numbers.iter().map(|n| (n - mean).checked_mul(n - mean)).collect();
            root(sum(&squares?)?.checked_div((count - Decimal::ONE).max(Decimal::ONE))?)?
        }
    }))
}
