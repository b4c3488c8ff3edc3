//! Stories about messages and signals: who gets them, how often, and for how long they are kept.
//! The order of events inside an instance is told elsewhere.

use serde_json::json;

use super::{Story, line, process, task, then_end};

const PAID: &str = r#"<messageEventDefinition messageRef="paid"/>"#;

fn catching() -> String {
    line(&[("catch", format!(r#"<intermediateCatchEvent id="catch">{PAID}</intermediateCatchEvent>"#))])
}

#[test]
fn a_message_finds_the_instance_of_its_key_and_brings_variables() {
    let mut story = Story::of(&catching());
    let (one, two) = (story.start(json!({ "order": 1 })), story.start(json!({ "order": "2" })));
    story.publish("paid", "2", 0, json!({ "amount": 9 }));
    assert_eq!((story.state(one), story.state(two)), ("ACTIVE", "COMPLETED"));
    assert_eq!(story.variables(two), json!({ "order": "2", "amount": 9 }));
    // A number is compared by its text.
    story.publish("paid", "1", 0, json!({}));
    assert_eq!(story.state(one), "COMPLETED");
}

#[test]
fn a_message_is_kept_for_its_time_and_used_once_by_a_process() {
    let mut story = Story::of(&catching());
    story.publish("paid", "1", 0, json!({}));
    story.publish("paid", "1", 60_000, json!({}));
    let (one, two) = (story.start(json!({ "order": 1 })), story.start(json!({ "order": 1 })));
    assert_eq!((story.state(one), story.state(two)), ("COMPLETED", "ACTIVE"));
    story.publish("paid", "3", 1_000, json!({}));
    story.wait(1_000);
    let late = story.start(json!({ "order": 3 }));
    assert_eq!(story.state(late), "ACTIVE");
}

#[test]
fn one_of_many_that_wait_gets_it_the_first() {
    let mut story = Story::of(&catching());
    let all: Vec<i64> = (0..3).map(|_| story.start(json!({ "order": 1 }))).collect();
    story.publish("paid", "1", 0, json!({}));
    let states: Vec<&str> = all.iter().map(|i| story.state(*i)).collect();
    assert_eq!(states, ["COMPLETED", "ACTIVE", "ACTIVE"]);
}

#[test]
fn correlation_answers_which_instance_took_it_or_that_none_did() {
    let mut story = Story::of(&catching());
    let instance = story.start(json!({ "order": 1 }));
    let correlate = |story: &mut Story, key: &str| {
        story.engine.correlate_message(
            &crate::engine::DEFAULT_TENANT.into(),
            "paid",
            key,
            super::document(json!({})),
            story.now,
        )
    };
    assert_eq!(correlate(&mut story, "1").map(|(_, taken)| taken), Ok(instance));
    let refused = correlate(&mut story, "1").expect_err("nobody waits").detail();
    assert!(refused.contains("name 'paid' and correlation key '1', but none was found."), "{refused}");
}

fn started() -> String {
    let start = r#"<startEvent id="start"><messageEventDefinition messageRef="ordered"/></startEvent>"#;
    let flows = super::flow("a", "start", "work") + &then_end("work");
    process("order", &[start.to_owned(), task("work", "work", ""), flows].concat())
}

#[test]
fn a_second_start_of_the_same_key_waits_until_the_first_is_over() {
    let mut story = Story::of(&started());
    story.publish("ordered", "k", 60_000, json!({ "n": 1 }));
    story.publish("ordered", "k", 60_000, json!({ "n": 2 }));
    story.publish("ordered", "", 0, json!({ "n": 3 }));
    let instances = story.instances();
    assert_eq!(instances.len(), 2);
    assert_eq!(story.variables(instances[0]), json!({ "n": 1 }));
    story.engine.cancel_instance(instances[0], story.now).expect("it runs");
    assert_eq!(story.instances().len(), 3);
    assert_eq!(story.variables(story.instances()[2]), json!({ "n": 2 }));
}

#[test]
fn a_receive_task_waits_and_its_boundary_may_be_faster() {
    let boundary = format!(
        r#"<boundaryEvent id="alarm" attachedToRef="receive"><signalEventDefinition signalRef="alarm"/></boundaryEvent>{}"#,
        then_end("alarm")
    );
    let mut story =
        Story::of(&line(&[("receive", format!(r#"<receiveTask id="receive" messageRef="paid"/>{boundary}"#))]));
    let (one, two) = (story.start(json!({ "order": 1 })), story.start(json!({ "order": 2 })));
    story.publish("paid", "1", 0, json!({}));
    story.signal("alarm", json!({ "why": "fire" }));
    assert_eq!(story.elements(one, "COMPLETED"), ["start", "receive", "done"]);
    assert_eq!(story.elements(two, "COMPLETED"), ["start", "alarm", "alarm_end"]);
    assert_eq!(story.variables(two), json!({ "order": 2, "why": "fire" }));
    assert_eq!(story.waiting(), 0);
}

#[test]
fn a_key_that_is_no_text_or_number_is_an_incident() {
    let mut story = Story::of(&catching());
    story.start(json!({ "order": [1] }));
    let message = "Failed to extract the correlation key for 'order': The value must be either a string or a number, but was \
                   'ARRAY'.";
    assert_eq!(story.incidents()[0].2, message);
}

#[test]
fn a_signal_reaches_all_and_starts_new_ones() {
    let catch =
        r#"<intermediateCatchEvent id="catch"><signalEventDefinition signalRef="alarm"/></intermediateCatchEvent>"#;
    let mut story = Story::of(&line(&[("catch", catch.to_owned())]));
    let waiting: Vec<i64> = (0..2).map(|_| story.start(json!({}))).collect();
    let start = r#"<startEvent id="begin"><signalEventDefinition signalRef="alarm"/></startEvent>"#.to_owned();
    story.deploy("other.bpmn", &process("other", &(start + &then_end("begin")))).expect("good");
    story.signal("alarm", json!({}));
    assert!(waiting.iter().all(|instance| story.state(*instance) == "COMPLETED"));
    assert_eq!(story.instances().len(), 3);
    story.signal("nobody", json!({}));
}

#[test]
fn a_thrown_signal_carries_what_was_mapped() {
    let throw = r#"<intermediateThrowEvent id="throw"><extensionElements><zeebe:ioMapping>
        <zeebe:input source="=n + 1" target="next"/></zeebe:ioMapping></extensionElements>
        <signalEventDefinition signalRef="alarm"/></intermediateThrowEvent>"#;
    let mut story = Story::of(&line(&[("throw", throw.to_owned())]));
    let start = r#"<startEvent id="begin"><signalEventDefinition signalRef="alarm"/></startEvent>"#.to_owned();
    story.deploy("other.bpmn", &process("other", &(start + &then_end("begin")))).expect("good");
    story.start(json!({ "n": 1 }));
    assert_eq!(story.variables(story.instances()[1]), json!({ "next": 2 }));
}
