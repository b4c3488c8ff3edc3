//! Reads that lag behind commands, as those of a real cluster do: they are served by a second state that gets every change later.
//! It gets them as inputs, like a cluster that comes back from its journal, so it goes through the same states one by one.

use std::collections::VecDeque;
use std::time::Duration;

use super::Cluster;
use crate::auth::Authentication;
use crate::engine::Engine;
use crate::journal::Input;

/// How far searches and gets lag behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lag {
    /// Not at all: what was answered is found at once.
    #[default]
    None,
    /// By real time.
    Time(Duration),
    /// By so many changes: commands that were carried out, jobs that were handed out, timers that fired.
    Changes(usize),
}

/// The state that reads see.
#[derive(Debug)]
pub(super) struct Lagging {
    by: Lag,
    shown: Box<Cluster>,
    /// Changes that are not seen yet, and when they happened.
    pending: VecDeque<(i64, Input)>,
}

impl Cluster {
    /// Lets searches and gets lag behind from now on, or lets them catch up.
    pub fn set_lag(&mut self, lag: Lag, now: i64) {
        match (&mut self.lagging, lag) {
            (_, Lag::None) => self.lagging = None,
            (Some(lagging), by) => {
                lagging.by = by;
                lagging.catch_up(now);
            }
            (None, by) => {
                let mut shown = Self::new(Authentication::None, None);
                shown.engine = self.engine.clone();
                self.lagging = Some(Lagging { by, shown: Box::new(shown), pending: VecDeque::new() });
            }
        }
    }

    /// The state that a read sees.
    pub(super) fn shown_at(&mut self, now: i64) -> Option<&mut Engine> {
        let lagging = self.lagging.as_mut()?;
        lagging.catch_up(now);
        Some(&mut lagging.shown.engine)
    }
}

impl Lagging {
    pub(super) fn note(&mut self, at: i64, input: Input) {
        self.pending.push_back((at, input));
        self.catch_up(at);
    }

    fn catch_up(&mut self, now: i64) {
        while let Some((at, _)) = self.pending.front() {
            let is_due = match self.by {
                Lag::None => true,
                Lag::Time(by) => at.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)) <= now,
                Lag::Changes(count) => self.pending.len() > count,
            };
            if !is_due {
                break;
            }
            if let Some((at, input)) = self.pending.pop_front() {
                // What was refused then is refused now.
                let _refused = self.shown.apply(at, input);
            }
        }
    }
}

/// Whether an operation reads what is exported; topology, licence and the caller himself are known at once.
pub(super) fn lags(operation: &str) -> bool {
    let prompt = ["getTopology", "getStatus", "getLicense", "getAuthentication", "getSystemConfiguration"];
    (operation.starts_with("get") || operation.starts_with("search")) && !prompt.contains(&operation)
}
