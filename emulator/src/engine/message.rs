//! Messages and signals: published, buffered, correlated to those that wait for them.
//! What an event does with what it gets is the trigger's business.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::subscription::Wait;
use super::{Document, Engine, Reason, Rejection};

/// How often expired messages are removed, in milliseconds; until then their ids are taken.
const EXPIRY_CHECK: i64 = 60_000;

#[derive(Debug, Clone)]
pub(crate) struct PublishMessage {
    pub(crate) tenant: Arc<str>,
    pub(crate) name: String,
    pub(crate) correlation_key: String,
    pub(crate) id: String,
    /// How long the message is kept, in milliseconds.
    pub(crate) time_to_live: i64,
    pub(crate) variables: Document,
}

/// A message that is kept.
#[derive(Debug, Clone)]
struct Message {
    tenant: Arc<str>,
    name: Arc<str>,
    correlation: Arc<str>,
    id: String,
    until: i64,
    variables: Document,
    /// The processes that had it.
    used: BTreeSet<Arc<str>>,
}

/// Tenant, name and correlation key.
type Name = (Arc<str>, Arc<str>, Arc<str>);

/// Tenant, process and correlation key.
pub(crate) type Place = (Arc<str>, Arc<str>, Arc<str>);

#[derive(Debug, Clone, Default)]
pub(crate) struct MessageStore {
    buffer: BTreeMap<i64, Message>,
    /// By tenant, name and correlation key.
    by_name: BTreeMap<Name, BTreeSet<i64>>,
    expiry: BTreeSet<(i64, i64)>,
    /// Tenant, name, correlation key and id of those that have one.
    ids: BTreeSet<(Name, String)>,
    /// Instances that a message with a key started and that are active.
    pub(crate) correlated: BTreeMap<Place, i64>,
    /// Messages that reached an instance, for searches.
    pub(crate) correlations: Vec<Correlation>,
}

/// That a message reached an instance.
#[derive(Debug, Clone)]
pub(crate) struct Correlation {
    pub(crate) subscription: super::subscription::Subscription,
    pub(crate) message: i64,
    pub(crate) instance: i64,
    pub(crate) key: String,
    pub(crate) at: i64,
}

impl Engine {
    pub(crate) fn publish_message(&mut self, message: PublishMessage, now: i64) -> Result<i64, Rejection> {
        self.enter(now);
        let PublishMessage { tenant, name, correlation_key, id, time_to_live, variables } = message;
        let (name, correlation) = (Arc::<str>::from(name), Arc::<str>::from(correlation_key));
        let identity = ((tenant.clone(), name.clone(), correlation.clone()), id.clone());
        if !id.is_empty() && self.messages.ids.contains(&identity) {
            let text = format!(
                "Expected to publish a new message with id '{id}', but a message with that id was already published"
            );
            return Err(Rejection { intent: "PUBLISH", reason: Reason::AlreadyExists, text });
        }
        let key = self.keys.next();
        let until = self.time.saturating_add(time_to_live);
        let used = BTreeSet::new();
        let message = Message { tenant, name, correlation, id, until, variables, used };
        let (used, _) = self.correlate_now(key, &message);
        if time_to_live > 0 {
            if !message.id.is_empty() {
                self.messages.ids.insert(identity);
            }
            self.messages.expiry.insert((until, key));
            let place = (message.tenant.clone(), message.name.clone(), message.correlation.clone());
            self.messages.by_name.entry(place).or_default().insert(key);
            self.messages.buffer.insert(key, Message { used, ..message });
        }
        self.settle();
        Ok(key)
    }

    /// Gives the message to those that wait for it now; its key, and one instance that got it.
    pub(crate) fn correlate_message(
        &mut self,
        tenant: &Arc<str>,
        name: &str,
        correlation: &str,
        variables: Document,
        now: i64,
    ) -> Result<(i64, i64), Rejection> {
        self.enter(now);
        let key = self.keys.next();
        let message = Message {
            tenant: tenant.clone(),
            name: name.into(),
            correlation: correlation.into(),
            id: String::new(),
            until: 0,
            variables,
            used: BTreeSet::new(),
        };
        let (_, instance) = self.correlate_now(key, &message);
        self.settle();
        instance.map(|instance| (key, instance)).ok_or_else(|| {
            let text = format!(
                "Expected to find subscription for message with name '{name}' and correlation key '{correlation}', but none was found."
            );
            Rejection::not_found("CORRELATE", text)
        })
    }

    /// One instance of each process gets it: that which waits longest, else one that it starts.
    fn correlate_now(&mut self, key: i64, message: &Message) -> (BTreeSet<Arc<str>>, Option<i64>) {
        let (mut used, mut first) = (BTreeSet::new(), None);
        let waiting = self.subscriptions.for_message(&message.tenant, &message.name, Some(&message.correlation));
        let starting = self.subscriptions.for_message(&message.tenant, &message.name, None);
        for subscription in waiting.into_iter().chain(starting) {
            let Some(process) = self.subscriptions.all.get(&subscription).map(|s| s.definition.process.id.clone())
            else {
                continue;
            };
            if used.contains(&process) {
                continue;
            }
            if let Some(instance) = self.meet(key, message, subscription) {
                used.insert(process);
                first.get_or_insert(instance);
            }
        }
        (used, first)
    }

    /// The message meets a subscription, unless an instance of the same key is still active.
    fn meet(&mut self, key: i64, message: &Message, subscription: i64) -> Option<i64> {
        let waiting = self.subscriptions.all.get(&subscription)?.clone();
        let place = (message.tenant.clone(), waiting.definition.process.id.clone(), message.correlation.clone());
        if waiting.host.is_none() && !message.correlation.is_empty() && self.messages.correlated.contains_key(&place) {
            return None;
        }
        let instance = self.trigger(subscription, message.variables.clone(), Some(&message.correlation))?;
        let (key_text, at) = (message.correlation.to_string(), self.time);
        let correlation = Correlation { subscription: waiting, message: key, instance, key: key_text, at };
        self.messages.correlations.push(correlation);
        Some(instance)
    }

    /// The oldest message in the buffer that this process can still have.
    pub(crate) fn buffered(&self, tenant: &str, name: &str, correlation: &str, process: &str) -> Option<i64> {
        let keys = self.messages.by_name.get(&(tenant.into(), name.into(), correlation.into()))?;
        keys.iter().copied().find(|key| {
            let message = self.messages.buffer.get(key);
            message.is_some_and(|m| !m.used.contains(process) && m.until > self.time)
        })
    }

    /// A message of the buffer meets a subscription that was opened after it came.
    pub(crate) fn correlate_buffered(&mut self, key: i64, subscription: i64) {
        let Some(waiting) = self.subscriptions.all.get(&subscription) else { return };
        let (tenant, process) = (waiting.definition.tenant.clone(), waiting.definition.process.id.clone());
        let correlation = if let Wait::Message(_, correlation) = &waiting.wait { correlation.clone() } else { None };
        let usable = |m: &Message, now: i64| !m.used.contains(&process) && m.until > now;
        let mut wanted = key;
        if !self.messages.buffer.get(&key).is_some_and(|m| usable(m, self.time)) {
            // Somebody else had it in the meantime; there may be another one.
            let name = if let Wait::Message(name, _) = &waiting.wait { name.clone() } else { return };
            match correlation.and_then(|correlation| self.buffered(&tenant, &name, &correlation, &process)) {
                Some(other) => wanted = other,
                None => return,
            }
        }
        let Some(mut message) = self.messages.buffer.remove(&wanted) else { return };
        if self.meet(wanted, &message, subscription).is_some() {
            message.used.insert(process);
        }
        self.messages.buffer.insert(wanted, message);
    }

    /// Messages of the buffer that wait for their turn to start an instance.
    pub(crate) fn start_by_buffered(&mut self, tenant: &str, name: &str) {
        let from: (Arc<str>, Arc<str>, Arc<str>) = (tenant.into(), name.into(), "".into());
        let named = self.messages.by_name.range(from..).take_while(|((t, n, _), _)| **t == *tenant && **n == *name);
        let keys: BTreeSet<i64> = named.flat_map(|(_, keys)| keys).copied().collect();
        for subscription in self.subscriptions.for_message(tenant, name, None) {
            for &key in &keys {
                self.correlate_buffered(key, subscription);
            }
        }
    }

    /// An instance that a message started is over: the next one of its key may start.
    pub(crate) fn release_correlation(&mut self, place: &Place) {
        self.messages.correlated.remove(place);
        let definition = self.definitions.latest(&place.0, &place.1).map(|d| d.key).unwrap_or_default();
        for subscription in self.subscriptions.of(definition) {
            let wait = self.subscriptions.all.get(&subscription).map(|s| &s.wait);
            let Some(Wait::Message(name, None)) = wait else { continue };
            if let Some(message) = self.buffered(&place.0, name, &place.2, &place.1) {
                self.queue.push_back(super::scope::Step::Correlate { message, subscription });
            }
        }
    }

    /// Tells everybody who listens; the key of the signal.
    pub(crate) fn broadcast_signal(&mut self, tenant: &str, name: &str, variables: &Document, now: i64) -> i64 {
        self.enter(now);
        let key = self.keys.next();
        self.signal_all(tenant, name, variables);
        self.settle();
        key
    }

    pub(crate) fn signal_all(&mut self, tenant: &str, name: &str, variables: &Document) {
        for subscription in self.subscriptions.for_signal(tenant, name) {
            self.trigger(subscription, variables.clone(), None);
        }
    }

    pub(crate) fn expire_messages(&mut self) {
        let now = self.clock.tick(self.time, EXPIRY_CHECK);
        while let Some(&(until, key)) = self.messages.expiry.first().filter(|(until, _)| *until <= now) {
            self.messages.expiry.remove(&(until, key));
            let Some(message) = self.messages.buffer.remove(&key) else { continue };
            let place = (message.tenant.clone(), message.name.clone(), message.correlation.clone());
            if let Some(keys) = self.messages.by_name.get_mut(&place) {
                keys.remove(&key);
                if keys.is_empty() {
                    self.messages.by_name.remove(&place);
                }
            }
            self.messages.ids.remove(&((message.tenant, message.name, message.correlation), message.id));
        }
    }
}
