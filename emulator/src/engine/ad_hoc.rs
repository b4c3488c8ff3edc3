//! Ad-hoc sub-processes: which of their elements begin, each flow in an instance of its own, and when all is done.
//! The engine decides by expressions, or a job does by its results; what the elements do is their own business.

use serde_json::{Value as Json, json};

use super::element::{Begun, Phase, Role};
use super::incident::Trouble;
use super::job::JobKind;
use super::scope::{Step, Token};
use super::{Definition, Document, Engine, Rejection};
use crate::bpmn::{AdHoc, JobDefinition, Kind, Node};
use crate::feel::{Expression, Value};

/// What the worker of an ad-hoc sub-process decided.
#[derive(Debug, Clone, Default)]
pub(crate) struct AdHocResult {
    activate: Vec<(usize, Document)>,
    /// Whether the sub-process is to complete.
    fulfilled: bool,
    cancel_remaining: bool,
}

fn model_of(definition: &Definition, node: usize) -> Option<&AdHoc> {
    match &definition.process.nodes[node].kind {
        Kind::AdHoc(ad_hoc) => Some(ad_hoc),
        _ => None,
    }
}

fn output_of(model: &Node) -> Option<&(String, Expression)> {
    match &model.kind {
        Kind::AdHoc(ad_hoc) => ad_hoc.output.as_ref(),
        _ => None,
    }
}

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
        let mut locals = Document::new();
        locals.insert("adHocSubProcessElements".to_owned(), Json::Array(ad_hoc.described.clone()));
        locals.extend(ad_hoc.output.as_ref().map(|(list, _)| (list.clone(), json!([]))));
        self.set_locals(key, locals);
        let job = ad_hoc.job.as_ref().map(|job| self.prepare_ad_hoc_job(key, job)).transpose()?;
        self.subscribe_boundaries(key, model)?;
        self.open_scope(key, instance, definition.clone());
        if let Some(job) = job {
            self.add_job(key, job);
        }
        for node in wanted {
            self.begin_inner_flow(key, node, Document::new());
        }
        Ok(Begun::Active)
    }

    fn prepare_ad_hoc_job(&self, key: i64, job: &JobDefinition) -> Result<super::job::PreparedJob, Trouble> {
        let prepared = self.prepare_job(key, job)?;
        Ok(super::job::PreparedJob { kind: JobKind::AdHoc, ..prepared })
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
        let places = self.ad_hoc_places("ACTIVATE", key, wanted)?;
        if cancel_remaining {
            self.clear_scope(key);
        }
        for (node, variables) in places {
            self.begin_inner_flow(key, node, variables);
        }
        self.settle();
        Ok(())
    }

    /// The elements that are meant, each once.
    fn ad_hoc_places(
        &self,
        intent: &'static str,
        key: i64,
        wanted: Vec<(String, Document)>,
    ) -> Result<Vec<(usize, Document)>, Rejection> {
        let Some(element) = self.elements.get(&key) else { return Ok(Vec::new()) };
        let definition = element.definition.clone();
        let Some(ad_hoc) = model_of(&definition, element.node) else { return Ok(Vec::new()) };
        let mut places: Vec<(usize, Document)> = Vec::new();
        for (id, variables) in wanted {
            let place = ad_hoc.elements.iter().copied().find(|n| *definition.process.nodes[*n].id == *id);
            let Some(place) = place else {
                let text = format!(
                    "Expected to activate activities for ad-hoc sub-process with key '{key}', but the given elements [{id}] do not exist."
                );
                return Err(Rejection::not_found(intent, text));
            };
            if places.iter().any(|(known, _)| *known == place) {
                let text = format!(
                    "Expected to activate activities for ad-hoc sub-process with key '{key}', but duplicate activities were given."
                );
                return Err(Rejection::invalid_argument(intent, text));
            }
            places.push((place, variables));
        }
        Ok(places)
    }

    /// Reads the result of a job; refused as a whole if it names what is not there.
    pub(crate) fn ad_hoc_result(&self, key: i64, result: Option<&Json>) -> Result<AdHocResult, Rejection> {
        let Some(result) = result.filter(|result| result.is_object()) else { return Ok(AdHocResult::default()) };
        let flag = |name: &str| result.get(name).and_then(Json::as_bool) == Some(true);
        let named = result.get("activateElements").and_then(Json::as_array).into_iter().flatten();
        let wanted = named.map(|element| {
            let id = element.get("elementId").and_then(Json::as_str).unwrap_or_default().to_owned();
            (id, element.get("variables").and_then(Json::as_object).cloned().unwrap_or_default())
        });
        Ok(AdHocResult {
            activate: self.ad_hoc_places("COMPLETE", key, wanted.collect())?,
            fulfilled: flag("isCompletionConditionFulfilled"),
            cancel_remaining: flag("isCancelRemainingInstances"),
        })
    }

    /// The job is done: what it decided happens.
    pub(crate) fn ad_hoc_decided(&mut self, key: i64, result: AdHocResult) {
        if result.cancel_remaining {
            self.clear_scope(key);
        }
        for (node, variables) in result.activate {
            self.begin_inner_flow(key, node, variables);
        }
        if let Some(element) = self.elements.get_mut(&key).filter(|_| result.fulfilled) {
            element.fulfilled = true;
            if self.is_idle(key) {
                self.close_ad_hoc(key);
            }
        }
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

    /// A flow inside is about to end: what it gives is added to the list of outputs.
    pub(crate) fn collect_ad_hoc_output(&mut self, inner: i64, model: &Node) -> Result<(), Trouble> {
        let Some((name, expression)) = output_of(model) else { return Ok(()) };
        let Some(scope) = self.elements.get(&inner).map(|e| e.scope) else { return Ok(()) };
        let value = self.value(inner, expression)?.into_json();
        let mut list = self.variables.find(scope, name).map(|v| v.value.clone()).unwrap_or_default();
        let Some(items) = list.as_array_mut() else {
            let kind = Value::from(&list).kind();
            return Err(Trouble::extract(format!(
                "Expected the output collection variable '{name}' to be of type list, but it was {kind}"
            )));
        };
        items.push(value);
        self.set_locals(scope, Document::from_iter([(name.clone(), list)]));
        Ok(())
    }

    /// The list of outputs, where there is one, leaves with the sub-process.
    pub(crate) fn ad_hoc_outputs(&self, key: i64, model: &Node) -> Document {
        let Some((name, _)) = output_of(model) else { return Document::new() };
        let list = self.variables.find(key, name).map(|v| (name.clone(), v.value.clone()));
        list.into_iter().collect()
    }

    fn is_idle(&self, key: i64) -> bool {
        self.scopes.get(&key).is_some_and(|scope| scope.living.is_empty() && scope.tokens == 0)
    }

    /// A flow inside has ended: the condition decides, or a job does, or the last flow.
    pub(crate) fn inner_flow_left(&mut self, key: i64) {
        let Some((definition, node, fulfilled)) =
            self.elements.get(&key).map(|e| (e.definition.clone(), e.node, e.fulfilled))
        else {
            return;
        };
        let Some(ad_hoc) = model_of(&definition, node) else { return };
        let idle = self.is_idle(key);
        if let Some(job) = ad_hoc.job.as_ref().filter(|_| !fulfilled) {
            return self.ask_again(key, job);
        }
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
        if ad_hoc.cancel_remaining && !fulfilled {
            self.clear_scope(key);
        } else if !idle {
            return;
        }
        self.close_ad_hoc(key);
    }

    /// A new job takes the place of one that is not done.
    fn ask_again(&mut self, key: i64, job: &JobDefinition) {
        if let Some(former) = self.elements.get_mut(&key).and_then(|element| element.job.take()) {
            self.cancel_job(former);
            self.close_incident_of(former);
        }
        match self.prepare_ad_hoc_job(key, job) {
            Ok(prepared) => drop(self.add_job(key, prepared)),
            Err(trouble) => self.raise(key, None, trouble),
        }
    }

    fn close_ad_hoc(&mut self, key: i64) {
        self.close_scope(key);
        self.queue.push_back(Step::Complete { element: key });
    }
}
