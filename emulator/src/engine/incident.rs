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

    /// Too much went on without ever waiting.
    pub(crate) fn endless(id: &str) -> Self {
        let message = format!("Expected to process element '{id}', but too many steps followed without waiting");
        Self { kind: "CONDITION_ERROR", message }
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

#[derive(Debug, Clone)]
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
        let known = self.elements.get(&element).and_then(|host| host.incident);
        match (known, job) {
            // What is stuck already, for example on a condition that is judged after every flow, is not stuck twice.
            (Some(_), None) => return,
            (Some(former), Some(_)) => self.close_incident(former),
            (None, _) => {}
        }
        let Some(host) = self.elements.get_mut(&element) else {
            return;
        };
        let key = self.keys.next();
        host.incident = Some(key);
        let instance = host.instance;
        if let Some(owner) = self.instances.get_mut(&instance) {
            owner.incidents.push(key);
        }
        self.mark(element, true);
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
            if self.jobs.all.get(&job).is_some_and(|job| job.state != super::job::JobState::Gone) {
                self.jobs.offer(job);
            }
        } else {
            self.close_incident(key);
            self.queue.push_back(match self.elements.get(&element).map(|e| (e.phase, e.is_ad_hoc())) {
                Some((Phase::Completing, _)) => Step::Complete { element },
                Some((Phase::Active, true)) => Step::Reconsider { element },
                _ => Step::Enter { element },
            });
        }
        self.settle();
        Ok(())
    }

    /// The incident of a job is over with the job.
    pub(crate) fn close_incident_of(&mut self, job: i64) {
        let Some(instance) = self.jobs.all.get(&job).and_then(|job| self.instances.get(&job.instance)) else { return };
        let open =
            instance.incidents.iter().copied().find(|key| {
                self.incidents.get(key).is_some_and(|incident| incident.active && incident.job == Some(job))
            });
        if let Some(open) = open {
            self.close_incident(open);
        }
    }

    pub(crate) fn close_incident(&mut self, key: i64) {
        let Some(incident) = self.incidents.get_mut(&key).filter(|incident| incident.active) else {
            return;
        };
        incident.active = false;
        let element = incident.element;
        if let Some(element) = self.elements.get_mut(&element) {
            element.incident = None;
        }
        self.mark(element, false);
    }

    /// An incident shows on its element and on everything around it, through calls up to the root.
    fn mark(&mut self, element: i64, open: bool) {
        let change = |count: &mut usize| *count = if open { *count + 1 } else { count.saturating_sub(1) };
        let mut here = Some(element);
        while let Some(key) = here {
            if let Some(element) = self.elements.get_mut(&key) {
                change(&mut element.open_incidents);
                here = Some(element.scope);
            } else if let Some(instance) = self.instances.get_mut(&key) {
                change(&mut instance.open_incidents);
                here = instance.caller.map(|caller| caller.element);
            } else {
                here = None;
            }
        }
    }

    /// Resolves all incidents of an instance and of those that it called; jobs without retries get one.
    pub(crate) fn resolve_all(&mut self, instance: i64, now: i64) -> usize {
        let open: Vec<i64> = self
            .incidents
            .values()
            .filter(|i| i.active && self.is_within(i.instance, instance))
            .map(|i| i.key)
            .collect();
        for &key in &open {
            let job = self.incidents.get(&key).and_then(|incident| incident.job);
            if let Some(job) = job.and_then(|job| self.jobs.all.get_mut(&job)).filter(|job| job.retries <= 0) {
                job.retries = 1;
            }
            // One may be over because of another.
            let _over = self.resolve_incident(key, now);
        }
        open.len()
    }

    /// Whether an element is this one or inside it, through calls.
    pub(crate) fn is_inside(&self, element: i64, outer: i64) -> bool {
        let mut here = Some(element);
        while let Some(key) = here {
            if key == outer {
                return true;
            }
            here = match self.elements.get(&key) {
                Some(element) => Some(element.scope),
                None => self.instances.get(&key).and_then(|i| i.caller).map(|caller| caller.element),
            };
        }
        false
    }

    /// Whether an instance is this one or was called from within it.
    pub(crate) fn is_within(&self, instance: i64, outer: i64) -> bool {
        let mut here = Some(instance);
        while let Some(key) = here {
            if key == outer {
                return true;
            }
            here = self.instances.get(&key).and_then(|i| i.caller).map(|caller| caller.instance);
        }
        false
    }
}
