//! When to poll next, and how long to ask the server to wait: one rule for jobs, none, failures, and polls that something in
//! between cut short. Whether there is room for jobs is not its business.

use std::time::{Duration, Instant};

use crate::Now;

/// A server that answers an empty poll sooner than this did not wait for jobs.
const WAITED: Duration = Duration::from_millis(100);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// What a server that chooses for itself is taken to wait.
const USUAL_WAIT: Duration = Duration::from_secs(10);
/// How long it is remembered that something in between cuts polls.
const REMEMBERED: Duration = Duration::from_secs(600);
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// The pace of one worker's polls.
#[derive(Debug)]
pub(super) struct Pace {
    request_timeout: i64,
    back_off: (Duration, Duration),
    not_before: Option<Instant>,
    /// Empty answers in a row that came at once.
    empty: u32,
    /// Failures in a row.
    failures: u32,
    /// What to ask for instead of the configured time, and until when.
    shorter: Option<(Duration, Instant)>,
}

impl Pace {
    pub(super) fn new(request_timeout: i64, back_off: (Duration, Duration), first: Instant) -> Self {
        Self { request_timeout, back_off, not_before: Some(first), empty: 0, failures: 0, shorter: None }
    }

    /// When the next poll is due; `None` for at once.
    pub(super) fn due(&self, now: Now) -> Option<Instant> {
        self.not_before.filter(|instant| *instant > now.instant)
    }

    /// How many polls in a row have failed.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// The request time-out to send, in milliseconds.
    pub(super) fn request_timeout(&mut self, now: Now) -> i64 {
        match self.shorter {
            Some((wait, until)) if now.instant < until => i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
            _ => {
                self.shorter = None;
                self.request_timeout
            }
        }
    }

    pub(super) fn jobs(&mut self) {
        *self = Self { not_before: None, empty: 0, failures: 0, ..*self };
    }

    pub(super) fn nothing(&mut self, took: Duration, now: Now) {
        self.failures = 0;
        if took >= WAITED && self.request_timeout >= 0 {
            self.empty = 0;
            self.not_before = None;
            return;
        }
        let pause = FIRST_PAUSE.saturating_mul(1_u32 << self.empty.min(16)).min(LONGEST_PAUSE);
        self.empty = self.empty.saturating_add(1);
        self.not_before = Some(now.after(pause));
    }

    /// Whether a poll that was cut after that time is to be taken for an empty answer. If so, the next ones ask for less.
    pub(super) fn cut(&mut self, asked: i64, took: Duration, now: Now) -> bool {
        let wait = match u64::try_from(asked) {
            Ok(0) => USUAL_WAIT,
            Ok(millis) => Duration::from_millis(millis),
            Err(_) => return false,
        };
        if took < wait.mul_f64(0.4) {
            return false;
        }
        self.shorter = Some((took.mul_f64(0.8).max(SHORTEST_WAIT), now.after(REMEMBERED)));
        self.failures = 0;
        self.empty = 0;
        self.not_before = None;
        true
    }

    pub(super) fn failed(&mut self, rng: &mut fastrand::Rng, now: Now) {
        let (first, longest) = self.back_off;
        let bound = first.saturating_mul(1_u32 << self.failures.min(16)).min(longest);
        self.failures = self.failures.saturating_add(1);
        // Equal jitter: half of it is certain, so that a failing server has rest.
        self.not_before = Some(now.after(bound.mul_f64(0.5 + 0.5 * rng.f64())));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, clippy::disallowed_methods, reason = "a test starts its clock somewhere")]
    use super::*;

    fn start() -> (Pace, Now) {
        let now = Now { instant: Instant::now(), unix: Duration::ZERO };
        (Pace::new(0, super::super::settings::BACK_OFF, now.instant), now)
    }

    fn wait(pace: &Pace, now: Now) -> u128 {
        pace.due(now).map_or(0, |instant| (instant - now.instant).as_millis())
    }

    #[test]
    fn an_empty_answer_after_a_long_poll_is_followed_at_once() {
        let (mut pace, now) = start();
        pace.nothing(Duration::from_secs(10), now);
        assert_eq!(wait(&pace, now), 0);
    }

    #[test]
    fn empty_answers_that_come_at_once_are_followed_ever_later() {
        let (mut pace, now) = start();
        let mut waits = Vec::new();
        for _ in 0..8 {
            pace.nothing(Duration::from_millis(1), now);
            waits.push(wait(&pace, now));
        }
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        pace.jobs();
        pace.nothing(Duration::ZERO, now);
        assert_eq!(wait(&pace, now), 100);
    }

    #[test]
    fn failures_are_followed_ever_later_and_never_after_more_than_half_a_minute() {
        let (mut pace, now) = start();
        let mut rng = fastrand::Rng::with_seed(1);
        for bound in [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            pace.failed(&mut rng, now);
            let wait = wait(&pace, now);
            assert!(wait >= bound / 2 && wait <= bound, "{wait} of {bound}");
        }
        for _ in 0..100 {
            pace.failed(&mut rng, now);
        }
        assert!(wait(&pace, now) <= 30_000);
    }

    #[test]
    fn a_poll_that_was_cut_late_is_an_empty_answer_and_the_next_asks_for_less() {
        let (mut pace, mut now) = start();
        assert!(!pace.cut(0, Duration::from_secs(3), now), "too early for that");
        assert!(pace.cut(60_000, Duration::from_secs(30), now));
        assert_eq!(pace.request_timeout(now), 24_000);
        assert_eq!(wait(&pace, now), 0);
        now.instant += Duration::from_secs(601);
        assert_eq!(pace.request_timeout(now), 0, "forgotten after ten minutes");
        assert!(!pace.cut(-1, Duration::from_secs(60), now), "no long poll, so nothing was cut");
    }
}
