//! One operation on its way: a token, an exchange, perhaps again, until an answer or the deadline. It decides and does
//! nothing: sockets, clocks and sleep are its driver's.
//!
//! ```text
//! begin ──▶ Ready ──permit, token──▶ Sending ──answer──▶ Settled ──▶ Done
//!          ▲ ▲ │ │ no token: another   │ turned away, lost, token refused
//!   permit │ │ │ │ call fetches one    ▼
//!     Queued◀┼─┘ ├─▶ Waiting        Backoff
//!            │   └─▶ Leading ──┐       │
//!            └─────────────────┴───────┘
//! ```
//!
//! A program that brings its own credentials is asked for them where others look for a token: Asking instead of Leading.

mod failure;
mod observing;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use self::failure::NO_CREDENTIALS;
use crate::config::Credentials;
use crate::credentials::{self, Carries, Refused};
use crate::error::{AuthError, DecodeError, QueueFullError};
use crate::exchange::{Ended, Exchange};
use crate::gate::Admitting;
use crate::observe::{AttemptEnd, CallIdentity};
use crate::problem::Problem;
use crate::retry::{self, LONGEST_RETRY_AFTER, Verdict};
use crate::session::CallId;
use crate::step::step;
use crate::token::{Asking, Generation, Lead, Need};
use crate::transport::{Event, Route};
use crate::{Answer, Body, CallOptions, Error, Now, OperationInfo, Prepared, Session, Step, Why};

/// A server that holds a request answers late; so long after its own time limit it counts as silent.
const HOLD_MARGIN: Duration = Duration::from_secs(10);
/// What a server that chooses how long it holds a request is given in all.
const HOLD_UNKNOWN: Duration = Duration::from_secs(60);

/// One operation on its way.
///
/// Poll it, do what the [`Step`] says, and feed what happened to [`handle`](Self::handle). A call that is given up is
/// [`abandon`](Self::abandon)ed, whatever it is doing.
#[derive(Debug)]
pub struct Call {
    id: CallId,
    identity: CallIdentity,
    begun: Instant,
    request: http::Request<Body>,
    info: OperationInfo,
    /// How many files the request uploads.
    files: usize,
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
    /// A body of this call passes through and is gone then: there is one attempt.
    streamed: bool,
    /// Whether a refused token has been replaced for this call, or cannot be.
    replayed: bool,
    /// What the cluster refused, of the program's own.
    refused: Option<Box<Refused>>,
    /// The call is for credentials alone, and sends nothing to the cluster.
    only: Option<Only>,
    /// Whether the cluster may have carried the request out already.
    perhaps_executed: bool,
    /// Why an earlier attempt failed, should the deadline end the call.
    last: Option<String>,
    /// What is waited for, and since when; for those who are told.
    wait: Option<(Why, Instant)>,
    state: State,
}

/// A call that is not for an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Only {
    /// Ends once there is a token newer than this one.
    Token(Generation),
    /// Ends with the headers that a request would carry.
    Headers,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "every call sends; a box for that would be one a call")]
enum State {
    Ready,
    /// In the queue for a permit; whether it is the pace that is waited for.
    Queued {
        until: Instant,
        paced: bool,
    },
    /// Another call fetches a token, and has time for it until then.
    Waiting(Generation, Instant),
    /// This call leads: it fetches the token.
    Leading(Box<Lead>),
    /// The program is asked for its headers, or is to be.
    Asking {
        asked: bool,
    },
    /// The request is to be sent, or on its way.
    Sending {
        carries: Carries,
        request: Option<http::Request<Body>>,
        exchange: Exchange,
    },
    Backoff(Instant, Why),
    Settled(Result<Answer, Error>),
    Done,
}

impl Call {
    pub(crate) fn new(
        id: CallId,
        identity: CallIdentity,
        prepared: Prepared,
        options: &CallOptions,
        session: &Session,
        now: Now,
    ) -> Self {
        let Prepared { request, info, hold, files } = prepared;
        let timeouts = session.config.timeouts();
        let attempt_time = match hold {
            None => timeouts.attempt,
            Some(0) => HOLD_UNKNOWN,
            Some(millis) => Duration::from_millis(u64::try_from(millis).unwrap_or(0)).saturating_add(HOLD_MARGIN),
        };
        let streamed = options.streamed;
        let usual = if hold.is_some() { attempt_time.saturating_add(timeouts.call) } else { timeouts.call };
        let allowed = options.deadline.unwrap_or(usual);
        Self {
            id,
            identity,
            begun: now.instant,
            request,
            info,
            files,
            repeatable: info.repeatable || options.repeat,
            deadline: now.after(allowed),
            allowed,
            attempt_time: if streamed { allowed } else { attempt_time },
            attempts: 0,
            max_attempts: if streamed { 1 } else { options.attempts.unwrap_or(session.config.retry.attempts) },
            held: hold.is_some(),
            persistent: options.persistent,
            sent: None,
            streamed,
            replayed: streamed,
            refused: None,
            only: None,
            perhaps_executed: false,
            last: None,
            wait: None,
            state: State::Ready,
        }
    }

    /// A call for credentials alone.
    pub(crate) fn only(self, only: Only) -> Self {
        Self { only: Some(only), ..self }
    }

    /// Which call this is.
    pub fn id(&self) -> CallId {
        self.id
    }

    /// What to do next.
    pub fn poll(&mut self, session: &mut Session, now: Now) -> Step {
        let mark = session.observations.len();
        let step = self.next(session, now);
        self.waits(session, &step, mark, now);
        step
    }

    fn next(&mut self, session: &mut Session, now: Now) -> Step {
        if now.instant >= self.deadline && !matches!(self.state, State::Settled(_) | State::Done) {
            self.attempt_cut_short(session, now);
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
                State::Leading(mut lead) => match lead.poll(session, &self.identity, self.deadline, now) {
                    Some(step) => {
                        self.state = State::Leading(lead);
                        return step;
                    }
                    // The token is there, or the failure of this errand: asking as one who has waited tells which.
                    None => self.state = State::Waiting(lead.generation(), now.instant),
                },
                State::Asking { asked: false } => {
                    self.state = State::Asking { asked: true };
                    let refused = self.refused.as_ref().map(|refused| refused.headers.clone());
                    return Step::Credentials { refused, until: self.deadline };
                }
                State::Asking { .. } => {
                    let misuse = Error::Misuse("a call was polled before it was told its credentials");
                    self.settle(session, Err(misuse), now);
                }
                State::Sending { carries, mut request, exchange } => {
                    if request.is_some() {
                        self.leaves(session, now);
                    }
                    let (reading, request) = (exchange.reading(), request.take().map(|request| (request, &exchange)));
                    let step = step(request, reading, Route::Cluster, session, self.deadline, now);
                    self.state = State::Sending { carries, request: None, exchange };
                    return step;
                }
                State::Backoff(until, _) if now.instant >= until => self.state = State::Ready,
                State::Backoff(until, why) => {
                    self.state = State::Backoff(until, why);
                    return Step::Wait { until: until.min(self.deadline), why };
                }
                State::Settled(result) => return Step::Done(result),
                State::Done => return Step::Done(Err(Error::Misuse("a call was polled after its end"))),
            }
        }
    }

    /// Takes in what happened; the next [`poll`](Self::poll) says how it went.
    pub fn handle(&mut self, session: &mut Session, now: Now, event: Event) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Leading(mut lead) => match lead.handle(session, &self.identity, now, event) {
                Ok(()) => self.state = State::Leading(lead),
                Err(misuse) => self.settle(session, Err(Error::Misuse(misuse)), now),
            },
            State::Asking { asked: true } => self.told(session, event, now),
            State::Sending { carries, request: None, mut exchange } => match exchange.handle(event, now) {
                Ok(None) => self.state = State::Sending { carries, request: None, exchange },
                Ok(Some(ended)) => self.ended(session, carries, ended, now),
                Err(misuse) => {
                    self.attempt_ended(session, now, || AttemptEnd::GivenUp);
                    self.settle(session, Err(Error::Misuse(misuse)), now);
                }
            },
            state @ (State::Settled(_) | State::Done) => self.state = state,
            _ => self.settle(session, Err(Error::Misuse("an event was given to a call that waits for none")), now),
        }
    }

    /// Gives the call up: what it holds goes to those who wait for it. Does nothing to a call that has ended.
    pub fn abandon(&mut self, session: &mut Session, now: Now) {
        if !matches!(self.state, State::Settled(_) | State::Done) {
            self.wait_ended(session, session.observations.len(), now);
            self.attempt_cut_short(session, now);
            self.call_ended(session, None, now);
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
                    self.not_admitted(session, limit, now);
                    let error = QueueFullError { operation: self.info.name, limit, earlier: false };
                    return self.settled(session, Err(error.into()), now);
                }
            }
        }
        self.ready(session, None, now)
    }

    /// A token is wanted, then the request is ready to go.
    fn ready(&mut self, session: &mut Session, waited: Option<Generation>, now: Now) -> State {
        let config = Arc::clone(&session.config);
        let (header, carries) = match &config.credentials {
            Credentials::None => (None, Carries::Fixed),
            Credentials::Basic(header) => (Some(header.clone()), Carries::Fixed),
            Credentials::Custom if !matches!(self.only, Some(Only::Token(_))) => return State::Asking { asked: false },
            Credentials::Custom => (None, Carries::Fixed),
            Credentials::OAuth(_) => {
                let (call, operation) = (self.id, self.info.name);
                let newer_than = if let Some(Only::Token(generation)) = self.only { Some(generation) } else { None };
                match session.tokens.need(Asking { call, operation, waited, newer_than }, now) {
                    Need::Use(header, generation) => (Some(header), Carries::Token(generation)),
                    Need::Lead(lead) => return State::Leading(lead),
                    Need::Wait { generation, until } => return State::Waiting(generation, until),
                    Need::Failed(error) => return self.without_credentials(session, error, now),
                }
            }
        };
        let mut request = self.request.clone();
        credentials::authorize(&mut request, header);
        self.sending(session, carries, request, now)
    }

    fn sending(&mut self, session: &mut Session, carries: Carries, request: http::Request<Body>, now: Now) -> State {
        if self.only.is_some() {
            // Nothing but credentials is in the headers of a request that was empty.
            let headers = request.into_parts().0.headers;
            let answer = Answer::new(self.info.name, StatusCode::NO_CONTENT, headers, Bytes::new());
            return self.settled(session, Ok(answer), now);
        }
        let end = now.after(self.attempt_time).min(self.deadline);
        if !self.info.drains && !session.admission.renew(self.id, end) {
            // The credentials took longer than the permit lasts.
            return State::Ready;
        }
        self.attempts = self.attempts.saturating_add(1);
        let config = &session.config;
        let exchange = Exchange::new(config.max_body_bytes(), config.timeouts().inactivity, end).passing(self.streamed);
        State::Sending { carries, request: Some(request), exchange }
    }

    /// The request goes out: what is noted of that moment.
    fn leaves(&mut self, session: &mut Session, now: Now) {
        self.sent = Some((now.instant, session.admission.in_use()));
        self.attempt_started(session, now);
        if self.held {
            session.admission.leave(self.id, now, &mut session.woken);
        }
    }

    /// The program gave its headers, or none in time.
    fn told(&mut self, session: &mut Session, event: Event, now: Now) {
        self.wait_ended(session, session.observations.len(), now);
        self.state = match (event, self.refused.take()) {
            // The same again would be refused again: the caller hears of the refusal.
            (Event::Credentials(Ok(headers)), Some(refused)) if headers == refused.headers => {
                self.settled(session, Err(refused.error.into()), now)
            }
            (Event::Credentials(Ok(mut headers)), refused) => {
                if refused.is_some() {
                    self.retries(session, Verdict::Unauthorized, Duration::ZERO, None, now);
                }
                let mut request = self.request.clone();
                credentials::apply(&mut request, &mut headers);
                self.sending(session, Carries::Custom(Box::new(headers)), request, now)
            }
            (Event::Credentials(Err(reason)), _) => {
                let error = AuthError::of_program(self.info.name, &reason);
                self.without_credentials(session, error, now)
            }
            (Event::Failed(_), _) => {
                let error = self.deadline_error(NO_CREDENTIALS);
                self.settled(session, Err(error), now)
            }
            _ => self.settled(
                session,
                Err(Error::Misuse("an event was given to a call that waits for credentials")),
                now,
            ),
        };
    }

    /// The exchange with the cluster has ended.
    fn ended(&mut self, session: &mut Session, carries: Carries, ended: Ended, now: Now) {
        self.attempt_ended(session, now, || match &ended {
            Ended::Answered { status, .. } | Ended::TooLarge { status, .. } => AttemptEnd::Answered(*status),
            Ended::Failed(cause) => AttemptEnd::Failed(cause.clone()),
        });
        match ended {
            Ended::Answered { status, headers, body } => self.answered(session, carries, (status, headers, body), now),
            Ended::TooLarge { status, headers } => {
                let limit = session.config.max_body_bytes();
                let reason = format!("its body is larger than the limit of {limit} bytes (CAMUNDA_SDK_MAX_BODY_BYTES)");
                let error = if status.is_success() {
                    DecodeError::new(self.info.name, status, reason, b"").into()
                } else {
                    self.api_error((status, headers, &Bytes::new()), Problem::default(), Verdict::Final, now).into()
                };
                self.settle(session, Err(error), now);
            }
            Ended::Failed(cause) => {
                let verdict = Verdict::of_failure(&cause);
                self.perhaps_executed |= cause.may_have_been_sent();
                session.admission.leave(self.id, now, &mut session.woken);
                match self.back_off(session, verdict, None, now) {
                    Some(state) => {
                        self.last = Some(cause.to_string());
                        self.state = state;
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
        carries: Carries,
        (status, headers, body): (StatusCode, HeaderMap, Bytes),
        now: Now,
    ) {
        if status.is_success() {
            // The cluster takes the end of a job even while it refuses new work, so that says nothing.
            if !self.info.drains {
                self.gate(session, now, |admission, woken| admission.success(now, woken));
            }
            let answer = Answer::new(self.info.name, status, headers, body).of_cluster(&session.config);
            return self.settle(session, Ok(answer), now);
        }
        let problem = Problem::parse(&body);
        let verdict = Verdict::of_answer(status, &problem, &body);
        if verdict.is_overload(status, &body) {
            self.gate(session, now, |admission, woken| admission.signal(self.sent, now, woken));
        }
        session.admission.leave(self.id, now, &mut session.woken);
        let first_refusal = verdict == Verdict::Unauthorized && !std::mem::replace(&mut self.replayed, true);
        self.perhaps_executed |= verdict == Verdict::Unknown;
        let error = self.api_error((status, headers, &body), problem, verdict, now);
        if first_refusal && matches!(carries, Carries::Token(_)) {
            self.token_rejected(session, now);
        }
        match carries {
            Carries::Token(token) if first_refusal && session.tokens.refused(token, now) => {
                self.retries(session, verdict, Duration::ZERO, None, now);
                self.state = State::Ready;
                return;
            }
            Carries::Custom(headers) if first_refusal => {
                self.refused = Some(Box::new(Refused { headers: *headers, error }));
                self.state = State::Ready;
                return;
            }
            _ => {}
        }
        match self.back_off(session, verdict, error.retry_after, now) {
            Some(state) => {
                self.last = Some(error.to_string());
                self.state = state;
            }
            None => self.settle(session, Err(error.into()), now),
        }
    }

    /// The wait before the request is sent again; `None` if it is not.
    fn back_off(
        &self,
        session: &mut Session,
        verdict: Verdict,
        retry_after: Option<Duration>,
        now: Now,
    ) -> Option<State> {
        if self.attempts >= self.max_attempts || !verdict.allows(self.repeatable, self.attempts) {
            return None;
        }
        let asked = retry_after.unwrap_or_default();
        if asked > LONGEST_RETRY_AFTER {
            return None;
        }
        let jitter = retry::delay(&session.config.retry, self.attempts, &mut session.rng);
        let (delay, why) = if asked > jitter { (asked, Why::RetryAfter) } else { (jitter, Why::Backoff) };
        let until = now.after(delay);
        if until >= self.deadline || !(self.persistent || session.budget.spend()) {
            return None;
        }
        self.retries(session, verdict, delay, retry_after, now);
        Some(State::Backoff(until, why))
    }

    fn settle(&mut self, session: &mut Session, result: Result<Answer, Error>, now: Now) {
        self.state = self.settled(session, result, now);
    }

    fn settled(&self, session: &mut Session, result: Result<Answer, Error>, now: Now) -> State {
        let result = result.map_err(|error| if self.perhaps_executed { error.after_unknown() } else { error });
        self.call_ended(session, Some(&result), now);
        session.release(self.id, now);
        State::Settled(result)
    }
}
