//! Reads that are repeated until they show what is waited for: when the next is due, and what a read says. Sending it and
//! sleeping are the driver's business.
//!
//! | what a read brings | what follows |
//! |---|---|
//! | what is waited for | the end |
//! | something else, an empty page, or 404 for what the path names | the next read, an interval later |
//! | a refusal for load | the next read after `Retry-After`, or after a back-off |
//! | any other error | the end: it is the error |
//!
//! There is always a first read; the last begins when time is up, and then the error says what was seen last.

mod batch;
mod ready;
#[cfg(test)]
mod tests;

pub use batch::FinishedBatchOperation;

use std::time::{Duration, Instant};

use http::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::{ApiError, WaitError, excerpt, shortened};
use crate::retry::Verdict;
use crate::{Answer, CallOptions, Config, Error, EventuallyConsistent, Now, Operation, OperationInfo, Verb};

/// The longest back-off after a refusal for load, and as many intervals.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(2);
const MOST_INTERVALS: u32 = 5;
/// How much of an answer is kept for the error.
const SNIPPET: usize = 8192;

/// A wait under way. **Send the operation with [`options`](Self::options), hand what came of it to
/// [`visible`](Self::visible), [`until`](Self::until) or [`ready`](Self::ready), and do what the [`Waited`] says.**
#[derive(Debug)]
pub struct Waiting {
    begun: Instant,
    until: Instant,
    within: Duration,
    interval: Duration,
    /// What a call may take anyway.
    usual: Duration,
    reads: u32,
    /// Refusals for load in a row.
    refusals: u32,
}

/// What follows a read.
#[derive(Debug)]
#[must_use]
pub enum Waited<T> {
    /// The end of the wait.
    Done(Result<T, Error>),
    /// The next read is due then.
    Again(Instant),
}

/// What an error says to somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// No more than that.
    NotYet,
    /// Not now: ask later, at the server's word if it gave one.
    Busy(Option<Duration>),
    /// It will not get better.
    Final,
}

impl Waiting {
    /// Waits that long at most; with zero there is one plain call.
    pub fn new(within: Duration, config: &Config, options: &CallOptions, now: Now) -> Self {
        Self {
            begun: now.instant,
            until: now.after(within),
            within,
            interval: options.poll_interval.unwrap_or(config.eventual_poll()),
            usual: options.deadline.unwrap_or(config.timeouts().call),
            reads: 0,
            refusals: 0,
        }
    }

    /// The options for the next read. It takes no longer than time is left, or than an interval if that is longer, so that
    /// the first and the last read have a chance.
    pub fn options(&self, options: &CallOptions, now: Now) -> CallOptions {
        if self.within.is_zero() {
            return options.clone();
        }
        let left = self.until.saturating_duration_since(now.instant);
        options.clone().deadline(left.max(self.interval).min(self.usual))
    }

    /// A read that is to find anything: a thing that is there, a page that is not empty.
    pub fn visible<O: EventuallyConsistent>(&mut self, answer: Result<Answer, Error>, now: Now) -> Waited<O::Output> {
        let found = |answer: &Answer, _: &O::Output| is_something(O::INFO, answer).then_some(()).ok_or(None);
        self.read::<O>(answer, found, |error| not_visible(O::INFO, error), now)
    }

    /// A read that is to find what the caller looks for.
    pub fn until<O: EventuallyConsistent>(
        &mut self,
        answer: Result<Answer, Error>,
        good: impl FnOnce(&O::Output) -> bool,
        now: Now,
    ) -> Waited<O::Output> {
        let good = |_: &Answer, output: &O::Output| good(output).then_some(()).ok_or(None);
        self.read::<O>(answer, good, |error| not_visible(O::INFO, error), now)
    }

    /// `good` may say in words what is missing.
    fn read<O: Operation>(
        &mut self,
        answer: Result<Answer, Error>,
        good: impl FnOnce(&Answer, &O::Output) -> Result<(), Option<String>>,
        says: impl FnOnce(&Error) -> Says,
        now: Now,
    ) -> Waited<O::Output> {
        self.reads = self.reads.saturating_add(1);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.failed(O::INFO, says(&error), error, now),
        };
        let output = match O::response(answer.clone()) {
            Ok(output) => output,
            Err(error) => return Waited::Done(Err(error)),
        };
        let Err(missing) = good(&answer, &output) else { return Waited::Done(Ok(output)) };
        self.refusals = 0;
        let status = answer.status();
        let last = missing.unwrap_or_else(|| format!("{} {}", status.as_u16(), excerpt(answer.body())));
        let snippet = || shortened(&String::from_utf8_lossy(answer.body()), SNIPPET);
        self.again(self.interval, now)
            .map_or_else(|| self.in_vain(O::INFO, Some(status), last, snippet(), now), Waited::Again)
    }

    fn failed<T>(&mut self, info: OperationInfo, says: Says, error: Error, now: Now) -> Waited<T> {
        let pause = match says {
            Says::NotYet => {
                self.refusals = 0;
                self.interval
            }
            Says::Busy(asked) => {
                self.refusals = self.refusals.saturating_add(1);
                let bound = self.interval.saturating_mul(MOST_INTERVALS).min(LONGEST_BACK_OFF);
                asked.unwrap_or(self.interval.saturating_mul(1 << self.refusals.min(16)).min(bound))
            }
            // Cut short by the end of the wait, and not by a deadline of its own.
            Says::Final if matches!(error, Error::Deadline(_)) && self.is_over(now) => self.interval,
            Says::Final => return Waited::Done(Err(error)),
        };
        match self.again(pause, now) {
            Some(at) => Waited::Again(at),
            // One plain call fails as such.
            None if self.within.is_zero() => Waited::Done(Err(error)),
            None => self.in_vain(info, error.status(), error.to_string(), String::new(), now),
        }
    }

    fn is_over(&self, now: Now) -> bool {
        now.instant >= self.until
    }

    /// When the next read is due, if there is time for one.
    fn again(&self, pause: Duration, now: Now) -> Option<Instant> {
        (!self.is_over(now)).then(|| now.after(pause).min(self.until))
    }

    fn in_vain<T>(
        &self,
        info: OperationInfo,
        status: Option<StatusCode>,
        last: String,
        snippet: String,
        now: Now,
    ) -> Waited<T> {
        let error = WaitError {
            operation: info.name,
            within: self.within,
            took: now.instant.saturating_duration_since(self.begun),
            reads: self.reads,
            status,
            last,
            snippet,
        };
        Waited::Done(Err(error.into()))
    }
}

/// Whether an answer shows anything at all: what is there, or a list that is not empty.
fn is_something(info: OperationInfo, answer: &Answer) -> bool {
    #[derive(Deserialize)]
    struct Listed {
        items: Option<Vec<IgnoredAny>>,
    }
    let listed = || serde_json::from_slice::<Listed>(answer.body()).ok().and_then(|listed| listed.items);
    info.method == Verb::Get || listed().is_none_or(|items| !items.is_empty())
}

/// What an error says of what may not be visible yet.
fn not_visible(info: OperationInfo, error: &Error) -> Says {
    match error {
        Error::Api(error) if is_busy(error) => Says::Busy(error.retry_after()),
        Error::Api(error) if error.status() == StatusCode::NOT_FOUND => {
            // A search that names nothing in its path cannot miss it: then the address is wrong.
            if info.method == Verb::Get || info.path.contains('{') { Says::NotYet } else { Says::Final }
        }
        Error::QueueFull(_) => Says::Busy(None),
        _ => Says::Final,
    }
}

fn is_busy(error: &ApiError) -> bool {
    Verdict::of_answer(error.status(), error.problem(), error.body()) == Verdict::Busy
}
