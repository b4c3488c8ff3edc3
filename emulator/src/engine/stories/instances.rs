//! Stories about instances: deployment, gateways, awaiting, cancelling.
//! Jobs appear only to move them on.

use serde_json::json;

use super::super::instance::AwaitCompletion;
use super::super::{Outcome, Target};
use super::{Story, flow, one_task, process, task};

#[test]
fn a_deployment_of_the_same_bytes_under_the_same_name_changes_nothing() {
    let model = one_task("");
    let mut story = Story::of(&model);
    let first = story.deploy("model.bpmn", &model).expect("good");
    assert_eq!(first[0].1, 1);
    assert_eq!(story.deploy("model.bpmn", &model).expect("good"), first);
    let renamed = story.deploy("other.bpmn", &model).expect("good");
    assert_eq!(renamed[0].1, 2);
    // Version 1's file again is no duplicate of version 2.
    assert_eq!(story.deploy("model.bpmn", &model).expect("good")[0].1, 3);
}

#[test]
fn all_faults_of_a_deployment_are_told_and_nothing_is_stored() {
    let elements = [
        r#"<startEvent id="start"/><serviceTask id="work"/><transaction id="review"/><exclusiveGateway id="split"/>"#,
        r#"<sequenceFlow id="a" sourceRef="split" targetRef="work"/>"#,
        r#"<sequenceFlow id="b" sourceRef="split" targetRef="work"><conditionExpression>=x &gt;</conditionExpression></sequenceFlow>"#,
    ];
    let mut story = Story::of(&one_task(""));
    let fault = story.deploy("bad.bpmn", &process("bad", &elements.concat())).expect_err("full of faults").detail();
    assert!(fault.starts_with(
        "Command 'CREATE' rejected with code 'INVALID_ARGUMENT': Expected to deploy new resources, but encountered the \
         following errors:\n'bad.bpmn': - Element: work\n    - ERROR: Must have exactly one 'zeebe:taskDefinition' extension element\n"
    ), "{fault}");
    assert!(
        fault.contains(
            "- Element: review\n    - ERROR: Elements of type 'transaction' are not supported by this emulator\n"
        ),
        "{fault}"
    );
    assert!(fault.contains("- Element: b\n    - ERROR: failed to parse expression 'x >': "), "{fault}");
    assert!(fault.contains("- Element: a\n    - ERROR: Must have a condition or be default flow\n"), "{fault}");
    assert_eq!(story.engine.definitions.all().count(), 1);
}

#[test]
fn a_loop_that_never_waits_is_refused() {
    let elements = [
        r#"<startEvent id="start"/><exclusiveGateway id="a"/><task id="b"/>"#.to_owned(),
        flow("f1", "start", "a"),
        flow("f2", "a", "b"),
        flow("f3", "b", "a"),
    ];
    let mut story = Story::of(&one_task(""));
    let fault = story.deploy("loop.bpmn", &process("loop", &elements.concat())).expect_err("a loop").detail();
    assert!(fault.contains("straight-through processing loops: a > b > a"), "{fault}");
}

fn gateway() -> String {
    let elements = [
        r#"<startEvent id="start"/><exclusiveGateway id="split" default="otherwise"/><endEvent id="high"/><endEvent id="low"/>
           <sequenceFlow id="if" sourceRef="split" targetRef="high"><conditionExpression>=amount &gt; 100</conditionExpression></sequenceFlow>"#
            .to_owned(),
        flow("f1", "start", "split"),
        flow("otherwise", "split", "low"),
    ];
    process("order", &elements.concat())
}

#[test]
fn an_exclusive_gateway_takes_the_first_true_flow_or_the_default() {
    let mut story = Story::of(&gateway());
    let high = story.start(json!({ "amount": 100.5 }));
    assert_eq!(story.elements(high, "COMPLETED"), ["start", "split", "high"]);
    let low = story.start(json!({ "amount": 100 }));
    assert_eq!(story.elements(low, "COMPLETED"), ["start", "split", "low"]);
}

fn fork_and_join() -> String {
    let elements = [
        r#"<startEvent id="start"/><parallelGateway id="fork"/><parallelGateway id="join"/><endEvent id="done"/>"#
            .to_owned(),
        task("a", "a", ""),
        task("b", "b", ""),
        flow("f1", "start", "fork"),
        flow("f2", "fork", "a"),
        flow("f3", "fork", "b"),
        flow("f4", "a", "join"),
        flow("f5", "b", "join"),
        flow("f6", "join", "done"),
    ];
    process("order", &elements.concat())
}

#[test]
fn a_join_waits_for_every_flow() {
    let mut story = Story::of(&fork_and_join());
    let instance = story.start(json!({}));
    let (a, b) = (story.job("a"), story.job("b"));
    story.complete(b, json!({})).expect("open");
    // A token that waits is no element, but the instance stays.
    assert_eq!((story.elements(instance, "ACTIVE"), story.state(instance)), (vec!["a"], "ACTIVE"));
    story.complete(a, json!({})).expect("open");
    assert_eq!(story.state(instance), "COMPLETED");
    assert_eq!(story.elements(instance, "COMPLETED").iter().filter(|id| **id == "join").count(), 1);
}

#[test]
fn cancelling_terminates_what_lives_and_closes_its_jobs() {
    let mut story = Story::of(&fork_and_join());
    let instance = story.start(json!({}));
    let job = story.job("a");
    story.engine.cancel_instance(instance, story.now).expect("alive");
    assert_eq!((story.state(instance), story.elements(instance, "TERMINATED")), ("TERMINATED", vec!["a", "b"]));
    assert_eq!(story.job_state(job).1, "CANCELED");
    assert_eq!(story.jobs("b"), [0; 0]);
    let again = story.engine.cancel_instance(instance, story.now).expect_err("ended").detail();
    assert!(
        again.ends_with(&format!("a process instance with key '{instance}', but no such process was found")),
        "{again}"
    );
}

#[test]
fn a_waiting_start_is_answered_at_the_end_with_what_was_asked_for() {
    let mut story = Story::of(&one_task(""));
    let ticket = story.ticket();
    let waiting = AwaitCompletion { ticket, fetch: vec!["b".to_owned(), "absent".to_owned()], timeout: 15_000 };
    let request =
        super::CreateInstance { await_completion: Some(waiting), ..Story::request(json!({ "a": 1, "b": 1 })) };
    let instance = story.engine.create_instance(request, story.now).expect("is there");
    assert!(story.engine.poll_outcome().is_none());
    let job = *story.engine.jobs.all.keys().next().expect("a job");
    story.complete(job, json!({ "b": 2 })).expect("open");
    match story.engine.poll_outcome() {
        Some((answered, Outcome::Completed { instance: ended, variables })) => {
            assert_eq!((answered, ended, variables), (ticket, instance, super::document(json!({ "b": 2 }))));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_waiting_start_of_a_cancelled_instance_runs_into_its_time() {
    let mut story = Story::of(&one_task(""));
    let ticket = story.ticket();
    let waiting = AwaitCompletion { ticket, fetch: Vec::new(), timeout: 2_000 };
    let request = super::CreateInstance { await_completion: Some(waiting), ..Story::request(json!({})) };
    let instance = story.engine.create_instance(request, story.now).expect("is there");
    story.engine.cancel_instance(instance, story.now).expect("alive");
    story.wait(1_999);
    assert!(story.engine.poll_outcome().is_none());
    story.wait(1);
    assert!(matches!(story.engine.poll_outcome(), Some((t, Outcome::TimedOut)) if t == ticket));
}

#[test]
fn what_is_not_deployed_cannot_be_started() {
    let mut story = Story::of(&one_task(""));
    let mut reason = |target| {
        let request = super::CreateInstance { target, ..Story::request(json!({})) };
        story.engine.create_instance(request, story.now).expect_err("is not there").text
    };
    let id = |id: &str, version| Target::Id { id: id.to_owned(), version };
    assert_eq!(reason(id("x", None)), "Expected to find process definition with process ID 'x', but none found");
    let versioned = "Expected to find process definition with process ID 'order' and version '7', but none found";
    assert_eq!(reason(id("order", Some(7))), versioned);
    assert_eq!(reason(Target::Key(5)), "Expected to find process definition with key '5', but none found");
}

#[test]
fn two_elements_of_one_id_are_refused() {
    let elements = r#"<startEvent id="start"/><task id="a"/><task id="a"/>"#;
    let mut story = Story::of(&one_task(""));
    let fault = story.deploy("twice.bpmn", &process("twice", elements)).expect_err("twice").text;
    assert!(fault.contains("- Element: a\n    - ERROR: Must have an id that no other element has\n"), "{fault}");
}
