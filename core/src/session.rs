//! What the calls of one client share: the token, the jitter, who waits for whom. It has no lock and no clock; every method
//! takes `&mut self` and, where time matters, [`Now`].

use std::collections::VecDeque;
use std::sync::Arc;

use crate::call::{Call, Only};
use crate::digest::Digests;
use crate::gate::{Admission, Gate, GateSnapshot};
use crate::observe::{CallIdentity, Observation, Observations, Observed, TokenEvent};
use crate::retry::Budget;
use crate::token::Tokens;
use crate::{CallOptions, Config, FileAction, Now, Prepared};

/// The state shared by the calls of one client.
///
/// **After every other method of a `Session` or a [`Call`], drain [`poll_woken`](Self::poll_woken) and poll the calls that it
/// names.** Nothing else is needed: a call that waits for another is named as soon as what it waits for is there.
#[derive(Debug)]
pub struct Session {
    pub(crate) config: Arc<Config>,
    pub(crate) rng: fastrand::Rng,
    pub(crate) tokens: Tokens,
    pub(crate) admission: Admission,
    pub(crate) budget: Budget,
    pub(crate) woken: VecDeque<CallId>,
    pub(crate) observations: Observations,
    /// Apart from the jitter, so that correlation ids change no request.
    correlations: fastrand::Rng,
    /// Indices of calls that have ended, to be used again.
    free: Vec<u32>,
    next: u32,
    begun: u64,
    live: usize,
}

/// Which call. Indices are small and used again, so that a driver can keep what it knows of a call in a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(u32);

impl CallId {
    /// An index unique among the calls that are alive.
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Session {
    /// A session without calls. The same seed and the same events give the same requests in the same order.
    pub fn new(config: Arc<Config>, seed: u64) -> Self {
        let admission = Admission::new(Gate::new(*config.backpressure()));
        Self {
            config,
            rng: fastrand::Rng::with_seed(seed),
            tokens: Tokens::default(),
            admission,
            budget: Budget::default(),
            woken: VecDeque::new(),
            observations: Observations::default(),
            correlations: fastrand::Rng::with_seed(!seed),
            free: Vec::new(),
            next: 0,
            begun: 0,
            live: 0,
        }
    }

    /// With functions for the names of token files: without them, tokens are kept in memory only.
    #[must_use]
    pub fn with_digests(self, digests: Digests) -> Self {
        Self { tokens: Tokens::new(&self.config, Some(digests)), ..self }
    }

    /// With somebody who listens: what happens is told by [`poll_observation`](Self::poll_observation), which then is to be
    /// drained after every other method. It changes no request.
    #[must_use]
    pub fn observed(mut self) -> Self {
        self.observations.wanted = true;
        self
    }

    /// What happened, in order. Nothing, unless the session is [`observed`](Self::observed).
    pub fn poll_observation(&mut self) -> Option<Observation> {
        self.observations.pop()
    }

    /// The configuration.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Begins to fetch a new token, though the one at hand may still work; a call that fetches one already is joined. The
    /// call ends with an empty answer. Without OAuth, and where the program brings its own credentials, it ends at once.
    pub fn refresh_token(&mut self, options: &CallOptions, now: Now) -> Call {
        let newer_than = self.tokens.generation();
        let prepared = Prepared::credentials("refreshToken", "refresh_token");
        self.begin(prepared, options, now).only(Only::Token(newer_than))
    }

    /// Begins to look for the headers that authenticate a request. The call sends nothing to the cluster and ends with an empty
    /// answer, in whose headers they are.
    pub fn auth_headers(&mut self, options: &CallOptions, now: Now) -> Call {
        self.begin(Prepared::credentials("authHeaders", "auth_headers"), options, now).only(Only::Headers)
    }

    /// Forgets the token in memory, and that credentials were refused: the next call finds or fetches one.
    pub fn clear_token(&mut self, now: Now) {
        self.tokens.clear();
        self.observations.note(now, None, || Observed::Token(TokenEvent::Cleared));
    }

    /// The removal of the token's file, if tokens are kept in files. It is to be done at once; failing does no harm.
    pub fn clear_token_file(&self) -> Option<FileAction> {
        self.tokens.clear_file()
    }

    /// Begins a call; its first [`Call::poll`] says what to do.
    pub fn begin(&mut self, prepared: Prepared, options: &CallOptions, now: Now) -> Call {
        let id = CallId(self.free.pop().unwrap_or_else(|| {
            let id = self.next;
            self.next = self.next.saturating_add(1);
            id
        }));
        self.live = self.live.saturating_add(1);
        self.budget.call();
        self.begun = self.begun.saturating_add(1);
        let correlation = options.correlation.clone().or_else(|| self.correlation());
        let identity = CallIdentity { number: self.begun, operation: prepared.info.name, correlation };
        Call::new(id, identity, prepared, options, self, now)
    }

    /// An id for a call that has none of its caller's, where they are asked for and somebody is told.
    fn correlation(&mut self) -> Option<Arc<str>> {
        let wanted = self.observations.wanted && self.config.telemetry_correlation;
        wanted.then(|| format!("{:016x}", self.correlations.u64(..)).into())
    }

    /// Whom to poll again.
    pub fn poll_woken(&mut self) -> Option<CallId> {
        self.woken.pop_front()
    }

    /// Where the gate stands.
    pub fn gate(&self) -> GateSnapshot {
        self.admission.snapshot()
    }

    /// How many calls are alive.
    pub fn live_calls(&self) -> usize {
        self.live
    }

    /// Ends a call: what it held goes back, and its id may be used again.
    pub(crate) fn release(&mut self, id: CallId, now: Now) {
        self.tokens.leave(id, &mut self.woken);
        self.admission.leave(id, now, &mut self.woken);
        self.woken.retain(|woken| *woken != id);
        self.live = self.live.saturating_sub(1);
        self.free.push(id.0);
    }
}
