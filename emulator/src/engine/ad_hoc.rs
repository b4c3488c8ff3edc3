//! Ad-hoc sub-processes: which of their elements begin, each flow in an instance of its own, and when all is done.
//! Only those that the engine runs by itself; none that a job decides about.

use super::element::{Begun, Phase, Role};
use super::incident::Trouble;
use super::scope::{Step, Token};
use super::{Document, Engine, Rejection};
use crate::bpmn::{AdHoc, Kind, Node};
use crate::feel::Value;

impl Engine {
    pub(crate) fn begin_ad_hoc(&mut self, key: i64, model: &Node, ad_hoc: &AdHoc) -> Result<Begun, Trouble> {
        let Some((instance, definition)) = self.elements.get(&key).map(|e| (e.instance, e.definition.clone())) else {
            return Ok(Begun::Listening);
        };
        let nodes = &definition.process.nodes;
        let mut wanted = Vec::new();
        if let Some(expression) = &ad_hoc.active {
            let evaluation = self.evaluate(key, expression);
            let Value::List(items) = &evaluation.value else {
                return Err(Trouble::wrong_kind(expression, "ARRAY", &evaluation));
            };
            for item in items {
                let place = match item {
                    Value::Text(id) => ad_hoc.elements.iter().find(|n| *nodes[**n].id == **id),
                    _ => None,
                };
                let Some(place) = place else {
                    return Err(Trouble::extract(format!(
                        "Failed to activate ad-hoc elements. No BPMN elements found with ids: '{}'.",
                        item.shown().trim_matches('"')
                    )));
                };
                wanted.push(*place);
            }
        }
        self.subscribe_boundaries(key, model)?;
        self.open_scope(key, instance, definition.clone());
        let known = ad_hoc
            .elements
            .iter()
            .map(|n| serde_json::json!({ "elementId": &*nodes[*n].id, "elementName": nodes[*n].name.as_deref() }));
        let known = serde_json::Value::Array(known.collect());
        self.set_locals(key, Document::from_iter([("adHocSubProcessElements".to_owned(), known)]));
        for node in wanted {
            self.begin_inner_flow(key, node, Document::new());
        }
        Ok(Begun::Active)
    }

    /// Activates elements by their ids, all or none.
    pub(crate) fn activate_ad_hoc(
        &mut self,
        key: i64,
        wanted: Vec<(String, Document)>,
        cancel_remaining: bool,
        now: i64,
    ) -> Result<(), Rejection> {
        self.enter(now);
        let known = self.elements.get(&key).filter(|e| e.is_ad_hoc());
        let Some(element) = known else {
            let text = format!(
                "Expected to activate activities for ad-hoc sub-process but no ad-hoc sub-process instance found with key '{key}'."
            );
            return Err(Rejection::not_found("ACTIVATE", text));
        };
        if element.phase != Phase::Active {
            let text = format!(
                "Expected to activate activities for ad-hoc sub-process with key '{key}', but it is not active."
            );
            return Err(Rejection::invalid_state("ACTIVATE", text));
        }
        let definition = element.definition.clone();
        let nodes = &definition.process.nodes;
        let Kind::AdHoc(ad_hoc) = &nodes[element.node].kind else { return Ok(()) };
        let mut places: Vec<(usize, Document)> = Vec::new();
        for (id, variables) in wanted {
            let place = ad_hoc.elements.iter().copied().find(|n| *nodes[*n].id == *id);
            let Some(place) = place else {
                let text = format!(
                    "Expected to activate activities for ad-hoc sub-process with key '{key}', but the given elements [{id}] do not exist."
                );
                return Err(Rejection::not_found("ACTIVATE", text));
            };
            if places.iter().any(|(known, _)| *known == place) {
                let text = format!(
                    "Expected to activate activities for ad-hoc sub-process with key '{key}', but duplicate activities were given."
                );
                return Err(Rejection::invalid_argument("ACTIVATE", text));
            }
            places.push((place, variables));
        }
        if cancel_remaining {
            self.clear_scope(key);
        }
        for (node, variables) in places {
            self.begin_inner_flow(key, node, variables);
        }
        self.settle();
        Ok(())
    }

    fn begin_inner_flow(&mut self, key: i64, node: usize, variables: Document) {
        let Some((instance, own, definition)) =
            self.elements.get(&key).map(|e| (e.instance, e.node, e.definition.clone()))
        else {
            return;
        };
        let inner = self.add_element(key, own, Role::AdHocInner);
        self.set_locals(inner, variables);
        self.open_scope(inner, instance, definition);
        self.enter_element(inner);
        self.send_token(inner, Token::to(node));
    }

    /// A flow inside has ended: the condition decides, or the last one does.
    pub(crate) fn inner_flow_left(&mut self, key: i64) {
        let Some((definition, node)) = self.elements.get(&key).map(|e| (e.definition.clone(), e.node)) else { return };
        let Kind::AdHoc(ad_hoc) = &definition.process.nodes[node].kind else { return };
        let idle = self.scopes.get(&key).is_some_and(|scope| scope.living.is_empty() && scope.tokens == 0);
        let satisfied = match &ad_hoc.completion {
            Some(condition) => match self.boolean(key, condition) {
                Ok(holds) => holds,
                Err(trouble) => return self.raise(key, None, trouble),
            },
            None => idle,
        };
        if !satisfied {
            return;
        }
        if ad_hoc.cancel_remaining {
            self.clear_scope(key);
        } else if !idle {
            return;
        }
        self.scopes.remove(&key);
        self.queue.push_back(Step::Complete { element: key });
    }
}
