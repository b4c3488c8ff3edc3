//! Multi-instance activities: one body, an inner instance for each item of a list, their outputs in a list.
//! What an inner instance does is the business of its kind.

use super::element::{Begun, Role};
use super::incident::Trouble;
use super::scope::{Step, Token};
use super::{Document, Engine};
use crate::bpmn::{Multi, Node};
use crate::feel::Value;

#[derive(Debug, Clone, Default)]
pub(crate) struct MultiState {
    total: usize,
    completed: usize,
    pub(crate) terminated: usize,
    /// The completion condition holds: nothing more is needed.
    satisfied: bool,
}

impl Engine {
    pub(crate) fn begin_multi(&mut self, key: i64, model: &Node) -> Result<Begun, Trouble> {
        let Some(multi) = &model.multi else { return Ok(Begun::Done) };
        let total = self.items(key, multi)?.len();
        if total > super::scope::STEP_LIMIT {
            return Err(Trouble::endless(&model.id));
        }
        self.subscribe_boundaries(key, model)?;
        if let Some((name, _)) = &multi.output {
            let empty = serde_json::Value::Array(vec![serde_json::Value::Null; total]);
            self.set_locals(key, Document::from_iter([(name.clone(), empty)]));
        }
        let Some(element) = self.elements.get_mut(&key) else { return Ok(Begun::Done) };
        element.multi = Some(MultiState { total, ..MultiState::default() });
        let (instance, definition, node) = (element.instance, element.definition.clone(), element.node);
        self.open_scope(key, instance, definition);
        if total == 0 {
            return Ok(Begun::Done);
        }
        let first = if multi.sequential { 1 } else { total };
        for place in 1..=first {
            self.send_token(key, Token { role: Role::MultiInner(place), ..Token::to(node) });
        }
        Ok(Begun::Active)
    }

    fn items(&self, body: i64, multi: &Multi) -> Result<Vec<Value>, Trouble> {
        let evaluation = self.evaluate(body, &multi.collection);
        match evaluation.value {
            Value::List(items) => Ok(items),
            _ => Err(Trouble::wrong_kind(&multi.collection, "ARRAY", &evaluation)),
        }
    }

    /// The variables that an inner instance begins with.
    pub(crate) fn prepare_inner(&mut self, key: i64, model: &Node, place: usize) -> Result<(), Trouble> {
        let (Some(multi), Some(body)) = (&model.multi, self.elements.get(&key).map(|e| e.scope)) else {
            return Ok(());
        };
        let mut items = self.items(body, multi)?;
        if place > items.len() {
            return Err(Trouble::extract(format!(
                "Expected to read item at index {place} of the multiInstanceBody input collection but it contains only {} \
                 elements. The input collection might be modified while iterating over it.",
                items.len()
            )));
        }
        let item = items.swap_remove(place - 1);
        let mut locals = Document::new();
        if let Some(name) = &multi.element {
            locals.insert(name.clone(), item.into_json());
        }
        locals.insert("loopCounter".to_owned(), place.into());
        if let Some((_, output)) = &multi.output {
            let name = output.text();
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
            if plain && !locals.contains_key(name) {
                locals.insert(name.to_owned(), serde_json::Value::Null);
            }
        }
        self.set_locals(key, locals);
        Ok(())
    }

    /// An inner instance is about to complete: its output takes its place in the list, and the condition is judged.
    pub(crate) fn collect_output(&mut self, key: i64, model: &Node, place: usize) -> Result<(), Trouble> {
        let (Some(multi), Some(body)) = (&model.multi, self.elements.get(&key).map(|e| e.scope)) else {
            return Ok(());
        };
        if let Some((name, expression)) = &multi.output {
            let value = self.value(key, expression)?.into_json();
            let mut list = self.variables.find(body, name).map(|v| v.value.clone()).unwrap_or_default();
            let Some(items) = list.as_array_mut() else {
                let kind = Value::from(&list).kind();
                return Err(Trouble::extract(format!(
                    "Expected the output collection variable '{name}' to be of type list, but it was {kind}"
                )));
            };
            if let Some(slot) = items.get_mut(place - 1) {
                *slot = value;
            }
            self.set_locals(body, Document::from_iter([(name.clone(), list)]));
        }
        let Some(condition) = &multi.completion else { return Ok(()) };
        let Some(state) = self.elements.get(&body).and_then(|e| e.multi.as_ref()) else { return Ok(()) };
        let living = self.scopes.get(&body).map_or(0, |scope| scope.living.len() + scope.tokens);
        let counts = [
            ("numberOfInstances", state.total),
            ("numberOfActiveInstances", living.saturating_sub(1)),
            ("numberOfCompletedInstances", state.completed + 1),
            ("numberOfTerminatedInstances", state.terminated),
        ];
        let counts = counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
        let evaluation = self.evaluate_with(key, condition, &counts);
        let Value::Boolean(satisfied) = evaluation.value else {
            return Err(Trouble::wrong_kind(condition, "BOOLEAN", &evaluation));
        };
        if let Some(state) = self.elements.get_mut(&body).and_then(|e| e.multi.as_mut()) {
            state.satisfied |= satisfied;
        }
        Ok(())
    }

    /// An inner instance has left the body.
    pub(crate) fn inner_left(&mut self, body: i64, inner: i64) {
        let completed = self.elements.get(&inner).is_some_and(|e| e.state() == "COMPLETED");
        let Some(element) = self.elements.get_mut(&body) else { return };
        let node = element.node;
        let sequential = element.model().multi.as_ref().is_some_and(|multi| multi.sequential);
        let Some(state) = &mut element.multi else { return };
        state.completed += usize::from(completed);
        let (satisfied, next) = (state.satisfied, state.completed + state.terminated + 1);
        let more = sequential && next <= state.total;
        if satisfied {
            self.clear_scope(body);
        } else if more {
            return self.send_token(body, Token { role: Role::MultiInner(next), ..Token::to(node) });
        }
        let over = self.scopes.get(&body).is_some_and(|scope| scope.living.is_empty() && scope.tokens == 0);
        if over {
            self.close_scope(body);
            self.queue.push_back(Step::Complete { element: body });
        }
    }

    /// The list of outputs goes outwards.
    pub(crate) fn complete_multi(&mut self, body: i64, model: &Node) {
        self.close_scope(body);
        let name = model.multi.as_ref().and_then(|multi| multi.output.as_ref()).map(|(name, _)| name.clone());
        let scope = self.elements.get(&body).map(|e| e.scope);
        if let (Some(name), Some(scope)) = (name, scope)
            && let Some(list) = self.variables.find(body, &name).map(|v| v.value.clone())
        {
            self.merge(scope, Document::from_iter([(name, list)]));
        }
    }
}
