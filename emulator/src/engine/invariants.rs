//! What must be true of the state between two commands, whatever happened before.
//! It finds faults of the engine and repairs nothing; tests and fuzzers ask after every step.

use std::collections::BTreeMap;

use super::element::{Element, Role};
use super::job::JobState;
use super::subscription::Wait;
use super::{Engine, Instance};

impl Engine {
    /// Everything that should not be; empty if all is well.
    pub(crate) fn inconsistencies(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.queue.is_empty() {
            faults.push(format!("{} steps are left", self.queue.len()));
        }
        self.check_instances(&mut faults);
        self.check_scopes(&mut faults);
        for element in self.elements.values() {
            self.check_element(element, &mut faults);
        }
        self.check_jobs(&mut faults);
        self.check_waiting(&mut faults);
        faults
    }

    fn check_instances(&self, faults: &mut Vec<String>) {
        let open = self.open_incidents();
        let mut running: BTreeMap<i64, usize> = BTreeMap::new();
        for instance in self.instances.values() {
            let key = instance.key;
            let active = instance.ended.is_none();
            if active != self.active_instances.contains(&key) || active != self.scopes.contains_key(&key) {
                faults.push(format!("instance {key} is {}, its scope or index is not", instance.state()));
            }
            if active {
                *running.entry(instance.definition.key).or_default() += 1;
            }
            self.check_incidents(instance, open.get(&key).copied().unwrap_or_default(), faults);
        }
        if running != self.running {
            faults.push(format!("{:?} instances run, but {:?} are counted", running, self.running));
        }
    }

    /// How many open incidents each instance has, those of called ones among them.
    fn open_incidents(&self) -> BTreeMap<i64, usize> {
        let mut counts = BTreeMap::new();
        for incident in self.incidents.values().filter(|incident| incident.active) {
            let mut here = Some(incident.instance);
            while let Some(key) = here {
                *counts.entry(key).or_default() += 1;
                here = self.instances.get(&key).and_then(|i| i.caller).map(|caller| caller.instance);
            }
        }
        counts
    }

    /// Open incidents are counted where they show, and nowhere else.
    fn check_incidents(&self, instance: &Instance, open: usize, faults: &mut Vec<String>) {
        if open != instance.open_incidents {
            faults.push(format!(
                "instance {} has {open} open incidents and counts {}",
                instance.key, instance.open_incidents
            ));
        }
        for incident in instance.incidents.iter().filter_map(|key| self.incidents.get(key)).filter(|i| i.active) {
            let shown = self.elements.get(&incident.element).filter(|e| !e.is_ended()).and_then(|e| e.incident);
            if shown != Some(incident.key) {
                faults.push(format!("incident {} is open, but its element shows {shown:?}", incident.key));
            }
        }
    }

    fn check_scopes(&self, faults: &mut Vec<String>) {
        for (key, scope) in &self.scopes {
            let owner = self.elements.get(key);
            if !self.active_instances.contains(&scope.instance) || owner.is_some_and(Element::is_ended) {
                faults.push(format!("scope {key} is open, but its element or instance is over"));
            }
            let waiting: usize = scope.waiting.values().sum();
            if scope.tokens != waiting {
                faults.push(format!("scope {key} counts {} tokens, but {waiting} wait", scope.tokens));
            }
            let may_idle = owner.is_some_and(|owner| owner.is_ad_hoc() || self.is_stuck(owner));
            if scope.living.is_empty() && waiting == 0 && !may_idle {
                faults.push(format!("scope {key} is open, but nothing is in it"));
            }
            for living in &scope.living {
                let element = self.elements.get(living).filter(|e| !e.is_ended() && e.scope == *key);
                if element.is_none_or(|element| element.instance != scope.instance) {
                    faults.push(format!("element {living} lives in scope {key}, but is over or elsewhere"));
                }
            }
        }
    }

    /// Whether an incident keeps a scope open in which nothing is left.
    fn is_stuck(&self, element: &Element) -> bool {
        element.incident.is_some()
    }

    fn check_element(&self, element: &Element, faults: &mut Vec<String>) {
        let key = element.key;
        if element.is_ended() {
            if element.open_incidents > 0 {
                faults.push(format!("element {key} is over with {} open incidents", element.open_incidents));
            }
            return;
        }
        if !self.scopes.get(&element.scope).is_some_and(|scope| scope.living.contains(&key)) {
            faults.push(format!("element {key} ({}) lives in no scope", element.model().id));
        }
        let child = element.child.is_some_and(|child| !self.active_instances.contains(&child));
        if child && element.incident.is_none() {
            faults.push(format!("element {key} waits for a called instance that is over"));
        }
        if !self.has_a_reason(element) {
            faults.push(format!("element {key} ({}) waits for nothing", element.model().id));
        }
    }

    /// Whether something can still happen to an element that lives.
    fn has_a_reason(&self, element: &Element) -> bool {
        let open_job =
            element.job.and_then(|key| self.jobs.all.get(&key)).is_some_and(|job| job.state != JobState::Gone);
        open_job
            || element.incident.is_some()
            || element.open_incidents > 0
            || element.child.is_some()
            || element.undoing > 0
            || self.scopes.contains_key(&element.key)
            || element.role == Role::AdHocInner
            || element.user_task.is_some_and(|task| self.user_tasks.get(&task).is_some_and(|t| t.completed.is_none()))
            || !self.subscriptions.of(element.key).is_empty()
            // A migration closes what the target does not map.
            || self.instances.get(&element.instance).is_some_and(|instance| instance.migrated)
    }

    fn check_jobs(&self, faults: &mut Vec<String>) {
        for job in self.jobs.all.values() {
            let key = job.key;
            if let Some(fault) = self.jobs.misplaced(job) {
                faults.push(format!("job {key}: {fault}"));
            }
            if job.state == JobState::Gone {
                continue;
            }
            if self.elements.get(&job.element).filter(|e| !e.is_ended()).and_then(|e| e.job) != Some(key) {
                faults.push(format!("job {key} is open, but its element is over or has another one"));
            }
        }
    }

    fn check_waiting(&self, faults: &mut Vec<String>) {
        for (key, subscription) in &self.subscriptions.all {
            if let Some(host) = subscription.host {
                let lives = self.active_instances.contains(&host)
                    || self.elements.get(&host).is_some_and(|element| !element.is_ended());
                if !lives {
                    faults.push(format!("subscription {key} is open, but its host {host} is over"));
                }
            }
            if let Wait::Timer(schedule) = &subscription.wait
                && !self.subscriptions.timers.contains(&(schedule.due, *key))
            {
                faults.push(format!("timer {key} is in no index"));
            }
        }
        for task in self.user_tasks.values().filter(|task| task.completed.is_none()) {
            let element = self.elements.get(&task.element).filter(|e| !e.is_ended());
            if element.and_then(|e| e.user_task) != Some(task.key) {
                faults.push(format!("user task {} is open, but its element is over", task.key));
            }
        }
    }
}
