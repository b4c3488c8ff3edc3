//! Conditional events: judged when they begin to wait and whenever a variable that they name is written.
//! What is null, no boolean or fails does not hold, and is no incident.

use std::collections::BTreeSet;

use super::scope::{Step, Token};
use super::subscription::Wait;
use super::{Document, Engine};
use crate::bpmn::{Kind, Trigger};
use crate::feel::Value;

impl Engine {
    /// Conditions are judged that name one of the variables that were written.
    pub(crate) fn judge_after(&mut self, scope: i64, changed: &BTreeSet<String>) {
        let instance = self.elements.get(&scope).map_or(scope, |element| element.instance);
        for subscription in self.subscriptions.conditions(instance) {
            let condition = match self.subscriptions.all.get(&subscription).map(|s| &s.wait) {
                Some(Wait::Condition(condition)) => condition,
                _ => continue,
            };
            if condition.names().iter().any(|name| changed.contains(*name)) {
                self.queue.push_back(Step::Judge { subscription });
            }
        }
    }

    pub(crate) fn judge(&mut self, key: i64) {
        let Some(subscription) = self.subscriptions.all.get(&key) else { return };
        let (Wait::Condition(condition), Some(host)) = (&subscription.wait, subscription.host) else { return };
        if self.evaluate(host, condition).value == Value::Boolean(true) {
            self.trigger(key, Document::new(), None);
        }
    }

    /// Starts every latest process whose start condition holds over these variables: their definitions and instances.
    pub(crate) fn evaluate_conditionals(
        &mut self,
        definition: Option<i64>,
        tenant: &str,
        variables: &Document,
        now: i64,
    ) -> (i64, Vec<(i64, i64)>) {
        self.enter(now);
        let key = self.keys.next();
        let latest = |key: i64, id: &str| self.definitions.latest(tenant, id).is_some_and(|d| d.key == key);
        let wanted: Vec<_> = self
            .definitions
            .all()
            .filter(|d| definition.map_or_else(|| latest(d.key, &d.process.id), |wanted| wanted == d.key))
            .cloned()
            .collect();
        let mut started = Vec::new();
        for definition in wanted {
            for &node in &definition.process.body.triggered {
                let Kind::Start { trigger: Some(Trigger::Condition(condition)), .. } =
                    &definition.process.nodes[node].kind
                else {
                    continue;
                };
                if condition.evaluate(variables, self.time).value == Value::Boolean(true) {
                    let instance = self.add_instance(definition.clone(), Document::new(), None);
                    self.send_token(instance, Token::triggered(node, variables.clone()));
                    started.push((definition.key, instance));
                }
            }
        }
        self.settle();
        (key, started)
    }
}
