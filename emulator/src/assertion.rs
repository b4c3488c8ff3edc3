//! What a test says about a process instance, with the patience that workers need.
//! It panics with a sentence when the time is over; it changes nothing.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::emulator::Emulator;
use crate::snapshot::Snapshot;

/// How long is waited by default.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the instance is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(2);

/// Expectations of one instance. Each waits until it holds, and panics if it does not in time.
#[derive(Debug)]
pub struct Assertion<'a> {
    emulator: &'a Emulator,
    instance: i64,
    patience: Duration,
}

impl<'a> Assertion<'a> {
    pub(crate) fn new(emulator: &'a Emulator, instance: i64) -> Self {
        Self { emulator, instance, patience: PATIENCE }
    }

    /// Waits up to this long for each expectation instead of ten seconds.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The element has completed.
    #[track_caller]
    pub fn passed(&self, element: &str) -> &Self {
        self.until(&format!("has passed '{element}'"), |i| i.completed.iter().any(|id| id == element))
    }

    /// The element is active.
    #[track_caller]
    pub fn waits_at(&self, element: &str) -> &Self {
        self.until(&format!("waits at '{element}'"), |i| i.active.iter().any(|id| id == element))
    }

    /// The process has a variable of this value.
    #[track_caller]
    pub fn has_variable(&self, name: &str, value: impl Into<Value>) -> &Self {
        let value = value.into();
        self.until(&format!("has the variable '{name}' = {value}"), |i| i.variables.get(name) == Some(&value))
    }

    /// There is an open incident whose message contains this.
    #[track_caller]
    pub fn has_incident(&self, message: &str) -> &Self {
        self.until(&format!("has an incident about '{message}'"), |i| i.incidents.iter().any(|m| m.contains(message)))
    }

    /// The instance has completed.
    #[track_caller]
    pub fn completed(&self) -> &Self {
        self.until("has completed", |i| i.state == "COMPLETED")
    }

    /// The instance was terminated.
    #[track_caller]
    pub fn terminated(&self) -> &Self {
        self.until("was terminated", |i| i.state == "TERMINATED")
    }

    #[track_caller]
    fn until(&self, expectation: &str, holds: impl Fn(&Snapshot) -> bool) -> &Self {
        let end = Instant::now() + self.patience;
        loop {
            let seen = self.emulator.instance(self.instance);
            if seen.as_ref().is_some_and(&holds) {
                return self;
            }
            if Instant::now() >= end {
                panic!("not after {:?}: instance {} {expectation}; it is {seen:#?}", self.patience, self.instance);
            }
            std::thread::sleep(LOOK);
        }
    }
}
