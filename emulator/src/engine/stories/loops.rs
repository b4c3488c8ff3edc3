//! Stories about multi-instance activities, parallel and sequential.
//! What runs many times is a service task or a sub-process.

use serde_json::json;

use super::{Story, line, task, then_end};

fn each(sequential: bool, more: &str, condition: &str) -> String {
    let loops = format!(
        r#"<multiInstanceLoopCharacteristics isSequential="{sequential}"><extensionElements>
        <zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=result"/>
        </extensionElements>{condition}</multiInstanceLoopCharacteristics>"#
    );
    let work = task("work", "work", "").replace("</serviceTask>", &format!("{loops}</serviceTask>"));
    line(&[("work", work + more)])
}

#[test]
fn outputs_come_in_the_order_of_the_inputs() {
    let mut story = Story::of(&each(false, "", ""));
    let instance = story.start(json!({ "items": [1, 2, 3] }));
    let body = story.engine.elements.values().find(|e| e.element_type() == "MULTI_INSTANCE_BODY").expect("is there");
    assert_eq!(&*body.model().id, "work");
    let mut jobs = story.jobs("work");
    assert_eq!(jobs.len(), 3);
    jobs.reverse();
    for (place, job) in jobs.into_iter().enumerate() {
        story.complete(job, json!({ "result": place })).expect("open");
    }
    assert_eq!(story.variables(instance)["results"], json!([2, 1, 0]));
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn one_after_the_other_counts_from_one() {
    let mut story = Story::of(&each(true, "", ""));
    let instance = story.start(json!({ "items": ["a", "b"] }));
    for (counter, item) in [(1, "a"), (2, "b")] {
        let job = story.job("work");
        let element = story.engine.jobs.all[&job].element;
        let seen = story.engine.visible(element, &[]);
        assert_eq!((&seen["loopCounter"], &seen["item"]), (&json!(counter), &json!(item)));
        story.complete(job, json!({ "result": item })).expect("open");
    }
    assert_eq!(story.variables(instance)["results"], json!(["a", "b"]));
}

#[test]
fn nothing_is_an_incident_and_an_empty_list_is_done() {
    let mut story = Story::of(&each(false, "", ""));
    let empty = story.start(json!({ "items": [] }));
    assert_eq!(story.variables(empty), json!({ "items": [], "results": [] }));
    assert_eq!(story.state(empty), "COMPLETED");
    let null = story.start(json!({ "items": null }));
    assert_eq!(story.incidents()[0].2, "Expected result of the expression 'items' to be 'ARRAY', but was 'NULL'.");
    story.engine.set_variables(null, super::document(json!({ "items": [1] })), false, story.now).expect("lives");
    let incident = story.incidents()[0].0;
    story.engine.resolve_incident(incident, story.now).expect("open");
    assert_eq!(story.jobs("work").len(), 1);
}

#[test]
fn a_condition_that_holds_ends_the_rest() {
    let condition = "<completionCondition>=numberOfCompletedInstances &gt;= 2</completionCondition>";
    let mut story = Story::of(&each(false, "", condition));
    let instance = story.start(json!({ "items": [1, 2, 3] }));
    for job in story.jobs("work").into_iter().take(2) {
        story.complete(job, json!({ "result": 7 })).expect("open");
    }
    assert_eq!(story.variables(instance)["results"], json!([7, 7, null]));
    assert_eq!(story.elements(instance, "TERMINATED"), ["work"]);
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn an_interrupting_boundary_event_ends_all_of_them() {
    let boundary = r#"<boundaryEvent id="late" attachedToRef="work"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></boundaryEvent>"#;
    let mut story = Story::of(&each(false, &(boundary.to_owned() + &then_end("late")), ""));
    let instance = story.start(json!({ "items": [1, 2] }));
    story.wait(1_000);
    assert_eq!(story.elements(instance, "TERMINATED"), ["work", "work", "work"]);
    assert_eq!(story.state(instance), "COMPLETED");
    assert_eq!(story.variables(instance), json!({ "items": [1, 2] }));
}

#[test]
fn an_error_of_one_of_them_is_caught_for_all() {
    let boundary = r#"<boundaryEvent id="caught" attachedToRef="work"><errorEventDefinition/></boundaryEvent>"#;
    let mut story = Story::of(&each(false, &(boundary.to_owned() + &then_end("caught")), ""));
    let instance = story.start(json!({ "items": [1, 2] }));
    let jobs = story.jobs("work");
    story.throw(jobs[1], "X", json!({})).expect("open");
    assert_eq!(story.elements(instance, "TERMINATED").len(), 3);
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "caught", "caught_end"]);
}
