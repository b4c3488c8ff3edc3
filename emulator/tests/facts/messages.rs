//! Messages and signals: whom they reach, and how long they are kept.

use serde_json::json;

use super::model::{ALARM, END, START, boundary, catch, input, line, message, path, process, service, service_with};
use super::story::Story;

/// Waits for the message `paid` with the key `order`.
fn waiting(id: &str) -> String {
    process(id, &path(&[START, &catch("wait", &message("paid")), END]))
}

/// Started by the message `ordered`, then a task.
fn started(id: &str) -> String {
    let start = format!(r#"<startEvent id="start">{}</startEvent>"#, message("ordered"));
    process(id, &path(&[&start, &service("work"), END]))
}

#[test]
fn fact_29_the_key_of_a_boundary_message_ignores_the_activitys_own_variables() {
    let task = service_with("work", &input("=&quot;inner&quot;", "order"));
    let model = path(&[START, &task, END]) + &boundary("told", "work", "", &message("paid"));
    let mut story = Story::of(&process("order", &model));
    let instance = story.start(json!({ "order": "outer" }));
    story.publish("paid", "inner", 0, json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work ACTIVE"]);
    story.publish("paid", "outer", 0, json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work TERMINATED", "told COMPLETED", "told_end COMPLETED"]);
}

#[test]
fn fact_30_a_message_stays_in_the_buffer_after_it_was_correlated() {
    let mut story = Story::of(&waiting("order"));
    story.deploy(&[("other.bpmn", &waiting("other"))]);
    let first = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 60_000, json!({ "sum": 5 }));
    assert_eq!(story.state(&first), "COMPLETED");
    let other = story.start_of("other", json!({ "order": "a" }));
    assert_eq!(story.state(&other), "COMPLETED", "another process has it as well");
    assert_eq!(story.variables(&other), json!({ "order": "a", "sum": 5 }));
    let second = story.start(json!({ "order": "a" }));
    assert_eq!(story.trail(&second), ["start COMPLETED", "wait ACTIVE"], "the same process has it once");
    story.wait_seconds(61);
    story.deploy(&[("third.bpmn", &waiting("third"))]);
    let third = story.start_of("third", json!({ "order": "a" }));
    assert_eq!(story.state(&third), "ACTIVE", "its time is over");
}

#[test]
fn fact_31_of_ten_that_wait_one_takes_the_message() {
    let mut story = Story::of(&waiting("order"));
    let all: Vec<String> = (0..10).map(|_| story.start(json!({ "order": "a" }))).collect();
    story.publish("paid", "a", 60_000, json!({}));
    let states: Vec<String> = all.iter().map(|instance| story.state(instance)).collect();
    assert_eq!(states[0], "COMPLETED", "the one that waits longest");
    assert!(states[1..].iter().all(|state| state == "ACTIVE"), "{states:?}");
}

#[test]
fn fact_32_a_number_is_compared_as_text() {
    let mut story = Story::of(&waiting("order"));
    for order in [json!(123), json!("123"), json!(123.9)] {
        let instance = story.start(json!({ "order": order }));
        story.publish("paid", "123", 0, json!({}));
        assert_eq!(story.state(&instance), "COMPLETED", "{order}");
    }
    let wrong = story.start(json!({ "order": true }));
    assert_eq!(
        story.incident(&wrong),
        (
            "wait".into(),
            "EXTRACT_VALUE_ERROR".into(),
            "Failed to extract the correlation key for 'order': The value must be either a string or a number, but was \
             'BOOLEAN'."
                .into()
        )
    );
}

#[test]
fn fact_33_a_second_start_of_the_same_key_waits_for_the_end_of_the_first() {
    let mut story = Story::of(&started("order"));
    for sum in [1, 2] {
        story.publish("ordered", "a", 3_600_000, json!({ "sum": sum }));
    }
    let running = story.instances("order");
    assert_eq!(running.len(), 1);
    story.work("work", json!({}));
    let both = story.instances("order");
    assert_eq!(both.len(), 2);
    assert_eq!(story.variables(&both[1]), json!({ "sum": 2 }));
    assert_eq!(story.trail(&both[1]), ["start COMPLETED", "work ACTIVE"]);
    // Without a key nothing waits.
    story.publish("ordered", "", 0, json!({}));
    story.publish("ordered", "", 0, json!({}));
    assert_eq!(story.instances("order").len(), 4);
}

#[test]
fn fact_34_the_id_of_a_message_is_free_again_when_it_has_expired() {
    let mut story = Story::empty();
    let body = json!({ "name": "paid", "correlationKey": "a", "messageId": "m1", "timeToLive": 30_000 });
    story.ok("/messages/publication", body.clone());
    let (status, reason) = story.refused("/messages/publication", body.clone());
    assert_eq!(
        (status, reason.as_str()),
        (409, "Expected to publish a new message with id 'm1', but a message with that id was already published")
    );
    let other = json!({ "name": "paid", "correlationKey": "b", "messageId": "m1", "timeToLive": 30_000 });
    story.ok("/messages/publication", other);
    // Expired messages are removed by a check each minute: the next full one is 40 s after the beginning.
    story.wait_seconds(31);
    assert_eq!(story.refused("/messages/publication", body.clone()).0, 409);
    story.wait_seconds(9);
    story.ok("/messages/publication", body);
    // What is not kept keeps no id.
    let unkept = json!({ "name": "paid", "messageId": "m2" });
    story.ok("/messages/publication", unkept.clone());
    story.ok("/messages/publication", unkept);
}

#[test]
fn fact_35_a_signal_reaches_all_that_wait_and_is_never_kept() {
    let start = format!(r#"<startEvent id="start">{ALARM}</startEvent>"#);
    let mut story = Story::of(&line(&[&catch("wait", ALARM)]));
    let unheard = story.ok("/signals/broadcast", json!({ "signalName": "alarm" }));
    assert!(unheard["signalKey"].is_string(), "nobody listens, and it succeeds");
    story.deploy(&[("rung.bpmn", &process("rung", &path(&[&start, END])))]);
    let waiting: Vec<String> = (0..3).map(|_| story.start(json!({}))).collect();
    story.signal("alarm", json!({ "loud": true }));
    for instance in waiting {
        assert_eq!(story.trail(&instance), ["start COMPLETED", "wait COMPLETED", "end COMPLETED"]);
        assert_eq!(story.variables(&instance), json!({ "loud": true }));
    }
    let rung = story.instances("rung");
    assert_eq!(rung.len(), 1);
    assert_eq!(story.variables(&rung[0]), json!({ "loud": true }));
    let late = story.start(json!({}));
    assert_eq!(story.state(&late), "ACTIVE");
}

#[test]
fn two_catch_events_in_a_row_need_two_messages_and_take_them_in_order() {
    let model = line(&[&catch("first", &message("paid")), &catch("second", &message("paid"))]);
    let mut story = Story::of(&model);
    story.publish("paid", "a", 60_000, json!({ "n": 1 }));
    let instance = story.start(json!({ "order": "a" }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "first COMPLETED", "second ACTIVE"]);
    story.publish("paid", "a", 60_000, json!({ "n": 2 }));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.variables(&instance), json!({ "order": "a", "n": 2 }));
}

#[test]
fn correlation_is_answered_by_who_took_it_and_is_never_kept() {
    let mut story = Story::of(&waiting("order"));
    let (status, reason) = story.refused("/messages/correlation", json!({ "name": "paid", "correlationKey": "a" }));
    assert_eq!(
        (status, reason.as_str()),
        (
            404,
            "Expected to find subscription for message with name 'paid' and correlation key 'a', but none was found."
        )
    );
    let instance = story.start(json!({ "order": "a" }));
    assert_eq!(story.state(&instance), "ACTIVE");
    let answer = story.ok("/messages/correlation", json!({ "name": "paid", "correlationKey": "a" }));
    assert_eq!(answer["processInstanceKey"], instance);
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn a_message_goes_to_those_that_wait_before_it_starts_anything() {
    let start = format!(r#"<startEvent id="started">{}</startEvent>"#, message("paid"));
    let both = path(&[START, &catch("wait", &message("paid")), END]) + &start + &super::model::flow("started", "wait");
    let mut story = Story::of(&process("order", &both));
    let instance = story.start(json!({ "order": "a" }));
    story.publish("paid", "a", 0, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.instances("order").len(), 1, "a process that was served is not started by the same message");
}
