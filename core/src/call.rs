//! One operation on its way: a token, an exchange, perhaps again, until an answer or the deadline. It decides and does
//! nothing: sockets, clocks and sleep are its driver's.
//!
//! ```text
//! begin ──▶ Ready ──permit, token──▶ Sending ──answer──▶ Settled ──▶ Done
//!          ▲ ▲ │ │ no token: another   │ turned away, lost, token refused
//!   permit │ │ │ │ call fetches one    ▼
//!     Queued◀┼─┘ ├─▶ Waiting        Backoff
//!            │   └─▶ Fetching ─┐       │
//!            └─────────────────┴───────┘
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::config::Credentials;
use crate::error::{ApiError, DeadlineError, DecodeError, NetworkError, QueueFullError};
use crate::exchange::{Ended, Exchange};
use crate::gate::Admitting;
use crate::problem::Problem;
use crate::retry::{self, LONGEST_RETRY_AFTER, Verdict};
use crate::session::CallId;
use crate::token::{Fetched, Generation, Need};
use crate::transport::{Event, Limits, Route, TransportError, TransportErrorKind};
use crate::{Answer, Body, CallOptions, Config, Error, Now, OperationInfo, Prepared, Session};

/// A server that holds a request answers late; so long after its own time limit it counts as silent.
const HOLD_MARGIN: Duration = Duration::from_secs(10);
/// What a server that chooses how long it holds a request is given in all.
const HOLD_UNKNOWN: Duration = Duration::from_secs(60);
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
    /// Whether the server may hold the request: then its permit ends when it is sent, or an idle poll would keep others out.
    held: bool,
    /// A worker's own command, which no budget bounds.
    persistent: bool,
    /// When the last attempt was sent, and how many were under way then.
    sent: Option<(Instant, u32)>,
    /// Whether a refused token has been replaced for this call.
    replayed: bool,
    /// Whether the cluster may have carried the request out already.
    perhaps_executed: bool,
    /// Why an earlier attempt failed, should the deadline end the call.
    last: Option<String>,
    state: State,
}

#[derive(Debug)]
enum State {
    Ready,
    /// In the queue for a permit; whether it is the pace that is waited for.
    Queued {
        until: Instant,
        paced: bool,
    },
    /// Another call fetches a token, and has time for it until then.
    Waiting(Generation, Instant),
    /// This call leads: a token request is to be sent, or on its way.
    Fetching {
        generation: Generation,
        request: Option<http::Request<Body>>,
        exchange: Exchange,
    },
    /// This call leads and waits before the next token request.
    FetchAgain {
        generation: Generation,
        until: Instant,
    },
    /// The request is to be sent, or on its way, with the token of that generation.
    Sending {
        token: Option<Generation>,
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
            held: hold.is_some(),
            persistent: options.persistent,
            sent: None,
            replayed: false,
            perhaps_executed: false,
            last: None,
            state: State::Ready,
        }
    }

    /// Which call this is.
    pub fn id(&self) -> CallId {
        self.id
    }

    /// What to do next.
    pub fn poll(&mut self, session: &mut Session, now: Now) -> Step {
        if now.instant >= self.deadline && !matches!(self.state, State::Settled(_) | State::Done) {
            let error = self.too_late();
            self.settle(session, Err(error), now);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Ready => self.state = self.admitted(session, now),
                State::Queued { .. } => {
                    self.state = self.admitted(session, now);
                    if let State::Queued { until, paced } = self.state {
                        let why = if paced { Why::Pace } else { Why::Permit };
                        return Step::Wait { until: until.min(self.deadline), why };
                    }
                }
                State::Waiting(generation, _) => {
                    self.state = self.ready(session, Some(generation), now);
                    if let State::Waiting(_, until) = self.state {
                        return Step::Wait { until: until.min(self.deadline), why: Why::Token };
                    }
                }
                State::Fetching { generation, mut request, exchange } => {
                    let (reading, request) = (exchange.reading(), request.take().map(|request| (request, &exchange)));
                    let step = step(request, reading, Route::Identity, session, self.deadline, now);
                    self.state = State::Fetching { generation, request: None, exchange };
                    return step;
                }
                State::FetchAgain { generation, until } if now.instant >= until => {
                    let config = Arc::clone(&session.config);
                    let Credentials::OAuth(oauth) = &config.credentials else { continue };
                    self.state = match session.tokens.again(generation, oauth, now) {
                        Some((request, end)) => {
                            State::Fetching { generation, request: Some(request), exchange: fetch(&config, end) }
                        }
                        None => State::Ready,
                    };
                }
                State::FetchAgain { generation, until } => {
                    self.state = State::FetchAgain { generation, until };
                    return Step::Wait { until: until.min(self.deadline), why: Why::Token };
                }
                State::Sending { token, mut request, exchange } => {
                    if request.is_some() {
                        self.leaves(session, now);
                    }
                    let (reading, request) = (exchange.reading(), request.take().map(|request| (request, &exchange)));
                    let step = step(request, reading, Route::Cluster, session, self.deadline, now);
                    self.state = State::Sending { token, request: None, exchange };
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
            State::Fetching { generation, request: None, mut exchange } => match exchange.handle(event, now) {
                Ok(None) => self.state = State::Fetching { generation, request: None, exchange },
                Ok(Some(ended)) => self.fetched(session, generation, ended, now),
                Err(misuse) => self.settle(session, Err(Error::Misuse(misuse)), now),
            },
            State::Sending { token, request: None, mut exchange } => match exchange.handle(event, now) {
                Ok(None) => self.state = State::Sending { token, request: None, exchange },
                Ok(Some(ended)) => self.ended(session, token, ended, now),
                Err(misuse) => self.settle(session, Err(Error::Misuse(misuse)), now),
            },
            state @ (State::Settled(_) | State::Done) => self.state = state,
            _ => self.settle(session, Err(Error::Misuse("an event was given to a call that waits for none")), now),
        }
    }

    /// Gives the call up: what it holds goes to those who wait for it. Does nothing to a call that has ended.
    pub fn abandon(&mut self, session: &mut Session, now: Now) {
        if !matches!(self.state, State::Settled(_) | State::Done) {
            session.release(self.id, now);
        }
        self.state = State::Done;
    }

    /// A permit is wanted, then a token. Operations that end work already handed out need no permit: they lower the load.
    fn admitted(&mut self, session: &mut Session, now: Now) -> State {
        if !self.info.drains {
            let end = now.after(self.attempt_time).min(self.deadline);
            let Session { admission, woken, .. } = session;
            match admission.admit(self.id, end, now, woken) {
                Admitting::Admitted => {}
                Admitting::Wait { until, paced } => return State::Queued { until, paced },
                Admitting::Full(limit) => {
                    let error = QueueFullError { operation: self.info.name, limit };
                    return self.settled(session, Err(error.into()), now);
                }
            }
        }
        self.ready(session, None, now)
    }

    /// A token is wanted, then the request is ready to go.
    fn ready(&mut self, session: &mut Session, waited: Option<Generation>, now: Now) -> State {
        let config = Arc::clone(&session.config);
        let (header, token) = match &config.credentials {
            Credentials::None => (None, None),
            Credentials::Basic(header) => (Some(header.clone()), None),
            Credentials::OAuth(oauth) => match session.tokens.need(self.id, waited, oauth, self.info.name, now) {
                Need::Use(header, generation) => (Some(header), Some(generation)),
                Need::Lead { request, generation, end } => {
                    return State::Fetching { generation, request: Some(request), exchange: fetch(&config, end) };
                }
                Need::Wait { generation, until } => return State::Waiting(generation, until),
                Need::Failed(error) => return self.settled(session, Err(error.into()), now),
            },
        };
        let end = now.after(self.attempt_time).min(self.deadline);
        if !self.info.drains && !session.admission.renew(self.id, end) {
            // The token took longer than the permit lasts.
            return State::Ready;
        }
        let mut request = self.request.clone();
        authorize(&mut request, header);
        self.attempts = self.attempts.saturating_add(1);
        let exchange = Exchange::new(config.max_body_bytes(), config.timeouts().inactivity, end);
        State::Sending { token, request: Some(request), exchange }
    }

    /// The request goes out: what is noted of that moment.
    fn leaves(&mut self, session: &mut Session, now: Now) {
        self.sent = Some((now.instant, session.admission.in_use()));
        if self.held {
            session.admission.leave(self.id, now, &mut session.woken);
        }
    }

    /// A token request that this call led has ended.
    fn fetched(&mut self, session: &mut Session, generation: Generation, ended: Ended, now: Now) {
        let config = Arc::clone(&session.config);
        let Credentials::OAuth(oauth) = &config.credentials else { return };
        let Session { tokens, rng, woken, .. } = session;
        let fetched = match ended {
            Ended::Answered { status, headers, body } => {
                tokens.answered(generation, oauth, (status, &headers, &body), rng, now, woken)
            }
            Ended::Failed(error) => tokens.unreachable(generation, oauth, &error.to_string(), rng, now, woken),
            Ended::TooLarge { .. } => {
                tokens.unreachable(generation, oauth, "its answer is too large to be a token", rng, now, woken)
            }
        };
        self.state = match fetched {
            Fetched::Again(until) => State::FetchAgain { generation, until },
            // The token is there, or the failure of this errand: asking as one who has waited tells which.
            Fetched::Settled => State::Waiting(generation, now.instant),
        };
    }

    /// The exchange with the cluster has ended.
    fn ended(&mut self, session: &mut Session, token: Option<Generation>, ended: Ended, now: Now) {
        match ended {
            Ended::Answered { status, headers, body } => self.answered(session, token, (status, headers, body), now),
            Ended::TooLarge { status, headers } => {
                let limit = session.config.max_body_bytes();
                let reason = format!("its body is larger than the limit of {limit} bytes (CAMUNDA_SDK_MAX_BODY_BYTES)");
                let error = if status.is_success() {
                    DecodeError::new(self.info.name, status, reason, b"").into()
                } else {
                    self.api_error(status, headers, &Bytes::new(), Verdict::Final, now).into()
                };
                self.settle(session, Err(error), now);
            }
            Ended::Failed(cause) => {
                let verdict = Verdict::of_failure(&cause);
                self.perhaps_executed |= cause.may_have_been_sent();
                session.admission.leave(self.id, now, &mut session.woken);
                let again = self.back_off(session, verdict, None, now);
                match again {
                    Some(until) => {
                        self.last = Some(cause.to_string());
                        self.state = State::Backoff(until);
                    }
                    None => {
                        let error = self.network_error(&session.config, cause, now);
                        self.settle(session, Err(error), now);
                    }
                }
            }
        }
    }

    fn answered(
        &mut self,
        session: &mut Session,
        token: Option<Generation>,
        (status, headers, body): (StatusCode, HeaderMap, Bytes),
        now: Now,
    ) {
        let Session { admission, woken, .. } = &mut *session;
        if status.is_success() {
            // The cluster takes the end of a job even while it refuses new work, so that says nothing.
            if !self.info.drains {
                admission.success(now, woken);
            }
            let answer = Answer::new(self.info.name, status, headers, body);
            return self.settle(session, Ok(answer), now);
        }
        let verdict = Verdict::of_answer(status, &Problem::parse(&body), &body);
        if verdict.is_overload(status, &body) {
            admission.signal(self.sent, now, woken);
        }
        admission.leave(self.id, now, woken);
        if verdict == Verdict::Unauthorized
            && !self.replayed
            && token.is_some_and(|token| session.tokens.refused(token, now))
        {
            self.replayed = true;
            self.state = State::Ready;
            return;
        }
        self.perhaps_executed |= verdict == Verdict::Unknown;
        let error = self.api_error(status, headers, &body, verdict, now);
        match self.back_off(session, verdict, error.retry_after, now) {
            Some(until) => {
                self.last = Some(error.to_string());
                self.state = State::Backoff(until);
            }
            None => self.settle(session, Err(error.into()), now),
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
        let in_time = until < self.deadline;
        (in_time && (self.persistent || session.budget.spend())).then_some(until)
    }

    fn api_error(&self, status: StatusCode, headers: HeaderMap, body: &Bytes, verdict: Verdict, now: Now) -> ApiError {
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
            retry_after: retry::retry_after(&headers, now.unix),
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
            State::Ready | State::Queued { .. } => "waiting for a permit, since the cluster is overloaded",
            State::Waiting(..) | State::Fetching { .. } | State::FetchAgain { .. } => "waiting for a token",
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

    fn settle(&mut self, session: &mut Session, result: Result<Answer, Error>, now: Now) {
        self.state = self.settled(session, result, now);
    }

    fn settled(&self, session: &mut Session, result: Result<Answer, Error>, now: Now) -> State {
        session.release(self.id, now);
        State::Settled(result)
    }
}

/// The next step of an exchange that is to be sent, awaits its head, or reads its body.
fn step(
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
        (None, None) => Step::Done(Err(Error::Misuse("a call was polled before its request was answered"))),
    }
}

fn fetch(config: &Config, end: Instant) -> Exchange {
    /// A token answer is a few kilobytes.
    const LARGEST_TOKEN: usize = 1 << 20;
    Exchange::new(LARGEST_TOKEN, config.timeouts().inactivity, end)
}

/// Adds credentials, unless the request carries its own.
fn authorize(request: &mut http::Request<Body>, header: Option<HeaderValue>) {
    if let Some(header) = header
        && !request.headers().contains_key(AUTHORIZATION)
    {
        request.headers_mut().insert(AUTHORIZATION, header);
    }
}
