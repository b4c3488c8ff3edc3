//! What ureq's errors mean to the core. Whether the request was begun is known exactly; the rest is the kind of failure.

use std::io;

use camunda_driver::core::{TransportError, TransportErrorKind as Kind};
use ureq::{Error, Timeout};

use crate::wire::is_late;

/// Translates an error of an exchange.
pub(crate) fn of(error: Error, begun: bool) -> TransportError {
    let (kind, detail) = match error {
        Error::Other(cause) => match cause.downcast::<TransportError>() {
            // The connection said it already.
            Ok(told) => return *told,
            Err(cause) => (Kind::Connect, cause.to_string()),
        },
        Error::Timeout(Timeout::PerCall) if begun => (Kind::Timeout, "no answer in time".to_owned()),
        Error::Timeout(_) => (Kind::Timeout, "no connection in time".to_owned()),
        Error::Io(cause) => (of_io(&cause, begun), cause.to_string()),
        other if begun => (Kind::Protocol, other.to_string()),
        other => (Kind::Connect, other.to_string()),
    };
    if begun { TransportError::maybe_sent(kind, detail) } else { TransportError::not_sent(kind, detail) }
}

/// Translates an error of reading a body.
pub(crate) fn of_read(error: io::Error) -> TransportError {
    let late = || TransportError::maybe_sent(Kind::Timeout, "the next part of the answer did not come in time");
    if is_late(&error) {
        return late();
    }
    match error.downcast::<Error>() {
        Ok(Error::Timeout(_)) => late(),
        Ok(inner) => of(inner, true),
        Err(error) => TransportError::maybe_sent(of_io(&error, true), error),
    }
}

fn of_io(error: &io::Error, begun: bool) -> Kind {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Kind::Timeout,
        // What an agent says that was shut down.
        io::ErrorKind::NotConnected => Kind::Interrupted,
        _ if begun => Kind::Closed,
        _ => Kind::Connect,
    }
}
