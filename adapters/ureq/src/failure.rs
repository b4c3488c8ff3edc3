//! What ureq's errors mean to the core. Whether the request was begun is known exactly; the rest is the kind of failure.

use std::io::{self, ErrorKind};

use camunda_driver::core::{TransportError, TransportErrorKind as Kind};
use ureq::Error;

use crate::wire::is_late;

/// Translates an error of an exchange.
pub(crate) fn of(error: Error, begun: bool) -> TransportError {
    if begun {
        return within("head", error);
    }
    match error {
        Error::Other(cause) => match cause.downcast::<TransportError>() {
            // The connection said it already.
            Ok(told) => *told,
            Err(cause) => TransportError::not_sent(Kind::Connect, cause),
        },
        Error::Timeout(_) => TransportError::not_sent(Kind::Timeout, "no connection in time"),
        // What an agent says that was shut down.
        Error::Io(cause) if cause.kind() == ErrorKind::NotConnected => {
            TransportError::not_sent(Kind::Interrupted, cause)
        }
        other => TransportError::not_sent(Kind::Connect, other),
    }
}

/// Translates an error of reading a body.
pub(crate) fn of_read(error: io::Error) -> TransportError {
    within("body", Error::from(error))
}

/// The request was begun; its answer was awaited or read.
fn within(part: &'static str, error: Error) -> TransportError {
    match error {
        Error::Other(cause) => match cause.downcast::<TransportError>() {
            Ok(told) => *told,
            Err(cause) => TransportError::maybe_sent(Kind::Protocol, cause),
        },
        Error::Timeout(_) => late(part),
        Error::Io(cause) if is_late(&cause) => late(part),
        Error::Io(cause) => camunda_link::closed(part, Some(&cause)),
        other => TransportError::maybe_sent(Kind::Protocol, other),
    }
}

fn late(part: &str) -> TransportError {
    let what = if part == "head" { "no answer in time" } else { "the next part of the answer did not come in time" };
    TransportError::maybe_sent(Kind::Timeout, what)
}
