//! What a killed process leaves behind, and what the next one makes of it.

mod support;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Client, one_task};

/// A directory that is gone afterwards.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("camunda-emulator-{name}-{}", std::process::id()));
        let _absent = std::fs::remove_dir_all(&dir);
        Self(dir)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _absent = std::fs::remove_dir_all(&self.0);
    }
}

/// The program as a process of its own; it is killed when dropped.
struct Process {
    child: Child,
    client: Client,
}

impl Process {
    fn start(place: &Place) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_camunda-emulator"))
            .args(["--port", "0", "--data"])
            .arg(&place.0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("is piped")).read_line(&mut line).expect("it says where it listens");
        let address = line.trim().strip_prefix("listening on ").expect("an address");
        let client = Client::at(address);
        Self { child, client }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// What a client can see of the state: all searches in one value.
fn seen(client: &Client) -> Value {
    [
        "process-definitions",
        "process-instances",
        "element-instances",
        "jobs",
        "incidents",
        "variables",
        "user-tasks",
        "message-subscriptions",
        "correlated-message-subscriptions",
        "users",
    ]
    .into_iter()
    .map(|what| (what.to_owned(), client.search(what, json!({ "page": { "limit": 1000 } }))))
    .collect()
}

#[test]
fn a_killed_process_comes_back_as_it_was() {
    let place = Place::new("restart");
    let process = Process::start(&place);
    let client = &process.client;
    client.deploy(&[("order.bpmn", &one_task("order", "charge"))]).ok();
    for amount in 0..5 {
        client.start("order", json!({ "amount": amount, "text": "ä \"quoted\"" }));
    }
    let jobs = client.activate("charge");
    let key = |at: usize| jobs[at]["jobKey"].as_str().expect("a key").to_owned();
    client.post(&format!("/v2/jobs/{}/completion", key(0)), json!({ "variables": { "paid": true } })).no_content();
    client.post(&format!("/v2/jobs/{}/failure", key(1)), json!({ "errorMessage": "no luck" })).no_content();
    client.post(&format!("/v2/jobs/{}/error", key(2)), json!({ "errorCode": "REFUSED" })).no_content();
    let instance = jobs[3]["processInstanceKey"].as_str().expect("a key");
    client.post(&format!("/v2/process-instances/{instance}/cancellation"), json!({})).no_content();
    let before = seen(client);
    assert_eq!(before["jobs"]["page"]["totalItems"], 5);
    drop(process);

    let process = Process::start(&place);
    assert_eq!(seen(&process.client), before);
    // The last job is still in the hands of its worker, who may complete it after the restart.
    assert!(process.client.activate("charge").is_empty());
    process.client.post(&format!("/v2/jobs/{}/completion", key(4)), json!({})).no_content();
    let after = seen(&process.client);
    drop(process);
    assert_eq!(seen(&Process::start(&place).client), after);
}

/// A user task with a reminder every second, and a message that is waited for after it.
const REVIEW: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file">
  <message id="paid" name="paid"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>
  <process id="review" isExecutable="true"><startEvent id="start"/>
    <userTask id="look"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <boundaryEvent id="remind" attachedToRef="look" cancelActivity="false">
      <timerEventDefinition><timeCycle>R/PT1S</timeCycle></timerEventDefinition></boundaryEvent>
    <intermediateCatchEvent id="wait"><messageEventDefinition messageRef="paid"/></intermediateCatchEvent>
    <endEvent id="done"/><endEvent id="reminded"/>
    <sequenceFlow id="a" sourceRef="start" targetRef="look"/><sequenceFlow id="b" sourceRef="look" targetRef="wait"/>
    <sequenceFlow id="c" sourceRef="wait" targetRef="done"/><sequenceFlow id="d" sourceRef="remind" targetRef="reminded"/>
  </process></definitions>"#;

#[test]
fn timers_messages_and_tasks_come_back_too() {
    let place = Place::new("kinds");
    let process = Process::start(&place);
    let client = &process.client;
    client.deploy(&[("review.bpmn", REVIEW)]).ok();
    client.post("/v2/users", json!({ "username": "ann", "password": "secret" }));
    let instances: Vec<String> = (0..3).map(|order| client.start("review", json!({ "order": order }))).collect();
    client.post("/emulator/clock/advance", json!({ "milliseconds": 10_000 })).no_content();
    // Everything stands still, so that both processes are looked at in the same moment.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after the epoch").as_millis();
    let pinned = json!({ "timestamp": u64::try_from(now).expect("fits") + 20_000 });
    client.send("PUT", "/v2/clock", Some("application/json"), pinned.to_string().as_bytes()).no_content();
    let tasks = client.search("user-tasks", json!({}));
    let key = |at: usize| tasks["items"][at]["userTaskKey"].as_str().expect("a key").to_owned();
    client.post(&format!("/v2/user-tasks/{}/completion", key(0)), json!({ "variables": { "ok": true } })).no_content();
    client.post(&format!("/v2/user-tasks/{}/assignment", key(1)), json!({ "assignee": "ann" })).no_content();
    client
        .post("/v2/messages/publication", json!({ "name": "paid", "correlationKey": "1", "timeToLive": 60_000 }))
        .ok();
    let before = seen(client);
    assert_eq!(before["message-subscriptions"]["page"]["totalItems"], 1);
    drop(process);

    let process = Process::start(&place);
    let client = &process.client;
    assert_eq!(seen(client), before);
    // The message of before is still in the buffer, and the one that waits still waits.
    client.post(&format!("/v2/user-tasks/{}/completion", key(1)), json!({})).no_content();
    client.post("/v2/messages/publication", json!({ "name": "paid", "correlationKey": "0" })).ok();
    let states: Vec<String> = instances.iter().map(|instance| client.state(instance)).collect();
    assert_eq!(states, ["COMPLETED", "COMPLETED", "ACTIVE"]);
}

#[test]
fn nothing_that_was_answered_is_lost_when_killed_under_load() {
    let place = Place::new("load");
    let mut process = Process::start(&place);
    process.client.deploy(&[("order.bpmn", &one_task("order", "charge"))]).ok();
    let mut answered = Vec::new();
    for round in 0..5 {
        let over = AtomicBool::new(false);
        let address = process.client.address();
        let more = std::thread::scope(|scope| {
            let load = scope.spawn(|| {
                let client = Client::at(&address);
                let mut started = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let body = json!({ "processDefinitionId": "order", "variables": { "round": round } });
                    // The one that is under way when the process dies has no answer.
                    let Some(answer) = client.try_post("/v2/process-instances", &body) else { break };
                    started.push(answer.ok()["processInstanceKey"].as_str().expect("a key").to_owned());
                }
                started
            });
            std::thread::sleep(Duration::from_millis(30 + 17 * round));
            process.child.kill().expect("it runs");
            over.store(true, Ordering::Relaxed);
            load.join().expect("the load ends")
        });
        answered.extend(more);
        process = Process::start(&place);
    }
    let found = process.client.search("process-instances", json!({ "page": { "limit": 10_000 } }));
    let known: Vec<&str> =
        found["items"].as_array().expect("a list").iter().filter_map(|i| i["processInstanceKey"].as_str()).collect();
    assert!(!answered.is_empty());
    let lost: Vec<&String> = answered.iter().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?} of {}", answered.len());
}

#[test]
fn the_journal_tells_each_lease_and_how_it_ended() {
    let place = Place::new("leases");
    let process = Process::start(&place);
    let client = &process.client;
    client.deploy(&[("order.bpmn", &one_task("order", "charge"))]).ok();
    let instances: Vec<String> = (0..3).map(|order| client.start("order", json!({ "order": order }))).collect();
    let jobs = client.activate("charge");
    let key = |at: usize| jobs[at]["jobKey"].as_str().expect("a key").to_owned();
    client.post(&format!("/v2/jobs/{}/completion", key(0)), json!({})).no_content();
    client.post(&format!("/v2/jobs/{}/failure", key(1)), json!({ "retries": 1 })).no_content();
    drop(process);

    // The second one is handed out once more, after a restart; then the time of both that are left is over.
    let process = Process::start(&place);
    assert_eq!(process.client.activate("charge").len(), 1);
    process.client.post("/emulator/clock/advance", json!({ "milliseconds": 600_000 })).no_content();
    drop(process);

    let leases = camunda_emulator::leases(&place.0).expect("a journal");
    let told: Vec<_> = leases.iter().map(|l| (l.job.to_string(), l.instance.to_string(), l.end.map(|e| e.1))).collect();
    let lease = |at: usize, end| (key(at), instances[at].clone(), end);
    let ends = [Some("COMPLETED"), Some("FAILED"), Some("TIMED_OUT")];
    assert_eq!(told, [lease(0, ends[0]), lease(1, ends[1]), lease(2, ends[2]), lease(1, ends[2])]);
    assert!(leases.iter().all(|lease| lease.at < lease.deadline && lease.end.is_some_and(|end| end.0 >= lease.at)));
    assert!(camunda_emulator::leases(std::path::Path::new("/nowhere")).is_err());
}

#[test]
fn a_library_goes_on_where_it_stopped_and_its_clock_with_it() {
    let place = Place::new("library");
    let start = || camunda_emulator::Emulator::builder().data(&place.0).start().expect("a free port");
    let cluster = start();
    cluster.deploy("order.bpmn", one_task("order", "charge")).expect("a good model");
    let instance = cluster.create("order", json!({ "amount": 3 }));
    let client = Client::new(&cluster);
    client.job("charge");
    cluster.clock().advance(Duration::from_secs(120));
    drop(cluster);

    let cluster = start();
    cluster.assert(instance).waits_at("work").has_variable("amount", 3);
    // The time-out of a minute is over by the moved clock.
    assert_eq!(Client::new(&cluster).activate("charge").len(), 1);
}

#[test]
#[ignore = "a measurement: run it in release with --ignored --nocapture"]
fn fifty_thousand_records_are_back_soon() {
    let place = Place::new("measure");
    let start = || camunda_emulator::Emulator::builder().data(&place.0).start().expect("a free port");
    let cluster = start();
    cluster.deploy("order.bpmn", one_task("order", "charge")).expect("a good model");
    let begin = Instant::now();
    for amount in 0..50_000 {
        let _instance = cluster.create("order", json!({ "amount": amount, "customer": "somebody with a name" }));
    }
    println!("50000 records written in {:?}", begin.elapsed());
    drop(cluster);
    let begin = Instant::now();
    let cluster = start();
    println!("and back after {:?}", begin.elapsed());
    assert_eq!(cluster.instances().len(), 50_000);
}
