//! Stories about deployed files and their end.
//! What their answers look like is tested over a socket.

use serde_json::json;

use super::super::deploy::{Deployment, Resource};
use super::super::{Rejection, Target};
use super::{CreateInstance, Story, one_task};

fn deploy(story: &mut Story, files: &[(&str, &str)]) -> Result<Deployment, Rejection> {
    let file = |(name, text): &(&str, &str)| Resource { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() };
    story.engine.deploy(files.iter().map(file).collect(), &crate::engine::DEFAULT_TENANT.into(), story.now)
}

#[test]
fn one_new_file_gives_the_unchanged_one_beside_it_a_new_version() {
    let model = one_task("");
    let mut story = Story::of(&model);
    let first = deploy(&mut story, &[("a.form", r#"{"id":"f"}"#), ("model.bpmn", &model)]).expect("good");
    assert_eq!((first.definitions[0].version, first.files[0].version), (2, 1));
    let second = deploy(&mut story, &[("model.bpmn", &model), ("a.form", r#"{"id":"f","x":1}"#)]).expect("good");
    assert_eq!((second.definitions[0].version, second.files[0].version), (3, 2));
    let third = deploy(&mut story, &[("model.bpmn", &model), ("a.form", r#"{"id":"f","x":1}"#)]).expect("good");
    assert_eq!((third.definitions[0].key, third.files[0].key), (second.definitions[0].key, second.files[0].key));
}

#[test]
fn forms_need_an_id() {
    let mut story = Story::of(&one_task(""));
    let fault =
        deploy(&mut story, &[("a.form", "{}"), ("b.form", r#"{"id":" "}"#), ("c.dmn", "<x/>")]).expect_err("bad").text;
    assert!(fault.contains("'a.form': Expected the form id to be present, but none given\n"), "{fault}");
    assert!(fault.contains("'b.form': Expected the form id to be filled, but it is blank\n"), "{fault}");
    assert!(fault.contains("'c.dmn': The file is not a DMN document"), "{fault}");
}

#[test]
fn a_definition_drains_until_its_last_instance_ends() {
    let mut story = Story::of(&one_task(""));
    let key = story.engine.definitions.latest(crate::engine::DEFAULT_TENANT, "order").expect("is there").key;
    let instance = story.start(json!({}));
    story.engine.delete_resource(key, story.now).expect("is there");
    let word = |story: &Story| story.engine.definitions.state(key).word();
    assert_eq!((word(&story), story.state(instance)), ("DRAINING", "ACTIVE"));
    let by_key = CreateInstance { target: Target::Key(key), ..Story::request(json!({})) };
    assert_eq!(
        story.engine.create_instance(by_key, story.now).expect_err("draining").reason,
        super::super::Reason::InvalidState
    );
    assert!(story.engine.create_instance(Story::request(json!({})), story.now).is_err());
    assert!(story.engine.delete_resource(key, story.now).is_err());
    let job = story.job("work");
    story.complete(job, json!({})).expect("still runs");
    assert_eq!(word(&story), "DELETED");
    let text = story.engine.delete_resource(key, story.now).expect_err("is gone").text;
    assert_eq!(text, format!("Expected to delete resource but no resource found with key `{key}`"));
}

#[test]
fn after_the_latest_version_was_deleted_the_one_before_is_started_and_numbers_go_on() {
    let mut story = Story::of(&one_task(""));
    let second = story.deploy("other.bpmn", &one_task("")).expect("good")[0].0;
    story.engine.delete_resource(second, story.now).expect("is there");
    assert_eq!(story.engine.definitions.latest(crate::engine::DEFAULT_TENANT, "order").map(|d| d.version), Some(1));
    assert_eq!(story.deploy("other.bpmn", &one_task("")).expect("good")[0].1, 3);
}
