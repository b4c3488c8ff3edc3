//! How a worker ends: what it gives back, what it waits for, what it says was left.

use std::time::Duration;

use camunda_core::worker::{Action, Outcome};

use crate::bench::Bench;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn drain_or_report() {
    let mut bench = Bench::of(2);
    bench.asks_for();
    bench.brings([1, 2]);
    let (first, _) = bench.runs();
    bench.runs();
    bench.worker.stop(bench.now.instant + SECOND * 5);
    assert_eq!(bench.waits(), Some(SECOND * 5), "what runs may go on until then");
    bench.worker.handle_outcome(first, Outcome::complete());
    let (ticket, ..) = bench.commands();
    bench.answered(ticket, Ok(()));
    bench.pass(SECOND * 5);
    let report = bench.stopped();
    assert_eq!(report.completed, 1);
    assert_eq!(report.left.iter().map(|key| key.as_str()).collect::<Vec<_>>(), ["2"]);
    assert!(!report.poll_cut);
    assert_eq!(bench.waits(), None, "told once");
}

#[test]
fn late_jobs_are_released_not_lost() {
    let mut bench = Bench::of(2);
    bench.asks_for();
    bench.worker.stop(bench.now.instant + SECOND);
    assert_eq!(bench.waits(), Some(SECOND), "the poll under way may still bring jobs");
    bench.brings([1]);
    let (ticket, name, body) = bench.commands();
    assert_eq!((name, body["retries"].as_i64()), ("fail", Some(3)), "its retries unchanged");
    assert_eq!(body.get("retryBackOff"), None, "for the next worker at once");
    bench.answered(ticket, Ok(()));
    assert_eq!(bench.stopped().released, 1);
}

#[test]
fn a_job_that_waits_is_released() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.brings([1, 2]);
    let (first, _) = bench.runs();
    bench.worker.stop(bench.now.instant + SECOND);
    let (ticket, name, _) = bench.commands();
    assert_eq!(name, "fail");
    bench.answered(ticket, Ok(()));
    bench.worker.handle_outcome(first, Outcome::complete());
    let (ticket, name, _) = bench.commands();
    assert_eq!(name, "complete");
    bench.answered(ticket, Ok(()));
    let report = bench.stopped();
    assert_eq!((report.completed, report.released), (1, 1));
}

#[test]
fn a_poll_that_outlasts_the_drain_is_cut_and_reported() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.worker.stop(bench.now.instant + SECOND);
    bench.pass(SECOND);
    assert!(matches!(bench.poll(), Action::CancelPoll));
    assert!(bench.stopped().poll_cut);
}

#[test]
fn an_idle_worker_stops_at_once() {
    let mut bench = Bench::of(1);
    bench.worker.stop(bench.now.instant + SECOND);
    let report = bench.stopped();
    assert!(report.left.is_empty() && !report.poll_cut);
}
