//! The log where nothing else is asked for: a line a record, on standard error.

use std::io::Write as _;

use camunda_core::model::Timestamp;

use super::{LogSink, Record};
use crate::flight::now;

/// Writes a line a record to standard error, such as
/// `2026-11-25T09:00:00.000Z warn camunda: the cluster refuses work for load cap=11`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stderr;

impl LogSink for Stderr {
    fn log(&self, record: &Record<'_>) {
        // In one piece, so that lines of two threads do not mix. Where nobody reads, nothing is lost.
        let _ = std::io::stderr().lock().write_all(line(record).as_bytes());
    }
}

/// A record with its time, and the end of its line.
pub(super) fn line(record: &Record<'_>) -> String {
    let time = Timestamp::from_unix_millis(i64::try_from(now().unix.as_millis()).unwrap_or(i64::MAX));
    format!("{} {} camunda: {record}\n", time.as_str(), record.level().as_str())
}
