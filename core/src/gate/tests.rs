//! The rule, row by row. Times are in milliseconds since the beginning.

#![allow(clippy::arithmetic_side_effects, clippy::disallowed_methods, reason = "a test starts its clock somewhere")]

use std::time::{Duration, Instant};

use super::*;

struct Trace {
    gate: Gate,
    start: Instant,
}

impl Trace {
    fn of(profile: Profile) -> Self {
        Self { gate: Gate::new(profile.knobs()), start: Instant::now() }
    }

    fn at(&self, millis: u64) -> Now {
        Now { instant: self.start + Duration::from_millis(millis), unix: Duration::from_millis(millis) }
    }

    /// Severity, signals, cap and back-off after a signal.
    fn signal(&mut self, millis: u64) -> (Severity, u32, Option<u32>, u64) {
        let now = self.at(millis);
        self.gate.signal(now.instant, 100, now);
        self.state()
    }

    fn success(&mut self, millis: u64) -> (Severity, u32, Option<u32>, u64) {
        let now = self.at(millis);
        self.gate.success(100, now);
        self.state()
    }

    /// So many successes, with so many requests under way.
    fn carried_out(&mut self, millis: u64, times: u32, under_way: u32) {
        let now = self.at(millis);
        (0..times).for_each(|_| self.gate.success(under_way, now));
    }

    fn state(&self) -> (Severity, u32, Option<u32>, u64) {
        let snapshot = self.gate.snapshot(0, 0);
        let back_off = u64::try_from(snapshot.back_off.as_millis()).unwrap();
        (snapshot.severity, snapshot.signals, snapshot.cap, back_off)
    }

    fn caps(&mut self, signals: usize) -> Vec<u32> {
        (0..signals).filter_map(|_| self.signal(0).2).collect()
    }
}

use Severity::{Healthy, Severe, Soft};

#[test]
fn the_worked_trace() {
    let mut trace = Trace::of(Profile::Balanced);
    assert_eq!(trace.state(), (Healthy, 0, None, 0));
    assert_eq!(trace.success(0), (Healthy, 0, None, 0));
    for (signals, severity, cap, back_off) in [
        (1, Soft, 12, 0),
        (2, Soft, 9, 0),
        (3, Severe, 5, 0),
        (4, Severe, 3, 0),
        (5, Severe, 2, 0),
        (6, Severe, 1, 25),
        (7, Severe, 1, 50),
        (8, Severe, 1, 100),
    ] {
        assert_eq!(trace.signal(0), (severity, signals, Some(cap), back_off));
    }
    assert_eq!(trace.success(200), (Severe, 8, Some(1), 0), "B11: no recovery within an interval of the boot");
    assert_eq!(trace.success(1000), (Severe, 8, Some(2), 0));
    assert_eq!(trace.success(2000), (Severe, 8, Some(3), 0), "exactly two seconds are not yet quiet");
    assert_eq!(trace.success(3000), (Soft, 8, Some(4), 0));
    assert_eq!(trace.success(4000), (Healthy, 0, Some(6), 0), "the check that reaches health grows by the factor");
    for (second, cap) in [(5, 9), (6, 14), (7, 21), (8, 32)] {
        assert_eq!(trace.success(second * 1000), (Healthy, 0, Some(cap), 0));
    }
    for second in 9..34 {
        assert!(trace.success(second * 1000).2.is_some(), "{second}");
    }
    assert_eq!(trace.success(34_000), (Healthy, 0, None, 0));
}

#[test]
fn the_branch_of_the_trace() {
    let mut trace = Trace::of(Profile::Balanced);
    trace.caps(8);
    for second in 1..=8 {
        trace.success(second * 1000);
    }
    assert_eq!(trace.signal(8_000), (Soft, 1, Some(12), 0), "B3: from the initial cap, not from 32");
    assert_eq!(trace.signal(8_500), (Soft, 2, Some(9), 0));
    assert_eq!(trace.success(9_000), (Soft, 2, Some(10), 0));
    assert_eq!(trace.success(10_600), (Healthy, 0, Some(15), 0));
    assert_eq!(trace.success(11_600), (Healthy, 0, Some(23), 0));
    assert_eq!(trace.success(41_500), (Healthy, 0, None, 0));
}

#[test]
fn the_back_off_doubles_to_its_end() {
    let mut trace = Trace::of(Profile::Balanced);
    trace.caps(5);
    let back_offs: Vec<u64> = (0..9).map(|_| trace.signal(0).3).collect();
    assert_eq!(back_offs, [25, 50, 100, 200, 400, 800, 1600, 2000, 2000]);
    assert_eq!(trace.success(1).3, 0, "one success ends it");
}

#[test]
fn the_other_profiles() {
    assert_eq!(Trace::of(Profile::Conservative).caps(4), [8, 4, 2, 1]);
    assert_eq!(Trace::of(Profile::Aggressive).caps(7), [20, 16, 13, 8, 5, 3, 2]);
}

#[test]
fn legacy_observes_and_limits_nothing() {
    let mut trace = Trace::of(Profile::Legacy);
    trace.signal(0);
    trace.signal(0);
    assert_eq!(trace.signal(0), (Severe, 3, None, 0));
    // B10: its severity decays all the same.
    assert_eq!(trace.success(3000).0, Soft);
    assert_eq!(trace.success(4000), (Healthy, 0, None, 0));
}

#[test]
fn growth_has_no_end_and_no_overflow() {
    let mut trace = Trace::of(Profile::Balanced);
    trace.gate.knobs.unlimited_after_healthy = Duration::from_secs(1 << 30);
    trace.signal(0);
    for second in 3..200 {
        trace.success(second * 1000);
    }
    assert_eq!(trace.state().2, Some(u32::MAX));
}

#[test]
fn adaptive_doubles_a_round_trip_until_something_is_refused() {
    let mut trace = Trace::of(Profile::Adaptive);
    assert_eq!(trace.state().2, Some(16));
    trace.carried_out(0, 16, 100);
    assert_eq!(trace.state().2, Some(32));
    trace.carried_out(1, 50, 31);
    assert_eq!(trace.state().2, Some(32), "what is not used does not grow");
}

#[test]
fn adaptive_lowers_once_a_round_trip_from_what_was_under_way() {
    let mut trace = Trace::of(Profile::Adaptive);
    trace.carried_out(0, 34, 60);
    assert_eq!(trace.state().2, Some(50));
    let (sent, answered) = (trace.at(0), trace.at(50));
    for _ in 0..30 {
        trace.gate.signal(sent.instant, 40, answered);
    }
    assert_eq!(trace.state(), (Severe, 30, Some(28), 0), "thirty refusals of one burst are one piece of news");
    let (sent, answered) = (trace.at(60), trace.at(110));
    trace.gate.signal(sent.instant, 28, answered);
    assert_eq!(trace.state().2, Some(20), "a request sent after the reduction is another");
    trace.carried_out(120, 19, 20);
    assert_eq!(trace.state().2, Some(20));
    trace.carried_out(120, 1, 20);
    assert_eq!(trace.state().2, Some(21), "below the ceiling a round trip adds one");
}

#[test]
fn adaptive_is_patient_at_the_ceiling() {
    let mut trace = Trace::of(Profile::Adaptive);
    let refused = |trace: &mut Trace, millis: u64| {
        let now = trace.at(millis);
        trace.gate.signal(now.instant, 4, now);
        trace.state().2
    };
    assert_eq!(refused(&mut trace, 0), Some(3));
    trace.carried_out(100, 10, 4);
    assert_eq!(trace.state().2, Some(3), "too soon");
    trace.carried_out(125, 1, 4);
    assert_eq!(trace.state().2, Some(4), "a first try");
    assert_eq!(refused(&mut trace, 130), Some(3));
    trace.carried_out(379, 10, 4);
    assert_eq!(trace.state().2, Some(3), "a refused try doubles the wait");
    trace.carried_out(380, 1, 4);
    trace.carried_out(629, 10, 4);
    assert_eq!(trace.state().2, Some(4));
    trace.carried_out(630, 1, 4);
    assert_eq!(trace.state().2, Some(5), "a second try, since the first was not refused");
    trace.carried_out(755, 10, 5);
    assert_eq!(trace.state().2, Some(6), "a try that is not refused halves the wait");
}

#[test]
fn adaptive_is_spaced_at_the_floor() {
    let mut trace = Trace::of(Profile::Adaptive);
    let back_offs: Vec<u64> = (0..10).map(|_| trace.signal(0).3).collect();
    assert_eq!(back_offs, [0, 0, 0, 0, 0, 0, 0, 25, 50, 100]);
    assert_eq!(trace.state().2, Some(1));
    trace.carried_out(10, 1, 1);
    assert_eq!(trace.state().3, 0);
}
