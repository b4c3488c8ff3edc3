//! A wait that was in vain, told by what was seen last. That reads are repeated at all is not decided here.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// What was waited for did not show in time.
#[derive(Clone, Debug)]
pub struct WaitError {
    pub(crate) operation: &'static str,
    pub(crate) within: Duration,
    pub(crate) took: Duration,
    pub(crate) reads: u32,
    pub(crate) status: Option<StatusCode>,
    pub(crate) last: String,
    pub(crate) snippet: String,
}

impl WaitError {
    /// The name of the operation that was read with.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How long was to be waited.
    pub fn within(&self) -> Duration {
        self.within
    }

    /// How long was waited.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// How often was read.
    pub fn reads(&self) -> u32 {
        self.reads
    }

    /// The status of the last answer; `None` if the last read brought none.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// What was seen last, in words.
    pub fn last(&self) -> &str {
        &self.last
    }

    /// The beginning of the last successful answer, at most 8192 characters; empty where the last read failed.
    pub fn snippet(&self) -> &str {
        &self.snippet
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, within, reads, last, .. } = self;
        let times = if *reads == 1 { "time" } else { "times" };
        write!(f, "{operation}: waited {} ms in vain, read {reads} {times}; last seen: {last}", within.as_millis())
    }
}

impl std::error::Error for WaitError {}
