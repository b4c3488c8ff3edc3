//! The command line. Nothing is done here.

use std::path::PathBuf;
use std::time::Duration;

pub(crate) const HELP: &str = "\
Deploys a process model, starts instances of it, and works every job of theirs.

Usage: quickstart [MODEL.bpmn…] [--instances N] [--blocking] [--timeout SECONDS] [--leave TYPE]

  MODEL.bpmn          what to deploy; the order process that comes with it unless given
  --instances N       how many instances to start of each process [10]
  --blocking          on threads instead of an async runtime
  --timeout SECONDS   give up after that long [60]
  --leave TYPE        work no jobs of that type, to see what happens then

It runs on an embedded cluster, or on the one that CAMUNDA_REST_ADDRESS names; CAMUNDA_* variables say how to log in.
";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) models: Vec<PathBuf>,
    pub(crate) instances: usize,
    pub(crate) blocking: bool,
    pub(crate) timeout: Duration,
    pub(crate) leave: Vec<String>,
}

impl Options {
    /// `None` asks for help.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            models: Vec::new(),
            instances: 10,
            blocking: false,
            timeout: Duration::from_secs(60),
            leave: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value; see --help"));
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--blocking" => options.blocking = true,
                "--instances" => options.instances = number(&argument, &value()?)?,
                "--timeout" => options.timeout = Duration::from_secs(number(&argument, &value()?)?),
                "--leave" => options.leave.push(value()?),
                option if option.starts_with('-') => return Err(format!("{option} is not known; see --help")),
                model => options.models.push(model.into()),
            }
        }
        if options.models.is_empty() {
            options.models.push(concat!(env!("CARGO_MANIFEST_DIR"), "/models/order.bpmn").into());
        }
        Ok(Some(options))
    }
}

fn number<N: std::str::FromStr>(option: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{option}: {text:?} is not a number; see --help"))
}
