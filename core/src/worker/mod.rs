//! The worker machine: which jobs to ask for and when, which to run, which command each becomes, and how to stop. It stands
//! above calls: what it wants done comes out as [`Action`]s, and their driver says how they went.
//!
//! ```text
//!            due, room for jobs            jobs                      outcome
//! Waiting ─────────────────────▶ Polling ───────▶ ready ──▶ Running ─────────▶ Commanding ──▶ gone
//!    ▲          none, failed        │                          │ ▲                            │
//!    └──────────────────────────────┘◀─────────┐        half the time is over                 │
//!                                              └──────────────── a slot is free ──────────────┘
//! ```
//!
//! A worker ends only by [`stop`](Worker::stop), or by an error that no waiting can mend, which its report then holds.

mod action;
mod command;
mod ends;
mod fields;
mod held;
mod outcome;
mod pace;
mod report;
mod result;
mod settings;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use action::{Action, Ended};
pub use command::{CommandEnd, JobCommand};
pub use fields::fields_of;
pub use held::Ticket;
pub use outcome::{BpmnError, Failure, Outcome, Reply, Stop};
pub use report::{Counts, Phase, Report, Status, WorkerEvent};
pub use result::{AdHocSubProcessResult, UserTaskListenerResult};
pub use settings::WorkerSettings;

pub use crate::activation::{UnreadableJob, split_jobs};

use crate::api::{ActivateJobs, ActivatedJob};
use crate::error::RequestError;
use crate::{Answer, Config, Error, Now};
use command::Claim;
use held::{Due, Held, Holding, Stage};
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
    has_polled: bool,
    last_answer: Option<Instant>,
    /// Jobs that wait for a slot.
    ready: VecDeque<(ActivatedJob, Held)>,
    held: Holding,
    actions: VecDeque<Action>,
    commands: VecDeque<(Ticket, JobCommand)>,
    stopping: Option<Instant>,
    stopped: bool,
    counts: Counts,
    poll_cut: bool,
    error: Option<Error>,
    events: VecDeque<WorkerEvent>,
}

#[derive(Debug)]
struct Polling {
    since: Instant,
    asked: i64,
    cut: bool,
}

impl Worker {
    /// A worker that polls for the first time after its start-up jitter. Without a job type it ends at once, by an error.
    pub fn new(settings: WorkerSettings, config: &Arc<Config>, seed: u64, now: Now) -> Self {
        let settings = settings.resolved(config);
        let mut rng = fastrand::Rng::with_seed(seed);
        let first = now.after(settings.startup_jitter.mul_f64(rng.f64()));
        // The cluster would refuse each of its polls.
        let blank = settings.job_type.trim().is_empty();
        let error = blank.then(|| RequestError::new("activate_jobs", "type", "must not be blank").into());
        Self {
            pace: Pace::new(settings.request_timeout, settings.back_off, first),
            settings,
            rng,
            polling: None,
            has_polled: false,
            last_answer: None,
            ready: VecDeque::new(),
            held: Holding::default(),
            actions: VecDeque::new(),
            commands: VecDeque::new(),
            stopping: blank.then_some(now.instant),
            stopped: false,
            counts: Counts::default(),
            poll_cut: false,
            error,
            events: VecDeque::new(),
        }
    }

    /// How many jobs it holds at most.
    pub fn max_concurrent_jobs(&self) -> usize {
        usize::try_from(self.settings.max_jobs).unwrap_or(usize::MAX)
    }

    /// How long it asks for jobs to be locked.
    pub fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    /// The name that it activates jobs under.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// How many jobs it holds: waiting, running, or with a command under way.
    pub fn active_jobs(&self) -> usize {
        self.held.len().saturating_add(self.ready.len())
    }

    /// How it is.
    pub fn status(&self) -> Status {
        let phase = if self.stopped {
            Phase::Stopped
        } else if self.stopping.is_some() {
            Phase::Draining
        } else if !self.has_polled {
            Phase::Starting
        } else if self.polling.is_none() && self.room() == 0 {
            Phase::Full
        } else if self.polling.is_none() && self.pace.failures() > 0 {
            Phase::BackingOff
        } else {
            Phase::Polling
        };
        Status {
            phase,
            active_jobs: self.active_jobs(),
            counts: self.counts.clone(),
            failing_polls: self.pace.failures(),
            last_answer: self.last_answer,
        }
    }

    /// What it has to tell.
    pub fn poll_event(&mut self) -> Option<WorkerEvent> {
        self.events.pop_front()
    }

    /// Until when a running job is locked, as far as can be told here.
    pub fn locked_until(&self, ticket: Ticket) -> Option<Instant> {
        self.held.get(ticket).map(|(held, _)| held.until)
    }

    /// What to do next.
    pub fn poll(&mut self, now: Now) -> Action {
        if self.stopped {
            return Action::Wait(None);
        }
        if self.stopping.is_some() {
            self.release_ready(now);
        }
        while let Some((ticket, due)) = self.held.due(now.instant) {
            self.is_due(ticket, due, now);
        }
        if let Some(action) = self.actions.pop_front() {
            return action;
        }
        if let Some((ticket, command)) = self.commands.pop_front() {
            let options = self.command_options(ticket, now);
            return Action::Command(ticket, command, options);
        }
        if let Some(deadline) = self.stopping {
            return self.poll_stopping(deadline, now);
        }
        if let Some((ticket, job, until)) = self.next_to_run(now) {
            return Action::Run(ticket, Box::new(job), until);
        }
        let room = self.room();
        if self.polling.is_some() || room == 0 {
            return Action::Wait(self.held.next_due());
        }
        if let Some(due) = self.pace.due(now) {
            return Action::Wait(Some(self.held.next_due().map_or(due, |other| other.min(due))));
        }
        let asked = self.pace.request_timeout(now);
        self.polling = Some(Polling { since: now.instant, asked, cut: false });
        self.has_polled = true;
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
                self.last_answer = Some(now.instant);
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
                self.error = Some(error);
                self.stopping.get_or_insert(now.instant);
            }
            Err(error) if ends::is_cut(&error) && self.pace.cut(polling.asked, took, now) => {
                self.last_answer = Some(now.instant);
            }
            Err(error) => self.poll_failed(error.to_string(), now),
        }
    }

    /// Takes in that an activation came to no end at all: what sends it panicked.
    pub fn handle_activation_lost(&mut self, reason: &str, now: Now) {
        if self.polling.take().is_some() {
            self.poll_failed(reason.to_owned(), now);
        }
    }

    fn poll_failed(&mut self, reason: String, now: Now) {
        if self.pace.failures() == 0 {
            self.events.push_back(WorkerEvent::PollsFail(reason));
        }
        self.pace.failed(&mut self.rng, now);
    }

    /// Asks the worker to end: no more polls; jobs that are not started are given back; what runs may go on until the
    /// deadline. Asked again, the earlier deadline holds.
    pub fn stop(&mut self, deadline: Instant) {
        self.stopping = Some(self.stopping.map_or(deadline, |earlier| earlier.min(deadline)));
    }

    fn poll_stopping(&mut self, deadline: Instant, now: Now) -> Action {
        let idle = self.held.is_empty() && self.polling.is_none();
        if !idle && now.instant < deadline {
            return Action::Wait(Some(self.held.next_due().map_or(deadline, |due| due.min(deadline))));
        }
        if let Some(polling) = self.polling.as_mut().filter(|polling| !polling.cut) {
            polling.cut = true;
            self.poll_cut = true;
            return Action::CancelPoll;
        }
        self.stopped = true;
        let left = self.held.keys().collect();
        Action::Stopped(Report { counts: self.counts.clone(), left, poll_cut: self.poll_cut, error: self.error.take() })
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
        if self.settings.with_lease {
            activation = activation.with_lease(true);
        }
        activation
    }

    /// How many more jobs may be asked for.
    fn room(&self) -> u32 {
        let active = u32::try_from(self.active_jobs()).unwrap_or(u32::MAX);
        if active > self.settings.refill { 0 } else { self.settings.max_jobs.saturating_sub(active) }
    }

    fn take(&mut self, job: Result<ActivatedJob, UnreadableJob>, now: Now) {
        self.count(|counts| &mut counts.activated);
        match job {
            Ok(job) => {
                let until = self.lock_end(job.deadline, now);
                let held = Held { claim: Claim::of(&job), since: now.instant, until };
                self.ready.push_back((job, held));
            }
            Err(job) => {
                self.events.push_back(WorkerEvent::JobUndecodable(job.job_key, job.error.to_string()));
                let Some(key) = job.job_key else { return self.count(|counts| &mut counts.unreadable) };
                let retries = job.retries.unwrap_or(1);
                let claim = Claim { key, retries, lease_token: job.job_lease_token };
                let command = claim.fail(Failure::new(job.error.to_string()).retries(retries));
                let held = Held { claim, since: now.instant, until: now.after(self.settings.timeout) };
                self.command_at_once(held, Stage::Failing, command);
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

    fn next_to_run(&mut self, now: Now) -> Option<(Ticket, ActivatedJob, Instant)> {
        let running = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        if running >= self.settings.max_jobs {
            return None;
        }
        let (job, held) = self.next_ready(now)?;
        let until = held.until;
        Some((self.held.run(held, self.settings.extend_timeout), job, until))
    }

    /// The next job that waits and is still this worker's.
    fn next_ready(&mut self, now: Now) -> Option<(ActivatedJob, Held)> {
        while let Some((job, held)) = self.ready.pop_front() {
            if held.until > now.instant {
                return Some((job, held));
            }
            // Another worker may have it by now.
            self.count(|counts| &mut counts.expired);
            self.events.push_back(WorkerEvent::JobExpired(held.claim.key));
        }
        None
    }

    /// A running job's time: half of it is over and it is to be extended, or all of it.
    fn is_due(&mut self, ticket: Ticket, due: Due, now: Now) {
        match due {
            Due::Extension => {
                let Some((command, options)) = self.extension(ticket, now) else { return };
                self.held.extending(ticket, now.instant);
                self.actions.push_back(Action::Extend(ticket, command, options));
            }
            Due::LockEnd => self.lost(ticket),
        }
    }

    fn lost(&mut self, ticket: Ticket) {
        if let Some(key) = self.held.lose(ticket) {
            self.events.push_back(WorkerEvent::LeaseLost(key));
            self.actions.push_back(Action::LeaseLost(ticket));
        }
    }

    fn release_ready(&mut self, now: Now) {
        while let Some((_, held)) = self.next_ready(now) {
            let command = held.claim.release();
            self.command_at_once(held, Stage::Releasing, command);
        }
    }

    fn count(&mut self, counter: impl FnOnce(&mut Counts) -> &mut u64) {
        let counter = counter(&mut self.counts);
        *counter = counter.saturating_add(1);
    }
}
