//! The vendor's Rust client, unchanged, takes a model to completed instances on whatever cluster the environment names.
//!
//! `rust-witness MODEL INSTANCES`: it deploys, starts instances, works all jobs with the client's own workers (a job of
//! each type may fail once, every fifth instance is refused with a BPMN error), and then asks the cluster whether all
//! went as it must: 0 only if so.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use camunda_orchestration_sdk::apis::{job_api, process_instance_api};
use camunda_orchestration_sdk::models::{
    JobFilter, JobSearchQuery, ProcessInstanceCreationInstruction, ProcessInstanceFilter,
    ProcessInstanceKeyFilterProperty, ProcessInstanceSearchQuery, ProcessInstanceStateFilterProperty,
    SearchQueryPageRequest,
};
use camunda_orchestration_sdk::{CamundaClient, Job, JobAction, JobWorkerConfig};
use serde_json::{Value, from_value, json};

/// The BPMN errors that the models catch, by the type of the job that throws them.
const REFUSALS: [(&str, &str); 2] = [("weigh", "TOO_HEAVY"), ("charge-card", "CARD_REFUSED")];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = PathBuf::from(arguments.next().ok_or("MODEL is missing")?);
    let instances: u64 = arguments.next().ok_or("INSTANCES is missing")?.parse()?;
    let client = CamundaClient::from_env()?;

    let topology = client.topology().await?;
    println!("cluster: gateway {}, {} broker(s)", topology.gateway_version, topology.brokers.len());

    let deployment = client.deploy_resources(vec![model.clone()], None).await?;
    let process = deployment.deployments.iter().find_map(|d| d.process_definition.as_ref()).ok_or("no process")?;
    println!("deployed: {:?} version {}", process.process_definition_id, process.process_definition_version);

    let job_types = job_types(&std::fs::read_to_string(model)?);
    let worked = Arc::new(AtomicU64::new(0));
    let tried: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    for job_type in &job_types {
        let (worked, tried) = (Arc::clone(&worked), Arc::clone(&tried));
        let config = JobWorkerConfig::new(job_type).max_jobs_to_activate(32).job_timeout_ms(30_000);
        client.spawn_worker(config, move |job| {
            worked.fetch_add(1, Ordering::Relaxed);
            let first = tried.lock().is_ok_and(|mut tried| tried.insert(job.job_type().to_owned()));
            async move { handle(&job, first) }
        });
    }

    let key = &process.process_definition_key;
    let mut keys = Vec::new();
    for number in 0..instances {
        let variables = json!({ "number": number, "urgent": number % 2 == 0, "amount": 10 * number });
        let create: ProcessInstanceCreationInstruction =
            from_value(json!({ "processDefinitionKey": key, "variables": variables }))?;
        keys.push(client.create_process_instance(create).await?.process_instance_key.value().to_owned());
    }
    println!("started: {} instances", keys.len());
    let refusing = REFUSALS.iter().any(|(job_type, _)| job_types.contains(*job_type));
    judge(&client, &keys, refusing).await?;
    println!("completed: {instances} instances; handlers ran {} times", worked.load(Ordering::Relaxed));
    // The client's own stop waits for the last long poll; there is nothing left to drain.
    std::process::exit(0);
}

fn job_types(model: &str) -> BTreeSet<String> {
    let after = model.split("taskDefinition type=\"").skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

fn handle(job: &Job, first: bool) -> JobAction {
    let number = job.variables().get("number").and_then(Value::as_u64).unwrap_or_default();
    if job.job_type() == "weigh" && job.custom_headers().get("scales") != Some(&json!("counter 2")) {
        return fail("the headers are lost", 0);
    }
    match REFUSALS.iter().find(|(job_type, _)| *job_type == job.job_type()) {
        Some((_, code)) if number % 5 == 4 => JobAction::error(*code),
        _ if number == 0 && first => fail("not at the first try", 2),
        _ => JobAction::complete_with(json!({ job.job_type(): number })),
    }
}

fn fail(message: &str, retries: i32) -> JobAction {
    let (error_message, retry_backoff_ms) = (message.to_owned(), Some(100));
    JobAction::Fail { error_message, retries: Some(retries), retry_backoff_ms, variables: None }
}

/// Asks the cluster by search, and tells the first thing that is wrong.
async fn judge(client: &CamundaClient, keys: &[String], refusing: bool) -> Result<(), Box<dyn Error>> {
    // Read from JSON as a whole, a filter would lose its conditions: the client takes them for its empty variants.
    let mine = ProcessInstanceKeyFilterProperty::AdvancedProcessInstanceKeyFilter(from_value(json!({ "$in": keys }))?);
    let state = ProcessInstanceStateFilterProperty::AdvancedProcessInstanceStateFilter(from_value(
        json!({ "$eq": "COMPLETED" }),
    )?);
    let page: Option<Box<SearchQueryPageRequest>> = Some(from_value(json!({ "limit": 1000 }))?);
    let filter = ProcessInstanceFilter {
        process_instance_key: Some(Box::new(mine.clone())),
        state: Some(Box::new(state)),
        ..Default::default()
    };
    let query = ProcessInstanceSearchQuery { filter: Some(Box::new(filter)), page: page.clone(), sort: None };
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let process_instance_search_query = Some(query.clone());
        let search = process_instance_api::SearchProcessInstancesParams { process_instance_search_query };
        let completed = client.search_process_instances(search).await?.items.len();
        if completed == keys.len() {
            break;
        }
        expect(Instant::now() < deadline, format!("only {completed} instances completed after 60 s"))?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let one = client.get_process_instance(&keys[0]).await?;
    expect(one.end_date.is_some() && !one.has_incident, "the first instance has not ended well")?;

    let filter = JobFilter { process_instance_key: Some(Box::new(mine)), ..Default::default() };
    let job_search_query = Some(JobSearchQuery { filter: Some(Box::new(filter)), page, sort: None });
    let jobs = client.search_jobs(job_api::SearchJobsParams { job_search_query }).await?;
    let mut states = BTreeMap::<String, usize>::new();
    for job in &jobs.items {
        *states.entry(job.state.to_string()).or_default() += 1;
    }
    println!("jobs: {states:?}");
    let thrown = if refusing { keys.len() / 5 } else { 0 };
    expect(states.remove("ERROR_THROWN").unwrap_or_default() == thrown, format!("not {thrown} jobs threw an error"))?;
    states.remove("COMPLETED");
    expect(states.is_empty(), "jobs in other states")
}

fn expect(condition: bool, text: impl Into<String>) -> Result<(), Box<dyn Error>> {
    if condition { Ok(()) } else { Err(format!("failed: {}", text.into()).into()) }
}
