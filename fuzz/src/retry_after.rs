//! Any bytes as `Retry-After`, beside any as `Date`, on an answer that invites a repeat: what is a number of seconds is
//! heeded or told, nothing makes a call wait for longer than it may, and what is nonsense is as if it were absent. The same
//! function is fuzzed, and replayed over the corpus by the ordinary tests.
//!
//! Layout of an input: status, then `Retry-After` and `Date` with a line's end between them; without one there is no `Date`.

use std::time::Duration;

use camunda_core::api::GetTopology;
use camunda_core::{Error, Prepared};
use http::HeaderValue;

use crate::peer::{self, Peer, brief};

/// The longest wait that a server may ask for.
const LONGEST: u64 = 30;

/// Runs one input.
pub fn run(data: &[u8]) {
    let [status, texts @ ..] = data else { return };
    let mut texts = texts.splitn(2, |byte| *byte == b'\n');
    let mut header = || texts.next().and_then(|text| HeaderValue::from_bytes(text).ok());
    let (retry_after, date) = (header(), header());
    // 429, 503 without a word, 503 for load, 200.
    let (number, body) =
        [(10, ""), (12, ""), (12, r#"{"title":"RESOURCE_EXHAUSTED"}"#), (0, "{}")][usize::from(status % 4)];
    let peer = Peer::new(number, 0, 64, body.as_bytes(), false).asking(retry_after.clone(), date);

    let topology = GetTopology::new();
    let (result, waited) = peer::timed_call(&peer, |config, options| Prepared::new(&topology, config, options));
    let error = match result {
        Err(error) => error,
        Ok(_) => return assert_eq!((number, waited), (0, Duration::ZERO), "a success is not waited for"),
    };
    let Error::Api(answer) = &error else { panic!("{error}") };
    brief(&error);
    let repeats = u64::from(error.attempts() - 1);
    assert!(waited <= Duration::from_secs(LONGEST) * error.attempts(), "{waited:?}");
    let seconds = retry_after.as_ref().and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    if let Some(seconds) = seconds {
        assert_eq!(answer.retry_after(), Some(Duration::from_secs(seconds)), "the caller hears of it");
        assert!(waited >= Duration::from_secs(repeats * seconds.min(LONGEST)), "{waited:?} for {seconds} s");
        assert!(seconds <= LONGEST || repeats == 0, "nobody waits {seconds} s");
    }
}
