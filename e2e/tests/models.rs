//! Models of other people, deployed to the embedded cluster and run to each of their ends: workers, messages, timers and user
//! tasks are driven in virtual time, until every element of every model has been reached by one of the stories. The models are
//! in the folder that `CAMUNDA_REFERENCE_DATA` names and not in this repository; without it the test says so and does nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use camunda_emulator::Cluster;
use http::{Method, Request};
use serde_json::{Value, json};

/// Forms that the models link to, but that are not beside them.
const FORMS: [&str; 4] = ["AnswerInquiry", "LogReply", "prepare-chicken", "prepare-salad"];

/// How often a story may go on before it is stuck.
const ROUNDS: usize = 50;

/// What is done with a job or a user task.
enum Act {
    Complete(Value),
    Throw(&'static str),
    /// It waits for something else.
    Leave,
}

/// What comes from outside when nothing is left to be worked on.
enum Event {
    Message(&'static str, &'static str, Value),
    Time(Duration),
}

const DAY: u64 = 86_400;

struct Story {
    process: &'static str,
    variables: Value,
    /// By element; what is not named is completed without variables.
    acts: Vec<(&'static str, Act)>,
    events: Vec<Event>,
    /// An end event that is reached, and a variable that the process has then.
    end: &'static str,
    has: (&'static str, Value),
}

fn stories() -> Vec<Story> {
    let sla = "template-enforcing-sla-1ktq8my";
    let errors = "template-error-handling-1s16sgi";
    let dinner = "template-human-task-tutorial-074nxxb";
    let story = |process, end| Story {
        process,
        variables: json!({}),
        acts: Vec::new(),
        events: Vec::new(),
        end,
        has: ("", Value::Null),
    };
    vec![
        Story {
            variables: json!({ "inquiry": "When?" }),
            acts: vec![("AnswerInquireTask", Act::Complete(json!({ "answer": "Soon" })))],
            events: vec![Event::Message("Reply", "exampleKey", json!({ "reply": "Thanks" }))],
            has: ("reply", json!("Thanks")),
            ..story(sla, "ReplyLoggedEvent")
        },
        Story {
            acts: vec![("AnswerInquireTask", Act::Leave)],
            events: vec![
                Event::Time(Duration::from_secs(2 * DAY)),
                Event::Message("Retraction", "exampleKey", json!({ "retracted": true })),
            ],
            has: ("retracted", json!(true)),
            ..story(sla, "Event_0mvom7y")
        },
        Story {
            events: vec![Event::Time(Duration::from_secs(DAY))],
            has: ("key", json!("exampleKey")),
            ..story(sla, "ReplyNotReceivedEvent")
        },
        Story {
            acts: vec![("Activity_1kpg3ok", Act::Complete(json!({ "verified": true })))],
            has: ("verified", json!(true)),
            ..story(errors, "Event_08k7n7c")
        },
        Story {
            acts: vec![
                ("Activity_1kpg3ok", Act::Throw("ErrorInData")),
                ("Activity_0kzg0nb", Act::Complete(json!({ "corrected": true }))),
            ],
            has: ("corrected", json!(true)),
            ..story(errors, "Event_08k7n7c")
        },
        Story {
            acts: vec![
                ("Activity_084s4zz", Act::Throw("FailedToCreateRecord")),
                ("Activity_0h20swu", Act::Complete(json!({ "removed": 1 }))),
            ],
            has: ("removed", json!(1)),
            ..story(errors, "Event_1o1e96e")
        },
        Story {
            acts: vec![("Activity_0tw2fu0", Act::Complete(json!({ "inStock": true })))],
            has: ("inStock", json!(true)),
            ..story("process1", "Event_0f9sbko")
        },
        story("process2", "Event_0f9sbko"),
        Story { acts: vec![("Activity_0tw2fu0", Act::Throw("NO_STOCK"))], ..story("process2", "Event_17fdijx") },
        Story { acts: vec![("Activity_1ppsbgi", Act::Throw("NO_MONEY"))], ..story("process2", "Event_17fdijx") },
        Story {
            acts: vec![("decide-dinner", Act::Complete(json!({ "meal": "chicken" })))],
            has: ("meal", json!("chicken")),
            ..story(dinner, "happy-end")
        },
        Story {
            acts: vec![("decide-dinner", Act::Complete(json!({ "meal": "salad" })))],
            has: ("meal", json!("salad")),
            ..story(dinner, "happy-end")
        },
        story("template-microservice-tutorial-18us19m", "EndEvent"),
        Story {
            variables: json!({ "fuelLevel": 80, "missionName": "Apollo" }),
            events: vec![Event::Time(Duration::from_secs(10))],
            has: ("missionResult", json!("Crew Apollo reached Mars! Fuel: 55%. Experiments: 5")),
            ..story("rocket-launch", "EndEvent_Success")
        },
        Story {
            variables: json!({ "fuelLevel": 10, "missionName": "Apollo" }),
            has: ("missionResult", json!("Mission Apollo scrubbed — not enough fuel (10%)")),
            ..story("rocket-launch", "EndEvent_Abort")
        },
    ]
}

/// The cluster, and what time it is.
struct Stage {
    cluster: Cluster,
    now: i64,
}

impl Stage {
    fn send(&mut self, method: Method, path: &str, media_type: &str, body: Vec<u8>) -> Value {
        let request = Request::builder().method(method).uri(format!("/v2{path}")).header("content-type", media_type);
        self.cluster.handle(request.body(body).expect("a request"), self.now);
        let (_, answer) = self.cluster.poll_answer().expect("an answer at once");
        assert!(answer.status().is_success(), "{path}: {}", String::from_utf8_lossy(answer.body()));
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    fn post(&mut self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, "application/json", body.to_string().into_bytes())
    }

    fn search(&mut self, what: &str, filter: Value) -> Vec<Value> {
        let found = self.post(&format!("/{what}/search"), &json!({ "filter": filter, "page": { "limit": 1000 } }));
        found["items"].as_array().expect("a list").clone()
    }

    fn deploy(&mut self, files: &[(String, Vec<u8>)]) {
        let mut body = Vec::new();
        for (name, content) in files {
            body.extend(
                format!("--b\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"{name}\"\r\n\r\n")
                    .bytes(),
            );
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        self.send(Method::POST, "/deployments", "multipart/form-data; boundary=b", body);
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + i64::try_from(time.as_millis()).expect("not for ever");
        while let Some(at) = self.cluster.deadline().filter(|at| *at <= end) {
            self.now = at;
            self.cluster.advance(at);
        }
        self.now = end;
        self.cluster.advance(end);
    }

    /// Does what a worker or a person would do now; true if there was something.
    fn work(&mut self, instance: &str, story: &Story) -> bool {
        let jobs = self.search("jobs", json!({ "processInstanceKey": instance, "state": "CREATED" }));
        let tasks = self.search("user-tasks", json!({ "processInstanceKey": instance, "state": "CREATED" }));
        let mut worked = false;
        for (item, kind) in jobs.iter().map(|job| (job, "job")).chain(tasks.iter().map(|task| (task, "userTask"))) {
            let key = text(&item[format!("{kind}Key")]);
            let path = if kind == "job" { "jobs" } else { "user-tasks" };
            let act = story.acts.iter().find(|(element, _)| item["elementId"] == *element).map(|(_, act)| act);
            match act {
                Some(Act::Leave) => continue,
                Some(Act::Throw(code)) => drop(self.post(&format!("/jobs/{key}/error"), &json!({ "errorCode": code }))),
                Some(Act::Complete(variables)) => {
                    self.post(&format!("/{path}/{key}/completion"), &json!({ "variables": variables }));
                }
                None => drop(self.post(&format!("/{path}/{key}/completion"), &json!({}))),
            }
            worked = true;
        }
        worked
    }

    /// Plays a story to its end; the ids of the elements that it came through.
    fn play(&mut self, story: &Story) -> BTreeSet<String> {
        let start = json!({ "processDefinitionId": story.process, "variables": story.variables });
        let instance = text(&self.post("/process-instances", &start)["processInstanceKey"]);
        let mut events = story.events.iter();
        for _ in 0..ROUNDS {
            let shown = self.search("process-instances", json!({ "processInstanceKey": instance }));
            assert_eq!(shown[0]["hasIncident"], false, "{}: {:?}", story.end, self.search("incidents", json!({})));
            if shown[0]["state"] != "ACTIVE" {
                assert_eq!(shown[0]["state"], "COMPLETED");
                return self.check(&instance, story);
            }
            if self.work(&instance, story) {
                continue;
            }
            match events.next() {
                Some(Event::Message(name, key, variables)) => {
                    let message = json!({ "name": name, "correlationKey": key, "variables": variables });
                    self.post("/messages/correlation", &message);
                }
                Some(Event::Time(time)) => self.wait(*time),
                None => break,
            }
        }
        panic!("{} is stuck on its way to {}: {:?}", story.process, story.end, self.elements(&instance, "ACTIVE"));
    }

    fn elements(&mut self, instance: &str, state: &str) -> Vec<String> {
        let found = self.search("element-instances", json!({ "processInstanceKey": instance, "state": state }));
        found.iter().map(|element| text(&element["elementId"])).collect()
    }

    fn check(&mut self, instance: &str, story: &Story) -> BTreeSet<String> {
        let completed: BTreeSet<String> = self.elements(instance, "COMPLETED").into_iter().collect();
        assert!(completed.contains(story.end), "{} was not reached: {completed:?}", story.end);
        let (name, value) = &story.has;
        let found = self.search("variables", json!({ "scopeKey": instance, "name": name }));
        let own = found.first().map(|variable| variable["value"].as_str().unwrap_or_default().to_owned());
        assert_eq!(own, Some(value.to_string()).filter(|_| !name.is_empty()), "{name} at {}", story.end);
        // An end event that throws an error is terminated by who catches it.
        completed.into_iter().chain(self.elements(instance, "TERMINATED")).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The ids of everything in a model that an instance can go through.
fn elements_of(model: &str) -> BTreeSet<String> {
    let kinds = ["Task", "Event", "Gateway", "subProcess", "callActivity", "task"];
    let tags = model.split('<').filter_map(|tag| tag.split_once(char::is_whitespace));
    let nodes = tags.filter(|(name, _)| {
        let name = name.rsplit(':').next().unwrap_or_default();
        name.starts_with(char::is_lowercase) && kinds.iter().any(|kind| name.ends_with(kind))
    });
    nodes.filter_map(|(_, rest)| rest.split_once("id=\"")?.1.split('"').next().map(str::to_owned)).collect()
}

#[test]
fn every_model_runs_to_each_of_its_ends() {
    let Some(folder) = std::env::var_os("CAMUNDA_REFERENCE_DATA") else {
        println!("skipped: CAMUNDA_REFERENCE_DATA names no folder");
        return;
    };
    let folder = PathBuf::from(folder).join("data/bpmn");
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).expect("the folder of models") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        files.insert(name, std::fs::read(&path).expect("a file"));
    }
    for form in FORMS {
        files.insert(format!("{form}.form"), json!({ "id": form, "components": [] }).to_string().into_bytes());
    }
    let mut stage = Stage { cluster: Cluster::default(), now: 1_700_000_000_000 };
    let all: Vec<(String, Vec<u8>)> = files.clone().into_iter().collect();
    stage.deploy(&all);

    let mut reached = BTreeSet::new();
    let stories = stories();
    for story in &stories {
        reached.extend(stage.play(story));
    }
    let mut models = 0;
    for (name, content) in files.iter().filter(|(name, _)| name.ends_with(".bpmn")) {
        let missing: Vec<String> =
            elements_of(&String::from_utf8_lossy(content)).into_iter().filter(|id| !reached.contains(id)).collect();
        assert!(missing.is_empty(), "no story of {name} comes through {missing:?}");
        models += 1;
    }
    println!("{} stories over {models} models reached all {} elements", stories.len(), reached.len());
}
