//! How much many workers cost: starts some of one client, each for a job type of its own, lets them idle, works a job with
//! each, and says what that took. Numbers are in `docs/workers.md`.
//!
//! ```text
//! target/release/camunda-emulator --port 8080 &
//! CAMUNDA_REST_ADDRESS=http://127.0.0.1:8080/v2 cargo run --release --example many-workers -- 1000 [--smol | --blocking]
//! ```
//!
//! Asynchronous, all of them are one future on one thread; blocking, each is a thread.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use camunda_examples::{Cluster, model};
use camunda_ureq::Config;
use camunda_ureq::api::{CreateProcessInstance, ProcessDefinitionKey};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = arguments.iter().find_map(|text| text.parse().ok()).unwrap_or(1000);
    let adapter = |name: &str| arguments.iter().any(|text| text == name);
    let adapter = match (adapter("--blocking"), adapter("--smol")) {
        (true, _) => Adapter::Ureq,
        (_, true) => Adapter::Smol,
        _ => Adapter::Hyper,
    };
    let cluster = Cluster::find()?;
    run(cluster.config, count, adapter, Duration::from_secs(20))
}

#[derive(Clone, Copy)]
enum Adapter {
    Hyper,
    Smol,
    Ureq,
}

/// The workers of one asynchronous client, as one future that is polled by one thread.
macro_rules! one_future {
    ($adapter:ident, $block_on:expr, $config:expr, $count:expr, $done:expr, $measure:expr) => {{
        let asynchronous = $adapter::Client::new($config)?;
        let worker = |number| {
            let done = Arc::clone(&$done);
            let worker = asynchronous.worker(job_type(number)).startup_jitter(Duration::from_secs(2));
            worker.handle(move |_: $adapter::Job<Value>| {
                done.fetch_add(1, Ordering::SeqCst);
                async { Ok(()) }
            })
        };
        let workers = asynchronous.run_workers((0..$count).map(worker)).drain(Duration::ZERO);
        let stop = workers.stop_handle();
        let running = thread::spawn(move || $block_on(workers.run()).map(|reports| reports.len()));
        $measure?;
        stop.stop(Duration::ZERO);
        running.join().map_err(|_| "a worker panicked")??;
    }};
}

fn run(config: Config, count: usize, adapter: Adapter, idle: Duration) -> Result<(), Box<dyn Error>> {
    let client = camunda_ureq::Client::new(config.clone())?;
    let deployment = client.deploy([model("any-type.bpmn")])?;
    let process = deployment.processes()[0].process_definition_key;
    let done = Arc::new(AtomicUsize::new(0));
    println!("Before: {}", Usage::now());
    if let Adapter::Ureq = adapter {
        let worker = |number| {
            let done = Arc::clone(&done);
            let worker = client.worker(job_type(number)).startup_jitter(Duration::from_secs(2));
            worker.handle(move |_: camunda_ureq::Job<Value>| {
                done.fetch_add(1, Ordering::SeqCst);
                Ok(())
            })
        };
        let workers = client.run_workers((0..count).map(worker));
        let stop = workers.stop_handle();
        let running = thread::spawn(|| workers.run().map(|reports| reports.len()));
        measure(&client, process, count, &done, idle)?;
        stop.stop(Duration::ZERO);
        running.join().map_err(|_| "a worker panicked")??;
    } else {
        let measured = || measure(&client, process, count, &done, idle);
        match adapter {
            Adapter::Smol => one_future!(camunda_smol, futures_executor::block_on, config, count, done, measured()),
            _ => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let block_on = move |workers| runtime.block_on(workers);
                one_future!(camunda_hyper, block_on, config, count, done, measured());
            }
        }
    }
    println!("After: {}", Usage::now());
    Ok(())
}

fn job_type(number: usize) -> String {
    format!("type-{number}")
}

fn measure(
    client: &camunda_ureq::Client,
    process: ProcessDefinitionKey,
    count: usize,
    done: &AtomicUsize,
    idle: Duration,
) -> Result<(), Box<dyn Error>> {
    thread::sleep(Duration::from_secs(3).min(idle));
    let before = Usage::now();
    thread::sleep(idle);
    let after = Usage::now();
    let share = after.cpu.saturating_sub(before.cpu).as_secs_f64() / idle.as_secs_f64() * 100.0;
    println!("{count} idle for {} s: {after}; {share:.2} % of a processor", idle.as_secs());
    let start = Instant::now();
    for number in 0..count {
        let create = CreateProcessInstance::by_key(process).variables(json!({ "type": job_type(number) }))?;
        client.create_process_instance(create)?;
    }
    let patience = Instant::now() + Duration::from_secs(60);
    while done.load(Ordering::SeqCst) < count {
        if Instant::now() > patience {
            return Err(format!("only {} of {count} jobs were worked", done.load(Ordering::SeqCst)).into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    println!("A job for each, one after the other: {:.2} s; {}", start.elapsed().as_secs_f64(), Usage::now());
    Ok(())
}

/// What this process takes.
#[derive(Debug, Default)]
struct Usage {
    resident_kib: u64,
    threads: u64,
    cpu: Duration,
}

impl Usage {
    /// As Linux tells it; nothing elsewhere.
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()).and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        // User and system time, in hundredths of a second.
        let ticks =
            after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok()).sum::<u64>();
        Self { resident_kib: field("VmRSS:"), threads: field("Threads:"), cpu: Duration::from_millis(ticks * 10) }
    }
}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} MiB resident, {} threads", self.resident_kib as f64 / 1024.0, self.threads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_many_workers_gets_its_job() {
        for adapter in [Adapter::Hyper, Adapter::Smol, Adapter::Ureq] {
            let cluster = Cluster::embedded().unwrap();
            run(cluster.config, 50, adapter, Duration::from_millis(100)).unwrap();
        }
    }
}
