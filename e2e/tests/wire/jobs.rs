//! What a handler can do with its job while it has it, on real sockets. The handlers block: on the asynchronous adapters they
//! run on the worker's threads, so that their calls go through its loop.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use camunda_driver::{Cancellation, Exchange, Lent, StopHandle, Transport, WorkerMonitor, blocking};
use camunda_emulator::Emulator;
use camunda_hyper::api::CancelProcessInstance;
use camunda_hyper::worker::{
    AdHocSubProcessResult, BpmnError, Failure, Outcome, Phase, Reply as _, Report, Stop, UserTaskListenerResult,
};
use camunda_hyper::{Config, Error};
use serde_json::{Value, json};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, json as answer};
use crate::subject::{Asynchronous, Blocking, Executor, Subject, Working};

on_every_adapter!(
    a_handlers_own_completion_takes_the_place_of_the_automatic_one,
    a_handler_fails_or_throws_by_itself,
    a_lock_that_is_extended_by_hand_outlasts_the_first,
    a_lock_is_extended_automatically_and_its_loss_is_told,
    a_stop_is_told_to_handlers_and_what_they_bring_still_counts,
    a_handler_has_the_workers_client_and_session,
    only_what_the_handler_declares_is_fetched,
    decisions_of_listeners_and_ad_hoc_sub_processes_are_on_the_wire,
    a_worker_can_be_watched,
);

pub(crate) type Job<E> = camunda_driver::Job<Value, blocking::Client<E>>;
type Handler<E> = Arc<dyn Fn(Job<E>) -> Result<Outcome, Stop> + Send + Sync>;

/// What a worker is to be.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) timeout: Duration,
    pub(crate) jobs: u32,
    pub(crate) extend: bool,
}

pub(crate) const PLAIN: Wish = Wish { timeout: Duration::from_secs(60), jobs: 4, extend: false };

/// A worker that was wished for.
pub(crate) struct Employed {
    pub(crate) working: Working,
    pub(crate) monitor: WorkerMonitor,
}

impl Employed {
    pub(crate) fn stop(self) -> Report {
        self.working.stop(Duration::from_millis(100)).unwrap()
    }

    pub(crate) fn stop_handle(&self) -> StopHandle {
        self.working.stop.clone()
    }
}

/// A client on one adapter, and its workers with handlers that block.
pub(crate) trait Employer: Subject {
    type Exchange: Exchange;

    fn employ(&self, job_type: &str, wish: Wish, handler: Handler<Self::Exchange>) -> Employed;

    /// A worker whose handler's type declares what it reads.
    fn employ_declared(&self, job_type: &str) -> Employed;
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Declared {
    order_id: u64,
    #[serde(rename = "sum", default)]
    amount: Option<u64>,
}

macro_rules! wished {
    ($client:expr, $job_type:expr, $wish:expr) => {
        $client
            .worker($job_type)
            .max_concurrent_jobs($wish.jobs)
            .timeout($wish.timeout)
            .extend_timeout($wish.extend)
            .on_event(|_, _| {})
    };
}

impl<E: Exchange> Employer for Blocking<E> {
    type Exchange = E;

    fn employ(&self, job_type: &str, wish: Wish, handler: Handler<Self::Exchange>) -> Employed {
        let worker = wished!(self.0, job_type, wish).handle(move |job: Job<Self::Exchange>| handler(job));
        let (stop, monitor) = (worker.stop_handle(), worker.monitor());
        Employed { working: Working { stop, thread: thread::spawn(|| worker.run()) }, monitor }
    }

    fn employ_declared(&self, job_type: &str) -> Employed {
        let worker = self.0.worker(job_type).fetch_declared_variables();
        let worker = worker.handle(|job: camunda_driver::Job<Declared, _>| Ok(declared(job.variables)));
        let (stop, monitor) = (worker.stop_handle(), worker.monitor());
        Employed { working: Working { stop, thread: thread::spawn(|| worker.run()) }, monitor }
    }
}

impl<T: Transport, X: Executor> Employer for Asynchronous<T, X> {
    type Exchange = Lent<T>;

    fn employ(&self, job_type: &str, wish: Wish, handler: Handler<Self::Exchange>) -> Employed {
        let worker = wished!(self.0, job_type, wish).handle_blocking(move |job: Job<Self::Exchange>| handler(job));
        let (stop, monitor, runtime) = (worker.stop_handle(), worker.monitor(), Arc::clone(&self.1));
        Employed { working: Working { stop, thread: thread::spawn(move || runtime.block_on(worker.run())) }, monitor }
    }

    fn employ_declared(&self, job_type: &str) -> Employed {
        let worker = self.0.worker(job_type).fetch_declared_variables();
        let worker = worker.handle(|job: camunda_driver::Job<Declared, _>| async { Ok(declared(job.variables)) });
        let (stop, monitor, runtime) = (worker.stop_handle(), worker.monitor(), Arc::clone(&self.1));
        Employed { working: Working { stop, thread: thread::spawn(move || runtime.block_on(worker.run())) }, monitor }
    }
}

fn declared(Declared { order_id, amount }: Declared) -> Value {
    json!({ "seen": order_id, "sum": amount })
}

pub(crate) const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d">
  <process id="order" isExecutable="true">
    <startEvent id="start" />
    <serviceTask id="charge"><extensionElements><zeebe:taskDefinition type="charge" retries="2" />
      <zeebe:taskHeaders><zeebe:header key="bank" value="north" /></zeebe:taskHeaders></extensionElements></serviceTask>
    <boundaryEvent id="refused" attachedToRef="charge"><errorEventDefinition id="e" errorRef="error" /></boundaryEvent>
    <endEvent id="charged" />
    <endEvent id="declined" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="charge" />
    <sequenceFlow id="f2" sourceRef="charge" targetRef="charged" />
    <sequenceFlow id="f3" sourceRef="refused" targetRef="declined" />
  </process>
  <error id="error" errorCode="REFUSED" />
</definitions>"#;

pub(crate) fn cluster() -> Emulator {
    let cluster = Emulator::start().unwrap();
    cluster.deploy("order.bpmn", MODEL).unwrap();
    cluster
}

pub(crate) fn client<S: Subject>(cluster: &Emulator) -> S {
    S::open(Config::from_pairs(cluster.environment()).unwrap())
}

/// For the thread of a handler to hand something to the test's.
pub(crate) fn handed<T: Send>() -> (Arc<Mutex<Sender<T>>>, Receiver<T>) {
    let (sender, receiver) = channel();
    (Arc::new(Mutex::new(sender)), receiver)
}

fn a_handlers_own_completion_takes_the_place_of_the_automatic_one<S: Employer>() {
    let cluster = cluster();
    let worker = client::<S>(&cluster).employ(
        "charge",
        PLAIN,
        Arc::new(|job| {
            let (variables, job) = job.split();
            let _ = job.complete(json!({ "receipt": variables["n"] }))?;
            // The job is answered: what follows is no failure of it.
            Err(Stop::other("too late to fail"))
        }),
    );
    let instance = cluster.create("order", json!({ "n": 7 }));
    cluster.assert(instance).has_variable("receipt", 7).completed();
    let report = worker.stop();
    assert_eq!((report.completed, report.over(), report.activated), (1, 1, 1));
    let requests = cluster.requests();
    assert_eq!((requests.get("completeJob"), requests.get("failJob")), (Some(&1), None));
}

fn a_handler_fails_or_throws_by_itself<S: Employer>() {
    let cluster = cluster();
    let worker = client::<S>(&cluster).employ(
        "charge",
        PLAIN,
        Arc::new(|job| {
            let answered = match job.variables["n"].as_u64() {
                Some(1) => job.throw(BpmnError::new("REFUSED"))?,
                _ => job.fail(Failure::new("by hand").retries(0))?,
            };
            Ok(answered.into_outcome())
        }),
    );
    let (thrown, failed) = (cluster.create("order", json!({ "n": 1 })), cluster.create("order", json!({ "n": 2 })));
    cluster.assert(thrown).passed("refused").completed();
    cluster.assert(failed).has_incident("by hand");
    let report = worker.stop();
    assert_eq!((report.thrown, report.failed, report.over()), (1, 1, 2));
}

fn a_lock_that_is_extended_by_hand_outlasts_the_first<S: Employer>() {
    let cluster = cluster();
    let (extended, has_extended) = handed();
    let (go_on, goes_on) = channel();
    let goes_on = Mutex::new(goes_on);
    let worker = client::<S>(&cluster).employ(
        "charge",
        PLAIN,
        Arc::new(move |job| {
            let before = job.deadline();
            job.extend(Duration::from_secs(600))?;
            extended.lock().unwrap().send(job.deadline() - before)?;
            goes_on.lock().unwrap().recv()?;
            Ok(Outcome::complete())
        }),
    );
    let instance = cluster.create("order", json!({}));
    let gained = has_extended.recv().unwrap();
    assert!(gained > Duration::from_secs(500), "{gained:?}");
    // The cluster's clock passes the end of the first lock, not of the second: nobody else gets the job.
    cluster.clock().advance(Duration::from_secs(300));
    go_on.send(()).unwrap();
    cluster.assert(instance).completed();
    let report = worker.stop();
    assert_eq!((report.completed, report.activated), (1, 1));
}

fn a_lock_is_extended_automatically_and_its_loss_is_told<S: Employer>() {
    let cluster = cluster();
    let (begun, has_begun) = handed();
    let (why, told) = handed();
    let client = client::<S>(&cluster);
    let wish = Wish { timeout: Duration::from_millis(400), extend: true, jobs: 1 };
    let worker = client.employ(
        "charge",
        wish,
        Arc::new(move |job| {
            begun.lock().unwrap().send(job.process_instance_key())?;
            why.lock().unwrap().send(job.wait_cancelled(Duration::from_secs(60)))?;
            Ok(Outcome::complete())
        }),
    );
    let _ = cluster.create("order", json!({}));
    let instance = has_begun.recv().unwrap().unwrap();
    while cluster.requests().get("updateJob").is_none_or(|extensions| *extensions < 4) {
        thread::sleep(Duration::from_millis(5));
    }
    assert!(told.try_recv().is_err(), "while it is extended it is not lost");
    client.send(CancelProcessInstance::new(instance)).unwrap();
    assert_eq!(told.recv().unwrap(), Some(Cancellation::LeaseLost), "the cluster knows the job no more");
    let report = worker.stop();
    assert_eq!((report.activated, report.superseded), (1, 1));
}

fn a_stop_is_told_to_handlers_and_what_they_bring_still_counts<S: Employer>() {
    let cluster = cluster();
    let (begun, has_begun) = handed();
    let worker = client::<S>(&cluster).employ(
        "charge",
        Wish { jobs: 1, ..PLAIN },
        Arc::new(move |job| {
            begun.lock().unwrap().send(())?;
            match job.wait_cancelled(Duration::from_secs(60)) {
                Some(Cancellation::Stopping) => Ok(json!({ "half": true }).into_outcome()),
                other => Err(Stop::other(format!("{other:?}"))),
            }
        }),
    );
    let instance = cluster.create("order", json!({}));
    has_begun.recv().unwrap();
    let report = worker.working.stop(Duration::from_secs(10)).unwrap();
    assert_eq!((report.completed, report.left.len()), (1, 0), "drain_or_report");
    cluster.assert(instance).has_variable("half", true).completed();
}

fn a_handler_has_the_workers_client_and_session<S: Employer>() {
    let cluster = Emulator::builder().identity_provider(Duration::from_secs(300)).start().unwrap();
    cluster.deploy("order.bpmn", MODEL).unwrap();
    let worker = client::<S>(&cluster).employ(
        "charge",
        PLAIN,
        Arc::new(|job| {
            job.log().debug("charging");
            let version = job.client().get_topology()?.gateway_version;
            Ok(json!({ "version": version, "bank": job.headers()["bank"], "tenant": job.tenant_id() }).into_outcome())
        }),
    );
    let instance = cluster.create("order", json!({}));
    let version = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap().0;
    cluster.assert(instance).has_variable("bank", "north").has_variable("tenant", "<default>").completed();
    let seen = cluster.instance(instance).unwrap().variables["version"].as_str().unwrap().to_owned();
    assert!(seen.starts_with(version), "{seen}");
    assert_eq!(worker.stop().completed, 1);
    assert_eq!(cluster.token_requests(), 1, "one session, one token");
}

fn only_what_the_handler_declares_is_fetched<S: Employer>() {
    let peer = Peer::start(|_, before| match before {
        0 => {
            Reply::Bytes(answer(200, r#"{"jobs":[{"jobKey":"7","type":"charge","variables":{"orderId":1,"sum":2}}]}"#))
        }
        _ => Reply::Bytes(b"HTTP/1.1 204 X\r\n\r\n".to_vec()),
    });
    let worker = S::open(peer.config().build().unwrap()).employ_declared("charge");
    while !peer.requests().iter().any(|request| request.head.contains("/jobs/7/completion")) {
        thread::sleep(Duration::from_millis(2));
    }
    drop(worker.working.stop(Duration::ZERO));
    let requests = peer.requests();
    let poll: Value = serde_json::from_str(&requests[0].body).unwrap();
    assert_eq!(poll["fetchVariable"], json!(["orderId", "sum"]), "by the names that they have in JSON");
    let completion = requests.iter().find(|request| request.head.contains("/completion")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&completion.body).unwrap()["variables"], json!({ "seen": 1, "sum": 2 }));
}

/// Hands out these jobs once and takes whatever is said of them.
pub(crate) fn handing_out(jobs: &'static str) -> Peer {
    Peer::start(move |request, before| match before {
        0 => Reply::Bytes(answer(200, jobs)),
        _ if request.head.contains("/jobs/activation") => Reply::Hang(Vec::new()),
        _ => Reply::Bytes(b"HTTP/1.1 204 X\r\n\r\n".to_vec()),
    })
}

/// The bodies of the commands of jobs, by the ends of their paths, once there are so many.
pub(crate) fn commands(peer: &Peer, count: usize) -> Vec<(String, Value)> {
    loop {
        let requests = peer.requests();
        let commands: Vec<_> = requests.iter().filter(|request| !request.head.contains("/jobs/activation")).collect();
        if commands.len() >= count {
            let path = |head: &str| head.split_whitespace().nth(1).unwrap().trim_start_matches("/v2/jobs/").to_owned();
            return commands
                .iter()
                .map(|r| (path(&r.head), serde_json::from_str(&r.body).unwrap_or_default()))
                .collect();
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn decisions_of_listeners_and_ad_hoc_sub_processes_are_on_the_wire<S: Employer>() {
    let peer = handing_out(
        r#"{"jobs":[{"jobKey":"1","retries":3,"variables":{}},{"jobKey":"2","retries":3,"variables":{}}]}"#,
    );
    let worker = S::open(peer.config().build().unwrap()).employ(
        "decide",
        PLAIN,
        Arc::new(|job| match job.key().as_str() {
            "1" => Ok(UserTaskListenerResult::deny("four eyes").into_outcome()),
            _ => {
                let next = AdHocSubProcessResult::new().activate_with("ask", json!({ "n": 1 }))?;
                let answered = job.complete_with(json!({ "asked": true }), next.cancel_remaining())?;
                Ok(answered.into_outcome())
            }
        }),
    );
    let mut commands = commands(&peer, 2);
    commands.sort_by(|a, b| a.0.cmp(&b.0));
    let denied = json!({ "result": { "type": "userTask", "denied": true, "deniedReason": "four eyes" } });
    let next = json!({ "variables": { "asked": true }, "result": {
        "type": "adHocSubProcess", "activateElements": [{ "elementId": "ask", "variables": { "n": 1 } }],
        "isCompletionConditionFulfilled": false, "isCancelRemainingInstances": true,
    } });
    assert_eq!(commands, [("1/completion".to_owned(), denied), ("2/completion".to_owned(), next)]);
    drop(worker.working.stop(Duration::ZERO));
}

fn a_worker_can_be_watched<S: Employer>() {
    let cluster = cluster();
    cluster.faults().on("activateJobs").answer(503, "RESOURCE_EXHAUSTED");
    let worker = client::<S>(&cluster).employ("charge", PLAIN, Arc::new(|_| Ok(Outcome::complete())));
    let monitor = worker.monitor.clone();
    assert!(!monitor.is_ready() && monitor.since_answer().is_none());
    while monitor.status().phase != Phase::BackingOff {
        thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(monitor.status().failing_polls, 1);
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).completed();
    while !monitor.is_ready() || monitor.status().counts.completed == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    assert!(monitor.since_answer().unwrap() < Duration::from_secs(60));
    let result: Result<Report, Error> = worker.working.stop(Duration::ZERO);
    assert_eq!(result.unwrap().counts, monitor.status().counts);
    assert_eq!(monitor.status().phase, Phase::Stopped);
    assert!(!monitor.is_ready());
}
