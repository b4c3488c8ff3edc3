//! Stories about variables: where results of work end up.
//! How searches show them is tested over a socket.

use serde_json::json;

use super::{Story, one_task};

#[test]
fn results_without_a_mapping_go_to_the_process() {
    let mut story = Story::of(&one_task(""));
    let instance = story.start(json!({ "a": 1 }));
    let job = story.job("work");
    story
        .complete(job, json!({ "a": 2, "b": { "c": null } }))
        .expect("open");
    assert_eq!(
        story.variables(instance),
        json!({ "a": 2, "b": { "c": null } })
    );
}

#[test]
fn an_input_mapping_makes_a_local_that_a_result_of_the_same_name_does_not_leave() {
    let inputs = r#"<zeebe:ioMapping><zeebe:input source="=order.id" target="x"/><zeebe:input source="5" target="n.m"/></zeebe:ioMapping>"#;
    let mut story = Story::of(&one_task(inputs));
    let instance = story.start(json!({ "order": { "id": 7 } }));
    let job = story.job("work");
    let element = story.engine.jobs.all[&job].element;
    let seen = story.engine.visible(element, &[]);
    assert_eq!(
        serde_json::Value::Object(seen),
        json!({ "order": { "id": 7 }, "x": 7, "n": { "m": 5 } })
    );
    story
        .complete(job, json!({ "x": 18, "other": 1 }))
        .expect("open");
    assert_eq!(
        story.variables(instance),
        json!({ "order": { "id": 7 }, "other": 1 })
    );
    assert_eq!(
        story.engine.variables.find(element, "x").map(|v| &v.value),
        Some(&json!(18))
    );
}

#[test]
fn with_an_output_mapping_only_what_is_mapped_leaves() {
    let outputs = r#"<zeebe:ioMapping><zeebe:output source="=total" target="invoice.total"/><zeebe:output source="=nothing" target="gone"/></zeebe:ioMapping>"#;
    let mut story = Story::of(&one_task(outputs));
    let instance = story.start(json!({ "invoice": { "id": 1 } }));
    let job = story.job("work");
    story
        .complete(job, json!({ "total": 9.5, "secret": true }))
        .expect("open");
    assert_eq!(
        story.variables(instance),
        json!({ "invoice": { "id": 1, "total": 9.5 }, "gone": null })
    );
}

#[test]
fn variables_of_a_failure_are_seen_by_the_next_attempt_only() {
    let mut story = Story::of(&one_task(""));
    let instance = story.start(json!({}));
    let job = story.job("work");
    let command = super::FailJob {
        retries: 1,
        variables: super::document(json!({ "attempt": 1 })),
        ..super::FailJob::default()
    };
    story
        .engine
        .fail_job(job, command, story.now)
        .expect("open");
    let element = story.engine.jobs.all[&job].element;
    assert_eq!(
        story.engine.visible(element, &["attempt".to_owned()]),
        super::document(json!({ "attempt": 1 }))
    );
    assert_eq!(story.job("work"), job);
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.variables(instance), json!({}));
}

#[test]
fn a_changed_variable_keeps_its_key() {
    let mut story = Story::of(&one_task(""));
    let instance = story.start(json!({ "a": 1 }));
    let key = story.engine.variables.find(instance, "a").map(|v| v.key);
    let element = story.engine.instances[&instance].elements[1];
    story
        .engine
        .set_variables(
            element,
            super::document(json!({ "a": 2 })),
            false,
            story.now,
        )
        .expect("alive");
    let variable = story
        .engine
        .variables
        .find(instance, "a")
        .expect("is there");
    assert_eq!((Some(variable.key), &variable.value), (key, &json!(2)));
    story
        .engine
        .set_variables(element, super::document(json!({ "a": 3 })), true, story.now)
        .expect("alive");
    assert_eq!(story.variables(instance), json!({ "a": 2 }));
}

#[test]
fn variables_of_what_has_ended_cannot_be_set() {
    let mut story = Story::of(&one_task(""));
    let refused =
        story
            .engine
            .set_variables(99, super::document(json!({ "a": 2 })), false, story.now);
    let text =
        "Expected to update variables for element with key '99', but no such element was found";
    assert_eq!(refused.err().map(|r| r.text).as_deref(), Some(text));
}
