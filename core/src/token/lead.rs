//! A token errand as the call that leads carries it out: a token file first, then the token endpoint as often as it may be
//! asked, then the file again. What the others do meanwhile, and what becomes of a failure, is not decided here.
//!
//! ```text
//! prepare the folder ──▶ token file ──found──▶ settled
//!                            │ none, or refused (removed)
//!                            ▼
//!                      mark of a refusal ──heeded──▶ settled, failed
//!                            │ none
//!                            ▼                ┌─────────────┐
//!                    the token endpoint ──try again──▶ pause ┘
//!                            │ token, or refused
//!                            ▼
//!                   settled, and the file written
//! ```

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bearer::Token;
use super::{EARLY_ATTEMPT, Errand, GRACE, Generation, Tokens, answer, form, tarpit};
use crate::config::{Config, Credentials, OAuth, Secret};
use crate::error::AuthError;
use crate::exchange::{Ended, Exchange};
use crate::observe::{CallIdentity, Observations, Observed, TokenEvent};
use crate::session::CallId;
use crate::step::step;
use crate::{Body, Event, FileAction, Now, Route, Session, Step, Why};

/// A token answer is a few kilobytes.
const LARGEST_TOKEN: usize = 1 << 20;

/// An errand on its way.
#[derive(Debug)]
pub(crate) struct Lead {
    generation: Generation,
    /// When the token endpoint was asked last.
    asked: Option<Instant>,
    doing: Doing,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "the whole is in a box, and lives as long as a token request")]
enum Doing {
    Begun,
    /// A file is to be dealt with, or has been asked for.
    Filing(Purpose, Option<FileAction>),
    /// A token request is to be sent, or on its way.
    Fetching(Option<http::Request<Body>>, Exchange),
    /// The next token request waits until then.
    Pausing(Instant),
    Settled,
}

#[derive(Clone, Copy, Debug)]
enum Purpose {
    Folder,
    Token,
    /// A token file that the cluster refused is removed.
    Refused,
    Mark,
    /// What came of it is written down.
    Record,
}

/// What an errand finds around the tokens.
pub(super) struct Around<'a> {
    pub(super) oauth: &'a OAuth,
    inactivity: Duration,
    pub(super) rng: &'a mut fastrand::Rng,
    pub(super) woken: &'a mut VecDeque<CallId>,
    observations: &'a mut Observations,
    call: &'a CallIdentity,
    /// When the token endpoint was asked last.
    pub(super) asked: Instant,
    pub(super) now: Now,
}

impl Around<'_> {
    pub(super) fn tell(&mut self, event: impl FnOnce() -> TokenEvent) {
        self.observations.note(self.now, Some(self.call), || Observed::Token(event()));
    }

    pub(super) fn failed(&mut self, error: &AuthError, again: Option<Duration>, early: bool) {
        let operation = if early { "token renewal" } else { self.call.operation };
        let (status, message) = (error.status(), || error.of(operation).to_string());
        self.tell(|| TokenEvent::Failed { status, message: message(), again, early });
    }

    /// Tells of what harms no call.
    fn warn(&mut self, warning: Option<String>) {
        if let Some(warning) = warning {
            self.observations.note(self.now, Some(self.call), || Observed::Warning(warning));
        }
    }
}

impl Lead {
    pub(super) fn new(generation: Generation) -> Self {
        Self { generation, asked: None, doing: Doing::Begun }
    }

    pub(crate) fn generation(&self) -> Generation {
        self.generation
    }

    /// What to do next; `None` when the errand has ended, and the call is to ask again what it needs.
    pub(crate) fn poll(
        &mut self,
        session: &mut Session,
        call: &CallIdentity,
        deadline: Instant,
        now: Now,
    ) -> Option<Step> {
        loop {
            match &mut self.doing {
                Doing::Filing(_, action) => {
                    return Some(match action.take() {
                        Some(action) => Step::File(action),
                        None => Step::misuse("a call was polled before its file was dealt with"),
                    });
                }
                Doing::Fetching(request, exchange) => {
                    let reading = exchange.reading();
                    let request = request.take().map(|request| (request, &*exchange));
                    return Some(step(request, reading, Route::Identity, session, deadline, now));
                }
                Doing::Pausing(until) if now.instant < *until => {
                    return Some(Step::Wait { until: (*until).min(deadline), why: Why::Token });
                }
                Doing::Settled => return None,
                Doing::Begun => self.go_on(session, call, now, Tokens::begin),
                Doing::Pausing(_) => self.go_on(session, call, now, Tokens::fetch),
            }
        }
    }

    /// Takes in what happened. `Err` tells of an event out of order.
    pub(crate) fn handle(
        &mut self,
        session: &mut Session,
        call: &CallIdentity,
        now: Now,
        event: Event,
    ) -> Result<(), &'static str> {
        match (&mut self.doing, event) {
            (&mut Doing::Filing(purpose, None), Event::File(result)) => {
                self.go_on(session, call, now, |tokens, generation, around| {
                    tokens.filed(purpose, result, generation, around)
                });
            }
            (Doing::Fetching(None, exchange), event) => {
                if let Some(ended) = exchange.handle(event, now)? {
                    self.go_on(session, call, now, |tokens, generation, around| {
                        tokens.ended(ended, generation, around)
                    });
                }
            }
            _ => return Err("an event was given to a call that waits for none"),
        }
        Ok(())
    }

    fn go_on(
        &mut self,
        session: &mut Session,
        call: &CallIdentity,
        now: Now,
        next: impl FnOnce(&mut Tokens, Generation, &mut Around<'_>) -> Doing,
    ) {
        let config: Arc<Config> = Arc::clone(&session.config);
        let Session { tokens, rng, woken, observations, .. } = session;
        self.doing = match &config.credentials {
            Credentials::OAuth(oauth) => {
                let inactivity = config.timeouts().inactivity;
                let asked = self.asked.unwrap_or(now.instant);
                let around = &mut Around { oauth, inactivity, rng, woken, observations, call, asked, now };
                next(tokens, self.generation, around)
            }
            _ => Doing::Settled,
        };
        if matches!(self.doing, Doing::Fetching(Some(_), _)) {
            self.asked = Some(now.instant);
        }
    }
}

/// The steps of an errand, in the order of the graph.
impl Tokens {
    fn begin(&mut self, generation: Generation, around: &mut Around<'_>) -> Doing {
        if std::mem::take(&mut self.given_up) {
            around.tell(|| TokenEvent::TakenOver);
        }
        match self.cache.as_ref().and_then(|cache| cache.prepare()) {
            Some(action) => Doing::Filing(Purpose::Folder, Some(action)),
            None => self.look(generation, around),
        }
    }

    fn look(&mut self, generation: Generation, around: &mut Around<'_>) -> Doing {
        let forced = self.own(generation).is_some_and(|errand| errand.forced);
        match self.cache.as_ref().filter(|cache| cache.is_usable() && !forced) {
            Some(cache) => Doing::Filing(Purpose::Token, Some(cache.load())),
            None => self.look_for_mark(generation, around),
        }
    }

    fn look_for_mark(&mut self, generation: Generation, around: &mut Around<'_>) -> Doing {
        match self.mark_path(around.oauth) {
            Some(path) => Doing::Filing(Purpose::Mark, Some(FileAction::Load(path))),
            None => self.fetch(generation, around),
        }
    }

    fn filed(
        &mut self,
        purpose: Purpose,
        result: Result<Option<Secret>, String>,
        generation: Generation,
        around: &mut Around<'_>,
    ) -> Doing {
        let Some(cache) = &mut self.cache else { return Doing::Settled };
        if let (Err(reason), false) = (&result, matches!(purpose, Purpose::Folder)) {
            around.warn(cache.failed(reason));
        }
        let text = result.as_ref().ok().and_then(Option::as_ref).map(Secret::expose);
        match purpose {
            Purpose::Folder => {
                around.warn(cache.prepared(result.map(drop)));
                self.look(generation, around)
            }
            Purpose::Token => match text.and_then(|text| cache.read(around.oauth, text)) {
                Some(found) if self.refused.as_ref().is_some_and(|refused| refused.header == found.header) => {
                    Doing::Filing(Purpose::Refused, Some(cache.remove()))
                }
                Some(found) => {
                    let token = Token::new(found.header, found.obtained, found.lifetime, generation);
                    if self.is_better(&token, around.now) {
                        let lifetime = token.expires_at.saturating_sub(around.now.unix);
                        around.tell(|| TokenEvent::Found { lifetime });
                        self.keep(token);
                        self.settle(generation, None, around.woken);
                        return Doing::Settled;
                    }
                    self.look_for_mark(generation, around)
                }
                None => self.look_for_mark(generation, around),
            },
            Purpose::Refused => self.look_for_mark(generation, around),
            Purpose::Mark => match self.mark_path(around.oauth) {
                Some(path) if text.is_some_and(|text| tarpit::is_heeded(text, around.now)) => {
                    self.failed(generation, answer::marked(around.oauth, &path), false, around);
                    Doing::Settled
                }
                _ => self.fetch(generation, around),
            },
            Purpose::Record => Doing::Settled,
        }
    }

    fn fetch(&mut self, generation: Generation, around: &mut Around<'_>) -> Doing {
        let now = around.now;
        let not_before = self.not_before.filter(|instant| now.instant < *instant);
        let left = self.token.as_ref().map(|token| token.expires_at.saturating_sub(now.unix)).unwrap_or_default();
        // Somebody else's by now: the call asks again what it needs.
        let Some(errand) = self.own(generation) else { return Doing::Settled };
        if let Some(until) = not_before {
            errand.lease = until.checked_add(GRACE).unwrap_or(until);
            return Doing::Pausing(until);
        }
        let timeout = around.oauth.timeout;
        let time = if errand.early { EARLY_ATTEMPT.min(timeout).min(left) } else { timeout };
        errand.attempts = errand.attempts.saturating_add(1);
        errand.lease = now.after(timeout.saturating_add(GRACE));
        let (attempt, early) = (errand.attempts, errand.early);
        around.tell(|| TokenEvent::Asked { attempt, early });
        let exchange = Exchange::new(LARGEST_TOKEN, around.inactivity, now.after(time));
        Doing::Fetching(Some(form::request(around.oauth)), exchange)
    }

    fn ended(&mut self, ended: Ended, generation: Generation, around: &mut Around<'_>) -> Doing {
        let (record, again) = match ended {
            Ended::Answered { status, headers, body } => match answer::read(around.oauth, status, &body) {
                Ok(grant) => (self.granted(grant, generation, around), None),
                Err(mut error) => {
                    error.retry_after = crate::retry::retry_after(&headers, around.now.unix);
                    self.turned_away(*error, generation, around)
                }
            },
            Ended::Failed(error) => {
                (None, self.failed(generation, answer::none(around.oauth, &error.to_string()), true, around))
            }
            Ended::TooLarge { .. } => {
                let error = answer::none(around.oauth, "its answer is too large to be a token");
                (None, self.failed(generation, error, true, around))
            }
        };
        match (again, record) {
            (Some(until), _) => Doing::Pausing(until),
            (None, Some(action)) => Doing::Filing(Purpose::Record, Some(action)),
            (None, None) => Doing::Settled,
        }
    }

    /// The errand of this generation, unless it has become somebody else's.
    pub(super) fn own(&mut self, generation: Generation) -> Option<&mut Errand> {
        self.errand.as_mut().filter(|errand| errand.generation == generation)
    }
}
