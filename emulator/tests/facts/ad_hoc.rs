//! Ad-hoc sub-processes, run by the engine or by the results of jobs.

use serde_json::{Value, json};

use super::model::{END, START, activity, flow, line, path, process, service};
use super::story::{Story, key};

/// `left` followed by `after`, and `right`, inside `pool`.
fn pool(extensions: &str, more: &str) -> String {
    let inside = service("left") + &service("after") + &flow("left", "after") + &service("right");
    activity("adHocSubProcess", "pool", extensions, &(inside + more))
}

fn engine_run(collection: &str, condition: &str) -> Story {
    let adhoc = if collection.is_empty() {
        String::new()
    } else {
        format!(r#"<zeebe:adHoc activeElementsCollection="{collection}"/>"#)
    };
    Story::of(&line(&[&pool(&adhoc, condition)]))
}

#[test]
fn it_begins_with_the_elements_of_its_collection_each_in_an_inner_instance() {
    let mut story = engine_run("=wanted", "");
    let instance = story.start(json!({ "wanted": ["left", "right"] }));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "pool ACTIVE", "pool{} ACTIVE", "pool{} ACTIVE", "left ACTIVE", "right ACTIVE"]
    );
    let known = story.locals(&instance, "pool")["adHocSubProcessElements"].clone();
    let ids: Vec<&Value> = known.as_array().expect("a list").iter().map(|e| &e["elementId"]).collect();
    assert_eq!(ids, ["left", "right"]);
    for id in ["left", "right", "after"] {
        story.work(id, json!({}));
    }
    assert_eq!(story.state(&instance), "COMPLETED", "without a condition it is done when nothing is active");
}

#[test]
fn an_unknown_element_is_an_incident() {
    let mut story = engine_run("=wanted", "");
    let instance = story.start(json!({ "wanted": ["left", "middle"] }));
    let (element, kind, message) = story.incident(&instance);
    assert_eq!((element.as_str(), kind.as_str()), ("pool", "EXTRACT_VALUE_ERROR"));
    assert!(message.starts_with("Failed to activate ad-hoc elements. "), "{message}");
    assert_eq!(story.trail(&instance), ["start COMPLETED", "pool ACTIVE"]);
}

#[test]
fn a_condition_that_holds_cancels_the_rest() {
    let mut story = engine_run("=wanted", "<completionCondition>=done</completionCondition>");
    let instance = story.start(json!({ "wanted": ["left", "right"], "done": false }));
    story.work("right", json!({}));
    assert_eq!(story.trail(&instance)[1], "pool ACTIVE");
    let instance = story.start(json!({ "wanted": ["left", "right"], "done": true }));
    let right = story.jobs("right");
    story.complete(&right[0], json!({}));
    assert_eq!(
        story.trail(&instance),
        [
            "start COMPLETED",
            "pool COMPLETED",
            "pool{} TERMINATED",
            "pool{} COMPLETED",
            "left TERMINATED",
            "right COMPLETED",
            "end COMPLETED"
        ]
    );
}

#[test]
fn without_elements_it_waits_for_a_command() {
    let mut story = engine_run("", "");
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "pool ACTIVE"]);
    let element = story.element(&instance, "pool");
    let activation = format!("/element-instances/ad-hoc-activities/{element}/activation");
    let wanted = |ids: &[&str]| {
        let elements: Vec<Value> = ids.iter().map(|id| json!({ "elementId": id, "variables": { "n": 1 } })).collect();
        json!({ "elements": elements })
    };
    assert_eq!(story.refused(&activation, wanted(&["nowhere"])).0, 404);
    assert_eq!(story.refused(&activation, wanted(&["left", "left"])).0, 400);
    story.ok(&activation, wanted(&["right"]));
    assert_eq!(story.job("right")["variables"]["n"], 1);
    let job = story.shown_job(&instance, "right");
    story.complete(&job, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn outputs_are_collected_and_leave() {
    let adhoc = r#"<zeebe:adHoc activeElementsCollection="=[&quot;right&quot;]" outputCollection="results" outputElement="=result"/>"#;
    let mut story = Story::of(&line(&[&pool(adhoc, "")]));
    let instance = story.start(json!({}));
    assert_eq!(story.locals(&instance, "pool")["results"], json!([]));
    story.work("right", json!({ "result": 7 }));
    assert_eq!(story.variables(&instance)["results"], json!([7]));
}

/// `pool` as jobs of the type `agent` decide.
fn job_run() -> Story {
    Story::of(&line(&[&pool(r#"<zeebe:taskDefinition type="agent" retries="2"/>"#, "")]))
}

fn result(elements: &[&str], fulfilled: bool, cancel: bool) -> Value {
    let elements: Vec<Value> =
        elements.iter().map(|id| json!({ "elementId": id, "variables": { "from": id } })).collect();
    json!({
        "result": {
            "type": "adHocSubProcess", "activateElements": elements,
            "isCompletionConditionFulfilled": fulfilled, "isCancelRemainingInstances": cancel
        }
    })
}

fn decide(story: &mut Story, answer: Value) {
    let job = story.job("agent");
    story.ok(&format!("/jobs/{}/completion", key(&job)), answer);
}

#[test]
fn a_job_decides_what_begins_and_the_next_one_what_follows() {
    let mut story = job_run();
    let instance = story.start(json!({}));
    let job = story.job("agent");
    assert_eq!(
        (&job["kind"], &job["retries"], &job["elementId"]),
        (&json!("AD_HOC_SUB_PROCESS"), &json!(2), &json!("pool"))
    );
    assert!(job["variables"]["adHocSubProcessElements"].is_array());
    story.ok(&format!("/jobs/{}/completion", key(&job)), result(&["left", "right"], false, false));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "pool ACTIVE", "pool{} ACTIVE", "pool{} ACTIVE", "left ACTIVE", "right ACTIVE"]
    );
    assert_eq!(story.jobs("agent"), Vec::<Value>::new(), "nothing has ended yet");
    let right = story.job("right");
    assert_eq!(right["variables"]["from"], "right");
    story.complete(&right, json!({}));
    // Its flow has ended, so a job asks again; it is replaced when another flow ends before it is done.
    let asking = story.job("agent");
    story.work("left", json!({}));
    story.work("after", json!({}));
    let again = story.job("agent");
    assert_ne!(key(&again), key(&asking));
    assert_eq!(story.refused(&format!("/jobs/{}/completion", key(&asking)), json!({})).0, 404);
    story.ok(&format!("/jobs/{}/completion", key(&again)), result(&[], true, false));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn a_fulfilled_condition_cancels_the_rest_or_waits_for_it() {
    let mut story = job_run();
    let instance = story.start(json!({}));
    decide(&mut story, result(&["left", "right"], false, false));
    story.work("right", json!({}));
    decide(&mut story, result(&[], true, true));
    assert_eq!(story.state(&instance), "COMPLETED");
    assert_eq!(story.trail(&instance)[4], "left TERMINATED");

    let instance = story.start(json!({}));
    decide(&mut story, result(&["left", "right"], false, false));
    story.work("right", json!({}));
    decide(&mut story, result(&[], true, false));
    assert_eq!(story.trail(&instance)[1], "pool ACTIVE", "it waits for what is active");
    story.work("left", json!({}));
    story.work("after", json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn a_result_that_activates_nothing_leaves_it_active() {
    let mut story = job_run();
    let instance = story.start(json!({}));
    decide(&mut story, json!({}));
    story.wait_seconds(60);
    assert_eq!(story.trail(&instance), ["start COMPLETED", "pool ACTIVE"]);
    assert_eq!(story.jobs("agent"), Vec::<Value>::new());
}

#[test]
fn unknown_elements_of_a_result_are_refused_and_change_nothing() {
    let mut story = job_run();
    let instance = story.start(json!({}));
    let job = story.job("agent");
    let completion = format!("/jobs/{}/completion", key(&job));
    assert_eq!(story.refused(&completion, result(&["left", "nowhere"], false, false)).0, 404);
    assert_eq!(story.trail(&instance), ["start COMPLETED", "pool ACTIVE"]);
    story.fail(&job, json!({ "retries": 0 }));
    assert_eq!(story.incident(&instance).1, "AD_HOC_SUB_PROCESS_NO_RETRIES");
}

#[test]
fn what_does_not_go_together_is_refused_at_deployment() {
    let mut story = Story::empty();
    let job = r#"<zeebe:taskDefinition type="agent"/>"#;
    let both = pool(&format!(r#"{job}<zeebe:adHoc activeElementsCollection="=[]"/>"#), "");
    let condition = pool(job, "<completionCondition>=true</completionCondition>");
    for model in [both, condition] {
        let fault = story.fault(&process("order", &path(&[START, &model, END])));
        assert!(fault.contains("- Element: pool\n    - ERROR: "), "{fault}");
    }
    let empty = activity("adHocSubProcess", "pool", "", "");
    assert!(story.fault(&line(&[&empty])).contains("Must have at least one activity."));
}
