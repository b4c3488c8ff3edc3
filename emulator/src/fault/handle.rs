//! Faults as tests ask for them, a sentence each: `faults().on("completeJob").skip(2).answer(503, "RESOURCE_EXHAUSTED")`.
//! It only builds rules.

use std::time::Duration;

use super::{Effect, Rule};
use crate::emulator::Emulator;

/// Requests that are to fail.
#[derive(Debug)]
#[must_use = "a fault must be told its answer"]
pub struct Faults<'a>(pub(crate) &'a Emulator);

impl<'a> Faults<'a> {
    /// Faults of this operation (`completeJob`), or of requests for a `token`; the first one only, unless told otherwise.
    pub fn on(self, operation: &str) -> FaultsOf<'a> {
        FaultsOf::new(self.0, Some(operation.to_owned()))
    }

    /// Faults of every operation; the first request only, unless told otherwise.
    pub fn everywhere(self) -> FaultsOf<'a> {
        FaultsOf::new(self.0, None)
    }

    /// Answers every request with 503 for this long, in real time.
    pub fn refuse_all(self, duration: Duration) {
        self.0.with(|cluster, now| cluster.refuse_all(duration, now));
    }

    /// Lets all tokens that clients hold expire now; new ones are good.
    pub fn expire_tokens(self) {
        self.0.with(|cluster, now| cluster.expire_tokens(now));
    }

    /// Forgets all faults that were asked for.
    pub fn clear(self) {
        self.0.with(|cluster, _| cluster.clear_faults());
    }
}

/// Faults of one operation, or of all.
#[derive(Debug)]
#[must_use = "a fault must be told its answer"]
pub struct FaultsOf<'a> {
    emulator: &'a Emulator,
    rule: Rule,
}

impl<'a> FaultsOf<'a> {
    fn new(emulator: &'a Emulator, operation: Option<String>) -> Self {
        let effect = Effect::Drop { after: 0 };
        Self {
            emulator,
            rule: Rule { operation, job_type: None, skip: 0, every: 1, came: 0, times: Some(1), chance: None, effect },
        }
    }

    /// Only requests about jobs of this type: polls for it, and commands on such jobs.
    pub fn of_type(mut self, job_type: &str) -> Self {
        self.rule.job_type = Some(job_type.to_owned());
        self
    }

    /// Spares so many requests first: `skip(2)` strikes the third.
    pub fn skip(mut self, requests: u32) -> Self {
        self.rule.skip = requests;
        self
    }

    /// Of the others only each so many-th: `every(2)` spares one and strikes one.
    pub fn every(mut self, requests: u32) -> Self {
        self.rule.every = requests.max(1);
        self
    }

    /// The next so many requests.
    pub fn times(mut self, times: u32) -> Self {
        self.rule.times = Some(times);
        self
    }

    /// All requests from now on.
    pub fn always(mut self) -> Self {
        self.rule.times = None;
        self
    }

    /// Each of them with this chance (0 to 1) only; the seed determines which.
    pub fn chance(mut self, chance: f64, seed: u64) -> Self {
        self.rule.chance = Some((chance, seed));
        self
    }

    /// They are answered with this status and title, and not carried out.
    pub fn answer(self, status: u16, title: &str) {
        self.with(Effect::Answer { status, title: title.to_owned() });
    }

    /// They are answered with an HTML page, as by a proxy in front, and not carried out.
    pub fn answer_page(self, status: u16) {
        self.with(Effect::Page { status });
    }

    /// They are carried out that much later.
    pub fn delay(self, by: Duration) {
        self.with(Effect::Delay(by));
    }

    /// They are carried out, but the connection breaks after so many bytes of the answer.
    pub fn drop_after(self, bytes: usize) {
        self.with(Effect::Drop { after: bytes });
    }

    fn with(self, effect: Effect) {
        let rule = Rule { effect, ..self.rule };
        self.emulator.with(|cluster, _| cluster.add_fault(rule));
    }
}
