//! The life of a bearer token: who fetches it, who waits, when it is renewed, and what becomes of a refusal. It builds the
//! token request and judges its answer; the [`Call`](crate::Call) that leads carries it out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::config::OAuth;
use crate::error::AuthError;
use crate::session::CallId;
use crate::{Body, Now};

mod answer;
mod form;

/// How long refused credentials are remembered, so that a loop of calls does not become a loop of log-ins.
const REFUSAL_REMEMBERED: Duration = Duration::from_secs(30);
/// At most one token that a cluster has refused is replaced in this time.
const FORCED_REFRESH_EVERY: Duration = Duration::from_secs(60);
/// An early renewal takes no longer than this; the old token still works meanwhile.
const EARLY_ATTEMPT: Duration = Duration::from_secs(5);
/// A clock that went back by more than this says nothing about a token's age.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);
/// Waits between token requests are never longer.
const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// What a leader may be late before its errand is given to another.
const GRACE: Duration = Duration::from_secs(1);

/// The token of one set of credentials, and the calls around it.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    token: Option<Token>,
    errand: Option<Errand>,
    waiting: VecDeque<CallId>,
    refusal: Option<(Instant, AuthError)>,
    /// The error of the last errand, for those who waited for it.
    failure: Option<(Generation, AuthError)>,
    last: Generation,
    /// No early renewal before this.
    renewal_not_before: Option<Instant>,
    forced: Option<Instant>,
}

/// Counts errands, and with them the tokens that they bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(u64);

#[derive(Clone, Debug)]
struct Token {
    header: HeaderValue,
    generation: Generation,
    obtained: Duration,
    renew_at: Duration,
    expires_at: Duration,
}

/// A token request on its way, carried by the call that leads.
#[derive(Debug)]
struct Errand {
    leader: CallId,
    generation: Generation,
    attempts: u32,
    early: bool,
    /// Not advanced by then, it is somebody else's.
    lease: Instant,
}

/// What a call that needs a token is told.
#[derive(Debug)]
pub(crate) enum Need {
    Use(HeaderValue, Generation),
    /// Fetch one: the request, and when its answer must be complete.
    Lead {
        request: http::Request<Body>,
        generation: Generation,
        end: Instant,
    },
    /// Another call fetches one.
    Wait {
        generation: Generation,
        until: Instant,
    },
    Failed(AuthError),
}

/// What a leader does after an attempt.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// Ask again what it needs.
    Settled,
    /// Try again then.
    Again(Instant),
}

impl Tokens {
    /// What the call is to do; `waited` is the errand it has been waiting for.
    pub(crate) fn need(
        &mut self,
        call: CallId,
        waited: Option<Generation>,
        oauth: &OAuth,
        operation: &'static str,
        now: Now,
    ) -> Need {
        self.collect(now);
        if let Some((generation, error)) = &self.failure
            && waited == Some(*generation)
        {
            return Need::Failed(error.of(operation));
        }
        let usable = self.token.as_ref().filter(|token| token.usable(now));
        if let Some(token) = usable {
            let fresh = token.fresh(now)
                || self.errand.is_some()
                || self.renewal_not_before.is_some_and(|instant| now.instant < instant);
            if fresh {
                return Need::Use(token.header.clone(), token.generation);
            }
            let end = now.after(EARLY_ATTEMPT.min(oauth.timeout).min(token.expires_at.saturating_sub(now.unix)));
            return self.lead(call, oauth, true, end, now);
        }
        if let Some((_, error)) = &self.refusal {
            return Need::Failed(error.of(operation));
        }
        if let Some(errand) = &self.errand {
            if !self.waiting.contains(&call) {
                self.waiting.push_back(call);
            }
            return Need::Wait { generation: errand.generation, until: errand.lease };
        }
        self.lead(call, oauth, false, now.after(oauth.timeout), now)
    }

    /// The next attempt of an errand; `None` if it has become somebody else's.
    pub(crate) fn again(
        &mut self,
        generation: Generation,
        oauth: &OAuth,
        now: Now,
    ) -> Option<(http::Request<Body>, Instant)> {
        let errand = self.errand.as_mut().filter(|errand| errand.generation == generation)?;
        let end = now.after(oauth.timeout);
        errand.attempts = errand.attempts.saturating_add(1);
        errand.lease = now.after(oauth.timeout.saturating_add(GRACE));
        Some((form::request(oauth), end))
    }

    /// Takes in an answer of the token endpoint.
    pub(crate) fn answered(
        &mut self,
        generation: Generation,
        oauth: &OAuth,
        (status, headers, body): (StatusCode, &HeaderMap, &Bytes),
        rng: &mut fastrand::Rng,
        now: Now,
        woken: &mut VecDeque<CallId>,
    ) -> Fetched {
        match answer::read(oauth, status, body) {
            Ok(grant) => {
                self.keep(Token::new(grant, generation, now));
                self.settle(generation, None, woken);
                Fetched::Settled
            }
            Err(mut error) => {
                error.retry_after = crate::retry::retry_after(headers, now.unix);
                let again = matches!(status.as_u16(), 408 | 429 | 500..=599);
                if matches!(status.as_u16(), 400 | 401 | 403) {
                    self.refusal = Some((now.after(REFUSAL_REMEMBERED), (*error).clone()));
                }
                self.failed(generation, oauth, *error, again, rng, now, woken)
            }
        }
    }

    /// Takes in that the token endpoint could not be reached, or did not answer in time.
    #[allow(clippy::too_many_arguments, reason = "one errand's facts, from one place")]
    pub(crate) fn unreachable(
        &mut self,
        generation: Generation,
        oauth: &OAuth,
        cause: &str,
        rng: &mut fastrand::Rng,
        now: Now,
        woken: &mut VecDeque<CallId>,
    ) -> Fetched {
        let error = AuthError {
            operation: "",
            url: oauth.url.clone(),
            status: None,
            error: String::new(),
            description: String::new(),
            reason: format!("gave no answer: {cause}"),
            advice: Some("check CAMUNDA_OAUTH_URL"),
            retry_after: None,
        };
        self.failed(generation, oauth, error, true, rng, now, woken)
    }

    #[allow(clippy::too_many_arguments, reason = "one errand's facts, from two places")]
    fn failed(
        &mut self,
        generation: Generation,
        oauth: &OAuth,
        error: AuthError,
        again: bool,
        rng: &mut fastrand::Rng,
        now: Now,
        woken: &mut VecDeque<CallId>,
    ) -> Fetched {
        // A leader whose errand was taken over has nothing more to say.
        let Some(errand) = self.errand.as_mut().filter(|errand| errand.generation == generation) else {
            return Fetched::Settled;
        };
        if errand.early {
            // The old token still works, so nobody hears of this; the next attempt waits for a quarter of what is left.
            let left = self.token.as_ref().map(|token| token.expires_at.saturating_sub(now.unix));
            self.renewal_not_before = Some(now.after(left.unwrap_or_default().checked_div(4).unwrap_or_default()));
            self.settle(generation, None, woken);
            return Fetched::Settled;
        }
        if again && errand.attempts < oauth.attempts {
            let doublings = errand.attempts.saturating_sub(1).min(31);
            let delay = oauth.base_delay.saturating_mul(1_u32 << doublings).min(LONGEST_DELAY);
            let delay = delay.mul_f64(0.9 + 0.2 * rng.f64()).max(error.retry_after.unwrap_or_default());
            if delay <= LONGEST_DELAY {
                let until = now.after(delay);
                errand.lease = now.after(delay.saturating_add(GRACE));
                return Fetched::Again(until);
            }
        }
        self.settle(generation, Some(error), woken);
        Fetched::Settled
    }

    /// A cluster refused a request that carried the token of this generation. Whether to send it again with another token.
    pub(crate) fn refused(&mut self, generation: Generation, now: Now) -> bool {
        match &self.token {
            Some(token) if token.generation > generation => true,
            Some(token) if token.generation == generation => {
                let lately = self.forced.is_some_and(|forced| now.instant < forced);
                if !lately {
                    self.forced = Some(now.after(FORCED_REFRESH_EVERY));
                    self.token = None;
                }
                !lately
            }
            // Another call has dropped it already: its successor is on the way.
            _ => true,
        }
    }

    /// A call ends: it waits no more, and its errand goes to the next that needs a token.
    pub(crate) fn leave(&mut self, call: CallId, woken: &mut VecDeque<CallId>) {
        self.waiting.retain(|waiting| *waiting != call);
        if self.errand.as_ref().is_some_and(|errand| errand.leader == call) {
            self.errand = None;
            woken.extend(self.waiting.drain(..));
        }
    }

    fn lead(&mut self, call: CallId, oauth: &OAuth, early: bool, end: Instant, now: Now) -> Need {
        self.last = Generation(self.last.0.saturating_add(1));
        let generation = self.last;
        let lease = now.after(oauth.timeout.saturating_add(GRACE));
        self.errand = Some(Errand { leader: call, generation, attempts: 1, early, lease });
        Need::Lead { request: form::request(oauth), generation, end }
    }

    /// Keeps a token unless a newer one is there: a leader that was late may still bring a good one.
    fn keep(&mut self, token: Token) {
        if self.token.as_ref().is_none_or(|kept| kept.generation < token.generation) {
            self.token = Some(token);
            self.refusal = None;
            self.renewal_not_before = None;
        }
    }

    fn settle(&mut self, generation: Generation, failure: Option<AuthError>, woken: &mut VecDeque<CallId>) {
        if self.errand.as_ref().is_some_and(|errand| errand.generation == generation) {
            self.errand = None;
            self.failure = failure.map(|error| (generation, error));
        }
        woken.extend(self.waiting.drain(..));
    }

    /// Lets go of what has run out.
    fn collect(&mut self, now: Now) {
        if self.errand.as_ref().is_some_and(|errand| errand.lease <= now.instant) {
            self.errand = None;
        }
        if self.refusal.as_ref().is_some_and(|(until, _)| *until <= now.instant) {
            self.refusal = None;
        }
    }
}

impl Token {
    fn new(grant: answer::Grant, generation: Generation, now: Now) -> Self {
        // Renewed ahead by 30 s or a twentieth of its life, whichever is longer, but never by more than half of it: a token
        // of five seconds would otherwise be fetched for every call.
        let life = grant.lifetime;
        let ahead = Duration::from_secs(30).max(life.checked_div(20).unwrap_or_default());
        let ahead = ahead.min(life.checked_div(2).unwrap_or_default());
        let expires_at = now.unix.saturating_add(life);
        Self {
            header: grant.header,
            generation,
            obtained: now.unix,
            renew_at: expires_at.saturating_sub(ahead),
            expires_at,
        }
    }

    fn usable(&self, now: Now) -> bool {
        let clock_went_back = now.unix.saturating_add(CLOCK_TOLERANCE) < self.obtained;
        now.unix < self.expires_at && !clock_went_back
    }

    fn fresh(&self, now: Now) -> bool {
        now.unix < self.renew_at
    }
}

impl AuthError {
    fn of(&self, operation: &'static str) -> Self {
        Self { operation, ..self.clone() }
    }
}

fn form_headers(headers: &mut HeaderMap) {
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
}
