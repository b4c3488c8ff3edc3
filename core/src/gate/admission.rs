//! Who is let in: permits, and the queue for them, first come, first served. How many there are is the
//! [`Gate`]'s rule.
//!
//! A permit belongs to one attempt. It ends when it is given back, or with its attempt's time: a call that is alive but never
//! polled again cannot keep it. A permit handed to a waiting call that does not take it goes to the next in line.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::{Gate, GateSnapshot};
use crate::Now;
use crate::session::CallId;

/// How long a waiting call that was let in may take to notice.
const GRANT: Duration = Duration::from_secs(1);

/// The permits of one client.
#[derive(Debug)]
pub(crate) struct Admission {
    gate: Gate,
    /// Who holds one, and until when at the latest.
    permits: BTreeMap<CallId, Instant>,
    /// The same, the next to end first.
    ends: BTreeSet<(Instant, CallId)>,
    waiting: VecDeque<CallId>,
    /// When the last call was let in: the next keeps the back-off from it.
    last_admitted: Option<Instant>,
}

/// What a call that wants in is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitting {
    Admitted,
    /// Ask again once woken, or then. Whether it is the pace that is waited for, or a permit.
    Wait {
        until: Instant,
        paced: bool,
    },
    /// So many wait already.
    Full(u32),
}

impl Admission {
    pub(crate) fn new(gate: Gate) -> Self {
        Self { gate, permits: BTreeMap::new(), ends: BTreeSet::new(), waiting: VecDeque::new(), last_admitted: None }
    }

    /// Lets a call in for an attempt that ends then, or puts it into the queue.
    pub(crate) fn admit(&mut self, call: CallId, until: Instant, now: Now, woken: &mut VecDeque<CallId>) -> Admitting {
        self.collect(now, woken);
        if self.renew(call, until) {
            return Admitting::Admitted;
        }
        let queued = self.waiting.contains(&call);
        if !queued {
            let waiters = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
            // Whoever waits has been let in before, as far as there is room: there is no overtaking.
            if self.is_open(now) {
                self.enter(call, until, now);
                return Admitting::Admitted;
            }
            if waiters >= self.gate.max_waiters() {
                return Admitting::Full(self.gate.max_waiters());
            }
            self.waiting.push_back(call);
        }
        let paced = self.has_room();
        Admitting::Wait { until: self.look_again(call, now), paced }
    }

    /// The end of an attempt, or of a call: its permit and its place go to others.
    pub(crate) fn leave(&mut self, call: CallId, now: Now, woken: &mut VecDeque<CallId>) {
        self.waiting.retain(|waiting| *waiting != call);
        if let Some(end) = self.permits.remove(&call) {
            self.ends.remove(&(end, call));
        }
        self.grant(now, woken);
    }

    /// Lets a permit last until the end of the attempt that now begins; `false` if it has run out.
    pub(crate) fn renew(&mut self, call: CallId, until: Instant) -> bool {
        let Some(end) = self.permits.get_mut(&call) else { return false };
        self.ends.remove(&(*end, call));
        *end = until;
        self.ends.insert((until, call));
        true
    }

    /// A request was refused for load; where its permit is not known, it was sent just now.
    pub(crate) fn signal(&mut self, sent: Option<(Instant, u32)>, now: Now, woken: &mut VecDeque<CallId>) {
        let (since, under_way) = sent.unwrap_or((now.instant, self.in_use()));
        self.gate.signal(since, under_way, now);
        self.grant(now, woken);
    }

    /// A request was carried out.
    pub(crate) fn success(&mut self, now: Now, woken: &mut VecDeque<CallId>) {
        self.gate.success(self.in_use(), now);
        self.grant(now, woken);
    }

    pub(crate) fn snapshot(&self) -> GateSnapshot {
        self.gate.snapshot(self.in_use(), u32::try_from(self.waiting.len()).unwrap_or(u32::MAX))
    }

    /// How many permits are out.
    pub(crate) fn in_use(&self) -> u32 {
        u32::try_from(self.permits.len()).unwrap_or(u32::MAX)
    }

    fn has_room(&self) -> bool {
        self.gate.cap().is_none_or(|cap| self.in_use() < cap)
    }

    /// When the pace allows the next call.
    fn next_entry(&self) -> Option<Instant> {
        let back_off = self.gate.back_off();
        let last = self.last_admitted.filter(|_| !back_off.is_zero())?;
        last.checked_add(back_off)
    }

    fn is_open(&self, now: Now) -> bool {
        self.has_room() && self.next_entry().is_none_or(|entry| entry <= now.instant)
    }

    fn enter(&mut self, call: CallId, until: Instant, now: Now) {
        self.last_admitted = Some(now.instant);
        self.permits.insert(call, until);
        self.ends.insert((until, call));
    }

    /// Lets in whom there is room for, the head of the queue first.
    fn grant(&mut self, now: Now, woken: &mut VecDeque<CallId>) {
        while self.is_open(now) {
            let Some(call) = self.waiting.pop_front() else { return };
            self.enter(call, now.after(GRANT), now);
            woken.push_back(call);
        }
    }

    /// Takes back what has run out. A call whose grant it did not take is at the end of the queue when it comes back.
    fn collect(&mut self, now: Now, woken: &mut VecDeque<CallId>) {
        while let Some((_, call)) = self.ends.first().copied().filter(|(until, _)| *until <= now.instant) {
            self.ends.pop_first();
            self.permits.remove(&call);
        }
        self.grant(now, woken);
    }

    /// When a waiting call has to look again, should nobody wake it: the pace allows the next one, or a permit runs out. It is
    /// every waiting call's business, since the head of the queue may never be polled again; the others give it a moment.
    fn look_again(&self, call: CallId, now: Now) -> Instant {
        let head = self.waiting.front() == Some(&call);
        let paced = self.next_entry().filter(|_| self.has_room());
        let paced = paced.map(|entry| if head { entry } else { entry.checked_add(GRANT).unwrap_or(entry) });
        let runs_out = self.ends.first().map(|(until, _)| *until);
        let next = [paced, runs_out].into_iter().flatten().min().unwrap_or_else(|| now.after(GRANT));
        next.max(now.after(Duration::from_millis(1)))
    }
}
