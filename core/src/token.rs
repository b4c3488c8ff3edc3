//! The life of a bearer token: who fetches it, who waits, when it is renewed, and what becomes of a refusal. It builds the
//! token request and judges its answer; the [`Call`](crate::Call) that leads carries it out.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use http::HeaderValue;

use crate::config::{Config, Credentials, OAuth};
use crate::digest::Digests;
use crate::error::AuthError;
use crate::observe::TokenEvent;
use crate::session::CallId;
use crate::{FileAction, Now};

mod answer;
mod bearer;
mod cache;
mod form;
mod lead;
mod tarpit;

use answer::Grant;
use bearer::Token;
use cache::Cache;
use lead::Around;
pub(crate) use lead::Lead;

/// How long refused credentials are remembered, so that a loop of calls does not become a loop of log-ins.
const REFUSAL_REMEMBERED: Duration = Duration::from_secs(30);
/// At most one token that a cluster has refused is replaced in this time.
const FORCED_REFRESH_EVERY: Duration = Duration::from_secs(60);
/// An early renewal takes no longer than this; the old token still works meanwhile.
const EARLY_ATTEMPT: Duration = Duration::from_secs(5);
/// Waits between token requests are never longer.
const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// So long an errand may look at files before it asks the token endpoint.
const LOOKING: Duration = Duration::from_secs(5);
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
    /// The token that a cluster refused last: a file may still hold it.
    refused: Option<Token>,
    /// The token endpoint asked for no request before this.
    not_before: Option<Instant>,
    /// The last errand was not brought to its end by the call that had it.
    given_up: bool,
    cache: Option<Cache>,
}

/// Counts errands, and with them the tokens that they bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(u64);

/// A token request on its way, carried by the call that leads.
#[derive(Debug)]
struct Errand {
    leader: CallId,
    generation: Generation,
    attempts: u32,
    /// The token at hand still works.
    early: bool,
    /// Only the token endpoint will do, no file.
    forced: bool,
    /// Not advanced by then, it is somebody else's.
    lease: Instant,
}

/// What a call that needs a token is told.
#[derive(Debug)]
pub(crate) enum Need {
    Use(HeaderValue, Generation),
    /// Carry out the errand.
    Lead(Box<Lead>),
    /// Another call fetches one.
    Wait {
        generation: Generation,
        until: Instant,
    },
    Failed(AuthError),
}

/// Who asks, and for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking {
    pub(crate) call: CallId,
    pub(crate) operation: &'static str,
    /// The errand that the call has been waiting for.
    pub(crate) waited: Option<Generation>,
    /// Only a token that is newer than this one will do.
    pub(crate) newer_than: Option<Generation>,
}

impl Tokens {
    /// Without a token; with files, where a folder is configured and the functions are there that name them.
    pub(crate) fn new(config: &Config, digests: Option<Digests>) -> Self {
        let cache = match (&config.credentials, digests) {
            (Credentials::OAuth(oauth), Some(digests)) => Cache::new(config, oauth, digests),
            _ => None,
        };
        Self { cache, ..Self::default() }
    }

    /// What the call is to do.
    pub(crate) fn need(&mut self, asking: Asking, now: Now) -> Need {
        self.collect(now);
        let Asking { call, operation, waited, newer_than } = asking;
        if let Some((generation, error)) = &self.failure
            && waited == Some(*generation)
        {
            return Need::Failed(error.of(operation));
        }
        let usable = self.token.as_ref().filter(|token| token.usable(now) && Some(token.generation) > newer_than);
        if let Some(token) = usable {
            let held_back = [self.renewal_not_before, self.not_before].into_iter().flatten();
            let fresh = token.fresh(now) || self.errand.is_some() || held_back.max() > Some(now.instant);
            if fresh {
                return Need::Use(token.header.clone(), token.generation);
            }
            return self.lead(call, true, false, now);
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
        self.lead(call, false, newer_than.is_some(), now)
    }

    /// The generation of the token at hand.
    pub(crate) fn generation(&self) -> Generation {
        self.token.as_ref().map(|token| token.generation).unwrap_or_default()
    }

    /// Forgets the token, and what is known about refusals. A token that is being fetched still comes.
    pub(crate) fn clear(&mut self) {
        self.token = None;
        self.refused = None;
        self.refusal = None;
        self.failure = None;
        self.forced = None;
        self.not_before = None;
        self.renewal_not_before = None;
    }

    /// How the token's file is removed, if there can be one.
    pub(crate) fn clear_file(&self) -> Option<FileAction> {
        self.cache.as_ref().map(Cache::remove)
    }

    /// A token was granted. How it is written down, if it is.
    fn granted(&mut self, grant: Grant, generation: Generation, around: &mut Around<'_>) -> Option<FileAction> {
        let (lifetime, duration) = (grant.lifetime, around.now.instant.saturating_duration_since(around.asked));
        let early = self.own(generation).is_some_and(|errand| errand.early);
        around.tell(|| TokenEvent::Granted { lifetime, duration, early });
        let token = Token::new(grant.header, around.now.unix, grant.lifetime, generation);
        let times = [token.obtained, token.renew_at, token.expires_at];
        let cache = self.cache.as_ref().filter(|cache| cache.is_usable());
        let record = cache.and_then(|cache| cache.store(around.oauth, &token.header, times));
        let kept = self.keep(token);
        self.settle(generation, None, around.woken);
        record.filter(|_| kept)
    }

    /// The token endpoint answered with an error. How that is written down, if it is; and when to ask again.
    fn turned_away(
        &mut self,
        error: AuthError,
        generation: Generation,
        around: &mut Around<'_>,
    ) -> (Option<FileAction>, Option<Instant>) {
        let now = around.now;
        let status = error.status.map(|status| status.as_u16()).unwrap_or_default();
        let again = matches!(status, 408 | 429 | 500..=599);
        let asked = error.retry_after.filter(|_| again).unwrap_or_default();
        if matches!(status, 400 | 401 | 403) || asked > LONGEST_DELAY {
            self.refusal = Some((now.after(REFUSAL_REMEMBERED), error.clone()));
        } else if !asked.is_zero() {
            self.not_before = Some(now.after(asked));
        }
        let mark = (status == 401).then(|| self.mark(around.oauth, &error.reason, now)).flatten();
        (mark, self.failed(generation, error, again, around))
    }

    fn mark(&mut self, oauth: &OAuth, reason: &str, now: Now) -> Option<FileAction> {
        let cache = self.cache.as_mut().filter(|cache| cache.is_usable())?;
        cache.mark(oauth, reason, now)
    }

    /// Where the mark of a refusal is, if one is kept.
    fn mark_path(&mut self, oauth: &OAuth) -> Option<PathBuf> {
        self.cache.as_mut().filter(|cache| cache.is_usable())?.mark_path(oauth)
    }

    /// An attempt failed. When to ask again, if the errand goes on.
    fn failed(
        &mut self,
        generation: Generation,
        error: AuthError,
        again: bool,
        around: &mut Around<'_>,
    ) -> Option<Instant> {
        let Around { oauth, now, .. } = *around;
        // A leader whose errand was taken over has nothing more to say.
        let errand = self.errand.as_mut().filter(|errand| errand.generation == generation)?;
        if errand.early {
            // The old token still works, so no call hears of this; the next attempt waits for a quarter of what is left.
            let left = self.token.as_ref().map(|token| token.expires_at.saturating_sub(now.unix));
            self.renewal_not_before = Some(now.after(left.unwrap_or_default().checked_div(4).unwrap_or_default()));
            self.settle(generation, None, around.woken);
            around.failed(&error, None, true);
            return None;
        }
        if again && errand.attempts < oauth.attempts {
            let doublings = errand.attempts.saturating_sub(1).min(31);
            let delay = oauth.base_delay.saturating_mul(1_u32 << doublings).min(LONGEST_DELAY);
            let delay = delay.mul_f64(0.9 + 0.2 * around.rng.f64()).min(LONGEST_DELAY);
            let delay = delay.max(error.retry_after.unwrap_or_default());
            if delay <= LONGEST_DELAY {
                errand.lease = now.after(delay.saturating_add(GRACE));
                around.failed(&error, Some(delay), false);
                return Some(now.after(delay));
            }
        }
        around.failed(&error, None, false);
        self.settle(generation, Some(error), around.woken);
        None
    }

    /// A cluster refused a request that carried the token of this generation. Whether to send it again with another token.
    pub(crate) fn refused(&mut self, generation: Generation, now: Now) -> bool {
        match &self.token {
            Some(token) if token.generation > generation => true,
            Some(token) if token.generation == generation => {
                let lately = self.forced.is_some_and(|forced| now.instant < forced);
                if !lately {
                    self.forced = Some(now.after(FORCED_REFRESH_EVERY));
                    self.refused = self.token.take();
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
            self.given_up = true;
            woken.extend(self.waiting.drain(..));
        }
    }

    fn lead(&mut self, call: CallId, early: bool, forced: bool, now: Now) -> Need {
        self.last = Generation(self.last.0.saturating_add(1));
        let generation = self.last;
        self.errand = Some(Errand { leader: call, generation, attempts: 0, early, forced, lease: now.after(LOOKING) });
        Need::Lead(Box::new(Lead::new(generation)))
    }

    /// Whether a token that another process left is worth having.
    fn is_better(&self, token: &Token, now: Now) -> bool {
        token.usable(now)
            && self.token.as_ref().is_none_or(|kept| kept.expires_at < token.expires_at)
            && self.refused.as_ref().is_none_or(|refused| refused.obtained < token.obtained)
    }

    /// Keeps a token unless a newer one is there: a leader that was late may still bring a good one. Whether it did.
    fn keep(&mut self, token: Token) -> bool {
        let newer = self.token.as_ref().is_none_or(|kept| kept.generation < token.generation);
        if newer {
            self.token = Some(token);
            self.refusal = None;
            self.renewal_not_before = None;
            self.not_before = None;
        }
        newer
    }

    fn settle(&mut self, generation: Generation, failure: Option<AuthError>, woken: &mut VecDeque<CallId>) {
        if self.errand.as_ref().is_some_and(|errand| errand.generation == generation) {
            self.errand = None;
            self.failure = failure.map(|error| (generation, error));
        }
        self.given_up = false;
        woken.extend(self.waiting.drain(..));
    }

    /// Lets go of what has run out.
    fn collect(&mut self, now: Now) {
        if self.errand.as_ref().is_some_and(|errand| errand.lease <= now.instant) {
            self.errand = None;
            self.given_up = true;
        }
        if self.refusal.as_ref().is_some_and(|(until, _)| *until <= now.instant) {
            self.refusal = None;
        }
    }
}
