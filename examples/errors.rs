//! What can go wrong with a call, and what to do about it.
//!
//! ```text
//! cargo run --example errors
//! ```

use camunda_emulator::Emulator;
use camunda_ureq::api::{CreateProcessInstance, PublishMessage};
use camunda_ureq::error::Kind;
use camunda_ureq::{Client, Config, Error};

/// Starts an order, and says how that went.
fn start(client: &Client, process: &str) -> Result<String, Error> {
    match client.create_process_instance(CreateProcessInstance::by_id(process)) {
        Ok(instance) => Ok(format!("started {}", instance.process_instance_key)),
        Err(error) if error.is_not_found() => Ok(format!("not there: {error}")), // 404, whatever the operation
        Err(Error::Api(error)) if error.kind() == Kind::Conflict => Ok(error.problem().detail().to_owned()),
        // Sent, and no definite answer came: look before you repeat.
        Err(error) if error.may_have_executed() => Ok(format!("perhaps started: {error}")),
        Err(error) => Err(error),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Emulator::start()?;
    let client = Client::new(Config::from_pairs(cluster.environment())?)?;
    client.deploy([concat!(env!("CARGO_MANIFEST_DIR"), "/models/order.bpmn")])?;

    println!("{}", start(&client, "order")?);
    println!("{}", start(&client, "ordre")?);

    // The connection breaks after the command was carried out. It is not sent again.
    cluster.faults().on("createProcessInstance").times(1).drop_after(20);
    println!("{}", start(&client, "order")?);

    // Refusals for load were not carried out, whatever the operation: they are repeated.
    cluster.faults().on("publishMessage").times(2).answer(503, "RESOURCE_EXHAUSTED");
    client.publish_message(PublishMessage::new("paid").correlation_key("7"))?;

    // What cannot be sent is refused before anything is.
    let error = start(&client, "no id").err().ok_or("it was sent")?;
    println!("{error}");
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
