//! Stories about jobs: handing out, time-outs, back-off, waiting polls, rejections.
//! What becomes of their results is told under variables and errors.

use serde_json::json;

use super::super::UpdateJob;
use super::{JobState, Story, one_task};

fn rejection(result: Result<(), super::Rejection>) -> String {
    result.err().map(|r| r.detail()).unwrap_or_default()
}

#[test]
fn a_job_in_work_is_not_handed_out_a_second_time() {
    let mut story = Story::of(&one_task(""));
    story.start(json!({}));
    assert_eq!(story.jobs("work").len(), 1);
    assert_eq!(story.jobs("work").len(), 0);
}

#[test]
fn an_overdue_job_comes_back_with_the_next_check_and_not_before() {
    let mut story = Story::of(&one_task(""));
    story.now += 500;
    story.start(json!({}));
    let job = story.job("work");
    // Due at 10.5 s; the checker runs on full seconds.
    story.wait(10_400);
    assert_eq!(story.jobs("work"), [0; 0]);
    story.wait(100);
    assert_eq!(story.job_state(job), (JobState::Activatable, "TIMED_OUT"));
    assert_eq!(story.jobs("work"), [job]);
    assert_eq!(story.engine.jobs.all[&job].retries, 3);
}

#[test]
fn a_job_due_on_the_second_waits_for_the_check_after_it() {
    let mut story = Story::of(&one_task(""));
    story.start(json!({}));
    let job = story.job("work");
    story.wait(10_000);
    assert_eq!(story.job_state(job), (JobState::Activated, "CREATED"));
    story.wait(1_000);
    assert_eq!(story.job_state(job), (JobState::Activatable, "TIMED_OUT"));
}

#[test]
fn after_a_time_out_the_first_completion_wins() {
    let mut story = Story::of(&one_task(""));
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.wait(12_000);
    assert_eq!(story.job("work"), job);
    story
        .complete(job, json!({}))
        .expect("the first worker is late but nobody else was done");
    assert_eq!(story.state(instance), "COMPLETED");
    let second = rejection(story.complete(job, json!({})));
    assert_eq!(
        second,
        format!(
            "Command 'COMPLETE' rejected with code 'NOT_FOUND': Expected to complete job with key '{job}', but no such job was found"
        )
    );
}

#[test]
fn a_job_that_nobody_activated_can_be_completed() {
    let mut story = Story::of(&one_task(""));
    let instance = story.start(json!({}));
    let job = *story.engine.jobs.all.keys().next().expect("a job");
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.state(instance), "COMPLETED");
}

#[test]
fn a_failed_job_comes_back_before_younger_ones() {
    let mut story = Story::of(&one_task(""));
    let first = {
        story.start(json!({}));
        story.job("work")
    };
    story.start(json!({}));
    story.fail(first, 2, 0).expect("open");
    assert_eq!(story.jobs("work")[0], first);
}

#[test]
fn back_off_keeps_a_job_away_and_closed() {
    let mut story = Story::of(&one_task(""));
    story.start(json!({}));
    let job = story.job("work");
    story.fail(job, 2, 250).expect("open");
    assert!(rejection(story.complete(job, json!({}))).ends_with("but it is in state 'FAILED'"));
    story.wait(299);
    assert_eq!(story.jobs("work"), [0; 0]);
    story.wait(1);
    assert_eq!(story.jobs("work"), [job]);
}

#[test]
fn a_waiting_poll_is_woken_by_a_job_of_its_type_only() {
    let mut story = Story::of(&one_task(""));
    let other = story.poll("other", 60_000);
    let first = story.poll("work", 60_000);
    let second = story.poll("work", 60_000);
    story.wait(1_000);
    story.start(json!({}));
    assert_eq!(story.answer(first).map(|jobs| jobs.len()), Some(1));
    story.start(json!({}));
    assert_eq!(story.answer(second).map(|jobs| jobs.len()), Some(1));
    assert_eq!(story.answer(other), None);
}

#[test]
fn a_poll_ends_empty_when_its_time_is_over() {
    let mut story = Story::of(&one_task(""));
    let poll = story.poll("work", 1_500);
    story.wait(1_499);
    assert_eq!(story.answer(poll), None);
    story.wait(1);
    assert_eq!(story.answer(poll), Some(Vec::new()));
    let by_default = story.poll("work", 0);
    story.wait(9_999);
    assert_eq!(story.answer(by_default), None);
    story.wait(1);
    assert_eq!(story.answer(by_default), Some(Vec::new()));
}

#[test]
fn a_poll_is_woken_by_a_time_out() {
    let mut story = Story::of(&one_task(""));
    story.start(json!({}));
    let job = story.job("work");
    let poll = story.poll("work", 60_000);
    story.wait(11_000);
    assert_eq!(story.answer(poll), Some(vec![job]));
}

#[test]
fn higher_priority_goes_first_and_negative_last() {
    let mut story = Story::of(&one_task(
        r#"<zeebe:jobPriorityDefinition priority="=weight"/>"#,
    ));
    for weight in [0, -5, 7, 0] {
        story.start(json!({ "weight": weight }));
    }
    let jobs = story.jobs("work");
    let order: Vec<i32> = jobs
        .iter()
        .map(|job| story.engine.jobs.all[job].priority)
        .collect();
    assert_eq!(order, [7, 0, 0, -5]);
    assert!(jobs[1] < jobs[2]);
}

#[test]
fn terms_of_a_job_can_be_changed() {
    let mut story = Story::of(&one_task(""));
    story.start(json!({}));
    let timeout = |millis| UpdateJob {
        timeout: Some(millis),
        ..UpdateJob::default()
    };
    let open = *story.engine.jobs.all.keys().next().expect("a job");
    let refused = rejection(story.engine.update_job(open, &timeout(5), story.now));
    assert!(
        refused.contains("INVALID_STATE") && refused.ends_with("but it is not active"),
        "{refused}"
    );

    let job = story.job("work");
    story
        .engine
        .update_job(job, &timeout(30_000), story.now)
        .expect("in work");
    story.wait(25_000);
    assert_eq!(story.jobs("work"), [0; 0]);
    story.wait(6_000);
    assert_eq!(story.jobs("work"), [job]);

    let retries = |n| UpdateJob {
        retries: Some(n),
        ..UpdateJob::default()
    };
    let refused = rejection(story.engine.update_job(job, &retries(0), story.now));
    assert!(
        refused.ends_with("with a positive amount of retries, but the amount given was '0'"),
        "{refused}"
    );
    story
        .engine
        .update_job(job, &retries(9), story.now)
        .expect("open");
    assert_eq!(
        (story.engine.jobs.all[&job].retries, story.job_state(job).1),
        (9, "RETRIES_UPDATED")
    );
}

#[test]
fn a_pinned_clock_stops_time_outs_and_moving_it_fires_them() {
    let mut story = Story::of(&one_task(""));
    story
        .engine
        .pin_clock(50_000, story.now)
        .expect("not negative");
    story.start(json!({}));
    let job = story.job("work");
    story.wait(3_600_000);
    assert_eq!(story.jobs("work"), [0; 0]);
    story
        .engine
        .pin_clock(60_001, story.now)
        .expect("not negative");
    assert_eq!(story.jobs("work"), [job]);
    story.engine.advance_clock(10_001, story.now);
    assert_eq!(story.jobs("work"), [job]);
}

#[test]
fn a_batch_is_cut_where_its_variables_grow_too_large() {
    let mut story = Story::of(&one_task(""));
    for _ in 0..3 {
        story.start(json!({ "large": "x".repeat(1_500_000) }));
    }
    assert_eq!(story.jobs("work").len(), 2);
    assert_eq!(story.jobs("work").len(), 1);
}
