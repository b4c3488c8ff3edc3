//! Instances: how they end, and what their incidents show.

use serde_json::{Value, json};

use super::model::{END, START, flow, flow_if, line, path, process, service};
use super::story::{Story, text};

#[test]
fn fact_16_a_terminate_end_event_leaves_its_scope_completed() {
    let terminate = r#"<endEvent id="stop"><terminateEventDefinition/></endEvent>"#;
    let inside = path(&[r#"<startEvent id="inner"/>"#, r#"<parallelGateway id="fork"/>"#, &service("slow")])
        + terminate
        + &flow("fork", "stop");
    let sub = format!(r#"<subProcess id="sub">{inside}</subProcess>"#);
    let mut story = Story::of(&line(&[&sub]));
    let instance = story.start(json!({}));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "sub COMPLETED",
            "inner COMPLETED",
            "fork COMPLETED",
            "slow TERMINATED",
            "stop COMPLETED",
            "end COMPLETED"
        ]
    );
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.shown_job(&instance, "slow")["state"], "CANCELED");
}

#[test]
fn fact_17_a_cancelled_instance_is_terminated_and_its_jobs_are_canceled() {
    let mut story = Story::of(&line(&[&service("work")]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.ok(&format!("/process-instances/{instance}/cancellation"), json!({}));
    assert_eq!(story.state(&instance), "TERMINATED");
    assert_eq!(story.shown_job(&instance, "work")["state"], "CANCELED");
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work TERMINATED"]);
    let (status, _) = story.refused(&format!("/jobs/{}/completion", super::story::key(&job)), json!({}));
    assert_eq!(status, 404);
    let (status, reason) = story.refused(&format!("/process-instances/{instance}/cancellation"), json!({}));
    assert_eq!(
        (status, reason),
        (404, format!("Expected to cancel a process instance with key '{instance}', but no such process was found"))
    );
}

#[test]
fn fact_18_a_start_that_awaits_completion_is_never_answered_for_a_cancelled_instance() {
    let mut story = Story::of(&line(&[&service("work")]));
    let body = json!({ "processDefinitionId": "order", "awaitCompletion": true, "requestTimeout": 20_000 });
    let waiting = story.ask("/process-instances", &body);
    assert_eq!(story.answer(waiting), None);
    let instance = story.instances("order")[0].clone();
    story.ok(&format!("/process-instances/{instance}/cancellation"), json!({}));
    story.wait_seconds(19);
    assert_eq!(story.answer(waiting), None);
    story.wait_seconds(1);
    let (status, problem) = story.answer(waiting).expect("its time is over");
    assert_eq!((status, &problem["title"]), (504, &json!("DEADLINE_EXCEEDED")));
}

#[test]
fn a_start_that_awaits_completion_is_answered_with_the_variables_it_asked_for() {
    let mut story = Story::of(&line(&[&service("work")]));
    let body = json!({
        "processDefinitionId": "order", "awaitCompletion": true, "fetchVariables": ["sum", "unknown"],
        "variables": { "noise": 1 }
    });
    let waiting = story.ask("/process-instances", &body);
    story.work("work", json!({ "sum": 5 }));
    let (status, answer) = story.answer(waiting).expect("the instance is over");
    assert_eq!((status, &answer["variables"]), (200, &json!({ "sum": 5 })));
}

#[test]
fn fact_57_an_element_with_an_incident_is_active_and_marked() {
    let mut story = Story::of(&line(&[&service("work")]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.fail(&job, json!({ "retries": 0 }));
    let element = story.elements(&instance)[1].clone();
    assert_eq!((&element["state"], &element["hasIncident"]), (&json!("ACTIVE"), &json!(true)));
    assert_eq!(element["incidentKey"], story.search("incidents", json!({}))[0]["incidentKey"]);
    let shown = story.instance(&instance);
    assert_eq!((&shown["state"], &shown["hasIncident"]), (&json!("ACTIVE"), &json!(true)));
}

#[test]
fn fact_59_if_the_cause_remains_resolving_gives_a_new_incident() {
    let gateway = r#"<exclusiveGateway id="which"/>"#;
    let model = path(&[START, gateway])
        + END
        + &service("other")
        + &flow_if("which", "end", "=amount &gt; 1")
        + &flow_if("which", "other", "=amount &lt;= 1");
    let mut story = Story::of(&process("order", &model));
    let instance = story.start(json!({}));
    let key = |story: &mut Story| -> Vec<Value> {
        let open = story.search("incidents", json!({ "processInstanceKey": instance, "state": "ACTIVE" }));
        open.iter().map(|incident| incident["incidentKey"].clone()).collect()
    };
    let first = key(&mut story);
    story.resolve(&instance);
    let second = key(&mut story);
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first, second);
    story.set_variables(&instance, json!({ "amount": 2 }));
    story.resolve(&instance);
    assert_eq!(story.trail(&instance), ["start COMPLETED", "which COMPLETED", "end COMPLETED"]);
    let (status, _) = story.refused(&format!("/incidents/{}/resolution", text(&second[0])), json!({}));
    assert_eq!(status, 404, "it is resolved already");
}

#[test]
fn an_instance_can_begin_elsewhere_and_end_early() {
    let sub = format!(
        r#"<subProcess id="sub">{}</subProcess>"#,
        path(&[r#"<startEvent id="inner"/>"#, &service("work"), r#"<endEvent id="inner_end"/>"#])
    );
    let mut story = Story::of(&line(&[&service("first"), &sub, &service("last")]));
    let start = |at: &str, end: &str| {
        json!({
            "processDefinitionId": "order", "startInstructions": [{ "elementId": at }],
            "runtimeInstructions": [{ "type": "TERMINATE_PROCESS_INSTANCE", "afterElementId": end }]
        })
    };
    let instance = text(&story.ok("/process-instances", start("work", "work"))["processInstanceKey"]);
    assert_eq!(story.trail(&instance), ["sub ACTIVE", "work ACTIVE"]);
    story.work("work", json!({}));
    assert_eq!(story.trail(&instance), ["sub TERMINATED", "work COMPLETED"]);
    assert_eq!(story.state(&instance), "TERMINATED");
    for wrong in ["nowhere", "start", "inner"] {
        let (status, reason) = story.refused("/process-instances", start(wrong, "work"));
        assert_eq!(status, 400, "{reason}");
        assert!(reason.contains(&format!("'{wrong}'")), "{reason}");
    }
}
