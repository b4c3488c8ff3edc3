//! What a call tells of itself. It changes nothing: a session that is observed sends the same requests as one that is not.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Call, State};
use crate::gate::Admission;
use crate::observe::{AttemptEnd, CallEnd, CallIdentity, Observed, TokenEvent, Verdict};
use crate::session::CallId;
use crate::transport::{TransportError, TransportErrorKind};
use crate::{Answer, Error, Now, Session, Step, Why};

impl Call {
    /// Which call this is, as observers are told it.
    pub fn identity(&self) -> &CallIdentity {
        &self.identity
    }

    fn note(&self, session: &mut Session, now: Now, what: impl FnOnce() -> Observed) {
        session.observations.note(now, Some(&self.identity), what);
    }

    pub(super) fn attempt_started(&self, session: &mut Session, now: Now) {
        let (attempt, request) = (self.attempts, &self.request);
        self.note(session, now, || Observed::AttemptStarted {
            attempt,
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
        });
    }

    pub(super) fn attempt_ended(&self, session: &mut Session, now: Now, end: impl FnOnce() -> AttemptEnd) {
        let (attempt, sent) = (self.attempts, self.sent);
        self.note(session, now, || Observed::AttemptEnded {
            attempt,
            end: end(),
            duration: sent.map(|(sent, _)| now.instant.saturating_duration_since(sent)).unwrap_or_default(),
        });
    }

    /// The call ends while its request is on its way, unless it is not.
    pub(super) fn attempt_cut_short(&self, session: &mut Session, now: Now) {
        if !matches!(self.state, State::Sending { request: None, .. }) {
            return;
        }
        self.attempt_ended(session, now, || match now.instant >= self.deadline {
            true => AttemptEnd::Failed(TransportError::maybe_sent(TransportErrorKind::Timeout, "the call's deadline")),
            false => AttemptEnd::GivenUp,
        });
    }

    pub(super) fn retries(
        &self,
        session: &mut Session,
        verdict: Verdict,
        delay: Duration,
        retry_after: Option<Duration>,
        now: Now,
    ) {
        let attempt = self.attempts;
        self.note(session, now, || Observed::Retry { attempt, verdict, delay, retry_after });
    }

    pub(super) fn not_admitted(&self, session: &mut Session, limit: u32, now: Now) {
        self.note(session, now, || Observed::NotAdmitted { limit });
    }

    pub(super) fn token_rejected(&self, session: &mut Session, now: Now) {
        self.note(session, now, || Observed::Token(TokenEvent::Rejected));
    }

    /// Lets the gate know of something, and tells what that changed.
    pub(super) fn gate(
        &self,
        session: &mut Session,
        now: Now,
        act: impl FnOnce(&mut Admission, &mut VecDeque<CallId>),
    ) {
        if !session.observations.wanted {
            return act(&mut session.admission, &mut session.woken);
        }
        let before = session.gate();
        act(&mut session.admission, &mut session.woken);
        let after = session.gate();
        if (before.severity, before.cap, before.back_off) != (after.severity, after.cap, after.back_off) {
            let profile = session.config.backpressure().profile;
            self.note(session, now, || Observed::GateChanged { profile, before, after });
        }
    }

    /// A step of the call was decided: a wait that it is not is over, and was before whatever was told since `mark`.
    pub(super) fn waits(&mut self, session: &mut Session, step: &Step, mark: usize, now: Now) {
        let why = match step {
            Step::Wait { why, .. } => Some(*why),
            Step::Credentials { .. } => Some(Why::Credentials),
            _ => None,
        };
        if self.wait.map(|(why, _)| why) != why {
            self.wait_ended(session, mark, now);
            self.wait = why.map(|why| (why, now.instant));
        }
    }

    pub(super) fn wait_ended(&mut self, session: &mut Session, mark: usize, now: Now) {
        if let Some((why, since)) = self.wait.take() {
            let duration = now.instant.saturating_duration_since(since);
            session.observations.note_at(mark, now, &self.identity, Observed::Waited { why, duration });
        }
    }

    pub(super) fn call_ended(&self, session: &mut Session, result: Option<&Result<Answer, Error>>, now: Now) {
        let (attempts, duration) = (self.attempts, now.instant.saturating_duration_since(self.begun));
        self.note(session, now, || {
            let end = match result {
                Some(Ok(answer)) => CallEnd::Succeeded(answer.status()),
                Some(Err(error)) => CallEnd::Failed {
                    status: error.status(),
                    message: error.to_string(),
                    may_have_executed: error.may_have_executed(),
                },
                None => CallEnd::Abandoned,
            };
            Observed::CallEnded { end, attempts, duration }
        });
    }
}
