//! Programs as handlers: a child process for each job, and some that are kept. Written for a shell, so that nothing else is
//! needed; the example in Python shows another language.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use camunda_driver::{Exchange, Program, Transport};
use camunda_emulator::Emulator;
use camunda_hyper::worker::{Report, WorkerEvent};
use serde_json::json;

use crate::jobs::{client, cluster};
use crate::on_every_adapter;
use crate::subject::{Asynchronous, Blocking, Executor, Subject, Working};

on_every_adapter!(
    a_program_reads_variables_and_completes_with_what_it_says,
    a_program_throws_with_three_and_fails_with_anything_else,
    a_program_tells_how_it_failed,
    a_program_that_crashes_fails_one_job,
    a_program_that_hangs_is_killed_when_the_lock_runs_out,
    a_program_is_killed_when_its_worker_has_ended,
    a_program_that_answers_nonsense_fails_its_job,
    a_program_that_is_not_there_fails_its_job,
    a_long_input_that_nobody_reads_holds_nothing_up,
    a_kept_program_works_one_job_after_the_other,
    a_kept_program_that_crashes_is_replaced,
);

/// A client on one adapter, and its workers that are programs.
trait Launcher: Subject {
    fn launch(&self, program: Program, timeout: Duration, events: Events) -> Working;
}

type Events = Arc<Mutex<Vec<String>>>;

macro_rules! launched {
    ($client:expr, $program:expr, $timeout:expr, $events:expr) => {{
        let events = $events;
        $client
            .worker("charge")
            .max_concurrent_jobs(1)
            .timeout($timeout)
            .on_event(move |_, event: &WorkerEvent| events.lock().unwrap().push(format!("{event:?}")))
            .handle_process($program)
    }};
}

impl<E: Exchange> Launcher for Blocking<E> {
    fn launch(&self, program: Program, timeout: Duration, events: Events) -> Working {
        let worker = launched!(self.0, program, timeout, events);
        Working { stop: worker.stop_handle(), thread: thread::spawn(|| worker.run()) }
    }
}

impl<T: Transport, X: Executor> Launcher for Asynchronous<T, X> {
    fn launch(&self, program: Program, timeout: Duration, events: Events) -> Working {
        let worker = launched!(self.0, program, timeout, events);
        let runtime = Arc::clone(&self.1);
        Working { stop: worker.stop_handle(), thread: thread::spawn(move || runtime.block_on(worker.run())) }
    }
}

fn shell(script: &str) -> Program {
    Program::new("sh").arg("-c").arg(script)
}

fn run<S: Launcher>(cluster: &Emulator, program: Program) -> Working {
    client::<S>(cluster).launch(program, Duration::from_secs(60), Arc::default())
}

fn stop(worker: Working) -> Report {
    worker.stop(Duration::from_millis(100)).unwrap()
}

fn a_program_reads_variables_and_completes_with_what_it_says<S: Launcher>() {
    let cluster = cluster();
    let script = r#"read -r variables; printf '{"seen":%s,"key":"%s","type":"%s","headers":%s,"retries":%s}' \
        "$variables" "$CAMUNDA_JOB_KEY" "$CAMUNDA_JOB_TYPE" "$CAMUNDA_JOB_HEADERS" "$CAMUNDA_JOB_RETRIES""#;
    let worker = run::<S>(&cluster, shell(script));
    let instance = cluster.create("order", json!({ "note": "two\nlines" }));
    cluster
        .assert(instance)
        .has_variable("seen", json!({ "note": "two\nlines" }))
        .has_variable("headers", json!({ "bank": "north" }))
        .has_variable("type", "charge")
        .has_variable("retries", 2)
        .completed();
    assert_eq!(stop(worker).completed, 1);
    // A cluster of its own: the poll that was cut may take jobs with it.
    let cluster = crate::jobs::cluster();
    let worker = run::<S>(&cluster, shell("exit 0"));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).completed();
    assert_eq!(stop(worker).completed, 1, "no output is no variables");
}

fn a_program_throws_with_three_and_fails_with_anything_else<S: Launcher>() {
    let cluster = cluster();
    let worker = run::<S>(&cluster, shell(r#"echo '{"errorCode":"REFUSED","variables":{"why":"limit"}}'; exit 3"#));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).passed("refused").completed();
    assert_eq!(stop(worker).thrown, 1);
    let cluster = crate::jobs::cluster();
    let worker = run::<S>(&cluster, shell("echo half an answer; echo no bank >&2; exit 7"));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).has_incident("exit status: 7: no bank");
    assert_eq!(stop(worker).failed, 2, "each attempt costs a retry");
}

fn a_program_tells_how_it_failed<S: Launcher>() {
    let cluster = cluster();
    let script = r#"echo '{"errorMessage":"closed","retries":0,"variables":{"until":"monday"}}'; exit 1"#;
    let worker = run::<S>(&cluster, shell(script));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).has_incident("closed");
    assert_eq!(stop(worker).failed, 1, "without retries there is no second attempt");
}

fn a_program_that_crashes_fails_one_job<S: Launcher>() {
    let cluster = cluster();
    let script = r#"read -r variables; case "$variables" in *'"n":1'*) kill -SEGV $$;; esac"#;
    let worker = run::<S>(&cluster, shell(script));
    let (bad, good) = (cluster.create("order", json!({ "n": 1 })), cluster.create("order", json!({ "n": 2 })));
    cluster.assert(bad).has_incident("signal: 11");
    cluster.assert(good).completed();
    assert_eq!(stop(worker).completed, 1, "one_bad_job_is_one_bad_job");
}

fn a_program_that_hangs_is_killed_when_the_lock_runs_out<S: Launcher>() {
    let cluster = cluster();
    let events = Events::default();
    // The process itself is killed; what it started keeps its output open, and holds nobody up.
    let program = shell("sleep 5 & wait");
    let worker = client::<S>(&cluster).launch(program, Duration::from_millis(300), Arc::clone(&events));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).has_incident("it was killed");
    assert!(events.lock().unwrap().iter().any(|event| event.starts_with("LeaseLost")));
    stop(worker);
}

fn a_program_is_killed_when_its_worker_has_ended<S: Launcher>() {
    let cluster = cluster();
    let pid = std::env::temp_dir().join(format!("camunda-{}-{:?}", std::process::id(), thread::current().id()));
    let worker = run::<S>(&cluster, shell(r#"echo $$ > "$PID"; exec sleep 600"#).env("PID", &pid));
    let _ = cluster.create("order", json!({}));
    let id = loop {
        match std::fs::read_to_string(&pid) {
            Ok(id) if id.ends_with('\n') => break id.trim().to_owned(),
            _ => thread::sleep(Duration::from_millis(2)),
        }
    };
    std::fs::remove_file(&pid).unwrap();
    let report = worker.stop(Duration::ZERO).unwrap();
    assert_eq!(report.left.len(), 1, "drain_or_report");
    while std::path::Path::new("/proc").join(&id).exists() {
        thread::sleep(Duration::from_millis(2));
    }
}

fn a_program_that_answers_nonsense_fails_its_job<S: Launcher>() {
    for (script, reason) in [
        ("echo Hello", "answer cannot be read"),
        ("echo [1]", "must be an object"),
        (r#"echo '{}'; exit 3"#, "told no errorCode"),
        (r#"echo '{"errorCode":"REFUSED","variables":7}'; exit 3"#, "variables"),
    ] {
        let cluster = cluster();
        let worker = run::<S>(&cluster, shell(script));
        let instance = cluster.create("order", json!({}));
        cluster.assert(instance).has_incident(reason);
        assert_eq!(stop(worker).failed, 2);
    }
}

fn a_program_that_is_not_there_fails_its_job<S: Launcher>() {
    let cluster = cluster();
    let worker = run::<S>(&cluster, Program::new("/nowhere/at-all"));
    let instance = cluster.create("order", json!({}));
    cluster.assert(instance).has_incident("/nowhere/at-all cannot be started");
    stop(worker);
}

fn a_long_input_that_nobody_reads_holds_nothing_up<S: Launcher>() {
    let cluster = cluster();
    let worker = run::<S>(&cluster, shell("exec 0<&-; echo '{\"done\":1}'"));
    let instance = cluster.create("order", json!({ "long": "x".repeat(1 << 20) }));
    cluster.assert(instance).has_variable("done", 1).completed();
    stop(worker);
}

/// Answers each line with its own process's id.
const KEPT: &str = r#"while read -r job; do
    case "$job" in
        *crash*) kill -KILL $$;;
        *refuse*) echo '{"errorCode":"REFUSED"}';;
        *) printf '{"variables":{"pid":%s,"job":%s}}\n' $$ "$job";;
    esac
done"#;

fn a_kept_program_works_one_job_after_the_other<S: Launcher>() {
    let cluster = cluster();
    let worker = run::<S>(&cluster, shell(KEPT).keep());
    let instances: Vec<i64> = (0..3).map(|n| cluster.create("order", json!({ "n": n }))).collect();
    let mut processes = Vec::new();
    for (n, instance) in instances.into_iter().enumerate() {
        cluster.assert(instance).completed();
        let variables = cluster.instance(instance).unwrap().variables;
        assert_eq!(variables["job"]["variables"], json!({ "n": n }));
        assert_eq!(variables["job"]["customHeaders"], json!({ "bank": "north" }));
        assert_eq!(variables["job"]["type"], "charge");
        processes.push(variables["pid"].clone());
    }
    processes.dedup();
    assert_eq!(processes.len(), 1, "one process for all");
    let refused = cluster.create("order", json!({ "refuse": 1 }));
    cluster.assert(refused).passed("refused").completed();
    let report = stop(worker);
    assert_eq!((report.completed, report.thrown), (3, 1));
    let pid = processes[0].to_string();
    while std::path::Path::new("/proc").join(&pid).exists() {
        thread::sleep(Duration::from_millis(2));
    }
}

fn a_kept_program_that_crashes_is_replaced<S: Launcher>() {
    let cluster = cluster();
    let worker = run::<S>(&cluster, shell(KEPT).keep());
    let bad = cluster.create("order", json!({ "crash": 1 }));
    cluster.assert(bad).has_incident("signal: 9");
    let good = cluster.create("order", json!({ "n": 1 }));
    cluster.assert(good).completed();
    let report = stop(worker);
    assert_eq!((report.completed, report.failed), (1, 2));
}
