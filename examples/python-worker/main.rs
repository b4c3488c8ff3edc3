//! A worker whose handler is a program in Python, on threads and without a runtime; it stops on SIGINT or SIGTERM.
//!
//! ```text
//! cargo run --example python-worker
//! ```
//!
//! On an embedded cluster it starts some instances and ends when they have ended. On the cluster that `CAMUNDA_REST_ADDRESS`
//! names it works until it gets a signal.

use std::error::Error;
use std::process::Command;
use std::thread;
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_examples::{Cluster, model};
use camunda_ureq::worker::Report;
use camunda_ureq::{Client, Program, Worker};
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python-worker/score.py");

fn main() -> Result<(), Box<dyn Error>> {
    if !has_python() {
        return Err("python3 is needed for this example, and is not there".into());
    }
    let cluster = Cluster::find()?;
    let client = Client::new(cluster.config)?;
    println!("Working on {}", client.config());
    client.deploy([model("scoring.bpmn")])?;
    let report = match &cluster.embedded {
        Some(embedded) => story(&client, embedded)?,
        None => until_signal(worker(&client))?,
    };
    println!("{} completed, {} business errors, {} failed", report.completed, report.thrown, report.failed);
    report.left.iter().for_each(|key| println!("left: job {key}"));
    Ok(())
}

fn has_python() -> bool {
    Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Four processes at most, which are kept from job to job.
fn worker(client: &Client) -> Worker<camunda_ureq::Ureq> {
    let worker = client.worker("score-applicant").timeout(Duration::from_secs(20)).max_concurrent_jobs(4);
    worker.handle_process(Program::new("python3").arg(SCRIPT).keep())
}

fn until_signal(worker: Worker<camunda_ureq::Ureq>) -> Result<Report, Box<dyn Error>> {
    let stop = worker.stop_handle();
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        // A second signal finds the handler of the system again, should the drain take too long.
        if signals.forever().next().is_some() {
            stop.stop(Duration::from_secs(5));
        }
    });
    Ok(worker.run()?)
}

fn story(client: &Client, cluster: &Emulator) -> Result<Report, Box<dyn Error>> {
    let worker = worker(client).spawn();
    let create = |applicant: &str| cluster.create("scoring", json!({ "applicant": applicant }));
    let (ada, mallory, eve, grace) = (create("ada"), create("mallory"), create("eve"), create("grace"));
    cluster.assert(ada).has_variable("score", 97).has_variable("by", "python").completed();
    cluster.assert(mallory).passed("rejected").completed();
    cluster.assert(eve).has_incident("no mercy for eve");
    cluster.assert(grace).has_variable("score", 94).completed();
    Ok(worker.stop(Duration::from_millis(100))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_applicant_ends_as_it_must() {
        if !has_python() {
            eprintln!("SKIPPED: python3 is needed for this example, and is not there");
            return;
        }
        let cluster = Cluster::embedded().unwrap();
        let client = Client::new(cluster.config).unwrap();
        client.deploy([model("scoring.bpmn")]).unwrap();
        let report = story(&client, &cluster.embedded.unwrap()).unwrap();
        assert_eq!((report.completed, report.thrown, report.failed), (2, 1, 2), "eve is tried twice");
    }
}
