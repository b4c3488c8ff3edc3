//! Incidents: an element that cannot go on, and what resolving does about it.
//! It does not judge whether the cause is gone; the step is simply tried again.

use super::element::Phase;
use super::scope::Step;
use super::{Engine, Rejection};
use crate::feel::{Evaluation, Expression};

/// Why a step failed, before it is an incident.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

impl Trouble {
    pub(crate) fn extract(message: String) -> Self {
        Self { kind: "EXTRACT_VALUE_ERROR", message }
    }

    /// An expression gave something else than was wanted.
    pub(crate) fn wrong_kind(expression: &Expression, wanted: &str, evaluation: &Evaluation) -> Self {
        if evaluation.failure.is_some() {
            return Self::failed(expression, evaluation);
        }
        let mut message = format!(
            "Expected result of the expression '{}' to be '{wanted}', but was '{}'.",
            expression.text(),
            evaluation.value.kind()
        );
        add_warnings(&mut message, evaluation);
        Self::extract(message)
    }

    /// An expression could not be evaluated at all.
    pub(crate) fn failed(expression: &Expression, evaluation: &Evaluation) -> Self {
        let reason = evaluation.failure.as_deref().unwrap_or_default();
        let mut message = format!("Assertion failure on evaluate the expression '{}': {reason}", expression.text());
        add_warnings(&mut message, evaluation);
        Self::extract(message)
    }
}

fn add_warnings(message: &mut String, evaluation: &Evaluation) {
    if !evaluation.warnings.is_empty() {
        message.push_str(" The evaluation reported the following warnings:");
        for warning in &evaluation.warnings {
            message.push('\n');
            message.push_str(warning);
        }
    }
}

#[derive(Debug)]
pub(crate) struct Incident {
    pub(crate) key: i64,
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) instance: i64,
    pub(crate) element: i64,
    pub(crate) job: Option<i64>,
    pub(crate) created: i64,
    pub(crate) active: bool,
}

impl Engine {
    /// The element cannot go on; it stays as it is until somebody resolves.
    pub(crate) fn raise(&mut self, element: i64, job: Option<i64>, trouble: Trouble) {
        let Some(host) = self.elements.get_mut(&element) else {
            return;
        };
        let key = self.keys.next();
        host.incident = Some(key);
        let instance = host.instance;
        if let Some(owner) = self.instances.get_mut(&instance) {
            owner.open_incidents += 1;
            owner.incidents.push(key);
        }
        let Trouble { kind, message } = trouble;
        self.incidents
            .insert(key, Incident { key, kind, message, instance, element, job, created: self.time, active: true });
    }

    pub(crate) fn resolve_incident(&mut self, key: i64, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let Some(incident) = self.incidents.get(&key).filter(|incident| incident.active) else {
            let text = format!("Expected to resolve incident with key '{key}', but no such incident was found");
            return Err(Rejection::not_found("RESOLVE", text));
        };
        let (element, job) = (incident.element, incident.job);
        if let Some(job) = job {
            if self.jobs.all.get(&job).is_some_and(|job| job.retries <= 0) {
                let text = format!(
                    "Expected to resolve incident with key '{key}', but job with key '{job}' has no retries left. \
                     Please update the job retries and retry resolving the incident"
                );
                return Err(Rejection::invalid_state("RESOLVE", text));
            }
            self.close_incident(key);
            self.jobs.offer(job);
        } else {
            self.close_incident(key);
            let completing = self.elements.get(&element).is_some_and(|e| e.phase == Phase::Completing);
            self.queue.push_back(if completing { Step::Complete { element } } else { Step::Enter { element } });
        }
        self.settle();
        Ok(())
    }

    pub(crate) fn close_incident(&mut self, key: i64) {
        let Some(incident) = self.incidents.get_mut(&key).filter(|incident| incident.active) else {
            return;
        };
        incident.active = false;
        if let Some(element) = self.elements.get_mut(&incident.element) {
            element.incident = None;
        }
        if let Some(instance) = self.instances.get_mut(&incident.instance) {
            instance.open_incidents -= 1;
        }
    }
}
