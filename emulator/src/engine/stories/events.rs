//! Stories about event-based and inclusive gateways, links, escalations and terminate end events.
//! Timers and messages appear only as what is waited for.

use serde_json::json;

use super::{Story, flow, line, process, task, then_end};

#[test]
fn the_first_event_behind_an_event_based_gateway_wins() {
    let elements = [
        r#"<startEvent id="start"/><eventBasedGateway id="either"/>"#.to_owned(),
        r#"<intermediateCatchEvent id="paid"><messageEventDefinition messageRef="paid"/></intermediateCatchEvent>"#.to_owned(),
        r#"<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>PT5S</timeDuration></timerEventDefinition></intermediateCatchEvent>"#.to_owned(),
        flow("a", "start", "either"),
        flow("b", "either", "paid"),
        flow("c", "either", "late"),
        then_end("paid"),
        then_end("late"),
    ];
    let mut story = Story::of(&process("order", &elements.concat()));
    let (one, two) = (story.start(json!({ "order": 1 })), story.start(json!({ "order": 2 })));
    story.publish("paid", "1", 0, json!({ "sum": 3 }));
    story.wait(5_000);
    assert_eq!(story.elements(one, "COMPLETED"), ["start", "either", "paid", "paid_end"]);
    assert_eq!(story.elements(two, "COMPLETED"), ["start", "either", "late", "late_end"]);
    assert_eq!(story.variables(one), json!({ "order": 1, "sum": 3 }));
    assert_eq!(story.waiting(), 0);
    assert!(!story.engine.instances[&one].taken.iter().any(|f| *f == 1), "no flow to the event is taken");
}

fn inclusive() -> String {
    let condition = |id: &str, to: &str, text: &str| {
        format!(
            r#"<sequenceFlow id="{id}" sourceRef="split" targetRef="{to}"><conditionExpression>{text}</conditionExpression></sequenceFlow>"#
        )
    };
    let elements = [
        r#"<startEvent id="start"/><inclusiveGateway id="split" default="f3"/><inclusiveGateway id="join"/><endEvent id="done"/>"#.to_owned(),
        task("a", "a", ""),
        task("b", "b", ""),
        task("c", "c", ""),
        flow("f0", "start", "split"),
        condition("f1", "a", "=n &gt; 1"),
        condition("f2", "b", "=n &gt; 2"),
        flow("f3", "split", "c"),
        flow("g1", "a", "join"),
        flow("g2", "b", "join"),
        flow("g3", "c", "join"),
        flow("g4", "join", "done"),
    ];
    process("order", &elements.concat())
}

#[test]
fn an_inclusive_join_waits_for_those_that_can_still_come() {
    let mut story = Story::of(&inclusive());
    let both = story.start(json!({ "n": 3 }));
    let (a, b) = (story.job("a"), story.job("b"));
    story.complete(a, json!({})).expect("open");
    assert_eq!(story.elements(both, "ACTIVE"), ["b"]);
    story.complete(b, json!({})).expect("open");
    assert_eq!((story.state(both), story.elements(both, "COMPLETED").len()), ("COMPLETED", 6));
    let one = story.start(json!({ "n": 2 }));
    let a = story.job("a");
    story.complete(a, json!({})).expect("open");
    assert_eq!(story.elements(one, "COMPLETED"), ["start", "split", "a", "join", "done"]);
    let none = story.start(json!({ "n": 1 }));
    assert_eq!(story.elements(none, "ACTIVE"), ["c"]);
}

#[test]
fn a_link_goes_on_at_the_catch_event_of_its_name() {
    let elements = [
        r#"<startEvent id="start"/>"#,
        r#"<intermediateThrowEvent id="throw"><linkEventDefinition name="there"/></intermediateThrowEvent>"#,
        r#"<intermediateCatchEvent id="catch"><linkEventDefinition name="there"/></intermediateCatchEvent>"#,
    ];
    let flows = flow("a", "start", "throw") + &then_end("catch");
    let mut story = Story::of(&process("order", &(elements.concat() + &flows)));
    let instance = story.start(json!({}));
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "throw", "catch", "catch_end"]);
}

fn escalating(cancel: &str) -> String {
    let inside = [
        r#"<startEvent id="inner"/><intermediateThrowEvent id="throw"><escalationEventDefinition escalationRef="late"/></intermediateThrowEvent>"#.to_owned(),
        flow("i1", "inner", "throw"),
        flow("i2", "throw", "work"),
        task("work", "work", ""),
    ];
    let boundary = format!(
        r#"<boundaryEvent id="caught" attachedToRef="sub" cancelActivity="{cancel}"><escalationEventDefinition escalationRef="late"/></boundaryEvent>{}"#,
        then_end("caught")
    );
    line(&[("sub", format!(r#"<subProcess id="sub">{}</subProcess>{boundary}"#, inside.concat()))])
}

#[test]
fn an_escalation_goes_outwards_and_may_be_ignored() {
    let mut story = Story::of(&escalating("false"));
    let instance = story.start(json!({}));
    assert_eq!(story.elements(instance, "ACTIVE"), ["sub", "work"]);
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "inner", "throw", "caught", "caught_end"]);
    let mut story = Story::of(&escalating("true"));
    let instance = story.start(json!({}));
    assert_eq!(story.elements(instance, "TERMINATED"), ["sub", "throw"]);
    assert_eq!(story.state(instance), "COMPLETED");
    let throw = r#"<intermediateThrowEvent id="throw"><escalationEventDefinition escalationRef="late"/></intermediateThrowEvent>"#;
    let mut story = Story::of(&line(&[("throw", throw.to_owned())]));
    let instance = story.start(json!({}));
    assert_eq!((story.state(instance), story.incidents().len()), ("COMPLETED", 0));
}

#[test]
fn a_terminate_end_event_ends_everything_else_and_the_scope_completes() {
    let elements = [
        r#"<startEvent id="start"/><parallelGateway id="fork"/><endEvent id="stop"><terminateEventDefinition/></endEvent>"#.to_owned(),
        task("a", "a", ""),
        task("b", "b", ""),
        flow("f1", "start", "fork"),
        flow("f2", "fork", "a"),
        flow("f3", "fork", "b"),
        flow("f4", "a", "stop"),
        then_end("b"),
    ];
    let mut story = Story::of(&process("order", &elements.concat()));
    let instance = story.start(json!({}));
    let job = story.job("a");
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.elements(instance, "TERMINATED"), ["b"]);
    assert_eq!(story.state(instance), "COMPLETED");
    assert!(story.jobs("b").is_empty());
}

#[test]
fn a_script_gives_its_result_to_the_process() {
    let script = r#"<scriptTask id="script"><extensionElements><zeebe:script expression="=n * 2" resultVariable="twice"/></extensionElements></scriptTask>"#;
    let mut story = Story::of(&line(&[("script", script.to_owned())]));
    let instance = story.start(json!({ "n": 21 }));
    assert_eq!(story.variables(instance), json!({ "n": 21, "twice": 42 }));
}

#[test]
fn what_goes_on_for_ever_is_stopped_by_an_incident() {
    let start = r#"<startEvent id="start"><signalEventDefinition signalRef="alarm"/></startEvent>"#;
    let throw =
        r#"<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="alarm"/></intermediateThrowEvent>"#;
    let model = process("order", &[start, throw, &flow("a", "start", "throw"), &then_end("throw")].concat());
    let mut story = Story::of(&model);
    story.signal("alarm", json!({}));
    let (_, kind, message) = story.incidents()[0];
    assert_eq!(kind, "CONDITION_ERROR");
    assert!(message.contains("too many steps followed without waiting"), "{message}");
}

#[test]
fn a_condition_is_judged_when_it_waits_and_when_its_variables_change() {
    let wait = r#"<intermediateCatchEvent id="wait"><conditionalEventDefinition><condition>=level &gt; 5</condition></conditionalEventDefinition></intermediateCatchEvent>"#;
    let mut story = Story::of(&line(&[("wait", wait.to_owned())]));
    let at_once = story.start(json!({ "level": 6 }));
    assert_eq!(story.state(at_once), "COMPLETED");
    let later = story.start(json!({ "level": null }));
    for (level, state) in [(5, "ACTIVE"), (7, "COMPLETED")] {
        let change = super::document(json!({ "level": level }));
        story.engine.set_variables(later, change, false, story.now).expect("lives");
        assert_eq!(story.state(later), state);
    }
    assert_eq!(story.incidents().len(), 0);
}

#[test]
fn a_decision_gives_its_result_and_a_missing_one_is_an_incident() {
    let rule = r#"<businessRuleTask id="rule"><extensionElements><zeebe:calledDecision decisionId="dish" resultVariable="menu"/></extensionElements></businessRuleTask>"#;
    let mut story = Story::of(&line(&[("rule", rule.to_owned())]));
    let missing = story.start(json!({ "season": "Winter" }));
    let (incident, kind, _) = story.incidents()[0];
    assert_eq!(kind, "CALLED_DECISION_ERROR");
    let dish = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="food" name="Food"><decision id="dish" name="Dish">
        <decisionTable><input id="i"><inputExpression><text>season</text></inputExpression></input><output id="o" name="dish"/>
        <rule id="r"><inputEntry><text>"Winter"</text></inputEntry><outputEntry><text>"Stew"</text></outputEntry></rule>
        </decisionTable></decision></definitions>"#;
    story.deploy("dish.dmn", dish).expect("good");
    story.engine.resolve_incident(incident, story.now).expect("open");
    assert_eq!(story.variables(missing)["menu"], "Stew");
    let summer = story.start(json!({ "season": "Summer" }));
    assert_eq!((story.state(summer), &story.variables(summer)["menu"]), ("COMPLETED", &json!(null)));
}
