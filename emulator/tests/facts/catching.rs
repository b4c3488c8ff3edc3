//! Boundary and conditional events.

use serde_json::json;

use super::model::{
    ALARM, BESIDE, END, START, boundary, catch, event_sub, line, message, output, path, process, service, service_with,
};
use super::story::Story;

const LARGE: &str = "<conditionalEventDefinition><condition>=amount &gt; 100</condition></conditionalEventDefinition>";

fn beside(attributes: &str, definition: &str) -> String {
    process("order", &(path(&[START, &service("work"), END]) + &boundary("event", "work", attributes, definition)))
}

#[test]
fn an_interrupting_boundary_event_ends_the_activity_before_it_begins() {
    let mut story = Story::of(&beside("", &message("paid")));
    let instance = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 60_000, json!({ "sum": 5 }));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work TERMINATED", "event COMPLETED", "event_end COMPLETED"]
    );
    assert_eq!(story.variables(&instance), json!({ "order": "a", "sum": 5 }));
    assert_eq!(story.shown_job(&instance, "work")["state"], "CANCELED");
    assert_eq!(story.search("message-subscriptions", json!({})), Vec::<serde_json::Value>::new());
}

#[test]
fn a_non_interrupting_one_runs_beside_and_each_time_anew() {
    let mut story = Story::of(&beside(BESIDE, ALARM));
    let instance = story.start(json!({}));
    story.signal("alarm", json!({ "n": 1 }));
    story.signal("alarm", json!({ "n": 2 }));
    let fired = ["event COMPLETED", "event_end COMPLETED"];
    let mut expected = vec!["start COMPLETED", "work ACTIVE"];
    expected.extend([fired, fired].concat());
    assert_eq!(story.trail(&instance), expected);
    story.work("work", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn a_payload_is_local_to_the_event_where_it_has_output_mappings() {
    let mapping = format!("<extensionElements>{}</extensionElements>", output("=sum", "total"));
    let mut story = Story::of(&beside("", &format!("{mapping}{}", message("paid"))));
    let instance = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 0, json!({ "sum": 5, "noise": 1 }));
    assert_eq!(story.variables(&instance), json!({ "order": "a", "total": 5 }));
    assert_eq!(story.locals(&instance, "event"), json!({ "sum": 5, "noise": 1 }));
}

#[test]
fn a_key_is_evaluated_once_when_the_subscription_opens() {
    let mut story = Story::of(&line(&[&catch("wait", &message("paid"))]));
    let instance = story.start(json!({ "order": "before" }));
    story.set_variables(&instance, json!({ "order": "after" }));
    story.publish("paid", "after", 0, json!({}));
    assert_eq!(story.state(&instance), "ACTIVE");
    story.publish("paid", "before", 0, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn a_condition_that_holds_already_fires_at_once() {
    let mut story = Story::of(&line(&[&catch("wait", LARGE)]));
    let instance = story.start(json!({ "amount": 101 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "wait COMPLETED", "end COMPLETED"]);
}

#[test]
fn a_condition_is_judged_once_for_a_write_and_only_for_its_variables() {
    let mut story = Story::of(&beside(BESIDE, LARGE));
    let instance = story.start(json!({ "amount": 1 }));
    story.set_variables(&instance, json!({ "amount": 200, "other": 1 }));
    story.set_variables(&instance, json!({ "other": 2 }));
    let fired = story.trail(&instance).iter().filter(|line| *line == "event COMPLETED").count();
    assert_eq!(fired, 1);
}

#[test]
fn an_interrupting_condition_ends_further_judging_and_the_activitys_own_outputs_do_not_trigger_it() {
    let second = boundary("second", "work", "", LARGE);
    let all = path(&[START, &service("work"), END]) + &boundary("event", "work", "", LARGE) + &second;
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({ "amount": 1 }));
    story.set_variables(&instance, json!({ "amount": 200 }));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work TERMINATED", "event COMPLETED", "event_end COMPLETED"]
    );

    let task = service_with("work", &output("=500", "amount"));
    let model = process("order", &(path(&[START, &task, END]) + &boundary("event", "work", "", LARGE)));
    let mut story = Story::of(&model);
    let instance = story.start(json!({ "amount": 1 }));
    story.work("work", json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "amount": 500 }));
}

#[test]
fn a_conditional_start_event_starts_only_when_asked_to_evaluate() {
    let start = format!(r#"<startEvent id="start">{LARGE}</startEvent>"#);
    let mut story = Story::of(&process("order", &path(&[&start, &service("work"), END])));
    assert_eq!(story.instances("order"), Vec::<String>::new());
    let small = story.ok("/conditionals/evaluation", json!({ "variables": { "amount": 1 } }));
    assert_eq!(small["processInstances"], json!([]));
    story.ok("/conditionals/evaluation", json!({ "variables": { "amount": 200 } }));
    let started = story.instances("order");
    assert_eq!(story.variables(&started[0]), json!({ "amount": 200 }));
    assert_eq!(story.trail(&started[0]), ["start COMPLETED", "work ACTIVE"]);
}

#[test]
fn a_conditional_event_sub_process_takes_over() {
    let handler = event_sub("handler", &format!(r#"<startEvent id="event">{LARGE}</startEvent>"#));
    let mut story = Story::of(&process("order", &(path(&[START, &service("work"), END]) + &handler)));
    let instance = story.start(json!({ "amount": 1 }));
    story.set_variables(&instance, json!({ "amount": 200 }));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work TERMINATED", "handler ACTIVE", "event COMPLETED", "handler_work ACTIVE"]
    );
}
