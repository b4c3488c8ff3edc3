//! A worker that writes every job that reaches its handler into a ledger, for runs with faults. It works until its standard
//! input ends, and then tells as JSON what it did. It judges nothing.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use camunda_core::Config;
use camunda_core::api::ActivatedJob;
use camunda_core::worker::{Report, WorkerEvent};
use serde_json::{Value, json};

const HELP: &str = "\
Works jobs, notes each in a ledger, and tells at the end of its standard input what it did.

Usage: ledger --type TYPE --ledger FILE [--blocking | --smol] [--concurrency N] [--timeout SECONDS] [--work MILLISECONDS]
              [--drain SECONDS]

CAMUNDA_* variables say where the cluster is and how to log in.
";

fn main() -> ExitCode {
    match run() {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Value, Box<dyn std::error::Error>> {
    let options = Options::parse(std::env::args().skip(1)).map_err(|reason| format!("{reason}\n\n{HELP}"))?;
    let config = Config::builder().environment(std::env::vars()).build()?;
    let report = match options.adapter {
        Adapter::Ureq => blocking(config, options)?,
        Adapter::Hyper => {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(on_hyper(config, options))?
        }
        Adapter::Smol => smol::block_on(on_smol(config, options))?,
    };
    Ok(told(&report))
}

/// The same worker, by the name of an adapter and by what its handler sleeps with.
macro_rules! asynchronous {
    ($name:ident, $adapter:ident, $sleep:expr) => {
        async fn $name(config: Config, options: Options) -> Result<Report, Box<dyn std::error::Error>> {
            let ledger = Arc::new(Ledger::open(&options.ledger)?);
            let work = options.work;
            let worker = $adapter::Client::new(config)?
                .worker(options.job_type)
                .timeout(options.timeout)
                .max_concurrent_jobs(options.concurrency)
                .on_event(log)
                .handle(move |job: $adapter::Job<Value>| {
                    let ledger = Arc::clone(&ledger);
                    async move {
                        ledger.note(job.raw())?;
                        $sleep(work).await;
                        Ok(())
                    }
                });
            let stop = worker.stop_handle();
            at_the_end_of_the_input(move || stop.stop(options.drain));
            Ok(worker.run().await?)
        }
    };
}
asynchronous!(on_hyper, camunda_hyper, tokio::time::sleep);
asynchronous!(on_smol, camunda_smol, smol::Timer::after);

fn blocking(config: Config, options: Options) -> Result<Report, Box<dyn std::error::Error>> {
    let ledger = Ledger::open(&options.ledger)?;
    let work = options.work;
    let worker = camunda_ureq::Client::new(config)?
        .worker(options.job_type)
        .timeout(options.timeout)
        .max_concurrent_jobs(options.concurrency)
        .on_event(log)
        .handle(move |job: camunda_ureq::Job<Value>| {
            ledger.note(job.raw())?;
            thread::sleep(work);
            Ok(())
        });
    let stop = worker.stop_handle();
    at_the_end_of_the_input(move || stop.stop(options.drain));
    Ok(worker.run()?)
}

fn at_the_end_of_the_input(act: impl FnOnce() + Send + 'static) {
    thread::spawn(move || {
        // However it ends, whoever started this is done with it.
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        act();
    });
}

fn log(_: &str, event: &WorkerEvent) {
    eprintln!("{} {event:?}", now());
}

/// Times are milliseconds since the epoch.
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

/// A line of JSON for every time that a job reached the handler: which lease of it that was, is told by its deadline.
struct Ledger(File);

impl Ledger {
    fn open(path: &str) -> std::io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(Self)
    }

    fn note(&self, job: &ActivatedJob) -> std::io::Result<()> {
        let entry = json!({
            "processInstanceKey": job.process_instance_key,
            "jobKey": job.job_key,
            "retries": job.retries,
            "deadline": job.deadline,
            "at": u64::try_from(now()).unwrap_or(u64::MAX),
        });
        // One write: entries of several threads do not mix.
        (&self.0).write_all(format!("{entry}\n").as_bytes())
    }
}

fn told(report: &Report) -> Value {
    json!({
        "completed": report.completed,
        "failed": report.failed,
        "thrown": report.thrown,
        "ignored": report.ignored,
        "released": report.released,
        "superseded": report.superseded,
        "expired": report.expired,
        "undelivered": report.undelivered,
        "unreadable": report.unreadable,
        "left": report.left.len(),
        "pollCut": report.poll_cut,
    })
}

#[derive(Clone, Copy)]
enum Adapter {
    Hyper,
    Smol,
    Ureq,
}

struct Options {
    job_type: String,
    ledger: String,
    adapter: Adapter,
    concurrency: u32,
    timeout: Duration,
    work: Duration,
    drain: Duration,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut job_type, mut ledger) = (None, None);
        let mut options = Self {
            job_type: String::new(),
            ledger: String::new(),
            adapter: Adapter::Hyper,
            concurrency: 32,
            timeout: Duration::from_secs(30),
            work: Duration::from_millis(100),
            drain: Duration::from_secs(5),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--type" => job_type = Some(value()?),
                "--ledger" => ledger = Some(value()?),
                "--blocking" => options.adapter = Adapter::Ureq,
                "--smol" => options.adapter = Adapter::Smol,
                "--concurrency" => options.concurrency = number(&argument, &value()?)?,
                "--timeout" => options.timeout = Duration::from_secs(number(&argument, &value()?)?),
                "--work" => options.work = Duration::from_millis(number(&argument, &value()?)?),
                "--drain" => options.drain = Duration::from_secs(number(&argument, &value()?)?),
                _ => return Err(format!("{argument} is not known")),
            }
        }
        options.job_type = job_type.ok_or("--type is missing")?;
        options.ledger = ledger.ok_or("--ledger is missing")?;
        Ok(options)
    }
}

fn number<N: std::str::FromStr>(option: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{option}: {text:?} is not a number"))
}
