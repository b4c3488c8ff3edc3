//! A small client on a raw socket, and small models, for the tests of the REST API.
//! It imports no HTTP library, so that what the server writes is seen as it is.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read, Write};
use std::net::TcpStream;

use camunda_emulator::Emulator;
use serde_json::{Value, json};

/// One request at a time to one server.
pub(crate) struct Client {
    authority: String,
    pub(crate) authorization: Option<String>,
}

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e} in {self:?}"))
    }

    /// Status, title and detail of a problem.
    pub(crate) fn problem(&self) -> (u16, String, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        assert_eq!((&problem["status"], &problem["type"]), (&json!(self.status), &json!("about:blank")));
        (self.status, text("title"), text("detail"))
    }

    /// The JSON of a success.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        self.json()
    }

    pub(crate) fn no_content(&self) {
        assert_eq!((self.status, self.text.as_str(), self.header("content-type")), (204, "", None), "{self:?}");
    }
}

impl Client {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        Self::at(&emulator.address())
    }

    pub(crate) fn at(address: &str) -> Self {
        let authority = address.trim_start_matches("http://").split('/').next().unwrap_or_default();
        Self { authority: authority.to_owned(), authorization: None }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.authority)
    }

    pub(crate) fn send(&self, method: &str, path: &str, media_type: Option<&str>, body: &[u8]) -> Answer {
        self.try_send(method, path, media_type, body).expect("the emulator answers")
    }

    /// None if the connection broke before the whole answer came.
    pub(crate) fn try_send(&self, method: &str, path: &str, media_type: Option<&str>, body: &[u8]) -> Option<Answer> {
        let received = String::from_utf8(self.raw(method, path, media_type, body)?).expect("the answer is text");
        let (head, text) = received.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("the answer has a status");
        let answer = Answer { status, head: head.replace("\r\n", "\n"), text: text.to_owned() };
        let length: usize = answer.header("content-length").and_then(|l| l.parse().ok()).unwrap_or_default();
        (answer.text.len() == length).then_some(answer)
    }

    /// What comes back until the connection ends.
    pub(crate) fn raw(&self, method: &str, path: &str, media_type: Option<&str>, body: &[u8]) -> Option<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.authority).ok()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.authority);
        if let Some(authorization) = &self.authorization {
            head += &format!("authorization: {authorization}\r\n");
        }
        if let Some(media_type) = media_type {
            head += &format!("content-type: {media_type}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
        let mut received = Vec::new();
        // What came before a connection broke is an answer, too.
        let _broken = stream.read_to_end(&mut received);
        Some(received)
    }

    pub(crate) fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.try_send("POST", path, Some("application/json"), body.to_string().as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, b"")
    }

    pub(crate) fn post(&self, path: &str, body: impl std::borrow::Borrow<Value>) -> Answer {
        self.send("POST", path, Some("application/json"), body.borrow().to_string().as_bytes())
    }

    pub(crate) fn deploy(&self, files: &[(&str, &str)]) -> Answer {
        let mut body = String::new();
        for (name, text) in files {
            body += &format!(
                "--b\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
            );
        }
        body += "--b--\r\n";
        self.send("POST", "/v2/deployments", Some("multipart/form-data; boundary=b"), body.as_bytes())
    }

    /// Starts the latest version; its key.
    pub(crate) fn start(&self, id: &str, variables: impl std::borrow::Borrow<Value>) -> String {
        let body = json!({ "processDefinitionId": id, "variables": variables.borrow() });
        let created = self.post("/v2/process-instances", body).ok();
        created["processInstanceKey"].as_str().expect("a key").to_owned()
    }

    /// Hands out jobs, without waiting.
    pub(crate) fn activate(&self, job_type: &str) -> Vec<Value> {
        let body = json!({ "type": job_type, "timeout": 60_000, "maxJobsToActivate": 10, "requestTimeout": -1 });
        self.post("/v2/jobs/activation", body).ok()["jobs"].as_array().expect("a list").clone()
    }

    /// The only job of the type, handed out.
    pub(crate) fn job(&self, job_type: &str) -> String {
        let jobs = self.activate(job_type);
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        jobs[0]["jobKey"].as_str().expect("a key").to_owned()
    }

    /// The job of this instance, handed out or not.
    pub(crate) fn job_of(&self, instance: &str) -> String {
        let found = self.search("jobs", json!({ "filter": { "processInstanceKey": instance } }));
        found["items"][0]["jobKey"].as_str().expect("a job").to_owned()
    }

    pub(crate) fn state(&self, instance: &str) -> String {
        let found = self.get(&format!("/v2/process-instances/{instance}")).ok();
        found["state"].as_str().expect("a state").to_owned()
    }

    pub(crate) fn search(&self, what: &str, body: impl std::borrow::Borrow<Value>) -> Value {
        self.post(&format!("/v2/{what}/search"), body).ok()
    }
}

/// A file with one process around these elements.
pub(crate) fn process(id: &str, elements: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file">
          <error id="refused" errorCode="REFUSED"/>
          <process id="{id}" name="Name of {id}" isExecutable="true">{elements}</process></definitions>"#
    )
}

/// Start, one service task of this type with an error boundary event, end.
pub(crate) fn one_task(id: &str, job_type: &str) -> String {
    process(
        id,
        &format!(
            r#"<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
            <serviceTask id="work" name="Work"><extensionElements><zeebe:taskDefinition type="{job_type}"/>
              <zeebe:taskHeaders><zeebe:header key="raw" value="=1 + 1"/></zeebe:taskHeaders>
            </extensionElements></serviceTask>
            <boundaryEvent id="caught" attachedToRef="work"><errorEventDefinition errorRef="refused"/></boundaryEvent>
            <sequenceFlow id="f2" sourceRef="work" targetRef="done"/><endEvent id="done"/>
            <sequenceFlow id="f3" sourceRef="caught" targetRef="other"/><endEvent id="other"/>"#
        ),
    )
}
