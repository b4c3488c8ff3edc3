//! What real clusters answered, decoded by the types of their operations. The recordings are in the folder that
//! `CAMUNDA_REFERENCE_DATA` names and not in this repository; without it there is nothing to check, and the test says so.

use std::path::PathBuf;

use camunda_core::api::roundtrip::ENTRIES;
use camunda_core::{Answer, Problem};
use serde_json::Value;

fn lines(file: &str) -> Option<Vec<Value>> {
    let Some(folder) = std::env::var_os("CAMUNDA_REFERENCE_DATA") else {
        println!("skipped: CAMUNDA_REFERENCE_DATA names no folder");
        return None;
    };
    let path = PathBuf::from(folder).join("data/recorded").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect())
}

/// What a recording left out, taken from a sample: never instead of what it shows.
fn fill(shown: &mut Value, sample: &Value) {
    match (shown, sample) {
        (Value::Object(shown), Value::Object(sample)) => {
            for (name, value) in sample {
                fill(shown.entry(name).or_insert_with(|| value.clone()), value);
            }
        }
        (Value::Array(shown), Value::Array(sample)) => {
            if let Some(first) = sample.first() {
                shown.iter_mut().for_each(|item| fill(item, first));
            }
        }
        _ => {}
    }
}

#[test]
fn every_recorded_success_is_decoded() {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/samples/8.10.json");
    let samples: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(samples).expect("samples")).expect("JSON");
    let mut decoded = 0;
    let mut failures = Vec::new();
    for release in ["8.8", "8.9", "8.10"] {
        let Some(recorded) = lines(&format!("successes-{release}.jsonl")) else { return };
        for exchange in recorded {
            let (id, operation) = (&exchange["id"], exchange["operation"].as_str().unwrap_or_default());
            let entry = ENTRIES.iter().find(|entry| entry.info.id == operation).expect("a known operation");
            let status = exchange["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
            let body = match exchange.get("body") {
                None => exchange["text"].as_str().unwrap_or_default().to_owned(),
                Some(body) => {
                    let mut body = body.clone();
                    if exchange["partial"] == true {
                        let sample = samples.iter().find(|sample| sample["op"] == operation).expect("a sample");
                        fill(&mut body, &sample["responses"][0]["body"]);
                    }
                    body.to_string()
                }
            };
            let status = http::StatusCode::from_u16(status).expect("a status");
            let answer = Answer::new(entry.info.name, status, http::HeaderMap::new(), body.into());
            if let Err(error) = (entry.answer)(answer) {
                failures.push(format!("{id} of {}: {error}", exchange["server"]));
            }
            decoded += 1;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("{decoded} recorded successes decoded");
}

#[test]
fn every_recorded_problem_is_read() {
    let Some(recorded) = lines("problems.jsonl") else { return };
    for exchange in &recorded {
        let body = exchange.get("body").map(Value::to_string);
        let problem =
            Problem::parse(body.or(exchange["text"].as_str().map(str::to_owned)).unwrap_or_default().as_bytes());
        assert_eq!(problem.title(), exchange["body"]["title"].as_str().unwrap_or_default(), "{}", exchange["id"]);
        assert_eq!(problem.detail(), exchange["body"]["detail"].as_str().unwrap_or_default(), "{}", exchange["id"]);
    }
    println!("{} recorded problems read", recorded.len());
}
