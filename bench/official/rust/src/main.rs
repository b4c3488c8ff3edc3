//! The vendor's Rust client, unchanged, as a worker that notes each job in a ledger, until its standard input ends.
//!
//! `official-worker --type TYPE --ledger FILE --timeout SECONDS --concurrency N --work MILLISECONDS`

use std::collections::HashMap;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use camunda_orchestration_sdk::{CamundaClient, JobAction, JobWorkerConfig};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let options: HashMap<&str, &str> = words.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let ledger = Arc::new(OpenOptions::new().create(true).append(true).open(options["--ledger"])?);
    let work = Duration::from_millis(options["--work"].parse()?);
    let config = JobWorkerConfig::new(options["--type"])
        .max_jobs_to_activate(options["--concurrency"].parse()?)
        .job_timeout_ms(options["--timeout"].parse::<i64>()? * 1000);
    let client = CamundaClient::from_env()?;
    client.spawn_worker(config, move |job| {
        let ledger = Arc::clone(&ledger);
        async move {
            let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
            let instance = job.process_instance_key();
            let entry = json!({ "processInstanceKey": instance, "jobKey": job.key(), "retries": job.retries(), "at": at });
            (&*ledger).write_all(format!("{entry}\n").as_bytes()).expect("room on the disk");
            tokio::time::sleep(work).await;
            JobAction::complete()
        }
    });
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    std::process::exit(0);
}
