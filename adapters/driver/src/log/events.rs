//! What happens in a session, as records: at which level, in which words. At `warn` is what may go wrong for the program as a
//! whole; an error that a caller is told of is at `debug`, since it is the caller's to judge.

use std::fmt::{self, Display};
use std::time::Duration;

use camunda_core::config::LogLevel::{self, Debug, Info, Trace, Warn};
use camunda_core::observe::{AttemptEnd, CallEnd, Observation, Observed, TokenEvent};
use camunda_core::{GateSnapshot, Severity};

use super::Log;

type Fields<'a> = &'a [(&'static str, &'a dyn Display)];

/// Says it; everything at `info` or above where telemetry is to be logged.
pub(crate) fn say(log: &Log, telemetry: bool, observation: &Observation) {
    let say = |level: LogLevel, message: &str, fields: Fields<'_>| {
        let level = if telemetry { level.min(Info) } else { level };
        log.say_observed(level, message, fields, observation);
    };
    match &observation.what {
        Observed::AttemptStarted { attempt, method, path, .. } => {
            say(Trace, "request sent", &[("attempt", attempt), ("method", method), ("path", path)]);
        }
        Observed::AttemptEnded { attempt, end, duration, .. } => match end {
            AttemptEnd::Answered(status) => {
                let fields: Fields<'_> =
                    &[("attempt", attempt), ("status", &status.as_u16()), ("took", &Took(*duration))];
                say(Debug, "request answered", fields);
            }
            AttemptEnd::Failed(error) => {
                say(Debug, "request failed", &[("attempt", attempt), ("why", error), ("took", &Took(*duration))]);
            }
            _ => say(Debug, "request given up", &[("attempt", attempt), ("took", &Took(*duration))]),
        },
        Observed::Retry { attempt, verdict, delay, .. } => {
            let fields: Fields<'_> = &[("attempt", attempt), ("verdict", &Name(verdict)), ("delay", &Took(*delay))];
            say(Debug, "request to be sent again", fields);
        }
        Observed::Waited { why, duration, .. } => {
            say(Debug, "waited", &[("for", &Name(why)), ("took", &Took(*duration))]);
        }
        Observed::NotAdmitted { limit, .. } => say(Warn, "call refused: too many wait", &[("waiting", limit)]),
        Observed::GateChanged { profile, before, after, .. } => {
            let (level, message) = gate(*before, *after);
            let cap = after.cap.map_or("none".to_owned(), |cap| cap.to_string());
            let fields: Fields<'_> = &[
                ("severity", &Name(after.severity)),
                ("cap", &cap),
                ("pace", &Took(after.back_off)),
                ("in_use", &after.in_use),
                ("waiting", &after.waiters),
                ("profile", &Name(profile)),
            ];
            say(level, message, fields);
        }
        Observed::Token(event) => token(event, say),
        Observed::Warning(warning) => say(Warn, warning, &[]),
        Observed::CallEnded { end, attempts, duration, .. } => match end {
            CallEnd::Succeeded(status) => {
                let fields: Fields<'_> =
                    &[("status", &status.as_u16()), ("attempts", attempts), ("took", &Took(*duration))];
                say(Debug, "call done", fields);
            }
            CallEnd::Failed { message, .. } => {
                say(Debug, "call failed", &[("why", message), ("attempts", attempts), ("took", &Took(*duration))]);
            }
            _ => say(Debug, "call abandoned", &[("attempts", attempts), ("took", &Took(*duration))]),
        },
        _ => {}
    }
}

pub(crate) fn gate(before: GateSnapshot, after: GateSnapshot) -> (LogLevel, &'static str) {
    let rank = |severity| match severity {
        Severity::Healthy => 0,
        Severity::Soft => 1,
        Severity::Severe => 2,
    };
    match rank(after.severity).cmp(&rank(before.severity)) {
        std::cmp::Ordering::Greater => (Warn, "the cluster refuses work for load"),
        std::cmp::Ordering::Less => (Info, "the cluster recovers"),
        std::cmp::Ordering::Equal => (Debug, "the cap on concurrent calls moved"),
    }
}

fn token(event: &TokenEvent, say: impl Fn(LogLevel, &str, Fields<'_>)) {
    match event {
        TokenEvent::Asked { attempt, early, .. } => {
            say(Debug, "token asked for", &[("attempt", attempt), ("early", early)]);
        }
        TokenEvent::Granted { lifetime, duration, early, .. } => {
            let fields: Fields<'_> = &[("lifetime", &Took(*lifetime)), ("early", early), ("took", &Took(*duration))];
            say(Info, "token granted", fields);
        }
        TokenEvent::Found { lifetime, .. } => say(Info, "token found in its file", &[("lifetime", &Took(*lifetime))]),
        TokenEvent::Failed { message, again, early, .. } => {
            let again_in = again.map(Took);
            let fields = [("why", message as &dyn Display)].into_iter();
            let fields: Vec<_> = fields.chain(again_in.iter().map(|time| ("again_in", time as &dyn Display))).collect();
            say(Warn, token_failed(again.is_some(), *early), &fields);
        }
        TokenEvent::Rejected => say(Warn, "the cluster refused the token", &[]),
        TokenEvent::TakenOver => say(Debug, "token errand taken over", &[]),
        TokenEvent::Cleared => say(Info, "token forgotten", &[]),
        _ => {}
    }
}

pub(crate) fn token_failed(again: bool, early: bool) -> &'static str {
    match (again, early) {
        (true, _) => "no token yet",
        (false, true) => "no new token, the old one is used until it ends",
        (false, false) => "no token",
    }
}

/// A time with its unit, to three digits.
struct Took(Duration);

impl Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3?}", self.0)
    }
}

/// A value by its name in the code.
struct Name<T>(T);

impl<T: fmt::Debug> Display for Name<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
