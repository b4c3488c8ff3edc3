//! What a call tells its driver to do next. Why, and what comes of it, is the [`Call`](crate::Call)'s.

use std::time::Instant;

use http::HeaderMap;

use crate::exchange::Exchange;
use crate::transport::{Limits, Route};
use crate::{Answer, Body, Error, FileAction, Now, Session};

/// What a driver does next.
#[derive(Debug)]
#[must_use]
pub enum Step {
    /// Send this by this route within these limits, and feed what comes back to [`Call::handle`](crate::Call::handle).
    Send {
        /// The request, credentials included.
        request: http::Request<Body>,
        /// To whom.
        route: Route,
        /// By when.
        limits: Limits,
    },
    /// More of the answer is wanted, by then.
    Read {
        /// Later is too late: feed a time-out.
        until: Instant,
    },
    /// Do this to a file, and tell by [`Event::File`](crate::Event::File) what became of it.
    File(FileAction),
    /// Ask the program for the headers that authenticate this request, and tell by [`Event::Credentials`](crate::Event::Credentials) which they are.
    /// Only where the [configuration](crate::Config::custom_credentials) says so.
    Credentials {
        /// Those that it gave for this request before, and that the cluster refused: it is asked a second time then.
        refused: Option<HeaderMap>,
        /// Later is too late: feed a time-out.
        until: Instant,
    },
    /// Poll again once [`Session::poll_woken`] names this call, or at this instant at the latest.
    Wait {
        /// Always in the future.
        until: Instant,
        /// What is waited for.
        why: Why,
    },
    /// The end of the call.
    Done(Result<Answer, Error>),
}

impl Step {
    pub(crate) fn misuse(sentence: &'static str) -> Self {
        Step::Done(Err(Error::Misuse(sentence)))
    }
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// A permit: as many calls are under way as the cluster takes.
    Permit,
    /// Its turn: calls are let in one by one, some time apart.
    Pace,
    /// A token that another call fetches, or the next attempt to fetch one.
    Token,
    /// The time before the request is sent again.
    Backoff,
    /// The same, as long as the server asked for.
    RetryAfter,
    /// The program's own credentials. That is a step of its own, and a wait for those who are told of waits.
    Credentials,
}

/// The next step of an exchange that is to be sent, awaits its head, or reads its body.
pub(crate) fn step(
    request: Option<(http::Request<Body>, &Exchange)>,
    reading: Option<Instant>,
    route: Route,
    session: &Session,
    deadline: Instant,
    now: Now,
) -> Step {
    match (request, reading) {
        (Some((request, exchange)), _) => {
            let head = exchange.end().min(deadline);
            let connect = now.after(session.config.timeouts().connect).min(head);
            Step::Send { request, route, limits: Limits { connect, head } }
        }
        (None, Some(until)) => Step::Read { until: until.min(deadline) },
        (None, None) => Step::misuse("a call was polled before its request was answered"),
    }
}
