//! Listeners: jobs around the work of elements and around the changes of user tasks.

use http::Method;
use serde_json::{Value, json};

use super::model::{ALARM, END, START, activity, boundary, line, path, process, service, service_with};
use super::story::{Story, key, text};

const BOTH: &str = r#"<zeebe:executionListeners>
    <zeebe:executionListener eventType="start" type="before"/><zeebe:executionListener eventType="end" type="after"/>
    </zeebe:executionListeners>"#;

#[test]
fn fact_54_variables_of_an_end_listener_land_in_the_scope_around() {
    let inside = path(&[r#"<startEvent id="inner"/>"#, &service_with("work", BOTH), &service("last")]);
    let sub = format!(r#"<subProcess id="sub">{inside}</subProcess>"#);
    let mut story = Story::of(&line(&[&sub]));
    let instance = story.start(json!({}));
    story.work("before", json!({ "prepared": 1 }));
    assert_eq!(story.locals(&instance, "work"), json!({ "prepared": 1 }), "those of a start listener stay inside");
    story.work("work", json!({}));
    story.work("after", json!({ "reviewed": 2 }));
    assert_eq!(story.locals(&instance, "sub"), json!({ "reviewed": 2 }));
    assert_eq!(story.variables(&instance), json!({}));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "sub ACTIVE", "inner COMPLETED", "work COMPLETED", "last ACTIVE"]
    );
}

#[test]
fn fact_55_an_execution_listener_cannot_throw_an_error() {
    let mut story = Story::of(&line(&[&service_with("work", BOTH)]));
    let instance = story.start(json!({}));
    let job = story.job("before");
    let (status, reason) = story.refused(&format!("/jobs/{}/error", key(&job)), json!({ "errorCode": "REFUSED" }));
    assert_eq!(status, 409);
    assert_eq!(
        reason,
        format!(
            "Cannot throw BPMN error from EXECUTION_LISTENER job with key '{}', type 'before' and processInstanceKey '{instance}'",
            key(&job)
        )
    );
}

#[test]
fn a_listener_without_retries_is_repeated_alone() {
    let listeners = BOTH.replace(
        r#"<zeebe:executionListener eventType="end""#,
        r#"<zeebe:executionListener eventType="start" type="second"/><zeebe:executionListener eventType="end""#,
    );
    let mut story = Story::of(&line(&[&service_with("work", &listeners)]));
    let instance = story.start(json!({}));
    story.work("before", json!({}));
    let second = story.job("second");
    assert_eq!((&second["kind"], &second["listenerEventType"]), (&json!("EXECUTION_LISTENER"), &json!("START")));
    story.fail(&second, json!({ "retries": 0 }));
    assert_eq!(story.incident(&instance).1, "EXECUTION_LISTENER_NO_RETRIES");
    story.send(Method::PATCH, &format!("/jobs/{}", key(&second)), json!({ "changeset": { "retries": 1 } }));
    story.resolve(&instance);
    assert_eq!(story.jobs("before"), Vec::<Value>::new());
    story.work("second", json!({}));
    story.work("work", json!({}));
    story.work("after", json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work COMPLETED", "end COMPLETED"]);
}

fn listened(event: &str) -> Story {
    let extensions = format!(
        r#"<zeebe:userTask/><zeebe:taskListeners><zeebe:taskListener eventType="{event}" type="listen"/></zeebe:taskListeners>"#
    );
    Story::of(&line(&[&activity("userTask", "task", &extensions, "")]))
}

fn task(story: &mut Story) -> Value {
    story.search("user-tasks", json!({}))[0].clone()
}

#[test]
fn a_task_listener_may_deny_and_the_client_waits_for_it() {
    let mut story = listened("completing");
    story.start(json!({}));
    let path = format!("/user-tasks/{}/completion", text(&task(&mut story)["userTaskKey"]));
    let waiting = story.ask(&path, &json!({}));
    assert_eq!(story.answer(waiting), None);
    assert_eq!(task(&mut story)["state"], "COMPLETING");
    let job = story.job("listen");
    assert_eq!((&job["kind"], &job["listenerEventType"]), (&json!("TASK_LISTENER"), &json!("COMPLETING")));
    assert_eq!(job["customHeaders"]["io.camunda.zeebe:action"], "complete");
    let (status, _) = story.refused(&format!("/jobs/{}/completion", key(&job)), json!({ "variables": { "a": 1 } }));
    assert_eq!(status, 400);
    let denial = json!({ "result": { "type": "userTask", "denied": true, "deniedReason": "not yet" } });
    story.ok(&format!("/jobs/{}/completion", key(&job)), denial);
    let (status, problem) = story.answer(waiting).expect("the listener was heard");
    assert_eq!(status, 409);
    assert!(text(&problem["detail"]).ends_with("was denied by Task Listener. Reason to deny: 'not yet'"), "{problem}");
    assert_eq!(task(&mut story)["state"], "CREATED");
}

#[test]
fn a_task_listener_may_correct_what_is_to_come() {
    let mut story = listened("assigning");
    story.start(json!({}));
    let path = format!("/user-tasks/{}/assignment", text(&task(&mut story)["userTaskKey"]));
    let waiting = story.ask(&path, &json!({ "assignee": "demo" }));
    let job = story.job("listen");
    assert_eq!(job["customHeaders"]["io.camunda.zeebe:changedAttributes"], "[\"assignee\"]");
    let correction = json!({ "result": { "type": "userTask", "corrections": { "assignee": "other", "priority": 9 } } });
    story.ok(&format!("/jobs/{}/completion", key(&job)), correction);
    assert_eq!(story.answer(waiting).map(|(status, _)| status), Some(204));
    let shown = task(&mut story);
    assert_eq!((&shown["assignee"], &shown["priority"]), (&json!("other"), &json!(9)));
}

#[test]
fn a_global_listener_hears_every_task_of_its_events() {
    let plain = activity("userTask", "task", "<zeebe:userTask/>", "");
    let mut story = Story::of(&process("order", &path(&[START, &plain, END])));
    let listener = json!({ "id": "audit", "type": "audit", "eventTypes": ["creating", "completing"], "retries": 2 });
    story.ok("/global-task-listeners", listener);
    let instance = story.start(json!({}));
    assert_eq!(task(&mut story)["state"], "CREATING");
    let job = story.job("audit");
    assert_eq!(
        (&job["kind"], &job["listenerEventType"], &job["retries"]),
        (&json!("TASK_LISTENER"), &json!("CREATING"), &json!(2))
    );
    story.complete(&job, json!({}));
    let path = format!("/user-tasks/{}/completion", text(&task(&mut story)["userTaskKey"]));
    let waiting = story.ask(&path, &json!({}));
    assert_eq!(story.answer(waiting), None);
    story.work("audit", json!({}));
    assert_eq!(story.answer(waiting).map(|(status, _)| status), Some(204));
    assert_eq!(story.state(&instance), "COMPLETED");
    // What is gone is not asked any more.
    let (status, _) = story.send(Method::DELETE, "/global-task-listeners/audit", json!({}));
    assert_eq!(status, 204);
    story.start(json!({}));
    assert_eq!(story.jobs("audit"), Vec::<Value>::new());
}

#[test]
fn global_listeners_go_by_priority_around_those_of_the_model() {
    let mut story = listened("creating");
    let global = |id: &str, priority: i64, after: bool| json!({ "id": id, "type": id, "eventTypes": ["all"], "priority": priority, "afterNonGlobal": after });
    for (id, priority, after) in [("low", 1, false), ("high", 9, false), ("last", 99, true)] {
        story.ok("/global-task-listeners", global(id, priority, after));
    }
    story.start(json!({}));
    for id in ["high", "low", "listen", "last"] {
        assert_eq!(task(&mut story)["state"], "CREATING");
        story.work(id, json!({}));
    }
    assert_eq!(task(&mut story)["state"], "CREATED");
}

#[test]
fn a_client_does_not_wait_for_ever_for_a_listener_but_the_change_goes_on() {
    let mut story = listened("completing");
    let instance = story.start(json!({}));
    let path = format!("/user-tasks/{}/completion", text(&task(&mut story)["userTaskKey"]));
    let waiting = story.ask(&path, &json!({}));
    story.wait_seconds(15);
    let (status, problem) = story.answer(waiting).expect("its time is over");
    assert_eq!((status, &problem["title"]), (504, &json!("DEADLINE_EXCEEDED")));
    story.work("listen", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn boundary_events_can_be_listened_to_at_their_end_only() {
    let listening = |event: &str| {
        let listener = format!(
            r#"<extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="{event}" type="heard"/></zeebe:executionListeners></extensionElements>"#
        );
        let rung = boundary("rung", "work", "", &format!("{listener}{ALARM}"));
        process("order", &(path(&[START, &service("work"), END]) + &rung))
    };
    let mut story = Story::of(&listening("end"));
    let instance = story.start(json!({}));
    story.signal("alarm", json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work TERMINATED", "rung ACTIVE"]);
    story.work("heard", json!({}));
    assert_eq!(story.trail(&instance)[2..], ["rung COMPLETED", "rung_end COMPLETED"]);
    let fault = story.fault(&listening("start"));
    assert!(fault.contains("Execution listeners of type 'start' are not supported by boundary events"), "{fault}");
}
