//! What a client does, as events of the `tracing` crate: with typed fields, at the levels and in the words of the log.

use std::time::Duration;

use camunda_core::Observation;
use camunda_core::config::LogLevel;
use camunda_core::observe::{AttemptEnd, CallEnd, Observed, TokenEvent};

use crate::log::{LogSink, Record, events};
use crate::observer::Observer;

/// Hands everything to `tracing`, under the target `camunda`.
///
/// As an [observer](crate::Setup::observe) it is told all that happens, and `tracing`'s own filter is the only one. As the
/// [log](crate::Setup::log) it is told that and what else there is to say, as much of both as `CAMUNDA_SDK_LOG_LEVEL` lets
/// through. One of the two is enough.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tracing;

impl Observer for Tracing {
    fn observe(&self, observation: &Observation) {
        event(observation);
    }
}

impl LogSink for Tracing {
    fn log(&self, record: &Record<'_>) {
        match (record.observation(), record.level()) {
            (Some(observation), _) => event(observation),
            (None, LogLevel::Error) => tracing::error!(target: "camunda", "{record}"),
            (None, LogLevel::Warn) => tracing::warn!(target: "camunda", "{record}"),
            (None, LogLevel::Info) => tracing::info!(target: "camunda", "{record}"),
            (None, LogLevel::Debug) => tracing::debug!(target: "camunda", "{record}"),
            (None, _) => tracing::trace!(target: "camunda", "{record}"),
        }
    }
}

fn event(observation: &Observation) {
    let call = observation.call.as_ref().map(|call| call.number);
    let operation = observation.call.as_ref().map(|call| call.operation);
    let correlation = observation.call.as_ref().and_then(|call| call.correlation.as_deref());
    macro_rules! say {
        ($level:ident, $message:expr $(, $($fields:tt)*)?) => {
            tracing::$level!(target: "camunda", call, operation, correlation, $($($fields)*,)? "{}", $message)
        };
    }
    let millis = |duration: &Duration| duration.as_secs_f64() * 1e3;
    match &observation.what {
        Observed::AttemptStarted { attempt, method, path, .. } => {
            say!(trace, "request sent", attempt, method = method.as_str(), path);
        }
        Observed::AttemptEnded { attempt, end, duration, .. } => match end {
            AttemptEnd::Answered(status) => {
                say!(debug, "request answered", attempt, status = status.as_u16(), took_ms = millis(duration));
            }
            AttemptEnd::Failed(error) => {
                say!(debug, "request failed", attempt, why = %error, took_ms = millis(duration));
            }
            _ => say!(debug, "request given up", attempt, took_ms = millis(duration)),
        },
        Observed::Retry { attempt, verdict, delay, .. } => {
            say!(debug, "request to be sent again", attempt, verdict = ?verdict, delay_ms = millis(delay));
        }
        Observed::Waited { why, duration, .. } => {
            say!(debug, "waited", for = ?why, took_ms = millis(duration));
        }
        Observed::NotAdmitted { limit, .. } => say!(warn, "call refused: too many wait", waiting = limit),
        Observed::GateChanged { profile, before, after, .. } => {
            let (level, message) = events::gate(*before, *after);
            macro_rules! gate {
                ($level:ident) => {
                    say!(
                        $level,
                        message,
                        severity = ?after.severity,
                        cap = after.cap,
                        pace_ms = millis(&after.back_off),
                        in_use = after.in_use,
                        waiting = after.waiters,
                        profile = ?profile
                    )
                };
            }
            match level {
                LogLevel::Warn => gate!(warn),
                LogLevel::Info => gate!(info),
                _ => gate!(debug),
            }
        }
        Observed::Token(event) => match event {
            TokenEvent::Asked { attempt, early, .. } => say!(debug, "token asked for", attempt, early),
            TokenEvent::Granted { lifetime, duration, early, .. } => {
                say!(info, "token granted", lifetime_s = lifetime.as_secs_f64(), early, took_ms = millis(duration));
            }
            TokenEvent::Found { lifetime, .. } => {
                say!(info, "token found in its file", lifetime_s = lifetime.as_secs_f64());
            }
            TokenEvent::Failed { message, again, early, .. } => {
                let again_in_ms = again.as_ref().map(millis);
                say!(warn, events::token_failed(again.is_some(), *early), why = message, again_in_ms);
            }
            TokenEvent::Rejected => say!(warn, "the cluster refused the token"),
            TokenEvent::TakenOver => say!(debug, "token errand taken over"),
            TokenEvent::Cleared => say!(info, "token forgotten"),
            _ => {}
        },
        Observed::Warning(warning) => say!(warn, warning),
        Observed::CallEnded { end, attempts, duration, .. } => match end {
            CallEnd::Succeeded(status) => {
                say!(debug, "call done", status = status.as_u16(), attempts, took_ms = millis(duration));
            }
            CallEnd::Failed { message, .. } => {
                say!(debug, "call failed", why = message, attempts, took_ms = millis(duration));
            }
            _ => say!(debug, "call abandoned", attempts, took_ms = millis(duration)),
        },
        _ => {}
    }
}
