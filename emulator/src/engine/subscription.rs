//! What waits for messages, signals and timers, with indexes by what it waits for.
//! Opening and closing only; what happens when something comes is the trigger's business.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::incident::Trouble;
use super::scope::Step;
use super::timer::Schedule;
use super::{Definition, Engine};
use crate::bpmn::{Kind, Node, Trigger};
use crate::feel::{Expression, Value};

/// Something that waits.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) key: i64,
    /// The element or instance that waits; none for a definition whose instances something starts.
    pub(crate) host: Option<i64>,
    pub(crate) instance: i64,
    pub(crate) definition: Arc<Definition>,
    /// The event that goes on when it comes.
    pub(crate) node: usize,
    pub(crate) wait: Wait,
    pub(crate) created: i64,
}

#[derive(Debug, Clone)]
pub(crate) enum Wait {
    /// The correlation key is none where instances are started.
    Message(Arc<str>, Option<Arc<str>>),
    Signal(Arc<str>),
    Timer(Schedule),
    Condition(Expression),
}

/// Tenant, name and correlation key of a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted(Arc<str>, Arc<str>, Option<Arc<str>>);

#[derive(Debug, Clone, Default)]
pub(crate) struct SubscriptionStore {
    pub(crate) all: BTreeMap<i64, Subscription>,
    messages: BTreeMap<Wanted, BTreeSet<i64>>,
    /// By tenant and name.
    signals: BTreeMap<(Arc<str>, Arc<str>), BTreeSet<i64>>,
    /// By when they are due.
    pub(crate) timers: BTreeSet<(i64, i64)>,
    /// Those with a condition, by their instance.
    conditions: BTreeMap<i64, BTreeSet<i64>>,
    /// By the instance that waits or the definition that is started.
    by_host: BTreeMap<i64, Vec<i64>>,
}

impl SubscriptionStore {
    fn insert(&mut self, subscription: Subscription) {
        let key = subscription.key;
        match &subscription.wait {
            Wait::Message(name, correlation) => {
                let wanted = Wanted(subscription.definition.tenant.clone(), name.clone(), correlation.clone());
                self.messages.entry(wanted).or_default().insert(key);
            }
            Wait::Signal(name) => {
                let place = (subscription.definition.tenant.clone(), name.clone());
                self.signals.entry(place).or_default().insert(key);
            }
            Wait::Timer(schedule) => drop(self.timers.insert((schedule.due, key))),
            Wait::Condition(_) => drop(self.conditions.entry(subscription.instance).or_default().insert(key)),
        }
        let host = subscription.host.unwrap_or(subscription.definition.key);
        self.by_host.entry(host).or_default().push(key);
        self.all.insert(key, subscription);
    }

    /// Takes it out of every index.
    pub(crate) fn remove(&mut self, key: i64) -> Option<Subscription> {
        let subscription = self.all.remove(&key)?;
        match &subscription.wait {
            Wait::Message(name, correlation) => {
                let place = Wanted(subscription.definition.tenant.clone(), name.clone(), correlation.clone());
                if let Some(keys) = self.messages.get_mut(&place) {
                    keys.remove(&key);
                    if keys.is_empty() {
                        self.messages.remove(&place);
                    }
                }
            }
            Wait::Signal(name) => {
                let place = (subscription.definition.tenant.clone(), name.clone());
                if let Some(keys) = self.signals.get_mut(&place) {
                    keys.remove(&key);
                    if keys.is_empty() {
                        self.signals.remove(&place);
                    }
                }
            }
            Wait::Timer(schedule) => drop(self.timers.remove(&(schedule.due, key))),
            Wait::Condition(_) => {
                if let Some(keys) = self.conditions.get_mut(&subscription.instance) {
                    keys.remove(&key);
                    if keys.is_empty() {
                        self.conditions.remove(&subscription.instance);
                    }
                }
            }
        }
        let host = subscription.host.unwrap_or(subscription.definition.key);
        if let Some(keys) = self.by_host.get_mut(&host) {
            keys.retain(|k| *k != key);
            if keys.is_empty() {
                self.by_host.remove(&host);
            }
        }
        Some(subscription)
    }

    /// Those of this element, instance or definition.
    pub(crate) fn of(&self, host: i64) -> Vec<i64> {
        self.by_host.get(&host).cloned().unwrap_or_default()
    }

    /// Those that wait for this message, oldest first.
    pub(crate) fn for_message(&self, tenant: &str, name: &str, key: Option<&str>) -> Vec<i64> {
        let place = Wanted(Arc::from(tenant), Arc::from(name), key.map(Arc::from));
        self.messages.get(&place).into_iter().flatten().copied().collect()
    }

    /// The conditions of an instance, oldest first.
    pub(crate) fn conditions(&self, instance: i64) -> Vec<i64> {
        self.conditions.get(&instance).into_iter().flatten().copied().collect()
    }

    pub(crate) fn for_signal(&self, tenant: &str, name: &str) -> Vec<i64> {
        self.signals.get(&(tenant.into(), name.into())).into_iter().flatten().copied().collect()
    }
}

impl Engine {
    pub(crate) fn close_subscriptions(&mut self, host: i64) {
        for key in self.subscriptions.of(host) {
            self.subscriptions.remove(key);
        }
    }

    /// What the boundary events of an activity wait for: everything is evaluated before anything waits.
    pub(crate) fn subscribe_boundaries(&mut self, key: i64, model: &Node) -> Result<(), Trouble> {
        let Some(element) = self.elements.get(&key).filter(|_| !model.boundaries.is_empty()) else {
            return Ok(());
        };
        // Of many instances the body has the boundary events.
        if matches!(element.role, super::element::Role::MultiInner(_)) {
            return Ok(());
        }
        let (scope, definition) = (element.scope, element.definition.clone());
        let mut waits = Vec::new();
        for &node in &model.boundaries {
            if let Kind::Boundary { trigger, .. } = &definition.process.nodes[node].kind {
                // Keys are those of the flow scope, everything else sees the activity's own variables.
                waits.extend(self.wait_of(trigger, key, scope)?.map(|wait| (node, wait)));
            }
        }
        waits.sort_by_key(|(_, wait)| match wait {
            Wait::Message(..) => 0,
            Wait::Timer(_) => 1,
            Wait::Signal(_) => 2,
            Wait::Condition(_) => 3,
        });
        for (node, wait) in waits {
            self.subscribe(key, node, wait);
        }
        Ok(())
    }

    /// What an event-based gateway waits for.
    pub(crate) fn subscribe_gateway(&mut self, key: i64, model: &Node) -> Result<(), Trouble> {
        let Some(definition) = self.elements.get(&key).map(|e| e.definition.clone()) else { return Ok(()) };
        let mut waits = Vec::new();
        for &flow in &model.outgoing {
            let node = definition.process.flows[flow].target;
            if let Kind::Catch(trigger) = &definition.process.nodes[node].kind {
                waits.extend(self.wait_of(trigger, key, key)?.map(|wait| (node, wait)));
            }
        }
        for (node, wait) in waits {
            self.subscribe(key, node, wait);
        }
        Ok(())
    }

    pub(crate) fn subscribe_itself(&mut self, key: i64, trigger: &Trigger) -> Result<(), Trouble> {
        let Some(node) = self.elements.get(&key).map(|e| e.node) else { return Ok(()) };
        if let Some(wait) = self.wait_of(trigger, key, key)? {
            self.subscribe(key, node, wait);
        }
        Ok(())
    }

    /// What the event sub-processes of a scope wait for, once its start event is done.
    pub(crate) fn subscribe_event_subs(&mut self, scope: i64, node: Option<usize>) -> Result<(), Trouble> {
        let Some(definition) = self.scopes.get(&scope).map(|s| s.definition.clone()) else { return Ok(()) };
        let process = &definition.process;
        let mut waits = Vec::new();
        for &sub in &process.body(node).event_subs {
            let Some(start) = process.body(Some(sub)).start else { continue };
            if let Kind::Start { trigger: Some(trigger), .. } = &process.nodes[start].kind {
                waits.extend(self.wait_of(trigger, scope, scope)?.map(|wait| (start, wait)));
            }
        }
        for (node, wait) in waits {
            self.subscribe(scope, node, wait);
        }
        Ok(())
    }

    /// What a trigger waits for; nothing for errors and escalations, which are looked for when they are thrown.
    fn wait_of(&self, trigger: &Trigger, scope: i64, key_scope: i64) -> Result<Option<Wait>, Trouble> {
        Ok(Some(match trigger {
            Trigger::Error { .. } | Trigger::Escalation { .. } | Trigger::Compensation { .. } => return Ok(None),
            Trigger::Timer(kind, term) => Wait::Timer(self.schedule(scope, *kind, term)?),
            Trigger::Condition(condition) => Wait::Condition(condition.clone()),
            Trigger::Signal { name } => Wait::Signal(self.text(scope, name)?.into()),
            Trigger::Message { name, key } => {
                let name = self.text(scope, name)?;
                let Some(key) = key else { return Ok(None) };
                let correlation = match self.value(key_scope, key)? {
                    Value::Text(text) => text,
                    Value::Number(number) => number.trunc().normalize().to_string(),
                    other => {
                        return Err(Trouble::extract(format!(
                            "Failed to extract the correlation key for '{}': The value must be either a string or a number, \
                             but was '{}'.",
                            key.text(),
                            other.kind()
                        )));
                    }
                };
                Wait::Message(name.into(), Some(correlation.into()))
            }
        }))
    }

    /// Opens a subscription of an element or instance; a message that is buffered may meet it at once.
    fn subscribe(&mut self, host: i64, node: usize, wait: Wait) {
        let owner = self.elements.get(&host).map(|e| (e.instance, e.definition.clone()));
        let owner = owner.or_else(|| self.instances.get(&host).map(|i| (i.key, i.definition.clone())));
        let Some((instance, definition)) = owner else { return };
        let key = self.keys.next();
        let created = self.time;
        if let Wait::Message(name, Some(correlation)) = &wait
            && let Some(message) = self.buffered(&definition.tenant, name, correlation, &definition.process.id)
        {
            self.queue.push_back(Step::Correlate { message, subscription: key });
        }
        if matches!(wait, Wait::Condition(_)) {
            self.queue.push_back(Step::Judge { subscription: key });
        }
        self.subscriptions.insert(Subscription { key, host: Some(host), instance, definition, node, wait, created });
    }

    /// Opens what starts instances of a definition: static texts and expressions without variables.
    pub(crate) fn subscribe_starts(&mut self, definition: &Arc<Definition>) {
        for &node in &definition.process.body.triggered {
            let Kind::Start { trigger: Some(trigger), .. } = &definition.process.nodes[node].kind else { continue };
            let wait = match trigger {
                Trigger::Message { name, .. } => self.text(0, name).map(|name| Wait::Message(name.into(), None)),
                Trigger::Signal { name } => self.text(0, name).map(|name| Wait::Signal(name.into())),
                Trigger::Timer(kind, term) => self.schedule(0, *kind, term).map(Wait::Timer),
                // Conditions start nothing by themselves.
                Trigger::Error { .. }
                | Trigger::Escalation { .. }
                | Trigger::Compensation { .. }
                | Trigger::Condition(_) => continue,
            };
            // What cannot be evaluated was refused when it was deployed.
            let Ok(wait) = wait else { continue };
            let (key, created) = (self.keys.next(), self.time);
            let message = if let Wait::Message(name, _) = &wait { Some(name.clone()) } else { None };
            let (tenant, definition) = (definition.tenant.clone(), definition.clone());
            let subscription = Subscription { key, host: None, instance: 0, definition, node, wait, created };
            self.subscriptions.insert(subscription);
            if let Some(name) = message {
                self.start_by_buffered(&tenant, &name);
            }
        }
    }

    /// Why a start event could not be opened, if so.
    pub(crate) fn start_fault(&self, process: &crate::bpmn::Process) -> Option<(String, String)> {
        process.body.triggered.iter().find_map(|&node| {
            let model = &process.nodes[node];
            let Kind::Start { trigger: Some(trigger), .. } = &model.kind else { return None };
            let fault = match trigger {
                Trigger::Message { name, .. } | Trigger::Signal { name } => self.text(0, name).err()?.message,
                Trigger::Timer(kind, term) => self.schedule(0, *kind, term).err()?.message,
                Trigger::Error { .. }
                | Trigger::Escalation { .. }
                | Trigger::Compensation { .. }
                | Trigger::Condition(_) => return None,
            };
            Some((model.id.to_string(), fault))
        })
    }

    /// Puts a timer that has fired back for its next time.
    pub(crate) fn rearm(&mut self, mut subscription: Subscription, schedule: Schedule) {
        subscription.wait = Wait::Timer(schedule);
        self.subscriptions.insert(subscription);
    }
}
