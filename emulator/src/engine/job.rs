//! Jobs and the indices that make handing them out cheap.
//! It does not know polls or commands; it creates jobs, makes them available and takes them away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::clock::Clock;
use super::incident::Trouble;
use super::metrics::JobEvent;
use super::{Definition, Engine};
use crate::bpmn::JobDefinition;

/// How often overdue jobs are looked for, in milliseconds.
const TIMEOUT_CHECK: i64 = 1000;
/// How often jobs whose back-off is over are looked for, in milliseconds.
const BACKOFF_CHECK: i64 = 100;

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Activatable,
    Activated,
    Failed,
    ErrorThrown,
    /// Completed, cancelled, or its error was caught.
    Gone,
}

/// What a job is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobKind {
    Element,
    ExecutionListener,
    TaskListener,
    /// Decides what an ad-hoc sub-process does.
    AdHoc,
}

/// A job whose attributes were evaluated, before it is made.
#[derive(Debug, Clone)]
pub(crate) struct PreparedJob {
    pub(crate) kind: JobKind,
    /// The event of a listener, as searches write it.
    pub(crate) listens_to: &'static str,
    pub(crate) job_type: Arc<str>,
    pub(crate) retries: i32,
    pub(crate) priority: i32,
    pub(crate) headers: Arc<BTreeMap<String, String>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) key: i64,
    pub(crate) job_type: Arc<str>,
    pub(crate) definition: Arc<Definition>,
    pub(crate) instance: i64,
    pub(crate) element: i64,
    pub(crate) node: usize,
    pub(crate) kind: JobKind,
    pub(crate) listens_to: &'static str,
    /// Why a listener denied what was to happen.
    pub(crate) denied: Option<String>,
    pub(crate) state: JobState,
    /// The last event, as searches write it.
    pub(crate) event: &'static str,
    pub(crate) retries: i32,
    pub(crate) priority: i32,
    pub(crate) worker: String,
    pub(crate) deadline: Option<i64>,
    /// Which of its leases is in force, counted from 1; 0 until it is handed out with one.
    pub(crate) lease: u32,
    /// When the back-off ends.
    pub(crate) retry_at: Option<i64>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) headers: Arc<BTreeMap<String, String>>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) ended: Option<i64>,
}

impl Job {
    /// The kind as searches write it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.kind {
            JobKind::Element => "BPMN_ELEMENT",
            JobKind::ExecutionListener => "EXECUTION_LISTENER",
            JobKind::TaskListener => "TASK_LISTENER",
            JobKind::AdHoc => "AD_HOC_SUB_PROCESS",
        }
    }

    pub(crate) fn is_listener(&self) -> bool {
        matches!(self.kind, JobKind::ExecutionListener | JobKind::TaskListener)
    }

    /// What a worker must show that holds the job by a lease; none where it was never handed out with one.
    pub(crate) fn lease_token(&self) -> Option<String> {
        (self.lease > 0).then(|| format!("lease-{:x}-{}", self.key, self.lease))
    }

    /// The place in the queue of its type: higher priority first, then older first.
    fn place(&self) -> (i64, i64) {
        (-i64::from(self.priority), self.key)
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct JobStore {
    pub(crate) all: BTreeMap<i64, Job>,
    activatable: BTreeMap<Arc<str>, BTreeSet<(i64, i64)>>,
    /// Handed-out jobs by deadline.
    deadlines: BTreeSet<(i64, i64)>,
    /// Failed jobs by the end of their back-off.
    backoffs: BTreeSet<(i64, i64)>,
    /// Types of which jobs became available since polls were served.
    pub(crate) woken: BTreeSet<Arc<str>>,
}

impl JobStore {
    /// The next job of the type that fits a worker.
    pub(crate) fn first(&self, job_type: &str, fits: impl Fn(&Job) -> bool) -> Option<i64> {
        let mut queue = self.activatable.get(job_type)?.iter().map(|(_, key)| *key);
        queue.find(|key| self.all.get(key).is_some_and(&fits))
    }

    /// Hands the job out until the deadline, with a new lease if wanted.
    pub(crate) fn hand_out(&mut self, key: i64, worker: &str, deadline: i64, leasing: bool) {
        if let Some(job) = self.all.get_mut(&key) {
            worker.clone_into(&mut job.worker);
            job.lease += u32::from(leasing);
        }
        self.lend(key, deadline);
    }

    /// The job is in somebody's hands until the deadline.
    pub(crate) fn lend(&mut self, key: i64, deadline: i64) {
        self.withdraw(key);
        if let Some(job) = self.all.get_mut(&key) {
            job.state = JobState::Activated;
            job.deadline = Some(deadline);
            self.deadlines.insert((deadline, key));
        }
    }

    /// Makes the job available, at its old place.
    pub(crate) fn offer(&mut self, key: i64) {
        self.withdraw(key);
        if let Some(job) = self.all.get_mut(&key) {
            job.state = JobState::Activatable;
            let place = job.place();
            self.activatable.entry(job.job_type.clone()).or_default().insert(place);
            self.woken.insert(job.job_type.clone());
        }
    }

    /// Takes the job out of every index.
    pub(crate) fn withdraw(&mut self, key: i64) {
        let Some(job) = self.all.get_mut(&key) else {
            return;
        };
        if let Some(queue) = self.activatable.get_mut(&job.job_type) {
            queue.remove(&job.place());
            if queue.is_empty() {
                self.activatable.remove(&job.job_type);
            }
        }
        if let Some(deadline) = job.deadline {
            self.deadlines.remove(&(deadline, key));
        }
        if let Some(at) = job.retry_at.take() {
            self.backoffs.remove(&(at, key));
        }
    }

    /// What is wrong about the indexes that a job is in, if something is. A job of a suspended instance is in none.
    pub(crate) fn misplaced(&self, job: &Job) -> Option<&'static str> {
        let offered = self.activatable.get(&job.job_type).is_some_and(|queue| queue.contains(&job.place()));
        let lent = job.deadline.is_some_and(|deadline| self.deadlines.contains(&(deadline, job.key)));
        let resting = job.retry_at.is_some_and(|at| self.backoffs.contains(&(at, job.key)));
        match job.state {
            JobState::Activatable if lent || resting => Some("it can be had, but is also lent or resting"),
            JobState::Activated if offered || !lent => Some("it is lent, but without a deadline or still on offer"),
            JobState::Failed if offered || lent || resting != job.retry_at.is_some() => {
                Some("it has failed, but is on offer, lent, or does not rest")
            }
            JobState::ErrorThrown | JobState::Gone if offered || lent || resting => Some("it is over, but in an index"),
            _ => None,
        }
    }

    pub(crate) fn set_priority(&mut self, key: i64, priority: i32) {
        let available = self.all.get(&key).is_some_and(|job| job.state == JobState::Activatable);
        if available {
            self.withdraw(key);
        }
        if let Some(job) = self.all.get_mut(&key) {
            job.priority = priority;
        }
        if available {
            self.offer(key);
        }
    }

    /// Keeps the job back until then.
    pub(crate) fn back_off(&mut self, key: i64, until: i64) {
        if let Some(job) = self.all.get_mut(&key) {
            job.retry_at = Some(until);
            self.backoffs.insert((until, key));
        }
    }

    /// The engine times at which the checkers will find something.
    pub(crate) fn due(&self) -> Option<i64> {
        let timeout =
            self.deadlines.first().map(|(at, _)| (at.div_euclid(TIMEOUT_CHECK) + 1).saturating_mul(TIMEOUT_CHECK));
        let backoff = self.backoffs.first().map(|(at, _)| {
            at.saturating_add(BACKOFF_CHECK - 1).div_euclid(BACKOFF_CHECK).saturating_mul(BACKOFF_CHECK)
        });
        timeout.into_iter().chain(backoff).min()
    }

    fn overdue(&self, clock: Clock, time: i64) -> Option<(i64, bool)> {
        let late = self.deadlines.first().filter(|(at, _)| *at < clock.tick(time, TIMEOUT_CHECK));
        let rested = self.backoffs.first().filter(|(at, _)| *at <= clock.tick(time, BACKOFF_CHECK));
        late.map(|(_, key)| (*key, true)).or(rested.map(|(_, key)| (*key, false)))
    }
}

impl Engine {
    pub(crate) fn prepare_job(&self, element: i64, model: &JobDefinition) -> Result<PreparedJob, Trouble> {
        let job_type: Arc<str> = self.text(element, &model.job_type)?.into();
        let retries = self.number(element, &model.retries)?;
        let priority = model.priority.as_ref().map_or(Ok(0), |p| self.number(element, p))?;
        let headers = model.headers.clone();
        Ok(PreparedJob { kind: JobKind::Element, listens_to: "UNSPECIFIED", job_type, retries, priority, headers })
    }

    /// A job for a listener of an element.
    pub(crate) fn create_listener_job(
        &mut self,
        element: i64,
        listener: &JobDefinition,
        kind: JobKind,
    ) -> Result<i64, Trouble> {
        let listens_to = match listener.event.as_str() {
            "start" => "START",
            "end" => "END",
            "creating" => "CREATING",
            "assigning" => "ASSIGNING",
            "updating" => "UPDATING",
            _ => "COMPLETING",
        };
        let prepared = self.prepare_job(element, listener)?;
        Ok(self.add_job(element, PreparedJob { kind, listens_to, ..prepared }))
    }

    pub(crate) fn add_job(&mut self, element: i64, prepared: PreparedJob) -> i64 {
        let key = self.keys.next();
        let Some(host) = self.elements.get_mut(&element) else {
            return key;
        };
        let PreparedJob { kind, listens_to, job_type, retries, priority, headers } = prepared;
        host.job = Some(key);
        let job = Job {
            key,
            job_type,
            definition: host.definition.clone(),
            instance: host.instance,
            element,
            node: host.node,
            kind,
            listens_to,
            denied: None,
            state: JobState::Activatable,
            event: "CREATED",
            retries,
            priority,
            worker: String::new(),
            deadline: None,
            lease: 0,
            retry_at: None,
            error_code: None,
            error_message: None,
            headers,
            created: self.time,
            updated: self.time,
            ended: None,
        };
        if let Some(instance) = self.instances.get_mut(&job.instance) {
            instance.jobs.push(key);
        }
        let held = self.is_suspended(job.instance);
        self.metrics.note(self.time, &job.job_type, "", JobEvent::Created);
        self.jobs.all.insert(key, job);
        if !held {
            self.jobs.offer(key);
        }
        key
    }

    /// The last change of a job: it is never handed out again.
    pub(crate) fn end_job(&mut self, key: i64, event: &'static str) {
        self.jobs.withdraw(key);
        let time = self.time;
        if let Some(job) = self.jobs.all.get_mut(&key) {
            job.state = JobState::Gone;
            job.event = event;
            job.updated = time;
            job.ended = Some(time);
            if event == "COMPLETED" {
                self.metrics.note(time, &job.job_type, &job.worker, JobEvent::Completed);
            }
        }
    }

    pub(crate) fn cancel_job(&mut self, key: i64) {
        if self.jobs.all.get(&key).is_some_and(|job| job.state != JobState::Gone) {
            self.end_job(key, "CANCELED");
        }
    }

    /// Overdue jobs and jobs whose back-off is over become available again.
    pub(crate) fn release_due_jobs(&mut self) {
        while let Some((key, timed_out)) = self.jobs.overdue(self.clock, self.time) {
            self.jobs.offer(key);
            let time = self.time;
            if let Some(job) = self.jobs.all.get_mut(&key).filter(|_| timed_out) {
                job.event = "TIMED_OUT";
                job.updated = time;
                job.deadline = None;
            }
        }
    }
}
