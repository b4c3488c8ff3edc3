//! Errors and escalations, and who catches them.

use serde_json::json;

use super::model::{
    ANY_ERROR, BESIDE, END, START, boundary, error, escalation, event_sub, line, output, path, process, service,
};
use super::story::Story;

/// A sub-process `sub` with a task `work` and more inside, and more outside.
fn nested(inside: &str, outside: &str) -> String {
    let inner = path(&[r#"<startEvent id="inner"/>"#, &service("work"), r#"<endEvent id="inner_end"/>"#]);
    let sub = format!(r#"<subProcess id="sub">{inner}{inside}</subProcess>"#);
    process("order", &(path(&[START, &sub, END]) + outside))
}

#[test]
fn fact_13_variables_of_an_error_stay_with_the_event_unless_mapped() {
    let plain = path(&[START, &service("work"), END]) + &boundary("caught", "work", "", &error("refused"));
    let mut story = Story::of(&process("order", &plain));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "REFUSED", json!({ "reason": "broke" }));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work TERMINATED", "caught COMPLETED", "caught_end COMPLETED"]
    );
    assert_eq!(story.variables(&instance), json!({}));
    assert_eq!(story.locals(&instance, "caught"), json!({ "reason": "broke" }));

    let mapping = format!("<extensionElements>{}</extensionElements>", output("=reason", "why"));
    let mapped = path(&[START, &service("work"), END])
        + &boundary("caught", "work", "", &format!("{mapping}{}", error("refused")));
    let mut story = Story::of(&process("order", &mapped));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "REFUSED", json!({ "reason": "broke" }));
    assert_eq!(story.variables(&instance), json!({ "why": "broke" }));
}

#[test]
fn variables_of_messages_do_leave_their_boundary_event() {
    let model =
        path(&[START, &service("work"), END]) + &boundary("told", "work", BESIDE, &super::model::message("paid"));
    let mut story = Story::of(&process("order", &model));
    let instance = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 0, json!({ "sum": 5 }));
    assert_eq!(story.variables(&instance), json!({ "order": "a", "sum": 5 }));
}

#[test]
fn fact_14_a_nearer_catch_all_beats_an_exact_code_and_beside_it_the_code_wins() {
    let outer = boundary("outer", "sub", "", &error("refused"));
    let near = boundary("near", "work", "", ANY_ERROR);
    let mut story = Story::of(&nested(&near, &outer));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "REFUSED", json!({}));
    assert!(story.trail(&instance).contains(&"near COMPLETED".to_owned()));

    let both = boundary("any", "work", "", ANY_ERROR) + &boundary("exact", "work", "", &error("refused"));
    let mut story = Story::of(&nested(&both, ""));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "REFUSED", json!({}));
    assert!(story.trail(&instance).contains(&"exact COMPLETED".to_owned()));
}

#[test]
fn fact_15_an_uncaught_escalation_is_silent_and_an_uncaught_error_is_not() {
    let throw = format!(r#"<intermediateThrowEvent id="throw">{}</intermediateThrowEvent>"#, escalation("late"));
    let mut story = Story::of(&line(&[&throw]));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "throw COMPLETED", "end COMPLETED"]);
    assert_eq!(story.incidents(&instance), []);

    let failing = format!(r#"<endEvent id="broken_end">{}</endEvent>"#, error("broken"));
    let mut story = Story::of(&process("order", &path(&[START, &failing])));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "broken_end ACTIVE"]);
    let (element, kind, message) = story.incident(&instance);
    assert_eq!((element.as_str(), kind.as_str()), ("broken_end", "UNHANDLED_ERROR_EVENT"));
    assert_eq!(
        message,
        "Expected to throw an error event with the code 'BROKEN', but it was not caught. No error events are available in \
         the scope."
    );
}

#[test]
fn an_error_is_looked_for_scope_by_scope_outwards_and_available_codes_are_told() {
    let mut story = Story::of(&nested("", &boundary("outer", "sub", "", &error("refused"))));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "REFUSED", json!({}));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "sub TERMINATED",
            "inner COMPLETED",
            "work TERMINATED",
            "outer COMPLETED",
            "outer_end COMPLETED"
        ]
    );
    let other = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "OTHER", json!({}));
    let (.., message) = story.incident(&other);
    assert_eq!(
        message,
        "Expected to throw an error event with the code 'OTHER' with message 'why', but it was not caught. Available error \
         events are [REFUSED]"
    );
    assert_eq!(story.shown_job(&other, "work")["state"], "ERROR_THROWN");
    // Resolving brings the job back with its retries.
    story.resolve(&other);
    assert_eq!(story.job("work")["retries"], 3);
}

#[test]
fn an_uncaught_error_of_an_end_event_is_thrown_again_by_resolving() {
    let failing = format!(r#"<endEvent id="broken_end">{}</endEvent>"#, error("broken"));
    let mut story = Story::of(&process("order", &path(&[START, &failing])));
    let instance = story.start(json!({}));
    let first = story.search("incidents", json!({ "processInstanceKey": instance }))[0]["incidentKey"].clone();
    story.resolve(&instance);
    let open = story.search("incidents", json!({ "processInstanceKey": instance, "state": "ACTIVE" }));
    assert_eq!(open.len(), 1);
    assert_ne!(open[0]["incidentKey"], first);
}

#[test]
fn a_scope_that_is_interrupted_already_catches_nothing_more() {
    let handler =
        event_sub("handler", r#"<startEvent id="event"><errorEventDefinition errorRef="refused"/></startEvent>"#);
    let mut story = Story::of(&nested(&handler, &boundary("outer", "sub", "", ANY_ERROR)));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(&job, "REFUSED", json!({}));
    let job = story.job("handler_work");
    story.throw(&job, "REFUSED", json!({}));
    let trail = story.trail(&instance);
    assert_eq!(
        trail[4..],
        ["handler TERMINATED", "event COMPLETED", "handler_work TERMINATED", "outer COMPLETED", "outer_end COMPLETED"]
    );
}

#[test]
fn escalations_go_outwards_and_end_what_they_interrupt() {
    let throw = format!(r#"<intermediateThrowEvent id="throw">{}</intermediateThrowEvent>"#, escalation("late"));
    let inner = path(&[r#"<startEvent id="inner"/>"#, &throw, r#"<endEvent id="inner_end"/>"#]);
    let sub = format!(r#"<subProcess id="sub">{inner}</subProcess>"#);
    let model = |attributes: &str| {
        process("order", &(path(&[START, &sub, END]) + &boundary("told", "sub", attributes, &escalation("late"))))
    };
    let mut story = Story::of(&model(""));
    let instance = story.start(json!({}));
    let told = ["told COMPLETED", "told_end COMPLETED"];
    let before = ["start COMPLETED", "sub TERMINATED", "inner COMPLETED", "throw TERMINATED"];
    assert_eq!(story.trail(&instance), [&before[..], &told[..]].concat());

    let mut story = Story::of(&model(BESIDE));
    let instance = story.start(json!({}));
    let mut trail = story.trail(&instance);
    trail.sort();
    let mut all =
        ["start", "sub", "inner", "throw", "inner_end", "told", "told_end", "end"].map(|id| format!("{id} COMPLETED"));
    all.sort();
    assert_eq!(trail, all);
}
