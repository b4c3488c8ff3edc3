//! Versions and duplicates, and what deleting does.

use http::Method;
use serde_json::json;

use super::model::{END, START, path, process, service};
use super::story::{Story, text};

fn model(id: &str, task: &str) -> String {
    process(id, &path(&[START, &service(task), END]))
}

fn process_key(story: &mut Story, id: &str, version: i64) -> String {
    let found = story.search("process-definitions", json!({ "processDefinitionId": id, "version": version }));
    text(&found[0]["processDefinitionKey"])
}

#[test]
fn fact_36_the_same_bytes_are_new_only_under_another_name() {
    let mut story = Story::empty();
    let one = |version| vec![("order".to_owned(), version)];
    assert_eq!(story.deploy(&[("a.bpmn", &model("order", "work"))]), one(1));
    let key = process_key(&mut story, "order", 1);
    assert_eq!(story.deploy(&[("a.bpmn", &model("order", "work"))]), one(1));
    assert_eq!(process_key(&mut story, "order", 1), key);
    assert_eq!(story.deploy(&[("b.bpmn", &model("order", "work"))]), one(2));
    assert_eq!(story.deploy(&[("b.bpmn", &model("order", "other"))]), one(3));
    assert_eq!(story.deploy(&[("b.bpmn", &model("order", "work"))]), one(4), "only the latest counts");
}

#[test]
fn fact_37_one_new_file_gives_the_unchanged_one_beside_it_a_new_version() {
    let mut story = Story::empty();
    let (same, before, after) = (model("same", "a"), model("changed", "b"), model("changed", "c"));
    story.deploy(&[("same.bpmn", &same), ("changed.bpmn", &before)]);
    let versions = story.deploy(&[("same.bpmn", &same), ("changed.bpmn", &after)]);
    assert_eq!(versions, [("same".to_owned(), 2), ("changed".to_owned(), 2)]);
}

#[test]
fn fact_38_what_is_not_executable_is_skipped_unless_nothing_is_left() {
    let draft = r#"<process id="draft" isExecutable="false"><startEvent id="s"/></process>"#;
    let mut story = Story::empty();
    let both = model("order", "work").replace("<process", &format!("{draft}<process"));
    assert_eq!(story.deploy(&[("both.bpmn", &both)]), [("order".to_owned(), 1)]);
    let none = model("order", "work").replace(r#"isExecutable="true""#, r#"isExecutable="false""#);
    let fault = story.fault(&none);
    assert!(
        fault.contains("'model.bpmn': - Element: file\n    - ERROR: Must contain at least one executable process"),
        "{fault}"
    );
}

#[test]
fn fact_60_without_the_latest_version_the_start_events_of_the_one_before_are_back() {
    let started = |signal: &str, task: &str| {
        let start = format!(r#"<startEvent id="start">{signal}</startEvent>"#);
        process("order", &path(&[&start, &service(task), END]))
    };
    let mut story = Story::empty();
    story.deploy(&[("order.bpmn", &started(super::model::ALARM, "old"))]);
    story.deploy(&[("order.bpmn", &model("order", "new"))]);
    story.signal("alarm", json!({}));
    assert_eq!(story.instances("order"), Vec::<String>::new());
    let latest = process_key(&mut story, "order", 2);
    story.ok(&format!("/resources/{latest}/deletion"), json!({}));
    story.signal("alarm", json!({}));
    let instances = story.instances("order");
    assert_eq!(instances.len(), 1);
    assert_eq!(story.trail(&instances[0]), ["start COMPLETED", "old ACTIVE"]);
    let versions = story.deploy(&[("order.bpmn", &model("order", "newest"))]);
    assert_eq!(versions, [("order".to_owned(), 3)], "no number is used twice");
}

#[test]
fn a_definition_that_is_deleted_drains() {
    let mut story = Story::of(&model("order", "work"));
    let instance = story.start(json!({}));
    let key = process_key(&mut story, "order", 1);
    story.ok(&format!("/resources/{key}/deletion"), json!({}));
    let body = json!({ "processDefinitionKey": key });
    assert_eq!(story.refused("/process-instances", body.clone()).0, 409);
    assert_eq!(story.refused("/process-instances", json!({ "processDefinitionId": "order" })).0, 404);
    story.work("work", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.refused("/process-instances", body).0, 404);
    assert_eq!(story.get(&format!("/process-definitions/{key}"))["state"], "DELETED");
    let (status, reason) = story.refused("/resources/2251799813685999/deletion", json!({}));
    assert_eq!(
        (status, reason.as_str()),
        (404, "Expected to delete resource but no resource found with key `2251799813685999`")
    );
}

#[test]
fn one_fault_refuses_the_whole_deployment_and_all_are_told() {
    let mut story = Story::empty();
    let broken = process("bad", r#"<serviceTask id="task"/>"#);
    let (status, answer) = story.try_deploy(&[("good.bpmn", &model("good", "work")), ("bad.bpmn", &broken)]);
    let detail = text(&answer["detail"]);
    assert_eq!(status, 400);
    for part in [
        "Expected to deploy new resources, but encountered the following errors:\n'bad.bpmn': ",
        "- Element: task\n    - ERROR: Must have exactly one 'zeebe:taskDefinition' extension element",
        "- Element: bad\n    - ERROR: Must have at least one start event",
    ] {
        assert!(detail.contains(part), "{detail}");
    }
    assert_eq!(story.search("process-definitions", json!({})), Vec::<serde_json::Value>::new());
    let id = story.ask_as(Method::POST, "/deployments", "multipart/form-data; boundary=b", b"--b--\r\n".to_vec());
    assert_eq!(story.answer(id).map(|(status, _)| status), Some(400));
}
