//! When a worker polls, and for how many jobs.

use std::time::Duration;

use camunda_core::worker::{Action, Outcome, WorkerEvent, WorkerSettings};

use crate::bench::{Bench, job, refusal};

#[test]
fn a_poll_says_what_the_worker_wants() {
    let settings = WorkerSettings::new("charge")
        .name("till")
        .timeout(Duration::from_secs(30))
        .max_concurrent_jobs(5)
        .fetch_variables(["amount"])
        .request_timeout(Duration::from_secs(20));
    let mut bench = Bench::new(settings);
    let activation = bench.activation();
    assert_eq!(
        bench.body(&activation),
        serde_json::json!({
            "type": "charge", "worker": "till", "timeout": 30_000, "maxJobsToActivate": 5, "fetchVariable": ["amount"],
            "requestTimeout": 20_000,
        })
    );
}

#[test]
fn never_over_capacity() {
    let mut bench = Bench::of(3);
    assert_eq!(bench.asks_for(), 3);
    bench.brings([1, 2]);
    let (first, _) = bench.runs();
    bench.runs();
    assert_eq!(bench.asks_for(), 1, "what runs takes its place");
    // More than was asked for: kept, but never run beyond the limit.
    bench.brings([3, 4, 5]);
    bench.runs();
    assert_eq!(bench.waits(), None, "full: no poll, no job, no timer");
    bench.worker.handle_outcome(first, Outcome::complete());
    let (ticket, ..) = bench.commands();
    assert_eq!(bench.waits(), None, "a job holds its place until its command is answered");
    bench.worker.handle_command(ticket, Ok(()));
    let (_, fourth) = bench.runs();
    assert_eq!(fourth.job_key.as_str(), "4");
    assert_eq!(bench.waits(), None);
    assert_eq!(bench.worker.active_jobs(), 4, "three run, one waits");
}

#[test]
fn full_is_not_stuck() {
    let mut bench = Bench::of(2);
    bench.asks_for();
    bench.brings([1, 2]);
    let (first, _) = bench.runs();
    bench.runs();
    assert_eq!(bench.waits(), None);
    bench.worker.handle_outcome(first, Outcome::ignore());
    assert_eq!(bench.asks_for(), 1);
}

#[test]
fn one_poll_at_a_time() {
    let mut bench = Bench::of(2);
    bench.asks_for();
    assert_eq!(bench.waits(), None);
}

#[test]
fn never_silent() {
    let mut bench = Bench::of(1);
    for failures in 1..200 {
        bench.asks_for();
        let status = [503, 500, 401, 404, 502][failures % 5];
        bench.fails(refusal(status, ""));
        let wait = bench.waits().unwrap();
        assert!(wait <= Duration::from_secs(30), "{wait:?}");
        bench.pass(wait);
    }
    let told = bench.events();
    assert!(matches!(&told[..], [WorkerEvent::PollsFail(_)]), "told once: {told:?}");
    bench.asks_for();
    bench.brings([]);
    assert!(matches!(&bench.events()[..], [WorkerEvent::PollsRecovered(199)]));
}

#[test]
fn what_cannot_be_sent_ends_the_worker_and_is_told() {
    let mut bench = Bench::of(1);
    let _ = bench.activation();
    bench.fails(camunda_core::Error::Misuse("x"));
    assert!(bench.stopped().error.is_some());
    assert_eq!(bench.waits(), None);
}

#[test]
fn a_poll_cut_by_a_balancer_is_an_empty_answer() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.pass(Duration::from_secs(6));
    bench.fails(refusal(504, "<html>"));
    assert!(bench.events().is_empty(), "nobody is told");
    let activation = bench.activation();
    assert_eq!(bench.body(&activation)["requestTimeout"], 4800, "four fifths of what was seen");
}

#[test]
fn jobs_past_their_deadline_are_not_run() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.brings([1, 2]);
    let (first, _) = bench.runs();
    bench.pass(Duration::from_secs(60));
    bench.worker.handle_outcome(first, Outcome::ignore());
    let Action::Activate(_) = bench.poll() else { panic!("the second job must not run") };
    assert!(matches!(&bench.events()[..], [WorkerEvent::JobExpired(key)] if key.as_str() == "2"));
}

#[test]
fn a_cluster_whose_clock_is_behind_does_not_make_jobs_expire() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    let deadline = bench.now.unix.as_millis() - 3_600_000;
    bench.answers(&format!(r#"{{"jobs":[{}]}}"#, job(1, deadline)));
    bench.runs();
}

#[test]
fn one_bad_job_is_one_bad_job() {
    let mut bench = Bench::of(3);
    bench.asks_for();
    let deadline = bench.now.unix.as_millis() + 60_000;
    let (good, other) = (job(1, deadline), job(3, deadline).replace("BPMN_ELEMENT", "KIND_OF_2031"));
    bench.answers(&format!(r#"{{"jobs":[{good},{{"jobKey":"2","retries":2,"type":7}},{other}]}}"#));
    let (ticket, name, body) = bench.commands();
    assert_eq!((name, body["retries"].as_i64()), ("fail", Some(2)), "failed by its key, its retries unchanged");
    bench.worker.handle_command(ticket, Ok(()));
    assert_eq!(bench.runs().1.job_key.as_str(), "1");
    assert_eq!(bench.runs().1.kind.as_str(), "KIND_OF_2031", "an unknown word is no reason not to run");
    assert!(matches!(&bench.events()[..], [WorkerEvent::JobUndecodable(Some(key), _)] if key.as_str() == "2"));
}

#[test]
fn idle_is_flat() {
    let mut bench = Bench::of(1);
    for _ in 0..10_000 {
        bench.asks_for();
        bench.pass(Duration::from_secs(10));
        bench.brings([]);
    }
    assert_eq!(bench.worker.active_jobs(), 0);
    assert!(bench.events().is_empty());
}
