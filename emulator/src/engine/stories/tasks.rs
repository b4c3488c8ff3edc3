//! Stories about user tasks: their life, their attributes, and listeners that deny or correct.
//! Forms are only found, never shown.

use serde_json::json;

use super::super::{CompleteJob, Outcome, TaskChange, UserTask};
use super::{Story, line};

fn review(more: &str) -> String {
    line(&[(
        "review",
        format!(r#"<userTask id="review"><extensionElements><zeebe:userTask/>{more}</extensionElements></userTask>"#),
    )])
}

fn only(story: &Story) -> &UserTask {
    story.engine.user_tasks.values().last().expect("is there")
}

#[test]
fn a_task_is_created_assigned_changed_and_completed() {
    let mut story = Story::of(&review(
        r#"<zeebe:assignmentDefinition assignee="=owner" candidateGroups="sales, support"/><zeebe:priorityDefinition priority="7"/>"#,
    ));
    let instance = story.start(json!({ "owner": "ann" }));
    let task = only(&story);
    assert_eq!((task.state, task.assignee.as_deref(), task.priority), ("CREATED", Some("ann"), 7));
    assert_eq!(task.candidate_groups, ["sales", "support"]);
    let (key, ticket) = (task.key, story.ticket());
    let now = story.now;
    let claimed = story.engine.assign_task(key, Some("bob".to_owned()), false, "claim", ticket, now);
    assert!(claimed.expect_err("is taken").text.ends_with("but it has already been assigned"));
    assert_eq!(story.engine.assign_task(key, None, true, "unassign", ticket, now), Ok(true));
    assert_eq!(only(&story).assignee, None);
    let change = TaskChange { due_date: Some(Some("2030-01-01T00:00:00Z".to_owned())), ..TaskChange::default() };
    assert_eq!(story.engine.update_task(key, change, "update", ticket, now), Ok(true));
    assert_eq!(only(&story).due_date.as_deref(), Some("2030-01-01T00:00:00Z"));
    let variables = super::document(json!({ "ok": true }));
    assert_eq!(story.engine.complete_task(key, variables, "complete", ticket, now), Ok(true));
    assert_eq!((story.state(instance), only(&story).state), ("COMPLETED", "COMPLETED"));
    assert_eq!(story.variables(instance), json!({ "owner": "ann", "ok": true }));
    let again =
        story.engine.complete_task(key, super::document(json!({})), "complete", ticket, now).expect_err("is over");
    assert!(again.text.ends_with("but no such user task was found"), "{again:?}");
}

const LISTENS: &str =
    r#"<zeebe:taskListeners><zeebe:taskListener eventType="completing" type="listen"/></zeebe:taskListeners>"#;

fn listened(story: &mut Story, result: serde_json::Value) {
    let job = story.job("listen");
    let command = CompleteJob { result: Some(result), ..CompleteJob::default() };
    story.engine.complete_job(job, command, story.now).expect("open");
}

#[test]
fn a_listener_may_deny_and_the_client_waits_for_it() {
    let mut story = Story::of(&review(LISTENS));
    let instance = story.start(json!({}));
    let (key, ticket) = (only(&story).key, story.ticket());
    let now = story.now;
    assert_eq!(story.engine.complete_task(key, super::document(json!({})), "complete", ticket, now), Ok(false));
    assert_eq!(only(&story).state, "COMPLETING");
    assert!(story.engine.poll_outcome().is_none());
    listened(&mut story, json!({ "denied": true, "deniedReason": "not yet" }));
    match story.engine.poll_outcome() {
        Some((answered, Outcome::Settled(Err(denied)))) => {
            assert_eq!(answered, ticket);
            assert!(denied.text.ends_with("was denied by Task Listener. Reason to deny: 'not yet'"), "{denied:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!((only(&story).state, story.elements(instance, "ACTIVE")), ("CREATED", vec!["review"]));
    assert_eq!(story.engine.complete_task(key, super::document(json!({})), "complete", ticket, now), Ok(false));
    listened(&mut story, json!({ "corrections": { "priority": 3 } }));
    assert!(matches!(story.engine.poll_outcome(), Some((_, Outcome::Settled(Ok(()))))));
    assert_eq!((only(&story).priority, story.state(instance)), (3, "COMPLETED"));
}

#[test]
fn a_task_of_an_ended_instance_is_canceled() {
    let mut story = Story::of(&review(""));
    let instance = story.start(json!({}));
    story.engine.cancel_instance(instance, story.now).expect("it runs");
    assert_eq!(only(&story).state, "CANCELED");
}

#[test]
fn wrong_attributes_are_incidents() {
    let mut story = Story::of(&review(
        r#"<zeebe:assignmentDefinition candidateUsers="=users"/><zeebe:taskSchedule dueDate="=due"/>"#,
    ));
    story.start(json!({ "users": [1] }));
    story.start(json!({ "users": [], "due": "soon" }));
    story.start(json!({ "users": [], "due": "" }));
    let messages: Vec<&str> = story.incidents().into_iter().map(|(.., message)| message).collect();
    assert!(messages[0].ends_with("but was 'ARRAY' containing at least one non-'STRING' item."), "{messages:?}");
    assert_eq!(messages[1], "Invalid date-time format 'soon' for expression 'due'.");
    assert_eq!(messages.len(), 2);
}

#[test]
fn without_the_engines_kind_a_task_is_a_job() {
    let mut story = Story::of(&line(&[("review", r#"<userTask id="review"/>"#.to_owned())]));
    let instance = story.start(json!({}));
    let job = story.job("io.camunda.zeebe:userTask");
    story.complete(job, json!({})).expect("open");
    assert_eq!(story.state(instance), "COMPLETED");
}
