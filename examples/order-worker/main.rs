//! Three workers of an order process, each with business errors that a boundary event catches; they stop on SIGINT or SIGTERM
//! without losing what they do.
//!
//! ```text
//! cargo run --example order-worker
//! ```
//!
//! On an embedded cluster it starts some orders and ends when they have ended. On the cluster that `CAMUNDA_REST_ADDRESS`
//! names it does the same and then works on until it gets a signal.

use std::error::Error;
use std::time::Duration;

use camunda_examples::{Cluster, model};
use camunda_hyper::api::{
    CreateProcessInstance, ProcessInstanceKey, ProcessInstanceState, SearchElementInstances, SearchProcessInstances,
};
use camunda_hyper::model::condition::is_in;
use camunda_hyper::worker::{BpmnError, Failure, Report, Stop};
use camunda_hyper::{Client, Job, Worker};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let cluster = Cluster::find()?;
    let serve = cluster.embedded.is_none();
    let client = Client::new(cluster.config)?;
    println!("Working on {}", client.config());
    let orders = start(&client).await?;
    let (ended, reports) = run(&client, &orders, serve).await?;
    println!("{} orders dispatched, {} cancelled", ended.dispatched, ended.cancelled);
    for report in reports {
        println!("  {} completed, {} business errors, {} failed", report.completed, report.thrown, report.failed);
        report.left.iter().for_each(|key| println!("  left: job {key}"));
    }
    Ok(())
}

/// What an order is started with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    item: &'static str,
    amount: u32,
    card: &'static str,
}

async fn start(client: &Client) -> Result<Vec<ProcessInstanceKey>, Box<dyn Error>> {
    let deployment = client.deploy([model("fulfilment.bpmn")]).await?;
    let key = deployment.processes()[0].process_definition_key;
    let orders = [
        Order { item: "chair", amount: 40, card: "good" },
        Order { item: "moon", amount: 1, card: "good" },
        Order { item: "table", amount: 9000, card: "good" },
        Order { item: "lamp", amount: 30, card: "slow" },
    ];
    let mut started = Vec::new();
    for order in orders {
        let create = CreateProcessInstance::by_key(key).variables(order)?;
        started.push(client.create_process_instance(create).await?.process_instance_key);
    }
    Ok(started)
}

/// Each handler reads only what it needs, and the cluster sends no more than that.
#[derive(Deserialize)]
struct Item {
    item: String,
}

fn inventory(client: &Client) -> Worker<camunda_hyper::Hyper> {
    client.worker("check-inventory").fetch_declared_variables().handle(async |job: Job<Item>| {
        if job.variables.item == "moon" {
            let error = BpmnError::new("SOLD_OUT").message("there is one, and it is taken");
            return Err(error.variables(json!({ "missing": job.variables.item }))?.into());
        }
        Ok(())
    })
}

#[derive(Deserialize)]
struct Payment {
    amount: u32,
    card: String,
}

#[derive(Serialize)]
struct Receipt {
    receipt: String,
}

/// What the bank may say.
#[derive(Debug, thiserror::Error)]
enum Bank {
    #[error("the bank does not answer")]
    Silent,
}

/// Stands for a call of a bank: slow cards need a second attempt.
fn charge(payment: &Payment, attempts_left: i32) -> Result<String, Bank> {
    match payment.card.as_str() {
        "slow" if attempts_left > 2 => Err(Bank::Silent),
        _ => Ok(format!("r-{}", payment.amount)),
    }
}

fn payments(client: &Client) -> Worker<camunda_hyper::Hyper> {
    let worker = client.worker("charge-payment").fetch_declared_variables().timeout(Duration::from_secs(30));
    worker.extend_timeout(true).handle(async |job: Job<Payment>| {
        if job.variables.amount > 1000 {
            return Err(BpmnError::new("PAYMENT_DECLINED").message("over the limit").into());
        }
        // Any error fails the job, and costs a retry.
        let receipt = charge(&job.variables, job.retries())?;
        job.log().info("charged");
        Ok(Receipt { receipt })
    })
}

#[derive(Deserialize)]
struct Parcel {
    receipt: String,
}

fn dispatch(client: &Client) -> Worker<camunda_hyper::Hyper> {
    client.worker("dispatch-items").fetch_declared_variables().handle(async |job: Job<Parcel>| -> Result<_, Stop> {
        if job.variables.receipt.is_empty() {
            return Err(Failure::new("not paid").retries(0).into());
        }
        // Completed here and now, so that there is time to do more afterwards.
        Ok(job.complete(json!({ "parcel": format!("p-{}", std::process::id()) })).await?)
    })
}

#[derive(Debug, Default, PartialEq)]
struct Ended {
    dispatched: usize,
    cancelled: usize,
}

/// Works until the orders have ended; on somebody's cluster until a signal.
async fn run(
    client: &Client,
    orders: &[ProcessInstanceKey],
    serve: bool,
) -> Result<(Ended, Vec<Report>), Box<dyn Error>> {
    let mut ended = Ended::default();
    let until = async {
        tokio::select! {
            result = all_ended(client, orders) => {
                ended = result?;
                if serve {
                    signal().await?;
                }
            }
            result = signal() => result?,
        }
        Ok::<(), Box<dyn Error>>(())
    };
    let mut result = Ok(());
    let workers = [inventory(client), payments(client), dispatch(client)];
    // The end of it all: no more polls, but what runs is done, and jobs that a last poll brings are given back.
    let reports =
        client.run_workers(workers).drain(Duration::from_secs(2)).until(async { result = until.await }).await?;
    result?;
    Ok((ended, reports))
}

async fn all_ended(client: &Client, orders: &[ProcessInstanceKey]) -> Result<Ended, camunda_hyper::Error> {
    loop {
        let search = SearchProcessInstances::new().filter(|f| f.process_instance_key(is_in(orders.iter().copied())));
        let instances = client.search_process_instances(search).await?.items;
        if instances.len() == orders.len() && instances.iter().all(|i| i.state != ProcessInstanceState::Active) {
            let mut dispatched = 0;
            for order in orders {
                let search = SearchElementInstances::new();
                let search = search.filter(|f| f.process_instance_key(*order).element_id("dispatched"));
                dispatched += client.search_element_instances(search).await?.items.len();
            }
            return Ok(Ended { dispatched, cancelled: orders.len() - dispatched });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// SIGINT, as a terminal sends it, or SIGTERM, as a container's runtime does.
#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_order_ends_as_it_must() {
        let cluster = Cluster::embedded().unwrap();
        let client = Client::new(cluster.config).unwrap();
        let orders = start(&client).await.unwrap();
        let (ended, reports) = run(&client, &orders, false).await.unwrap();
        assert_eq!(ended, Ended { dispatched: 2, cancelled: 2 });
        let sum = |count: fn(&Report) -> u64| reports.iter().map(count).sum::<u64>();
        assert_eq!((sum(|r| r.completed), sum(|r| r.thrown), sum(|r| r.failed)), (7, 2, 1));
    }
}
