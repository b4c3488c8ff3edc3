//! Handlers that are programs: which program, and what passes between it and its worker. How a child is run is in `child`.

mod child;
mod protocol;

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use camunda_core::worker::{Failure, Outcome};

use self::child::{Child, Said};
use self::protocol::Exit;
use super::job::{Assignment, job_log};

/// A program that works jobs, in any language: a child process for each job, or some that are kept.
///
/// # A child process a job
///
/// It reads the job's variables on standard input, a JSON object, and is told of the job by the environment:
/// `CAMUNDA_JOB_KEY`, `CAMUNDA_JOB_TYPE`, `CAMUNDA_JOB_RETRIES`, `CAMUNDA_JOB_DEADLINE` (milliseconds since 1970),
/// `CAMUNDA_JOB_HEADERS` (a JSON object), `CAMUNDA_JOB_ELEMENT_ID`, `CAMUNDA_JOB_PROCESS_INSTANCE_KEY` and
/// `CAMUNDA_JOB_TENANT_ID`. How the job ends is how the process ends:
///
/// | exit | the job | standard output |
/// |---|---|---|
/// | 0 | is completed | nothing, or a JSON object: variables |
/// | 3 | ends in a business error | `{"errorCode": "…", "errorMessage": "…", "variables": {…}}`; only the code is needed |
/// | any other | fails | nothing, or `{"errorMessage": "…", "retries": 2, "retryBackOff": 5000, "variables": {…}}` in any part |
///
/// A failure that tells no message has the end of standard error for one; one that tells no retries costs one.
///
/// # Processes that are kept
///
/// With [`keep`](Self::keep), a process works one job after the other, and there are as many as jobs are worked at once. Each
/// job is a line on standard input, a JSON object with `jobKey`, `type`, `retries`, `deadline`, `customHeaders`, `elementId`,
/// `processInstanceKey`, `tenantId` and `variables`; each answer a line on standard output: `{"variables": {…}}` or `{}`
/// completes the job, an `errorCode` in it makes it a business error, an `errorMessage` alone a failure. Write nothing else
/// there, and flush it.
///
/// # In both
///
/// What a process writes to standard error goes to the worker's log, line by line. A process whose job's lock runs out is
/// killed, and so is one that still runs when its worker has ended; what it started itself is not. One that crashes, or
/// answers what is no answer, fails its job and no other. It inherits the program's environment, credentials included, unless
/// it is made from a [`Command`] that does not.
///
/// ```no_run
/// # use camunda_driver::{Program, Transport, Client};
/// # fn worker<T: Transport>(client: &Client<T>) {
/// let worker = client.worker("score").handle_process(Program::new("python3").arg("score.py").keep());
/// # }
/// ```
#[must_use]
pub struct Program {
    command: Command,
    keep: bool,
}

impl Program {
    /// The program at that path, or of that name in the search path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Command::new(program).into()
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// A variable of its environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The folder that it runs in.
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Keeps its processes from job to job.
    pub fn keep(mut self) -> Self {
        self.keep = true;
        self
    }

    pub(super) fn prepare(mut self) -> Prepared {
        child::prepare(&mut self.command);
        Prepared { command: Mutex::new(self.command), keep: self.keep, idle: Mutex::default() }
    }
}

/// With everything that a [`Command`] can say; its standard input, output and error are the worker's.
impl From<Command> for Program {
    fn from(command: Command) -> Self {
        Self { command, keep: false }
    }
}

/// Which program, without its arguments and its environment: secrets may be among them.
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.command.get_program();
        f.debug_struct("Program").field("program", &program).field("keep", &self.keep).finish_non_exhaustive()
    }
}

/// A program as a handler: it blocks the thread that it is called on.
pub(super) struct Prepared {
    command: Mutex<Command>,
    keep: bool,
    /// Kept processes that have no job.
    idle: Mutex<Vec<Child>>,
}

impl Prepared {
    pub(super) fn run(&self, assignment: Assignment) -> Outcome {
        let result = if self.keep { self.run_kept(&assignment) } else { self.run_once(&assignment) };
        result.unwrap_or_else(|reason| Outcome::Fail(Failure::new(reason)))
    }

    fn run_once(&self, assignment: &Assignment) -> Result<Outcome, String> {
        let mut child = self.start(assignment)?;
        child.write(protocol::variables(&assignment.job));
        child.close_input();
        let mut output = Vec::new();
        loop {
            match child.hear(&assignment.lease) {
                Said::Line(line) if output.len() + line.len() <= child::LONGEST => output.extend_from_slice(&line),
                Said::Line(_) | Said::TooLong => return Err(child.kill("it said more than is read")),
                Said::Nothing => break,
                Said::Over => return Err(child.kill(OVER)),
            }
        }
        let Some(status) = child.wait(&assignment.lease) else { return Err(child.kill(OVER)) };
        protocol::ended(Exit::of(status), &output, || child.last_words(&status.to_string()))
    }

    fn run_kept(&self, assignment: &Assignment) -> Result<Outcome, String> {
        let mut child = match self.take_idle() {
            Some(child) => child,
            None => self.start(assignment)?,
        };
        child.works_on(job_log(&assignment.log, &assignment.job));
        child.write(protocol::job(&assignment.job)?);
        let line = match child.hear(&assignment.lease) {
            Said::Line(line) => line,
            Said::TooLong => return Err(child.kill("it said more than is read")),
            Said::Over => return Err(child.kill(OVER)),
            Said::Nothing => {
                let status = child.wait(&assignment.lease);
                let status = status.map_or_else(|| "it does not answer".to_owned(), |status| status.to_string());
                return Err(child.last_words(&status));
            }
        };
        let outcome = protocol::answered(&line).map_err(|reason| child.kill(&reason))?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(child);
        Ok(outcome)
    }

    fn take_idle(&self) -> Option<Child> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find_map(|mut child| child.is_good().then_some(child))
    }

    fn start(&self, assignment: &Assignment) -> Result<Child, String> {
        let mut command = self.command.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.keep {
            command.envs(protocol::environment(&assignment.job));
        }
        let log = job_log(&assignment.log, &assignment.job);
        Child::start(&mut command, log)
            .map_err(|error| format!("{} cannot be started: {error}", command.get_program().display()))
    }
}

const OVER: &str = "it was killed: the job's lock had run out, or its worker had ended";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_in_logs() {
        let program = Program::new("score").arg("--token=hunter2").env("TOKEN", "hunter2").keep();
        assert_eq!(format!("{program:?}"), r#"Program { program: "score", keep: true, .. }"#);
    }
}
