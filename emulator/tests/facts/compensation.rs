//! Compensation: what has completed is undone by its handler.

use serde_json::json;

use super::model::{END, START, boundary, error, line, path, process, service};
use super::story::Story;

/// A boundary event of the activity and the service task that undoes it.
fn undoing(activity: &str) -> String {
    let event = format!("{activity}_undone");
    let handler = format!("undo_{activity}");
    format!(
        r#"<boundaryEvent id="{event}" attachedToRef="{activity}"><compensateEventDefinition/></boundaryEvent>
        {}<association id="{event}_a" sourceRef="{event}" targetRef="{handler}" associationDirection="One"/>"#,
        service(&handler).replacen("<serviceTask", r#"<serviceTask isForCompensation="true""#, 1)
    )
}

fn throw(reference: &str) -> String {
    format!(r#"<intermediateThrowEvent id="undo"><compensateEventDefinition {reference}/></intermediateThrowEvent>"#)
}

#[test]
fn a_throw_event_undoes_everything_of_its_scope_at_once_and_waits() {
    let all = path(&[START, &service("a"), &service("b"), &throw(""), END]) + &undoing("a") + &undoing("b");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    story.work("a", json!({}));
    story.work("b", json!({}));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "a COMPLETED",
            "b COMPLETED",
            "undo ACTIVE",
            "a_undone COMPLETED",
            "b_undone COMPLETED",
            "undo_a ACTIVE",
            "undo_b ACTIVE"
        ]
    );
    story.work("undo_b", json!({}));
    assert_eq!(story.trail(&instance)[3], "undo ACTIVE");
    story.work("undo_a", json!({ "undone": true }));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.variables(&instance), json!({ "undone": true }));
}

#[test]
fn with_a_reference_only_that_activity_is_undone() {
    let all =
        path(&[START, &service("a"), &service("b"), &throw(r#"activityRef="a""#), END]) + &undoing("a") + &undoing("b");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    story.work("a", json!({}));
    story.work("b", json!({}));
    assert_eq!(story.trail(&instance)[3..], ["undo ACTIVE", "a_undone COMPLETED", "undo_a ACTIVE"]);
    story.work("undo_a", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn nothing_to_undo_is_done_at_once() {
    let mut story = Story::of(&line(&[&throw("")]));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "undo COMPLETED", "end COMPLETED"]);
}

#[test]
fn what_is_active_or_was_terminated_is_not_undone() {
    let undo_end = r#"<endEvent id="undo"><compensateEventDefinition/></endEvent>"#;
    let caught = boundary("caught", "a", "", &error("refused"))
        .replace(r#"<endEvent id="caught_end"/>"#, "")
        .replace("caught_end", "undo");
    let all = path(&[START, &service("a"), END]) + &caught + undo_end + &undoing("a");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    let job = story.job("a");
    story.throw(&job, "REFUSED", json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "a TERMINATED", "caught COMPLETED", "undo COMPLETED"]);
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn each_completed_instance_is_undone_once() {
    // `a` is done twice; then what was done is undone, and a second throw event finds nothing more.
    let gateway = r#"<exclusiveGateway id="again" default="again_undo"/>"#;
    let all = path(&[START, &service("a"), gateway, &throw("")])
        + &super::model::flow_if("again", "a", "=more")
        + &throw("").replace(r#"id="undo""#, r#"id="twice""#)
        + END
        + &super::model::flow("undo", "twice")
        + &super::model::flow("twice", "end")
        + &undoing("a");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    story.work("a", json!({ "more": true }));
    story.work("a", json!({ "more": false }));
    let jobs = story.jobs("undo_a");
    assert_eq!(jobs.len(), 2);
    for job in jobs {
        story.complete(&job, json!({}));
    }
    assert_eq!(story.state(&instance), "COMPLETED");
    assert!(story.trail(&instance).contains(&"twice COMPLETED".to_owned()));
}

#[test]
fn a_completed_sub_process_hands_on_what_is_inside() {
    let inside = path(&[r#"<startEvent id="inner"/>"#, &service("a"), r#"<endEvent id="inner_end"/>"#]) + &undoing("a");
    let sub = format!(r#"<subProcess id="sub">{inside}</subProcess>"#);
    let mut story = Story::of(&line(&[&sub, &throw(r#"activityRef="sub""#)]));
    let instance = story.start(json!({}));
    story.work("a", json!({}));
    assert_eq!(story.trail(&instance)[5..], ["undo ACTIVE", "a_undone COMPLETED", "undo_a ACTIVE"]);
    story.work("undo_a", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn an_event_without_handler_is_refused() {
    let event = r#"<boundaryEvent id="undone" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>"#;
    let fault = Story::empty().fault(&process("order", &(path(&[START, &service("a"), END]) + event)));
    let text = "Compensation boundary events must have a compensation association and no outgoing sequence flows";
    assert!(fault.contains(&format!("- Element: undone\n    - ERROR: {text}")), "{fault}");
}

#[test]
fn cancelling_while_undoing_ends_the_handlers_too() {
    let all = path(&[START, &service("a"), &throw(""), END]) + &undoing("a");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    story.work("a", json!({}));
    story.ok(&format!("/process-instances/{instance}/cancellation"), json!({}));
    assert_eq!(story.trail(&instance)[2..], ["undo TERMINATED", "a_undone COMPLETED", "undo_a TERMINATED"]);
}
