//! What only one kind of worker has: futures as handlers and as workers, threads and their number, tasks of tokio's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use camunda_driver::{Ask, Bearer, Cancellation, CredentialSource, Exchange, Transport};
use camunda_hyper::worker::{Outcome, Phase, Reply as _, Stop};
use camunda_hyper::{Config, Error};
use http::HeaderMap;
use serde_json::{Value, json};

use crate::jobs::{Employer, PLAIN, cluster, commands, handed, handing_out};
use crate::on_every_adapter;
use crate::peer::{Peer, Reply, json as answer};
use crate::subject::{Asynchronous, Blocking, Executor};

on_every_adapter!(a_hook_that_panics_in_a_poll_is_a_failed_poll, several_workers_end_together,);

fn config(cluster: &camunda_emulator::Emulator) -> Config {
    Config::from_pairs(cluster.environment()).unwrap()
}

fn hyper(cluster: &camunda_emulator::Emulator) -> (camunda_hyper::Client, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    (camunda_hyper::Client::new(config(cluster)).unwrap(), runtime)
}

/// Panics when it is asked for the first time.
struct Vault(AtomicUsize);

impl CredentialSource for Vault {
    fn headers(&self, _: Ask<'_>) -> Result<HeaderMap, Box<dyn std::error::Error + Send + Sync>> {
        assert_ne!(self.0.fetch_add(1, Ordering::SeqCst), 0, "the vault is locked");
        Ok(Bearer::new("t")?.into())
    }
}

/// Field report F03: whatever a poll raises, panics included, the worker lives on.
fn a_hook_that_panics_in_a_poll_is_a_failed_poll<S: Employer>() {
    let peer = handing_out(r#"{"jobs":[{"jobKey":"7","retries":3,"variables":{}}]}"#);
    let client = S::open_with(peer.config().build().unwrap(), Vault(AtomicUsize::new(0)));
    let worker = client.employ("charge", PLAIN, Arc::new(|_| Ok(Outcome::complete())));
    assert_eq!(commands(&peer, 1)[0].0, "7/completion");
    assert!(worker.working.is_running(), "never_silent");
    drop(worker.working.stop(Duration::ZERO));
}

fn several_workers_end_together<S: Several>() {
    let peer = Peer::start(|_, _| Reply::Hang(Vec::new()));
    let ended = S::open(peer.config().build().unwrap()).several(&["one", "two", ""]);
    // A blank job type ends its worker, and with it the others.
    assert!(matches!(ended, Err(Error::Request(_))), "{ended:?}");
}

trait Several: Employer {
    fn several(&self, job_types: &[&str]) -> Result<usize, Error>;
}

impl<E: Exchange> Several for Blocking<E> {
    fn several(&self, job_types: &[&str]) -> Result<usize, Error> {
        let workers =
            job_types.iter().map(|job_type| self.0.worker(*job_type).handle(|_: camunda_driver::Job<Value, _>| Ok(())));
        self.0.run_workers(workers).drain(Duration::ZERO).run().map(|reports| reports.len())
    }
}

impl<T: Transport, X: Executor> Several for Asynchronous<T, X> {
    fn several(&self, job_types: &[&str]) -> Result<usize, Error> {
        let worker = |job_type: &&str| self.0.worker(*job_type).handle(async |_: camunda_driver::Job<Value, _>| Ok(()));
        let workers = self.0.run_workers(job_types.iter().map(worker)).drain(Duration::ZERO);
        self.1.block_on(workers.run()).map(|reports| reports.len())
    }
}

#[test]
fn a_future_answers_its_job_itself_and_hears_of_a_stop() {
    let cluster = cluster();
    let (client, runtime) = hyper(&cluster);
    let (waiting, waits) = handed();
    let worker = client.worker("charge").handle(move |job: camunda_hyper::Job<Value>| {
        let waiting = Arc::clone(&waiting);
        async move {
            if job.variables["wait"] == true {
                job.extend(Duration::from_secs(600)).await?;
                waiting.lock().unwrap().send(())?;
                assert_eq!(job.cancelled().await, Cancellation::Stopping);
            }
            Ok(job.complete(json!({ "done": true })).await?)
        }
    });
    let _guard = runtime.enter();
    let task = camunda_hyper::spawn(worker);
    let (quick, slow) = (cluster.create("order", json!({})), cluster.create("order", json!({ "wait": true })));
    cluster.assert(quick).has_variable("done", true).completed();
    waits.recv().unwrap();
    task.stop_handle().stop(Duration::from_secs(60));
    cluster.assert(slow).completed();
    let report = runtime.block_on(task.stop(Duration::from_millis(100))).unwrap();
    assert_eq!((report.completed, report.over()), (2, 2));
}

#[test]
fn a_worker_that_is_dropped_ends_and_tells_its_threads() {
    let cluster = cluster();
    let (client, runtime) = hyper(&cluster);
    let (begun, has_begun) = handed();
    let (told, is_told) = handed();
    let worker = client.worker("charge").handle_blocking(move |job: camunda_hyper::BlockingJob<Value>| {
        begun.lock().unwrap().send(())?;
        let why = job.wait_cancelled(Duration::from_secs(600));
        let call = job.client().get_topology();
        told.lock().unwrap().send((why, call.is_err()))?;
        Ok(())
    });
    let monitor = worker.monitor();
    let running = runtime.spawn(worker.run());
    let _ = cluster.create("order", json!({}));
    has_begun.recv().unwrap();
    running.abort();
    assert_eq!(is_told.recv().unwrap(), (Some(Cancellation::Stopping), true), "its client went with the worker");
    assert_eq!(monitor.status().phase, Phase::Stopped);
}

#[test]
fn a_handler_that_blocks_keeps_nobody_else() {
    let cluster = cluster();
    let (client, runtime) = hyper(&cluster);
    let go_on = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&go_on);
    let worker = client.worker("charge").max_concurrent_jobs(2).handle_blocking(
        move |job: camunda_hyper::BlockingJob<Value>| {
            while job.variables["wait"] == true && !waits.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(1));
            }
            Ok(())
        },
    );
    let (stop, running) = (worker.stop_handle(), runtime.spawn(worker.run()));
    let (slow, quick) = (cluster.create("order", json!({ "wait": true })), cluster.create("order", json!({})));
    cluster.assert(quick).completed();
    go_on.store(true, Ordering::SeqCst);
    cluster.assert(slow).completed();
    stop.stop(Duration::from_millis(100));
    assert_eq!(runtime.block_on(running).unwrap().unwrap().completed, 2);
}

/// The threads of this process that have this name.
#[cfg(target_os = "linux")]
fn threads_named(name: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    tasks
        .filter(|task| std::fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn an_idle_blocking_worker_has_one_thread() {
    let peer = Peer::start(|_, before| match before {
        // The token-less poll comes back empty a few times, then is held.
        0..3 => Reply::Bytes(answer(200, r#"{"jobs":[]}"#)),
        _ => Reply::Hang(Vec::new()),
    });
    let client = camunda_ureq::Client::new(peer.config().build().unwrap()).unwrap();
    let workers: Vec<_> =
        (0..3).map(|_| client.worker("lonely").handle(|_: camunda_ureq::Job<Value>| Ok(())).spawn()).collect();
    while peer.requests().len() < 6 {
        thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(threads_named("camunda lonely"), 3, "idle_is_flat: each waits for its poll, and nothing else is there");
    for worker in workers {
        assert!(worker.stop(Duration::ZERO).unwrap().poll_cut);
    }
}

#[test]
fn a_thread_that_is_dropped_is_told_to_stop() {
    let cluster = cluster();
    let client = camunda_ureq::Client::new(config(&cluster)).unwrap();
    let (begun, has_begun) = handed();
    let worker = client.worker("charge").max_concurrent_jobs(1).handle(move |job: camunda_ureq::Job<Value>| {
        begun.lock().unwrap().send(())?;
        match job.wait_cancelled(Duration::from_secs(600)) {
            Some(Cancellation::Stopping) => Ok(json!({ "told": true }).into_outcome()),
            other => Err(Stop::other(format!("{other:?}"))),
        }
    });
    let thread = worker.spawn();
    let monitor = thread.monitor();
    let instance = cluster.create("order", json!({}));
    has_begun.recv().unwrap();
    drop(thread);
    cluster.assert(instance).has_variable("told", true).completed();
    while monitor.status().phase != Phase::Stopped {
        thread::sleep(Duration::from_millis(2));
    }
}
