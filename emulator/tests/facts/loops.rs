//! Multi-instance activities.

use serde_json::{Value, json};

use super::model::{ALARM, END, START, boundary, input, line, many, output, path, process, service, service_for_each};
use super::story::Story;

const EACH: &str = r#"inputCollection="=items" inputElement="item""#;
const COLLECT: &str =
    r#"inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=result""#;

fn parallel(attributes: &str, more: &str) -> String {
    line(&[&service_for_each("work", "", &many(attributes, more))])
}

fn sequential(attributes: &str, more: &str) -> String {
    parallel(attributes, more)
        .replace("<multiInstanceLoopCharacteristics>", r#"<multiInstanceLoopCharacteristics isSequential="true">"#)
}

#[test]
fn fact_39_inner_instances_share_the_id_keep_their_mappings_and_give_outputs_in_order() {
    let mut story = Story::of(&line(&[&service_for_each("work", &output("=result", "mapped"), &many(COLLECT, ""))]));
    let instance = story.start(json!({ "items": ["a", "b"] }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work[] ACTIVE", "work ACTIVE", "work ACTIVE"]);
    let jobs = story.jobs("work");
    for job in jobs.iter().rev() {
        let result = format!("{} done", job["variables"]["item"].as_str().expect("a text"));
        story.complete(job, json!({ "result": result }));
    }
    assert_eq!(
        story.variables(&instance),
        json!({ "items": ["a", "b"], "results": ["a done", "b done"] }),
        "in the order of the inputs, and what was mapped stayed inside"
    );
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work[] COMPLETED", "work COMPLETED", "work COMPLETED", "end COMPLETED"]
    );
}

#[test]
fn fact_40_nothing_is_an_incident_and_an_empty_list_is_done() {
    let mut story = Story::of(&parallel(COLLECT, ""));
    let instance = story.start(json!({}));
    let (element, kind, message) = story.incident(&instance);
    assert_eq!((element.as_str(), kind.as_str()), ("work", "EXTRACT_VALUE_ERROR"));
    assert!(
        message.starts_with("Expected result of the expression 'items' to be 'ARRAY', but was 'NULL'."),
        "{message}"
    );
    let empty = story.start(json!({ "items": [] }));
    assert_eq!(story.trail(&empty), ["start COMPLETED", "work[] COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&empty), json!({ "items": [], "results": [] }));
}

#[test]
fn fact_41_counting_begins_at_one() {
    let mut story = Story::of(&sequential(EACH, ""));
    let instance = story.start(json!({ "items": ["a", "b"] }));
    for counter in [1, 2] {
        let job = story.job("work");
        assert_eq!(job["variables"]["loopCounter"], counter);
        story.complete(&job, json!({}));
    }
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn inner_instances_have_locals_of_their_own() {
    let mut story = Story::of(&line(&[&service_for_each("work", &input("=item", "copy"), &many(COLLECT, ""))]));
    let instance = story.start(json!({ "items": ["a"] }));
    let inner = story.search("element-instances", json!({ "processInstanceKey": instance, "type": "SERVICE_TASK" }));
    let scope = inner[0]["elementInstanceKey"].clone();
    let mut locals: Vec<(Value, Value)> = story
        .search("variables", json!({ "scopeKey": scope }))
        .iter()
        .map(|v| (v["name"].clone(), v["value"].clone()))
        .collect();
    locals.sort_by_key(|(name, _)| name.to_string());
    let all = [("copy", "\"a\""), ("item", "\"a\""), ("loopCounter", "1"), ("result", "null")];
    assert_eq!(locals, all.map(|(name, value)| (json!(name), json!(value))));
}

#[test]
fn without_a_mapping_a_result_leaks_to_the_process() {
    let mut story = Story::of(&parallel(EACH, ""));
    let instance = story.start(json!({ "items": [1] }));
    story.work("work", json!({ "leak": true }));
    assert_eq!(story.variables(&instance), json!({ "items": [1], "leak": true }));
}

#[test]
fn a_condition_that_holds_terminates_the_rest_and_leaves_their_places_empty() {
    let condition = "<completionCondition>=numberOfCompletedInstances &gt;= 1 and numberOfInstances = 3 and \
                     numberOfActiveInstances = 2 and numberOfTerminatedInstances = 0</completionCondition>";
    let mut story = Story::of(&parallel(COLLECT, condition));
    let instance = story.start(json!({ "items": [1, 2, 3] }));
    let second = story.jobs("work")[1].clone();
    story.complete(&second, json!({ "result": "second" }));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "work[] COMPLETED",
            "work TERMINATED",
            "work COMPLETED",
            "work TERMINATED",
            "end COMPLETED"
        ]
    );
    assert_eq!(story.variables(&instance)["results"], json!([null, "second", null]));

    let mut story = Story::of(&parallel(EACH, "<completionCondition>=unknown</completionCondition>"));
    let instance = story.start(json!({ "items": [1] }));
    story.work("work", json!({}));
    assert_eq!(story.incident(&instance).1, "EXTRACT_VALUE_ERROR");
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work[] ACTIVE", "work ACTIVE"]);
}

#[test]
fn boundary_events_belong_to_the_body() {
    let all =
        path(&[START, &service_for_each("work", "", &many(EACH, "")), END]) + &boundary("rung", "work", "", ALARM);
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({ "items": [1, 2] }));
    story.signal("alarm", json!({}));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "work[] TERMINATED",
            "work TERMINATED",
            "work TERMINATED",
            "rung COMPLETED",
            "rung_end COMPLETED"
        ]
    );
    assert_eq!(story.variables(&instance), json!({ "items": [1, 2] }));
}

#[test]
fn a_collection_that_shrinks_is_an_incident() {
    let mut story = Story::of(&sequential(EACH, ""));
    let instance = story.start(json!({ "items": [1, 2] }));
    let first = story.job("work");
    story.set_variables(&instance, json!({ "items": [1] }));
    story.complete(&first, json!({}));
    let (.., message) = story.incident(&instance);
    assert!(message.starts_with("Expected to read item at index 2 "), "{message}");
    assert!(message.contains("but it contains only 1 elements"), "{message}");
    story.set_variables(&instance, json!({ "items": [1, 2] }));
    story.resolve(&instance);
    story.work("work", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn an_output_collection_that_is_no_list_any_more_is_an_incident() {
    let mut story = Story::of(&parallel(COLLECT, ""));
    let instance = story.start(json!({ "items": [1] }));
    let body =
        story.search("element-instances", json!({ "processInstanceKey": instance, "type": "MULTI_INSTANCE_BODY" }));
    let body = body[0]["elementInstanceKey"].as_str().expect("a key").to_owned();
    story.set_variables(&body, json!({ "results": "spoiled" }));
    story.work("work", json!({ "result": 1 }));
    assert_eq!(
        story.incident(&instance),
        (
            "work".into(),
            "EXTRACT_VALUE_ERROR".into(),
            "Expected the output collection variable 'results' to be of type list, but it was STRING".into()
        )
    );
}

#[test]
fn a_sub_process_can_be_executed_for_each_item() {
    let inside = path(&[r#"<startEvent id="inner"/>"#, &service("work"), r#"<endEvent id="inner_end"/>"#]);
    let sub = format!(r#"<subProcess id="sub">{}{inside}</subProcess>"#, many(EACH, ""));
    let mut story = Story::of(&line(&[&sub]));
    let instance = story.start(json!({ "items": ["a", "b"] }));
    for job in story.jobs("work") {
        story.complete(&job, json!({}));
    }
    let trail = story.trail(&instance);
    assert_eq!(trail[..4], ["start COMPLETED", "sub[] COMPLETED", "sub COMPLETED", "sub COMPLETED"]);
    assert_eq!(story.state(&instance), "COMPLETED");
}
