//! Stories about call activities: variables down and up, errors, incidents and cancelling through them.
//! The called process is one task.

use serde_json::json;

use super::{Story, line, one_task, task, then_end};

fn calling(attributes: &str, more: &str) -> String {
    let call = format!(
        r#"<callActivity id="call"><extensionElements><zeebe:calledElement processId="child" {attributes}/></extensionElements></callActivity>{more}"#
    );
    line(&[("call", call)])
}

fn story(attributes: &str, more: &str) -> Story {
    let mut story = Story::of(&calling(attributes, more));
    let child = one_task("").replace(r#"<process id="order""#, r#"<process id="child""#);
    story.deploy("child.bpmn", &child).expect("good");
    story
}

#[test]
fn variables_go_down_and_come_up() {
    let mut story = story("", "");
    let parent = story.start(json!({ "n": 1 }));
    let child = story.instances()[1];
    assert_eq!(story.variables(child), json!({ "n": 1 }));
    let job = story.job("work");
    story.complete(job, json!({ "made": 2 })).expect("open");
    assert_eq!((story.state(child), story.state(parent)), ("COMPLETED", "COMPLETED"));
    assert_eq!(story.variables(parent), json!({ "n": 1, "made": 2 }));
}

#[test]
fn nothing_goes_where_it_is_not_wanted() {
    let mut story = story(r#"propagateAllParentVariables="false" propagateAllChildVariables="false""#, "");
    let parent = story.start(json!({ "n": 1 }));
    assert_eq!(story.variables(story.instances()[1]), json!({}));
    let job = story.job("work");
    story.complete(job, json!({ "made": 2 })).expect("open");
    assert_eq!(story.variables(parent), json!({ "n": 1 }));
}

#[test]
fn an_error_of_the_called_process_is_caught_by_the_caller() {
    let boundary =
        r#"<boundaryEvent id="caught" attachedToRef="call"><errorEventDefinition errorRef="refused"/></boundaryEvent>"#;
    let mut story = story("", &(boundary.to_owned() + &then_end("caught")));
    let parent = story.start(json!({}));
    let child = story.instances()[1];
    let job = story.job("work");
    story.throw(job, "REFUSED", json!({})).expect("open");
    assert_eq!((story.state(child), story.state(parent)), ("TERMINATED", "COMPLETED"));
    assert_eq!(story.elements(parent, "COMPLETED"), ["start", "caught", "caught_end"]);
}

#[test]
fn a_child_is_cancelled_through_its_root_and_its_incidents_show_there() {
    let mut story = story("", "");
    let parent = story.start(json!({}));
    let child = story.instances()[1];
    let job = story.job("work");
    story.fail(job, 0, 0).expect("open");
    assert_eq!(story.engine.instances[&parent].open_incidents, 1);
    let refused = story.engine.cancel_instance(child, story.now).expect_err("a child");
    assert!(refused.text.ends_with(&format!("Cancel the root process instance '{parent}' instead.")), "{refused:?}");
    story.engine.cancel_instance(parent, story.now).expect("it runs");
    assert_eq!((story.state(child), story.state(parent)), ("TERMINATED", "TERMINATED"));
    assert_eq!((story.engine.instances[&parent].open_incidents, story.incidents().len()), (0, 0));
}

#[test]
fn what_is_not_deployed_is_an_incident_and_endless_depth_as_well() {
    let mut story = Story::of(&calling("", ""));
    story.start(json!({}));
    let (incident, kind, message) = story.incidents()[0];
    assert_eq!(kind, "CALLED_ELEMENT_ERROR");
    assert_eq!(message, "Expected process with BPMN process id 'child' to be deployed, but not found.");
    let itself = line(&[("call", r#"<callActivity id="call"><extensionElements><zeebe:calledElement processId="child"/></extensionElements></callActivity>"#.to_owned()), ("work", task("work", "work", ""))]);
    let itself = itself.replace(r#"<process id="order""#, r#"<process id="child""#);
    story.deploy("child.bpmn", &itself).expect("good");
    story.engine.resolve_incident(incident, story.now).expect("open");
    assert_eq!(story.instances().len(), 1002 - 1);
    assert!(story.incidents()[0].2.contains("maximum depth of 1000"), "{:?}", story.incidents());
    let root = story.instances()[0];
    story.engine.cancel_instance(root, story.now).expect("it runs");
    assert!(story.instances().into_iter().all(|instance| story.state(instance) == "TERMINATED"));
}
