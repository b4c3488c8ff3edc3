//! Every sample of the API becomes our typed value and comes back equal: requests from their members, answers from their
//! bodies. The samples were made for this project; none was sent by a cluster.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "a test looks at files and prints counts")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;

use camunda_core::api::roundtrip::ENTRIES;
use camunda_core::{Answer, CallOptions, Config};
use serde::Deserializer as _;
use serde_json::{Map, Value};

#[derive(Debug, PartialEq)]
struct Counts {
    /// Made by hand, and checked in `upload.rs`.
    uploads: usize,
    paths: usize,
    bodies: usize,
    answers: usize,
}

fn samples(release: &str) -> Vec<Value> {
    let path = format!("{}/tests/samples/{release}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The query of a target, decoded.
fn query(uri: &http::Uri) -> BTreeMap<String, String> {
    let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    pairs.map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (decode(name), decode(value))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn check(release: &str, failures: &mut Vec<String>) -> Counts {
    let config = Config::builder().rest_address("http://h/v2").build().unwrap();
    let mut counts = Counts { uploads: 0, paths: 0, bodies: 0, answers: 0 };
    for sample in samples(release) {
        let id = sample["op"].as_str().unwrap();
        let entry = ENTRIES.iter().find(|entry| entry.info.id == id).unwrap_or_else(|| panic!("{id} is not there"));
        let mut fail = |what: String| failures.push(format!("{release} {id}: {what}"));
        let mut sent = entry.request.is_some();
        counts.uploads += usize::from(!sent);
        let mut body_sent = sample.get("requestMin").is_some();
        for (asked, body) in [("query", "requestMin"), ("queryFull", "requestFull")] {
            let Some(encode) = entry.request else { break };
            let mut members = object(&sample["pathParams"]);
            members.extend(object(&sample[asked]));
            members.extend(object(&sample[body]));
            let members = serde_json::to_string(&members).unwrap();
            let request = match encode(&members, &config, &CallOptions::new()) {
                Ok(Ok(request)) => request,
                Ok(Err(error)) => {
                    fail(format!("{body}: {error}"));
                    (sent, body_sent) = (false, false);
                    continue;
                }
                Err(error) => {
                    fail(format!("{body} is not read: {error}"));
                    (sent, body_sent) = (false, false);
                    continue;
                }
            };
            let mut path = sample["path"].as_str().unwrap().to_owned();
            for (name, value) in object(&sample["pathParams"]) {
                path = path.replace(&format!("{{{name}}}"), &text(&value));
            }
            let decoded = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8().unwrap();
            let wanted: BTreeMap<String, String> =
                object(&sample[asked]).iter().map(|(name, value)| (name.clone(), text(value))).collect();
            if decoded != path
                || query(request.uri()) != wanted
                || *request.method() != *sample["method"].as_str().unwrap()
            {
                fail(format!("{} {} instead of {path} {wanted:?}", request.method(), request.uri()));
                sent = false;
            }
            if let Some(wanted) = sample.get(body) {
                let bytes = request.into_body().into_bytes();
                if let Err(error) = serde_json::from_slice::<Once>(&bytes) {
                    fail(format!("{body}: {error}"));
                    body_sent = false;
                }
                let written: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                if written != *wanted {
                    fail(format!("{body}\n   wanted {wanted}\n  written {written}"));
                    body_sent = false;
                }
            }
        }
        counts.paths += usize::from(sent);
        counts.bodies += usize::from(body_sent);
        let mut all = true;
        for answer in sample["responses"].as_array().unwrap() {
            let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap().try_into().unwrap();
            let json = answer["contentType"].as_str().is_some_and(|media| media.contains("json"));
            let body = match &answer["body"] {
                Value::Null if !json => String::new(),
                Value::String(text) if !json => text.clone(),
                body => body.to_string(),
            };
            let read = (entry.answer)(Answer::new(entry.info.name, status, http::HeaderMap::new(), body.into()));
            match read {
                Ok(Some(written)) if json => {
                    let written: Value = serde_json::from_str(&written).unwrap();
                    let mut lost = Vec::new();
                    compare(&answer["body"], &written, String::new(), &mut lost);
                    if !lost.is_empty() {
                        fail(format!("{} answer: {}", answer["src"], lost.join(", ")));
                        all = false;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    fail(format!("{} answer: {error}", answer["src"]));
                    all = false;
                }
            }
        }
        counts.answers += usize::from(all);
    }
    counts
}

/// Any JSON, but no member of an object twice: a map would hide that.
struct Once;

impl<'de> serde::Deserialize<'de> for Once {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        match json.get().as_bytes()[0] {
            b'{' => serde_json::Deserializer::from_str(json.get()).deserialize_map(Once),
            b'[' => serde_json::from_str::<Vec<Once>>(json.get()).map(|_| Once),
            _ => Ok(Once),
        }
        .map_err(serde::de::Error::custom)
    }
}

impl<'de> serde::de::Visitor<'de> for Once {
    type Value = Once;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
        let mut names = std::collections::BTreeSet::new();
        while let Some((name, Once)) = map.next_entry::<String, Once>()? {
            if !names.insert(name.clone()) {
                return Err(serde::de::Error::custom(format_args!("{name} is written twice")));
            }
        }
        Ok(Once)
    }
}

/// What was known must come back equal; what was not known may be gone, and defaults may have come.
fn compare(sent: &Value, written: &Value, path: String, lost: &mut Vec<String>) {
    match (sent, written) {
        (Value::Object(sent), Value::Object(written)) => {
            for (name, value) in sent {
                if let Some(written) = written.get(name) {
                    compare(value, written, format!("{path}.{name}"), lost);
                }
            }
        }
        (Value::Array(sent), Value::Array(written)) if sent.len() == written.len() => {
            for (index, (sent, written)) in sent.iter().zip(written).enumerate() {
                compare(sent, written, format!("{path}[{index}]"), lost);
            }
        }
        _ if sent == written => {}
        // A default stands for null.
        (Value::Null, Value::String(text)) if text.is_empty() => {}
        _ => lost.push(format!("{path}: {sent} became {written}")),
    }
}

#[test]
fn every_sample_comes_back() {
    let mut failures = Vec::new();
    for (release, paths, bodies) in [("8.10", 241, 126), ("8.9", 180, 102)] {
        let counts = check(release, &mut failures);
        println!("{release}: {counts:?}");
        let whole = Counts { uploads: 3, paths, bodies, answers: paths + 3 };
        if failures.is_empty() {
            assert_eq!(counts, whole);
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
