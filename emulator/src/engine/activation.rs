//! Handing out jobs: at once, or to a request that waits for them.
//! A request that waits is never told that its client has gone, as in the original: its jobs stay locked until their timeout.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Document, Engine, Outcome, Ticket};

/// How long a poll waits if it does not say.
const DEFAULT_POLL: i64 = 10_000;

/// What the variables of one answer may come to.
const MESSAGE_SIZE: usize = 4 * 1024 * 1024;

/// About how many bytes a value comes to.
fn weight(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::String(text) => text.len() + 3,
        serde_json::Value::Array(items) => items.iter().map(weight).sum::<usize>() + 2,
        serde_json::Value::Object(entries) => {
            entries.iter().map(|(name, value)| name.len() + weight(value) + 4).sum::<usize>() + 2
        }
        _ => 5,
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Activation {
    pub(crate) job_type: String,
    pub(crate) worker: String,
    /// For how long the jobs are the worker's, in milliseconds.
    pub(crate) timeout: i64,
    pub(crate) max_jobs: usize,
    /// The variables to hand out; none named: all of them.
    pub(crate) fetch: Vec<String>,
    /// How long to wait for a job: 0 is the default, less is not at all.
    pub(crate) request_timeout: i64,
}

/// A job as it was handed out.
#[derive(Debug)]
pub(crate) struct ActivatedJob {
    pub(crate) key: i64,
    pub(crate) variables: Document,
}

/// When, which jobs, to which worker, until when.
pub(crate) type HandOut = (i64, Vec<i64>, String, i64);

/// Requests that wait, by type in the order of their arrival.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    by_type: BTreeMap<Arc<str>, VecDeque<Poll>>,
}

#[derive(Debug)]
struct Poll {
    ticket: Ticket,
    request: Activation,
    until: i64,
}

impl Polls {
    pub(crate) fn deadline(&self) -> Option<i64> {
        self.by_type.values().flatten().map(|poll| poll.until).min()
    }
}

impl Engine {
    /// Hands out jobs, or parks the request; the answer comes as an outcome either way.
    pub(crate) fn activate_jobs(&mut self, ticket: Ticket, request: Activation, now: i64) {
        self.enter(now);
        self.settle();
        let jobs = self.take_jobs(&request);
        if !jobs.is_empty() || request.request_timeout < 0 {
            self.outcomes.push_back((ticket, Outcome::Jobs(jobs)));
            return;
        }
        let wait = if request.request_timeout == 0 { DEFAULT_POLL } else { request.request_timeout };
        let until = self.real.saturating_add(wait);
        let queue = self.polls.by_type.entry(request.job_type.as_str().into()).or_default();
        queue.push_back(Poll { ticket, request, until });
    }

    /// What was handed out since this was asked the last time: when, which jobs, to whom, until when.
    pub(crate) fn take_hand_outs(&mut self) -> Vec<HandOut> {
        std::mem::take(&mut self.handed)
    }

    /// Hands these jobs out once more, as it happened in an earlier life.
    pub(crate) fn hand_out(&mut self, jobs: &[i64], worker: &str, deadline: i64) {
        for job in jobs {
            self.jobs.hand_out(*job, worker, deadline);
        }
    }

    /// Takes as many jobs as are wanted, available, and fit into one message.
    fn take_jobs(&mut self, request: &Activation) -> Vec<ActivatedJob> {
        let mut jobs = Vec::new();
        let mut size = 0;
        while jobs.len() < request.max_jobs
            && let Some(key) = self.jobs.first(&request.job_type)
        {
            let element = self.jobs.all.get(&key).map(|job| job.element);
            let variables = element.map(|scope| self.visible(scope, &request.fetch)).unwrap_or_default();
            size += variables.iter().map(|(name, value)| name.len() + weight(value)).sum::<usize>();
            if size > MESSAGE_SIZE && !jobs.is_empty() {
                break;
            }
            let deadline = self.time.saturating_add(request.timeout);
            self.jobs.hand_out(key, &request.worker, deadline);
            jobs.push(ActivatedJob { key, variables });
        }
        if !jobs.is_empty() {
            let keys = jobs.iter().map(|job| job.key).collect();
            self.handed.push((self.real, keys, request.worker.clone(), self.time.saturating_add(request.timeout)));
        }
        jobs
    }

    /// Wakes the polls of every type of which jobs became available, oldest first.
    pub(crate) fn serve_polls(&mut self) {
        while let Some(job_type) = self.jobs.woken.pop_first() {
            while self.jobs.first(&job_type).is_some()
                && let Some(poll) = self.polls.by_type.get_mut(&job_type).and_then(VecDeque::pop_front)
            {
                let jobs = self.take_jobs(&poll.request);
                self.outcomes.push_back((poll.ticket, Outcome::Jobs(jobs)));
            }
            self.forget_type(&job_type);
        }
    }

    /// Polls whose time is over are answered with nothing.
    pub(crate) fn expire_polls(&mut self) {
        let real = self.real;
        let mut expired = Vec::new();
        for polls in self.polls.by_type.values_mut() {
            if polls.iter().any(|poll| poll.until <= real) {
                let (over, waiting) = polls.drain(..).partition(|poll| poll.until <= real);
                *polls = waiting;
                expired.push(over);
            }
        }
        let over: Vec<Poll> = expired.into_iter().flat_map(|polls: VecDeque<Poll>| polls).collect();
        for poll in over {
            self.outcomes.push_back((poll.ticket, Outcome::Jobs(Vec::new())));
        }
        self.polls.by_type.retain(|_, polls| !polls.is_empty());
    }

    fn forget_type(&mut self, job_type: &str) {
        if self.polls.by_type.get(job_type).is_some_and(VecDeque::is_empty) {
            self.polls.by_type.remove(job_type);
        }
    }
}
