//! Call activities.

use serde_json::{Value, json};

use super::model::{END, START, activity, boundary, error, escalation, line, path, process, service};
use super::story::{Story, text};

fn call(attributes: &str, mappings: &str) -> String {
    let called = format!(r#"<zeebe:calledElement {attributes}/>{mappings}"#);
    activity("callActivity", "call", &called, "")
}

/// `order` calls `child`, which has one task `work`.
fn calling(call: &str) -> Story {
    let mut story = Story::of(&line(&[call]));
    story.deploy(&[("child.bpmn", &process("child", &path(&[START, &service("work"), END])))]);
    story
}

fn child(story: &mut Story) -> String {
    story.instances("child").pop().expect("a child")
}

#[test]
fn fact_45_everything_visible_goes_down_and_everything_comes_back() {
    let inputs = super::model::input("=1", "local");
    let mut story = calling(&call(r#"processId="child""#, &inputs));
    let instance = story.start(json!({ "outer": 2 }));
    let child = child(&mut story);
    assert_eq!(story.variables(&child), json!({ "local": 1, "outer": 2 }));
    story.work("work", json!({ "result": 3 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "call COMPLETED", "end COMPLETED"]);
    // `local` is an input of the call and stays there; what is equal travels on, as the merge of equal values does.
    assert_eq!(story.variables(&instance)["result"], 3);
    assert_eq!(story.variables(&instance)["outer"], 2);
}

#[test]
fn only_locals_go_down_and_only_mappings_come_up_if_told() {
    let attributes = r#"processId="child" propagateAllParentVariables="false" propagateAllChildVariables="false""#;
    let mappings = r#"<zeebe:ioMapping><zeebe:input source="=outer + 1" target="given"/><zeebe:output source="=result" target="mapped"/></zeebe:ioMapping>"#;
    let mut story = calling(&call(attributes, mappings));
    let instance = story.start(json!({ "outer": 2 }));
    let child_key = child(&mut story);
    assert_eq!(story.variables(&child_key), json!({ "given": 3 }));
    story.work("work", json!({ "result": 3 }));
    assert_eq!(story.variables(&instance), json!({ "outer": 2, "mapped": 3 }));

    let mut story = calling(&call(attributes, ""));
    let instance = story.start(json!({ "outer": 2 }));
    story.work("work", json!({ "result": 3 }));
    assert_eq!(story.variables(&instance), json!({ "outer": 2 }));
}

#[test]
fn fact_46_a_called_instance_is_cancelled_through_its_root() {
    let mut story = calling(&call(r#"processId="child""#, ""));
    let instance = story.start(json!({}));
    let child = child(&mut story);
    let (status, reason) = story.refused(&format!("/process-instances/{child}/cancellation"), json!({}));
    assert_eq!(status, 409);
    assert_eq!(
        reason,
        format!(
            "Expected to cancel a process instance with key '{child}', but it is created by a parent process instance. Cancel \
             the root process instance '{instance}' instead."
        )
    );
    story.ok(&format!("/process-instances/{instance}/cancellation"), json!({}));
    assert_eq!((story.state(&instance).as_str(), story.state(&child).as_str()), ("TERMINATED", "TERMINATED"));
    assert_eq!(story.trail(&child), ["start COMPLETED", "work TERMINATED"]);
}

#[test]
fn fact_58_incidents_of_a_called_instance_mark_all_ancestors() {
    let mut story = calling(&call(r#"processId="child""#, ""));
    story.deploy(&[(
        "top.bpmn",
        &process(
            "top",
            &path(&[START, &activity("callActivity", "outer", r#"<zeebe:calledElement processId="order"/>"#, ""), END]),
        ),
    )]);
    let top = story.start_of("top", json!({}));
    let job = story.job("work");
    story.fail(&job, json!({ "retries": 0 }));
    let marked = |story: &mut Story| -> Vec<Value> {
        story.search("process-instances", json!({})).iter().map(|i| i["hasIncident"].clone()).collect()
    };
    assert_eq!(marked(&mut story), [true, true, true]);
    assert_eq!(story.elements(&top)[1]["hasIncident"], true);
    let path = format!("/jobs/{}", super::story::key(&job));
    story.send(http::Method::PATCH, &path, json!({ "changeset": { "retries": 1 } }));
    let incident = text(&story.search("incidents", json!({}))[0]["incidentKey"]);
    story.ok(&format!("/incidents/{incident}/resolution"), json!({}));
    assert_eq!(marked(&mut story), [false, false, false]);
}

#[test]
fn what_cannot_be_called_is_an_incident_of_the_call() {
    let kind = |story: &mut Story, variables: Value| {
        let instance = story.start(variables);
        let (element, kind, message) = story.incident(&instance);
        assert_eq!((element.as_str(), kind.as_str()), ("call", "CALLED_ELEMENT_ERROR"));
        assert_eq!(story.trail(&instance), ["start COMPLETED", "call ACTIVE"]);
        message
    };
    let mut story = Story::of(&line(&[&call(r#"processId="=wanted""#, "")]));
    assert_eq!(
        kind(&mut story, json!({ "wanted": "nothing" })),
        "Expected process with BPMN process id 'nothing' to be deployed, but not found."
    );
    let start = r#"<startEvent id="start"><signalEventDefinition signalRef="alarm"/></startEvent>"#;
    story.deploy(&[("s.bpmn", &process("started", &path(&[start, END])))]);
    assert_eq!(
        kind(&mut story, json!({ "wanted": "started" })),
        "Expected process with BPMN process id 'started' to have a none start event, but not found."
    );
    let mut story = Story::of(&line(&[&call(r#"processId="child" bindingType="versionTag" versionTag="v1""#, "")]));
    let message = kind(&mut story, json!({}));
    assert!(
        message.starts_with(
            "Expected to call process with BPMN process id 'child' and version tag 'v1', but no such process found."
        ),
        "{message}"
    );
}

#[test]
fn calls_without_end_stop_at_a_depth_of_a_thousand() {
    let mut story = Story::of(&line(&[&service("work"), &call(r#"processId="order""#, "")]));
    story.start(json!({}));
    for _ in 0..=1000 {
        story.work("work", json!({}));
    }
    let incidents = story.search("incidents", json!({ "state": "ACTIVE" }));
    assert_eq!(incidents.len(), 1);
    let message = text(&incidents[0]["errorMessage"]);
    assert!(message.starts_with("The call activity has reached the maximum depth of 1000."), "{message}");
}

#[test]
fn errors_and_escalations_of_the_child_reach_the_call() {
    let failing = format!(r#"<endEvent id="bad">{}</endEvent>"#, error("refused"));
    let all =
        path(&[START, &call(r#"processId="child""#, ""), END]) + &boundary("caught", "call", "", &error("refused"));
    let mut story = Story::of(&process("order", &all));
    story.deploy(&[("child.bpmn", &process("child", &path(&[START, &service("work"), &failing])))]);
    let instance = story.start(json!({}));
    story.work("work", json!({}));
    let child_key = child(&mut story);
    assert_eq!(story.trail(&child_key), ["start COMPLETED", "work COMPLETED", "bad TERMINATED"]);
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "call TERMINATED", "caught COMPLETED", "caught_end COMPLETED"]
    );

    let raising = format!(r#"<endEvent id="raised">{}</endEvent>"#, escalation("late"));
    let all = path(&[START, &call(r#"processId="child""#, ""), END])
        + &boundary("told", "call", super::model::BESIDE, &escalation("late"));
    let mut story = Story::of(&process("order", &all));
    story.deploy(&[("child.bpmn", &process("child", &path(&[START, &raising])))]);
    let instance = story.start(json!({}));
    let mut trail = story.trail(&instance);
    trail.sort();
    assert_eq!(trail, ["call COMPLETED", "end COMPLETED", "start COMPLETED", "told COMPLETED", "told_end COMPLETED"]);
}

#[test]
fn a_child_is_an_instance_of_its_own_that_knows_its_parent() {
    let mut story = calling(&call(r#"processId="child""#, ""));
    let instance = story.start(json!({}));
    let child = child(&mut story);
    let shown = story.instance(&child);
    assert_eq!(shown["parentProcessInstanceKey"], instance);
    assert_eq!(shown["parentElementInstanceKey"], story.element(&instance, "call"));
    assert_eq!(shown["rootProcessInstanceKey"], instance);
}
