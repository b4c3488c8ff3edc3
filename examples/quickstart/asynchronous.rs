//! The story on hyper and tokio.

use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_hyper::api::{
    CreateProcessInstance, JobState, ProcessInstanceKey, ProcessInstanceState, SearchIncidents, SearchJobs,
    SearchProcessInstances,
};
use camunda_hyper::model::condition::is_in;
use camunda_hyper::{Client, Config, Error, Job};
use serde_json::{Value, json};

use crate::model::{Model, job_types};
use crate::options::Options;
use crate::progress::{Counts, Progress, Summary, count};
use crate::{DRAIN, Order, POLL};

pub(crate) async fn run(config: Config, models: &[Model], options: &Options) -> Result<Summary, Error> {
    let client = Client::new(config)?;
    let topology = client.get_topology().await?;
    println!("Gateway {}, {} broker(s)", topology.gateway_version, topology.brokers.len());

    let deployment = client.deploy(models.iter().map(|model| &model.path)).await?;
    for process in deployment.processes() {
        println!(
            "Deployed {} version {} (key {})",
            process.process_definition_id, process.process_definition_version, process.process_definition_key
        );
    }

    let progress = Arc::new(Progress::new(deployment.processes().len() * options.instances));
    let workers = job_types(models, &options.leave).into_iter().map(|job_type| {
        let progress = Arc::clone(&progress);
        client.worker(&job_type).timeout(Duration::from_secs(30)).request_timeout(POLL).handle(
            move |job: Job<Value>| {
                let progress = Arc::clone(&progress);
                async move {
                    progress.job_done();
                    Ok(json!({ "lastJob": job.key() }))
                }
            },
        )
    });

    let story = async {
        let mut instances = Vec::new();
        for process in deployment.processes() {
            for number in 0..options.instances {
                let create = CreateProcessInstance::by_key(process.process_definition_key);
                let instance = client.create_process_instance(create.variables(Order::number(number))?).await?;
                instances.push(instance.process_instance_key);
            }
        }
        println!("Started {} instances", instances.len());
        watch(&client, &instances, &progress, options.timeout).await
    };
    let mut counts = Ok(Counts::default());
    client.run_workers(workers).drain(DRAIN).until(async { counts = story.await }).await?;
    Ok(progress.summary(counts?))
}

/// Looks until every instance has ended, or time is up.
async fn watch(
    client: &Client,
    instances: &[ProcessInstanceKey],
    progress: &Progress,
    timeout: Duration,
) -> Result<Counts, Error> {
    let deadline = Instant::now() + timeout;
    loop {
        let mut counts = Counts::default();
        let mut unfinished = Vec::new();
        for some in instances.chunks(100) {
            let search = SearchProcessInstances::new()
                .filter(|f| f.process_instance_key(is_in(some.iter().copied())))
                .limit(100);
            for instance in client.search_process_instances(search).await?.items {
                counts.completed += usize::from(instance.state == ProcessInstanceState::Completed);
                counts.terminated += usize::from(instance.state == ProcessInstanceState::Terminated);
                counts.incidents += usize::from(instance.has_incident);
                if instance.state == ProcessInstanceState::Active {
                    unfinished.push(instance.process_instance_key);
                }
            }
        }
        progress.draw(&counts);
        if counts.completed + counts.terminated == instances.len() {
            return Ok(counts);
        }
        if Instant::now() >= deadline {
            counts.reasons = reasons(client, &unfinished).await?;
            return Ok(counts);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// What the first of the unfinished instances wait for.
async fn reasons(client: &Client, unfinished: &[ProcessInstanceKey]) -> Result<Vec<String>, Error> {
    let some: Vec<_> = unfinished.iter().copied().take(100).collect();
    let incidents = SearchIncidents::new().filter(|f| f.process_instance_key(is_in(some.clone())));
    let jobs = SearchJobs::new().filter(|f| f.process_instance_key(is_in(some)).state(is_in(open())));
    let incidents = client.search_incidents(incidents).await?.items;
    let jobs = client.search_jobs(jobs).await?.items;
    Ok(count(
        incidents
            .iter()
            .map(|incident| format!("incident at {}: {}", incident.element_id, incident.error_message))
            .chain(jobs.iter().map(|job| format!("job of type {}, which no worker takes", job.job_type))),
    ))
}

/// The states of jobs that wait for a worker.
fn open() -> [JobState; 3] {
    [JobState::Created, JobState::TimedOut, JobState::RetriesUpdated]
}
