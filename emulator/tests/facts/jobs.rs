//! What workers meet.

use std::time::Duration;

use serde_json::{Value, json};

use super::model::{END, START, line, path, process, service};
use super::story::{Story, key};

fn one() -> Story {
    Story::of(&line(&[&service("work")]))
}

#[test]
fn fact_03_a_job_that_was_never_activated_takes_every_answer() {
    let mut story = one();
    let instance = story.start(json!({}));
    let job = story.shown_job(&instance, "work");
    story.complete(&job, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");

    let failed = story.start(json!({}));
    let job = story.shown_job(&failed, "work");
    story.fail(&job, json!({ "retries": 1 }));
    assert_eq!(story.shown_job(&failed, "work")["state"], "FAILED");
    let job = story.shown_job(&failed, "work");
    story.throw(&job, "NOBODY", json!({}));
    assert_eq!(story.incident(&failed).1, "UNHANDLED_ERROR_EVENT");
}

#[test]
fn fact_04_after_its_time_a_job_can_still_be_completed() {
    let mut story = one();
    let instance = story.start(json!({}));
    let first = story.job("work");
    story.wait_seconds(12);
    assert_eq!(story.shown_job(&instance, "work")["state"], "TIMED_OUT");
    story.complete(&first, json!({}));
    assert_eq!(story.state(&instance), "COMPLETED");
    let (status, reason) = story.refused(&format!("/jobs/{}/completion", key(&first)), json!({}));
    assert_eq!(status, 404);
    assert_eq!(reason, format!("Expected to complete job with key '{}', but no such job was found", key(&first)));
}

#[test]
fn fact_05_failing_takes_the_retries_that_the_client_sends_and_none_means_zero() {
    let mut story = one();
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.fail(&job, json!({ "retries": 9 }));
    let job = story.job("work");
    assert_eq!(job["retries"], 9);
    story.fail(&job, json!({ "errorMessage": "gone" }));
    assert_eq!(story.shown_job(&instance, "work")["retries"], 0);
    assert_eq!(story.incident(&instance), ("work".into(), "JOB_NO_RETRIES".into(), "gone".into()));
}

#[test]
fn fact_06_retries_alone_do_not_revive_and_resolving_needs_them() {
    let mut story = one();
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.fail(&job, json!({ "retries": 0 }));
    let incident = story.search("incidents", json!({ "processInstanceKey": instance }))[0]["incidentKey"].clone();
    let resolution = format!("/incidents/{}/resolution", incident.as_str().expect("a key"));
    let (status, reason) = story.refused(&resolution, json!({}));
    assert_eq!(status, 409);
    assert!(reason.contains("has no retries left. Please update the job retries and retry"), "{reason}");
    let (status, _) =
        story.send(http::Method::PATCH, &format!("/jobs/{}", key(&job)), json!({ "changeset": { "retries": 1 } }));
    assert_eq!(status, 204);
    assert_eq!(story.jobs("work"), Vec::<Value>::new());
    story.ok(&resolution, json!({}));
    assert_eq!(key(&story.job("work")), key(&job));
}

#[test]
fn fact_07_a_job_that_comes_back_goes_before_younger_ones() {
    let mut story = one();
    let first = story.start(json!({}));
    let job = story.job("work");
    let second = story.start(json!({}));
    story.fail(&job, json!({ "retries": 1 }));
    let order: Vec<Value> = story.jobs("work").iter().map(|job| job["processInstanceKey"].clone()).collect();
    assert_eq!(order, [json!(first), json!(second)]);
}

#[test]
fn fact_08_a_job_in_work_is_still_shown_as_created() {
    let mut story = one();
    let instance = story.start(json!({}));
    let _in_work = story.job("work");
    let shown = story.shown_job(&instance, "work");
    assert_eq!(shown["state"], "CREATED");
    assert!(shown["deadline"].is_string(), "{shown}");
}

#[test]
fn fact_09_time_outs_come_by_the_second_and_back_offs_by_the_tenth() {
    let mut story = one();
    story.start(json!({}));
    story.wait(Duration::from_millis(250));
    let job = story.job("work"); // until 10.250 s
    story.wait(Duration::from_millis(10_700)); // 10.950 s
    assert_eq!(story.jobs("work"), Vec::<Value>::new(), "the check at 10 s came too early");
    story.wait(Duration::from_millis(50)); // 11 s
    assert_eq!(key(&story.job("work")), key(&job));
    story.fail(&job, json!({ "retries": 1, "retryBackOff": 210 }));
    story.wait(Duration::from_millis(250));
    assert_eq!(story.jobs("work"), Vec::<Value>::new());
    story.wait(Duration::from_millis(50));
    assert_eq!(key(&story.job("work")), key(&job));
}

#[test]
fn fact_10_time_outs_cost_no_retries() {
    let mut story = one();
    let instance = story.start(json!({}));
    for _ in 0..5 {
        assert_eq!(story.job("work")["retries"], 3);
        story.wait_seconds(12);
    }
    assert_eq!(story.incidents(&instance), []);
}

#[test]
fn fact_12_error_messages_are_cut_at_ten_thousand_characters() {
    let mut story = one();
    let instance = story.start(json!({}));
    let job = story.job("work");
    story.fail(&job, json!({ "retries": 0, "errorMessage": "ä".repeat(10_001) }));
    let (.., message) = story.incident(&instance);
    assert_eq!(message, format!("{}...", "ä".repeat(10_000)));
}

#[test]
fn fact_53_a_pinned_clock_stops_time_outs() {
    let mut story = one();
    story.start(json!({}));
    let job = story.job("work");
    let (status, _) = story.send(http::Method::PUT, "/clock", json!({ "timestamp": story.now }));
    assert_eq!(status, 204);
    story.wait_seconds(3600);
    assert_eq!(story.jobs("work"), Vec::<Value>::new());
    let later = story.now;
    let (status, _) = story.send(http::Method::PUT, "/clock", json!({ "timestamp": later }));
    assert_eq!(status, 204);
    assert_eq!(key(&story.job("work")), key(&job));
}

#[test]
fn jobs_of_higher_priority_go_first_and_negative_ones_last() {
    let prioritized = |id: &str, priority: &str| {
        format!(
            r#"<serviceTask id="{id}"><extensionElements><zeebe:taskDefinition type="work"/><zeebe:jobPriorityDefinition priority="{priority}"/></extensionElements></serviceTask>"#
        )
    };
    let fork = r#"<parallelGateway id="fork"/>"#;
    let mut all = path(&[START, fork, &prioritized("low", "-1"), END]);
    for (id, priority) in [("normal", "0"), ("high", "=important")] {
        all += &(prioritized(id, priority) + &super::model::flow("fork", id) + &super::model::flow(id, "end"));
    }
    let mut story = Story::of(&process("order", &all));
    story.start(json!({ "important": 80 }));
    let order: Vec<Value> = story.jobs("work").iter().map(|job| json!([job["elementId"], job["priority"]])).collect();
    assert_eq!(order, [json!(["high", 80]), json!(["normal", 0]), json!(["low", -1])]);
}

fn leased(story: &mut Story) -> Value {
    let body = json!({
        "type": "work", "timeout": 10_000, "maxJobsToActivate": 1, "requestTimeout": -1, "withLease": true
    });
    story.ok("/jobs/activation", body)["jobs"][0].clone()
}

#[test]
fn a_lease_fences_off_whoever_held_the_job_before() {
    let mut story = one();
    let instance = story.start(json!({}));
    let first = leased(&mut story);
    let completion = format!("/jobs/{}/completion", key(&first));
    for (path, body) in [("completion", json!({})), ("failure", json!({})), ("error", json!({ "errorCode": "A" }))] {
        assert_eq!(story.refused(&format!("/jobs/{}/{path}", key(&first)), body).0, 409, "{path} needs the token");
    }
    story.wait_seconds(12);
    assert_eq!(story.jobs("work"), Vec::<Value>::new(), "what was leased goes to those that lease");
    let second = leased(&mut story);
    assert_eq!(key(&second), key(&first));
    assert_ne!(second["jobLeaseToken"], first["jobLeaseToken"]);
    let with = |job: &Value| json!({ "jobLeaseToken": job["jobLeaseToken"] });
    assert_eq!(story.refused(&completion, with(&first)).0, 409);
    let update = |token: &Value| json!({ "changeset": { "timeout": 20_000 }, "jobLeaseToken": token });
    let job_path = format!("/jobs/{}", key(&first));
    assert_eq!(story.send(http::Method::PATCH, &job_path, update(&first["jobLeaseToken"])).0, 409);
    assert_eq!(story.send(http::Method::PATCH, &job_path, update(&Value::Null)).0, 204);
    story.ok(&completion, with(&second));
    assert_eq!(story.state(&instance), "COMPLETED");
    story.start(json!({}));
    assert_eq!(story.job("work")["jobLeaseToken"], Value::Null);
}

#[test]
fn completing_a_job_can_give_its_instance_a_business_id_once() {
    let mut story = Story::of(&line(&[&service("work"), &service("more"), &service("last")]));
    let instance = story.start(json!({}));
    let complete = |story: &mut Story, job_type: &str, id: &str| {
        let job = story.job(job_type);
        story.post(&format!("/jobs/{}/completion", key(&job)), json!({ "businessId": id })).0
    };
    assert_eq!(complete(&mut story, "work", "order-7"), 204);
    assert_eq!(story.instance(&instance)["businessId"], "order-7");
    assert_eq!(complete(&mut story, "more", "order-7"), 204);
    assert_eq!(complete(&mut story, "last", "order-8"), 409);
    assert_eq!(story.instance(&instance)["businessId"], "order-7");
}
