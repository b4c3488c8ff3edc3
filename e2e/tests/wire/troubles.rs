//! What goes wrong around jobs, as the robustness matrix and the field reports have it: one job is one job, and the worker goes
//! on.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_hyper::worker::{Outcome, Phase, Reply as _};
use serde_json::json;

use crate::jobs::{Employer, MODEL, PLAIN, Wish, client, cluster, commands, handed, handing_out};
use crate::on_every_adapter;
use crate::peer::{Peer, Reply, json as answer};

on_every_adapter!(
    one_bad_job_is_one_bad_job,
    a_result_that_cannot_be_variables_fails_its_job,
    a_completion_that_is_refused_becomes_a_failure,
    a_job_that_was_handled_already_is_no_failure,
    full_is_not_stuck,
    jobs_past_their_deadline_are_not_run,
    an_identity_provider_that_was_down_is_no_end,
    jobs_that_come_after_a_stop_are_released,
);

fn one_bad_job_is_one_bad_job<S: Employer>() {
    let peer = handing_out(
        r#"{"jobs":[{"jobKey":"1","retries":3,"deadline":"soon","variables":{}},
            {"jobKey":"2","kind":"KIND_OF_2031","variables":{}}]}"#,
    );
    let worker = S::open(peer.config().build().unwrap()).employ("charge", PLAIN, Arc::new(|_| Ok(Outcome::complete())));
    let mut commands = commands(&peer, 2);
    commands.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!((commands[0].0.as_str(), commands[0].1["retries"].as_i64()), ("1/failure", Some(3)));
    assert_eq!(commands[1].0, "2/completion", "an unknown word is no reason not to run");
    drop(worker.working.stop(Duration::ZERO));
}

fn a_result_that_cannot_be_variables_fails_its_job<S: Employer>() {
    let cluster = cluster();
    let worker = client::<S>(&cluster).employ("charge", PLAIN, Arc::new(|_| Ok(json!([1, 2]).into_outcome())));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).has_incident("must be an object");
    assert_eq!(worker.stop().failed, 2);
}

fn a_completion_that_is_refused_becomes_a_failure<S: Employer>() {
    for (status, extra) in [(302, "Location: /login\r\n"), (400, "")] {
        let refused = format!("HTTP/1.1 {status} X\r\n{extra}Content-Length: 0\r\n\r\n");
        let peer = Peer::start(move |request, before| match before {
            0 => Reply::Bytes(answer(200, r#"{"jobs":[{"jobKey":"7","retries":3,"variables":{}}]}"#)),
            _ if request.head.contains("/jobs/activation") => Reply::Hang(Vec::new()),
            _ if request.head.contains("/completion") => Reply::Bytes(refused.clone().into_bytes()),
            _ => Reply::Bytes(b"HTTP/1.1 204 X\r\n\r\n".to_vec()),
        });
        let worker =
            S::open(peer.config().build().unwrap()).employ("charge", PLAIN, Arc::new(|_| Ok(Outcome::complete())));
        let commands = commands(&peer, 2);
        assert_eq!((commands[1].0.as_str(), commands[1].1["retries"].as_i64()), ("7/failure", Some(2)), "{status}");
        let report = worker.working.stop(Duration::from_secs(1)).unwrap();
        assert_eq!((report.completed, report.failed), (0, 1), "{status}");
    }
}

fn a_job_that_was_handled_already_is_no_failure<S: Employer>() {
    let cluster = cluster();
    cluster.faults().on("completeJob").answer(404, "NOT_FOUND");
    let worker = client::<S>(&cluster).employ("charge", PLAIN, Arc::new(|_| Ok(Outcome::complete())));
    let _ = cluster.create("order", json!({}));
    while worker.monitor.status().counts.superseded == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    let report = worker.stop();
    assert_eq!((report.superseded, report.failed, report.over()), (1, 0, 1));
    assert_eq!(cluster.requests().get("failJob"), None);
}

/// Field report F32: at capacity no poll is sent; the next completion starts one.
fn full_is_not_stuck<S: Employer>() {
    let cluster = cluster();
    let (begun, has_begun) = handed();
    let (go_on, goes_on) = channel::<()>();
    let goes_on = Mutex::new(goes_on);
    let worker = client::<S>(&cluster).employ(
        "charge",
        Wish { jobs: 2, ..PLAIN },
        Arc::new(move |_| {
            begun.lock().unwrap().send(())?;
            goes_on.lock().unwrap().recv()?;
            Ok(Outcome::complete())
        }),
    );
    let instances: Vec<i64> = (0..4).map(|n| cluster.create("order", json!({ "n": n }))).collect();
    has_begun.recv().unwrap();
    has_begun.recv().unwrap();
    while worker.monitor.status().phase != Phase::Full {
        thread::sleep(Duration::from_millis(1));
    }
    let polls = cluster.requests()["activateJobs"];
    assert!(has_begun.try_recv().is_err(), "never_over_capacity");
    (0..4).for_each(|_| go_on.send(()).unwrap());
    for instance in instances {
        cluster.assert(instance).completed();
    }
    assert!(cluster.requests()["activateJobs"] > polls);
    assert_eq!(worker.stop().completed, 4);
}

/// Field report F05: what waited here until its lock ran out is not run; another worker may have it.
fn jobs_past_their_deadline_are_not_run<S: Employer>() {
    // More than was asked for, so that one of them waits.
    let peer = handing_out(r#"{"jobs":[{"jobKey":"1","variables":{}},{"jobKey":"2","variables":{}}]}"#);
    let wish = Wish { timeout: Duration::from_millis(200), jobs: 1, extend: false };
    let (ran, has_run) = handed();
    let worker = S::open(peer.config().build().unwrap()).employ(
        "charge",
        wish,
        Arc::new(move |job| {
            ran.lock().unwrap().send(job.key().as_str().to_owned())?;
            job.wait_cancelled(Duration::from_secs(60));
            Ok(Outcome::complete())
        }),
    );
    assert_eq!(has_run.recv().unwrap(), "1");
    while worker.monitor.status().counts.expired == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    assert!(has_run.try_recv().is_err(), "the second was not run");
    drop(worker.working.stop(Duration::ZERO));
}

/// Field report F15: whatever kind of error a poll ends by, its slot is free again.
fn an_identity_provider_that_was_down_is_no_end<S: Employer>() {
    let cluster = Emulator::builder().identity_provider(Duration::from_secs(300)).start().unwrap();
    cluster.deploy("order.bpmn", MODEL).unwrap();
    cluster.fail_tokens(4, 503);
    let instance = cluster.create("order", json!({}));
    let worker = client::<S>(&cluster).employ("charge", PLAIN, Arc::new(|_| Ok(Outcome::complete())));
    cluster.assert(instance).within(Duration::from_secs(60)).completed();
    assert_eq!(worker.stop().completed, 1);
}

fn jobs_that_come_after_a_stop_are_released<S: Employer>() {
    let (answers, may_answer) = channel::<()>();
    let may_answer = Mutex::new(may_answer);
    let peer = Peer::start(move |request, _| {
        if request.head.contains("/jobs/activation") {
            may_answer.lock().unwrap().recv().unwrap();
            return Reply::Bytes(answer(200, r#"{"jobs":[{"jobKey":"7","type":"t","retries":3,"variables":{}}]}"#));
        }
        Reply::Bytes(b"HTTP/1.1 204 X\r\n\r\n".to_vec())
    });
    let worker = S::open(peer.config().build().unwrap()).employ("charge", PLAIN, Arc::new(|_| panic!("it is not run")));
    while peer.requests().is_empty() {
        thread::sleep(Duration::from_millis(1));
    }
    let stopping = worker.stop_handle();
    stopping.stop(Duration::from_secs(20));
    answers.send(()).unwrap();
    let report = worker.working.thread.join().unwrap().unwrap();
    assert_eq!((report.activated, report.released, report.poll_cut), (1, 1, false));
    let (path, body) = commands(&peer, 1).remove(0);
    assert_eq!((path.as_str(), body["retries"].as_i64()), ("7/failure", Some(3)), "at no cost");
}
