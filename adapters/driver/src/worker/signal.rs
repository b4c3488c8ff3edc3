//! What others tell a worker's loop: to stop, that a lock was extended, and what to poll for a thread that cannot poll it
//! itself. It also ends a poll that keeps the loop's own thread.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use camunda_core::worker::Ticket;

use super::tasks::Task;

/// What the loop is told.
pub(crate) enum Note {
    Stop(Instant),
    Extended(Ticket, Instant),
    /// A future to poll beside the others.
    Lent(Task<()>),
}

type Interrupt = Arc<dyn Fn() + Send + Sync>;

/// Carries notes to a worker's loop.
#[derive(Default)]
pub(crate) struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    notes: VecDeque<Note>,
    waker: Option<Waker>,
    deadline: Option<Instant>,
    /// Ends the exchange that the loop's own thread is in.
    held: Option<Interrupt>,
    interrupted: bool,
    watched: bool,
    closed: bool,
}

/// The watcher's thread calls two functions and has nothing on its stack.
const WATCHER_STACK: usize = 128 << 10;

impl Signal {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the loop a note. It comes back if there is no loop any more.
    pub(crate) fn tell(&self, note: Note) -> Result<(), Note> {
        let mut state = self.lock();
        if state.closed {
            return Err(note);
        }
        state.notes.push_back(note);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    /// A note that is there.
    pub(crate) fn note(&self) -> Option<Note> {
        self.lock().notes.pop_front()
    }

    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<Note> {
        let mut state = self.lock();
        match state.notes.pop_front() {
            Some(note) => Poll::Ready(note),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    pub(crate) fn stop(self: &Arc<Self>, within: Duration) {
        let deadline = Instant::now() + within.min(Duration::from_secs(365 * 24 * 3600));
        {
            let mut state = self.lock();
            if state.deadline.is_some_and(|earlier| earlier <= deadline) {
                return;
            }
            state.deadline = Some(deadline);
            self.watch(&mut state);
        }
        self.changed.notify_all();
        // Without a loop there is nothing to stop.
        let _ = self.tell(Note::Stop(deadline));
    }

    /// The loop's thread is about to block; until what this returns is dropped, a stop whose time is over interrupts it.
    pub(crate) fn hold(self: &Arc<Self>, interrupt: impl Fn() + Send + Sync + 'static) -> Hold {
        let mut state = self.lock();
        state.held = Some(Arc::new(interrupt));
        if state.deadline.is_some() {
            self.watch(&mut state);
        }
        Hold(Arc::clone(self))
    }

    /// Somebody must wait for the deadline, since the loop cannot.
    fn watch(self: &Arc<Self>, state: &mut State) {
        if state.watched || state.held.is_none() {
            return;
        }
        state.watched = true;
        let signal = Arc::clone(self);
        let watcher = thread::Builder::new().name("camunda stop".to_owned()).stack_size(WATCHER_STACK);
        if watcher.spawn(move || signal.interrupt_at_deadline()).is_err()
            && let Some(interrupt) = state.held.take()
        {
            // Nobody can wait, so the drain has no time.
            state.interrupted = true;
            interrupt();
        }
    }

    fn interrupt_at_deadline(&self) {
        let mut state = self.lock();
        loop {
            let (Some(interrupt), Some(deadline)) = (&state.held, state.deadline) else {
                state.watched = false;
                return;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let interrupt = Arc::clone(interrupt);
                (state.held, state.watched, state.interrupted) = (None, false, true);
                drop(state);
                return interrupt();
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// There is no loop any more: notes that it has not read are dropped, and there will be no others.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let notes = std::mem::take(&mut state.notes);
        drop(state);
        drop(notes);
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Signal")
            .field("deadline", &state.deadline)
            .field("closed", &state.closed)
            .finish_non_exhaustive()
    }
}

/// While it lives, the loop's thread may be blocked.
pub(crate) struct Hold(Arc<Signal>);

impl Hold {
    /// Whether a stop has interrupted what blocked it.
    pub(crate) fn was_interrupted(&self) -> bool {
        self.0.lock().interrupted
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.lock().held = None;
        self.0.changed.notify_all();
    }
}

/// Stops a worker, or several, from anywhere. Clones stop the same.
#[derive(Clone, Debug)]
pub struct StopHandle(pub(crate) Vec<Arc<Signal>>);

impl StopHandle {
    /// Asks the worker to end: it polls no more, gives back what it has not started, and waits that long for what runs. Asked
    /// again, the earlier end holds. It returns at once; a handler may call it.
    pub fn stop(&self, within: Duration) {
        self.0.iter().for_each(|signal| signal.stop(within));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_blocked_loop_is_interrupted_at_the_deadline_whichever_comes_first() {
        for stop_first in [false, true] {
            let signal = Arc::new(Signal::default());
            let (sender, receiver) = channel();
            if stop_first {
                signal.stop(Duration::ZERO);
            }
            let hold = signal.hold(move || sender.send(()).unwrap_or_default());
            if !stop_first {
                // The earlier deadline counts, and the watcher hears of it.
                signal.stop(Duration::from_secs(3600));
                signal.stop(Duration::ZERO);
            }
            receiver.recv().unwrap();
            drop(hold);
        }
    }

    #[test]
    fn what_is_not_blocked_is_not_interrupted() {
        let signal = Arc::new(Signal::default());
        let (sender, receiver) = channel::<()>();
        drop(signal.hold(move || sender.send(()).unwrap_or_default()));
        signal.stop(Duration::ZERO);
        assert!(receiver.recv().is_err(), "its sender is gone, and sent nothing");
    }

    #[test]
    fn without_a_loop_a_note_comes_back() {
        let signal = Arc::new(Signal::default());
        let (sender, receiver) = channel::<()>();
        let keeps = async move { drop(sender) };
        assert!(signal.tell(Note::Lent(Box::pin(keeps))).is_ok());
        signal.close();
        assert!(receiver.recv().is_err(), "what was lent is dropped, so that nobody waits for it");
        assert!(signal.tell(Note::Stop(Instant::now())).is_err());
    }
}
