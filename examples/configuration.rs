//! Where a client takes its settings from, and what it says of settings that cannot be.
//!
//! ```text
//! cargo run --example configuration
//! ```

use camunda_ureq::{Client, Config, Error};

fn main() -> Result<(), Error> {
    // The environment, and a .env file if it asks for one; without any, http://localhost:8080/v2.
    println!("{}", Client::from_env()?.config());
    // What is said here wins over the environment.
    println!("{}", Client::from_env_with(Config::builder().rest_address("https://cluster.example"))?.config());

    // Nothing but this.
    let config = Config::builder()
        .rest_address("https://cluster.example")
        .oauth("orders", "secret")
        .oauth_url("https://login.example/token")
        .audience("orchestration-api")
        .build()?;
    println!("{}", Client::new(config)?.config()); // it never prints a secret
    println!("{}", Config::from_pairs([("CAMUNDA_REST_ADDRESS", "http://127.0.0.1:8080")])?);

    // Every problem is told at once, by the name of its variable.
    let wrong = Config::from_pairs([
        ("CAMUNDA_AUTH_STRATEGY", "OAUTH"),
        ("CAMUNDA_CLIENT_ID", "orders"),
        ("CAMUNDA_WORKER_TIMEOUT", "30s"),
        ("CAMUNDA_REST_ADRESS", "http://cluster.example"),
    ]);
    println!("{}", wrong.err().map(|error| error.to_string()).unwrap_or_default());
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
