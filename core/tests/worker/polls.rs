//! When a worker polls, and for how many jobs.

use std::time::Duration;

use camunda_core::worker::{Action, Outcome, Phase, WorkerEvent, WorkerSettings};

use crate::bench::{Bench, job, refusal};

const LOCK: Duration = Duration::from_secs(60);

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
    assert_eq!(bench.waits(), Some(LOCK), "full: no poll, no job, no timer but for the end of the locks");
    bench.worker.handle_outcome(first, Outcome::complete());
    let (ticket, ..) = bench.commands();
    assert_eq!(bench.waits(), Some(LOCK), "a job holds its place until its command is answered");
    bench.answered(ticket, Ok(()));
    let (_, fourth) = bench.runs();
    assert_eq!(fourth.job_key.as_str(), "4");
    assert_eq!(bench.waits(), Some(LOCK));
    assert_eq!(bench.worker.active_jobs(), 4, "three run, one waits");
}

#[test]
fn full_is_not_stuck() {
    let mut bench = Bench::of(2);
    bench.asks_for();
    bench.brings([1, 2]);
    let (first, _) = bench.runs();
    bench.runs();
    assert_eq!(bench.waits(), Some(LOCK));
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
fn a_worker_without_a_job_type_ends_by_an_error() {
    let mut bench = Bench::new(WorkerSettings::new(" "));
    let error = bench.stopped().error.unwrap();
    assert_eq!(error.to_string(), "activate_jobs: type must not be blank");
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
    bench.answered(ticket, Ok(()));
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

#[test]
fn a_refill_threshold_gathers_free_slots() {
    let mut bench = Bench::new(WorkerSettings::new("charge").max_concurrent_jobs(4).refill_threshold(1));
    assert_eq!(bench.asks_for(), 4);
    bench.brings([1, 2, 3, 4]);
    let tickets: Vec<_> = (0..4).map(|_| bench.runs().0).collect();
    for ticket in &tickets[..2] {
        bench.worker.handle_outcome(*ticket, Outcome::ignore());
        assert_eq!(bench.waits(), Some(LOCK), "two or more are held");
    }
    bench.worker.handle_outcome(tickets[2], Outcome::ignore());
    assert_eq!(bench.asks_for(), 3);
}

#[test]
fn a_threshold_beyond_the_limit_does_not_stop_polls() {
    let mut bench = Bench::new(WorkerSettings::new("charge").max_concurrent_jobs(2).refill_threshold(9));
    bench.asks_for();
    bench.brings([1]);
    bench.runs();
    assert_eq!(bench.asks_for(), 1);
}

#[test]
fn the_back_offs_bounds_are_the_workers() {
    let settings = WorkerSettings::new("charge").back_off(Duration::from_millis(10), Duration::from_millis(40));
    let mut bench = Bench::new(settings);
    for bound in [10, 20, 40, 40, 40] {
        bench.asks_for();
        bench.fails(refusal(503, ""));
        let wait = bench.waits().unwrap().as_millis();
        assert!(wait >= bound / 2 && wait <= bound, "{wait} of {bound}");
        bench.pass(Duration::from_millis(40));
    }
}

#[test]
fn a_poll_that_panics_is_a_failed_poll() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.worker.handle_activation_lost("a hook panicked", bench.now);
    assert!(matches!(&bench.events()[..], [WorkerEvent::PollsFail(reason)] if reason == "a hook panicked"));
    let wait = bench.waits().unwrap();
    bench.pass(wait);
    assert_eq!(bench.asks_for(), 1, "never_silent");
}

#[test]
fn a_worker_says_how_it_is() {
    let mut bench = Bench::of(1);
    let status = bench.worker.status();
    assert_eq!((status.phase, status.last_answer), (Phase::Starting, None));
    bench.asks_for();
    assert_eq!(bench.worker.status().phase, Phase::Polling);
    bench.fails(refusal(503, ""));
    let status = bench.worker.status();
    assert_eq!((status.phase, status.failing_polls, status.last_answer), (Phase::BackingOff, 1, None));
    let wait = bench.waits().unwrap();
    bench.pass(wait);
    bench.asks_for();
    bench.brings([1]);
    bench.runs();
    let status = bench.worker.status();
    assert_eq!((status.phase, status.active_jobs, status.counts.activated), (Phase::Full, 1, 1));
    assert_eq!(status.last_answer, Some(bench.now.instant));
    bench.worker.stop(bench.now.instant);
    assert_eq!(bench.worker.status().phase, Phase::Draining);
    bench.stopped();
    assert_eq!(bench.worker.status().phase, Phase::Stopped);
}
