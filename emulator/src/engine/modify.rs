//! Modification: elements of a running instance are activated and terminated from outside, all or nothing.
//! Where a scope is missing it is made, without start event and input mappings.

use std::sync::Arc;

use super::element::{Phase, Role};
use super::instance::InstanceState;
use super::scope::Token;
use super::{Definition, Document, Engine, Rejection};
use crate::bpmn::{Kind, Process};

/// An element to activate.
#[derive(Debug, Clone)]
pub(crate) struct Activation {
    pub(crate) element_id: String,
    /// The element instance in which it is to be, if there is a choice.
    pub(crate) ancestor: Option<i64>,
    /// Variables with the id of the element whose scope they belong to; none is the instance.
    pub(crate) variables: Vec<(Option<String>, Document)>,
}

/// What to terminate.
#[derive(Debug, Clone)]
pub(crate) enum Termination {
    Instance(i64),
    /// Every active instance of the element.
    Element(String),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Modification {
    pub(crate) activate: Vec<Activation>,
    pub(crate) terminate: Vec<Termination>,
}

/// Why an element cannot be begun from outside, if so.
pub(crate) fn fault_of_target(process: &Process, node: usize) -> Option<&'static str> {
    let model = &process.nodes[node];
    let behind_gateway =
        model.incoming.iter().any(|flow| matches!(process.nodes[process.flows[*flow].source].kind, Kind::EventGateway));
    let mut around = model.parent;
    while let Some(outer) = around {
        if process.nodes[outer].multi.is_some() {
            return Some("is inside a multi-instance activity.");
        }
        around = process.nodes[outer].parent;
    }
    match model.kind {
        Kind::Start { .. } => Some("is a start event."),
        Kind::Boundary { .. } => Some("is a boundary event."),
        _ if behind_gateway => Some("belongs to an event-based gateway."),
        _ => None,
    }
}

impl Engine {
    pub(crate) fn modify_instance(&mut self, key: i64, change: Modification, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let Some(instance) = self.instances.get(&key).filter(|_| self.active_instances.contains(&key)) else {
            let text = format!("Expected to modify process instance but no process instance found with key '{key}'");
            return Err(Rejection::not_found("MODIFY", text));
        };
        let (definition, called) = (instance.definition.clone(), instance.caller.is_some());
        let nodes = self.check_modification(key, &definition, &change)?;
        for (activation, node) in change.activate.into_iter().zip(nodes) {
            for (scope_id, variables) in &activation.variables {
                if scope_id.is_none() {
                    self.set_locals(key, variables.clone());
                }
            }
            let id = activation.element_id;
            let own = activation.variables.into_iter().filter(|(scope, _)| scope.as_deref() == Some(id.as_str()));
            let locals = own.flat_map(|(_, variables)| variables).collect();
            self.activate_at(key, node, activation.ancestor, locals);
        }
        for termination in change.terminate {
            let elements = match termination {
                Termination::Instance(element) => vec![element],
                Termination::Element(id) => self.living(key, &id),
            };
            for element in elements {
                let Some(scope) = self.elements.get(&element).filter(|e| !e.is_ended()).map(|e| e.scope) else {
                    continue;
                };
                self.terminate(element);
                self.leave_terminated(scope, element, called);
            }
        }
        self.settle();
        Ok(())
    }

    /// Moves every active instance of these elements to others.
    pub(crate) fn move_elements(&mut self, key: i64, pairs: &[(String, String)], now: i64) -> Result<(), Rejection> {
        let mut change = Modification::default();
        for (from, to) in pairs {
            for _ in self.living(key, from) {
                change.activate.push(Activation { element_id: to.clone(), ancestor: None, variables: Vec::new() });
            }
            change.terminate.push(Termination::Element(from.clone()));
        }
        self.modify_instance(key, change, now)
    }

    fn check_modification(
        &self,
        key: i64,
        definition: &Arc<Definition>,
        change: &Modification,
    ) -> Result<Vec<usize>, Rejection> {
        let process = &definition.process;
        let refused = |what: &str| {
            Rejection::invalid_argument(
                "MODIFY",
                format!("Expected to modify instance of process '{}' but it contains one or more {what}", process.id),
            )
        };
        let mut nodes = Vec::new();
        for activation in &change.activate {
            let id = &activation.element_id;
            let node = process.place(id).ok_or_else(|| {
                refused(&format!("activate instructions with an element that could not be found: '{id}'"))
            })?;
            if let Some(reason) = fault_of_target(process, node) {
                return Err(refused(&format!(
                    "activate instructions for elements that are unsupported: '{id}'. It {reason}"
                )));
            }
            nodes.push(node);
        }
        for termination in &change.terminate {
            match termination {
                Termination::Instance(element) => {
                    let known = self.elements.get(element).is_some_and(|e| e.instance == key && !e.is_ended());
                    if !known {
                        return Err(refused(&format!(
                            "terminate instructions with an element instance that could not be found: '{element}'"
                        )));
                    }
                }
                Termination::Element(id) => {
                    if process.place(id).is_none() {
                        return Err(refused(&format!(
                            "terminate instructions with an element that could not be found: '{id}'"
                        )));
                    }
                }
            }
        }
        Ok(nodes)
    }

    /// The active instances of an element, oldest first.
    pub(crate) fn living(&self, instance: i64, id: &str) -> Vec<i64> {
        let elements = self.instances.get(&instance).into_iter().flat_map(|i| &i.elements);
        let wanted = |e: &&super::Element| {
            *e.model().id == *id && !e.is_ended() && !matches!(e.role, Role::MultiInner(_) | Role::AdHocInner)
        };
        elements.filter_map(|key| self.elements.get(key)).filter(wanted).map(|e| e.key).collect()
    }

    /// Begins an element; scopes around it that are not there are made.
    pub(crate) fn activate_at(&mut self, instance: i64, node: usize, ancestor: Option<i64>, locals: Document) {
        let Some(definition) = self.instances.get(&instance).map(|i| i.definition.clone()) else { return };
        let process = &definition.process;
        let mut path = Vec::new();
        let mut around = process.nodes[node].parent;
        while let Some(outer) = around {
            path.push(outer);
            around = process.nodes[outer].parent;
        }
        let mut scope = instance;
        for outer in path.into_iter().rev() {
            let there = self.living(instance, &process.nodes[outer].id);
            let chosen = there.iter().copied().find(|key| Some(*key) == ancestor);
            let inside = there.into_iter().filter(|key| {
                self.scopes.contains_key(key) && self.elements.get(key).is_some_and(|e| e.scope == scope)
            });
            scope = match chosen.or(inside.min()) {
                Some(there) => there,
                None => {
                    let made = self.add_element(scope, outer, Role::Plain);
                    if let Some(element) = self.elements.get_mut(&made) {
                        element.phase = Phase::Active;
                    }
                    self.open_scope(made, instance, definition.clone());
                    // A scope that cannot be listened to is still a scope.
                    let _fault = self.subscribe_boundaries(made, &process.nodes[outer]);
                    made
                }
            };
        }
        self.send_token(scope, Token { locals, ..Token::to(node) });
    }

    /// Leaves scopes that are empty after a termination, terminated as well.
    fn leave_terminated(&mut self, scope: i64, element: i64, called: bool) {
        let Some(open) = self.scopes.get_mut(&scope) else { return };
        open.living.remove(&element);
        if !open.living.is_empty() || open.tokens > 0 {
            return;
        }
        let Some(owner) = self.elements.get(&scope).map(|e| e.scope) else {
            if called {
                return;
            }
            self.scopes.remove(&scope);
            return self.end_instance(scope, InstanceState::Terminated);
        };
        self.terminate(scope);
        self.leave_terminated(owner, scope, called);
    }
}
