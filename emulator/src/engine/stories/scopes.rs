//! Stories about embedded and event sub-processes and errors that leave them.
//! Ad-hoc sub-processes are among them.

use serde_json::json;

use super::{Story, flow, line, process, task, then_end};

fn sub(inside: &str, more: &str) -> (&'static str, String) {
    let body = r#"<startEvent id="inner"/>"#.to_owned() + &task("work", "work", "") + &flow("i1", "inner", "work");
    ("sub", format!(r#"<subProcess id="sub">{body}{inside}{}</subProcess>{more}"#, then_end("work")))
}

#[test]
fn a_sub_process_completes_when_nothing_is_left_inside() {
    let mut story = Story::of(&line(&[sub("", "")]));
    let instance = story.start(json!({}));
    assert_eq!(story.elements(instance, "ACTIVE"), ["sub", "work"]);
    let job = story.job("work");
    story.complete(job, json!({ "result": 1 })).expect("open");
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "sub", "inner", "work", "work_end", "done"]);
    assert_eq!(story.variables(instance), json!({ "result": 1 }));
}

#[test]
fn a_nearer_catch_all_beats_an_exact_code_further_out() {
    let outer = format!(
        r#"<boundaryEvent id="outer" attachedToRef="sub"><errorEventDefinition errorRef="refused"/></boundaryEvent>{}"#,
        then_end("outer")
    );
    let inner = format!(
        r#"<boundaryEvent id="near" attachedToRef="work"><errorEventDefinition/></boundaryEvent>{}"#,
        then_end("near")
    );
    let mut story = Story::of(&line(&[sub(&inner, &outer)]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(job, "REFUSED", json!({})).expect("open");
    assert!(story.elements(instance, "COMPLETED").contains(&"near"));

    let mut story = Story::of(&line(&[sub("", &outer)]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(job, "REFUSED", json!({})).expect("open");
    assert_eq!(story.elements(instance, "TERMINATED"), ["sub", "work"]);
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "inner", "outer", "outer_end"]);
}

fn handler(start: &str) -> String {
    let handle = task("handle", "handle", "") + &flow("h1", "event", "handle") + &then_end("handle");
    let inside = format!(r#"<subProcess id="handler" triggeredByEvent="true">{start}{handle}</subProcess>"#);
    line(&[("work", task("work", "work", "") + &inside)])
}

#[test]
fn an_interrupting_event_sub_process_takes_over() {
    let start = r#"<startEvent id="event"><messageEventDefinition messageRef="paid"/></startEvent>"#;
    let mut story = Story::of(&handler(start));
    let instance = story.start(json!({ "order": 1 }));
    story.publish("paid", "1", 0, json!({ "sum": 5 }));
    assert_eq!(story.elements(instance, "TERMINATED"), ["work"]);
    assert_eq!(story.elements(instance, "ACTIVE"), ["handler", "handle"]);
    let job = story.job("handle");
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.state(instance), "COMPLETED");
    assert_eq!(story.variables(instance), json!({ "order": 1, "sum": 5 }));
    assert_eq!(story.waiting(), 0);
}

#[test]
fn a_non_interrupting_one_runs_beside_and_again() {
    let start =
        r#"<startEvent id="event" isInterrupting="false"><signalEventDefinition signalRef="alarm"/></startEvent>"#;
    let mut story = Story::of(&handler(start));
    let instance = story.start(json!({}));
    story.signal("alarm", json!({}));
    story.signal("alarm", json!({}));
    assert_eq!(story.elements(instance, "ACTIVE"), ["work", "handler", "handle", "handler", "handle"]);
    for job in [story.jobs("work"), story.jobs("handle")].concat() {
        story.complete(job, json!({})).expect("open");
    }
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn an_error_is_caught_by_an_event_sub_process_of_its_scope() {
    let start = r#"<startEvent id="event"><errorEventDefinition errorRef="refused"/></startEvent>"#;
    let mut story = Story::of(&handler(start));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(job, "REFUSED", json!({ "why": 1 })).expect("open");
    assert_eq!(story.elements(instance, "ACTIVE"), ["handler", "handle"]);
    let other = story.start(json!({}));
    let job = story.job("work");
    story.throw(job, "OTHER", json!({})).expect("open");
    assert_eq!(story.elements(other, "ACTIVE"), ["work"]);
    assert!(story.incidents()[0].2.contains("Available error events are [REFUSED]"), "{:?}", story.incidents());
}

#[test]
fn cancelling_ends_everything_inside_out() {
    let mut story = Story::of(&line(&[sub("", "")]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.engine.cancel_instance(instance, story.now).expect("it runs");
    assert_eq!(story.elements(instance, "TERMINATED"), ["sub", "work"]);
    assert_eq!((story.state(instance), story.job_state(job).1), ("TERMINATED", "CANCELED"));
}

#[test]
fn an_ad_hoc_sub_process_runs_what_it_is_told() {
    let inside = task("left", "left", "") + &task("right", "right", "");
    let pool = format!(
        r#"<adHocSubProcess id="pool"><extensionElements><zeebe:adHoc activeElementsCollection="=first"/></extensionElements>{inside}
        <completionCondition>=enough</completionCondition></adHocSubProcess>"#
    );
    let mut story = Story::of(&line(&[("pool", pool)]));
    let instance = story.start(json!({ "first": ["left"], "enough": false }));
    assert_eq!(story.elements(instance, "ACTIVE"), ["pool", "pool", "left"]);
    let pool = story.engine.elements.values().find(|e| e.is_ad_hoc()).expect("is there").key;
    story
        .engine
        .activate_ad_hoc(pool, vec![("right".to_owned(), super::document(json!({ "n": 1 })))], false, story.now)
        .expect("known");
    let unknown =
        story.engine.activate_ad_hoc(pool, vec![("middle".to_owned(), super::document(json!({})))], false, story.now);
    assert!(unknown.expect_err("is not there").text.contains("[middle] do not exist"));
    let left = story.job("left");
    story.complete(left, json!({})).expect("open");
    assert_eq!(story.elements(instance, "ACTIVE"), ["pool", "pool", "right"]);
    let right = story.job("right");
    story.complete(right, json!({ "enough": true })).expect("open");
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn what_may_not_stand_inside_is_refused() {
    let start = r#"<startEvent id="event"/>"#;
    let mut story = Story::of(&line(&[sub("", "")]));
    let fault = story.deploy("bad.bpmn", &handler(start)).expect_err("no trigger").detail();
    assert!(
        fault.contains("- Element: event\n    - ERROR: Start events in event subprocesses must be one of"),
        "{fault}"
    );
    let empty = process("order", r#"<startEvent id="s"/><subProcess id="sub"/>"#);
    let fault = story.deploy("bad.bpmn", &empty).expect_err("no start").detail();
    assert!(fault.contains("- Element: sub\n    - ERROR: Must have exactly one start event"), "{fault}");
}
