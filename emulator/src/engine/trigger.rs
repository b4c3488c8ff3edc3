//! What happens when something comes that was waited for: instances start, events go on, activities are interrupted.
//! Who waits and for what is the subscriptions' business.

use super::element::Phase;
use super::scope::{Step, Token};
use super::subscription::{Subscription, Wait};
use super::{Document, Engine};
use crate::bpmn::Kind;

impl Engine {
    /// What was waited for has come; the instance that takes it, if the subscription is still open.
    pub(crate) fn trigger(&mut self, key: i64, payload: Document, correlation: Option<&str>) -> Option<i64> {
        let subscription = self.subscriptions.all.get(&key)?.clone();
        let definition = subscription.definition.clone();
        let model = &definition.process.nodes[subscription.node];
        let Some(host) = subscription.host else {
            return Some(self.start_by_event(&subscription, payload, correlation));
        };
        if self.is_suspended(subscription.instance) {
            return None;
        }
        match &model.kind {
            Kind::Catch(_) => self.catch(host, subscription.node, payload),
            Kind::Boundary { interrupting, .. } => self.boundary(host, subscription.node, *interrupting, payload),
            Kind::Start { interrupting, .. } => {
                if let Some(sub) = model.parent {
                    self.begin_event_sub(host, sub, *interrupting, payload);
                }
            }
            _ => {}
        }
        Some(subscription.instance)
    }

    fn start_by_event(&mut self, subscription: &Subscription, payload: Document, correlation: Option<&str>) -> i64 {
        let definition = subscription.definition.clone();
        let key = self.add_instance(definition.clone(), Document::new(), None);
        if let (Wait::Message(..), Some(correlation)) = (&subscription.wait, correlation.filter(|c| !c.is_empty())) {
            let place = (definition.tenant.clone(), definition.process.id.clone(), correlation.into());
            self.messages.correlated.insert(place.clone(), key);
            if let Some(instance) = self.instances.get_mut(&key) {
                instance.correlation = Some(place);
            }
        }
        self.send_token(key, Token::triggered(subscription.node, payload));
        key
    }

    /// An event that waits, or an event-based gateway in front of it.
    fn catch(&mut self, host: i64, node: usize, payload: Document) {
        self.close_subscriptions(host);
        let Some(element) = self.elements.get_mut(&host).filter(|e| !e.is_ended()) else { return };
        if element.node == node {
            element.payload = Some(payload);
            let definition = element.definition.clone();
            self.take_payload(host, &definition.process.nodes[node]);
        } else {
            element.chosen_event = Some((node, payload));
        }
        if let Some(element) = self.elements.get_mut(&host) {
            element.phase = Phase::Active;
        }
        self.queue.push_back(Step::Complete { element: host });
    }

    /// The event goes on beside the activity or instead of it.
    pub(crate) fn boundary(&mut self, host: i64, node: usize, interrupting: bool, payload: Document) {
        let Some(scope) = self.elements.get(&host).filter(|e| !e.is_ended()).map(|e| e.scope) else { return };
        if interrupting {
            self.terminate(host);
        }
        self.send_token(scope, Token::triggered(node, payload));
        if interrupting {
            self.leave_scope(scope, host);
        }
    }

    /// An event sub-process begins, beside what runs in the scope or instead of it.
    pub(crate) fn begin_event_sub(&mut self, scope: i64, sub: usize, interrupting: bool, payload: Document) {
        if interrupting {
            self.close_subscriptions(scope);
            self.clear_scope(scope);
        }
        self.send_token(scope, Token::triggered(sub, payload));
    }
}
