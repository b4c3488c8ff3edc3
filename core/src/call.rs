//! One operation on its way: a token, an exchange, perhaps again, until an answer or the deadline. It decides and does
//! nothing: sockets, clocks and sleep are its driver's.
//!
//! ```text
//! begin ──▶ Ready ──token there──▶ Sending ──answer──▶ Settled ──▶ Done
//!            ▲  │ none: another      │ turned away, lost, token refused
//!            │  │ call fetches one   ▼
//!            │  ├─▶ Waiting       Backoff
//!            │  └─▶ Leading ──┐      │
//!            └────────────────┴──────┘
//! ```
//!
//! A program that brings its own credentials is asked for them where others look for a token: Asking instead of Leading.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::config::Credentials;
use crate::credentials::{self, Carries, Refused};
use crate::error::{ApiError, AuthError, DeadlineError, DecodeError, NetworkError};
use crate::exchange::{Ended, Exchange};
use crate::problem::Problem;
use crate::retry::{self, LONGEST_RETRY_AFTER, Verdict};
use crate::session::CallId;
use crate::token::{Asking, Generation, Lead, Need};
use crate::transport::{Event, Limits, Route, TransportError, TransportErrorKind};
use crate::{Answer, Body, CallOptions, Config, Error, FileAction, Now, OperationInfo, Prepared, Session};

/// A server that holds a request answers late; so long after its own time limit it counts as silent.
const HOLD_MARGIN: Duration = Duration::from_secs(10);
/// What a server that chooses how long it holds a request is given in all.
const HOLD_UNKNOWN: Duration = Duration::from_secs(60);
/// What the deadline found a call at whose program was asked for credentials.
const NO_CREDENTIALS: &str = "the program did not give its credentials in time";
/// How much of an error body is kept.
const KEPT_ERROR_BODY: usize = 64 << 10;

/// One operation on its way.
///
/// Poll it, do what the [`Step`] says, and feed what happened to [`handle`](Self::handle). A call that is given up is
/// [`abandon`](Self::abandon)ed, whatever it is doing.
#[derive(Debug)]
pub struct Call {
    id: CallId,
    request: http::Request<Body>,
    info: OperationInfo,
    repeatable: bool,
    deadline: Instant,
    allowed: Duration,
    attempt_time: Duration,
    attempts: u32,
    max_attempts: u32,
    /// Whether a refused token has been replaced for this call.
    replayed: bool,
    /// The call is for a token newer than this one, and sends nothing to the cluster.
    token_only: Option<Generation>,
    /// Whether the cluster may have carried the request out already.
    perhaps_executed: bool,
    /// Why an earlier attempt failed, should the deadline end the call.
    last: Option<String>,
    state: State,
}

#[derive(Debug)]
enum State {
    Ready,
    /// Another call fetches a token, and has time for it until then.
    Waiting(Generation, Instant),
    /// This call leads: it fetches the token.
    Leading(Lead),
    /// The program is asked for its headers, or is to be; and what became of those that it gave before.
    Asking {
        asked: bool,
        refused: Option<Box<Refused>>,
    },
    /// The request is to be sent, or on its way.
    Sending {
        carries: Carries,
        request: Option<http::Request<Body>>,
        exchange: Exchange,
    },
    Backoff(Instant),
    Settled(Result<Answer, Error>),
    Done,
}

/// What a driver does next.
#[derive(Debug)]
#[must_use]
pub enum Step {
    /// Send this by this route within these limits, and feed what comes back to [`Call::handle`].
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
    /// Do this to a file, and tell by [`Event::File`] what became of it.
    File(FileAction),
    /// Ask the program for the headers that authenticate this request, and tell by [`Event::Credentials`] which they are.
    /// Only where the [configuration](Config::custom_credentials) says so.
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
    /// A token that another call fetches, or the next attempt to fetch one.
    Token,
    /// The time before the request is sent again.
    Backoff,
}

impl Call {
    pub(crate) fn new(id: CallId, prepared: Prepared, options: &CallOptions, session: &Session, now: Now) -> Self {
        let Prepared { request, info, hold } = prepared;
        let timeouts = session.config.timeouts();
        let attempt_time = match hold {
            None => timeouts.attempt,
            Some(0) => HOLD_UNKNOWN,
            Some(millis) => Duration::from_millis(u64::try_from(millis).unwrap_or(0)).saturating_add(HOLD_MARGIN),
        };
        let usual = if hold.is_some() { attempt_time.saturating_add(timeouts.call) } else { timeouts.call };
        let allowed = options.deadline.unwrap_or(usual);
        Self {
            id,
            request,
            info,
            repeatable: info.repeatable || options.repeat,
            deadline: now.after(allowed),
            allowed,
            attempt_time,
            attempts: 0,
            max_attempts: options.attempts.unwrap_or(session.config.retry.attempts),
            replayed: false,
            token_only: None,
            perhaps_executed: false,
            last: None,
            state: State::Ready,
        }
    }

    /// A call that ends with a token newer than this one.
    pub(crate) fn for_token(self, newer_than: Generation) -> Self {
        Self { token_only: Some(newer_than), ..self }
    }

    /// Which call this is.
    pub fn id(&self) -> CallId {
        self.id
    }

    /// What to do next.
    pub fn poll(&mut self, session: &mut Session, now: Now) -> Step {
        if now.instant >= self.deadline && !matches!(self.state, State::Settled(_) | State::Done) {
            let error = self.too_late();
            self.settle(session, Err(error));
        }
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Ready => self.state = self.ready(session, None, now),
                State::Waiting(generation, _) => {
                    self.state = self.ready(session, Some(generation), now);
                    if let State::Waiting(_, until) = self.state {
                        return Step::Wait { until: until.min(self.deadline), why: Why::Token };
                    }
                }
                State::Leading(mut lead) => match lead.poll(session, self.deadline, now) {
                    Some(step) => {
                        self.state = State::Leading(lead);
                        return step;
                    }
                    // The token is there, or the failure of this errand: asking as one who has waited tells which.
                    None => self.state = State::Waiting(lead.generation(), now.instant),
                },
                State::Asking { asked: false, refused } => {
                    let headers = refused.as_ref().map(|refused| refused.headers.clone());
                    self.state = State::Asking { asked: true, refused };
                    return Step::Credentials { refused: headers, until: self.deadline };
                }
                State::Asking { .. } => {
                    self.settle(session, Err(Error::Misuse("a call was polled before it was told its credentials")));
                }
                State::Sending { carries, mut request, exchange } => {
                    let (reading, request) = (exchange.reading(), request.take().map(|request| (request, &exchange)));
                    let step = step(request, reading, Route::Cluster, session, self.deadline, now);
                    self.state = State::Sending { carries, request: None, exchange };
                    return step;
                }
                State::Backoff(until) if now.instant >= until => self.state = State::Ready,
                State::Backoff(until) => {
                    self.state = State::Backoff(until);
                    return Step::Wait { until: until.min(self.deadline), why: Why::Backoff };
                }
                State::Settled(result) => return Step::Done(result),
                State::Done => return Step::Done(Err(Error::Misuse("a call was polled after its end"))),
            }
        }
    }

    /// Takes in what happened; the next [`poll`](Self::poll) says how it went.
    pub fn handle(&mut self, session: &mut Session, now: Now, event: Event) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Leading(mut lead) => match lead.handle(session, now, event) {
                Ok(()) => self.state = State::Leading(lead),
                Err(misuse) => self.settle(session, Err(Error::Misuse(misuse))),
            },
            State::Asking { asked: true, refused } => self.told(session, refused, event, now),
            State::Sending { carries, request: None, mut exchange } => match exchange.handle(event, now) {
                Ok(None) => self.state = State::Sending { carries, request: None, exchange },
                Ok(Some(ended)) => self.ended(session, carries, ended, now),
                Err(misuse) => self.settle(session, Err(Error::Misuse(misuse))),
            },
            state @ (State::Settled(_) | State::Done) => self.state = state,
            _ => self.settle(session, Err(Error::Misuse("an event was given to a call that waits for none"))),
        }
    }

    /// Gives the call up: what it holds goes to those who wait for it. Does nothing to a call that has ended.
    pub fn abandon(&mut self, session: &mut Session) {
        if !matches!(self.state, State::Settled(_) | State::Done) {
            session.release(self.id);
        }
        self.state = State::Done;
    }

    /// A token is wanted, then the request is ready to go.
    fn ready(&mut self, session: &mut Session, waited: Option<Generation>, now: Now) -> State {
        let config = Arc::clone(&session.config);
        let (header, carries) = match &config.credentials {
            Credentials::None => (None, Carries::Fixed),
            Credentials::Basic(header) => (Some(header.clone()), Carries::Fixed),
            Credentials::Custom if self.token_only.is_none() => return State::Asking { asked: false, refused: None },
            Credentials::Custom => (None, Carries::Fixed),
            Credentials::OAuth(_) => {
                let (call, operation, newer_than) = (self.id, self.info.name, self.token_only);
                match session.tokens.need(Asking { call, operation, waited, newer_than }, now) {
                    Need::Use(header, generation) => (Some(header), Carries::Token(generation)),
                    Need::Lead(lead) => return State::Leading(lead),
                    Need::Wait { generation, until } => return State::Waiting(generation, until),
                    Need::Failed(error) => return self.settled(session, Err(error.into())),
                }
            }
        };
        if self.token_only.is_some() {
            let nothing = Answer::new(self.info.name, StatusCode::NO_CONTENT, HeaderMap::new(), Bytes::new());
            return self.settled(session, Ok(nothing));
        }
        let mut request = self.request.clone();
        credentials::authorize(&mut request, header);
        self.sending(session, carries, request, now)
    }

    fn sending(&mut self, session: &Session, carries: Carries, request: http::Request<Body>, now: Now) -> State {
        self.attempts = self.attempts.saturating_add(1);
        let end = now.after(self.attempt_time).min(self.deadline);
        let config = &session.config;
        let exchange = Exchange::new(config.max_body_bytes(), config.timeouts().inactivity, end);
        State::Sending { carries, request: Some(request), exchange }
    }

    /// The program gave its headers, or none in time.
    fn told(&mut self, session: &mut Session, refused: Option<Box<Refused>>, event: Event, now: Now) {
        self.state = match (event, refused) {
            // The same again would be refused again: the caller hears of the refusal.
            (Event::Credentials(Ok(headers)), Some(refused)) if headers == refused.headers => {
                self.settled(session, Err(refused.error.into()))
            }
            (Event::Credentials(Ok(mut headers)), _) => {
                let mut request = self.request.clone();
                credentials::apply(&mut request, &mut headers);
                self.sending(session, Carries::Custom(Box::new(headers)), request, now)
            }
            (Event::Credentials(Err(reason)), _) => {
                let error = AuthError::of_program(self.info.name, &reason);
                self.settled(session, Err(error.into()))
            }
            (Event::Failed(_), _) => {
                let error = self.deadline_error(NO_CREDENTIALS);
                self.settled(session, Err(error))
            }
            _ => self.settled(session, Err(Error::Misuse("an event was given to a call that waits for credentials"))),
        };
    }

    /// The exchange with the cluster has ended.
    fn ended(&mut self, session: &mut Session, carries: Carries, ended: Ended, now: Now) {
        match ended {
            Ended::Answered { status, headers, body } => self.answered(session, carries, (status, headers, body), now),
            Ended::TooLarge { status, headers } => {
                let limit = session.config.max_body_bytes();
                let reason = format!("its body is larger than the limit of {limit} bytes (CAMUNDA_SDK_MAX_BODY_BYTES)");
                let error = if status.is_success() {
                    DecodeError::new(self.info.name, status, reason, b"").into()
                } else {
                    self.api_error(status, headers, &Bytes::new(), Verdict::Final).into()
                };
                self.settle(session, Err(error));
            }
            Ended::Failed(cause) => {
                let verdict = Verdict::of_failure(&cause);
                self.perhaps_executed |= cause.may_have_been_sent();
                let again = self.back_off(session, verdict, None, now);
                match again {
                    Some(until) => {
                        self.last = Some(cause.to_string());
                        self.state = State::Backoff(until);
                    }
                    None => {
                        let error = self.network_error(&session.config, cause, now);
                        self.settle(session, Err(error));
                    }
                }
            }
        }
    }

    fn answered(
        &mut self,
        session: &mut Session,
        carries: Carries,
        (status, headers, body): (StatusCode, HeaderMap, Bytes),
        now: Now,
    ) {
        if status.is_success() {
            let answer = Answer::new(self.info.name, status, headers, body);
            return self.settle(session, Ok(answer));
        }
        let verdict = Verdict::of_answer(status, &Problem::parse(&body), &body);
        let first_refusal = verdict == Verdict::Unauthorized && !std::mem::replace(&mut self.replayed, true);
        self.perhaps_executed |= verdict == Verdict::Unknown;
        let error = self.api_error(status, headers, &body, verdict);
        match carries {
            Carries::Token(token) if first_refusal && session.tokens.refused(token, now) => {
                self.state = State::Ready;
                return;
            }
            Carries::Custom(headers) if first_refusal => {
                let refused = Some(Box::new(Refused { headers: *headers, error }));
                self.state = State::Asking { asked: false, refused };
                return;
            }
            _ => {}
        }
        match self.back_off(session, verdict, error.retry_after, now) {
            Some(until) => {
                self.last = Some(error.to_string());
                self.state = State::Backoff(until);
            }
            None => self.settle(session, Err(error.into())),
        }
    }

    /// Until when to wait before the request is sent again; `None` if it is not.
    fn back_off(
        &self,
        session: &mut Session,
        verdict: Verdict,
        retry_after: Option<Duration>,
        now: Now,
    ) -> Option<Instant> {
        if self.attempts >= self.max_attempts || !verdict.allows(self.repeatable, self.attempts) {
            return None;
        }
        let asked = retry_after.unwrap_or_default();
        if asked > LONGEST_RETRY_AFTER {
            return None;
        }
        let delay = retry::delay(&session.config.retry, self.attempts, &mut session.rng).max(asked);
        let until = now.after(delay);
        (until < self.deadline).then_some(until)
    }

    fn api_error(&self, status: StatusCode, headers: HeaderMap, body: &Bytes, verdict: Verdict) -> ApiError {
        let superseded = self.info.drains && self.attempts > 1 && matches!(status.as_u16(), 404 | 409);
        let hint = match verdict {
            _ if superseded => Some("an earlier attempt may have got through: already handled, or superseded"),
            Verdict::Undeliverable => Some("the key may name a partition that this cluster does not have"),
            _ if status.is_redirection() => Some("redirects are never followed: is CAMUNDA_REST_ADDRESS right?"),
            Verdict::Unauthorized => {
                Some("check the credentials: CAMUNDA_AUTH_STRATEGY and the variables that go with it")
            }
            _ => None,
        };
        ApiError {
            operation: self.info.name,
            status,
            retry_after: retry::retry_after(&headers),
            headers,
            problem: Problem::parse(body),
            body: body.slice(..body.len().min(KEPT_ERROR_BODY)),
            attempts: self.attempts,
            unknown_outcome: verdict == Verdict::Unknown,
            retryable: matches!(verdict, Verdict::Busy | Verdict::NotAccepted),
            hint,
        }
    }

    fn network_error(&self, config: &Config, cause: TransportError, now: Now) -> Error {
        if cause.kind() == TransportErrorKind::Timeout && now.instant >= self.deadline {
            return self.deadline_error("the cluster did not answer in time");
        }
        let error = NetworkError {
            operation: self.info.name,
            address: config.rest_address().to_owned(),
            cause,
            attempts: self.attempts,
            default_address: config.default_address,
        };
        error.into()
    }

    fn too_late(&self) -> Error {
        self.deadline_error(match &self.state {
            State::Ready => "nothing was sent yet",
            State::Waiting(..) | State::Leading(_) => "waiting for a token",
            State::Asking { .. } => NO_CREDENTIALS,
            State::Backoff(_) => "waiting before the next attempt",
            _ => "the cluster did not answer in time",
        })
    }

    fn deadline_error(&self, doing: &'static str) -> Error {
        let on_its_way = matches!(&self.state, State::Sending { request: None, .. });
        let error = DeadlineError {
            operation: self.info.name,
            allowed: self.allowed,
            doing,
            last: self.last.clone(),
            attempts: self.attempts,
            sent: self.perhaps_executed || on_its_way,
        };
        error.into()
    }

    fn settle(&mut self, session: &mut Session, result: Result<Answer, Error>) {
        self.state = self.settled(session, result);
    }

    fn settled(&self, session: &mut Session, result: Result<Answer, Error>) -> State {
        session.release(self.id);
        State::Settled(result)
    }
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
