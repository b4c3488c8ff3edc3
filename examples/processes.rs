//! Processes from their deployment to their results: deploy, create, await, cancel, with typed variables and typed keys.
//!
//! ```text
//! cargo run --example processes
//! ```

use std::error::Error;
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_ureq::api::{CreateProcessInstance, ProcessInstanceKey};
use camunda_ureq::{CallOptions, Client, Config, Job, Resources};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: u32,
    amount: f64,
}

#[derive(Serialize, Deserialize)]
struct Receipt {
    receipt: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let cluster = Emulator::start()?;
    let client = Client::new(Config::from_pairs(cluster.environment())?)?;

    // Files, and resources from memory, together: either everything is taken, or nothing.
    let order = concat!(env!("CARGO_MANIFEST_DIR"), "/models/order.bpmn");
    let deployment = client.deploy(Resources::new().file(order).bytes("greeting.txt", "hello"))?;
    let process = deployment.processes()[0];
    println!("{} version {}", process.process_definition_id, process.process_definition_version);

    let create = CreateProcessInstance::by_key(process.process_definition_key);
    let instance = client.create_process_instance(create.variables(Order { order_id: 7, amount: 42.0 })?)?;

    // Keys go out as text and come back checked.
    let stored: String = instance.process_instance_key.to_string();
    let key: ProcessInstanceKey = stored.parse()?;
    client.cancel_process_instance(key)?;
    println!("cancelled {key}");

    let _workers = [
        client.worker("reserve-stock").handle(|_: Job<Order>| Ok(())).spawn(),
        client
            .worker("charge-card")
            .handle(|job: Job<Order>| Ok(Receipt { receipt: format!("r-{}", job.variables.order_id) }))
            .spawn(),
        client.worker("ship-order").handle(|_: Job<Order>| Ok(())).spawn(),
    ];
    // Answers once the process has ended, with the variables that are asked for.
    let create = CreateProcessInstance::by_id("order").variables(Order { order_id: 8, amount: 42.0 })?;
    let done = client
        .with(CallOptions::new().deadline(Duration::from_secs(60)))
        .create_process_instance(create.await_completion(["receipt"]))?;
    let receipt: Receipt = done.variables()?;
    println!("receipt {}", receipt.receipt);
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
