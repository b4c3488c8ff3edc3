//! What a worker does about the lock of a job whose handler still runs: it extends it if asked to, and tells when it is gone.

use std::time::Duration;

use camunda_core::api::UpdateJob;
use camunda_core::worker::{Action, CommandEnd, Ended, Outcome, Phase, Ticket, WorkerEvent, WorkerSettings};

use crate::bench::{Bench, refusal};

const SECOND: Duration = Duration::from_secs(1);
/// The lock of the bench's jobs.
const LOCK: Duration = Duration::from_secs(60);

fn extending() -> (Bench, Ticket) {
    running(WorkerSettings::new("charge").max_concurrent_jobs(1).extend_timeout(true))
}

fn running(settings: WorkerSettings) -> (Bench, Ticket) {
    let mut bench = Bench::new(settings);
    bench.asks_for();
    bench.brings([1]);
    let (ticket, _) = bench.runs();
    (bench, ticket)
}

fn extends(bench: &mut Bench) -> (Ticket, UpdateJob) {
    match bench.poll() {
        Action::Extend(ticket, command, _) => (ticket, command),
        other => panic!("no extension but {other:?}"),
    }
}

fn loses(bench: &mut Bench) -> Ticket {
    match bench.poll() {
        Action::LeaseLost(ticket) => ticket,
        other => panic!("nothing lost but {other:?}"),
    }
}

fn plain() -> WorkerSettings {
    WorkerSettings::new("charge").max_concurrent_jobs(1)
}

#[test]
fn a_handler_that_never_returns_is_told_and_keeps_its_slot() {
    let (mut bench, ticket) = running(plain());
    assert_eq!(bench.waits(), Some(LOCK));
    bench.pass(LOCK);
    assert_eq!(loses(&mut bench), ticket);
    assert!(matches!(&bench.events()[..], [WorkerEvent::LeaseLost(key)] if key.as_str() == "1"));
    assert_eq!(bench.waits(), None, "told once; no poll, for the slot is taken");
    assert_eq!(bench.worker.status().phase, Phase::Full);
    bench.worker.stop(bench.now.instant + SECOND);
    assert_eq!(bench.waits(), Some(SECOND));
    bench.pass(SECOND);
    assert_eq!(bench.stopped().left.len(), 1, "drain_or_report");
}

#[test]
fn a_result_after_the_lock_is_still_offered_once() {
    let (mut bench, ticket) = running(plain());
    bench.pass(LOCK);
    loses(&mut bench);
    bench.worker.handle_outcome(ticket, Outcome::complete());
    let (ticket, name, _) = bench.commands();
    assert_eq!(name, "complete", "the cluster takes it while nobody else has the job");
    bench.answered(ticket, Err(refusal(409, "")));
    assert_eq!(bench.asks_for(), 1);
    assert_eq!(bench.worker.status().counts.superseded, 1);
}

#[test]
fn a_lock_is_extended_at_half_its_time_again_and_again() {
    let (mut bench, ticket) = extending();
    for _ in 0..3 {
        assert_eq!(bench.waits(), Some(LOCK / 2));
        bench.pass(LOCK / 2);
        let (extended, command) = extends(&mut bench);
        assert_eq!(extended, ticket);
        assert_eq!(bench.body(&command), serde_json::json!({ "changeset": { "timeout": 60_000 } }));
        assert_eq!(
            bench.waits(),
            Some(LOCK / 2),
            "one extension at a time; until it is answered the lock's end is due"
        );
        bench.worker.handle_extension(ticket, CommandEnd::of::<()>(&Ok(())));
        assert_eq!(bench.worker.locked_until(ticket), Some(bench.now.instant + LOCK));
    }
    bench.worker.handle_outcome(ticket, Outcome::complete());
    bench.commands();
    assert_eq!(bench.waits(), None, "nothing is due for a job that is answered");
    assert!(bench.events().is_empty());
}

#[test]
fn an_extension_of_a_job_that_is_gone_tells_the_handler() {
    let (mut bench, ticket) = extending();
    bench.pass(LOCK / 2);
    let _ = extends(&mut bench);
    bench.worker.handle_extension(ticket, CommandEnd::of::<()>(&Err(refusal(404, ""))));
    assert_eq!(loses(&mut bench), ticket);
    assert_eq!(bench.waits(), None);
}

#[test]
fn an_extension_that_fails_leaves_the_lock_its_time() {
    let (mut bench, ticket) = extending();
    bench.pass(LOCK / 2);
    let _ = extends(&mut bench);
    bench.worker.handle_extension(ticket, CommandEnd::of::<()>(&Err(refusal(400, ""))));
    assert!(matches!(&bench.events()[..], [WorkerEvent::CommandFailed(..)]));
    assert_eq!(bench.waits(), Some(LOCK / 2));
    bench.pass(LOCK / 2);
    loses(&mut bench);
}

#[test]
fn an_extension_answered_after_the_handler_means_nothing() {
    let (mut bench, ticket) = extending();
    bench.pass(LOCK / 2);
    let _ = extends(&mut bench);
    bench.worker.handle_outcome(ticket, Outcome::complete());
    bench.commands();
    bench.worker.handle_extension(ticket, CommandEnd::of::<()>(&Err(refusal(404, ""))));
    assert_eq!(bench.waits(), None);
    bench.answered(ticket, Ok(()));
    assert_eq!(bench.worker.status().counts.completed, 1);
    assert!(bench.events().is_empty());
}

#[test]
fn a_handlers_own_extension_moves_the_end() {
    let (mut bench, ticket) = running(plain());
    bench.pass(SECOND * 50);
    let until = bench.now.instant + SECOND * 600;
    bench.worker.handle_extended(ticket, until, bench.now);
    assert_eq!(bench.waits(), Some(SECOND * 600));
}

#[test]
fn a_handlers_own_answer_takes_the_place_of_the_automatic_one() {
    for (ended, end, counted) in [
        (Ended::Completed, Ok(()), "completed"),
        (Ended::Failed, Ok(()), "failed"),
        (Ended::Thrown, Ok(()), "thrown"),
        (Ended::Completed, Err(refusal(404, "")), "superseded"),
    ] {
        let (mut bench, ticket) = running(plain());
        bench.worker.handle_answered(ticket, ended, CommandEnd::of(&end));
        bench.worker.handle_outcome(ticket, Outcome::complete());
        assert_eq!(bench.asks_for(), 1, "no command, and the slot is free");
        let counts = bench.worker.status().counts;
        let count = match counted {
            "completed" => counts.completed,
            "failed" => counts.failed,
            "thrown" => counts.thrown,
            _ => counts.superseded,
        };
        assert_eq!((count, counts.over()), (1, 1), "{counted}");
    }
}

#[test]
fn a_handlers_own_answer_that_is_refused_becomes_one_failure() {
    let (mut bench, ticket) = running(plain());
    bench.worker.handle_answered(ticket, Ended::Completed, CommandEnd::of::<()>(&Err(refusal(400, ""))));
    let (_, name, _) = bench.commands();
    assert_eq!(name, "fail");
    bench.answered(ticket, Err(refusal(400, "")));
    assert_eq!(bench.asks_for(), 1);
    assert_eq!(bench.worker.status().counts.undelivered, 1);
}

#[test]
fn a_handlers_own_answer_that_was_given_up_is_not_followed_by_another() {
    let (mut bench, ticket) = running(plain());
    bench.worker.handle_answered(ticket, Ended::Completed, CommandEnd::unknown("dropped"));
    assert_eq!(bench.asks_for(), 1, "it may have been taken");
    assert_eq!(bench.worker.status().counts.undelivered, 1);
}

#[test]
fn the_leases_token_goes_along_and_only_where_there_is_one() {
    let settings = plain().with_lease(true).extend_timeout(true);
    let mut bench = Bench::new(settings);
    let activation = bench.activation();
    assert_eq!(bench.body(&activation)["withLease"], true);
    let deadline = bench.now.unix.as_millis() + 60_000;
    let job = crate::bench::job(1, deadline).replace("\"kind\"", "\"jobLeaseToken\":\"t-1\",\"kind\"");
    bench.answers(&format!(r#"{{"jobs":[{job}]}}"#));
    let (ticket, _) = bench.runs();
    bench.pass(LOCK / 2);
    let (_, extension) = extends(&mut bench);
    assert_eq!(bench.body(&extension)["jobLeaseToken"], "t-1");
    bench.worker.handle_outcome(ticket, Outcome::complete());
    let (_, _, body) = bench.commands();
    assert_eq!(body["jobLeaseToken"], "t-1");

    let (mut bench, ticket) = running(plain());
    bench.worker.handle_outcome(ticket, Outcome::complete());
    assert_eq!(bench.commands().2, serde_json::json!({}));
}

#[test]
fn a_lock_that_ended_while_it_was_extended_is_lost_once() {
    for end in [Err(refusal(404, "")), Ok(())] {
        let (mut bench, ticket) = extending();
        bench.pass(LOCK / 2);
        let _ = extends(&mut bench);
        bench.pass(LOCK / 2);
        loses(&mut bench);
        bench.worker.handle_extension(ticket, CommandEnd::of::<()>(&end));
        assert_eq!(bench.waits(), None);
    }
}
