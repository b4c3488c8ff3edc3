//! Tasks: what each kind makes, and when it is done.

use http::Method;
use serde_json::{Value, json};

use super::model::{
    ALARM, END, START, activity, boundary, catch, duration, input, line, message, output, path, process, service,
};
use super::story::{Story, text};

fn user_task(extensions: &str) -> String {
    activity("userTask", "task", &format!("<zeebe:userTask/>{extensions}"), "")
}

fn task(story: &mut Story) -> Value {
    let found = story.search("user-tasks", json!({}));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn task_key(story: &mut Story) -> String {
    text(&task(story)["userTaskKey"])
}

#[test]
fn fact_49_a_user_task_needs_no_assignee_and_is_assigned_after_it_was_created() {
    let mut story = Story::of(&line(&[&user_task("")]));
    let instance = story.start(json!({}));
    let shown = task(&mut story);
    assert_eq!(
        (&shown["state"], &shown["assignee"], &shown["priority"]),
        (&json!("CREATED"), &json!(null), &json!(50))
    );
    let key = task_key(&mut story);
    story.ok(&format!("/user-tasks/{key}/completion"), json!({ "variables": { "ok": true } }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "task COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "ok": true }));
    assert_eq!(task(&mut story)["state"], "COMPLETED");

    // A listener of the assignment is asked when the task is there already.
    let listeners = r#"<zeebe:assignmentDefinition assignee="demo"/><zeebe:taskListeners>
        <zeebe:taskListener eventType="creating" type="creating"/><zeebe:taskListener eventType="assigning" type="assigning"/>
        </zeebe:taskListeners>"#;
    let mut story = Story::of(&line(&[&user_task(listeners)]));
    story.start(json!({}));
    assert_eq!(task(&mut story)["state"], "CREATING");
    story.work("creating", json!({}));
    let shown = task(&mut story);
    assert_eq!((&shown["state"], &shown["assignee"]), (&json!("ASSIGNING"), &json!(null)));
    story.work("assigning", json!({}));
    let shown = task(&mut story);
    assert_eq!((&shown["state"], &shown["assignee"]), (&json!("CREATED"), &json!("demo")));
}

#[test]
fn fact_50_claiming_again_succeeds_for_the_same_person_and_an_empty_list_clears() {
    let mut story = Story::of(&line(&[&user_task(r#"<zeebe:assignmentDefinition candidateGroups="a,b"/>"#)]));
    story.start(json!({}));
    let key = task_key(&mut story);
    let claim = |who: &str| json!({ "assignee": who, "allowOverride": false });
    let assignment = format!("/user-tasks/{key}/assignment");
    story.ok(&assignment, claim("demo"));
    story.ok(&assignment, claim("demo"));
    assert_eq!(
        story.refused(&assignment, claim("other")),
        (409, format!("Expected to claim user task with key '{key}', but it has already been assigned"))
    );
    story.ok(&assignment, json!({ "assignee": "other" }));
    assert_eq!(task(&mut story)["assignee"], "other");
    assert_eq!(task(&mut story)["candidateGroups"], json!(["a", "b"]));
    let (status, _) = story.send(
        Method::PATCH,
        &format!("/user-tasks/{key}"),
        json!({ "changeset": { "candidateGroups": [], "priority": 7 } }),
    );
    assert_eq!(status, 204);
    let shown = task(&mut story);
    assert_eq!(
        (&shown["candidateGroups"], &shown["priority"], &shown["assignee"]),
        (&json!([]), &json!(7), &json!("other"))
    );
    let (status, _) = story.send(Method::DELETE, &format!("/user-tasks/{key}/assignee"), json!({}));
    assert_eq!(status, 204);
    assert_eq!(task(&mut story)["assignee"], json!(null));
}

#[test]
fn what_a_worker_does_is_one_job_with_three_retries() {
    for tag in ["serviceTask", "sendTask", "scriptTask", "businessRuleTask"] {
        let element = activity(tag, "work", r#"<zeebe:taskDefinition type="work"/>"#, "");
        let mut story = Story::of(&line(&[&element]));
        let instance = story.start(json!({}));
        let job = story.job("work");
        assert_eq!(
            (&job["kind"], &job["retries"], &job["elementId"]),
            (&json!("BPMN_ELEMENT"), &json!(3), &json!("work"))
        );
        assert_eq!(job["elementInstanceKey"], story.element(&instance, "work"));
        story.complete(&job, json!({}));
        assert_eq!(story.trail(&instance), ["start COMPLETED", "work COMPLETED", "end COMPLETED"], "{tag}");
        let fault = story.fault(&line(&[&format!(r#"<{tag} id="work"/>"#)]));
        assert!(fault.contains("Must have exactly one 'zeebe:taskDefinition' extension element"), "{tag}: {fault}");
    }
}

#[test]
fn an_empty_type_is_an_incident_and_is_evaluated_again() {
    let element = activity("serviceTask", "work", r#"<zeebe:taskDefinition type="=kind"/>"#, "");
    let all = path(&[START, &element, END]) + &boundary("rung", "work", "", ALARM);
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({ "kind": "" }));
    assert_eq!(
        story.incident(&instance),
        (
            "work".into(),
            "EXTRACT_VALUE_ERROR".into(),
            "Expected result of the expression 'kind' to be a not-empty string, but was an empty string.".into()
        )
    );
    story.signal("alarm", json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work ACTIVE"], "it does not listen before it is activated");
    story.set_variables(&instance, json!({ "kind": "now" }));
    story.resolve(&instance);
    story.work("now", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn a_user_task_without_the_engines_kind_is_a_job_with_its_attributes_as_headers() {
    let element = activity(
        "userTask",
        "task",
        r#"<zeebe:assignmentDefinition assignee="demo" candidateGroups="=groups"/><zeebe:taskSchedule dueDate="2030-01-01T00:00:00Z"/>"#,
        "",
    );
    let mut story = Story::of(&line(&[&element]));
    let instance = story.start(json!({ "groups": ["a", "b"] }));
    let job = story.job("io.camunda.zeebe:userTask");
    assert_eq!(job["retries"], 1);
    assert_eq!(
        job["customHeaders"],
        json!({
            "io.camunda.zeebe:assignee": "demo",
            "io.camunda.zeebe:candidateGroups": "[\"a\",\"b\"]",
            "io.camunda.zeebe:dueDate": "2030-01-01T00:00:00Z"
        })
    );
    story.complete(&job, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.search("user-tasks", json!({})), Vec::<Value>::new());
}

#[test]
fn wrong_attributes_of_a_user_task_are_incidents() {
    let mut story = Story::of(&line(&[&user_task(r#"<zeebe:assignmentDefinition assignee="=who"/>"#)]));
    let instance = story.start(json!({}));
    assert_eq!(story.incident(&instance).1, "EXTRACT_VALUE_ERROR");
    let empty = story.start(json!({ "who": "" }));
    assert_eq!(story.incidents(&empty), []);
    assert_eq!(task(&mut story)["assignee"], json!(null), "an empty text is nobody");

    let mut story = Story::of(&line(&[&user_task(
        r#"<zeebe:taskSchedule dueDate="=due"/><zeebe:priorityDefinition priority="=p"/>"#,
    )]));
    let instance = story.start(json!({ "p": 50 }));
    assert_eq!(story.incidents(&instance), [], "no date is no date");
    let instance = story.start(json!({ "p": 101 }));
    assert_eq!(story.incident(&instance).1, "EXTRACT_VALUE_ERROR");

    let mut story = Story::of(&line(&[&user_task(r#"<zeebe:formDefinition formId="form"/>"#)]));
    let instance = story.start(json!({}));
    let (_, kind, message) = story.incident(&instance);
    assert_eq!(kind, "FORM_NOT_FOUND");
    assert!(
        message.starts_with("Expected to find a form with id 'form', but no form with this id is found"),
        "{message}"
    );
    story.deploy(&[("f.form", r#"{ "id": "form", "components": [] }"#)]);
    story.resolve(&instance);
    assert!(task(&mut story)["formKey"].is_string());
}

#[test]
fn a_user_task_of_a_terminated_element_is_canceled() {
    let all = path(&[START, &user_task(""), END]) + &boundary("rung", "task", "", ALARM);
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    let key = task_key(&mut story);
    story.signal("alarm", json!({}));
    assert_eq!(task(&mut story)["state"], "CANCELED");
    assert_eq!(story.trail(&instance), ["start COMPLETED", "task TERMINATED", "rung COMPLETED", "rung_end COMPLETED"]);
    assert_eq!(
        story.refused(&format!("/user-tasks/{key}/completion"), json!({})),
        (404, format!("Expected to complete user task with key '{key}', but no such user task was found"))
    );
}

#[test]
fn a_script_gives_its_result_at_once() {
    let script = |mappings: &str| {
        let extension = format!(r#"<zeebe:script expression="=amount * 2" resultVariable="twice"/>{mappings}"#);
        activity("scriptTask", "script", &extension, "")
    };
    let mut story = Story::of(&line(&[&script("")]));
    let instance = story.start(json!({ "amount": 2 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "script COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "amount": 2, "twice": 4 }));
    let null = story.start(json!({ "amount": "two" }));
    assert_eq!(story.variables(&null)["twice"], json!(null));
    let mut story = Story::of(&line(&[&script(&output("=twice", "double"))]));
    let instance = story.start(json!({ "amount": 2 }));
    assert_eq!(story.variables(&instance), json!({ "amount": 2, "double": 4 }));
}

#[test]
fn a_decision_that_is_missing_or_fails_is_an_incident() {
    let decide =
        activity("businessRuleTask", "decide", r#"<zeebe:calledDecision decisionId="=which" resultVariable="r"/>"#, "");
    let mut story = Story::of(&line(&[&decide]));
    let instance = story.start(json!({ "which": "dish" }));
    assert_eq!(
        story.incident(&instance),
        (
            "decide".into(),
            "CALLED_DECISION_ERROR".into(),
            "Expected to evaluate decision 'dish', but no decision found for id 'dish'".into()
        )
    );
    let dmn = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="graph" name="Graph" namespace="n">
        <decision id="dish" name="Dish"><decisionTable id="table" hitPolicy="UNIQUE">
          <input id="i"><inputExpression id="e"><text>1</text></inputExpression></input>
          <output id="o" name="dish"/>
          <rule id="r"><inputEntry id="c"><text>1</text></inputEntry><outputEntry id="d"><text>"a"</text></outputEntry></rule>
          <rule id="s"><inputEntry id="f"><text>-</text></inputEntry><outputEntry id="g"><text>"b"</text></outputEntry></rule>
        </decisionTable></decision></definitions>"#;
    story.deploy(&[("dish.dmn", dmn)]);
    story.resolve(&instance);
    let (_, kind, message) = story.incident(&instance);
    assert_eq!(kind, "DECISION_EVALUATION_ERROR");
    assert!(message.starts_with("Expected to evaluate decision 'dish', but "), "{message}");
}

#[test]
fn a_receive_task_waits_for_its_message() {
    let receive = r#"<receiveTask id="wait" messageRef="paid"/>"#;
    let all = path(&[START, receive, END]) + &boundary("late", "wait", "", &duration("PT10S"));
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({ "order": "a" }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "wait ACTIVE"]);
    story.publish("paid", "a", 0, json!({ "sum": 1 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "wait COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "order": "a", "sum": 1 }));
    let late = story.start(json!({ "order": "b" }));
    story.wait_seconds(10);
    assert_eq!(story.trail(&late), ["start COMPLETED", "wait TERMINATED", "late COMPLETED", "late_end COMPLETED"]);
}

#[test]
fn manual_and_undefined_tasks_pass_with_their_mappings() {
    let manual = activity("manualTask", "manual", &output("=1", "seen"), "");
    let undefined = activity("task", "undefined", &input("=2", "local"), "");
    let mut story = Story::of(&line(&[&manual, &undefined, &service("last")]));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "manual COMPLETED", "undefined COMPLETED", "last ACTIVE"]);
    assert_eq!(story.variables(&instance), json!({ "seen": 1 }));
    assert_eq!(story.locals(&instance, "undefined"), json!({ "local": 2 }));
}

#[test]
fn execution_is_breadth_first() {
    let all = [START, r#"<parallelGateway id="fork"/>"#].concat()
        + &path(&[r#"<task id="a1"/>"#, r#"<task id="a2"/>"#, r#"<task id="a3"/>"#])
        + &path(&[r#"<task id="b1"/>"#, r#"<task id="b2"/>"#, &catch("b3", &message("paid"))])
        + &super::model::flow("start", "fork")
        + &super::model::flow("fork", "a1")
        + &super::model::flow("fork", "b1");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({ "order": "a" }));
    let ids: Vec<String> =
        story.trail(&instance).iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(ids, ["start", "fork", "a1", "b1", "a2", "b2", "a3", "b3"]);
}
