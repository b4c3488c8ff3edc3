//! Workers on real sockets: jobs done once, whatever happens around them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use camunda_emulator::Emulator;
use camunda_hyper::Config;
use camunda_hyper::worker::{BpmnError, Stop};
use serde_json::{Value, json};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, json as answer};
use crate::subject::{Handler, Subject};

on_every_adapter!(
    jobs_are_worked_within_capacity,
    a_business_error_is_caught_and_a_failure_costs_a_retry,
    a_panic_fails_one_job,
    a_completion_is_repeated_until_it_is_taken,
    a_cluster_that_is_away_is_waited_for,
    a_long_poll_ends_at_once_when_the_worker_stops,
);

const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d">
  <process id="order" isExecutable="true">
    <startEvent id="start" />
    <serviceTask id="charge"><extensionElements><zeebe:taskDefinition type="charge" retries="2" /></extensionElements></serviceTask>
    <boundaryEvent id="refused" attachedToRef="charge"><errorEventDefinition id="e" errorRef="error" /></boundaryEvent>
    <endEvent id="charged" />
    <endEvent id="declined" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="charge" />
    <sequenceFlow id="f2" sourceRef="charge" targetRef="charged" />
    <sequenceFlow id="f3" sourceRef="refused" targetRef="declined" />
  </process>
  <error id="error" errorCode="REFUSED" />
</definitions>"#;

fn cluster() -> Emulator {
    let cluster = Emulator::start().unwrap();
    cluster.deploy("order.bpmn", MODEL).unwrap();
    cluster
}

fn client<S: Subject>(cluster: &Emulator) -> S {
    S::open(Config::from_pairs(cluster.environment()).unwrap())
}

fn jobs_are_worked_within_capacity<S: Subject>() {
    let cluster = cluster();
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let handler: Handler = {
        let most = Arc::clone(&most);
        Arc::new(move |variables| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(json!({ "doubled": variables["n"].as_u64().unwrap() * 2 }))
        })
    };
    let instances: Vec<i64> = (0..50).map(|n| cluster.create("order", json!({ "n": n }))).collect();
    let worker = client::<S>(&cluster).work("charge", 4, handler);
    for (n, instance) in instances.into_iter().enumerate() {
        cluster.assert(instance).passed("charge").has_variable("doubled", n * 2).completed();
    }
    let report = worker.stop(Duration::from_millis(100)).unwrap();
    assert_eq!((report.completed, report.left.len()), (50, 0));
    assert!(most.load(Ordering::SeqCst) <= 4, "never_over_capacity");
}

fn a_business_error_is_caught_and_a_failure_costs_a_retry<S: Subject>() {
    let cluster = cluster();
    let handler: Handler = Arc::new(|variables| match variables["n"].as_u64() {
        Some(1) => Err(BpmnError::new("REFUSED").message("no").into()),
        _ => Err(Stop::from("x".parse::<u8>().unwrap_err())),
    });
    let worker = client::<S>(&cluster).work("charge", 4, handler);
    let (thrown, failed) = (cluster.create("order", json!({ "n": 1 })), cluster.create("order", json!({ "n": 2 })));
    cluster.assert(thrown).passed("refused").completed();
    cluster.assert(failed).waits_at("charge").has_incident("ParseIntError: invalid digit found in string");
    let report = worker.stop(Duration::from_millis(100)).unwrap();
    assert_eq!((report.thrown, report.failed), (1, 2), "two attempts, as the model says");
}

fn a_panic_fails_one_job<S: Subject>() {
    let cluster = cluster();
    let handler: Handler = Arc::new(|variables| {
        assert_ne!(variables["n"], 1, "an unlucky number");
        Ok(Value::Null)
    });
    let worker = client::<S>(&cluster).work("charge", 1, handler);
    let (bad, good) = (cluster.create("order", json!({ "n": 1 })), cluster.create("order", json!({ "n": 2 })));
    cluster.assert(bad).has_incident("unlucky number");
    cluster.assert(good).completed();
    assert_eq!(worker.stop(Duration::from_millis(100)).unwrap().completed, 1, "one_bad_job_is_one_bad_job");
}

fn a_completion_is_repeated_until_it_is_taken<S: Subject>() {
    let cluster = cluster();
    let runs = Arc::new(AtomicUsize::new(0));
    let handler: Handler = {
        let runs = Arc::clone(&runs);
        Arc::new(move |_| {
            runs.fetch_add(1, Ordering::SeqCst);
            Ok(Value::Null)
        })
    };
    cluster.faults().on("completeJob").times(6).answer(503, "RESOURCE_EXHAUSTED");
    let worker = client::<S>(&cluster).work("charge", 1, handler);
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).within(Duration::from_secs(20)).completed();
    assert_eq!(runs.load(Ordering::SeqCst), 1, "finished work is not done again");
    assert_eq!(worker.stop(Duration::from_millis(100)).unwrap().completed, 1);
}

fn a_cluster_that_is_away_is_waited_for<S: Subject>() {
    // Polls fail in every way there is, then bring one job.
    let job = r#"{"jobs":[{"jobKey":"7","type":"charge","retries":1,"deadline":0,"variables":{}}]}"#;
    let peer = Peer::start(move |request, before| match before {
        0 => Reply::Close(Vec::new()),
        1 => Reply::Bytes(answer(500, "{}")),
        2 => Reply::Bytes(answer(200, job)),
        _ if request.head.contains("/jobs/7/completion") => Reply::Bytes(b"HTTP/1.1 204 X\r\n\r\n".to_vec()),
        _ => Reply::Hang(Vec::new()),
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let handler: Handler = {
        let seen = Arc::clone(&seen);
        Arc::new(move |variables| {
            seen.lock().unwrap().push(variables);
            Ok(Value::Null)
        })
    };
    let worker = S::open(peer.config().build().unwrap()).work("charge", 1, handler);
    let patience = Instant::now() + Duration::from_secs(30);
    while !peer.requests().iter().any(|request| request.head.contains("/completion")) {
        assert!(worker.is_running(), "never_silent");
        assert!(Instant::now() < patience, "no completion came");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(*seen.lock().unwrap(), [json!({})]);
    assert!(worker.is_running());
    worker.stop(Duration::ZERO).unwrap();
}

fn a_long_poll_ends_at_once_when_the_worker_stops<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Hang(Vec::new()));
    let worker = S::open(peer.config().build().unwrap()).work("charge", 1, Arc::new(|_| Ok(Value::Null)));
    while peer.requests().is_empty() {
        thread::sleep(Duration::from_millis(1));
    }
    // The peer never answers: the test ends only if the poll is ended.
    let report = worker.stop(Duration::ZERO).unwrap();
    assert!(report.poll_cut && report.left.is_empty());
}
