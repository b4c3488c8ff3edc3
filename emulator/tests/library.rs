//! The emulator as tests use it without a client: deploying, starting, asserting, faults, the record of requests.
//! The REST API is used only to move things on.

mod support;

use std::time::Duration;

use camunda_emulator::Emulator;
use serde_json::json;
use support::{Client, one_task};

fn cluster() -> (Emulator, Client) {
    let emulator = Emulator::start().expect("starts");
    emulator.deploy("order.bpmn", one_task("order", "charge")).expect("the model is good");
    let client = Client::new(&emulator);
    (emulator, client)
}

#[test]
fn assertions_wait_for_a_worker() {
    let (emulator, client) = cluster();
    let instance = emulator.create("order", json!({ "amount": 9 }));
    emulator.assert(instance).passed("start").waits_at("work").has_variable("amount", 9);
    let worker = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        let job = client.job("charge");
        client.post(&format!("/v2/jobs/{job}/completion"), json!({ "variables": { "receipt": "r" } })).no_content();
    });
    emulator.assert(instance).passed("work").has_variable("receipt", "r").completed();
    worker.join().expect("the worker is fine");
}

#[test]
#[should_panic(expected = "waits at 'nowhere'")]
fn an_assertion_that_does_not_hold_panics_with_a_sentence() {
    let (emulator, _client) = cluster();
    let instance = emulator.create("order", json!({}));
    emulator.assert(instance).within(Duration::from_millis(10)).waits_at("nowhere");
}

#[test]
#[should_panic(expected = "cannot start 'ordre'")]
fn starting_what_is_not_deployed_panics() {
    let (emulator, _client) = cluster();
    let _instance = emulator.create("ordre", json!({}));
}

#[test]
fn a_bad_model_is_an_error_with_the_report() {
    let emulator = Emulator::start().expect("starts");
    let report = emulator.deploy("bad.bpmn", "<nothing/>").expect_err("is no model");
    assert!(report.contains("'bad.bpmn': The file is not a BPMN document"), "{report}");
}

#[test]
fn snapshots_show_what_ended_and_what_is_stuck() {
    let (emulator, client) = cluster();
    let instance = emulator.create("order", json!({}));
    let job = client.job("charge");
    client.post(&format!("/v2/jobs/{job}/failure"), json!({ "errorMessage": "no luck" })).no_content();
    emulator.assert(instance).has_incident("luck");
    client.post(&format!("/v2/process-instances/{instance}/cancellation"), json!({})).no_content();
    emulator.assert(instance).terminated();
    let seen = &emulator.instances()[0];
    assert_eq!((seen.key, seen.process_id.as_str(), seen.state), (instance, "order", "TERMINATED"));
    assert_eq!((seen.terminated.as_slice(), seen.incidents.len()), (["work".to_owned()].as_slice(), 0));
}

#[test]
fn faults_strike_as_often_as_asked_and_carry_nothing_out() {
    let (emulator, client) = cluster();
    let instance = emulator.create("order", json!({}));
    let job = client.job("charge");
    emulator.faults().on("completeJob").times(2).answer(503, "RESOURCE_EXHAUSTED");
    let path = format!("/v2/jobs/{job}/completion");
    for _ in 0..2 {
        let (status, title, _) = client.post(&path, json!({})).problem();
        assert_eq!((status, title.as_str()), (503, "RESOURCE_EXHAUSTED"));
    }
    assert_eq!(client.get("/v2/topology").status, 200);
    client.post(&path, json!({})).no_content();
    emulator.assert(instance).completed();
    emulator.faults().on("getTopology").answer(500, "INTERNAL");
    emulator.faults().clear();
    assert_eq!(client.get("/v2/topology").status, 200);
}

#[test]
fn requests_are_counted_and_recorded() {
    let (emulator, client) = cluster();
    client.get("/v2/topology");
    client.get("/v2/topology?x=y");
    client.get("/v2/nowhere");
    assert_eq!(emulator.requests().into_iter().collect::<Vec<_>>(), [("getTopology", 2)]);
    let recorded = emulator.recorded();
    let last = recorded.last().expect("three requests");
    assert_eq!(
        (recorded.len(), last.method.as_str(), last.path.as_str(), last.operation),
        (3, "GET", "/v2/nowhere", None)
    );
}

#[test]
fn a_dropped_emulator_is_gone_at_once_even_while_polls_wait() {
    let (emulator, client) = cluster();
    let address = emulator.address().replace("http://", "");
    let poll = std::thread::spawn(move || {
        let body = json!({ "type": "none", "timeout": 1, "maxJobsToActivate": 1, "requestTimeout": 60_000 });
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| client.post("/v2/jobs/activation", body).status))
            .is_err()
    });
    while !emulator.requests().contains_key("activateJobs") {
        std::thread::yield_now();
    }
    let begun = std::time::Instant::now();
    drop(emulator);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(poll.join().expect("ends"), "the connection is cut");
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn a_pinned_clock_stands_until_it_is_moved_or_reset() {
    let (emulator, client) = cluster();
    emulator.clock().pin(Duration::from_secs(86_400));
    let started =
        |key: i64| client.get(&format!("/v2/process-instances/{key}")).ok()["startDate"].as_str().map(str::to_owned);
    assert_eq!(started(emulator.create("order", json!({}))).as_deref(), Some("1970-01-02T00:00:00.000Z"));
    emulator.clock().advance(Duration::from_millis(1500));
    assert_eq!(started(emulator.create("order", json!({}))).as_deref(), Some("1970-01-02T00:00:01.500Z"));
    emulator.clock().reset();
    assert!(started(emulator.create("order", json!({}))).is_some_and(|date| date.as_str() > "2020"));
}

#[test]
fn messages_and_signals_need_no_client() {
    let emulator = Emulator::start().expect("starts");
    let model = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
        xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file"><signal id="go" name="go"/>
      <message id="paid" name="paid"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>
      <process id="wait" isExecutable="true"><startEvent id="start"/><endEvent id="done"/>
        <intermediateCatchEvent id="first"><messageEventDefinition messageRef="paid"/></intermediateCatchEvent>
        <intermediateCatchEvent id="second"><signalEventDefinition signalRef="go"/></intermediateCatchEvent>
        <sequenceFlow id="a" sourceRef="start" targetRef="first"/><sequenceFlow id="b" sourceRef="first" targetRef="second"/>
        <sequenceFlow id="c" sourceRef="second" targetRef="done"/></process></definitions>"#;
    emulator.deploy("wait.bpmn", model).expect("the model is good");
    emulator.publish("paid", "7", json!({ "sum": 3 }));
    let instance = emulator.create("wait", json!({ "order": 7 }));
    emulator.assert(instance).passed("first").has_variable("sum", 3).waits_at("second");
    emulator.broadcast("go", json!({}));
    emulator.assert(instance).completed();
}
