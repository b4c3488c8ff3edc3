//! Handing out jobs: at once, or to a request that waits for them.
//! A request that waits is never told that its client has gone, as in the original: its jobs stay locked until their timeout.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::{Definition, Document, Engine, Outcome, Ticket};

/// How long a poll waits if it does not say.
const DEFAULT_POLL: i64 = 10_000;

/// What the variables of one answer may come to.
const MESSAGE_SIZE: usize = 4 * 1024 * 1024;

/// About how many bytes a value comes to.
pub(crate) fn weight(value: &serde_json::Value) -> usize {
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
    /// Whose jobs they may be.
    pub(crate) within: Within,
    /// Whether the jobs are to carry a token that fences off earlier workers.
    pub(crate) lease: bool,
    /// How long to wait for a job: 0 is the default, less is not at all.
    pub(crate) request_timeout: i64,
}

/// The tenants and the ids of processes whose jobs a worker may have; none where all of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Within {
    pub(crate) tenants: Option<BTreeSet<String>>,
    pub(crate) processes: Option<BTreeSet<String>>,
}

impl Within {
    fn covers(&self, definition: &Definition) -> bool {
        self.tenants.as_ref().is_none_or(|tenants| tenants.contains(&*definition.tenant))
            && self.processes.as_ref().is_none_or(|processes| processes.contains(&*definition.process.id))
    }
}

/// A job as it was handed out.
#[derive(Debug, Clone)]
pub(crate) struct ActivatedJob {
    pub(crate) key: i64,
    pub(crate) variables: Document,
}

/// Which jobs went to which worker.
#[derive(Debug, Clone)]
pub(crate) struct HandOut {
    pub(crate) at: i64,
    pub(crate) jobs: Vec<i64>,
    pub(crate) worker: String,
    pub(crate) deadline: i64,
    pub(crate) leased: bool,
}

/// Requests that wait, by type in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct Polls {
    by_type: BTreeMap<Arc<str>, VecDeque<Poll>>,
}

#[derive(Debug, Clone)]
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
    pub(crate) fn hand_out(&mut self, jobs: &[i64], worker: &str, deadline: i64, leased: bool) {
        for job in jobs {
            self.jobs.hand_out(*job, worker, deadline, leased);
        }
    }

    /// Takes as many jobs as are wanted, available, and fit into one message.
    fn take_jobs(&mut self, request: &Activation) -> Vec<ActivatedJob> {
        let mut jobs = Vec::new();
        let mut size = 0;
        while jobs.len() < request.max_jobs
            && let Some(key) = self.jobs.first(&request.job_type, |job| {
                (request.lease || job.lease == 0) && request.within.covers(&job.definition)
            })
        {
            let element = self.jobs.all.get(&key).map(|job| job.element);
            let variables = element.map(|scope| self.visible(scope, &request.fetch)).unwrap_or_default();
            size += variables.iter().map(|(name, value)| name.len() + weight(value)).sum::<usize>();
            if size > MESSAGE_SIZE && !jobs.is_empty() {
                break;
            }
            let deadline = self.time.saturating_add(request.timeout);
            self.jobs.hand_out(key, &request.worker, deadline, request.lease);
            jobs.push(ActivatedJob { key, variables });
        }
        if !jobs.is_empty() {
            self.handed.push(HandOut {
                at: self.real,
                jobs: jobs.iter().map(|job| job.key).collect(),
                worker: request.worker.clone(),
                deadline: self.time.saturating_add(request.timeout),
                leased: request.lease,
            });
        }
        jobs
    }

    /// Wakes the polls of every type of which jobs became available, oldest first.
    pub(crate) fn serve_polls(&mut self) {
        while let Some(job_type) = self.jobs.woken.pop_first() {
            let Some(waiting) = self.polls.by_type.remove(&job_type) else { continue };
            let mut unserved = VecDeque::new();
            for poll in waiting {
                let jobs = self.take_jobs(&poll.request);
                if jobs.is_empty() {
                    unserved.push_back(poll);
                } else {
                    self.outcomes.push_back((poll.ticket, Outcome::Jobs(jobs)));
                }
            }
            if !unserved.is_empty() {
                self.polls.by_type.insert(job_type, unserved);
            }
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
}
