//! What observers are told, held against itself: whatever begins ends, once and in order, and takes no longer than its call.

use std::collections::BTreeMap;
use std::time::Duration;

use camunda_core::observe::{Observation, Observed, TokenEvent};

#[derive(Default)]
pub struct Ledger {
    calls: BTreeMap<u64, Told>,
    pub attempts: usize,
    pub token_requests: u32,
}

/// What was told of one call.
#[derive(Debug, Default)]
struct Told {
    attempts: u32,
    under_way: bool,
    ended: bool,
    spent: Duration,
}

impl Ledger {
    pub fn enter(&mut self, observation: &Observation) {
        let call = observation.call.as_ref().unwrap();
        let told = self.calls.entry(call.number).or_default();
        assert!(!told.ended, "told_in_order: something after the end: {observation:?}");
        match &observation.what {
            Observed::AttemptStarted { attempt, .. } => {
                assert!(!told.under_way && *attempt == told.attempts + 1, "told_in_order: {observation:?} {told:?}");
                (told.under_way, told.attempts) = (true, *attempt);
                self.attempts += 1;
            }
            Observed::AttemptEnded { attempt, duration, .. } => {
                assert!(told.under_way && *attempt == told.attempts, "told_in_order: {observation:?} {told:?}");
                told.under_way = false;
                told.spent += *duration;
            }
            Observed::Retry { attempt, .. } => {
                assert!(!told.under_way && *attempt == told.attempts, "told_in_order: {observation:?} {told:?}");
            }
            Observed::Waited { duration, .. } => {
                assert!(!told.under_way, "told_in_order: {observation:?} {told:?}");
                told.spent += *duration;
            }
            Observed::Token(TokenEvent::Asked { .. }) => self.token_requests += 1,
            Observed::CallEnded { attempts, duration, .. } => {
                assert!(!told.under_way && *attempts == told.attempts, "told_in_order: {observation:?} {told:?}");
                assert!(told.spent <= *duration, "more time was told of than passed: {observation:?} {told:?}");
                told.ended = true;
            }
            _ => {}
        }
    }

    /// How many calls have ended; all that were told of must have.
    pub fn ended(&self) -> usize {
        for (number, told) in &self.calls {
            assert!(told.ended, "told_in_order: the end of call {number} was not told: {told:?}");
        }
        self.calls.len()
    }
}
