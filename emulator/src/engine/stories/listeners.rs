//! Stories about execution listeners: jobs before and after the work of an element.
//! Task listeners are told with user tasks.

use serde_json::json;

use super::{Story, one_task};

const BOTH: &str = r#"<zeebe:executionListeners>
    <zeebe:executionListener eventType="start" type="before"/><zeebe:executionListener eventType="start" type="before2" retries="1"/>
    <zeebe:executionListener eventType="end" type="after"/></zeebe:executionListeners>"#;

#[test]
fn listeners_are_heard_one_by_one_around_the_work() {
    let mut story = Story::of(&one_task(BOTH));
    let instance = story.start(json!({}));
    assert!(story.jobs("work").is_empty());
    let before = story.job("before");
    assert_eq!(story.engine.jobs.all[&before].kind(), "EXECUTION_LISTENER");
    story.complete(before, json!({ "seen": 1 })).expect("open");
    let before = story.job("before2");
    story.complete(before, json!({})).expect("open");
    let work = story.job("work");
    assert_eq!(story.engine.visible(story.engine.jobs.all[&work].element, &[])["seen"], 1);
    story.complete(work, json!({ "done": true })).expect("open");
    assert_eq!(story.elements(instance, "ACTIVE"), ["work"]);
    let after = story.job("after");
    story.complete(after, json!({ "after": true })).expect("open");
    assert_eq!(story.variables(instance), json!({ "done": true, "after": true }));
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn a_listener_without_retries_is_an_incident_and_may_not_throw() {
    let mut story = Story::of(&one_task(BOTH));
    story.start(json!({}));
    let job = story.job("before");
    let refused = story.throw(job, "X", json!({})).expect_err("listeners do not throw").text;
    assert!(refused.starts_with("Cannot throw BPMN error from EXECUTION_LISTENER job with key"), "{refused}");
    story.fail(job, 0, 0).expect("open");
    assert_eq!(story.incidents()[0].1, "EXECUTION_LISTENER_NO_RETRIES");
}
