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
            return Err(no_way());
        }
        Ok(default)
    }

    /// Every flow whose condition holds; the default only if there is none.
    pub(crate) fn choose_all(&self, element: i64, model: &Node, default: Option<usize>) -> Result<Vec<usize>, Trouble> {
        let Some(process) = self.elements.get(&element).map(|e| &e.definition.process) else {
            return Ok(Vec::new());
        };
        let mut chosen = Vec::new();
        for &flow in model.outgoing.iter().filter(|flow| Some(**flow) != default) {
            let holds = match &process.flows[flow].condition {
                Some(condition) => self.boolean(element, condition)?,
                None => true,
            };
            chosen.extend(holds.then_some(flow));
        }
        if chosen.is_empty() {
            chosen.extend(default);
        }
        if chosen.is_empty() && !model.outgoing.is_empty() { Err(no_way()) } else { Ok(chosen) }
    }

    /// Lets inclusive joins go on to which nothing more can come; true if there was one.
    pub(crate) fn release_inclusive_joins(&mut self) -> bool {
        let mut released = false;
        // Only where something has moved there can be news.
        let moved = std::mem::take(&mut self.moved);
        let joins: Vec<(i64, usize)> = moved
            .into_iter()
            .flat_map(|scope| self.joining.range((scope, 0)..=(scope, usize::MAX)).copied().collect::<Vec<_>>())
            .collect();
        for (scope, node) in joins {
            self.joining.remove(&(scope, node));
            let Some(open) = self.scopes.get(&scope) else { continue };
            let definition = open.definition.clone();
            let process = &definition.process;
            let incoming = &process.nodes[node].incoming;
            if !incoming.iter().any(|flow| open.waiting.contains_key(flow)) {
                continue;
            }
            let complete = incoming.iter().all(|flow| open.waiting.contains_key(flow));
            if !complete && self.can_reach(open, node) {
                self.joining.insert((scope, node));
                continue;
            }
            let Some(open) = self.scopes.get_mut(&scope) else { continue };
            for flow in incoming {
                if let Some(count) = open.waiting.get_mut(flow) {
                    *count -= 1;
                    open.tokens -= 1;
                    if *count == 0 {
                        open.waiting.remove(flow);
                    }
                }
            }
            if incoming.iter().any(|flow| open.waiting.contains_key(flow)) {
                self.joining.insert((scope, node));
            }
            self.send_token(scope, super::scope::Token::to(node));
            released = true;
        }
        released
    }

    /// Whether something that lives in the scope, or waits at another join, can still come to the node.
    fn can_reach(&self, scope: &Scope, node: usize) -> bool {
        let process = &scope.definition.process;
        let living = scope.living.iter().filter_map(|key| self.elements.get(key)).map(|e| e.node);
        let waiting = scope.waiting.keys().map(|flow| process.flows[*flow].target).filter(|target| *target != node);
        let mut open: Vec<usize> = living.chain(waiting).collect();
        let mut seen = vec![false; process.nodes.len()];
        while let Some(here) = open.pop() {
            if std::mem::replace(&mut seen[here], true) {
                continue;
            }
            let model = &process.nodes[here];
            let mut next: Vec<usize> = model.outgoing.iter().map(|flow| process.flows[*flow].target).collect();
            next.extend(&model.boundaries);
            if let crate::bpmn::Kind::LinkThrow { target } = model.kind {
                next.push(target);
            }
            if next.contains(&node) {
                return true;
            }
            open.extend(next);
        }
        false
    }
}

fn no_way() -> Trouble {
    Trouble {
        kind: "CONDITION_ERROR",
        message: "Expected at least one condition to evaluate to true, or to have a default flow".to_owned(),
    }
}
