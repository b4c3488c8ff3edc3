//! Faults that a test asks for, from the library and over the control endpoint, as a client meets them.

mod support;

use std::time::{Duration, Instant};

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
fn the_third_request_fails_and_only_of_this_type() {
    let (emulator, client) = cluster();
    emulator.deploy("other.bpmn", one_task("other", "ship")).expect("the model is good");
    for process in ["order", "other", "order", "order", "order"] {
        client.start(process, json!({}));
    }
    emulator.faults().on("completeJob").of_type("charge").skip(2).answer(503, "RESOURCE_EXHAUSTED");
    let jobs = [client.activate("ship"), client.activate("charge")].concat();
    let statuses: Vec<u16> = jobs
        .iter()
        .map(|job| {
            client.post(&format!("/v2/jobs/{}/completion", job["jobKey"].as_str().expect("a key")), json!({})).status
        })
        .collect();
    assert_eq!(statuses, [204, 204, 204, 503, 204]);
}

#[test]
fn a_connection_breaks_after_so_many_bytes_though_the_command_was_carried_out() {
    let (emulator, client) = cluster();
    let instance = client.start("order", json!({}));
    let job = client.job("charge");
    emulator.faults().on("completeJob").drop_after(20);
    let path = format!("/v2/jobs/{job}/completion");
    let received = client.raw("POST", &path, Some("application/json"), b"{}").expect("it connects");
    assert_eq!(received, b"HTTP/1.1 204 No Cont");
    assert_eq!(client.state(&instance), "COMPLETED");
    emulator.faults().on("getTopology").drop_after(0);
    assert_eq!(client.raw("GET", "/v2/topology", None, b""), Some(Vec::new()));
    client.get("/v2/topology").ok();
}

#[test]
fn pages_delays_and_refusals() {
    let (emulator, client) = cluster();
    emulator.faults().everywhere().times(2).answer_page(502);
    for _ in 0..2 {
        let page = client.get("/v2/topology");
        assert_eq!((page.status, page.header("content-type")), (502, Some("text/html")));
    }
    emulator.faults().on("getTopology").delay(Duration::from_millis(60));
    let begin = Instant::now();
    client.get("/v2/topology").ok();
    assert!(begin.elapsed() >= Duration::from_millis(60));
    emulator.faults().refuse_all(Duration::from_millis(50));
    assert_eq!(client.get("/v2/topology").problem().0, 503);
    std::thread::sleep(Duration::from_millis(60));
    client.get("/v2/topology").ok();
}

#[test]
fn tokens_expire_at_once() {
    let emulator = Emulator::builder().identity_provider(Duration::from_secs(300)).start().expect("starts");
    let mut client = Client::new(&emulator);
    let token = |client: &Client| {
        let form = b"grant_type=client_credentials&client_id=camunda-emulator&client_secret=camunda-emulator-secret";
        let media_type = Some("application/x-www-form-urlencoded");
        let answer = client.send("POST", "/identity-provider/token", media_type, form).json();
        Some(format!("Bearer {}", answer["access_token"].as_str().expect("a token")))
    };
    client.authorization = token(&client);
    client.get("/v2/topology").ok();
    emulator.faults().expire_tokens();
    let refused = client.get("/v2/topology");
    assert!(refused.header("www-authenticate").is_some_and(|h| h.contains("Jwt expired")), "{refused:?}");
    client.authorization = token(&client);
    client.get("/v2/topology").ok();
}

#[test]
fn every_second_request_for_a_token_fails_and_nothing_else() {
    let emulator = Emulator::builder().identity_provider(Duration::from_secs(300)).start().expect("starts");
    let client = Client::new(&emulator);
    let rule = json!({ "operation": "token", "every": 2, "times": null, "answer": { "status": 503 } });
    client.post("/emulator/faults", rule).no_content();
    let ask = |path: &str| {
        let form = b"grant_type=client_credentials&client_id=camunda-emulator&client_secret=camunda-emulator-secret";
        client.send("POST", path, Some("application/x-www-form-urlencoded"), form).status
    };
    assert_eq!([(); 4].map(|()| ask("/identity-provider/token")), [200, 503, 200, 503]);
    assert_eq!([(); 2].map(|()| client.get("/identity-provider/jwks").status), [200, 200]);
    emulator.faults().refuse_all(Duration::from_secs(60));
    assert_eq!(ask("/identity-provider/token"), 200, "the cluster refuses, its identity provider does not");
}

#[test]
fn the_control_endpoint_does_the_same() {
    let (_emulator, client) = cluster();
    let rule = json!({ "operation": "getTopology", "times": null, "chance": 1, "seed": 7,
        "answer": { "status": 500, "title": "INTERNAL" } });
    client.post("/emulator/faults", rule).no_content();
    assert_eq!(client.get("/v2/topology").problem().1, "INTERNAL");
    let rules = client.get("/emulator/faults").ok();
    assert_eq!((&rules[0]["operation"], &rules[0]["answer"]["status"]), (&json!("getTopology"), &json!(500)));
    client.send("DELETE", "/emulator/faults", None, b"").no_content();
    client.get("/v2/topology").ok();
    client.post("/emulator/refusal", json!({ "seconds": 60 })).no_content();
    assert_eq!(client.get("/v2/topology").status, 503);
    client.send("DELETE", "/emulator/faults", None, b"").no_content();
    client.post("/emulator/clock/advance", json!({ "milliseconds": 1000 })).no_content();
    let wrong = client.post("/emulator/faults", json!({ "operaton": "getTopology" }));
    assert_eq!(wrong.problem().2, "Request property [operaton] cannot be parsed");
    assert_eq!(client.post("/emulator/faults", json!({})).problem().0, 400);
    assert_eq!(client.get("/emulator/nothing").problem().0, 404);
}
