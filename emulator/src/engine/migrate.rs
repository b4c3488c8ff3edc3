//! Migration to another definition, and suspension: instances that go on elsewhere or later.
//! Elements keep their keys and states; what is not mapped refuses the whole.

use std::collections::BTreeMap;

use super::job::JobState;
use super::{Engine, Rejection};
use crate::bpmn::Kind;

impl Engine {
    pub(crate) fn migrate_instance(
        &mut self,
        key: i64,
        target: i64,
        mappings: &[(String, String)],
        now: i64,
    ) -> Result<(), Rejection> {
        self.enter(now);
        let Some(instance) = self.instances.get(&key).filter(|_| self.active_instances.contains(&key)) else {
            let text = format!("Expected to migrate process instance but no process instance found with key '{key}'");
            return Err(Rejection::not_found("MIGRATE", text));
        };
        let source = instance.definition.clone();
        let Some(target) = self.definitions.get(target).cloned() else {
            let text = format!(
                "Expected to migrate process instance to process definition but no process definition found with key '{target}'"
            );
            return Err(Rejection::not_found("MIGRATE", text));
        };
        let mut places: BTreeMap<usize, usize> = BTreeMap::new();
        for (from, to) in mappings {
            let (Some(old), Some(new)) = (source.process.place(from), target.process.place(to)) else {
                let text = format!(
                    "Expected to migrate process instance '{key}' but mapping instructions contain an element that does not exist: '{from}' to '{to}'"
                );
                return Err(Rejection::invalid_argument("MIGRATE", text));
            };
            if source.process.nodes[old].element_type != target.process.nodes[new].element_type {
                let text = format!(
                    "Expected to migrate process instance '{key}' but active element with id '{from}' and its target '{to}' are of different types"
                );
                return Err(Rejection::invalid_state("MIGRATE", text));
            }
            if places.insert(old, new).is_some() {
                let text = format!("Expected to migrate process instance '{key}' but element '{from}' is mapped twice");
                return Err(Rejection::invalid_argument("MIGRATE", text));
            }
        }
        let living: Vec<i64> =
            instance.elements.iter().copied().filter(|e| self.elements.get(e).is_some_and(|e| !e.is_ended())).collect();
        let unmapped = living.iter().filter_map(|e| self.elements.get(e)).find(|e| !places.contains_key(&e.node));
        if let Some(element) = unmapped {
            let text = format!(
                "Expected to migrate process instance '{key}' but no mapping instruction defined for active element with id '{}'. Elements cannot be migrated without a mapping.",
                element.model().id
            );
            return Err(Rejection::invalid_state("MIGRATE", text));
        }
        let moved = |node: usize| places.get(&node).copied();
        for element in &living {
            let Some(element) = self.elements.get_mut(element) else { continue };
            element.node = moved(element.node).unwrap_or(element.node);
            element.definition = target.clone();
            if let Some(job) = element.job.and_then(|job| self.jobs.all.get_mut(&job)) {
                job.definition = target.clone();
                job.node = element.node;
                job.event = "MIGRATED";
            }
            if let Some(task) = element.user_task.and_then(|task| self.user_tasks.get_mut(&task)) {
                task.definition = target.clone();
                task.node = element.node;
            }
        }
        for host in living.into_iter().chain([key]) {
            if let Some(scope) = self.scopes.get_mut(&host) {
                scope.definition = target.clone();
                // Tokens at a join go on waiting where the flow is there under its id; others are gone.
                for (flow, count) in std::mem::take(&mut scope.waiting) {
                    let id = &source.process.flows[flow].id;
                    match target.process.flows.iter().position(|flow| flow.id == *id) {
                        Some(flow) => *scope.waiting.entry(flow).or_default() += count,
                        None => scope.tokens -= count,
                    }
                }
                // The same with what can be undone.
                scope.undoable.retain_mut(|entry| {
                    let place = |node: usize| target.process.place(&source.process.nodes[node].id);
                    let activities: Option<Vec<usize>> = entry.activities.iter().map(|node| place(*node)).collect();
                    let (Some(activities), Some(boundary), Some(handler)) =
                        (activities, place(entry.boundary), place(entry.handler))
                    else {
                        return false;
                    };
                    (entry.activities, entry.boundary, entry.handler) = (activities, boundary, handler);
                    true
                });
            }
            for subscription in self.subscriptions.of(host) {
                match self.subscriptions.all.get_mut(&subscription) {
                    Some(open) if places.contains_key(&open.node) => {
                        open.node = moved(open.node).unwrap_or(open.node);
                        open.definition = target.clone();
                    }
                    _ => drop(self.subscriptions.remove(subscription)),
                }
            }
        }
        if let Some(instance) = self.instances.get_mut(&key) {
            instance.definition = target.clone();
            instance.migrated = true;
        }
        *self.running.entry(target.key).or_default() += 1;
        self.one_less(source.key);
        self.settle();
        Ok(())
    }

    /// Holds an instance, or lets it go on.
    pub(crate) fn suspend_instance(&mut self, key: i64, suspended: bool, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let (intent, verb) = if suspended { ("SUSPEND", "suspend") } else { ("RESUME", "resume") };
        let time = self.time;
        let Some(instance) = self.instances.get_mut(&key).filter(|_| self.active_instances.contains(&key)) else {
            let text = format!("Expected to {verb} a process instance with key '{key}', but no such process was found");
            return Err(Rejection::not_found(intent, text));
        };
        if instance.suspended.is_some() == suspended {
            let state = if suspended { "already" } else { "not" };
            let text = format!("Expected to {verb} a process instance with key '{key}', but it is {state} suspended");
            return Err(Rejection::invalid_state(intent, text));
        }
        instance.suspended = suspended.then_some(time);
        let open: Vec<i64> = instance.jobs.clone();
        for job in open {
            if self.jobs.all.get(&job).is_some_and(|job| job.state == JobState::Activatable) {
                if suspended { self.jobs.withdraw(job) } else { self.jobs.offer(job) }
            }
        }
        self.settle();
        Ok(())
    }

    pub(crate) fn is_suspended(&self, instance: i64) -> bool {
        self.instances.get(&instance).is_some_and(|i| i.suspended.is_some())
    }

    /// Whether variables of this scope are held: that of a user task while its instance is.
    pub(crate) fn is_held(&self, scope: i64) -> bool {
        self.elements
            .get(&scope)
            .is_some_and(|e| matches!(e.model().kind, Kind::UserTask(_)) && self.is_suspended(e.instance))
    }
}
