//! Brings the embedded cluster into the state that a recorded request met, and asks it the same.
//! What cannot be asked (faults of old releases, parts that a cluster has and this one has not) is left out by returning none.

use camunda_emulator::{Authentication, Cluster, RequestId};
use http::{Method, Request};
use serde_json::{Value, json};

/// Everything in one model: a task that waits, one that ends at once, a message, user tasks with listeners.
const MODELS: &str = include_str!("models.bpmn");
const DECISION: &str = include_str!("decision.dmn");

pub(crate) struct Stage {
    cluster: Cluster,
    now: i64,
}

/// Texts of a multipart form: name, file name, content.
type Part<'a> = (&'a str, Option<&'a str>, &'a str);

impl Stage {
    fn new(cluster: Cluster) -> Self {
        let mut stage = Self { cluster, now: 1_700_000_000_000 };
        stage.form("/deployments", &[("resources", Some("m.bpmn"), MODELS), ("resources", Some("d.dmn"), DECISION)]);
        stage
    }

    fn send(&mut self, method: &str, path: &str, media_type: Option<&str>, body: Vec<u8>) -> RequestId {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = Request::builder().method(method).uri(path);
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        self.cluster.handle(request.body(body).expect("a request"), self.now)
    }

    fn answer(&mut self, wanted: RequestId) -> (u16, Value) {
        for _ in 0..200 {
            while let Some((id, answer)) = self.cluster.poll_answer() {
                if id == wanted {
                    let body = serde_json::from_slice(answer.body()).unwrap_or_default();
                    return (answer.status().as_u16(), body);
                }
            }
            self.now += 1000;
            self.cluster.advance(self.now);
        }
        panic!("no answer");
    }

    fn json(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let id = self.send(method, path, Some("application/json").filter(|_| !body.is_empty()), body);
        self.answer(id)
    }

    fn post(&mut self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.json("POST", &format!("/v2{path}"), body);
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    fn form(&mut self, path: &str, parts: &[Part<'_>]) -> (u16, Value) {
        let mut body = String::new();
        for (name, file, content) in parts {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            let media_type = if content.starts_with('{') { "\r\nContent-Type: application/json" } else { "" };
            body += &format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}{media_type}\r\n\r\n{content}\r\n"
            );
        }
        body += "--b--\r\n";
        let id = self.send("POST", &format!("/v2{path}"), Some("multipart/form-data; boundary=b"), body.into_bytes());
        self.answer(id)
    }

    fn start(&mut self, process: &str) -> String {
        let body = json!({
            "processDefinitionId": process,
            "variables": { "simulateFailure": true, "amount": 99.9, "order": "test" }
        });
        key(&self.post("/process-instances", &body), "processInstanceKey")
    }

    /// The first entity that a search finds.
    fn first(&mut self, what: &str, filter: &Value, member: &str) -> String {
        let found = self.post(&format!("/{what}/search"), &json!({ "filter": filter }));
        key(&found["items"][0], member)
    }

    /// A job that failed without retries: its key, and those of its incident and its instance.
    fn failed(&mut self) -> (String, String, String) {
        let instance = self.start("work");
        let job = self.first("jobs", &json!({ "processInstanceKey": instance }), "jobKey");
        self.post(&format!("/jobs/{job}/failure"), &json!({ "errorMessage": "Expected" }));
        let incident = self.first("incidents", &json!({ "jobKey": job }), "incidentKey");
        (job, incident, instance)
    }

    /// Asks what was asked of the cluster that was recorded; none if that cannot be.
    pub(crate) fn ask(exchange: &Value) -> Option<(u16, Value)> {
        let id = exchange["id"].as_str()?;
        let (method, path) = (exchange["request"]["method"].as_str(), exchange["request"]["path"].as_str());
        let body = &exchange["request"]["body"];
        if let Some(answer) = special(id) {
            return Some(answer);
        }
        if id.starts_with("p-") {
            // The rest of the problems that depend on nothing.
            let plain = [
                "p-008", "p-016", "p-019", "p-023", "p-025", "p-026", "p-028", "p-051", "p-060", "p-061", "p-063",
                "p-068", "p-071", "p-072", "p-077", "p-078", "p-079",
            ];
            plain.contains(&id).then_some(())?;
            return Some(Self::new(Cluster::default()).json(method?, path?, body));
        }
        success(exchange["operation"].as_str()?, body, path)
    }
}

fn key(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

/// Problems that need a state of their own.
fn special(id: &str) -> Option<(u16, Value)> {
    let mut stage = Stage::new(Cluster::default());
    let failed = |stage: &mut Stage, what: &str, body: &Value| {
        let (job, ..) = stage.failed();
        stage.json("POST", &format!("/v2/jobs/{job}/{what}"), body)
    };
    let task = |stage: &mut Stage| {
        let instance = stage.start("listened");
        stage.first("user-tasks", &json!({ "processInstanceKey": instance }), "userTaskKey")
    };
    Some(match id {
        "p-012" | "p-024" => {
            let body = json!({ "processDefinitionId": "work", "awaitCompletion": true, "requestTimeout": 60_000 });
            stage.json("POST", "/v2/process-instances", &body)
        }
        "p-014" => stage.json("POST", "/v2/jobs/9999999999999999/completion", &json!({})),
        "p-022" => {
            let task = task(&mut stage);
            stage.json("POST", &format!("/v2/user-tasks/{task}/completion"), &json!({}))
        }
        "p-039" => {
            let task = task(&mut stage);
            stage.json("POST", &format!("/v2/user-tasks/{task}/assignment"), &Value::Null)
        }
        "p-052" => {
            let path = format!("/v2/user-tasks/{}/completion", task(&mut stage));
            stage.send("POST", &path, None, Vec::new());
            stage.json("POST", &path, &json!({}))
        }
        "p-053" => {
            let path = format!("/v2/user-tasks/{}", task(&mut stage));
            let body = json!({ "changeset": { "priority": 7 } }).to_string().into_bytes();
            let waiting = stage.send("PATCH", &path, Some("application/json"), body);
            let job = stage.first("jobs", &json!({ "type": "updating" }), "jobKey");
            let denial = json!({ "result": { "type": "userTask", "denied": true } });
            let answered = stage.send(
                "POST",
                &format!("/v2/jobs/{job}/completion"),
                Some("application/json"),
                denial.to_string().into_bytes(),
            );
            assert_ne!(answered, waiting);
            stage.answer(waiting)
        }
        "p-054" => {
            let basic = Authentication::Basic { user: "demo".to_owned(), password: "demo".to_owned() };
            let mut stage = Stage { cluster: Cluster::new(basic, None), now: 1_700_000_000_000 };
            stage.json("GET", "/v2/topology", &Value::Null)
        }
        "p-056" => failed(&mut stage, "completion", &json!({})),
        "p-058" => failed(&mut stage, "failure", &json!({ "retries": 0, "errorMessage": "Simulated failure" })),
        "p-064" => stage.json("POST", "/v2/documents", &json!({})),
        "p-067" => {
            let (_, made) = stage.form("/documents", &[("file", Some("a.txt"), "Hello")]);
            stage.json("GET", &format!("/v2/documents/{}", key(&made, "documentId")), &Value::Null)
        }
        "p-069" => stage.form("/documents/batch", &[("metadataList", None, "[]")]),
        "p-074" | "p-075" => {
            stage.post("/roles", &json!({ "roleId": "r1", "name": "R1" }));
            match id {
                "p-074" => stage.json("DELETE", "/v2/roles/r1/groups/invalidGroupId", &Value::Null),
                _ => stage.json("PUT", "/v2/roles/r1/users/invalidUserId", &Value::Null),
            }
        }
        "p-080" => permitted_nothing(),
        _ => return None,
    })
}

/// Somebody without permissions reads a batch operation.
fn permitted_nothing() -> (u16, Value) {
    let basic = Authentication::Basic { user: "demo".to_owned(), password: "demo".to_owned() };
    let mut stage = Stage { cluster: Cluster::new(basic, None).with_authorizations(), now: 1_700_000_000_000 };
    let authorized = |stage: &mut Stage, method: &str, path: &str, user: &str, body: Value| {
        let request = Request::builder().method(method).uri(path).header("authorization", user);
        let request = request.header("content-type", "application/json");
        let request = request.body(body.to_string().into_bytes()).expect("a request");
        let id = stage.cluster.handle(request, stage.now);
        stage.answer(id)
    };
    // demo:demo and rita:rita.
    let (demo, rita) = ("Basic ZGVtbzpkZW1v", "Basic cml0YTpyaXRh");
    authorized(&mut stage, "POST", "/v2/users", demo, json!({ "username": "rita", "password": "rita" }));
    authorized(&mut stage, "GET", "/v2/batch-operations/1", rita, json!({}))
}

/// Successes: the operation with the keys of this cluster.
fn success(operation: &str, body: &Value, path: Option<&str>) -> Option<(u16, Value)> {
    let mut stage = Stage::new(Cluster::default());
    let get = |stage: &mut Stage, path: String| Some(stage.json("GET", &path, &Value::Null));
    match operation {
        "getTopology" => get(&mut stage, "/v2/topology".to_owned()),
        "getLicense" => get(&mut stage, "/v2/license".to_owned()),
        "createDeployment" => Some(stage.form("/deployments", &[("resources", Some("other.bpmn"), MODELS)])),
        "createProcessInstance" => {
            let ends = body["awaitCompletion"] == true;
            let mut own = json!({ "processDefinitionId": if ends { "at-once" } else { "work" }, "variables": {} });
            own["awaitCompletion"] = ends.into();
            Some(stage.json("POST", "/v2/process-instances", &own))
        }
        "activateJobs" => {
            stage.start("work");
            let job_type = body["type"].as_str().unwrap_or("work");
            let own = json!({ "type": job_type, "maxJobsToActivate": 1, "timeout": 5000, "requestTimeout": -1 });
            Some(stage.json("POST", "/v2/jobs/activation", &own))
        }
        "updateJob" => {
            let (job, ..) = stage.failed();
            Some(stage.json("PATCH", &format!("/v2/jobs/{job}"), body))
        }
        "failJob" => {
            let instance = stage.start("work");
            let job = stage.first("jobs", &json!({ "processInstanceKey": instance }), "jobKey");
            Some(stage.json("POST", &format!("/v2/jobs/{job}/failure"), body))
        }
        "resolveIncident" => {
            let (job, incident, _) = stage.failed();
            stage.json("PATCH", &format!("/v2/jobs/{job}"), &json!({ "changeset": { "retries": 1 } }));
            Some(stage.json("POST", &format!("/v2/incidents/{incident}/resolution"), body))
        }
        "createElementInstanceVariables" => {
            let instance = stage.start("work");
            Some(stage.json("PUT", &format!("/v2/element-instances/{instance}/variables"), body))
        }
        "getIncident" => {
            let (_, incident, _) = stage.failed();
            get(&mut stage, format!("/v2/incidents/{incident}"))
        }
        "getProcessInstance" => {
            let instance = stage.start("work");
            get(&mut stage, format!("/v2/process-instances/{instance}"))
        }
        "getProcessDefinition" => {
            let definition = stage.first("process-definitions", &json!({}), "processDefinitionKey");
            get(&mut stage, format!("/v2/process-definitions/{definition}"))
        }
        "getBatchOperation" => {
            let instance = stage.start("work");
            let filter = json!({ "filter": { "processInstanceKey": instance } });
            let made = stage.post("/process-instances/cancellation", &filter);
            get(&mut stage, format!("/v2/batch-operations/{}", key(&made, "batchOperationKey")))
        }
        "createDocument" | "getDocument" | "deleteDocument" | "createDocuments" => documents(&mut stage, operation),
        _ if operation.starts_with("search") || operation.ends_with("ByError") => {
            let (_, _, instance) = stage.failed();
            stage.start("waits");
            stage.post(
                "/messages/publication",
                &json!({ "name": "paid", "correlationKey": "test", "timeToLive": 60_000 }),
            );
            stage.start("waits");
            stage.post("/users", &json!({ "username": "u", "password": "p", "name": "U", "email": "u@example.com" }));
            let mut own = body.clone();
            for member in ["processInstanceKey", "scopeKey"] {
                if let Some(key) = own.pointer_mut(&format!("/filter/{member}")) {
                    *key = instance.clone().into();
                }
            }
            if let Some(job_type) = own.pointer_mut("/filter/type") {
                *job_type = "work".into();
            }
            let path = match operation {
                "searchProcessInstanceIncidents" => format!("/v2/process-instances/{instance}/incidents/search"),
                _ => path?.to_owned(),
            };
            Some(stage.json("POST", &path, &own))
        }
        _ => None,
    }
}

fn documents(stage: &mut Stage, operation: &str) -> Option<(u16, Value)> {
    let file = ("file", Some("a.txt"), "Hello");
    match operation {
        "createDocument" => Some(stage.form("/documents", &[file])),
        "createDocuments" => {
            Some(stage.form("/documents/batch", &[("files", Some("a.txt"), "A"), ("files", Some("b.txt"), "B")]))
        }
        _ => {
            let (_, made) = stage.form("/documents", &[file]);
            let (id, hash) = (key(&made, "documentId"), key(&made, "contentHash"));
            match operation {
                "getDocument" => {
                    Some(stage.json("GET", &format!("/v2/documents/{id}?contentHash={hash}"), &Value::Null))
                }
                _ => Some(stage.json("DELETE", &format!("/v2/documents/{id}"), &Value::Null)),
            }
        }
    }
}
