//! The time that processes see: the real one, shifted, or pinned to an instant.
//! It never reads the real time; that comes with every command.

use super::{Engine, Rejection};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    /// Runs with the real time, ahead of it by so many milliseconds.
    Free {
        ahead: i64,
    },
    Pinned {
        at: i64,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Self::Free { ahead: 0 }
    }
}

impl Clock {
    pub(crate) fn engine(self, real: i64) -> i64 {
        match self {
            Self::Free { ahead } => real.saturating_add(ahead),
            Self::Pinned { at } => at,
        }
    }

    /// When the engine's time will be this; never while pinned.
    pub(crate) fn real(self, engine: i64) -> Option<i64> {
        match self {
            Self::Free { ahead } => Some(engine.saturating_sub(ahead)),
            Self::Pinned { .. } => None,
        }
    }

    /// The last tick of a checker that runs every so often; under a pinned clock it sees the pinned time itself.
    pub(crate) fn tick(self, time: i64, every: i64) -> i64 {
        match self {
            Self::Free { .. } => time.div_euclid(every) * every,
            Self::Pinned { .. } => time,
        }
    }
}

impl Engine {
    pub(crate) fn pin_clock(&mut self, at: i64, now: i64) -> Result<(), Rejection> {
        if at < 0 {
            return Err(Rejection::invalid_argument(
                "PIN",
                format!("Expected pin time to be not negative but it was {at}"),
            ));
        }
        self.change_clock(Clock::Pinned { at }, now);
        Ok(())
    }

    pub(crate) fn reset_clock(&mut self, now: i64) {
        self.change_clock(Clock::default(), now);
    }

    /// Moves the engine's time forward, pinned or not.
    pub(crate) fn advance_clock(&mut self, by: i64, now: i64) {
        let clock = match self.clock {
            Clock::Free { ahead } => Clock::Free { ahead: ahead.saturating_add(by) },
            Clock::Pinned { at } => Clock::Pinned { at: at.saturating_add(by) },
        };
        self.change_clock(clock, now);
    }

    fn change_clock(&mut self, clock: Clock, now: i64) {
        self.enter(now);
        self.settle();
        self.clock = clock;
        self.enter(now);
        self.settle();
    }
}
