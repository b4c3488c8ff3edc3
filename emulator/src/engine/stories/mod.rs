//! Stories about the engine in virtual time, told through a small scenario.
//! They know no REST: what a client reads is tested over a socket elsewhere.

mod calls;
mod deployments;
mod errors;
mod events;
mod incidents;
mod instances;
mod jobs;
mod listeners;
mod loops;
mod messages;
mod modifications;
mod scopes;
mod tasks;
mod timers;
mod variables;

use serde_json::{Value, json};

use super::deploy::Resource;
use super::instance::CreateInstance;
use super::job::JobState;
use super::{
    Activation, CompleteJob, Document, Engine, FailJob, Outcome, PublishMessage, Rejection, ThrowError, Ticket,
};

/// When every story begins: on a full second, so that checkers are easy to follow.
const START: i64 = 1_700_000_000_000;

/// An engine and what time it is.
struct Story {
    engine: Engine,
    now: i64,
    tickets: u64,
}

fn document(value: Value) -> Document {
    if let Value::Object(document) = value { document } else { panic!("{value} is no object") }
}

fn process(id: &str, elements: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file">
          <error id="refused" errorCode="REFUSED"/><error id="broken" errorCode="BROKEN"/>
          <escalation id="late" escalationCode="LATE"/><signal id="alarm" name="alarm"/>
          <message id="paid" name="paid"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>
          <message id="ordered" name="ordered"/>
          <process id="{id}" isExecutable="true">{elements}</process></definitions>"#
    )
}

fn task(id: &str, job_type: &str, more: &str) -> String {
    format!(
        r#"<serviceTask id="{id}"><extensionElements><zeebe:taskDefinition type="{job_type}"/>{more}</extensionElements></serviceTask>"#
    )
}

fn flow(id: &str, from: &str, to: &str) -> String {
    format!(r#"<sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}"/>"#)
}

/// These elements one after the other between a none start event and an end event.
fn line(elements: &[(&str, String)]) -> String {
    let mut all = String::from(r#"<startEvent id="start"/><endEvent id="done"/>"#);
    let mut before = "start".to_owned();
    for (id, element) in elements {
        all += element;
        all += &flow(&format!("to_{id}"), &before, id);
        before = (*id).to_owned();
    }
    process("order", &(all + &flow("to_done", &before, "done")))
}

/// A path from this element to an end event of its own.
fn then_end(id: &str) -> String {
    format!(r#"<endEvent id="{id}_end"/>{}"#, flow(&format!("{id}_flow"), id, &format!("{id}_end")))
}

/// Start, one task of type `work`, end.
fn one_task(more: &str) -> String {
    let elements = [
        r#"<startEvent id="start"/><endEvent id="done"/>"#.to_owned(),
        task("work", "work", more),
        flow("f1", "start", "work"),
        flow("f2", "work", "done"),
    ];
    process("order", &elements.concat())
}

impl Story {
    /// A story about this process.
    fn of(model: &str) -> Self {
        let mut story = Self { engine: Engine::default(), now: START, tickets: 0 };
        story.deploy("model.bpmn", model).expect("the model is good");
        story
    }

    fn deploy(&mut self, name: &str, model: &str) -> Result<Vec<(i64, i32)>, Rejection> {
        let resource = Resource { name: name.to_owned(), bytes: model.as_bytes().to_vec() };
        let deployment = self.engine.deploy(vec![resource], &crate::engine::DEFAULT_TENANT.into(), self.now)?;
        Ok(deployment.definitions.iter().map(|d| (d.key, d.version)).collect())
    }

    fn request(variables: Value) -> CreateInstance {
        CreateInstance::latest("order", document(variables))
    }

    fn start(&mut self, variables: Value) -> i64 {
        self.engine.create_instance(Self::request(variables), self.now).expect("the process is there")
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// Polls for jobs of this type for so long (negative: not at all).
    fn poll(&mut self, job_type: &str, wait: i64) -> Ticket {
        let ticket = self.ticket();
        let activation = Activation {
            job_type: job_type.to_owned(),
            worker: "worker".to_owned(),
            timeout: 10_000,
            max_jobs: 10,
            fetch: Vec::new(),
            request_timeout: wait,
            lease: false,
            within: crate::engine::Within::default(),
        };
        self.engine.activate_jobs(ticket, activation, self.now);
        ticket
    }

    /// The jobs that this poll was answered with; none if it still waits.
    fn answer(&mut self, ticket: Ticket) -> Option<Vec<i64>> {
        let (answered, outcome) = self.engine.poll_outcome()?;
        assert_eq!(answered, ticket);
        match outcome {
            Outcome::Jobs(jobs) => Some(jobs.into_iter().map(|job| job.key).collect()),
            other => panic!("{other:?} is no answer to a poll"),
        }
    }

    /// The jobs of this type that can be had now.
    fn jobs(&mut self, job_type: &str) -> Vec<i64> {
        let ticket = self.poll(job_type, -1);
        self.answer(ticket).expect("a poll that does not wait is answered")
    }

    /// The only job of this type, handed out.
    fn job(&mut self, job_type: &str) -> i64 {
        let jobs = self.jobs(job_type);
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        jobs[0]
    }

    fn complete(&mut self, job: i64, variables: Value) -> Result<(), Rejection> {
        self.engine.complete_job(
            job,
            CompleteJob { variables: document(variables), ..CompleteJob::default() },
            self.now,
        )
    }

    fn fail(&mut self, job: i64, retries: i32, back_off: i64) -> Result<(), Rejection> {
        let command = FailJob { retries, back_off, message: "no luck".to_owned(), ..FailJob::default() };
        self.engine.fail_job(job, command, self.now)
    }

    fn throw(&mut self, job: i64, code: &str, variables: Value) -> Result<(), Rejection> {
        let (code, message, variables) = (code.to_owned(), "why".to_owned(), document(variables));
        let command = ThrowError { code, message, variables, lease: None };
        self.engine.throw_error(job, command, self.now)
    }

    /// Lets time pass, deadline by deadline, as a driver would.
    fn wait(&mut self, millis: i64) {
        let end = self.now + millis;
        while let Some(at) = self.engine.deadline().filter(|at| *at <= end) {
            assert!(at > self.now, "a deadline in the past: {at}");
            self.now = at;
            self.engine.advance(at);
        }
        self.now = end;
        self.engine.advance(end);
    }

    fn publish(&mut self, name: &str, key: &str, time_to_live: i64, variables: Value) -> i64 {
        let (name, correlation_key, id) = (name.to_owned(), key.to_owned(), String::new());
        let variables = document(variables);
        let tenant = crate::engine::DEFAULT_TENANT.into();
        let message = PublishMessage { tenant, name, correlation_key, id, time_to_live, variables };
        self.engine.publish_message(message, self.now).expect("no id, no trouble")
    }

    fn signal(&mut self, name: &str, variables: Value) {
        self.engine.broadcast_signal(crate::engine::DEFAULT_TENANT, name, &document(variables), self.now);
    }

    /// The keys of all instances.
    fn instances(&self) -> Vec<i64> {
        self.engine.instances.keys().copied().collect()
    }

    /// How many subscriptions and timers are open.
    fn waiting(&self) -> usize {
        self.engine.subscriptions.all.len()
    }

    fn state(&self, instance: i64) -> &'static str {
        self.engine.instances[&instance].state()
    }

    /// Which elements of the instance are in this state, in the order of their keys.
    fn elements(&self, instance: i64, state: &str) -> Vec<&str> {
        let elements = self.engine.elements.values().filter(|e| e.instance == instance && e.state() == state);
        elements.map(|e| &*e.model().id).collect()
    }

    /// The variables of the instance itself.
    fn variables(&self, instance: i64) -> Value {
        Value::Object(self.engine.visible(instance, &[]))
    }

    /// Kind and message of the open incidents.
    fn incidents(&self) -> Vec<(i64, &'static str, &str)> {
        let open = self.engine.incidents.values().filter(|incident| incident.active);
        open.map(|incident| (incident.key, incident.kind, incident.message.as_str())).collect()
    }

    fn job_state(&self, job: i64) -> (JobState, &'static str) {
        let job = &self.engine.jobs.all[&job];
        (job.state, job.event)
    }
}

#[test]
fn the_same_calls_give_the_same_keys_and_states() {
    let run = || {
        let mut story = Story::of(&one_task(""));
        for _ in 0..3 {
            story.start(json!({ "b": 1, "a": [2] }));
        }
        for job in story.jobs("work") {
            story.complete(job, json!({ "done": true })).expect("open");
        }
        story.wait(5_000);
        format!("{:?}", story.engine)
    };
    assert_eq!(run(), run());
}

#[test]
#[ignore = "a measurement: run it in release with --ignored --nocapture"]
fn how_many_orders_a_second() {
    const COUNT: usize = 50_000;
    let mut story = Story::of(&one_task(""));
    let begin = std::time::Instant::now();
    for amount in 0..COUNT / 10 {
        for _ in 0..10 {
            story.start(json!({ "amount": amount }));
        }
        for job in story.jobs("work") {
            story.complete(job, json!({ "receipt": "r" })).expect("open");
        }
    }
    let rate = COUNT as f64 / begin.elapsed().as_secs_f64();
    println!("{rate:.0} instances a second from their start to their end");
    assert!(story.engine.active_instances.is_empty());
}
