//! Whether a request is sent again: one verdict an answer or failure, one rule for each verdict, and how long to wait. Who
//! counts attempts and deadlines is the [`Call`](crate::Call).

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::config::Retry;
use crate::http_date;
use crate::problem::Problem;
use crate::transport::TransportError;

/// What an outcome says about the request: it decides alone whether the request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Carried out.
    Success,
    /// Turned away for load, not carried out: any operation may be sent again.
    Busy,
    /// Not accepted, for a reason other than load: any operation may be sent again.
    NotAccepted,
    /// Not accepted, and for a key that names a partition which the cluster lacks it never will be: one repeat at most.
    Undeliverable,
    /// The credentials were refused.
    Unauthorized,
    /// Sent, and nobody can say what became of it: only what is harmless to repeat is sent again.
    Unknown,
    /// A definite no.
    Final,
}

impl Verdict {
    pub(crate) fn of_answer(status: StatusCode, problem: &Problem, body: &[u8]) -> Self {
        let exhausted = || {
            let told = [problem.title(), problem.detail()].concat();
            let marker = b"RESOURCE_EXHAUSTED";
            told.contains("RESOURCE_EXHAUSTED") || body.windows(marker.len()).any(|window| window == marker)
        };
        match status.as_u16() {
            200..=299 => Verdict::Success,
            401 => Verdict::Unauthorized,
            429 => Verdict::Busy,
            500 | 503 if exhausted() => Verdict::Busy,
            503 if problem.title() == "UNAVAILABLE"
                && problem.detail().trim_end_matches('.').ends_with("could not be delivered") =>
            {
                Verdict::Undeliverable
            }
            503 if problem.title() == "UNAVAILABLE" => Verdict::NotAccepted,
            // 524 is what a well-known proxy makes of a time-out.
            408 | 502 | 503 | 504 | 524 => Verdict::Unknown,
            _ => Verdict::Final,
        }
    }

    /// Whether an answer says that the cluster, or what is before it, has too much to do.
    pub(crate) fn is_overload(self, status: StatusCode, body: &[u8]) -> bool {
        self == Verdict::Busy || (status == StatusCode::SERVICE_UNAVAILABLE && body.iter().all(u8::is_ascii_whitespace))
    }

    pub(crate) fn of_failure(error: &TransportError) -> Self {
        if error.may_have_been_sent() { Verdict::Unknown } else { Verdict::NotAccepted }
    }

    /// Whether a request that was sent `attempts` times may be sent once more.
    pub(crate) fn allows(self, repeatable: bool, attempts: u32) -> bool {
        match self {
            Verdict::Busy | Verdict::NotAccepted => true,
            Verdict::Undeliverable => attempts < 2,
            Verdict::Unknown => repeatable,
            // A refused token has a rule of its own.
            Verdict::Success | Verdict::Unauthorized | Verdict::Final => false,
        }
    }
}

/// What repeats cost together: over a long outage the requests stay within 1.1 times the calls, and ten.
#[derive(Debug)]
pub(crate) struct Budget {
    /// In tenths of a repeat.
    tenths: u32,
}

impl Budget {
    const FULL: u32 = 100;
    const REPEAT: u32 = 10;

    /// A call begins: a tenth of a repeat is earned.
    pub(crate) fn call(&mut self) {
        self.tenths = self.tenths.saturating_add(1).min(Self::FULL);
    }

    /// Whether a repeat is left, which is then spent.
    pub(crate) fn spend(&mut self) -> bool {
        let left = self.tenths.checked_sub(Self::REPEAT);
        self.tenths = left.unwrap_or(self.tenths);
        left.is_some()
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self { tenths: Self::FULL }
    }
}

/// About how long a worker's command waits before it asks again for credentials that it did not get.
pub(crate) const CREDENTIALS_AGAIN: Duration = Duration::from_secs(1);

/// The longest wait that a server may ask for; beyond it the caller hears of it at once.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Full jitter: anything up to a bound that doubles from wait to wait. `attempts` were made so far.
pub(crate) fn delay(policy: &Retry, attempts: u32, rng: &mut fastrand::Rng) -> Duration {
    let doublings = attempts.saturating_sub(1).min(31);
    let bound = policy.base_delay.saturating_mul(1_u32 << doublings).min(policy.max_delay);
    Duration::from_millis(u64::try_from(bound.as_millis()).unwrap_or(u64::MAX)).mul_f64(rng.f64())
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date, which is taken by the server's own clock if it tells its time. A date
/// in the past means now.
pub(crate) fn retry_after(headers: &HeaderMap, now: Duration) -> Option<Duration> {
    let header = |name| headers.get(name)?.to_str().ok();
    let text: &str = header(http::header::RETRY_AFTER)?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = http_date::parse(text, now)?;
    let server = header(http::header::DATE).and_then(|text| http_date::parse(text, now));
    let wait = date.saturating_sub(server.unwrap_or(now));
    // A year ahead is a slip of somebody's calendar, not a wish to be left alone.
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    (wait < YEAR).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Busy, Final, NotAccepted, Unauthorized, Undeliverable, Unknown};

    #[test]
    fn verdicts_by_answer() {
        for (status, body, expected) in [
            (429, "", Busy),
            (503, r#"{"title":"RESOURCE_EXHAUSTED"}"#, Busy),
            (503, r#"{"title":"x","detail":"… RESOURCE_EXHAUSTED …"}"#, Busy),
            (500, r#"{"detail":"RESOURCE_EXHAUSTED"}"#, Busy),
            (503, "", Unknown),
            (503, r#"{"title":"Service Unavailable"}"#, Unknown),
            (503, r#"{"title":"UNAVAILABLE","detail":"no leader"}"#, NotAccepted),
            (503, r#"{"title":"UNAVAILABLE","detail":"… could not be delivered"}"#, Undeliverable),
            (502, "<html>", Unknown),
            (504, "", Unknown),
            (500, r#"{"title":"INTERNAL"}"#, Final),
            (401, "", Unauthorized),
            (302, "", Final),
            (404, "", Final),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let problem = Problem::parse(body.as_bytes());
            assert_eq!(Verdict::of_answer(status, &problem, body.as_bytes()), expected, "{status} {body}");
        }
    }

    #[test]
    fn an_unknown_outcome_is_repeated_only_where_harmless() {
        assert!(!Unknown.allows(false, 1) && Unknown.allows(true, 1));
        assert!(Busy.allows(false, 1) && NotAccepted.allows(false, 9));
        assert!(Undeliverable.allows(true, 1) && !Undeliverable.allows(true, 2));
        assert!(!Final.allows(true, 1));
    }

    #[test]
    fn dates_in_retry_after_are_relative_to_the_servers_clock() {
        let now = Duration::from_secs(1_782_026_880); // 2026-06-21 07:28:00
        let headers = |retry_after: &str, date: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", retry_after.parse().unwrap());
            date.map(|date| headers.insert("date", date.parse().unwrap()));
            retry_after_seconds(&headers, now)
        };
        assert_eq!(headers("30", None), Some(30));
        assert_eq!(headers("Sun, 21 Jun 2026 07:28:30 GMT", None), Some(30));
        // The client's clock is two hours behind.
        let server = Some("Sun, 21 Jun 2026 09:28:00 GMT");
        assert_eq!(headers("Sun, 21 Jun 2026 09:28:30 GMT", server), Some(30));
        assert_eq!(headers("Sun, 21 Jun 2026 07:28:30 GMT", server), Some(0), "in the past");
        for nonsense in [
            "soon",
            "-1",
            "1.5",
            "99999999999999999999999",
            "Thursday, 10-Sep-71 20:00:30 GMT",
            "Mon, 21 Jun 2026 07:28:30 GMT",
        ] {
            assert_eq!(headers(nonsense, None), None, "{nonsense}");
        }
    }

    fn retry_after_seconds(headers: &HeaderMap, now: Duration) -> Option<u64> {
        retry_after(headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn waits_stay_within_their_bound() {
        let policy = Retry { attempts: 9, base_delay: Duration::from_millis(100), max_delay: Duration::from_secs(2) };
        let mut rng = fastrand::Rng::with_seed(7);
        let longest = |attempts, rng: &mut _| (0..1000).map(|_| delay(&policy, attempts, rng)).max().unwrap();
        assert!((90..100).contains(&longest(1, &mut rng).as_millis()));
        assert!((180..200).contains(&longest(2, &mut rng).as_millis()));
        assert!((1900..2000).contains(&longest(40, &mut rng).as_millis()));
    }
}
