//! Gateways: which flow an exclusive one takes, and when a parallel one has all its tokens.
//! It decides only; taking the flows is the element's business.

use super::Engine;
use super::incident::Trouble;
use super::scope::Scope;
use crate::bpmn::Node;
use crate::feel::Value;

/// Counts the token; true once every incoming flow was taken at least once, and then uses one of each up.
pub(crate) fn joined(scope: &mut Scope, model: &Node, flow: Option<usize>) -> bool {
    if model.incoming.len() < 2 {
        return true;
    }
    let Some(flow) = flow else { return true };
    *scope.waiting.entry(flow).or_default() += 1;
    if !model.incoming.iter().all(|flow| scope.waiting.contains_key(flow)) {
        return false;
    }
    for flow in &model.incoming {
        if let Some(count) = scope.waiting.get_mut(flow) {
            *count -= 1;
            if *count == 0 {
                scope.waiting.remove(flow);
            }
        }
    }
    // The one that is left becomes the gateway's own life.
    scope.tokens -= model.incoming.len() - 1;
    true
}

impl Engine {
    /// The first flow in model order whose condition holds, else the default; none only without outgoing flows.
    pub(crate) fn choose(&self, element: i64, model: &Node, default: Option<usize>) -> Result<Option<usize>, Trouble> {
        let Some(process) = self.elements.get(&element).map(|e| &e.definition.process) else {
            return Ok(None);
        };
        for &flow in model.outgoing.iter().filter(|flow| Some(**flow) != default) {
            let Some(condition) = &process.flows[flow].condition else {
                return Ok(Some(flow));
            };
            let evaluation = self.evaluate(element, condition);
            match evaluation.value {
                Value::Boolean(true) => return Ok(Some(flow)),
                Value::Boolean(false) => {}
                _ => return Err(Trouble::wrong_kind(condition, "BOOLEAN", &evaluation)),
            }
        }
        if default.is_none() && !model.outgoing.is_empty() {
            return Err(Trouble {
                kind: "CONDITION_ERROR",
                message: "Expected at least one condition to evaluate to true, or to have a default flow".to_owned(),
            });
        }
        Ok(default)
    }
}
