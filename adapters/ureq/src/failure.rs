//! What ureq's errors mean to the core. Whether the request was begun is known exactly; the rest is the kind of failure.

use std::io;

use camunda_driver::core::{TransportError, TransportErrorKind as Kind};
use ureq::{Error, Timeout};

use crate::watch::NotResolved;

/// Translates an error of an exchange.
pub(crate) fn of(error: &Error, begun: bool) -> TransportError {
    let kind = match error {
        Error::Timeout(_) => Kind::Timeout,
        Error::HostNotFound => Kind::Dns,
        Error::Other(cause) if cause.is::<NotResolved>() => Kind::Dns,
        Error::Tls(_) | Error::TlsRequired | Error::Rustls(_) | Error::Pem(_) => Kind::Tls,
        Error::Io(cause) => of_io(cause, begun),
        Error::ConnectionFailed => Kind::Connect,
        _ if begun => Kind::Protocol,
        _ => Kind::Connect,
    };
    let detail = match error {
        Error::Timeout(Timeout::Connect) => "no connection in time".to_owned(),
        Error::Timeout(Timeout::Resolve) => "the host's name was not resolved in time".to_owned(),
        Error::Timeout(_) if begun => "no answer in time".to_owned(),
        Error::Timeout(_) => "no connection in time".to_owned(),
        Error::Io(cause) => told(cause),
        Error::Other(cause) => cause.to_string(),
        other => other.to_string(),
    };
    if begun { TransportError::maybe_sent(kind, detail) } else { TransportError::not_sent(kind, detail) }
}

/// Translates an error of reading a body.
pub(crate) fn of_read(error: &io::Error) -> TransportError {
    let timed_out = error.kind() == io::ErrorKind::TimedOut
        || error
            .get_ref()
            .and_then(|inner| inner.downcast_ref())
            .is_some_and(|inner| matches!(inner, Error::Timeout(_)));
    if timed_out {
        return TransportError::maybe_sent(Kind::Timeout, "the next part of the answer did not come in time");
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(inner) => of(inner, true),
        None => TransportError::maybe_sent(of_io(error, true), told(error)),
    }
}

fn of_io(error: &io::Error, begun: bool) -> Kind {
    if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        return Kind::Tls;
    }
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Kind::Timeout,
        // What an agent says that was shut down.
        io::ErrorKind::NotConnected => Kind::Interrupted,
        _ if begun => Kind::Closed,
        _ => Kind::Connect,
    }
}

/// The system's words without its numbers.
fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        _ => error.to_string(),
    }
}
