//! Searches over all their pages, and waiting for what reads do not show yet; on threads, and the same with a runtime.
//!
//! ```text
//! cargo run --example search
//! ```

use std::error::Error;
use std::time::Duration;

use camunda_emulator::{Emulator, Lag};
use camunda_ureq::api::{
    CancelProcessInstancesBatchOperation, CreateProcessInstance, GetProcessInstance, ProcessInstanceFilter,
    ProcessInstanceState, SearchProcessInstances, SearchVariables, gte, like,
};
use camunda_ureq::{Client, Config};
use serde_json::json;

const ORDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/order.bpmn");
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn Error>> {
    let cluster = Emulator::start()?;
    cluster.set_lag(Lag::Time(Duration::from_millis(200))); // as a real cluster's reads do
    let config = Config::from_pairs(cluster.environment())?;
    blocking(&Client::new(config.clone())?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(asynchronous(&camunda_hyper::Client::new(config)?))?;
    println!("{found} terminated instances, asynchronously");
    Ok(())
}

fn blocking(client: &Client) -> Result<(), Box<dyn Error>> {
    client.wait_until_ready(PATIENCE)?; // its API answers, and each partition has a healthy leader

    client.deploy([ORDER])?;
    let mut last = None;
    for order in 0..12 {
        let create = CreateProcessInstance::by_id("order").variables(json!({ "orderId": order, "amount": 42 }))?;
        last = Some(client.create_process_instance(create)?.process_instance_key);
    }
    let last = last.ok_or("there are twelve")?;

    // Commands are visible to reads only after a while. This compiles only where reads lag.
    let found = client.wait(GetProcessInstance::new(last), PATIENCE)?;
    println!("{} is {}", found.process_instance_key, found.state);

    let search = SearchProcessInstances::new()
        .filter(|f| f.state(ProcessInstanceState::Active).start_date(gte("2020-01-01T00:00:00Z")))
        .sort(|s| s.start_date().descending())
        .limit(5); // the size of a page
    for instance in client.pages(search).items() {
        println!("  {}", instance?.process_instance_key);
    }

    // A value is JSON; a search cuts long ones, and those are not read but refused.
    let seven = SearchVariables::new().filter(|f| f.name("orderId").value(7));
    for variable in client.wait(seven, PATIENCE)?.items {
        println!("order {} is in scope {}", variable.read::<u32>()?, variable.scope_key.ok_or("no scope")?);
    }

    let orders = ProcessInstanceFilter::new().process_definition_id(like("ord*"));
    let batch = client.cancel_process_instances_batch_operation(CancelProcessInstancesBatchOperation::new(orders))?;
    let batch = client.wait_for_batch_operation(batch.batch_operation_key, PATIENCE)?;
    println!("cancelled {}, failed {}", batch.operation.operations_completed_count, batch.failed.len());

    let ended = |state: &ProcessInstanceState| *state == ProcessInstanceState::Terminated;
    let instance = client.wait_until(GetProcessInstance::new(last), PATIENCE, |found| ended(&found.state))?;
    println!("{} is {}", instance.process_instance_key, instance.state);
    Ok(())
}

async fn asynchronous(client: &camunda_hyper::Client) -> Result<usize, camunda_hyper::Error> {
    let terminated = SearchProcessInstances::new().filter(|f| f.state(ProcessInstanceState::Terminated)).limit(5);
    let mut items = client.pages(terminated).items(); // a Stream as well
    let mut found = 0;
    while let Some(instance) = items.next().await {
        instance?;
        found += 1;
    }
    Ok(found)
}

#[test]
fn it_runs() {
    main().unwrap();
}
