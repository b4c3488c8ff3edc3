//! Stories about incidents and their resolution.
//! How searches show them is tested over a socket.

use serde_json::json;

use super::super::UpdateJob;
use super::{Story, flow, one_task, process};

#[test]
fn a_job_without_retries_needs_new_ones_before_its_incident_is_resolved() {
    let mut story = Story::of(&one_task(""));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.fail(job, 0, 5_000).expect("open");
    let (key, kind, message) = story.incidents()[0];
    assert_eq!((kind, message), ("JOB_NO_RETRIES", "no luck"));
    assert_eq!(story.engine.instances[&instance].open_incidents, 1);
    let refused = story.engine.resolve_incident(key, story.now).expect_err("no retries").text;
    assert_eq!(
        refused,
        format!(
            "Expected to resolve incident with key '{key}', but job with key '{job}' has no retries left. \
             Please update the job retries and retry resolving the incident"
        )
    );
    let command = UpdateJob { retries: Some(1), ..UpdateJob::default() };
    story.engine.update_job(job, &command, story.now).expect("open");
    assert_eq!(story.jobs("work"), [0; 0], "new retries alone do not revive it");
    story.engine.resolve_incident(key, story.now).expect("has retries");
    assert_eq!((story.jobs("work"), story.incidents().len()), (vec![job], 0));
    assert_eq!(story.engine.instances[&instance].open_incidents, 0);
    let again = story.engine.resolve_incident(key, story.now).expect_err("is over").text;
    assert_eq!(again, format!("Expected to resolve incident with key '{key}', but no such incident was found"));
}

fn gateway(condition: &str) -> String {
    let elements = [
        r#"<startEvent id="start"/><exclusiveGateway id="split"/><endEvent id="high"/><endEvent id="low"/>"#.to_owned(),
        flow("f1", "start", "split"),
        format!(r#"<sequenceFlow id="a" sourceRef="split" targetRef="high"><conditionExpression>{condition}</conditionExpression></sequenceFlow>"#),
        r#"<sequenceFlow id="b" sourceRef="split" targetRef="low"><conditionExpression>=false</conditionExpression></sequenceFlow>"#.to_owned(),
    ];
    process("order", &elements.concat())
}

#[test]
fn a_condition_that_is_null_is_an_incident_and_is_tried_again() {
    let mut story = Story::of(&gateway("=amount &gt; 100"));
    let instance = story.start(json!({}));
    let (first, kind, message) = story.incidents()[0];
    assert_eq!(kind, "EXTRACT_VALUE_ERROR");
    assert_eq!(
        message,
        "Expected result of the expression 'amount > 100' to be 'BOOLEAN', but was 'NULL'. \
         The evaluation reported the following warnings:\n[NO_VARIABLE_FOUND] No variable found with name 'amount'\n\
         [NOT_COMPARABLE] Can't compare 'null' with '100'"
    );
    assert_eq!(story.elements(instance, "ACTIVE"), ["split"]);
    story.engine.resolve_incident(first, story.now).expect("open");
    let (second, _, _) = story.incidents()[0];
    assert_ne!(first, second, "the cause is still there, so it is a new incident");

    story.engine.set_variables(instance, super::document(json!({ "amount": 500 })), false, story.now).expect("alive");
    story.engine.resolve_incident(second, story.now).expect("open");
    assert_eq!((story.state(instance), story.incidents().len()), ("COMPLETED", 0));
}

#[test]
fn no_true_branch_and_no_default_is_an_incident() {
    let mut story = Story::of(&gateway("=amount &gt; 100"));
    story.start(json!({ "amount": 1 }));
    let (_, kind, message) = story.incidents()[0];
    assert_eq!(kind, "CONDITION_ERROR");
    assert_eq!(message, "Expected at least one condition to evaluate to true, or to have a default flow");
}

#[test]
fn cancelling_ends_incidents() {
    let mut story = Story::of(&gateway("=amount &gt; 100"));
    let instance = story.start(json!({}));
    story.engine.cancel_instance(instance, story.now).expect("alive");
    assert_eq!((story.incidents().len(), story.engine.instances[&instance].open_incidents), (0, 0));
}

#[test]
fn a_job_type_must_be_a_text() {
    let model = one_task("").replace(r#"type="work""#, r#"type="=kind""#);
    let mut story = Story::of(&model);
    let instance = story.start(json!({ "kind": 7 }));
    let (key, _, message) = story.incidents()[0];
    assert_eq!(message, "Expected result of the expression 'kind' to be 'STRING', but was 'NUMBER'.");
    story.engine.set_variables(instance, super::document(json!({ "kind": "seven" })), false, story.now).expect("alive");
    story.engine.resolve_incident(key, story.now).expect("open");
    assert_eq!(story.jobs("seven").len(), 1);
}
