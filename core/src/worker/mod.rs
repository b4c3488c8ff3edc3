//! The worker machine: which jobs to ask for and when, which to run, which command each becomes, and how to stop. It stands
//! above calls: what it wants done comes out as [`Action`]s, and their driver says how they went.
//!
//! ```text
//!            due, room for jobs            jobs                      outcome
//! Waiting ─────────────────────▶ Polling ───────▶ ready ──▶ Running ─────────▶ Commanding ──▶ gone
//!    ▲          none, failed        │                                                          │
//!    └──────────────────────────────┘◀────────────────── a slot is free ──────────────────────┘
//! ```
//!
//! A worker ends only by [`stop`](Worker::stop), or by an error that no waiting can mend, which its report then holds.

mod command;
mod outcome;
mod pace;
mod report;
mod settings;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use command::JobCommand;
pub use outcome::{BpmnError, Failure, Outcome, Reply, Stop};
pub use report::{Report, WorkerEvent};
pub use settings::WorkerSettings;

pub use crate::activation::{UnreadableJob, split_jobs};

use crate::api::{ActivateJobs, ActivatedJob};
use crate::error::Kind;
use crate::{Answer, CallOptions, Config, Error, Now};
use command::Held;
use pace::Pace;
use settings::Resolved;

/// A worker for one type of jobs.
///
/// Poll it until it says [`Action::Wait`], do each [`Action`], and tell it how they went by the `handle_` methods; then poll
/// again. Drain [`poll_event`](Self::poll_event) whenever convenient.
#[derive(Debug)]
pub struct Worker {
    settings: Resolved,
    pace: Pace,
    rng: fastrand::Rng,
    polling: Option<Polling>,
    /// Jobs that wait for a slot.
    ready: VecDeque<(ActivatedJob, Held)>,
    held: BTreeMap<Ticket, (Held, Stage)>,
    commands: VecDeque<(Ticket, JobCommand)>,
    next_ticket: u64,
    stopping: Option<Instant>,
    stopped: bool,
    report: Report,
    events: VecDeque<WorkerEvent>,
}

/// One delivery of a job to a worker: the same job may be delivered again while its first handler still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

#[derive(Debug)]
struct Polling {
    since: Instant,
    asked: i64,
    cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Running,
    Completing,
    Throwing,
    Failing,
    Releasing,
}

/// What a driver does next for a worker.
#[derive(Debug)]
#[must_use]
pub enum Action {
    /// Send this, without repeating it, and give its answer to [`Worker::handle_activation`].
    Activate(ActivateJobs),
    /// Run the handler and give its outcome to [`Worker::handle_outcome`].
    Run(Ticket, Box<ActivatedJob>),
    /// Send this with these options and give its end to [`Worker::handle_command`].
    Command(Ticket, JobCommand, CallOptions),
    /// End the activation under way; its answer is no longer wanted.
    CancelPoll,
    /// Nothing to do before this instant, or before something is handled.
    Wait(Option<Instant>),
    /// The worker has ended: told once.
    Stopped(Report),
}

impl Worker {
    /// A worker that polls for the first time after its start-up jitter.
    pub fn new(settings: WorkerSettings, config: &Arc<Config>, seed: u64, now: Now) -> Self {
        let settings = settings.resolved(config);
        let mut rng = fastrand::Rng::with_seed(seed);
        let first = now.after(settings.startup_jitter.mul_f64(rng.f64()));
        Self {
            pace: Pace::new(settings.request_timeout, first),
            settings,
            rng,
            polling: None,
            ready: VecDeque::new(),
            held: BTreeMap::new(),
            commands: VecDeque::new(),
            next_ticket: 0,
            stopping: None,
            stopped: false,
            report: Report::default(),
            events: VecDeque::new(),
        }
    }

    /// How many jobs it holds at most.
    pub fn max_concurrent_jobs(&self) -> usize {
        usize::try_from(self.settings.max_jobs).unwrap_or(usize::MAX)
    }

    /// How many jobs it holds: waiting, running, or with a command under way.
    pub fn active_jobs(&self) -> usize {
        self.held.len().saturating_add(self.ready.len())
    }

    /// What it has to tell.
    pub fn poll_event(&mut self) -> Option<WorkerEvent> {
        self.events.pop_front()
    }

    /// What to do next.
    pub fn poll(&mut self, now: Now) -> Action {
        if self.stopped {
            return Action::Wait(None);
        }
        if self.stopping.is_some() {
            self.release_ready();
        }
        if let Some((ticket, command)) = self.commands.pop_front() {
            let options = self.command_options(ticket, now);
            return Action::Command(ticket, command, options);
        }
        if let Some(deadline) = self.stopping {
            return self.poll_stopping(deadline, now);
        }
        if let Some((ticket, job)) = self.next_to_run(now) {
            return Action::Run(ticket, Box::new(job));
        }
        let room = self.room();
        if self.polling.is_some() || room == 0 {
            return Action::Wait(None);
        }
        if let Some(due) = self.pace.due(now) {
            return Action::Wait(Some(due));
        }
        let asked = self.pace.request_timeout(now);
        self.polling = Some(Polling { since: now.instant, asked, cut: false });
        Action::Activate(self.activation(room, asked))
    }

    /// Takes in the answer of an activation.
    pub fn handle_activation(&mut self, result: Result<Answer, Error>, now: Now) {
        let Some(polling) = self.polling.take() else { return };
        let took = now.instant.saturating_duration_since(polling.since);
        match result.and_then(|answer| split_jobs(&answer)) {
            Ok(jobs) => {
                let failures = self.pace.failures();
                if failures > 0 {
                    self.events.push_back(WorkerEvent::PollsRecovered(failures));
                }
                if jobs.is_empty() {
                    self.pace.nothing(took, now);
                } else {
                    self.pace.jobs();
                }
                for job in jobs {
                    self.take(job, now);
                }
            }
            Err(error @ (Error::Request(_) | Error::Config(_) | Error::Misuse(_))) => {
                // No waiting mends what cannot even be sent.
                self.report.error = Some(error);
                self.stopping.get_or_insert(now.instant);
            }
            Err(error) if is_cut(&error) && self.pace.cut(polling.asked, took, now) => {}
            Err(error) => {
                if self.pace.failures() == 0 {
                    self.events.push_back(WorkerEvent::PollsFail(error.to_string()));
                }
                self.pace.failed(&mut self.rng, now);
            }
        }
    }

    /// Takes in how a handler ended.
    pub fn handle_outcome(&mut self, ticket: Ticket, outcome: Outcome) {
        let Some((held, stage @ Stage::Running)) = self.held.get_mut(&ticket) else { return };
        let (next, command) = match outcome {
            Outcome::Complete { variables } => (Stage::Completing, held.complete(variables)),
            Outcome::Throw(error) => (Stage::Throwing, held.throw(error)),
            Outcome::Fail(failure) => (Stage::Failing, held.fail(failure)),
            Outcome::Ignore => {
                self.held.remove(&ticket);
                self.report.ignored = self.report.ignored.saturating_add(1);
                return;
            }
        };
        *stage = next;
        match command {
            Ok(command) => self.commands.push_back((ticket, command)),
            Err(error) => self.command_failed(ticket, &error),
        }
    }

    /// Takes in how a command ended.
    pub fn handle_command(&mut self, ticket: Ticket, result: Result<(), Error>) {
        let Some((held, stage)) = self.held.get(&ticket) else { return };
        let (key, stage) = (held.key, *stage);
        match result {
            Ok(()) => {
                self.held.remove(&ticket);
                let counter = match stage {
                    Stage::Completing | Stage::Running => &mut self.report.completed,
                    Stage::Throwing => &mut self.report.thrown,
                    Stage::Failing => &mut self.report.failed,
                    Stage::Releasing => &mut self.report.released,
                };
                *counter = counter.saturating_add(1);
            }
            Err(error) if matches!(error.kind(), Some(Kind::NotFound | Kind::Conflict)) => {
                self.held.remove(&ticket);
                self.report.superseded = self.report.superseded.saturating_add(1);
                self.events.push_back(WorkerEvent::JobSuperseded(key, error.to_string()));
            }
            Err(error) => self.command_failed(ticket, &error),
        }
    }

    /// Asks the worker to end: no more polls; jobs that are not started are given back; what runs may go on until the
    /// deadline. Asked again, the earlier deadline holds.
    pub fn stop(&mut self, deadline: Instant) {
        self.stopping = Some(self.stopping.map_or(deadline, |earlier| earlier.min(deadline)));
    }

    fn poll_stopping(&mut self, deadline: Instant, now: Now) -> Action {
        let idle = self.held.is_empty() && self.polling.is_none();
        if !idle && now.instant < deadline {
            return Action::Wait(Some(deadline));
        }
        if let Some(polling) = self.polling.as_mut().filter(|polling| !polling.cut) {
            polling.cut = true;
            self.report.poll_cut = true;
            return Action::CancelPoll;
        }
        self.stopped = true;
        let mut report = std::mem::take(&mut self.report);
        report.left.extend(self.held.values().map(|(held, _)| held.key));
        Action::Stopped(report)
    }

    fn activation(&self, room: u32, asked: i64) -> ActivateJobs {
        let timeout = i64::try_from(self.settings.timeout.as_millis()).unwrap_or(i64::MAX);
        let room = i32::try_from(room).unwrap_or(i32::MAX);
        let mut activation = ActivateJobs::new(self.settings.job_type.clone(), timeout, room)
            .worker(self.settings.name.clone())
            .request_timeout(asked);
        if !self.settings.fetch_variables.is_empty() {
            activation = activation.fetch_variable(self.settings.fetch_variables.iter().cloned());
        }
        if !self.settings.tenants.is_empty() {
            activation = activation.tenant_ids(self.settings.tenants.iter().cloned());
        }
        activation
    }

    /// How many more jobs may be asked for.
    fn room(&self) -> u32 {
        let active = u32::try_from(self.active_jobs()).unwrap_or(u32::MAX);
        self.settings.max_jobs.saturating_sub(active)
    }

    fn take(&mut self, job: Result<ActivatedJob, UnreadableJob>, now: Now) {
        match job {
            Ok(job) => {
                let held = Held::new(&job, self.lock_end(job.deadline, now));
                self.ready.push_back((job, held));
            }
            Err(job) => {
                self.events.push_back(WorkerEvent::JobUndecodable(job.job_key, job.error.to_string()));
                let Some(key) = job.job_key else { return };
                let retries = job.retries.unwrap_or(1);
                let held = Held { key, retries, lease_token: None, until: now.after(self.settings.timeout) };
                let command = held.fail(Failure::new(job.error.to_string()).retries(retries));
                let ticket = self.hold(held, Stage::Failing);
                match command {
                    Ok(command) => self.commands.push_back((ticket, command)),
                    Err(error) => self.command_failed(ticket, &error),
                }
            }
        }
    }

    /// When a lock ends: the cluster says it by its own clock. A time that cannot be right, because the clocks differ, is the
    /// time that was asked for.
    fn lock_end(&self, deadline: i64, now: Now) -> Instant {
        let end = Duration::from_millis(u64::try_from(deadline).unwrap_or(0));
        let left = end.saturating_sub(now.unix);
        let plausible = !left.is_zero() && left <= self.settings.timeout;
        now.after(if plausible { left } else { self.settings.timeout })
    }

    fn next_to_run(&mut self, now: Now) -> Option<(Ticket, ActivatedJob)> {
        let running = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        if running >= self.settings.max_jobs {
            return None;
        }
        while let Some((job, held)) = self.ready.pop_front() {
            if held.until <= now.instant {
                // Another worker may have it by now.
                self.report.expired = self.report.expired.saturating_add(1);
                self.events.push_back(WorkerEvent::JobExpired(held.key));
                continue;
            }
            return Some((self.hold(held, Stage::Running), job));
        }
        None
    }

    fn hold(&mut self, held: Held, stage: Stage) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket = self.next_ticket.saturating_add(1);
        self.held.insert(ticket, (held, stage));
        ticket
    }

    fn release_ready(&mut self) {
        while let Some((_, held)) = self.ready.pop_front() {
            let command = held.release();
            let ticket = self.hold(held, Stage::Releasing);
            match command {
                Ok(command) => self.commands.push_back((ticket, command)),
                Err(error) => self.command_failed(ticket, &error),
            }
        }
    }

    /// A command is repeated until a definite answer, the end of the lock or of the drain time.
    fn command_options(&self, ticket: Ticket, now: Now) -> CallOptions {
        let lock = self.held.get(&ticket).map_or(now.instant, |(held, _)| held.until);
        let end = self.stopping.map_or(lock, |deadline| lock.min(deadline));
        // Even where the lock seems over, one attempt is owed: the cluster takes the result while nobody else has the job.
        let left = end.saturating_duration_since(now.instant).max(Duration::from_secs(1));
        CallOptions { persistent: true, ..CallOptions::new().deadline(left).attempts(u32::MAX) }
    }

    /// A result that cannot be delivered becomes a failure, once; a failure that cannot be is left to the lock's end.
    fn command_failed(&mut self, ticket: Ticket, error: &Error) {
        let Some((held, stage)) = self.held.get_mut(&ticket) else { return };
        self.events.push_back(WorkerEvent::CommandFailed(held.key, error.to_string()));
        let result = matches!(stage, Stage::Completing | Stage::Throwing);
        let deadline = matches!(error, Error::Deadline(_));
        if result
            && !deadline
            && let Ok(command) = held.fail(Failure::new(format!("the job's result was not taken: {error}")))
        {
            *stage = Stage::Failing;
            self.commands.push_back((ticket, command));
            return;
        }
        let key = held.key;
        self.held.remove(&ticket);
        self.report.left.push(key);
    }
}

/// Whether something in between may have ended a long poll: a gateway's time-out, or a connection closed without an answer.
fn is_cut(error: &Error) -> bool {
    match error {
        Error::Api(error) => matches!(error.status().as_u16(), 504 | 524),
        Error::Network(error) => error.may_have_executed(),
        _ => false,
    }
}
