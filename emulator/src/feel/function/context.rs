//! Functions of contexts.
//! Keys may be a path as a list of names where something is put.

use std::collections::BTreeMap;

use super::Function;
use crate::feel::value::Value;

pub(super) fn call(function: Function, arguments: &[Value]) -> Option<Value> {
    match (function, arguments) {
        (Function::GetValue, [Value::Context(entries), Value::Text(key)]) => entries.get(key).cloned(),
        (Function::GetValue, [context, Value::List(path)]) => {
            let mut here = context.clone();
            for key in path {
                let (Value::Context(mut entries), Value::Text(key)) = (here, key) else { return None };
                here = entries.remove(key)?;
            }
            Some(here)
        }
        (Function::GetEntries, [Value::Context(entries)]) => {
            let entry = |(key, value): (&String, &Value)| {
                let pair = [("key", Value::Text(key.clone())), ("value", value.clone())];
                Value::Context(pair.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            };
            Some(Value::List(entries.iter().map(entry).collect()))
        }
        (Function::ContextPut, [Value::Context(entries), Value::Text(key), value]) => {
            Some(put(entries.clone(), std::slice::from_ref(key), value))
        }
        (Function::ContextPut, [Value::Context(entries), Value::List(path), value]) => {
            let path: Option<Vec<String>> =
                path.iter().map(|key| if let Value::Text(key) = key { Some(key.clone()) } else { None }).collect();
            Some(put(entries.clone(), &path?, value))
        }
        (Function::ContextMerge, arguments) => {
            let contexts = match arguments {
                [Value::List(contexts)] => contexts,
                several => several,
            };
            let mut merged = BTreeMap::new();
            for context in contexts {
                let Value::Context(entries) = context else { return None };
                merged.extend(entries.clone());
            }
            Some(Value::Context(merged))
        }
        (Function::Context, [Value::List(entries)]) => {
            let pair = |entry: &Value| match entry {
                Value::Context(entry) => match (entry.get("key"), entry.get("value")) {
                    (Some(Value::Text(key)), Some(value)) => Some((key.clone(), value.clone())),
                    _ => None,
                },
                _ => None,
            };
            entries.iter().map(pair).collect::<Option<_>>().map(Value::Context)
        }
        _ => None,
    }
}

fn put(mut entries: BTreeMap<String, Value>, path: &[String], value: &Value) -> Value {
    if let [key, rest @ ..] = path {
        let inner = match (rest, entries.remove(key)) {
            ([], _) => value.clone(),
            (rest, Some(Value::Context(inner))) => put(inner, rest, value),
            (rest, _) => put(BTreeMap::new(), rest, value),
        };
        entries.insert(key.clone(), inner);
    }
    Value::Context(entries)
}
