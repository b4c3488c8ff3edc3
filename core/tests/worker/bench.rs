//! A worker on the bench: a clock that moves only when told, and answers made by hand.

use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::api::{ActivateJobs, ActivatedJob};
use camunda_core::worker::{Action, CommandEnd, JobCommand, Report, Ticket, Worker, WorkerEvent, WorkerSettings};
use camunda_core::{Answer, CallOptions, Config, Error, Operation};

use camunda_core::Now;

pub(crate) struct Bench {
    pub(crate) worker: Worker,
    pub(crate) now: Now,
    config: Arc<Config>,
}

impl Bench {
    pub(crate) fn new(settings: WorkerSettings) -> Self {
        let config = Arc::new(Config::builder().build().unwrap());
        let now = Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) };
        Self { worker: Worker::new(settings, &config, 7, now), now, config }
    }

    pub(crate) fn of(jobs: u32) -> Self {
        Self::new(WorkerSettings::new("charge").max_concurrent_jobs(jobs))
    }

    pub(crate) fn pass(&mut self, duration: Duration) {
        self.now.instant += duration;
        self.now.unix += duration;
    }

    pub(crate) fn poll(&mut self) -> Action {
        self.worker.poll(self.now)
    }

    /// The body of an operation's request.
    pub(crate) fn body<O: Operation>(&self, operation: &O) -> serde_json::Value {
        let request = operation.request(&self.config, &CallOptions::new()).unwrap();
        serde_json::from_slice(&request.into_body().into_bytes()).unwrap()
    }

    /// Expects a poll and says for how many jobs it asks.
    pub(crate) fn asks_for(&mut self) -> u64 {
        let activation = self.activation();
        self.body(&activation)["maxJobsToActivate"].as_u64().unwrap()
    }

    pub(crate) fn activation(&mut self) -> ActivateJobs {
        match self.poll() {
            Action::Activate(activation) => activation,
            other => panic!("no poll but {other:?}"),
        }
    }

    pub(crate) fn runs(&mut self) -> (Ticket, Box<ActivatedJob>) {
        match self.poll() {
            Action::Run(ticket, job, _) => (ticket, job),
            other => panic!("no job to run but {other:?}"),
        }
    }

    /// Expects a command: its name and its body.
    pub(crate) fn commands(&mut self) -> (Ticket, &'static str, serde_json::Value) {
        match self.poll() {
            Action::Command(ticket, JobCommand::Complete(command), _) => (ticket, "complete", self.body(&command)),
            Action::Command(ticket, JobCommand::Fail(command), _) => (ticket, "fail", self.body(&command)),
            Action::Command(ticket, JobCommand::Throw(command), _) => (ticket, "throw", self.body(&command)),
            other => panic!("no command but {other:?}"),
        }
    }

    pub(crate) fn waits(&mut self) -> Option<Duration> {
        match self.poll() {
            Action::Wait(until) => until.map(|until| until - self.now.instant),
            other => panic!("no wait but {other:?}"),
        }
    }

    /// How a command ended.
    pub(crate) fn answered(&mut self, ticket: Ticket, result: Result<(), Error>) {
        self.worker.handle_command(ticket, CommandEnd::of(&result));
    }

    pub(crate) fn stopped(&mut self) -> Report {
        match self.poll() {
            Action::Stopped(report) => report,
            other => panic!("not stopped but {other:?}"),
        }
    }

    /// Answers a poll with jobs of these keys.
    pub(crate) fn brings(&mut self, keys: impl IntoIterator<Item = u64>) {
        let deadline = self.now.unix.as_millis() + 60_000;
        let jobs: Vec<String> = keys.into_iter().map(|key| job(key, deadline)).collect();
        self.answers(&format!(r#"{{"jobs":[{}]}}"#, jobs.join(",")));
    }

    pub(crate) fn answers(&mut self, body: &str) {
        let answer = Answer::new("activate_jobs", http::StatusCode::OK, http::HeaderMap::new(), body.to_owned().into());
        self.worker.handle_activation(Ok(answer), self.now);
    }

    pub(crate) fn fails(&mut self, error: Error) {
        self.worker.handle_activation(Err(error), self.now);
    }

    pub(crate) fn events(&mut self) -> Vec<WorkerEvent> {
        std::iter::from_fn(|| self.worker.poll_event()).collect()
    }
}

pub(crate) fn job(key: u64, deadline: u128) -> String {
    format!(
        r#"{{"jobKey":"{key}","type":"charge","processDefinitionId":"p","processDefinitionVersion":1,"elementId":"e",
        "customHeaders":{{}},"worker":"w","retries":3,"deadline":{deadline},"variables":{{"a":1}},"tenantId":"<default>",
        "processInstanceKey":"2","processDefinitionKey":"3","elementInstanceKey":"4","kind":"BPMN_ELEMENT",
        "listenerEventType":"UNSPECIFIED"}}"#
    )
}

/// What a call ends with that met this answer.
pub(crate) fn refusal(status: u16, body: &str) -> Error {
    use camunda_core::{Event, Prepared, Session, Step};
    let config = Arc::new(Config::builder().build().unwrap());
    let now = Now { instant: Instant::now(), unix: Duration::ZERO };
    let mut session = Session::new(Arc::clone(&config), 1);
    let options = CallOptions::new().attempts(1);
    let operation = ActivateJobs::new("charge", 1000, 1);
    let mut call = session.begin(Prepared::new(&operation, &config, &options).unwrap(), &options, now);
    let _ = call.poll(&mut session, now);
    let head = http::Response::builder().status(status).body(()).unwrap();
    call.handle(&mut session, now, Event::Head(head));
    call.handle(&mut session, now, Event::Chunk(body.to_owned().into()));
    call.handle(&mut session, now, Event::End);
    match call.poll(&mut session, now) {
        Step::Done(result) => result.unwrap_err(),
        other => panic!("{other:?}"),
    }
}
