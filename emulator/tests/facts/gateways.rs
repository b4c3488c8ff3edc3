//! Gateways: which flows are taken, and when joins go on.

use serde_json::json;

use super::model::{ALARM, END, START, catch, duration, flow, flow_if, line, process, service};
use super::story::Story;

/// `fork` in front of `a` and `b`, and behind them `join` and the end.
fn diamond(fork: &str, join: &str, to_a: &str, to_b: &str) -> String {
    let all = [START, fork, &service("a"), &service("b"), join, END].concat();
    let id = |element: &str| element.split('"').nth(1).unwrap_or_default().to_owned();
    let (fork, join) = (id(fork), id(join));
    all + &flow("start", &fork) + to_a + to_b + &flow("a", &join) + &flow("b", &join) + &flow(&join, "end")
}

fn parallel() -> String {
    let (a, b) = (flow("fork", "a"), flow("fork", "b"));
    diamond(r#"<parallelGateway id="fork"/>"#, r#"<parallelGateway id="join"/>"#, &a, &b)
}

#[test]
fn a_parallel_gateway_takes_all_flows_in_order_and_joins_once() {
    let mut story = Story::of(&process("order", &parallel()));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "fork COMPLETED", "a ACTIVE", "b ACTIVE"]);
    story.work("b", json!({}));
    assert_eq!(story.trail(&instance)[2..], ["a ACTIVE", "b COMPLETED"], "a token that waits shows nowhere");
    story.work("a", json!({}));
    assert_eq!(story.trail(&instance)[2..], ["a COMPLETED", "b COMPLETED", "join COMPLETED", "end COMPLETED"]);
}

#[test]
fn fact_19_a_join_whose_other_arm_never_comes_stays_for_ever() {
    let only_a = flow_if("fork", "a", "=true");
    let never_b = flow_if("fork", "b", "=false");
    let model = diamond(r#"<exclusiveGateway id="fork"/>"#, r#"<parallelGateway id="join"/>"#, &only_a, &never_b);
    let mut story = Story::of(&process("order", &model));
    let instance = story.start(json!({}));
    story.work("a", json!({}));
    story.wait_seconds(86_400);
    assert_eq!(story.trail(&instance), ["start COMPLETED", "fork COMPLETED", "a COMPLETED"]);
    assert_eq!((story.state(&instance).as_str(), story.incidents(&instance)), ("ACTIVE", vec![]));
}

#[test]
fn fact_20_two_tokens_on_one_flow_do_not_open_a_join_of_two() {
    // Both arms of the fork come through `both`, so that `join` gets two tokens on the same flow and none on the other.
    let all = [START, r#"<parallelGateway id="fork"/>"#, r#"<exclusiveGateway id="both"/>"#, &service("never")]
        .concat()
        + r#"<parallelGateway id="join"/>"#
        + END
        + r#"<task id="left"/><task id="right"/><exclusiveGateway id="which"/>"#
        + &flow("start", "fork")
        + &flow("fork", "left")
        + &flow("fork", "right")
        + &flow("left", "both")
        + &flow("right", "both")
        + &flow("both", "which")
        + &flow_if("which", "never", "=false")
        + r#"<sequenceFlow id="which_join" sourceRef="which" targetRef="join"><conditionExpression>=true</conditionExpression></sequenceFlow>"#
        + &flow("never", "join")
        + &flow("join", "end");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    let trail = story.trail(&instance);
    assert_eq!(trail.iter().filter(|line| *line == "which COMPLETED").count(), 2, "{trail:?}");
    assert!(!trail.iter().any(|line| line.starts_with("join")), "{trail:?}");
    assert_eq!(story.state(&instance), "ACTIVE");
}

fn exclusive(default_condition: &str) -> String {
    let all = [START, r#"<exclusiveGateway id="which" default="which_b"/>"#, &service("a"), &service("b")].concat();
    process(
        "order",
        &(all
            + &flow("start", "which")
            + &flow_if("which", "a", "=amount &gt; 100")
            + &flow_if("which", "b", default_condition)),
    )
}

#[test]
fn fact_21_the_condition_of_the_default_flow_is_never_evaluated() {
    let mut story = Story::of(&exclusive("=assert(false, false)"));
    let instance = story.start(json!({ "amount": 1 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "which COMPLETED", "b ACTIVE"]);
    assert_eq!(story.incidents(&instance), []);
}

#[test]
fn fact_22_a_null_condition_at_an_exclusive_gateway_is_an_incident() {
    let mut story = Story::of(&exclusive("=true"));
    let instance = story.start(json!({}));
    let (element, kind, message) = story.incident(&instance);
    assert_eq!((element.as_str(), kind.as_str()), ("which", "EXTRACT_VALUE_ERROR"));
    assert!(
        message.starts_with("Expected result of the expression 'amount > 100' to be 'BOOLEAN', but was 'NULL'."),
        "{message}"
    );
    assert_eq!(story.trail(&instance), ["start COMPLETED", "which ACTIVE"]);
    story.set_variables(&instance, json!({ "amount": 200 }));
    story.resolve(&instance);
    assert_eq!(story.trail(&instance), ["start COMPLETED", "which COMPLETED", "a ACTIVE"]);
}

#[test]
fn fact_23_a_condition_of_an_event_that_is_null_is_false() {
    let condition = "<conditionalEventDefinition><condition>=amount &gt; 100</condition></conditionalEventDefinition>";
    let mut story = Story::of(&line(&[&catch("large", condition)]));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "large ACTIVE"]);
    assert_eq!(story.incidents(&instance), []);
    story.set_variables(&instance, json!({ "amount": 200 }));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn an_exclusive_gateway_takes_the_first_that_holds_or_is_stuck() {
    let all = [START, r#"<exclusiveGateway id="which"/>"#, &service("a"), &service("b")].concat()
        + &flow("start", "which")
        + &flow_if("which", "a", "=amount &gt; 1")
        + &flow_if("which", "b", "=amount &gt; 2");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({ "amount": 3 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "which COMPLETED", "a ACTIVE"]);
    let instance = story.start(json!({ "amount": 0 }));
    assert_eq!(
        story.incident(&instance),
        (
            "which".into(),
            "CONDITION_ERROR".into(),
            "Expected at least one condition to evaluate to true, or to have a default flow".into()
        )
    );
}

#[test]
fn an_exclusive_gateway_lets_every_token_through_and_without_a_way_on_it_ends() {
    let all = [START, r#"<parallelGateway id="fork"/>"#, r#"<task id="a"/><task id="b"/>"#].concat()
        + r#"<exclusiveGateway id="merge"/>"#
        + &flow("start", "fork")
        + &flow("fork", "a")
        + &flow("fork", "b")
        + &flow("a", "merge")
        + &flow("b", "merge");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    let trail = story.trail(&instance);
    assert_eq!(trail.iter().filter(|line| *line == "merge COMPLETED").count(), 2, "{trail:?}");
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn an_inclusive_gateway_takes_what_holds_and_its_join_waits_for_what_can_come() {
    let (a, b) = (flow_if("fork", "a", "=a"), flow_if("fork", "b", "=b"));
    let model = diamond(r#"<inclusiveGateway id="fork"/>"#, r#"<inclusiveGateway id="join"/>"#, &a, &b);
    let mut story = Story::of(&process("order", &model));
    let both = story.start(json!({ "a": true, "b": true }));
    story.work("a", json!({}));
    assert_eq!(story.trail(&both)[2..], ["a COMPLETED", "b ACTIVE"]);
    story.work("b", json!({}));
    assert_eq!(story.trail(&both)[2..], ["a COMPLETED", "b COMPLETED", "join COMPLETED", "end COMPLETED"]);

    let one = story.start(json!({ "a": true, "b": false }));
    story.work("a", json!({}));
    assert_eq!(story.trail(&one)[2..], ["a COMPLETED", "join COMPLETED", "end COMPLETED"]);

    let none = story.start(json!({ "a": false, "b": false }));
    assert_eq!(story.incident(&none).1, "CONDITION_ERROR");
}

#[test]
fn behind_an_event_based_gateway_the_first_event_wins() {
    let all = [
        START,
        r#"<eventBasedGateway id="first"/>"#,
        &catch("rung", ALARM),
        &catch("late", &duration("PT10S")),
        r#"<endEvent id="a"/><endEvent id="b"/>"#,
    ]
    .concat()
        + &flow("start", "first")
        + &flow("first", "rung")
        + &flow("first", "late")
        + &flow("rung", "a")
        + &flow("late", "b");
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "first ACTIVE"]);
    story.signal("alarm", json!({ "loud": true }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "first COMPLETED", "rung COMPLETED", "a COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "loud": true }));
    let flows = story.get(&format!("/process-instances/{instance}/sequence-flows"));
    let mut taken: Vec<&str> =
        flows["items"].as_array().expect("a list").iter().filter_map(|flow| flow["elementId"].as_str()).collect();
    taken.sort_unstable();
    assert_eq!(taken, ["rung_a", "start_first"], "the flow to the event is not taken");
    let other = story.start(json!({}));
    story.wait_seconds(10);
    assert_eq!(story.trail(&other)[2..], ["late COMPLETED", "b COMPLETED"]);
}
