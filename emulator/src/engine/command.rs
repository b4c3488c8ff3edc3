//! What a worker says about a job: done, failed, an error of the business, or other terms.
//! It changes the job and hands on to the element; handing out is elsewhere.

use super::boundary::{Thrown, shortened};
use super::element::Phase;
use super::incident::Trouble;
use super::job::{Job, JobKind, JobState};
use super::metrics::JobEvent;
use super::scope::Step;
use super::{Document, Engine, Rejection};

#[derive(Debug, Clone, Default)]
pub(crate) struct CompleteJob {
    pub(crate) variables: Document,
    /// What a listener or an ad-hoc sub-process decided.
    pub(crate) result: Option<serde_json::Value>,
    /// An id of the business that the instance gets.
    pub(crate) business_id: Option<String>,
    pub(crate) lease: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FailJob {
    pub(crate) retries: i32,
    pub(crate) message: String,
    pub(crate) back_off: i64,
    pub(crate) variables: Document,
    pub(crate) lease: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ThrowError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) variables: Document,
    pub(crate) lease: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct UpdateJob {
    pub(crate) retries: Option<i32>,
    pub(crate) timeout: Option<i64>,
    pub(crate) priority: Option<i32>,
    pub(crate) lease: Option<String>,
}

impl Engine {
    pub(crate) fn complete_job(&mut self, key: i64, command: CompleteJob, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let element = self.open_job(key, "COMPLETE", "complete", command.lease.as_deref())?;
        self.assign_business_id(key, command.business_id.as_deref())?;
        match self.jobs.all.get(&key).map(|job| job.kind) {
            Some(JobKind::ExecutionListener) => self.heard(element, key, command.variables),
            Some(JobKind::TaskListener) => self.task_listener_heard(element, key, command)?,
            Some(JobKind::AdHoc) => {
                let result = self.ad_hoc_result(element, command.result.as_ref())?;
                self.end_job(key, "COMPLETED");
                let Some(host) = self.elements.get_mut(&element) else { return Ok(()) };
                host.job = None;
                let definition = host.definition.clone();
                let model = &definition.process.nodes[host.node];
                self.give_result(element, model, command.variables);
                self.ad_hoc_decided(element, result);
            }
            _ => {
                self.end_job(key, "COMPLETED");
                let Some(host) = self.elements.get_mut(&element) else { return Ok(()) };
                host.job = None;
                let definition = host.definition.clone();
                let model = &definition.process.nodes[host.node];
                self.give_result(element, model, command.variables);
                self.queue.push_back(Step::Complete { element });
            }
        }
        self.settle();
        Ok(())
    }

    /// An execution listener is done; the next one or the element goes on.
    fn heard(&mut self, element: i64, job: i64, variables: Document) {
        self.end_job(job, "COMPLETED");
        let Some(host) = self.elements.get_mut(&element) else { return };
        host.job = None;
        host.heard += 1;
        let (beginning, scope) = (host.phase == Phase::Activating, host.scope);
        self.set_locals(if beginning { element } else { scope }, variables);
        self.queue.push_back(if beginning { Step::Enter { element } } else { Step::Complete { element } });
    }

    pub(crate) fn fail_job(&mut self, key: i64, command: FailJob, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let element = self.open_job(key, "FAIL", "fail", command.lease.as_deref())?;
        self.set_locals(element, command.variables);
        self.jobs.withdraw(key);
        let time = self.time;
        let message = shortened(&command.message);
        if let Some(job) = self.jobs.all.get_mut(&key) {
            job.state = JobState::Failed;
            job.event = "FAILED";
            job.retries = command.retries;
            job.updated = time;
            job.error_message = Some(message.clone());
            self.metrics.note(time, &job.job_type, &job.worker, JobEvent::Failed);
            self.metrics.note_error(time, &job.job_type, &job.worker, "", &message);
        }
        if command.retries <= 0 {
            let message = if message.is_empty() { "No more retries left.".to_owned() } else { message };
            let kind = match self.jobs.all.get(&key).map(|job| job.kind) {
                Some(JobKind::ExecutionListener) => "EXECUTION_LISTENER_NO_RETRIES",
                Some(JobKind::TaskListener) => "TASK_LISTENER_NO_RETRIES",
                Some(JobKind::AdHoc) => "AD_HOC_SUB_PROCESS_NO_RETRIES",
                _ => "JOB_NO_RETRIES",
            };
            self.raise(element, Some(key), Trouble { kind, message });
        } else if command.back_off > 0 {
            self.jobs.back_off(key, time.saturating_add(command.back_off));
        } else {
            self.jobs.offer(key);
        }
        self.settle();
        Ok(())
    }

    pub(crate) fn throw_error(&mut self, key: i64, command: ThrowError, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let element = self.open_job(key, "THROW_ERROR", "throw an error for", command.lease.as_deref())?;
        if let Some(job) = self.jobs.all.get(&key).filter(|job| job.is_listener()) {
            let text = format!(
                "Cannot throw BPMN error from {} job with key '{key}', type '{}' and processInstanceKey '{}'",
                job.kind(),
                job.job_type,
                job.instance
            );
            return Err(Rejection::invalid_state("THROW_ERROR", text));
        }
        let message = shortened(&command.message);
        if let Some(host) = self.elements.get_mut(&element) {
            host.job = None;
        }
        let thrown = Thrown { code: &command.code, message: &message, payload: command.variables };
        let thrown = self.throw_from(element, &thrown);
        self.end_job(key, "ERROR_THROWN");
        if let Some(job) = self.jobs.all.get_mut(&key) {
            self.metrics.note(self.time, &job.job_type, &job.worker, JobEvent::Failed);
            self.metrics.note_error(self.time, &job.job_type, &job.worker, &command.code, &message);
            job.error_code = Some(command.code);
            job.error_message = Some(message);
        }
        if let Err(trouble) = thrown {
            if let Some(job) = self.jobs.all.get_mut(&key) {
                job.state = JobState::ErrorThrown;
                job.ended = None;
            }
            if let Some(host) = self.elements.get_mut(&element) {
                host.job = Some(key);
            }
            self.raise(element, Some(key), trouble);
        }
        self.settle();
        Ok(())
    }

    pub(crate) fn update_job(&mut self, key: i64, command: &UpdateJob, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let Some(job) = self.jobs.all.get(&key).filter(|job| job.state != JobState::Gone) else {
            return Err(unknown(key, "UPDATE", "update"));
        };
        if let Some(retries) = command.retries.filter(|retries| *retries < 1) {
            let text = format!(
                "Expected to update retries for job with key '{key}' with a positive amount of retries, but the amount given was '{retries}'"
            );
            return Err(Rejection::invalid_argument("UPDATE", text));
        }
        if command.timeout.is_some() && job.state != JobState::Activated {
            let text = format!("Expected to update the timeout of job with key '{key}', but it is not active");
            return Err(Rejection::invalid_state("UPDATE", text));
        }
        check_lease(job, "UPDATE", "update", command.lease.as_deref(), false)?;
        let time = self.time;
        if let Some(priority) = command.priority {
            self.jobs.set_priority(key, priority);
        }
        if let Some(timeout) = command.timeout {
            self.jobs.lend(key, time.saturating_add(timeout));
        }
        if let Some(job) = self.jobs.all.get_mut(&key) {
            job.updated = time;
            if let Some(retries) = command.retries {
                job.retries = retries;
            }
            let events = [
                command.priority.map(|_| "PRIORITY_UPDATED"),
                command.timeout.map(|_| "TIMEOUT_UPDATED"),
                command.retries.map(|_| "RETRIES_UPDATED"),
            ];
            job.event = events.into_iter().flatten().last().unwrap_or(job.event);
        }
        self.settle();
        Ok(())
    }

    fn assign_business_id(&mut self, job: i64, id: Option<&str>) -> Result<(), Rejection> {
        let instance = self.jobs.all.get(&job).map(|job| job.instance);
        match (instance, id) {
            (Some(instance), Some(id)) => self.set_business_id(instance, id, "COMPLETE"),
            _ => Ok(()),
        }
    }

    /// The element of a job that can still be answered, whether or not it was handed out.
    fn open_job(&self, key: i64, intent: &'static str, verb: &str, lease: Option<&str>) -> Result<i64, Rejection> {
        let state = match self.jobs.all.get(&key) {
            Some(job) => match job.state {
                JobState::Activatable | JobState::Activated => {
                    check_lease(job, intent, verb, lease, true)?;
                    return Ok(job.element);
                }
                JobState::Failed => "FAILED",
                JobState::ErrorThrown => "ERROR_THROWN",
                JobState::Gone => return Err(unknown(key, intent, verb)),
            },
            None => return Err(unknown(key, intent, verb)),
        };
        let text = format!("Expected to {verb} job with key '{key}', but it is in state '{state}'");
        Err(Rejection::invalid_state(intent, text))
    }
}

/// A job that was handed out with a lease is answered with its token; a stale one fences its holder off.
fn check_lease(
    job: &Job,
    intent: &'static str,
    verb: &str,
    given: Option<&str>,
    needed: bool,
) -> Result<(), Rejection> {
    let Some(token) = job.lease_token() else { return Ok(()) };
    let key = job.key;
    let text = match given {
        Some(given) if given == token => return Ok(()),
        None if !needed => return Ok(()),
        Some(_) => {
            format!("Expected to {verb} job with key '{key}', but the given lease token is not that of its lease")
        }
        None => format!("Expected to {verb} job with key '{key}', but it is leased and no lease token was given"),
    };
    Err(Rejection::invalid_state(intent, text))
}

fn unknown(key: i64, intent: &'static str, verb: &str) -> Rejection {
    Rejection::not_found(intent, format!("Expected to {verb} job with key '{key}', but no such job was found"))
}
