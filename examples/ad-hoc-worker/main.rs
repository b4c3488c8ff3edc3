//! An ad-hoc sub-process whose next steps a worker decides, by what was found so far; another worker takes the steps.
//!
//! ```text
//! cargo run --example ad-hoc-worker
//! ```
//!
//! It runs on an embedded cluster, or on the one that `CAMUNDA_REST_ADDRESS` names.

use std::error::Error;
use std::time::Duration;

use camunda_examples::{Cluster, model};
use camunda_ureq::api::CreateProcessInstance;
use camunda_ureq::worker::{AdHocSubProcessResult, Stop};
use camunda_ureq::{CallOptions, Client, Job};
use serde::{Deserialize, Serialize};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let cluster = Cluster::find()?;
    let findings = story(&Client::new(cluster.config)?)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(())
}

/// What was found so far; the sub-process collects it.
#[derive(Deserialize)]
struct Case {
    findings: Vec<String>,
}

#[derive(Serialize)]
struct Found {
    finding: String,
}

/// The job of the sub-process comes again whenever a step is done. Two steps side by side first, then a third if it is still
/// needed; what is no longer needed is cancelled.
fn plan(job: Job<Case>) -> Result<AdHocSubProcessResult, Stop> {
    let findings = &job.variables.findings;
    let plan = AdHocSubProcessResult::new();
    Ok(match findings.last().map(String::as_str) {
        None => plan.activate("read-logs").activate("ask-customer"),
        Some("it works again") => plan.completion_condition_fulfilled().cancel_remaining(),
        Some(_) if findings.len() == 2 => plan.activate("restart-device"),
        Some(_) => plan,
    })
}

fn investigate(job: Job<serde_json::Value>) -> Result<Found, Stop> {
    let finding = match job.element_id().as_str() {
        "read-logs" => "the logs are full of time-outs",
        "ask-customer" => "it began on Monday",
        _ => "it works again",
    };
    Ok(Found { finding: finding.to_owned() })
}

fn story(client: &Client) -> Result<Vec<String>, Box<dyn Error>> {
    let deployment = client.deploy([model("support-case.bpmn")])?;
    let planner = client.worker("plan-next-steps").handle(plan).spawn();
    // One step at a time, so that the findings come in an order.
    let investigator = client.worker("investigate").max_concurrent_jobs(1).handle(investigate).spawn();

    let create = CreateProcessInstance::by_key(deployment.processes()[0].process_definition_key);
    let done = client
        .with(CallOptions::new().deadline(Duration::from_secs(30)))
        .create_process_instance(create.variables(json!({}))?.await_completion(["findings"]))?;

    investigator.stop(Duration::from_millis(100))?;
    planner.stop(Duration::from_millis(100))?;
    Ok(done.variables::<Case>()?.findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_follow_from_what_was_found() {
        let cluster = Cluster::embedded().unwrap();
        let findings = story(&Client::new(cluster.config).unwrap()).unwrap();
        assert_eq!(findings.len(), 3, "{findings:?}");
        assert_eq!(findings[2], "it works again");
    }
}
