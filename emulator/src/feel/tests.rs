//! The language by examples.
//! Everything is evaluated over the same few variables.

use super::{Expression, Value};
use serde_json::json;

fn evaluate(text: &str) -> Value {
    let variables =
        json!({ "amount": 120, "price": 0.1, "ok": true, "status": "paid", "order": { "id": 7, "tags": ["a"] } });
    let map = variables.as_object().cloned().unwrap_or_default();
    Expression::parse(text).map_or_else(Value::Text, |e| e.evaluate(&map, 0).value)
}

#[test]
fn comparisons_and_paths() {
    assert_eq!(evaluate("=amount > 100"), Value::Boolean(true));
    assert_eq!(evaluate("=amount <= 100"), Value::Boolean(false));
    assert_eq!(evaluate("=order.id = 7 and status = \"paid\""), Value::Boolean(true));
    assert_eq!(evaluate("=order.id != 7 or ok"), Value::Boolean(true));
    assert_eq!(evaluate("=status = 7"), Value::Null);
}

#[test]
fn numbers_are_decimal() {
    assert_eq!(evaluate("=price + 0.2 = 0.3"), Value::Boolean(true));
    assert_eq!(evaluate("=1 / 0"), Value::Null);
    assert_eq!(evaluate("=-(2 - 5) * 2 = 6"), Value::Boolean(true));
}

#[test]
fn null_is_three_valued() {
    assert_eq!(evaluate("=missing > 1"), Value::Null);
    assert_eq!(evaluate("=missing = null"), Value::Boolean(true));
    assert_eq!(evaluate("=false and missing"), Value::Boolean(false));
    assert_eq!(evaluate("=true or missing"), Value::Boolean(true));
    assert_eq!(evaluate("=true and missing"), Value::Null);
    assert_eq!(evaluate("=not(missing)"), Value::Null);
    assert_eq!(evaluate("=if missing then 1 else 2"), Value::from(&json!(2)));
}

#[test]
fn a_missing_variable_is_a_warning() {
    let expression = Expression::parse("=absent > 1").expect("parses");
    let evaluation = expression.evaluate(&serde_json::Map::new(), 0);
    let warnings = [
        "[NO_VARIABLE_FOUND] No variable found with name 'absent'",
        "[NOT_COMPARABLE] Can't compare 'null' with '1'",
    ];
    assert_eq!(evaluation.warnings, warnings);
}

#[test]
fn what_is_not_known_is_refused() {
    for text in ["=amount >", "=(1", "=1 2", "=frobnicate(1)", "=\"open", "="] {
        let Err(reason) = Expression::parse(text) else { panic!("{text} was accepted") };
        assert!(reason.starts_with("failed to parse expression '"), "{reason}");
    }
    let deep = format!("={}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(Expression::parse(&deep).is_err());
}

#[test]
fn lists_and_contexts_are_values() {
    assert_eq!(evaluate("={a: 1, \"b c\": [ok, null]}").into_json(), json!({ "a": 1, "b c": [true, null] }));
    assert_eq!(evaluate("=order.tags[1]").into_json(), json!("a"));
    assert_eq!(evaluate("=order.tags[-2]").into_json(), json!(null));
}

/// Text and result as JSON.
#[track_caller]
fn gives(text: &str, expected: serde_json::Value) {
    let variables =
        json!({ "list": [10, 20, 30], "n": 2, "stock": [{ "kind": "nut", "n": 1 }, { "kind": "bolt", "n": 5 }] });
    let map = variables.as_object().cloned().unwrap_or_default();
    let value = Expression::parse(text).map_or_else(Value::Text, |e| e.evaluate(&map, 1_700_000_000_000).value);
    assert_eq!(value.into_json(), expected, "{text}");
}

#[test]
fn lists_are_filtered_iterated_and_summed() {
    gives("=list[item > 15]", json!([20, 30]));
    gives("=list[n]", json!(20));
    gives("=list[-1]", json!(30));
    gives("=stock[kind = \"nut\"].n", json!([1]));
    gives("=for x in list return x * 2", json!([20, 40, 60]));
    gives("=for x in 1..3, y in [10, 20] return x + y", json!([11, 21, 12, 22, 13, 23]));
    gives("=for x in 3..1 return x", json!([3, 2, 1]));
    gives("=some x in list satisfies x = 20", json!(true));
    gives("=every x in list satisfies x > 10", json!(false));
    gives("=sum(list) + count(list) + max(1, 7)", json!(70));
    gives("=distinct values([1, 2, 1])", json!([1, 2]));
    gives("=sort([3, 1, 2])[1]", json!(1));
    gives("=append(list, 40)[4]", json!(40));
}

#[test]
fn texts_contexts_and_ranges() {
    gives("=string(n) + \"a\"", json!("2a"));
    gives("=substring(\"camunda\", -3)", json!("nda"));
    gives("=split(\"a,b\", \",\")", json!(["a", "b"]));
    gives("=string join([\"a\", \"b\"], \"-\")", json!("a-b"));
    gives("={a: 1, b: a + 1}.b", json!(2));
    gives("=context put({a: 1}, \"b\", 2)", json!({ "a": 1, "b": 2 }));
    gives("=n in [1..3] and n in (>1, 9) and not(n in (2..3])", json!(true));
    gives("=n between 1 and 3 and n instance of number", json!(true));
    gives("=is defined(gone) or is defined(n.gone)", json!(false));
    gives("=get or else(gone, 7)", json!(7));
    gives("=if n > 1 then \"many\" else \"one\"", json!("many"));
    gives("=floor(1.7) + round half up(2.345, 2) + modulo(-1, 3) + 2 ** 3", json!(13.35));
}

#[test]
fn time_is_calculated_with() {
    gives("=now()", json!("2023-11-14T22:13:20Z"));
    gives("=string(today() + duration(\"P1D\"))", json!("2023-11-15"));
    gives("=now() + duration(\"PT1H\") > now()", json!(true));
    gives("=date(\"2024-01-31\") + @\"P1M\"", json!("2024-02-29"));
    gives("=date and time(\"2024-01-01T10:00:00+02:00\").hour", json!(10));
    gives("=cycle(3, duration(\"PT10S\"))", json!("R3/PT10S"));
    gives("=day of week(date(\"2026-11-25\"))", json!("Wednesday"));
}

#[test]
fn nothing_takes_for_ever() {
    let long = Expression::parse("=for a in 1..2000, b in 1..2000, c in 1..2000 return 1").expect("parses");
    assert!(long.evaluate(&serde_json::Map::new(), 0).failure.is_some_and(|f| f.contains("too long")));
}
