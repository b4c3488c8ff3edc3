//! The back-pressure profiles and their knobs: what the gate is told. How it reacts is the gate's own matter.

use std::time::Duration;

use super::catalogue as settings;
use super::problem::ProblemCode::OutOfRange;
use super::resolve::Resolver;
use super::setting::Value;

/// How carefully a client treats a cluster that refuses work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Between the extremes; the one taken unless set.
    Balanced,
    /// Backs off sooner and further, and comes back later.
    Conservative,
    /// Backs off later and less, and comes back sooner.
    Aggressive,
    /// Observes and never holds a call back.
    Legacy,
    /// Looks for what the cluster can take, and stays there: a window as congestion control keeps one.
    Adaptive,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 5] = [Self::Balanced, Self::Conservative, Self::Aggressive, Self::Legacy, Self::Adaptive];

    /// As written in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "BALANCED",
            Self::Conservative => "CONSERVATIVE",
            Self::Aggressive => "AGGRESSIVE",
            Self::Legacy => "LEGACY",
            Self::Adaptive => "ADAPTIVE",
        }
    }

    fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|profile| profile.as_str() == name).unwrap_or(Self::Balanced)
    }

    /// The profile with the values that it stands for.
    pub const fn knobs(self) -> Backpressure {
        let millis = Duration::from_millis;
        let balanced = Backpressure {
            profile: self,
            initial_max: 16,
            soft_percent: 70,
            severe_percent: 50,
            recovery_interval: millis(1_000),
            recovery_step: 1,
            quiet_decay: millis(2_000),
            floor: 1,
            severe_threshold: 3,
            max_waiters: 1_000,
            healthy_multiplier_percent: 150,
            unlimited_after_healthy: millis(30_000),
        };
        match self {
            Self::Balanced | Self::Legacy | Self::Adaptive => balanced,
            Self::Conservative => Backpressure {
                initial_max: 12,
                soft_percent: 60,
                severe_percent: 40,
                recovery_interval: millis(1_200),
                quiet_decay: millis(2_500),
                severe_threshold: 2,
                max_waiters: 500,
                healthy_multiplier_percent: 130,
                unlimited_after_healthy: millis(60_000),
                ..balanced
            },
            Self::Aggressive => Backpressure {
                initial_max: 24,
                soft_percent: 80,
                severe_percent: 60,
                recovery_interval: millis(800),
                recovery_step: 2,
                quiet_decay: millis(1_500),
                floor: 2,
                severe_threshold: 4,
                max_waiters: 2_000,
                healthy_multiplier_percent: 200,
                unlimited_after_healthy: millis(15_000),
                ..balanced
            },
        }
    }
}

/// A profile with each knob that was set by itself already in place of the profile's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backpressure {
    /// The profile that the other values began with.
    pub profile: Profile,
    /// The cap that the first signal starts from; at least `floor`.
    pub initial_max: u32,
    /// What remains of the cap after a signal, 1 to 100.
    pub soft_percent: u32,
    /// What remains of the cap after a signal that counts as severe, 1 to 100.
    pub severe_percent: u32,
    /// The least time between two steps of recovery.
    pub recovery_interval: Duration,
    /// What a step of recovery adds to the cap.
    pub recovery_step: u32,
    /// How long no signal may have come before recovery begins.
    pub quiet_decay: Duration,
    /// The least cap; at least 1.
    pub floor: u32,
    /// From how many signals on it is severe; at least 1.
    pub severe_threshold: u32,
    /// How many calls may wait for admission.
    pub max_waiters: u32,
    /// What a step multiplies the cap with while healthy; at least 100.
    pub healthy_multiplier_percent: u32,
    /// How long it must have been healthy before the cap is lifted.
    pub unlimited_after_healthy: Duration,
}

impl Backpressure {
    pub(super) fn resolve(resolver: &mut Resolver) -> Self {
        let profile = Profile::named(resolver.choice(&settings::PROFILE));
        let mut knobs = profile.knobs();
        for (setting, knob) in [
            (&settings::INITIAL_MAX, &mut knobs.initial_max),
            (&settings::SOFT_FACTOR, &mut knobs.soft_percent),
            (&settings::SEVERE_FACTOR, &mut knobs.severe_percent),
            (&settings::RECOVERY_STEP, &mut knobs.recovery_step),
            (&settings::FLOOR, &mut knobs.floor),
            (&settings::SEVERE_THRESHOLD, &mut knobs.severe_threshold),
            (&settings::MAX_WAITERS, &mut knobs.max_waiters),
            (&settings::HEALTHY_MULTIPLIER, &mut knobs.healthy_multiplier_percent),
        ] {
            match resolver.value(setting) {
                Some(Value::Number(set)) => *knob = u32::try_from(*set).unwrap_or(*knob),
                _ => resolver.becomes(setting, Some(knob.to_string())),
            }
        }
        for (setting, knob) in [
            (&settings::RECOVERY_INTERVAL, &mut knobs.recovery_interval),
            (&settings::DECAY_QUIET, &mut knobs.quiet_decay),
            (&settings::UNLIMITED_AFTER_HEALTHY, &mut knobs.unlimited_after_healthy),
        ] {
            match resolver.value(setting) {
                Some(Value::Time(set)) => *knob = *set,
                _ => resolver.becomes(setting, Some(knob.as_millis().to_string())),
            }
        }
        let Self { initial_max, floor, .. } = knobs;
        if initial_max < floor {
            let reason = format!("{initial_max} is less than {}, which is {floor}", settings::FLOOR.name);
            resolver.problem(&settings::INITIAL_MAX, OutOfRange, reason);
        }
        knobs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn the_profiles_as_tabled() {
        let knobs = Profile::ALL.map(|profile| {
            let k = profile.knobs();
            assert_eq!(k.profile, profile);
            let (interval, decay) = (k.recovery_interval.as_millis(), k.quiet_decay.as_millis());
            (
                (k.initial_max, k.soft_percent, k.severe_percent, interval, k.recovery_step, decay, k.floor),
                (k.severe_threshold, k.max_waiters, k.healthy_multiplier_percent, k.unlimited_after_healthy.as_secs()),
            )
        });
        let balanced = ((16, 70, 50, 1000, 1, 2000, 1), (3, 1000, 150, 30));
        let conservative = ((12, 60, 40, 1200, 1, 2500, 1), (2, 500, 130, 60));
        let aggressive = ((24, 80, 60, 800, 2, 1500, 2), (4, 2000, 200, 15));
        assert_eq!(knobs[..4], [balanced, conservative, aggressive, balanced]);
    }

    #[test]
    fn a_knob_beats_the_profile() {
        let name = |knob: &str| format!("CAMUNDA_SDK_BACKPRESSURE_{knob}");
        let config = Config::from_pairs([(name("PROFILE"), "conservative"), (name("FLOOR"), "3")]).unwrap();
        assert_eq!(*config.backpressure(), Backpressure { floor: 3, ..Profile::Conservative.knobs() });
        let config = Config::from_pairs([(name("DECAY_QUIET_MS"), "7"), (name("FLOOR"), "16")]).unwrap();
        let quiet_decay = Duration::from_millis(7);
        assert_eq!(*config.backpressure(), Backpressure { quiet_decay, floor: 16, ..Profile::Balanced.knobs() });
        assert_eq!(*Config::builder().build().unwrap().backpressure(), Profile::Balanced.knobs());
    }

    #[test]
    fn knobs_have_bounds() {
        for (knob, value) in [
            ("PROFILE", "FAST"),
            ("INITIAL_MAX", "0"),
            ("SOFT_FACTOR", "101"),
            ("SEVERE_FACTOR", "0"),
            ("RECOVERY_INTERVAL_MS", "-1"),
            ("RECOVERY_STEP", "0"),
            ("DECAY_QUIET_MS", "2147483648"),
            ("FLOOR", "0"),
            ("FLOOR", "17"),
            ("SEVERE_THRESHOLD", "0"),
            ("MAX_WAITERS", "-1"),
            ("HEALTHY_RECOVERY_MULTIPLIER", "99"),
            ("UNLIMITED_AFTER_HEALTHY_MS", "1s"),
        ] {
            let error = Config::from_pairs([(format!("CAMUNDA_SDK_BACKPRESSURE_{knob}"), value)]);
            assert!(error.is_err(), "{knob}={value}");
        }
    }
}
