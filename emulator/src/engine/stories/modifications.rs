//! Stories about modification: elements begun and ended from outside.
//! Wrong instructions change nothing.

use serde_json::json;

use super::super::{Modification, ModifyActivation, Termination};
use super::{Story, flow, process, task};

fn two() -> String {
    let inside = [r#"<startEvent id="inner"/>"#.to_owned(), task("deep", "deep", ""), flow("i1", "inner", "deep")];
    let elements = [
        r#"<startEvent id="start"/><endEvent id="done"/>"#.to_owned(),
        task("work", "work", ""),
        format!(r#"<subProcess id="sub">{}</subProcess>"#, inside.concat()),
        flow("f1", "start", "work"),
        flow("f2", "work", "sub"),
        flow("f3", "sub", "done"),
    ];
    process("order", &elements.concat())
}

fn begin(id: &str) -> ModifyActivation {
    let variables = vec![(Some(id.to_owned()), super::document(json!({ "local": 1 })))];
    ModifyActivation { element_id: id.to_owned(), ancestor: None, variables }
}

#[test]
fn an_element_is_moved_into_a_scope_that_is_made_for_it() {
    let mut story = Story::of(&two());
    let instance = story.start(json!({}));
    let change =
        Modification { activate: vec![begin("deep")], terminate: vec![Termination::Element("work".to_owned())] };
    story.engine.modify_instance(instance, change, story.now).expect("right");
    assert_eq!(story.elements(instance, "TERMINATED"), ["work"]);
    assert_eq!(story.elements(instance, "ACTIVE"), ["sub", "deep"]);
    let job = story.job("deep");
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "sub", "deep", "done"]);
}

#[test]
fn ending_the_last_element_terminates_the_instance() {
    let mut story = Story::of(&two());
    let instance = story.start(json!({}));
    let change = Modification { activate: Vec::new(), terminate: vec![Termination::Element("work".to_owned())] };
    story.engine.modify_instance(instance, change, story.now).expect("right");
    assert_eq!(story.state(instance), "TERMINATED");
}

#[test]
fn wrong_instructions_change_nothing() {
    let mut story = Story::of(&two());
    let instance = story.start(json!({}));
    for id in ["nowhere", "start", "inner"] {
        let change = Modification { activate: vec![begin("deep"), begin(id)], terminate: Vec::new() };
        assert!(story.engine.modify_instance(instance, change, story.now).is_err(), "{id}");
    }
    assert_eq!(story.elements(instance, "ACTIVE"), ["work"]);
    let unknown = story.engine.modify_instance(1, Modification::default(), story.now).expect_err("is not there").text;
    assert_eq!(unknown, "Expected to modify process instance but no process instance found with key '1'");
}
