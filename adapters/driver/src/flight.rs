//! The session behind its lock, and a call on its way through it. **The slot contract: each call has a slot `Idle | Parked |
//! Woken` under the session's lock; waking sets `Woken` whether or not a waker is parked; a step clears it in the lock section
//! that polls the call; parking on `Woken` returns at once.** So nothing is lost between poll and park.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Instant, SystemTime};

use camunda_core::{Call, CallOptions, Config, Digests, Event, Now, Observation, Prepared, Session, Step};

use crate::credentials::Source;
use crate::files;
use crate::log::Log;
use crate::observer::Audience;

/// What all clones of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    config: Arc<Config>,
    pub(crate) source: Option<Source>,
    audience: Audience,
    state: Mutex<State>,
}

/// Where a token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenPlace {
    /// In memory and, where a folder for tokens is configured, in its file.
    Everywhere,
    /// In memory only.
    Memory,
    /// In its file only.
    File,
}

#[derive(Debug)]
struct State {
    session: Session,
    /// By the index of the call.
    slots: Vec<Slot>,
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Idle,
    Parked(Waker),
    Woken,
}

impl Shared {
    pub(crate) fn new(config: Config, digests: Option<Digests>, source: Option<Source>, audience: Audience) -> Self {
        let config = Arc::new(if source.is_some() { config.custom_credentials() } else { config });
        let session = Session::new(Arc::clone(&config), fastrand::u64(..));
        let session = match digests {
            Some(digests) => session.with_digests(digests),
            None => session,
        };
        let session = if audience.listens() { session.observed() } else { session };
        Self { config, source, audience, state: Mutex::new(State { session, slots: Vec::new() }) }
    }

    pub(crate) fn config(&self) -> &Arc<Config> {
        &self.config
    }

    pub(crate) fn log(&self) -> &Log {
        self.audience.log()
    }

    pub(crate) fn begin(&self, prepared: Prepared, options: &CallOptions) -> Flight<'_> {
        self.flight(|session| session.begin(prepared, options, now()))
    }

    fn flight(&self, begin: impl FnOnce(&mut Session) -> Call) -> Flight<'_> {
        let mut state = self.lock();
        let call = begin(&mut state.session);
        let index = call.id().index();
        if state.slots.len() <= index {
            state.slots.resize_with(index + 1, Slot::default);
        }
        Flight { shared: self, call }
    }

    /// A call that fetches a new token and nothing else.
    pub(crate) fn refresh_token(&self, options: &CallOptions) -> Flight<'_> {
        self.flight(|session| session.refresh_token(options, now()))
    }

    /// A call that looks for the headers of a request and does nothing else.
    pub(crate) fn auth_headers(&self, options: &CallOptions) -> Flight<'_> {
        self.flight(|session| session.auth_headers(options, now()))
    }

    /// Forgets the token, in memory and in its file.
    pub(crate) fn clear_token(&self, place: TokenPlace) {
        let mut state = self.lock();
        if place != TokenPlace::File {
            state.session.clear_token(now());
        }
        let action = state.session.clear_token_file().filter(|_| place != TokenPlace::Memory);
        let told = state.told();
        drop(state);
        self.audience.tell(&told);
        if let Some(Err(reason)) = action.map(|action| files::perform(&action)) {
            self.log().warn(format_args!("a token file could not be removed: {reason}"));
        }
    }

    /// A panic under the lock leaves a session that is as good as before: the core's methods do not panic half-way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What happened, to be told after the lock is released. Where nobody listens, nothing did.
    fn told(&mut self) -> Vec<Observation> {
        std::iter::from_fn(|| self.session.poll_observation()).collect()
    }

    /// Marks the slots of whom the session names, and takes their wakers out, to be woken after the lock is released.
    fn woken(&mut self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        while let Some(id) = self.session.poll_woken() {
            if let Some(slot) = self.slots.get_mut(id.index())
                && let Slot::Parked(waker) = std::mem::replace(slot, Slot::Woken)
            {
                wakers.push(waker);
            }
        }
        wakers
    }
}

/// A call on its way. Dropped, it is abandoned.
#[derive(Debug)]
pub(crate) struct Flight<'a> {
    shared: &'a Shared,
    call: Call,
}

impl Flight<'_> {
    /// The number that the call is told by.
    pub(crate) fn number(&self) -> u64 {
        self.call.identity().number
    }

    pub(crate) fn step(&mut self) -> Step {
        self.locked(camunda_core::Call::poll)
    }

    pub(crate) fn handle(&mut self, event: Event) {
        self.locked(|call, session, now| call.handle(session, now, event));
    }

    /// Completes when the session has named this call.
    pub(crate) async fn woken(&self) {
        poll_fn(|context| {
            let mut state = self.shared.lock();
            let Some(slot) = state.slots.get_mut(self.call.id().index()) else { return Poll::Ready(()) };
            if matches!(slot, Slot::Woken) {
                return Poll::Ready(());
            }
            *slot = Slot::Parked(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn locked<T>(&mut self, act: impl FnOnce(&mut Call, &mut Session, Now) -> T) -> T {
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        if let Some(slot) = state.slots.get_mut(self.call.id().index()) {
            *slot = Slot::Idle;
        }
        let result = act(&mut self.call, &mut state.session, now());
        let wakers = state.woken();
        let told = state.told();
        drop(guard);
        wakers.into_iter().for_each(Waker::wake);
        self.shared.audience.tell(&told);
        result
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.locked(|call, session, now| call.abandon(session, now));
    }
}

/// A reading of both clocks: the one place where the driver looks at them for the core.
pub(crate) fn now() -> Now {
    let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Now { instant: Instant::now(), unix }
}
