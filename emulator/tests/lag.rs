//! Reads that lag behind commands, by time or by changes.

mod support;

use std::time::Duration;

use camunda_emulator::{Cluster, Emulator, Lag};
use http::Request;
use serde_json::{Value, json};
use support::{Client, one_task};

const BEGIN: i64 = 1_700_000_000_000;

fn ask(cluster: &mut Cluster, method: &str, path: &str, body: &Value, now: i64) -> (u16, Value) {
    let request = Request::builder().method(method).uri(format!("/v2{path}"));
    let request = request.header("content-type", "application/json");
    let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    let id = cluster.handle(request.body(body).expect("a request"), now);
    let (answered, answer) = cluster.poll_answer().expect("an answer at once");
    assert_eq!(answered, id);
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[test]
fn what_was_answered_is_found_after_the_time_and_goes_through_the_same_states() {
    let mut cluster = Cluster::default();
    cluster.deploy("order.bpmn", one_task("order", "work").as_bytes(), BEGIN).expect("a good model");
    cluster.set_lag(Lag::Time(Duration::from_millis(500)), BEGIN);
    let (_, created) =
        ask(&mut cluster, "POST", "/process-instances", &json!({ "processDefinitionId": "order" }), BEGIN);
    let path = format!("/process-instances/{}", text(&created["processInstanceKey"]));
    assert_eq!(ask(&mut cluster, "GET", &path, &Value::Null, BEGIN + 499).0, 404);
    // Commands do not lag: the job can be had and completed before anybody can find it.
    let poll = json!({ "type": "work", "timeout": 60_000, "maxJobsToActivate": 1 });
    let (_, jobs) = ask(&mut cluster, "POST", "/jobs/activation", &poll, BEGIN + 499);
    let completion = format!("/jobs/{}/completion", text(&jobs["jobs"][0]["jobKey"]));
    assert_eq!(ask(&mut cluster, "POST", &completion, &json!({}), BEGIN + 499).0, 204);
    let state = |cluster: &mut Cluster, now| text(&ask(cluster, "GET", &path, &Value::Null, now).1["state"]);
    assert_eq!(state(&mut cluster, BEGIN + 500), "ACTIVE");
    assert_eq!(state(&mut cluster, BEGIN + 998), "ACTIVE");
    assert_eq!(state(&mut cluster, BEGIN + 999), "COMPLETED");
    let (_, found) = ask(&mut cluster, "POST", "/jobs/search", &json!({}), BEGIN + 999);
    assert_eq!(found["items"][0]["worker"], "", "the keys are the same: {found}");
    assert_eq!(found["items"][0]["jobKey"], jobs["jobs"][0]["jobKey"]);
}

#[test]
fn reads_can_lag_by_changes_and_catch_up() {
    let mut cluster = Cluster::default();
    cluster.set_lag(Lag::Changes(1), BEGIN);
    cluster.deploy("order.bpmn", one_task("order", "work").as_bytes(), BEGIN).expect("a good model");
    let definitions = |cluster: &mut Cluster| {
        let (_, found) = ask(cluster, "POST", "/process-definitions/search", &json!({}), BEGIN);
        found["page"]["totalItems"].as_i64()
    };
    assert_eq!(definitions(&mut cluster), Some(0));
    cluster.create("order", json!({}), BEGIN).expect("it is there");
    assert_eq!(definitions(&mut cluster), Some(1));
    let (_, found) = ask(&mut cluster, "POST", "/process-instances/search", &json!({}), BEGIN);
    assert_eq!(found["page"]["totalItems"], 0);
    cluster.set_lag(Lag::None, BEGIN);
    let (_, found) = ask(&mut cluster, "POST", "/process-instances/search", &json!({}), BEGIN);
    assert_eq!(found["page"]["totalItems"], 1);
}

#[test]
fn the_control_endpoint_sets_the_lag() {
    let emulator = Emulator::start().expect("a free port");
    let client = Client::new(&emulator);
    client.post("/emulator/lag", json!({ "milliseconds": 3_600_000 })).no_content();
    emulator.deploy("order.bpmn", one_task("order", "work")).expect("a good model");
    let key = emulator.create("order", json!({}));
    assert_eq!(client.get(&format!("/v2/process-instances/{key}")).status, 404);
    emulator.assert(key).waits_at("work");
    client.post("/emulator/lag", json!({})).no_content();
    assert_eq!(client.state(&key.to_string()), "ACTIVE");
    assert_eq!(client.post("/emulator/lag", json!({ "milliseconds": 1, "changes": 1 })).status, 400);
    emulator.set_lag(Lag::Changes(100));
    assert_eq!(client.state(&key.to_string()), "ACTIVE", "what was there before is seen");
}
