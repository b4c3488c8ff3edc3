//! What a session tells of itself, as values: every attempt, wait, repeat, token and change of the gate, with the call that it
//! happened to. Who listens, and what becomes of it, is the driver's business; nothing here steers a call.
//!
//! No value holds a credential: no header, no body, no query of an address.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::config::Profile;
use crate::{GateSnapshot, Now, TransportError, Why};

pub use crate::retry::Verdict;

/// One thing that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Observation {
    /// When.
    pub at: Now,
    /// The call that it happened to, or by whose doing; none where the program itself did it.
    pub call: Option<CallIdentity>,
    /// What.
    pub what: Observed,
}

/// Which call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallIdentity {
    /// Counts the calls of a session, from 1.
    pub number: u64,
    /// The name of the client's method, such as `create_process_instance`.
    pub operation: &'static str,
    /// What the caller knows it by: [`CallOptions::correlation`](crate::CallOptions::correlation), or a random text where
    /// `CAMUNDA_SDK_TELEMETRY_CORRELATION` asks for one.
    pub correlation: Option<Arc<str>>,
}

/// What happened. Of one call, everything is told in order; its last is [`CallEnded`](Self::CallEnded).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Observed {
    /// A request to the cluster goes out.
    #[non_exhaustive]
    AttemptStarted {
        /// Counts the attempts of the call, from 1.
        attempt: u32,
        /// Its method.
        method: Method,
        /// Its path, without the query.
        path: String,
    },
    /// And this came of it.
    #[non_exhaustive]
    AttemptEnded {
        /// Which attempt.
        attempt: u32,
        /// What came.
        end: AttemptEnd,
        /// From the request to the last byte of its answer.
        duration: Duration,
    },
    /// The request will be sent again.
    #[non_exhaustive]
    Retry {
        /// The attempt that failed.
        attempt: u32,
        /// What that said about the request.
        verdict: Verdict,
        /// When: so long after.
        delay: Duration,
        /// What the server asked for.
        retry_after: Option<Duration>,
    },
    /// The call waited.
    #[non_exhaustive]
    Waited {
        /// For what.
        why: Why,
        /// So long.
        duration: Duration,
    },
    /// The call was not let in: so many wait already.
    #[non_exhaustive]
    NotAdmitted {
        /// How many may wait.
        limit: u32,
    },
    /// The gate reacted to how the cluster fares.
    #[non_exhaustive]
    GateChanged {
        /// By which rule.
        profile: Profile,
        /// Where it stood.
        before: GateSnapshot,
        /// Where it stands.
        after: GateSnapshot,
    },
    /// Something became of a token.
    Token(TokenEvent),
    /// What harms no call, and somebody should know: a folder for tokens that cannot be written in.
    Warning(String),
    /// The end of the call.
    #[non_exhaustive]
    CallEnded {
        /// How.
        end: CallEnd,
        /// How often its request was sent.
        attempts: u32,
        /// From its beginning, waits included.
        duration: Duration,
    },
}

/// What came of an attempt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AttemptEnd {
    /// An answer, good or bad.
    Answered(StatusCode),
    /// No answer, or half of one.
    Failed(TransportError),
    /// The call ended before it did.
    GivenUp,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallEnd {
    /// With what was asked for.
    Succeeded(StatusCode),
    /// With an error for its caller.
    #[non_exhaustive]
    Failed {
        /// The status of the cluster's answer, if it answered.
        status: Option<StatusCode>,
        /// The error's own words.
        message: String,
        /// Whether the cluster may have carried it out all the same.
        may_have_executed: bool,
    },
    /// Nobody waited for it any more.
    Abandoned,
}

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenEvent {
    /// The identity provider is asked for one.
    #[non_exhaustive]
    Asked {
        /// Counts the requests for this token, from 1.
        attempt: u32,
        /// Ahead of time: the token at hand still works.
        early: bool,
    },
    /// It gave one.
    #[non_exhaustive]
    Granted {
        /// How long the token lives.
        lifetime: Duration,
        /// From the request to the last byte of the answer.
        duration: Duration,
        /// Ahead of time: the token at hand still works.
        early: bool,
    },
    /// One was found in a file.
    #[non_exhaustive]
    Found {
        /// How long it lives yet.
        lifetime: Duration,
    },
    /// There is none: refused, or not reached, or answered with nonsense.
    #[non_exhaustive]
    Failed {
        /// The status of the answer, if one came.
        status: Option<StatusCode>,
        /// What is wrong, as the error of a call would say it.
        message: String,
        /// After how long it is tried again; none if the calls that wait fail.
        again: Option<Duration>,
        /// Ahead of time: the token at hand still works, and no call fails for this.
        early: bool,
    },
    /// The cluster refused one.
    Rejected,
    /// The call that was to fetch one is gone, or does not move: this one does it now.
    TakenOver,
    /// The program had it forgotten.
    Cleared,
}

/// What is to be told, if anybody listens.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    pub(crate) wanted: bool,
    queue: VecDeque<Observation>,
}

impl Observations {
    /// Where nobody listens, nothing is made of it.
    pub(crate) fn note(&mut self, at: Now, call: Option<&CallIdentity>, what: impl FnOnce() -> Observed) {
        if self.wanted {
            self.queue.push_back(Observation { at, call: call.cloned(), what: what() });
        }
    }

    /// As [`note`](Self::note), before what was told since [`len`](Self::len) was this.
    pub(crate) fn note_at(&mut self, index: usize, at: Now, call: &CallIdentity, what: Observed) {
        if self.wanted {
            let index = index.min(self.queue.len());
            self.queue.insert(index, Observation { at, call: Some(call.clone()), what });
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn pop(&mut self) -> Option<Observation> {
        self.queue.pop_front()
    }
}
