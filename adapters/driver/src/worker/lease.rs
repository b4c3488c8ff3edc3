//! What a handler and its worker's loop share of one job: until when it is locked, whether the handler should come to an end,
//! and whether it has answered the job itself.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use camunda_core::worker::{CommandEnd, Ended, Ticket};

use super::signal::{Note, Signal};

/// Why a handler should come to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Cancellation {
    /// The worker was told to stop. What the handler brings until the end of the drain time still counts.
    Stopping,
    /// The job's lock ran out, or the cluster knows the job no more: another worker may have it by now.
    LeaseLost,
}

#[derive(Debug)]
pub(crate) struct Lease {
    ticket: Ticket,
    signal: Arc<Signal>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    until: Instant,
    cancelled: Option<Cancellation>,
    /// Nobody waits for the handler's outcome any more.
    abandoned: bool,
    answer: Option<(Ended, CommandEnd)>,
    wakers: Vec<Waker>,
}

impl Lease {
    pub(crate) fn new(ticket: Ticket, until: Instant, signal: Arc<Signal>) -> Self {
        let state = State { until, cancelled: None, abandoned: false, answer: None, wakers: Vec::new() };
        Self { ticket, signal, state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn until(&self) -> Instant {
        self.lock().until
    }

    pub(crate) fn set_until(&self, until: Instant) {
        self.lock().until = until;
    }

    /// The handler extended the lock: the loop is told.
    pub(crate) fn extended(&self, until: Instant) {
        self.set_until(until);
        // Without a loop nobody watches the lock.
        let _ = self.signal.tell(Note::Extended(self.ticket, until));
    }

    pub(crate) fn cancel(&self, why: Cancellation) {
        // A lost lease is the stronger reason.
        self.change(|state| state.cancelled = state.cancelled.max(Some(why)));
    }

    pub(crate) fn abandon(&self) {
        self.change(|state| {
            state.abandoned = true;
            state.cancelled.get_or_insert(Cancellation::Stopping);
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn cancellation(&self) -> Option<Cancellation> {
        self.lock().cancelled
    }

    /// Whether what the handler brings is of no use to anybody.
    pub(crate) fn is_over(&self) -> bool {
        let state = self.lock();
        state.abandoned || state.cancelled == Some(Cancellation::LeaseLost)
    }

    pub(crate) fn poll_cancelled(&self, context: &mut Context<'_>) -> Poll<Cancellation> {
        let mut state = self.lock();
        if let Some(why) = state.cancelled {
            return Poll::Ready(why);
        }
        Self::park(&mut state, context.waker());
        Poll::Pending
    }

    /// Wakes this one at the next change.
    pub(crate) fn notify(&self, waker: &Waker) {
        Self::park(&mut self.lock(), waker);
    }

    fn park(state: &mut State, waker: &Waker) {
        if !state.wakers.iter().any(|parked| parked.will_wake(waker)) {
            state.wakers.push(waker.clone());
        }
    }

    pub(crate) fn wait_cancelled(&self, up_to: Duration) -> Option<Cancellation> {
        let state = self.lock();
        let waiting = |state: &mut State| state.cancelled.is_none();
        let (state, _) = self.changed.wait_timeout_while(state, up_to, waiting).unwrap_or_else(PoisonError::into_inner);
        state.cancelled
    }

    /// The handler answers the job itself from now on. Unless more is told, it is not known how that went.
    pub(crate) fn answering(&self, ended: Ended) {
        self.lock().answer = Some((ended, CommandEnd::unknown("the handler gave its own command up")));
    }

    pub(crate) fn answered(&self, ended: Ended, end: CommandEnd) {
        self.lock().answer = Some((ended, end));
    }

    pub(crate) fn take_answer(&self) -> Option<(Ended, CommandEnd)> {
        self.lock().answer.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_lease_is_the_stronger_reason() {
        assert!(Some(Cancellation::LeaseLost) > Some(Cancellation::Stopping));
        assert!(Some(Cancellation::Stopping) > None);
    }
}
