//! Stories about timers: intermediate, boundary, start, dates, durations and cycles.
//! Time passes as a driver would let it pass.

use serde_json::json;

use super::{START, Story, line, process, task, then_end};

fn pause(timer: &str) -> (&'static str, String) {
    let event = format!(
        r#"<intermediateCatchEvent id="pause"><timerEventDefinition>{timer}</timerEventDefinition></intermediateCatchEvent>"#
    );
    ("pause", event)
}

#[test]
fn a_duration_waits_and_is_never_early() {
    let mut story = Story::of(&line(&[pause("<timeDuration>=wait</timeDuration>")]));
    let instance = story.start(json!({ "wait": "PT10S" }));
    story.wait(9_999);
    assert_eq!(story.elements(instance, "ACTIVE"), ["pause"]);
    story.wait(1);
    assert_eq!(story.state(instance), "COMPLETED");
    assert_eq!(story.waiting(), 0);
}

#[test]
fn a_date_in_the_past_is_due_at_once_and_a_bad_one_is_an_incident() {
    let mut story = Story::of(&line(&[pause("<timeDate>=at</timeDate>")]));
    let past = story.start(json!({ "at": "2020-01-01T00:00:00Z" }));
    assert_eq!(story.state(past), "COMPLETED");
    let bad = story.start(json!({ "at": "2020-01-01T00:00:00" }));
    let message = "Invalid date-time format '2020-01-01T00:00:00' for expression 'at'.";
    assert_eq!(story.incidents()[0].2, message);
    assert_eq!(story.elements(bad, "ACTIVE"), ["pause"]);
    let null = story.start(json!({ "at": null }));
    assert!(story.incidents()[1].2.contains("to be one of '[DATE, DATE_TIME, STRING]', but was 'NULL'"));
    let incident = story.incidents()[1].0;
    story
        .engine
        .set_variables(null, super::document(json!({ "at": "2023-11-14T22:13:21Z" })), false, START)
        .expect("lives");
    story.engine.resolve_incident(incident, story.now).expect("open");
    story.wait(1_000);
    assert_eq!(story.state(null), "COMPLETED");
}

fn reminded(cancel: bool, timer: &str) -> String {
    let boundary = format!(
        r#"<boundaryEvent id="late" attachedToRef="work" cancelActivity="{cancel}"><timerEventDefinition>{timer}</timerEventDefinition></boundaryEvent>{}"#,
        then_end("late")
    );
    line(&[("work", task("work", "work", "") + &boundary)])
}

#[test]
fn a_boundary_timer_interrupts_and_the_job_is_gone() {
    let mut story = Story::of(&reminded(true, "<timeDuration>PT1M</timeDuration>"));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.wait(60_000);
    assert_eq!(story.elements(instance, "TERMINATED"), ["work"]);
    assert_eq!(story.elements(instance, "COMPLETED"), ["start", "late", "late_end"]);
    assert_eq!(story.job_state(job).1, "CANCELED");
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn a_cycle_fires_so_many_times_beside_the_activity() {
    let mut story = Story::of(&reminded(false, "<timeCycle>R3/PT10S</timeCycle>"));
    let instance = story.start(json!({}));
    for count in [1, 2, 3, 3] {
        story.wait(10_000);
        assert_eq!(story.elements(instance, "COMPLETED").iter().filter(|id| **id == "late").count(), count);
    }
    assert_eq!(story.elements(instance, "ACTIVE"), ["work"]);
    let job = story.job("work");
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn an_activity_that_completes_in_time_forgets_its_timer() {
    let mut story = Story::of(&reminded(true, "<timeDuration>PT1M</timeDuration>"));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.complete(job, json!({})).expect("open");
    assert_eq!((story.state(instance), story.waiting()), ("COMPLETED", 0));
}

fn every(cycle: &str) -> String {
    let start = format!(
        r#"<startEvent id="tick"><timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition></startEvent>"#
    );
    process("order", &(start + &then_end("tick")))
}

#[test]
fn a_timer_start_event_starts_instances_until_a_new_version_comes() {
    let model = every("R/PT1H");
    let mut story = Story::of(&model);
    story.wait(2 * 3_600_000);
    assert_eq!(story.instances().len(), 2);
    // The same file again changes nothing, a new version begins anew.
    story.deploy("model.bpmn", &model).expect("good");
    story.wait(1_800_000);
    story.deploy("model.bpmn", &every("R/PT2H")).expect("good");
    story.wait(3_600_000);
    assert_eq!(story.instances().len(), 2);
    story.wait(3_600_000);
    assert_eq!(story.instances().len(), 3);
    let fault = story.deploy("bad.bpmn", &every("hourly")).expect_err("no cycle").detail();
    assert!(fault.contains("Invalid timer cycle expression"), "{fault}");
}

#[test]
fn a_clock_that_jumps_fires_what_was_missed() {
    let mut story = Story::of(&every("R/PT1H"));
    story.engine.advance_clock(90 * 60_000, story.now);
    assert_eq!(story.instances().len(), 1);
    story.engine.pin_clock(START, story.now).expect("not negative");
    story.wait(10 * 3_600_000);
    assert_eq!(story.instances().len(), 1);
}
