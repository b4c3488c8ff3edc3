//! What happens at once or by time: passing elements, timers, and what is no event at all.

use std::time::Duration;

use serde_json::json;

use super::model::{
    ALARM, BESIDE, END, START, activity, boundary, catch, cycle, date, duration, event_sub, input, line, message,
    output, path, process, service,
};
use super::story::{BEGIN, Story};

#[test]
fn fact_42_event_sub_processes_listen_only_after_the_start_event_completed() {
    let start = activity("startEvent", "start", &output("=given", "order"), "");
    let handler = event_sub("handler", &format!(r#"<startEvent id="event">{}</startEvent>"#, message("paid")));
    let mut story = Story::of(&process("order", &(path(&[&start, &service("work"), END]) + &handler)));
    let instance = story.start(json!({ "given": "a" }));
    assert_eq!(story.incidents(&instance), [], "the mapping of the start event gives the key");
    story.publish("paid", "a", 0, json!({}));
    assert_eq!(
        story.trail(&instance),
        ["start COMPLETED", "work TERMINATED", "handler ACTIVE", "event COMPLETED", "handler_work ACTIVE"]
    );
    // What cannot be evaluated is an incident of the start event.
    let broken = story.start(json!({}));
    assert_eq!(story.incident(&broken).0, "start");
    assert_eq!(story.trail(&broken), ["start ACTIVE"]);
    story.set_variables(&broken, json!({ "given": "b" }));
    story.resolve(&broken);
    assert_eq!(story.trail(&broken), ["start COMPLETED", "work ACTIVE"]);
}

#[test]
fn fact_43_boundary_events_of_scripts_never_fire() {
    let script = activity(
        "scriptTask",
        "script",
        r#"<zeebe:script expression="=duration(&quot;PT0S&quot;)" resultVariable="zero"/>"#,
        "",
    );
    let all = path(&[START, &script, END]) + &boundary("late", "script", "", &duration("PT0S"));
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    story.wait_seconds(10);
    assert_eq!(story.trail(&instance), ["start COMPLETED", "script COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "zero": "PT0S" }));
}

#[test]
fn fact_44_a_message_throw_event_is_a_job_and_publishes_nothing() {
    let throw = activity("intermediateThrowEvent", "tell", r#"<zeebe:taskDefinition type="tell"/>"#, &message("paid"));
    let end = activity("endEvent", "told", r#"<zeebe:taskDefinition type="told"/>"#, &message("paid"));
    let waiting = process("waiting", &path(&[START, &catch("wait", &message("paid")), END]));
    let mut story = Story::of(&process("order", &path(&[START, &throw, &end])));
    story.deploy(&[("waiting.bpmn", &waiting)]);
    let listener = story.start_of("waiting", json!({ "order": "a" }));
    let instance = story.start(json!({ "order": "a" }));
    assert_eq!(story.job("tell")["kind"], "BPMN_ELEMENT");
    let job = story.shown_job(&instance, "tell");
    story.complete(&job, json!({}));
    story.work("told", json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "tell COMPLETED", "told COMPLETED"]);
    assert_eq!(story.state(&listener), "ACTIVE");
}

#[test]
fn fact_51_a_cycle_of_three_fires_three_times() {
    let all = path(&[START, &service("work"), END]) + &boundary("tick", "work", BESIDE, &cycle("R3/PT10S"));
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    let fired = |story: &mut Story| story.trail(&instance).iter().filter(|l| *l == "tick COMPLETED").count();
    for (seconds, expected) in [(9, 0), (1, 1), (10, 2), (10, 3), (100, 3)] {
        story.wait_seconds(seconds);
        assert_eq!(fired(&mut story), expected);
    }
    assert_eq!(story.trail(&instance)[1], "work ACTIVE");
}

#[test]
fn fact_52_a_date_in_the_past_fires_now() {
    let mut story = Story::of(&line(&[&catch("wait", &date("2001-01-01T00:00:00Z"))]));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "wait COMPLETED", "end COMPLETED"]);
    let mut story = Story::of(&line(&[&catch("wait", &duration("-PT1H"))]));
    let instance = story.start(json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
}

#[test]
fn fact_56_a_decision_table_without_a_hit_gives_null_and_goes_on() {
    let dmn = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="graph" name="Graph" namespace="n">
        <decision id="dish" name="Dish"><decisionTable id="table">
          <input id="i"><inputExpression id="e"><text>season</text></inputExpression></input>
          <output id="o" name="dish"/>
          <rule id="r"><inputEntry id="c"><text>"Winter"</text></inputEntry><outputEntry id="d"><text>"Roast"</text></outputEntry></rule>
        </decisionTable></decision></definitions>"#;
    let task = activity(
        "businessRuleTask",
        "decide",
        r#"<zeebe:calledDecision decisionId="dish" resultVariable="dinner"/>"#,
        "",
    );
    let mut story = Story::of(&line(&[&task]));
    story.deploy(&[("dish.dmn", dmn)]);
    for (season, dinner) in [("Winter", json!("Roast")), ("Summer", json!(null))] {
        let instance = story.start(json!({ "season": season }));
        assert_eq!(story.trail(&instance), ["start COMPLETED", "decide COMPLETED", "end COMPLETED"]);
        assert_eq!(story.variables(&instance)["dinner"], dinner);
    }
}

#[test]
fn events_without_definition_pass_with_their_mappings() {
    let start = activity("startEvent", "start", &output("=amount + 1", "amount"), "");
    let throw = activity(
        "intermediateThrowEvent",
        "throw",
        r#"<zeebe:ioMapping><zeebe:input source="=amount * 2" target="twice"/><zeebe:output source="=twice" target="double"/></zeebe:ioMapping>"#,
        "",
    );
    let mut story = Story::of(&process("order", &path(&[&start, &throw, END])));
    let instance = story.start(json!({ "amount": 1 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "throw COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&instance), json!({ "amount": 2, "double": 4 }));
}

#[test]
fn a_timer_is_never_early_and_comes_by_the_tenth_of_a_second() {
    let mut story = Story::of(&line(&[&catch("wait", &duration("=pause"))]));
    let instance = story.start(json!({ "pause": "PT0.25S" }));
    story.wait(Duration::from_millis(249));
    assert_eq!(story.state(&instance), "ACTIVE");
    story.wait(Duration::from_millis(101));
    assert_eq!(story.state(&instance), "COMPLETED");
    let wrong = story.start(json!({ "pause": 5 }));
    let (.., message) = story.incident(&wrong);
    assert_eq!(
        message,
        "Expected result of the expression 'pause' to be one of '[DURATION, PERIOD, STRING]', but was 'NUMBER'."
    );
    let unreadable = story.start(json!({ "pause": "soon" }));
    assert_eq!(story.incident(&unreadable).2, "Invalid duration format 'soon' for expression 'pause'.");
    let dated = Story::of(&line(&[&catch("wait", &date("=due"))]));
    let mut story = dated;
    let unzoned = story.start(json!({ "due": "2030-01-01T00:00:00" }));
    assert_eq!(story.incident(&unzoned).2, "Invalid date-time format '2030-01-01T00:00:00' for expression 'due'.");
}

#[test]
fn a_timer_start_event_starts_instances_until_a_new_version_comes() {
    let started = |task: &str| {
        let start = format!(r#"<startEvent id="start">{}</startEvent>"#, cycle("R/PT1H"));
        process("order", &path(&[&start, &service(task), END]))
    };
    let mut story = Story::of(&started("old"));
    story.wait_seconds(2 * 3600);
    assert_eq!(story.instances("order").len(), 2);
    story.deploy(&[("model.bpmn", &started("old"))]);
    story.wait_seconds(3600);
    assert_eq!(story.instances("order").len(), 3, "the same bytes leave the timer alone");
    story.deploy(&[("model.bpmn", &started("new"))]);
    story.wait_seconds(3600);
    let all = story.instances("order");
    assert_eq!(all.len(), 4);
    assert_eq!(story.trail(&all[3]), ["start COMPLETED", "new ACTIVE"]);
    assert_eq!(story.now, BEGIN + 4 * 3_600_000);
}

#[test]
fn a_link_goes_on_at_its_catch_event_without_a_flow() {
    let link = r#"<linkEventDefinition name="there"/>"#;
    let throw = format!(r#"<intermediateThrowEvent id="jump">{link}</intermediateThrowEvent>"#);
    let all = path(&[START, &throw]) + &path(&[&catch("land", link), END]);
    let mut story = Story::of(&process("order", &all));
    let instance = story.start(json!({}));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "jump COMPLETED", "land COMPLETED", "end COMPLETED"]);
    let flows = story.get(&format!("/process-instances/{instance}/sequence-flows"));
    assert_eq!(flows["items"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_thrown_signal_carries_the_locals_of_its_event() {
    let throw = activity("intermediateThrowEvent", "ring", &input("=loudness", "loud"), ALARM);
    let mut story = Story::of(&process("order", &path(&[START, &throw, END])));
    story.deploy(&[("w.bpmn", &process("waiting", &path(&[START, &catch("wait", ALARM), END])))]);
    let waiting = story.start_of("waiting", json!({}));
    let instance = story.start(json!({ "loudness": 7 }));
    assert_eq!(story.trail(&instance), ["start COMPLETED", "ring COMPLETED", "end COMPLETED"]);
    assert_eq!(story.variables(&waiting), json!({ "loud": 7 }));
}
