//! Any BPMN or DMN file, deployed to the embedded cluster and driven: it is refused with a report, or it runs, and neither hangs
//! nor breaks the cluster. The same function is fuzzed, and replayed over the corpus by the ordinary tests.
//!
//! Layout of an input: the file; a line `--` and a JSON object of variables may follow.

use std::time::Duration;

use camunda_emulator::Cluster;
use http::Request;
use serde_json::{Value, json};

const BEGIN: i64 = 1_700_000_000_000;
/// How often everything that waits is given what it waits for.
const ROUNDS: usize = 4;

/// Runs one input.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (file, variables) = text.split_once("\n--\n").unwrap_or((&text, "{}"));
    let variables = serde_json::from_str(variables).ok().filter(Value::is_object).unwrap_or_else(|| json!({}));
    let mut driver = Driver { cluster: Cluster::default(), now: BEGIN };
    let name = if file.contains("/DMN/") { "file.dmn" } else { "file.bpmn" };
    if driver.cluster.deploy(name, file.as_bytes(), BEGIN).is_err() {
        return driver.check();
    }
    driver.check();
    let definitions = driver.search("process-definitions");
    for definition in definitions.iter().filter_map(|d| d["processDefinitionId"].as_str()) {
        // One process of the file may lack a start event that needs nothing.
        let _refused = driver.cluster.create(definition, variables.clone(), driver.now);
        driver.check();
    }
    for _ in 0..ROUNDS {
        driver.go_on(&variables);
    }
    driver.cancel_all();
}

struct Driver {
    cluster: Cluster,
    now: i64,
}

impl Driver {
    fn check(&self) {
        let faults = self.cluster.inconsistencies();
        assert!(faults.is_empty(), "{faults:?}");
    }

    fn ask(&mut self, path: &str, body: &Value) -> Value {
        let request = Request::post(format!("/v2/{path}")).header("content-type", "application/json");
        let Ok(request) = request.body(body.to_string().into_bytes()) else { return Value::Null };
        let id = self.cluster.handle(request, self.now);
        self.check();
        let answers = std::iter::from_fn(|| self.cluster.poll_answer());
        let answer = answers.into_iter().find(|(answered, _)| *answered == id);
        let Some((_, answer)) = answer else { return Value::Null };
        assert!(answer.status().as_u16() != 500, "{path}: {}", String::from_utf8_lossy(answer.body()));
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    fn search(&mut self, what: &str) -> Vec<Value> {
        let found = self.ask(&format!("{what}/search"), &json!({ "page": { "limit": 50 } }));
        found["items"].as_array().cloned().unwrap_or_default()
    }

    /// Whatever waits gets what it waits for: jobs, user tasks, messages, signals, incidents, and time.
    fn go_on(&mut self, variables: &Value) {
        let jobs = self.search("jobs");
        let mut open = jobs.iter().filter(|job| job["endTime"].is_null()).filter_map(|job| job["jobKey"].as_str());
        for (at, job) in open.by_ref().take(20).enumerate() {
            let (action, body) = match at % 4 {
                1 => ("error", json!({ "errorCode": "REFUSED", "variables": variables })),
                2 => ("failure", json!({ "retries": 0 })),
                _ => ("completion", json!({ "variables": variables })),
            };
            self.ask(&format!("jobs/{job}/{action}"), &body);
        }
        let tasks = self.search("user-tasks");
        for task in tasks.iter().filter_map(|task| task["userTaskKey"].as_str()).take(10) {
            self.ask(&format!("user-tasks/{task}/completion"), &json!({ "variables": variables }));
        }
        let waiting = self.search("message-subscriptions");
        for subscription in waiting.iter().take(10) {
            let key = subscription["correlationKey"].as_str().unwrap_or_default();
            let message = json!({ "name": subscription["messageName"], "correlationKey": key, "timeToLive": 1000 });
            self.ask("messages/publication", &message);
        }
        self.ask("signals/broadcast", &json!({ "signalName": "alarm" }));
        let incidents = self.search("incidents");
        for incident in incidents.iter().filter_map(|incident| incident["incidentKey"].as_str()).take(10) {
            self.ask(&format!("incidents/{incident}/resolution"), &json!({}));
        }
        self.cluster.advance_clock(i64::try_from(Duration::from_secs(3600).as_millis()).unwrap_or_default(), self.now);
        self.check();
    }

    fn cancel_all(&mut self) {
        let instances = self.search("process-instances");
        for instance in instances.iter().filter_map(|instance| instance["processInstanceKey"].as_str()) {
            self.ask(&format!("process-instances/{instance}/cancellation"), &json!({}));
        }
    }
}
