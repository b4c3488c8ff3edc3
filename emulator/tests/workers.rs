//! The way of a worker through the REST API: deploy, start, activate, answer, and what searches show of it.
//! The rules of the engine are told as stories beside it.

mod support;

use std::time::{Duration, Instant};

use camunda_emulator::Emulator;
use serde_json::{Value, json};
use support::{Client, one_task};

fn cluster() -> (Emulator, Client) {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    client
        .deploy(&[("order.bpmn", &one_task("order", "charge"))])
        .ok();
    (emulator, client)
}

#[test]
fn an_order_goes_through() {
    let (emulator, client) = cluster();
    let body = json!({ "processDefinitionId": "order", "variables": { "amount": 1.50, "big": 9007199254740993_i64 },
        "tags": ["a:b"], "businessId": "7" });
    let created = client.post("/v2/process-instances", body).ok();
    assert_eq!(
        (
            &created["variables"],
            &created["businessId"],
            &created["tags"]
        ),
        (&json!({}), &json!("7"), &json!(["a:b"]))
    );
    let instance = created["processInstanceKey"]
        .as_str()
        .expect("a text")
        .to_owned();

    let jobs = client.activate("charge");
    let job = &jobs[0];
    assert_eq!(
        job["variables"],
        json!({ "amount": 1.5, "big": 9007199254740993_i64 })
    );
    assert_eq!(
        (&job["customHeaders"], &job["retries"]),
        (&json!({ "raw": "=1 + 1" }), &json!(3))
    );
    assert_eq!(
        (&job["worker"], &job["userTask"], &job["tags"]),
        (&json!(""), &Value::Null, &json!(["a:b"]))
    );
    assert!(
        job["deadline"]
            .as_i64()
            .is_some_and(|d| d > 1_600_000_000_000),
        "{job}"
    );
    let path = format!(
        "/v2/jobs/{}/completion",
        job["jobKey"].as_str().expect("a text")
    );
    client
        .post(&path, json!({ "variables": { "receipt": "r" } }))
        .no_content();
    assert_eq!(client.post(&path, json!({})).problem().0, 404);

    let read = client
        .get(&format!("/v2/process-instances/{instance}"))
        .ok();
    assert_eq!(
        (&read["state"], &read["hasIncident"], &read["suspendedDate"]),
        (&json!("COMPLETED"), &json!(false), &Value::Null)
    );
    assert!(
        read["endDate"]
            .as_str()
            .is_some_and(|d| d.ends_with('Z') && d.len() == 24),
        "{read}"
    );
    let found = client.search(
        "variables",
        json!({ "filter": { "processInstanceKey": instance, "name": "receipt" } }),
    );
    assert_eq!(
        (&found["items"][0]["value"], &found["page"]["totalItems"]),
        (&json!("\"r\""), &json!(1))
    );
    let elements = client.search(
        "element-instances",
        json!({ "filter": { "processInstanceKey": instance } }),
    );
    let ids: Vec<_> = elements["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| e["elementId"].as_str())
        .collect();
    assert_eq!(ids, [Some("start"), Some("work"), Some("done")]);
    assert_eq!(emulator.requests()["completeJob"], 2);
}

#[test]
fn a_failed_job_shows_its_message_and_an_incident() {
    let (_emulator, client) = cluster();
    let instance = client.start("order", json!({}));
    let job = client.job("charge");
    client
        .post(
            &format!("/v2/jobs/{job}/failure"),
            json!({ "retries": 1, "errorMessage": "again" }),
        )
        .no_content();
    assert_eq!(client.job("charge"), job);
    client
        .send("POST", &format!("/v2/jobs/{job}/failure"), None, b"")
        .no_content();
    let shown = client.search("jobs", json!({ "filter": { "jobKey": job } }))["items"][0].clone();
    assert_eq!(
        (&shown["state"], &shown["retries"], &shown["errorMessage"]),
        (&json!("FAILED"), &json!(0), &json!(""))
    );
    let incident = client.search(
        "incidents",
        json!({ "filter": { "processInstanceKey": instance, "state": "ACTIVE" } }),
    );
    let incident = &incident["items"][0];
    assert_eq!(
        (&incident["errorType"], &incident["errorMessage"]),
        (&json!("JOB_NO_RETRIES"), &json!("No more retries left."))
    );
    let path = format!(
        "/v2/incidents/{}",
        incident["incidentKey"].as_str().expect("a text")
    );
    assert_eq!(client.get(&path).ok()["jobKey"], json!(job));
    assert_eq!(
        client
            .send("POST", &format!("{path}/resolution"), None, b"")
            .problem()
            .0,
        409
    );
    client
        .send(
            "PATCH",
            &format!("/v2/jobs/{job}"),
            Some("application/json"),
            br#"{"changeset":{"retries":2}}"#,
        )
        .no_content();
    client
        .send("POST", &format!("{path}/resolution"), None, b"")
        .no_content();
    assert_eq!(client.job("charge"), job);
    let element = json!({ "filter": { "processInstanceKey": instance, "elementId": "work" } });
    let shown = client.search("element-instances", element)["items"][0].clone();
    assert_eq!(
        (&shown["hasIncident"], &shown["incidentKey"]),
        (&json!(false), &Value::Null)
    );
}

#[test]
fn an_error_takes_the_boundary_event() {
    let (_emulator, client) = cluster();
    let instance = client.start("order", json!({}));
    let job = client.job("charge");
    client
        .post(
            &format!("/v2/jobs/{job}/error"),
            json!({ "errorCode": "REFUSED", "errorMessage": "no" }),
        )
        .no_content();
    assert_eq!(client.state(&instance), "COMPLETED");
    let body = json!({ "filter": { "processInstanceKey": instance, "elementId": { "$in": ["caught", "other"] } } });
    assert_eq!(
        client.search("element-instances", body)["page"]["totalItems"],
        2
    );
}

#[test]
fn a_long_poll_is_woken() {
    let (emulator, client) = cluster();
    let waiting = Client::new(&emulator);
    let poll = std::thread::spawn(move || {
        let body = json!({ "type": "charge", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 30_000 });
        let begun = Instant::now();
        (
            waiting.post("/v2/jobs/activation", body).ok(),
            begun.elapsed(),
        )
    });
    while !emulator.requests().contains_key("activateJobs") {
        std::thread::yield_now();
    }
    client.start("order", json!({}));
    let (answer, took) = poll.join().expect("the poll is answered");
    assert_eq!(answer["jobs"].as_array().map(Vec::len), Some(1));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_poll_without_jobs_ends_with_its_time() {
    let (_emulator, client) = cluster();
    let body = json!({ "type": "charge", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 50 });
    let begun = Instant::now();
    assert_eq!(
        client.post("/v2/jobs/activation", body).ok(),
        json!({ "jobs": [] })
    );
    assert!(
        begun.elapsed() >= Duration::from_millis(49),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_moved_clock_gives_overdue_jobs_back() {
    let (emulator, client) = cluster();
    client.start("order", json!({}));
    let job = client.job("charge");
    assert!(client.activate("charge").is_empty());
    emulator.clock().advance(Duration::from_secs(62));
    assert_eq!(client.job("charge"), job);
}

#[test]
fn a_waiting_start_answers_with_variables_or_times_out() {
    let (emulator, client) = cluster();
    let body =
        json!({ "processDefinitionId": "order", "awaitCompletion": true, "requestTimeout": 50 });
    let (status, title, detail) = client.post("/v2/process-instances", body).problem();
    assert_eq!((status, title.as_str()), (504, "DEADLINE_EXCEEDED"));
    assert_eq!(
        detail,
        "Expected to handle request, but request timed out between gateway and broker"
    );
    let job = client.job("charge");

    let waiting = Client::new(&emulator);
    let start = std::thread::spawn(move || {
        let body = json!({ "processDefinitionId": "order", "awaitCompletion": true, "variables": { "a": 1, "b": 2 },
            "fetchVariables": ["b"] });
        waiting.post("/v2/process-instances", body).ok()
    });
    client
        .post(&format!("/v2/jobs/{job}/completion"), json!({}))
        .no_content();
    let body = json!({ "type": "charge", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 10_000 });
    let jobs = client.post("/v2/jobs/activation", body).ok();
    let job = jobs["jobs"][0]["jobKey"].as_str().expect("a text");
    client
        .post(&format!("/v2/jobs/{job}/completion"), json!({}))
        .no_content();
    assert_eq!(
        start.join().expect("answered")["variables"],
        json!({ "b": 2 })
    );
}

#[test]
fn many_workers_do_every_job_exactly_once() {
    const INSTANCES: u64 = 120;
    let (emulator, client) = cluster();
    let workers: Vec<_> = (0..6)
        .map(|_| {
            let worker = Client::new(&emulator);
            std::thread::spawn(move || {
                let poll = json!({ "type": "charge", "timeout": 60_000, "maxJobsToActivate": 3, "requestTimeout": 1_000 });
                let mut done = 0;
                loop {
                    let jobs = worker.post("/v2/jobs/activation", &poll).ok();
                    let jobs = jobs["jobs"].as_array().expect("a list").clone();
                    if jobs.is_empty() {
                        return done;
                    }
                    for job in jobs {
                        let key = job["jobKey"].as_str().expect("a text");
                        worker.post(&format!("/v2/jobs/{key}/completion"), json!({})).no_content();
                        done += 1;
                    }
                }
            })
        })
        .collect();
    for n in 0..INSTANCES {
        client.start("order", json!({ "n": n }));
    }
    let done: u64 = workers
        .into_iter()
        .map(|worker| worker.join().expect("the worker is fine"))
        .sum();
    assert_eq!(done, INSTANCES);
    assert_eq!(
        client.search(
            "process-instances",
            json!({ "filter": { "state": "COMPLETED" } })
        )["page"]["totalItems"],
        INSTANCES
    );
}
