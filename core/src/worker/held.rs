//! The jobs that a worker holds, and when something is due for them: half of their time is over, or all of it. What is done
//! then is the [`Worker`](super::Worker)'s business.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::command::Claim;
use crate::api::JobKey;

/// One delivery of a job to a worker: the same job may be delivered again while its first handler still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// What a worker keeps of a job.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) claim: Claim,
    /// When it was handed out, or its lock was last extended.
    pub(super) since: Instant,
    /// When its lock runs out, as far as can be told here.
    pub(super) until: Instant,
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Running,
    Completing,
    Throwing,
    Failing,
    Releasing,
}

/// What is due for a running job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Extension,
    LockEnd,
}

#[derive(Debug)]
struct Entry {
    held: Held,
    stage: Stage,
    timer: Option<(Instant, Due)>,
    extend: bool,
    /// When an extension that is under way was asked for.
    asked: Option<Instant>,
    lost: bool,
}

/// All of them. A job has a timer while it runs, and not while a command of its is under way.
#[derive(Debug, Default)]
pub(super) struct Holding {
    jobs: BTreeMap<Ticket, Entry>,
    timers: BTreeSet<(Instant, Ticket)>,
    next: u64,
}

impl Holding {
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = JobKey> {
        self.jobs.values().map(|entry| entry.held.claim.key)
    }

    pub(super) fn get(&self, ticket: Ticket) -> Option<(&Held, Stage)> {
        self.jobs.get(&ticket).map(|entry| (&entry.held, entry.stage))
    }

    /// A job whose handler begins.
    pub(super) fn run(&mut self, held: Held, extend: bool) -> Ticket {
        let ticket = self.hold(held, Stage::Running);
        if let Some(entry) = self.jobs.get_mut(&ticket) {
            entry.extend = extend;
        }
        self.arm(ticket);
        ticket
    }

    /// A job for which a command is to be sent without its handler.
    pub(super) fn hold(&mut self, held: Held, stage: Stage) -> Ticket {
        let ticket = Ticket(self.next);
        self.next = self.next.saturating_add(1);
        self.jobs.insert(ticket, Entry { held, stage, timer: None, extend: false, asked: None, lost: false });
        ticket
    }

    /// Its handler is done with it, or its first command was refused.
    pub(super) fn advance(&mut self, ticket: Ticket, stage: Stage) {
        self.set_timer(ticket, None);
        if let Some(entry) = self.jobs.get_mut(&ticket) {
            entry.stage = stage;
        }
    }

    pub(super) fn remove(&mut self, ticket: Ticket) {
        self.set_timer(ticket, None);
        self.jobs.remove(&ticket);
    }

    /// The next thing that is due; it is not due again.
    pub(super) fn due(&mut self, now: Instant) -> Option<(Ticket, Due)> {
        let (_, ticket) = self.timers.first().copied().filter(|(at, _)| *at <= now)?;
        let due = self.jobs.get(&ticket).and_then(|entry| entry.timer).map(|(_, due)| due)?;
        self.set_timer(ticket, None);
        Some((ticket, due))
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// An extension is asked for; until it is answered, what is due is the end of the lock.
    pub(super) fn extending(&mut self, ticket: Ticket, now: Instant) {
        let Some(entry) = self.jobs.get_mut(&ticket) else { return };
        entry.asked = Some(now);
        let until = entry.held.until;
        self.set_timer(ticket, Some((until, Due::LockEnd)));
    }

    /// When the extension under way was asked for, which is no longer under way.
    pub(super) fn extension_answered(&mut self, ticket: Ticket) -> Option<Instant> {
        self.jobs.get_mut(&ticket).filter(|entry| entry.stage == Stage::Running)?.asked.take()
    }

    /// Its lock was extended then, until then. A lock that was taken for lost stays so.
    pub(super) fn extended(&mut self, ticket: Ticket, since: Instant, until: Instant) {
        let Some(entry) = self.jobs.get_mut(&ticket) else { return };
        (entry.held.since, entry.held.until) = (since, until);
        if entry.timer.is_some() {
            self.arm(ticket);
        }
    }

    /// Nothing is due any more for a job that is lost. Says which, once, if its handler is to be told.
    pub(super) fn lose(&mut self, ticket: Ticket) -> Option<JobKey> {
        self.set_timer(ticket, None);
        let entry = self.jobs.get_mut(&ticket).filter(|entry| entry.stage == Stage::Running)?;
        (!std::mem::replace(&mut entry.lost, true)).then_some(entry.held.claim.key)
    }

    fn arm(&mut self, ticket: Ticket) {
        let Some(entry) = self.jobs.get(&ticket) else { return };
        let Held { since, until, .. } = entry.held;
        let half = until.checked_duration_since(since).and_then(|time| since.checked_add(time.checked_div(2)?));
        let timer = match half {
            Some(half) if entry.extend => (half, Due::Extension),
            _ => (until, Due::LockEnd),
        };
        self.set_timer(ticket, Some(timer));
    }

    fn set_timer(&mut self, ticket: Ticket, timer: Option<(Instant, Due)>) {
        let Some(entry) = self.jobs.get_mut(&ticket) else { return };
        if let Some((at, _)) = std::mem::replace(&mut entry.timer, timer) {
            self.timers.remove(&(at, ticket));
        }
        if let Some((at, _)) = timer {
            self.timers.insert((at, ticket));
        }
    }
}
