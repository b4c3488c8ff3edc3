//! The rule of `ADAPTIVE`: a window as congestion control keeps one. It begins where the other profiles' first cap is and
//! doubles a round trip until something is refused. A refusal lowers it, once a round trip, from what was under way then,
//! and leaves a ceiling. Growth is quick below the ceiling and patient at it: each try that is refused doubles how long the
//! next one waits, each that is not halves it, so that many clients share a small cluster with few refusals and a cluster
//! that has grown is soon made use of. What is not used does not grow.

use std::time::{Duration, Instant};

use super::scaled;
use crate::Now;

/// Between two tries at the ceiling.
const SHORTEST: Duration = Duration::from_millis(125);
const LONGEST: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub(super) struct Window {
    cap: u32,
    /// What was too much; `None` until something was refused.
    ceiling: Option<u32>,
    last_reduction: Option<Instant>,
    /// When it last stood at the ceiling and went beyond.
    last_try: Option<Instant>,
    patience: Duration,
    /// Since the cap last grew.
    successes: u32,
}

impl Window {
    pub(super) fn new(initial: u32) -> Self {
        Self { cap: initial, ceiling: None, last_reduction: None, last_try: None, patience: SHORTEST, successes: 0 }
    }

    pub(super) fn cap(&self) -> u32 {
        self.cap
    }

    /// A request that was sent then, with so many under way, was refused. Whether that was news: what was sent before the
    /// last reduction says nothing about its effect.
    pub(super) fn refused(&mut self, sent: Instant, under_way: u32, percent: u32, floor: u32, now: Now) -> bool {
        if self.last_reduction.is_some_and(|reduction| sent < reduction) {
            return false;
        }
        if self.last_try.take().is_some() {
            self.patience = self.patience.saturating_mul(2).min(LONGEST);
        }
        let ceiling = self.cap.min(under_way);
        self.ceiling = Some(ceiling);
        self.cap = scaled(ceiling, percent).min(ceiling.saturating_sub(1)).max(floor);
        self.last_reduction = Some(now.instant);
        self.successes = 0;
        true
    }

    /// A request was carried out, with so many under way.
    pub(super) fn carried_out(&mut self, under_way: u32, now: Now) {
        if under_way < self.cap {
            return;
        }
        let Some(ceiling) = self.ceiling else {
            self.cap = self.cap.saturating_add(1);
            return;
        };
        self.successes = self.successes.saturating_add(1);
        if self.successes < self.cap {
            return;
        }
        let next = self.cap.saturating_add(1);
        if next >= ceiling {
            let since = self.last_try.max(self.last_reduction);
            if since.is_some_and(|since| now.instant.saturating_duration_since(since) < self.patience) {
                return;
            }
            if self.last_try.replace(now.instant).is_some() {
                self.patience = self.patience.mul_f64(0.5).max(SHORTEST);
            }
            self.ceiling = Some(next.saturating_add(1));
        }
        self.successes = 0;
        self.cap = next;
    }
}
