//! Random stories of one worker against a model of a cluster, in virtual time: whatever happens in whatever order, every job
//! is accounted for, no limit is passed, and the worker goes on until it is stopped.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use camunda_core::api::JobKey;
use camunda_core::worker::{Action, BpmnError, CommandEnd, Ended, Failure, Outcome, Report, Ticket, WorkerSettings};

use crate::bench::{Bench, job, refusal};

const LOCK: Duration = Duration::from_secs(60);

/// What must have been reached in all the stories together: a generator that no longer gets there proves nothing.
#[derive(Debug, Default)]
struct Reached {
    full: u32,
    lost: u32,
    extended: u32,
    late_batch: u32,
    refused: u32,
    never_returned: u32,
    jumped: u32,
    polls_failed: u32,
    released: u64,
    expired: u64,
}

struct Story {
    bench: Bench,
    rng: fastrand::Rng,
    limit: usize,
    next_key: u64,
    handed_out: u64,
    /// For how many jobs the poll under way asks.
    polling: Option<u64>,
    running: BTreeMap<Ticket, Handler>,
    commands: Vec<Ticket>,
    extensions: Vec<Ticket>,
    stopping: Option<Instant>,
    report: Option<Report>,
}

struct Handler {
    returns: bool,
    lost: bool,
}

impl Story {
    fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let limit = rng.u32(1..6);
        let mut settings = WorkerSettings::new("charge").max_concurrent_jobs(limit).extend_timeout(rng.bool());
        if rng.bool() {
            settings = settings.refill_threshold(rng.u32(0..limit));
        }
        Self {
            bench: Bench::new(settings),
            rng,
            limit: limit as usize,
            next_key: 0,
            handed_out: 0,
            polling: None,
            running: BTreeMap::new(),
            commands: Vec::new(),
            extensions: Vec::new(),
            stopping: None,
            report: None,
        }
    }

    /// Does what the worker says, until it waits; `None` once it has ended.
    fn settle(&mut self, reached: &mut Reached) -> Option<Option<Instant>> {
        for _ in 0..1000 {
            match self.bench.poll() {
                Action::Activate(activation) => {
                    assert!(self.polling.is_none(), "one poll in flight");
                    assert!(self.stopping.is_none(), "no poll after a stop");
                    let asked = self.bench.body(&activation)["maxJobsToActivate"].as_u64().unwrap();
                    assert!(asked >= 1 && asked as usize + self.bench.worker.active_jobs() <= self.limit);
                    self.polling = Some(asked);
                }
                Action::Run(ticket, _, until) => {
                    assert!(until > self.bench.now.instant, "jobs_past_their_deadline_are_not_run");
                    let returns = self.rng.u8(..10) > 0;
                    reached.never_returned += u32::from(!returns);
                    assert!(self.running.insert(ticket, Handler { returns, lost: false }).is_none());
                    assert!(self.running.len() + self.commands.len() <= self.limit, "never_over_capacity");
                }
                Action::LeaseLost(ticket) => {
                    let handler = self.running.get_mut(&ticket).expect("only a running handler is told");
                    assert!(!std::mem::replace(&mut handler.lost, true), "told once");
                    reached.lost += 1;
                }
                Action::Command(ticket, ..) => self.commands.push(ticket),
                Action::Extend(ticket, ..) => {
                    assert!(self.running.contains_key(&ticket));
                    self.extensions.push(ticket);
                }
                Action::CancelPoll => {
                    assert!(self.polling.take().is_some() && self.stopping.is_some());
                }
                Action::Wait(until) => {
                    assert!(until.is_none_or(|until| until > self.bench.now.instant), "waits_move_time");
                    let busy = self.polling.is_some() || !self.running.is_empty() || !self.commands.is_empty();
                    assert!(until.is_some() || busy, "never_silent: it waits for something");
                    reached.full += u32::from(self.polling.is_none() && self.bench.worker.active_jobs() >= self.limit);
                    return Some(until);
                }
                Action::Stopped(report) => {
                    self.report = Some(report);
                    return None;
                }
            }
        }
        panic!("no end of actions");
    }

    fn step(&mut self, until: Option<Instant>, reached: &mut Reached) {
        match self.rng.u8(..12) {
            0..=2 => self.answer_poll(reached),
            3..=5 => self.end_handler(reached),
            6..=8 => self.answer_command(reached),
            9 => self.answer_extension(reached),
            10 if self.rng.u8(..20) == 0 => {
                // The wall clock is set, by hours; nothing may follow from that.
                let hours = Duration::from_secs(3600 * self.rng.u64(1..30));
                let unix = &mut self.bench.now.unix;
                *unix = if self.rng.bool() { *unix + hours } else { unix.saturating_sub(hours) };
                reached.jumped += 1;
            }
            10 => self.bench.pass(Duration::from_millis(self.rng.u64(1..20_000))),
            // A process that was stopped for minutes.
            _ if self.rng.u8(..50) == 0 => self.bench.pass(Duration::from_secs(300)),
            _ => {
                let next = until.map_or(Duration::from_secs(1), |until| until - self.bench.now.instant);
                self.bench.pass(next);
            }
        }
    }

    fn answer_poll(&mut self, reached: &mut Reached) {
        let Some(asked) = self.polling.take() else { return };
        match self.rng.u8(..8) {
            0 => {
                reached.polls_failed += 1;
                self.bench.fails(refusal([503, 500, 401, 504][self.rng.usize(..4)], ""));
            }
            1 => self.bench.worker.handle_activation_lost("panicked", self.bench.now),
            2 => self.bench.brings([]),
            kind => {
                // Now and then more than was asked for.
                let some = self.rng.u64(1..=asked) + u64::from(kind == 3) * 2;
                let keys = self.next_key..self.next_key + some;
                self.next_key += some;
                self.handed_out += some;
                let deadline = self.bench.now.unix.as_millis() + LOCK.as_millis();
                let jobs: Vec<String> = keys
                    .map(|key| match self.rng.u8(..20) {
                        0 => format!(r#"{{"jobKey":"{key}","retries":2,"type":7}}"#),
                        1 => "7".to_owned(),
                        _ => job(key, deadline),
                    })
                    .collect();
                self.bench.answers(&format!(r#"{{"jobs":[{}]}}"#, jobs.join(",")));
                reached.late_batch += u32::from(self.stopping.is_some());
            }
        }
    }

    fn end_handler(&mut self, reached: &mut Reached) {
        let able: Vec<Ticket> = self.running.iter().filter(|(_, h)| h.returns).map(|(ticket, _)| *ticket).collect();
        let Some(ticket) = self.rng.choice(able) else { return };
        self.running.remove(&ticket);
        let outcome = match self.rng.u8(..7) {
            0 => Outcome::ignore(),
            1 => Outcome::Fail(Failure::new("later")),
            2 => Outcome::Throw(BpmnError::new("E")),
            3 => {
                let end = self.command_end(reached);
                return self.bench.worker.handle_answered(ticket, Ended::Completed, end);
            }
            _ => Outcome::complete(),
        };
        self.bench.worker.handle_outcome(ticket, outcome);
    }

    fn answer_command(&mut self, reached: &mut Reached) {
        if self.commands.is_empty() {
            return;
        }
        let ticket = self.commands.swap_remove(self.rng.usize(..self.commands.len()));
        let end = self.command_end(reached);
        self.bench.worker.handle_command(ticket, end);
    }

    fn command_end(&mut self, reached: &mut Reached) -> CommandEnd {
        match self.rng.u8(..6) {
            0 => CommandEnd::of::<()>(&Err(refusal(404, ""))),
            1 => {
                reached.refused += 1;
                CommandEnd::of::<()>(&Err(refusal(400, "")))
            }
            2 => CommandEnd::unknown("panicked"),
            _ => CommandEnd::of::<()>(&Ok(())),
        }
    }

    fn answer_extension(&mut self, reached: &mut Reached) {
        let Some(ticket) = self.extensions.pop() else { return };
        let end = self.command_end(reached);
        reached.extended += 1;
        self.bench.worker.handle_extension(ticket, end);
    }
}

/// Tells one story to its end.
fn tell(seed: u64, reached: &mut Reached) {
    let mut story = Story::new(seed);
    let length = story.rng.u32(20..200);
    for moment in 0..length + 2000 {
        if moment == length {
            let deadline = story.bench.now.instant + Duration::from_secs(story.rng.u64(0..30));
            story.bench.worker.stop(deadline);
            story.stopping = Some(deadline);
        }
        let Some(until) = story.settle(reached) else { break };
        if let Some(deadline) = story.stopping {
            assert!(story.bench.now.instant < deadline, "drain_or_report: within its time");
        }
        let counts = story.bench.worker.status().counts;
        let open = story.bench.worker.active_jobs() as u64;
        assert_eq!(counts.activated, story.handed_out);
        assert_eq!(counts.activated, counts.over() + open, "nothing is lost: {counts:?}");
        story.bench.events();
        story.step(until, reached);
    }
    let report = story.report.expect("it ended after its stop");
    assert!(report.error.is_none());
    assert_eq!(report.activated, report.over() + report.left.len() as u64, "{report:?}");
    let mut left: Vec<JobKey> = report.left.clone();
    left.sort_by_key(|key| key.as_str().to_owned());
    left.dedup();
    assert_eq!(left.len(), report.left.len(), "a job is left once");
    reached.released += report.released;
    reached.expired += report.expired;
}

#[test]
fn whatever_happens_every_job_is_accounted_for() {
    let mut reached = Reached::default();
    for seed in 0..600 {
        tell(seed, &mut reached);
    }
    let Reached { full, lost, extended, late_batch, refused, never_returned, jumped, polls_failed, .. } = reached;
    let rare = [full, lost, extended, late_batch, refused, never_returned, jumped, polls_failed];
    assert!(rare.iter().all(|count| *count >= 30), "{reached:?}");
    assert!(reached.released >= 30 && reached.expired >= 15, "{reached:?}");
}
