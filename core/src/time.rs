//! Time as a value. There is no clock here: whoever drives the core reads one and hands its reading in.

use std::time::{Duration, Instant};

/// A reading of both clocks at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Monotonic: everything waits by this one.
    pub instant: Instant,
    /// Since the Unix epoch: dates of HTTP, tokens and files speak this one.
    pub unix: Duration,
}

impl Now {
    /// The instant that is `duration` ahead; where the platform's clock ends, a century is as good as for ever.
    pub(crate) fn after(self, duration: Duration) -> Instant {
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
        let far = self.instant.checked_add(duration.min(CENTURY));
        far.unwrap_or(self.instant)
    }
}
