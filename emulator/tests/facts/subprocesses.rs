//! Embedded and event sub-processes.

use serde_json::json;

use super::model::{ALARM, END, START, activity, event_sub, input, line, message, output, path, process, service};
use super::story::Story;

fn sub(extensions: &str) -> String {
    let inside = path(&[r#"<startEvent id="inner"/>"#, &service("work"), r#"<endEvent id="inner_end"/>"#]);
    activity("subProcess", "sub", extensions, &inside)
}

#[test]
fn a_sub_process_completes_when_nothing_is_active_inside_and_keeps_its_locals() {
    let mut story = Story::of(&line(&[&sub(&input("=1", "local"))]));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "sub ACTIVE", "inner COMPLETED", "work ACTIVE"]);
    story.work("work", json!({ "local": 2, "result": 3 }));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "sub COMPLETED",
            "inner COMPLETED",
            "work COMPLETED",
            "inner_end COMPLETED",
            "end COMPLETED"
        ]
    );
    assert_eq!(story.variables(&instance), json!({ "result": 3 }));
    assert_eq!(story.locals(&instance, "sub"), json!({ "local": 2 }));
}

#[test]
fn output_mappings_of_a_sub_process_see_its_locals() {
    let mappings = r#"<zeebe:ioMapping><zeebe:input source="=1" target="local"/><zeebe:output source="=local" target="out"/></zeebe:ioMapping>"#;
    let mut story = Story::of(&line(&[&sub(mappings)]));
    let instance = story.start(json!({}));
    story.work("work", json!({ "local": 5 }));
    assert_eq!(story.variables(&instance), json!({ "out": 5 }));
}

#[test]
fn an_interrupting_event_sub_process_waits_for_the_end_of_what_it_interrupts() {
    let handler = event_sub("handler", &format!(r#"<startEvent id="event">{}</startEvent>"#, message("paid")));
    let other = event_sub("other", &format!(r#"<startEvent id="rung" isInterrupting="false">{ALARM}</startEvent>"#));
    let mut story = Story::of(&process("order", &(path(&[START, &service("work"), END]) + &handler + &other)));
    let instance = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 0, json!({ "sum": 5 }));
    story.signal("alarm", json!({}));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work TERMINATED", "handler ACTIVE", "event COMPLETED", "handler_work ACTIVE"],
        "the others do not listen any more"
    );
    story.work("handler_work", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.variables(&instance), json!({ "order": "a", "sum": 5 }), "without mappings the payload is merged");
}

#[test]
fn a_payload_is_mapped_into_the_event_sub_process() {
    let mapping = format!("<extensionElements>{}</extensionElements>", output("=sum", "total"));
    let start = format!(r#"<startEvent id="event">{mapping}{}</startEvent>"#, message("paid"));
    let mut story =
        Story::of(&process("order", &(path(&[START, &service("work"), END]) + &event_sub("handler", &start))));
    let instance = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 0, json!({ "sum": 5 }));
    assert_eq!(story.locals(&instance, "event"), json!({ "sum": 5 }));
    assert_eq!(story.variables(&instance), json!({ "order": "a", "total": 5 }));
}

#[test]
fn a_non_interrupting_event_sub_process_starts_many_times_and_is_waited_for() {
    let handler =
        event_sub("handler", &format!(r#"<startEvent id="event" isInterrupting="false">{ALARM}</startEvent>"#));
    let mut story = Story::of(&process("order", &(path(&[START, &service("work"), END]) + &handler)));
    let instance = story.start(json!({}));
    story.signal("alarm", json!({}));
    story.signal("alarm", json!({}));
    story.work("work", json!({}));
    assert_eq!(story.state(&instance), "ACTIVE");
    for job in story.jobs("handler_work") {
        story.complete(&job, json!({}));
    }
    assert_eq!(story.state(&instance), "COMPLETED");
    let begun = story.trail(&instance).iter().filter(|line| *line == "handler COMPLETED").count();
    assert_eq!(begun, 2);
}

#[test]
fn cancelling_goes_inside_out() {
    let mut story = Story::of(&line(&[&sub("")]));
    let instance = story.start(json!({}));
    story.ok(&format!("/process-instances/{instance}/cancellation"), json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "sub TERMINATED", "inner COMPLETED", "work TERMINATED"]);
    let elements = story.elements(&instance);
    assert!(elements[1]["endDate"].as_str() >= elements[3]["endDate"].as_str());
}
