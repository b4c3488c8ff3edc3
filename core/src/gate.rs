//! The back-pressure rule: how many calls may be under way at once, by what the cluster says of its load. Who is let in, and
//! in which order, is [`admission`]'s business.
//!
//! A client begins without a limit. A refusal for load is a *signal*: it sets a cap and lowers it, further once signals pile
//! up; at the floor, calls are spaced out besides. Successes, at most one step in an interval, undo that: first the severity
//! decays after quiet, then the cap grows, and after a long healthy time the limit is lifted.

mod admission;
mod window;

use std::time::{Duration, Instant};

pub(crate) use admission::{Admission, Admitting};
use window::Window;

use crate::Now;
use crate::config::{Backpressure, Profile};

const FIRST_BACK_OFF: Duration = Duration::from_millis(25);
const LONGEST_BACK_OFF: Duration = Duration::from_millis(2_000);

/// How the cluster is taken to fare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// No signal, or all long gone.
    #[default]
    Healthy,
    /// A few signals.
    Soft,
    /// Many.
    Severe,
}

/// The rule and where it stands.
#[derive(Debug)]
pub(crate) struct Gate {
    knobs: Backpressure,
    severity: Severity,
    /// Signals since it was last healthy.
    signals: u32,
    /// How many calls may be under way; `None` for any number.
    cap: Option<u32>,
    /// How far apart calls are let in; only at the floor.
    back_off: Duration,
    last_signal: Option<Instant>,
    last_check: Option<Instant>,
    healthy_since: Option<Instant>,
    /// `ADAPTIVE` only.
    window: Option<Window>,
}

impl Gate {
    pub(crate) fn new(knobs: Backpressure) -> Self {
        Self {
            window: (knobs.profile == Profile::Adaptive).then(|| Window::new(knobs.initial_max)),
            knobs,
            severity: Severity::Healthy,
            signals: 0,
            cap: None,
            back_off: Duration::ZERO,
            last_signal: None,
            last_check: None,
            healthy_since: None,
        }
    }

    /// The cluster refused a request for load. The request was sent at that instant, with so many others under way.
    pub(crate) fn signal(&mut self, sent: Instant, under_way: u32, now: Now) {
        let was_healthy = self.severity == Severity::Healthy;
        self.last_signal = Some(now.instant);
        self.healthy_since = None;
        self.signals = self.signals.saturating_add(1);
        let severe = self.signals >= self.knobs.severe_threshold;
        self.severity = if severe { Severity::Severe } else { Severity::Soft };
        if was_healthy {
            // A new beginning: the first step of recovery is an interval away.
            self.last_check = Some(now.instant);
        }
        let Backpressure { floor, soft_percent, severe_percent, initial_max, profile, .. } = self.knobs;
        if let Some(window) = &mut self.window {
            if window.refused(sent, under_way, soft_percent, floor, now) {
                self.space_at_floor();
            }
        } else if profile != Profile::Legacy {
            // Only health lets the cap grow beyond the initial one, and a signal after health is a new beginning.
            let from = self.cap.map_or(initial_max, |cap| cap.min(initial_max));
            self.cap = Some(scaled(from, if severe { severe_percent } else { soft_percent }).max(floor));
            if severe {
                self.space_at_floor();
            }
        }
    }

    fn space_at_floor(&mut self) {
        if self.cap().is_some_and(|cap| cap <= self.knobs.floor) {
            self.back_off = self.back_off.saturating_mul(2).clamp(FIRST_BACK_OFF, LONGEST_BACK_OFF);
        }
    }

    /// The cluster carried a request out, with so many under way.
    pub(crate) fn success(&mut self, under_way: u32, now: Now) {
        self.back_off = Duration::ZERO;
        if let Some(window) = &mut self.window {
            window.carried_out(under_way, now);
        }
        let since = |instant: Option<Instant>| instant.map(|instant| now.instant.saturating_duration_since(instant));
        if since(self.last_check).is_none_or(|elapsed| elapsed < self.knobs.recovery_interval) {
            return;
        }
        let observes_only = matches!(self.knobs.profile, Profile::Legacy | Profile::Adaptive);
        if self.cap.is_none() && !observes_only {
            return;
        }
        self.last_check = Some(now.instant);
        if since(self.last_signal).is_some_and(|quiet| quiet > self.knobs.quiet_decay) {
            self.decay(now);
        }
        let Some(cap) = self.cap else { return };
        let healthy_for = since(self.healthy_since);
        self.cap = match self.severity {
            Severity::Healthy if healthy_for.is_some_and(|time| time >= self.knobs.unlimited_after_healthy) => None,
            Severity::Healthy => Some(scaled(cap, self.knobs.healthy_multiplier_percent)),
            _ => Some(cap.saturating_add(self.knobs.recovery_step).min(self.knobs.initial_max)),
        };
    }

    fn decay(&mut self, now: Now) {
        match self.severity {
            Severity::Healthy => {}
            Severity::Severe => self.severity = Severity::Soft,
            Severity::Soft => {
                self.severity = Severity::Healthy;
                self.healthy_since = Some(now.instant);
                self.signals = 0;
            }
        }
    }

    /// How many calls may be under way; `None` for any number.
    pub(crate) fn cap(&self) -> Option<u32> {
        self.window.as_ref().map(Window::cap).or(self.cap)
    }

    pub(crate) fn back_off(&self) -> Duration {
        self.back_off
    }

    pub(crate) fn max_waiters(&self) -> u32 {
        self.knobs.max_waiters
    }
}

/// So many percent, rounded up.
fn scaled(value: u32, percent: u32) -> u32 {
    let product = u64::from(value).saturating_mul(u64::from(percent));
    u32::try_from(product.div_ceil(100)).unwrap_or(u32::MAX)
}

/// Where the gate of a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GateSnapshot {
    /// How the cluster is taken to fare.
    pub severity: Severity,
    /// Signals since it was last healthy.
    pub signals: u32,
    /// How many calls may be under way; `None` for any number.
    pub cap: Option<u32>,
    /// How many are.
    pub in_use: u32,
    /// How many wait.
    pub waiters: u32,
    /// How far apart calls are let in.
    pub back_off: Duration,
}

impl Gate {
    pub(crate) fn snapshot(&self, in_use: u32, waiters: u32) -> GateSnapshot {
        let Self { severity, signals, back_off, .. } = *self;
        GateSnapshot { severity, signals, cap: self.cap(), in_use, waiters, back_off }
    }
}

#[cfg(test)]
mod tests;
