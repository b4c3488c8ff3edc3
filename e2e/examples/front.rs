//! Every adapter through whatever stands in front of a cluster: `front COMMAND [ARGUMENT]`. The environment says where the
//! front is; `DIRECT` is the address of the cluster behind it, which says what was carried out.
//!
//! - `work`: ten instances, and a worker that does their jobs
//! - `refused TEXT`: no call gets through, and the error says so
//! - `spaced MILLISECONDS`: thirty instances, with that pause between two
//! - `load SECONDS`: instances and reads, without a pause
//! - `patient SECONDS`: a worker that finds nothing for so long, then a job

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use camunda_hyper::api::{CreateDeployment, CreateProcessInstance, GetTopology, SearchProcessInstances};
use camunda_hyper::{Config, Error};
use serde_json::Value;

#[path = "../tests/wire/subject.rs"]
#[allow(dead_code, reason = "the suite does more with it")]
mod subject;

use subject::executors::{AsyncStd, Bare, Smol as SmolExecutor};
use subject::{Hyper, Smol, Subject, Ureq};

const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d">
  <process id="parcel" isExecutable="true">
    <startEvent id="start" />
    <serviceTask id="carry"><extensionElements><zeebe:taskDefinition type="carry" /></extensionElements></serviceTask>
    <endEvent id="end" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="carry" />
    <sequenceFlow id="f2" sourceRef="carry" targetRef="end" />
  </process>
</definitions>"#;

/// Runs a command on one adapter, and tells what was seen, or what is wrong.
type Run = fn(&str, &str) -> Result<String, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, argument) = match &arguments[..] {
        [command] => (command.as_str(), ""),
        [command, argument] => (command.as_str(), argument.as_str()),
        _ => {
            eprintln!("usage: front work | refused TEXT | spaced MILLISECONDS | load SECONDS | patient SECONDS");
            return ExitCode::from(2);
        }
    };
    let runs: [(&str, Run); 5] = [
        ("ureq", run::<Ureq>),
        ("hyper", run::<Hyper>),
        ("smol", run::<Smol<SmolExecutor>>),
        ("smol under async-std", run::<Smol<AsyncStd>>),
        ("smol under block_on", run::<Smol<Bare>>),
    ];
    for (adapter, run) in runs {
        match run(command, argument) {
            Ok(said) => println!("{adapter}: {said}"),
            Err(said) => {
                println!("{adapter} FAILED: {said}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// The client that the environment describes. Its connections are kept longer than the fronts keep them. A job is soon free
/// again: one may be given to the poll of a worker that has stopped, which a front does not always tell the cluster.
fn client<S: Subject>() -> Result<S, Error> {
    let settings = Config::builder().environment(std::env::vars()).set("CAMUNDA_SDK_POOL_IDLE_MS", "60000");
    S::try_open(settings.set("CAMUNDA_WORKER_TIMEOUT", "3000").build()?)
}

fn run<S: Subject>(command: &str, argument: &str) -> Result<String, String> {
    let number = || argument.parse::<u64>().map_err(|error| format!("{argument:?}: {error}"));
    match command {
        "work" => work::<S>().map_err(|error| error.to_string()),
        "refused" => refused::<S>(argument),
        "spaced" => spaced::<S>(Duration::from_millis(number()?)),
        "load" => load::<S>(Duration::from_secs(number()?)),
        "patient" => patient::<S>(Duration::from_secs(number()?)),
        _ => Err(format!("there is no command {command}")),
    }
}

/// A client of the cluster itself, past the front.
fn direct() -> Ureq {
    let address = std::env::var("DIRECT").expect("the address of the cluster");
    Ureq::open(Config::from_pairs([("CAMUNDA_REST_ADDRESS", address)]).expect("an address"))
}

/// How many instances there are.
fn instances() -> u64 {
    let found = direct().send(SearchProcessInstances::new()).expect("the cluster answers");
    found.page.total_items.try_into().expect("a count")
}

fn deploy<S: Subject>(client: &S) -> Result<(), Error> {
    client.send(CreateDeployment::new().resource("parcel.bpmn", MODEL)).map(drop)
}

fn create<S: Subject>(client: &S) -> Result<(), Error> {
    client.send(CreateProcessInstance::by_id("parcel")).map(drop)
}

fn work<S: Subject>() -> Result<String, Error> {
    let client = client::<S>()?;
    deploy(&client)?;
    let done = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&done);
    for _ in 0..10 {
        create(&client)?;
    }
    let working = client.work(
        "carry",
        4,
        Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(Value::Null)
        }),
    );
    let patience = Instant::now() + Duration::from_secs(30);
    while done.load(Ordering::SeqCst) < 10 && Instant::now() < patience {
        thread::sleep(Duration::from_millis(10));
    }
    let report = working.stop(Duration::from_secs(5))?;
    assert!(report.completed >= 10, "{report:?}");
    Ok(format!("{} jobs", report.completed))
}

fn refused<S: Subject>(text: &str) -> Result<String, String> {
    let result = client::<S>().and_then(|client| client.send(GetTopology::new()));
    match result {
        Ok(_) => Err("a call got through".to_owned()),
        Err(error) if error.to_string().contains(text) => Ok(error.to_string()),
        Err(error) => Err(format!("{error}, without {text:?}")),
    }
}

/// What came of calls that start an instance each.
#[derive(Default)]
struct Tally {
    created: u64,
    refused: u64,
    /// Errors that leave open whether the instance was started.
    open: u64,
}

impl Tally {
    fn count(&mut self, result: Result<(), Error>) -> Result<(), String> {
        match result {
            Ok(()) => self.created += 1,
            Err(error) if error.may_have_executed() => self.open += 1,
            Err(error) if error.is_retryable() => self.refused += 1,
            Err(error) => return Err(error.to_string()),
        }
        Ok(())
    }

    /// Each instance was started once, or its error says that it may have been.
    fn holds(&self, before: u64) -> Result<String, String> {
        let Self { created, refused, open } = self;
        let started = instances() - before;
        let said = format!("{created} created, {open} open, {refused} refused; {started} started");
        if (*created..=created + open).contains(&started) { Ok(said) } else { Err(said) }
    }
}

fn spaced<S: Subject>(pause: Duration) -> Result<String, String> {
    let client = client::<S>().map_err(|error| error.to_string())?;
    deploy(&direct()).map_err(|error| error.to_string())?;
    let (before, mut tally) = (instances(), Tally::default());
    for _ in 0..30 {
        tally.count(create(&client))?;
        thread::sleep(pause);
    }
    // Without a pause, a front that limits refuses some; whoever asks at leisure is refused nothing.
    if tally.open > 0 || (tally.refused > 0 && !pause.is_zero()) {
        return Err(format!("{} open, {} refused", tally.open, tally.refused));
    }
    tally.holds(before)
}

fn load<S: Subject>(time: Duration) -> Result<String, String> {
    let client = client::<S>().map_err(|error| error.to_string())?;
    deploy(&direct()).map_err(|error| error.to_string())?;
    let (before, mut tally, mut reads) = (instances(), Tally::default(), 0);
    let end = Instant::now() + time;
    while Instant::now() < end {
        tally.count(create(&client))?;
        client.send(GetTopology::new()).map_err(|error| format!("a read: {error}"))?;
        reads += 1;
    }
    Ok(format!("{} reads, {}", reads, tally.holds(before)?))
}

fn patient<S: Subject>(time: Duration) -> Result<String, String> {
    let client = client::<S>().map_err(|error| error.to_string())?;
    // Jobs of its own: others left theirs undone.
    let model = MODEL.replace("parcel", "letter").replace("carry", "deliver");
    let deployment = CreateDeployment::new().resource("letter.bpmn", model);
    direct().send(deployment).map_err(|error| error.to_string())?;
    let (sender, receiver) = std::sync::mpsc::channel();
    let working = client.work(
        "deliver",
        4,
        Arc::new(move |_| {
            let _ = sender.send(());
            Ok(Value::Null)
        }),
    );
    if receiver.recv_timeout(time).is_ok() {
        return Err("there was a job".to_owned());
    }
    client.send(CreateProcessInstance::by_id("letter")).map_err(|error| error.to_string())?;
    let waited = Instant::now();
    receiver.recv_timeout(Duration::from_secs(20)).map_err(|_| "the job was not found".to_owned())?;
    let waited = waited.elapsed();
    working.stop(Duration::from_secs(5)).map_err(|error| error.to_string())?;
    Ok(format!("found its job after {} ms", waited.as_millis()))
}
