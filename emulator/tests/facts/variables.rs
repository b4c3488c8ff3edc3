//! Where variables go and where they come from.

use serde_json::json;

use super::model::{input, line, output, service, service_with};
use super::story::Story;

#[test]
fn fact_01_a_result_of_the_name_of_an_input_updates_the_local_only() {
    let mut story = Story::of(&line(&[&service_with("work", &input("=1", "amount")), &service("after")]));
    let instance = story.start(json!({}));
    story.work("work", json!({ "amount": 2, "other": 3 }));
    assert_eq!(story.variables(&instance), json!({ "other": 3 }));
    assert_eq!(story.locals(&instance, "work"), json!({ "amount": 2 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work COMPLETED", "after ACTIVE"]);
}

#[test]
fn fact_02_with_an_output_mapping_what_is_not_mapped_does_not_reach_the_process() {
    let mut story = Story::of(&line(&[&service_with("work", &output("=receipt", "paper"))]));
    let instance = story.start(json!({}));
    story.work("work", json!({ "receipt": "r1", "noise": true }));
    assert_eq!(story.variables(&instance), json!({ "paper": "r1" }));
    assert_eq!(story.locals(&instance, "work"), json!({ "receipt": "r1", "noise": true }));
}

#[test]
fn fact_11_variables_of_a_failure_are_local_to_the_element() {
    let mut story = Story::of(&line(&[&service("work")]));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.fail(&job, json!({ "retries": 2, "variables": { "attempt": 1 } }));
    assert_eq!(story.locals(&instance, "work"), json!({ "attempt": 1 }));
    let again = story.job("work");
    assert_eq!(again["variables"], json!({ "attempt": 1 }), "the next attempt sees it");
    story.complete(&again, json!({}));
    assert_eq!(story.variables(&instance), json!({}), "and it does not leave");
}

#[test]
fn fact_24_a_missing_variable_in_an_input_mapping_is_null() {
    let mut story = Story::of(&line(&[&service_with("work", &input("=nothing.here", "found"))]));
    let instance = story.start(json!({}));
    assert_eq!(story.locals(&instance, "work"), json!({ "found": null }));
    assert_eq!(story.incidents(&instance), []);
}

#[test]
fn fact_25_warnings_follow_the_message_of_an_incident() {
    let task = r#"<serviceTask id="work"><extensionElements><zeebe:taskDefinition type="=kind"/></extensionElements></serviceTask>"#;
    let mut story = Story::of(&line(&[task]));
    let instance = story.start(json!({}));
    let (element, kind, message) = story.incident(&instance);
    assert_eq!((element.as_str(), kind.as_str()), ("work", "EXTRACT_VALUE_ERROR"));
    assert_eq!(
        message,
        "Expected result of the expression 'kind' to be 'STRING', but was 'NULL'. The evaluation reported the following \
         warnings:\n[NO_VARIABLE_FOUND] No variable found with name 'kind'"
    );
}

#[test]
fn fact_26_only_a_first_equals_sign_makes_an_expression() {
    let inputs = r#"<zeebe:ioMapping><zeebe:input source="=1 + 1" target="sum"/><zeebe:input source=" =1 + 1" target="raw"/></zeebe:ioMapping>"#;
    let mut story = Story::of(&line(&[&service_with("work", inputs)]));
    let instance = story.start(json!({}));
    assert_eq!(story.locals(&instance, "work"), json!({ "sum": 2, "raw": " =1 + 1" }));
}

#[test]
fn fact_27_a_static_source_that_looks_like_a_number_is_one() {
    let inputs = r#"<zeebe:ioMapping><zeebe:input source="5" target="five"/><zeebe:input source="5 apples" target="apples"/></zeebe:ioMapping>"#;
    let mut story = Story::of(&line(&[&service_with("work", inputs)]));
    let instance = story.start(json!({}));
    assert_eq!(story.locals(&instance, "work"), json!({ "five": 5, "apples": "5 apples" }));
}

#[test]
fn fact_28_headers_are_never_evaluated() {
    let headers = r#"<zeebe:taskHeaders><zeebe:header key="raw" value="=1 + 1"/></zeebe:taskHeaders>"#;
    let mut story = Story::of(&line(&[&service_with("work", headers)]));
    story.start(json!({}));
    assert_eq!(story.job("work")["customHeaders"], json!({ "raw": "=1 + 1" }));
}

#[test]
fn fact_47_writing_an_equal_value_changes_nothing() {
    let model = super::model::process(
        "order",
        &(super::model::path(&[super::model::START, &service("work"), super::model::END])
            + &super::model::boundary(
                "changed",
                "work",
                super::model::BESIDE,
                "<conditionalEventDefinition><condition>=amount &gt; 0</condition></conditionalEventDefinition>",
            )),
    );
    let mut story = Story::of(&model);
    let instance = story.start(json!({ "amount": 0 }));
    story.set_variables(&instance, json!({ "amount": 0 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "work ACTIVE"]);
    story.set_variables(&instance, json!({ "amount": 1 }));
    let once = ["start COMPLETED", "work ACTIVE", "changed COMPLETED", "changed_end COMPLETED"];
    assert_eq!(story.trail(&instance), once);
    story.set_variables(&instance, json!({ "amount": 1 }));
    assert_eq!(story.trail(&instance), once, "the same value is no event");
}

#[test]
fn fact_48_locals_of_an_input_mapping_stay_to_be_searched() {
    let mut story = Story::of(&line(&[&service_with("work", &input("=order", "copy"))]));
    let instance = story.start(json!({ "order": 7 }));
    assert_eq!(story.job("work")["variables"], json!({ "order": 7, "copy": 7 }));
    let job = story.shown_job(&instance, "work");
    story.complete(&job, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.locals(&instance, "work"), json!({ "copy": 7 }));
    assert_eq!(story.variables(&instance), json!({ "order": 7 }));
}

#[test]
fn fact_61_the_type_of_a_job_is_evaluated_once() {
    let task = r#"<serviceTask id="work"><extensionElements><zeebe:taskDefinition type="=kind" retries="=tries"/></extensionElements></serviceTask>"#;
    let mut story = Story::of(&line(&[task]));
    let instance = story.start(json!({ "kind": "before", "tries": 7.9 }));
    story.set_variables(&instance, json!({ "kind": "after" }));
    assert_eq!(story.jobs("after"), Vec::<serde_json::Value>::new());
    assert_eq!(story.job("before")["retries"], 7, "decimals are cut");
}

#[test]
fn fact_62_variables_are_collected_when_the_job_is_handed_out() {
    let mut story = Story::of(&line(&[&service("work")]));
    let instance = story.start(json!({ "amount": 1 }));
    story.set_variables(&instance, json!({ "amount": 2, "late": true }));
    assert_eq!(story.job("work")["variables"], json!({ "amount": 2, "late": true }));
}
