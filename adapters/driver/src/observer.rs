//! Those who are told of what a client does. They are told outside of the session's lock, on the thread that did it; what they
//! do with that, slowly or wrongly, harms no call.

use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use camunda_core::Observation;
use camunda_core::config::LogLevel;

use crate::log::{Log, events};

/// Is told of every attempt, wait, repeat, token and change of the gate: [`Setup::observe`](crate::Setup::observe). A closure
/// over `&Observation` is one.
///
/// It is called on the thread that does the call, after the client's lock was released and whoever waits was woken: it delays
/// that call and no other, so it should be quick. A panic in it is logged and goes no further. It may use the client; what it
/// does with that on the same thread is told to nobody, or there would be no end of it.
pub trait Observer: Send + Sync + 'static {
    /// Takes in one thing that happened. What happens to one call is told in order.
    fn observe(&self, observation: &Observation);
}

impl<F: Fn(&Observation) + Send + Sync + 'static> Observer for F {
    fn observe(&self, observation: &Observation) {
        self(observation);
    }
}

/// The observers of one client, and its log.
pub(crate) struct Audience {
    observers: Vec<Box<dyn Observer>>,
    log: Log,
    /// Whether everything is logged as `info`.
    telemetry: bool,
}

thread_local! {
    /// The audiences that are told something on this thread.
    static LISTENING: RefCell<Vec<*const Audience>> = const { RefCell::new(Vec::new()) };
}

impl Audience {
    pub(crate) fn new(observers: Vec<Box<dyn Observer>>, log: Log, telemetry: bool) -> Self {
        Self { observers, log, telemetry }
    }

    /// Whether anybody listens. The log says nothing of what happens below `warn`.
    pub(crate) fn listens(&self) -> bool {
        !self.observers.is_empty() || self.log.is_enabled(LogLevel::Warn)
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Tells everybody, unless it is an observer's own doing.
    pub(crate) fn tell(&self, told: &[Observation]) {
        if told.is_empty() || LISTENING.with_borrow(|listening| listening.contains(&std::ptr::from_ref(self))) {
            return;
        }
        LISTENING.with_borrow_mut(|listening| listening.push(self));
        for observation in told {
            for observer in &self.observers {
                // A call may end because a panic unwinds, and then a second one would end the process.
                if catch_unwind(AssertUnwindSafe(|| observer.observe(observation))).is_err() {
                    self.log.error("an observer panicked");
                }
            }
            events::say(&self.log, self.telemetry, observation);
        }
        LISTENING.with_borrow_mut(Vec::pop);
    }
}

impl fmt::Debug for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audience").field("observers", &self.observers.len()).field("log", &self.log).finish()
    }
}
