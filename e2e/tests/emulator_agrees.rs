//! What real clusters answered, compared with what the embedded cluster answers to the same request: status, title, and shape.
//! The recordings are in the folder that `CAMUNDA_REFERENCE_DATA` names and not in this repository; without it there is nothing
//! to compare, and the test says so. A difference must be listed in `known-differences.md` with its reason, and one that is
//! listed must be there.

#[path = "emulator_agrees/stage.rs"]
mod stage;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use stage::Stage;

/// How many exchanges could be compared the last time; fewer are a step back.
const LEAST: usize = 80;

const DIFFERENCES: &str = include_str!("../known-differences.md");

fn recorded(file: &str) -> Option<Vec<Value>> {
    let Some(folder) = std::env::var_os("CAMUNDA_REFERENCE_DATA") else {
        println!("skipped: CAMUNDA_REFERENCE_DATA names no folder");
        return None;
    };
    let path = PathBuf::from(folder).join("data/recorded").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect())
}

/// The ids of exchanges that are known to differ: first column of the table.
fn known() -> BTreeSet<&'static str> {
    let rows = DIFFERENCES.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).filter(|id| id.contains('-')).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Where the answer lacks a member that was recorded, or has it in another form. Null may stand for anything.
fn differs(path: &str, recorded: &Value, own: &Value, found: &mut Vec<String>) {
    match (recorded, own) {
        (Value::Null, _) | (_, Value::Null) => {}
        // What callers chose themselves has no shape of its own.
        _ if ["variables", "customHeaders", "tenants"].iter().any(|name| path.ends_with(&format!(".{name}"))) => {}
        (Value::Object(members), Value::Object(own)) => {
            for (name, value) in members {
                match own.get(name) {
                    Some(own) => differs(&format!("{path}.{name}"), value, own, found),
                    None => found.push(format!("{path}.{name} is missing")),
                }
            }
        }
        (Value::Array(items), Value::Array(own)) => match (items.first(), own.first()) {
            (Some(item), Some(own)) => differs(&format!("{path}[]"), item, own, found),
            (Some(_), None) if path.ends_with(".items") || path.ends_with(".jobs") => {
                found.push(format!("{path} is empty"));
            }
            _ => {}
        },
        (a, b) if kind(a) == kind(b) => {}
        (a, b) => found.push(format!("{path} is a {} and not a {}", kind(b), kind(a))),
    }
}

/// What is different about an answer.
fn compare(exchange: &Value, status: u16, own: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if exchange["status"] != status {
        found.push(format!("status {status} and not {}", exchange["status"]));
    }
    match exchange.get("body") {
        Some(body) if exchange["status"].as_u64().is_some_and(|status| status >= 400) => {
            if body["title"].is_string() && body["title"] != own["title"] {
                found.push(format!("title {} and not {}", own["title"], body["title"]));
            }
            differs("", body, own, &mut found);
        }
        Some(body) => differs("", body, own, &mut found),
        None if exchange["text"] == "" && !own.is_null() => found.push(format!("a body where there was none: {own}")),
        None => {}
    }
    found
}

#[test]
fn the_emulator_answers_as_clusters_did() {
    let known = known();
    let (mut compared, mut differences, mut seen) = (0, Vec::new(), BTreeSet::new());
    for file in ["successes-8.8.jsonl", "successes-8.9.jsonl", "successes-8.10.jsonl", "problems.jsonl"] {
        let Some(exchanges) = recorded(file) else { return };
        for exchange in &exchanges {
            let id = exchange["id"].as_str().expect("an id");
            let Some((status, own)) = Stage::ask(exchange) else { continue };
            compared += 1;
            let found = compare(exchange, status, &own);
            if found.is_empty() {
                continue;
            }
            seen.insert(id.to_owned());
            if !known.contains(id) {
                differences.push(format!("{id} {}: {}", exchange["operation"], found.join("; ")));
            }
        }
    }
    assert!(differences.is_empty(), "not in known-differences.md:\n{}", differences.join("\n"));
    let gone: Vec<&&str> = known.iter().filter(|id| !seen.contains(**id)).collect();
    assert!(gone.is_empty(), "listed in known-differences.md, but there is no difference: {gone:?}");
    println!("{compared} recorded exchanges compared, {} differ as listed", seen.len());
    assert!(compared >= LEAST, "only {compared} exchanges could be compared, {LEAST} the last time");
}
