//! The least that a program does: it asks the cluster that the environment names what it is. CI weighs its binary.

use camunda_ureq::{Client, Error};

fn main() -> Result<(), Error> {
    let client = Client::from_env()?; // CAMUNDA_* variables, else http://localhost:8080/v2
    let topology = client.get_topology()?;
    println!("gateway {}, {} broker(s)", topology.gateway_version, topology.brokers.len());
    Ok(())
}
