//! A cluster in virtual time, spoken to by requests as a client sends them, without a socket.
//! It shows what a client can read, and nothing else.

use std::time::Duration;

use camunda_emulator::{Cluster, RequestId};
use http::{Method, Request};
use serde_json::{Map, Value, json};

/// When every story begins: on a full second, so that checkers are easy to follow.
pub(crate) const BEGIN: i64 = 1_700_000_000_000;

/// A cluster and what time it is.
pub(crate) struct Story {
    pub(crate) cluster: Cluster,
    pub(crate) now: i64,
    /// Answers that came while something else was asked for.
    early: Vec<(RequestId, u16, Value)>,
}

impl Story {
    pub(crate) fn empty() -> Self {
        Self { cluster: Cluster::default(), now: BEGIN, early: Vec::new() }
    }

    /// A cluster with this model.
    pub(crate) fn of(model: &str) -> Self {
        let mut story = Self::empty();
        story.deploy(&[("model.bpmn", model)]);
        story
    }

    pub(crate) fn ask_as(&mut self, method: Method, path: &str, media_type: &str, body: Vec<u8>) -> RequestId {
        let request = Request::builder().method(method).uri(format!("/v2{path}")).header("content-type", media_type);
        let id = self.cluster.handle(request.body(body).expect("a request"), self.now);
        self.check();
        id
    }

    /// Whatever happened, the state is sound.
    fn check(&self) {
        assert_eq!(self.cluster.inconsistencies(), Vec::<String>::new());
    }

    /// Sends a request whose answer may come later.
    pub(crate) fn ask(&mut self, path: &str, body: &Value) -> RequestId {
        self.ask_as(Method::POST, path, "application/json", body.to_string().into_bytes())
    }

    /// The answer to a request, if it has come.
    pub(crate) fn answer(&mut self, id: RequestId) -> Option<(u16, Value)> {
        while let Some((answered, response)) = self.cluster.poll_answer() {
            let body = serde_json::from_slice(response.body())
                .unwrap_or_else(|_| String::from_utf8_lossy(response.body()).into_owned().into());
            self.early.push((answered, response.status().as_u16(), body));
        }
        let place = self.early.iter().position(|(answered, ..)| *answered == id)?;
        let (_, status, body) = self.early.remove(place);
        Some((status, body))
    }

    fn now_answered(&mut self, id: RequestId) -> (u16, Value) {
        self.answer(id).expect("an answer at once")
    }

    pub(crate) fn post(&mut self, path: &str, body: Value) -> (u16, Value) {
        let id = self.ask(path, &body);
        self.now_answered(id)
    }

    pub(crate) fn send(&mut self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let id = self.ask_as(method, path, "application/json", body.to_string().into_bytes());
        self.now_answered(id)
    }

    pub(crate) fn get(&mut self, path: &str) -> Value {
        let id = self.ask_as(Method::GET, path, "application/json", Vec::new());
        let (status, body) = self.now_answered(id);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// A command that is carried out; what it answers.
    pub(crate) fn ok(&mut self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body);
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// A command that is refused: its status and the reason.
    pub(crate) fn refused(&mut self, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.post(path, body);
        assert!(status >= 400, "{path} was not refused: {status} {answer}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        let reason = detail.split_once("': ").and_then(|(_, rest)| {
            if detail.starts_with("Command '") { rest.split_once("': ").map(|(_, r)| r).or(Some(rest)) } else { None }
        });
        (status, reason.unwrap_or(detail).to_owned())
    }

    /// Deploys files together; the entries of the answer.
    pub(crate) fn try_deploy(&mut self, files: &[(&str, &str)]) -> (u16, Value) {
        let mut body = String::new();
        for (name, text) in files {
            body += &format!(
                "--b\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
            );
        }
        body += "--b--\r\n";
        let id = self.ask_as(Method::POST, "/deployments", "multipart/form-data; boundary=b", body.into_bytes());
        self.now_answered(id)
    }

    /// The processes that these files came to: id and version.
    pub(crate) fn deploy(&mut self, files: &[(&str, &str)]) -> Vec<(String, i64)> {
        let (status, answer) = self.try_deploy(files);
        assert_eq!(status, 200, "{answer}");
        let entries = answer["deployments"].as_array().expect("a list").iter();
        let processes = entries.map(|entry| &entry["processDefinition"]).filter(|process| process.is_object());
        processes
            .map(|p| (text(&p["processDefinitionId"]), p["processDefinitionVersion"].as_i64().expect("a version")))
            .collect()
    }

    /// What is wrong with a model.
    pub(crate) fn fault(&mut self, model: &str) -> String {
        let (status, answer) = self.try_deploy(&[("model.bpmn", model)]);
        assert_eq!(status, 400, "{answer}");
        text(&answer["detail"])
    }

    /// Starts the process `order`.
    pub(crate) fn start(&mut self, variables: Value) -> String {
        self.start_of("order", variables)
    }

    pub(crate) fn start_of(&mut self, process: &str, variables: Value) -> String {
        let body = json!({ "processDefinitionId": process, "variables": variables });
        text(&self.ok("/process-instances", body)["processInstanceKey"])
    }

    /// All jobs of the type that can be had now, handed out for ten seconds.
    pub(crate) fn jobs(&mut self, job_type: &str) -> Vec<Value> {
        let body = json!({ "type": job_type, "timeout": 10_000, "maxJobsToActivate": 50, "requestTimeout": -1 });
        self.ok("/jobs/activation", body)["jobs"].as_array().expect("a list").clone()
    }

    /// The only job of the type.
    pub(crate) fn job(&mut self, job_type: &str) -> Value {
        let jobs = self.jobs(job_type);
        assert_eq!(jobs.len(), 1, "{job_type}: {jobs:?}");
        jobs[0].clone()
    }

    pub(crate) fn complete(&mut self, job: &Value, variables: Value) {
        self.ok(&format!("/jobs/{}/completion", key(job)), json!({ "variables": variables }));
    }

    /// Takes the only job of the type and completes it.
    pub(crate) fn work(&mut self, job_type: &str, variables: Value) {
        let job = self.job(job_type);
        self.complete(&job, variables);
    }

    pub(crate) fn fail(&mut self, job: &Value, body: Value) {
        self.ok(&format!("/jobs/{}/failure", key(job)), body);
    }

    pub(crate) fn throw(&mut self, job: &Value, code: &str, variables: Value) {
        let body = json!({ "errorCode": code, "errorMessage": "why", "variables": variables });
        self.ok(&format!("/jobs/{}/error", key(job)), body);
    }

    pub(crate) fn publish(&mut self, name: &str, correlation: &str, time_to_live: i64, variables: Value) {
        let body = json!({
            "name": name, "correlationKey": correlation, "timeToLive": time_to_live, "variables": variables
        });
        self.ok("/messages/publication", body);
    }

    pub(crate) fn signal(&mut self, name: &str, variables: Value) {
        self.ok("/signals/broadcast", json!({ "signalName": name, "variables": variables }));
    }

    /// Lets time pass, deadline by deadline, as a driver does.
    pub(crate) fn wait(&mut self, time: Duration) {
        let end = self.now + i64::try_from(time.as_millis()).expect("not for ever");
        while let Some(at) = self.cluster.deadline().filter(|at| *at <= end) {
            assert!(at > self.now, "a deadline in the past: {at}");
            self.now = at;
            self.cluster.advance(at);
            self.check();
        }
        self.now = end;
        self.cluster.advance(end);
    }

    pub(crate) fn wait_seconds(&mut self, seconds: u64) {
        self.wait(Duration::from_secs(seconds));
    }

    pub(crate) fn search(&mut self, what: &str, filter: Value) -> Vec<Value> {
        let body = json!({ "filter": filter, "page": { "limit": 1000 } });
        self.ok(&format!("/{what}/search"), body)["items"].as_array().expect("a list").clone()
    }

    pub(crate) fn instance(&mut self, key: &str) -> Value {
        self.get(&format!("/process-instances/{key}"))
    }

    pub(crate) fn state(&mut self, instance: &str) -> String {
        text(&self.instance(instance)["state"])
    }

    /// The keys of all instances of a process, oldest first.
    pub(crate) fn instances(&mut self, process: &str) -> Vec<String> {
        let found = self.search("process-instances", json!({ "processDefinitionId": process }));
        found.iter().map(|instance| text(&instance["processInstanceKey"])).collect()
    }

    pub(crate) fn elements(&mut self, instance: &str) -> Vec<Value> {
        self.search("element-instances", json!({ "processInstanceKey": instance }))
    }

    /// All element instances in the order in which they began: id and state. Bodies of many are marked by `[]`, the inner
    /// instances of an ad-hoc sub-process by `{}`.
    pub(crate) fn trail(&mut self, instance: &str) -> Vec<String> {
        let line = |element: &Value| {
            let mark = match element["type"].as_str() {
                Some("MULTI_INSTANCE_BODY") => "[]",
                Some("AD_HOC_SUB_PROCESS_INNER_INSTANCE") => "{}",
                _ => "",
            };
            let id = text(&element["elementId"]);
            format!("{}{mark} {}", id.trim_end_matches("#innerInstance"), text(&element["state"]))
        };
        self.elements(instance).iter().map(line).collect()
    }

    /// The key of the only instance of the element that is active, else of the first.
    pub(crate) fn element(&mut self, instance: &str, id: &str) -> String {
        let all = self.search("element-instances", json!({ "processInstanceKey": instance, "elementId": id }));
        let found = all.iter().find(|e| e["state"] == "ACTIVE").or(all.first());
        text(&found.unwrap_or_else(|| panic!("no element {id}"))["elementInstanceKey"])
    }

    /// The variables of the instance itself.
    pub(crate) fn variables(&mut self, instance: &str) -> Value {
        self.scope(instance)
    }

    /// The variables of an element itself.
    pub(crate) fn locals(&mut self, instance: &str, element: &str) -> Value {
        let scope = self.element(instance, element);
        self.scope(&scope)
    }

    fn scope(&mut self, scope: &str) -> Value {
        let found = self.search("variables", json!({ "scopeKey": scope }));
        let pairs = found.iter().map(|v| {
            let value: Value = serde_json::from_str(v["value"].as_str().expect("a text")).expect("JSON");
            (text(&v["name"]), value)
        });
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// Element, kind and message of the open incidents.
    pub(crate) fn incidents(&mut self, instance: &str) -> Vec<(String, String, String)> {
        let found = self.search("incidents", json!({ "processInstanceKey": instance, "state": "ACTIVE" }));
        found.iter().map(|i| (text(&i["elementId"]), text(&i["errorType"]), text(&i["errorMessage"]))).collect()
    }

    /// The only open incident.
    pub(crate) fn incident(&mut self, instance: &str) -> (String, String, String) {
        let incidents = self.incidents(instance);
        assert_eq!(incidents.len(), 1, "{incidents:?}");
        incidents[0].clone()
    }

    /// Resolves the only open incident.
    pub(crate) fn resolve(&mut self, instance: &str) {
        let found = self.search("incidents", json!({ "processInstanceKey": instance, "state": "ACTIVE" }));
        assert_eq!(found.len(), 1, "{found:?}");
        let path = format!("/incidents/{}/resolution", text(&found[0]["incidentKey"]));
        self.ok(&path, json!({}));
    }

    pub(crate) fn set_variables(&mut self, scope: &str, variables: Value) {
        let path = format!("/element-instances/{scope}/variables");
        let (status, answer) = self.send(Method::PUT, &path, json!({ "variables": variables }));
        assert_eq!(status, 204, "{answer}");
    }

    /// The job of an element as a search shows it.
    pub(crate) fn shown_job(&mut self, instance: &str, element: &str) -> Value {
        let found = self.search("jobs", json!({ "processInstanceKey": instance, "elementId": element }));
        found.last().expect("a job").clone()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The key of a job.
pub(crate) fn key(job: &Value) -> String {
    text(&job["jobKey"])
}
