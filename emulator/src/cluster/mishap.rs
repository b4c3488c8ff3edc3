//! What the cluster does with the faults that were asked for: answers instead, waits, or marks an answer to be cut.
//! Which requests are struck is decided by the rules.

use std::time::Duration;

use super::{Arrival, Cluster};
use crate::auth::Guard;
use crate::engine::Engine;
use crate::fault::{Case, CutAfter, Effect, Rule, TOKEN, instead};

impl Cluster {
    /// Serves the request, unless a fault has something else in mind.
    pub(super) fn meet_faults(&mut self, arrival: Arrival, now: i64) {
        let path = arrival.request.uri().path();
        let provider = self.provider.as_ref().filter(|provider| provider.owns(path));
        let for_token = provider.is_some_and(|provider| provider.gives_tokens_at(path));
        if self.faults.is_empty() || (provider.is_some() && !for_token) {
            return self.judge(arrival, now, false);
        }
        let job_type = job_type(&self.engine, &arrival);
        let operation = if for_token { Some(TOKEN) } else { arrival.route.as_ref().ok().map(|route| route.operation) };
        let effect = self.faults.strike(&Case { operation, job_type: job_type.as_deref() }, now);
        let answer = effect.as_ref().and_then(|effect| instead(effect, arrival.request.uri().path()));
        match (answer, effect) {
            (Some(answer), _) => self.reply(arrival.ticket, answer),
            (None, Some(Effect::Delay(by))) => {
                let at = now.saturating_add(millis(by));
                self.delayed.insert((at, arrival.ticket), arrival);
            }
            (None, effect) => {
                if let Some(Effect::Drop { after }) = effect {
                    self.cuts.insert(arrival.ticket, CutAfter(after));
                }
                self.judge(arrival, now, false);
            }
        }
    }

    pub(super) fn serve_delayed(&mut self, now: i64) {
        while let Some(entry) = self.delayed.first_entry().filter(|entry| entry.key().0 <= now) {
            let arrival = entry.remove();
            self.judge(arrival, now, false);
        }
    }

    pub(crate) fn add_fault(&mut self, rule: Rule) {
        self.faults.add(rule);
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn faults(&self) -> &[Rule] {
        self.faults.rules()
    }

    pub(crate) fn refuse_all(&mut self, duration: Duration, now: i64) {
        self.faults.refuse_until(now.saturating_add(millis(duration)));
    }

    pub(crate) fn expire_tokens(&mut self, now: i64) {
        let issued = self.provider.as_ref().map(|provider| provider.issued());
        if let Guard::Oidc(oidc) = &mut self.guard {
            oidc.expire(issued, now);
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The type of the job that a command is about, or of the jobs that a poll asks for.
fn job_type(engine: &Engine, arrival: &Arrival) -> Option<String> {
    let route = arrival.route.as_ref().ok()?;
    if route.operation == "activateJobs" {
        let body: serde_json::Value = serde_json::from_slice(arrival.request.body()).ok()?;
        return Some(body.get("type")?.as_str()?.to_owned());
    }
    let about_a_job = matches!(route.operation, "completeJob" | "failJob" | "throwJobError" | "updateJob");
    let job = engine.jobs.all.get(&route.key().ok().filter(|_| about_a_job)?)?;
    Some(job.job_type.to_string())
}
