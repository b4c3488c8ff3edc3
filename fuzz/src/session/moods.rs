//! How the gateway and the identity provider behave for a while: scripts set moods, not single coin flips.

use std::time::Duration;

use camunda_core::{TransportError, TransportErrorKind as Kind};

/// What becomes of an exchange.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An answer, complete after that time.
    Answer(u16, &'static [(&'static str, &'static str)], String, Duration),
    /// A head, a part of the body, and then silence.
    Stall(u16),
    /// Nothing, until the driver gives up.
    Silence,
    Failure(TransportError),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gateway {
    #[default]
    Kind,
    Busy,
    BusyForAWhile,
    Empty503,
    Unavailable,
    TimedOut,
    Page502,
    RefusesTokens,
    NotFound,
    Silent,
    Stalls,
    Cuts,
    Refuses,
    Slow,
}

impl Gateway {
    pub fn of(byte: u8) -> Self {
        use Gateway::*;
        let all = [
            Kind,
            Busy,
            BusyForAWhile,
            Empty503,
            Unavailable,
            TimedOut,
            Page502,
            RefusesTokens,
            NotFound,
            Silent,
            Stalls,
            Cuts,
            Refuses,
            Slow,
        ];
        all[usize::from(byte) % all.len()]
    }

    /// Whether the cluster may have carried out a request that ended so.
    pub fn may_execute(self) -> bool {
        use Gateway::*;
        !matches!(self, Busy | BusyForAWhile | Unavailable | RefusesTokens | NotFound | Refuses)
    }

    pub fn outcome(self, ok: &'static str) -> Outcome {
        let soon = Duration::from_millis(3);
        let answer = |status, body: &str| Outcome::Answer(status, &[], body.to_owned(), soon);
        match self {
            Gateway::Kind => answer(200, ok),
            Gateway::Busy => answer(503, r#"{"title":"RESOURCE_EXHAUSTED"}"#),
            Gateway::BusyForAWhile => Outcome::Answer(429, &[("retry-after", "2")], String::new(), soon),
            Gateway::Empty503 => answer(503, ""),
            Gateway::Unavailable => answer(503, r#"{"title":"UNAVAILABLE","detail":"no leader"}"#),
            Gateway::TimedOut => answer(504, r#"{"title":"DEADLINE_EXCEEDED"}"#),
            Gateway::Page502 => answer(502, "<html>bad gateway</html>"),
            Gateway::RefusesTokens => answer(401, ""),
            Gateway::NotFound => answer(404, r#"{"title":"NOT_FOUND"}"#),
            Gateway::Silent => Outcome::Silence,
            Gateway::Stalls => Outcome::Stall(200),
            Gateway::Cuts => Outcome::Failure(TransportError::maybe_sent(Kind::Closed, "cut")),
            Gateway::Refuses => Outcome::Failure(TransportError::not_sent(Kind::Connect, "refused")),
            Gateway::Slow => Outcome::Answer(200, &[], ok.to_owned(), Duration::from_secs(7)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Grants tokens of that many seconds.
    Grants(u32),
    Down,
    Refuses,
    Silent,
    Garbage,
    Cuts,
}

impl Provider {
    pub fn of(byte: u8) -> Self {
        match byte % 12 {
            0 => Provider::Down,
            1 => Provider::Refuses,
            2 => Provider::Silent,
            3 => Provider::Garbage,
            4 => Provider::Cuts,
            5 => Provider::Grants(1),
            6 => Provider::Grants(5),
            7 => Provider::Grants(60),
            _ => Provider::Grants(3600),
        }
    }

    pub fn outcome(self, serial: usize) -> Outcome {
        let soon = Duration::from_millis(20);
        let answer = |status, body: String| Outcome::Answer(status, &[], body, soon);
        match self {
            Provider::Grants(seconds) => {
                answer(200, format!(r#"{{"access_token":"token-{serial}","expires_in":{seconds}}}"#))
            }
            Provider::Down => answer(503, String::new()),
            Provider::Refuses => answer(401, r#"{"error":"invalid_client"}"#.to_owned()),
            Provider::Silent => Outcome::Silence,
            Provider::Garbage => answer(200, "<html>".to_owned()),
            Provider::Cuts => Outcome::Failure(TransportError::maybe_sent(Kind::Closed, "cut")),
        }
    }
}
