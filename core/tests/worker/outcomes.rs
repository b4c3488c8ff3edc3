//! Which command an outcome becomes, and what its answer means.

use std::time::Duration;

use camunda_core::worker::{
    AdHocSubProcessResult, BpmnError, Failure, Outcome, Reply as _, Stop, Ticket, UserTaskListenerResult,
};

use crate::bench::{Bench, refusal};

fn running() -> (Bench, Ticket) {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.brings([1]);
    let (ticket, _) = bench.runs();
    (bench, ticket)
}

/// The command that an outcome becomes.
fn command(outcome: Outcome) -> (&'static str, serde_json::Value) {
    let (mut bench, ticket) = running();
    bench.worker.handle_outcome(ticket, outcome);
    let (_, name, body) = bench.commands();
    (name, body)
}

#[test]
fn outcomes_become_commands() {
    let json = |value: serde_json::Value| value;
    assert_eq!(command(Outcome::complete()), ("complete", json(serde_json::json!({}))));
    let outcome = serde_json::json!({ "receipt": "r" }).into_outcome();
    assert_eq!(command(outcome), ("complete", serde_json::json!({ "variables": { "receipt": "r" } })));
    let outcome = Stop::from(BpmnError::new("TOO_HIGH").message("over 100")).into_outcome();
    assert_eq!(command(outcome), ("throw", serde_json::json!({ "errorCode": "TOO_HIGH", "errorMessage": "over 100" })));
    let failure = Failure::new("later").back_off(Duration::from_secs(5));
    assert_eq!(
        command(Stop::from(failure).into_outcome()),
        ("fail", serde_json::json!({ "retries": 2, "errorMessage": "later", "retryBackOff": 5000 }))
    );
    let failure = Failure::new("").retries(0);
    let (_, body) = command(Stop::from(failure).into_outcome());
    assert_eq!((body["retries"].as_i64(), body["errorMessage"].as_str()), (Some(0), Some("the handler failed")));
}

#[test]
fn a_result_that_is_not_taken_becomes_one_failure() {
    let (mut bench, ticket) = running();
    bench.worker.handle_outcome(ticket, Outcome::complete());
    bench.commands();
    bench.answered(ticket, Err(refusal(400, r#"{"title":"INVALID_ARGUMENT","detail":"no"}"#)));
    let (_, name, body) = bench.commands();
    assert_eq!((name, body["retries"].as_i64()), ("fail", Some(2)));
    assert!(body["errorMessage"].as_str().unwrap().contains("INVALID_ARGUMENT"));
    bench.answered(ticket, Err(refusal(400, "")));
    assert_eq!(bench.asks_for(), 1, "the slot is free, the worker goes on");
    assert_eq!(bench.events().len(), 2);
}

#[test]
fn already_handled_is_no_failure() {
    for status in [404, 409] {
        let (mut bench, ticket) = running();
        bench.worker.handle_outcome(ticket, Outcome::complete());
        bench.commands();
        bench.answered(ticket, Err(refusal(status, "")));
        assert_eq!(bench.asks_for(), 1, "no further command");
        bench.worker.stop(bench.now.instant);
        let camunda_core::worker::Action::CancelPoll = bench.poll() else { panic!("a poll is under way") };
        assert_eq!(bench.stopped().superseded, 1);
    }
}

#[test]
fn a_job_is_answered_once() {
    let (mut bench, ticket) = running();
    bench.worker.handle_outcome(ticket, Outcome::complete());
    bench.worker.handle_outcome(ticket, Outcome::complete());
    bench.commands();
    assert_eq!(bench.waits(), None);
}

#[test]
fn a_listener_of_a_user_task_denies_or_corrects() {
    let result = |outcome: Outcome| command(outcome).1["result"].clone();
    assert_eq!(
        result(UserTaskListenerResult::accept().into_outcome()),
        serde_json::json!({ "type": "userTask", "denied": false })
    );
    assert_eq!(
        result(UserTaskListenerResult::deny("four eyes").into_outcome()),
        serde_json::json!({ "type": "userTask", "denied": true, "deniedReason": "four eyes" })
    );
    let corrected = UserTaskListenerResult::correct(|c| {
        c.assignee("ada").due_date("").candidate_groups(Vec::<String>::new()).candidate_users(["bob"]).priority(70)
    });
    assert_eq!(
        result(corrected.into_outcome()),
        serde_json::json!({ "type": "userTask", "denied": false, "corrections": {
            "assignee": "ada", "dueDate": "", "candidateGroups": [], "candidateUsers": ["bob"], "priority": 70,
        } }),
        "what is not set stays; an empty text or list clears"
    );
}

#[test]
fn an_ad_hoc_sub_process_is_told_what_is_next() {
    let next = AdHocSubProcessResult::new().activate("ask").activate_with("look-up", serde_json::json!({ "id": 7 }));
    let outcome = next.unwrap().completion_condition_fulfilled().cancel_remaining();
    assert_eq!(
        command(outcome.with_variables(serde_json::json!({ "asked": true })).unwrap()).1,
        serde_json::json!({ "variables": { "asked": true }, "result": {
            "type": "adHocSubProcess",
            "activateElements": [{ "elementId": "ask" }, { "elementId": "look-up", "variables": { "id": 7 } }],
            "isCompletionConditionFulfilled": true, "isCancelRemainingInstances": true,
        } })
    );
    assert_eq!(
        command(AdHocSubProcessResult::new().into_outcome()).1["result"],
        serde_json::json!({
            "type": "adHocSubProcess", "activateElements": [],
            "isCompletionConditionFulfilled": false, "isCancelRemainingInstances": false,
        })
    );
}
