//! Stories about errors that workers throw.
//! Errors of the system are incidents and told there.

use serde_json::json;

use super::{JobState, Story, flow, process, task};

/// A task with these boundary events, each leading to an end event of its own.
fn caught_by(boundaries: &[(&str, &str)]) -> String {
    let mut elements = [
        r#"<startEvent id="start"/><endEvent id="done"/>"#.to_owned(),
        task("work", "work", ""),
        flow("f1", "start", "work"),
        flow("f2", "work", "done"),
    ]
    .concat();
    for (id, definition) in boundaries {
        elements += &format!(
            r#"<boundaryEvent id="{id}" attachedToRef="work">{definition}</boundaryEvent><endEvent id="{id}_end"/>"#
        );
        elements += &flow(&format!("{id}_flow"), id, &format!("{id}_end"));
    }
    process("order", &elements)
}

const EXACT: (&str, &str) = ("exact", r#"<errorEventDefinition errorRef="refused"/>"#);
const ANY: (&str, &str) = ("any", "<errorEventDefinition/>");

#[test]
fn an_exact_code_beats_a_catch_all() {
    let mut story = Story::of(&caught_by(&[ANY, EXACT]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(job, "REFUSED", json!({})).expect("open");
    assert_eq!(story.elements(instance, "TERMINATED"), ["work"]);
    assert_eq!(
        story.elements(instance, "COMPLETED"),
        ["start", "exact", "exact_end"]
    );
    assert_eq!(
        (story.state(instance), story.job_state(job)),
        ("COMPLETED", (JobState::Gone, "ERROR_THROWN"))
    );

    let instance = story.start(json!({}));
    let job = story.job("work");
    story.throw(job, "OTHER", json!({})).expect("open");
    assert_eq!(
        story.elements(instance, "COMPLETED"),
        ["start", "any", "any_end"]
    );
}

#[test]
fn the_payload_of_an_error_stays_with_the_event_that_catches_it() {
    let mut story = Story::of(&caught_by(&[ANY]));
    let instance = story.start(json!({ "known": 1 }));
    let job = story.job("work");
    story
        .throw(job, "X", json!({ "known": 2, "reason": "late" }))
        .expect("open");
    assert_eq!(story.variables(instance), json!({ "known": 1 }));
    let local = story
        .engine
        .variables
        .by_key
        .values()
        .find(|v| &*v.name == "reason")
        .expect("is kept");
    assert_eq!(&*story.engine.elements[&local.scope].model().id, "any");
}

#[test]
fn an_error_that_nobody_catches_is_an_incident_and_resolving_brings_the_job_back() {
    let mut story = Story::of(&caught_by(&[EXACT]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story
        .throw(job, "OTHER", json!({}))
        .expect("accepted all the same");
    let (key, kind, message) = story.incidents()[0];
    assert_eq!(kind, "UNHANDLED_ERROR_EVENT");
    assert_eq!(
        message,
        "Expected to throw an error event with the code 'OTHER' with message 'why', but it was not caught. \
         Available error events are [REFUSED]"
    );
    assert_eq!(
        (story.job_state(job), story.state(instance)),
        ((JobState::ErrorThrown, "ERROR_THROWN"), "ACTIVE")
    );
    assert!(
        story
            .throw(job, "OTHER", json!({}))
            .is_err_and(|r| r.text.ends_with("but it is in state 'ERROR_THROWN'"))
    );
    story
        .engine
        .resolve_incident(key, story.now)
        .expect("is open");
    assert_eq!(story.job("work"), job);
}

#[test]
fn an_end_event_can_throw() {
    let elements = [
        r#"<startEvent id="start"/><endEvent id="bad"><errorEventDefinition errorRef="broken"/></endEvent>"#.to_owned(),
        flow("f1", "start", "bad"),
    ];
    let mut story = Story::of(&process("order", &elements.concat()));
    let instance = story.start(json!({}));
    let (_, kind, message) = story.incidents()[0];
    assert_eq!(
        (kind, story.elements(instance, "ACTIVE")),
        ("UNHANDLED_ERROR_EVENT", vec!["bad"])
    );
    assert!(
        message.ends_with(
            "'BROKEN', but it was not caught. No error events are available in the scope."
        ),
        "{message}"
    );
}

#[test]
fn long_messages_are_cut() {
    let mut story = Story::of(&caught_by(&[]));
    story.start(json!({}));
    let job = story.job("work");
    let message = "é".repeat(10_001);
    let command = super::FailJob {
        message,
        ..super::FailJob::default()
    };
    story
        .engine
        .fail_job(job, command, story.now)
        .expect("open");
    let (_, _, kept) = story.incidents()[0];
    assert_eq!(
        (kept.chars().count(), kept.ends_with("é...")),
        (10_003, true)
    );
}
