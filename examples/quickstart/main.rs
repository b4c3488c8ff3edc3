//! From a BPMN file to completed jobs: deploys a model, starts instances, works every job of theirs, and says how it went.
//!
//! ```text
//! cargo run --example quickstart [-- MODEL.bpmn… --instances N --blocking]
//! ```
//!
//! Without a model it is `examples/models/order.bpmn`. It runs on an embedded cluster, or on the one that
//! `CAMUNDA_REST_ADDRESS` names. The story itself is told twice: in `asynchronous.rs` and in `blocking.rs`.

mod asynchronous;
mod blocking;
mod model;
mod options;
mod progress;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_ureq::Config;

use crate::model::Model;
use crate::options::Options;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let Some(options) = Options::parse(std::env::args().skip(1))? else {
        print!("{}", options::HELP);
        return Ok(true);
    };
    let models: Vec<Model> = options.models.iter().map(Model::read).collect::<Result<_, _>>()?;

    // Held until the end: the embedded cluster stops when it is dropped.
    let mut embedded = None;
    let config = if std::env::var_os("CAMUNDA_REST_ADDRESS").is_some() {
        Config::builder().environment(std::env::vars()).build()?
    } else {
        let cluster = embedded.insert(Emulator::start()?);
        Config::from_pairs(cluster.environment())?
    };
    for warning in config.warnings() {
        eprintln!("warning: {warning}");
    }
    let place = if embedded.is_some() { "an embedded cluster, " } else { "" };
    let kind = if options.blocking { "blocking, on ureq" } else { "asynchronous, on hyper and tokio" };
    println!("Running {kind}, on {place}{config}");

    let summary = if options.blocking {
        blocking::run(config, &models, &options)?
    } else {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(asynchronous::run(config, &models, &options))?
    };
    print!("{summary}");
    Ok(summary.is_complete())
}

/// How long a poll waits for jobs. Short, so that the program ends soon: a poll that is cut short may take jobs with it.
const POLL: Duration = Duration::from_millis(500);
/// How long workers that are stopped wait for polls under way.
const DRAIN: Duration = Duration::from_secs(2);

/// What every instance is started with.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: usize,
    amount: u32,
}

impl Order {
    /// Every third order is a large one.
    fn number(order_id: usize) -> Self {
        Self { order_id, amount: if order_id.is_multiple_of(3) { 250 } else { 42 } }
    }
}
