//! Every operation is reached with answers that it takes and answers that it refuses: the samples whole, cut, and with every
//! value exchanged. The same function is fuzzed.

#![allow(clippy::disallowed_methods, reason = "a test looks at files")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test may fail"
)]

#[path = "../../fuzz/src/operations.rs"]
mod operations;
#[path = "../../fuzz/src/peer.rs"]
#[allow(dead_code, reason = "another target asks it for more")]
mod peer;
#[path = "../../fuzz/src/values.rs"]
mod values;

use camunda_core::api::roundtrip::ENTRIES;
use serde_json::{Value, json};

fn samples() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/8.10.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn input(operation: &Value, status: u8, body: &[u8]) -> Vec<u8> {
    let index = ENTRIES.iter().position(|entry| entry.info.id == *operation).unwrap();
    let [high, low] = u16::try_from(index).unwrap().to_be_bytes();
    // No headers, and the body in one piece.
    let head: &[u8] = if status == 255 { &[high, low, 255] } else { &[high, low, status, 0, 255] };
    [head, body].concat()
}

/// The same document with one value after the other exchanged for `odd`.
fn exchanged(value: &Value, odd: &Value) -> Vec<Value> {
    let mut all = vec![odd.clone()];
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                for changed in exchanged(member, odd) {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), changed);
                    all.push(Value::Object(copy));
                }
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                all.extend(exchanged(first, odd).into_iter().map(|changed| json!([changed])));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn whatever_is_answered_decodes_or_says_why_not() {
    let (mut inputs, mut operations_reached) = (0, 0);
    for sample in samples() {
        operations_reached += 1;
        for answer in sample["responses"].as_array().unwrap() {
            let text = answer["body"].to_string();
            for cut in (0..=8).map(|eighth| text.len() * eighth / 8) {
                let cut = (cut..).find(|cut| text.is_char_boundary(*cut)).unwrap();
                operations::run(&input(&sample["op"], 0, &text.as_bytes()[..cut]));
                inputs += 1;
            }
        }
        let whole = &sample["responses"][0]["body"];
        for odd in [json!(null), json!(7), json!(-1.5), json!("7"), json!([]), json!({}), json!(true)] {
            for document in exchanged(whole, &odd) {
                operations::run(&input(&sample["op"], 0, document.to_string().as_bytes()));
                inputs += 1;
            }
        }
    }
    assert!(inputs > 10_000 && operations_reached == 244, "{inputs} inputs for {operations_reached} operations");
}

#[test]
fn whatever_is_asked_stays_where_it_belongs() {
    for sample in samples() {
        for odd in ["..", ".", "a/b", "%2e%2e", "a b", "", "?x=1", "#", "ä"] {
            let mut members = sample["pathParams"].as_object().cloned().unwrap();
            members.values_mut().filter(|value| value.is_string()).for_each(|value| *value = json!(odd));
            for part in ["query", "requestMin"] {
                members.extend(sample[part].as_object().cloned().unwrap_or_default());
            }
            operations::run(&input(&sample["op"], 255, Value::Object(members).to_string().as_bytes()));
        }
    }
}
