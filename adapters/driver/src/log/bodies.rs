//! Bodies, which only the level `silly` logs: what goes to the cluster and comes from it, never what goes to an identity
//! provider.

use camunda_core::config::LogLevel::Silly;
use camunda_core::{Body, Route};

use super::Log;

/// So many characters of a body are logged.
const SHOWN: usize = 4_000;

/// The bodies of one call.
pub(crate) struct Bodies<'a> {
    pub(crate) log: &'a Log,
    /// The call's number.
    pub(crate) call: u64,
    /// Whether the last request went to the cluster.
    pub(crate) of_cluster: bool,
}

impl Bodies<'_> {
    /// A request goes out; what comes back has to do with it.
    pub(crate) fn request(&mut self, route: Route, body: &Body) {
        self.of_cluster = route == Route::Cluster;
        if let Body::Full(bytes) = body {
            self.part("request body", bytes);
        }
    }

    /// A part of a body, as it came.
    pub(crate) fn part(&self, what: &str, bytes: &[u8]) {
        if self.of_cluster && self.log.is_enabled(Silly) {
            let text: String = String::from_utf8_lossy(bytes).chars().take(SHOWN).collect();
            self.log.log(Silly, what, &[("call", &self.call), ("bytes", &bytes.len()), ("text", &text)]);
        }
    }
}
