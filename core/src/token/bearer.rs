//! One token and its times. Where it came from does not matter here: it is used, renewed ahead, and never after its end.

use std::time::Duration;

use http::HeaderValue;

use super::Generation;
use crate::Now;

/// A clock that went back by more than this says nothing about a token's age.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) header: HeaderValue,
    pub(super) generation: Generation,
    pub(super) obtained: Duration,
    pub(super) renew_at: Duration,
    pub(super) expires_at: Duration,
}

impl Token {
    pub(super) fn new(header: HeaderValue, obtained: Duration, life: Duration, generation: Generation) -> Self {
        // Renewed ahead by 30 s or a twentieth of its life, whichever is longer, but never by more than half of it: a token
        // of five seconds would otherwise be fetched for every call.
        let ahead = Duration::from_secs(30).max(life.checked_div(20).unwrap_or_default());
        let ahead = ahead.min(life.checked_div(2).unwrap_or_default());
        let expires_at = obtained.saturating_add(life);
        Self { header, generation, obtained, renew_at: expires_at.saturating_sub(ahead), expires_at }
    }

    pub(super) fn usable(&self, now: Now) -> bool {
        let clock_went_back = now.unix.saturating_add(CLOCK_TOLERANCE) < self.obtained;
        now.unix < self.expires_at && !clock_went_back
    }

    pub(super) fn fresh(&self, now: Now) -> bool {
        now.unix < self.renew_at
    }
}

/// The value of `Authorization` for a token, marked sensitive; `None` if it is empty or not of visible characters and blanks
/// (RFC 6749, appendix A.12).
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    let visible = !token.is_empty() && token.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok().filter(|_| visible)?;
    header.set_sensitive(true);
    Some(header)
}
