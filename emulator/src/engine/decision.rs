//! Deployed decisions, and evaluating them for business rule tasks and from outside.
//! What a decision means is the DMN module's business; here are versions, keys and the records of evaluations.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::incident::Trouble;
use super::{Document, Engine};
use crate::dmn::{Evaluated, Graph, Matched, evaluate};
use crate::feel::Term;

/// One version of the decisions of a file.
#[derive(Debug)]
pub(crate) struct Requirements {
    pub(crate) key: i64,
    pub(crate) tenant: Arc<str>,
    pub(crate) version: i32,
    pub(crate) graph: Graph,
    pub(crate) resource_name: Arc<str>,
    pub(crate) xml: Arc<str>,
    /// Key and version of each decision.
    pub(crate) decisions: Vec<(i64, i32)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Decisions {
    pub(crate) requirements: BTreeMap<i64, Arc<Requirements>>,
    /// Where a decision is, by its key.
    places: BTreeMap<i64, (i64, usize)>,
    /// The last version of a decision or graph; numbers are not used again.
    versions: BTreeMap<(bool, Arc<str>, String), i32>,
}

impl Decisions {
    /// The decision of this key.
    pub(crate) fn get(&self, key: i64) -> Option<(&Arc<Requirements>, usize)> {
        let (requirements, place) = self.places.get(&key)?;
        Some((self.requirements.get(requirements)?, *place))
    }

    /// The newest decision of this id.
    pub(crate) fn latest(&self, tenant: &str, id: &str) -> Option<(&Arc<Requirements>, usize)> {
        self.all().rev().find(|(requirements, place)| {
            *requirements.tenant == *tenant && requirements.graph.decisions[*place].id == id
        })
    }

    /// Every decision, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = (&Arc<Requirements>, usize)> {
        self.places.values().filter_map(|(key, place)| Some((self.requirements.get(key)?, *place)))
    }

    pub(crate) fn latest_graph(&self, tenant: &str, id: &str) -> Option<&Arc<Requirements>> {
        self.requirements.values().rev().find(|r| *r.tenant == *tenant && r.graph.id == id)
    }

    pub(crate) fn remove(&mut self, key: i64) -> bool {
        self.places.retain(|_, (requirements, _)| *requirements != key);
        self.requirements.remove(&key).is_some()
    }

    fn next_version(&mut self, is_graph: bool, tenant: &Arc<str>, id: &str) -> i32 {
        let version = self.versions.entry((is_graph, tenant.clone(), id.to_owned())).or_default();
        *version += 1;
        *version
    }
}

/// How an evaluation went.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) key: i64,
    pub(crate) requirements: Arc<Requirements>,
    pub(crate) done: Vec<Evaluated>,
    /// The decision that failed, and why.
    pub(crate) failure: Option<(usize, String)>,
}

impl Engine {
    pub(crate) fn add_decisions(
        &mut self,
        graph: Graph,
        tenant: &Arc<str>,
        resource_name: Arc<str>,
        xml: Arc<str>,
    ) -> Arc<Requirements> {
        let mut decisions = Vec::new();
        for decision in &graph.decisions {
            decisions.push((self.keys.next(), self.decisions.next_version(false, tenant, &decision.id)));
        }
        let key = self.keys.next();
        for (place, (decision, _)) in decisions.iter().enumerate() {
            self.decisions.places.insert(*decision, (key, place));
        }
        let version = self.decisions.next_version(true, tenant, &graph.id);
        let requirements =
            Arc::new(Requirements { key, tenant: tenant.clone(), version, graph, resource_name, xml, decisions });
        self.decisions.requirements.insert(key, requirements.clone());
        requirements
    }

    pub(crate) fn decide(&mut self, element: i64, id: &Term) -> Result<Value, Trouble> {
        let id = self.text(element, id)?;
        let tenant = self.elements.get(&element).map(|e| e.definition.tenant.clone()).unwrap_or_default();
        let Some((requirements, place)) = self.decisions.latest(&tenant, &id) else {
            return Err(Trouble {
                kind: "CALLED_DECISION_ERROR",
                message: format!("Expected to evaluate decision '{id}', but no decision found for id '{id}'"),
            });
        };
        let (requirements, variables) = (requirements.clone(), self.visible(element, &[]));
        let mut outcome = self.evaluate_decision(&requirements, place, &variables, Some(element));
        match outcome.failure {
            Some((_, reason)) => Err(Trouble {
                kind: "DECISION_EVALUATION_ERROR",
                message: format!("Expected to evaluate decision '{id}', but {reason}"),
            }),
            None => Ok(outcome.done.pop().map(|last| last.output).unwrap_or_default()),
        }
    }

    /// Evaluates a decision, and keeps a record of each that was evaluated for it.
    pub(crate) fn evaluate_decision(
        &mut self,
        requirements: &Arc<Requirements>,
        place: usize,
        variables: &Document,
        element: Option<i64>,
    ) -> Outcome {
        let key = self.keys.next();
        let (done, failure) = match evaluate(&requirements.graph, place, variables, self.time) {
            Ok(done) => (done, None),
            Err((done, failed)) => (done, Some((failed.decision, failed.reason))),
        };
        let outcome = Outcome { key, requirements: requirements.clone(), done, failure };
        self.record_decisions(&outcome, place, element);
        outcome
    }

    fn record_decisions(&mut self, outcome: &Outcome, wanted: usize, element: Option<i64>) {
        let host = element.and_then(|key| self.elements.get(&key));
        let root = outcome.requirements.decisions.get(wanted).map(|(key, _)| key.to_string());
        let process = host.map(|e| e.definition.key.to_string());
        let (instance, root_instance) = host.map(|e| (e.instance, self.root_of(e.instance))).unzip();
        let business = instance.and_then(|key| self.instances.get(&key)).and_then(|i| i.business_id.clone());
        let failed = outcome.failure.as_ref().map(|(decision, reason)| (*decision, Some(reason.as_str())));
        let all = outcome.done.iter().map(|evaluated| (evaluated.decision, None)).chain(failed);
        let mut rows = Vec::new();
        for (at, (decision, failure)) in all.enumerate() {
            let evaluated = outcome.done.get(at);
            let model = &outcome.requirements.graph.decisions[decision];
            let (key, version) = outcome.requirements.decisions[decision];
            let id = format!("{}-{}", outcome.key, at + 1);
            let (inputs, matched) = evaluated.map(details).unwrap_or_default();
            rows.push((
                id.clone(),
                json!({
                    "businessId": business,
                    "decisionDefinitionId": model.id,
                    "decisionDefinitionKey": key.to_string(),
                    "decisionDefinitionName": model.name,
                    "decisionDefinitionType": model.kind(),
                    "decisionDefinitionVersion": version,
                    "decisionEvaluationInstanceKey": id,
                    "decisionEvaluationKey": outcome.key.to_string(),
                    "elementInstanceKey": element.map(|key| key.to_string()),
                    "evaluationDate": crate::rest::row::date(self.time),
                    "evaluationFailure": failure,
                    "processDefinitionKey": process,
                    "processInstanceKey": instance.map(|key| key.to_string()),
                    "result": evaluated.map_or("null".to_owned(), |e| e.output.to_string()),
                    "rootDecisionDefinitionKey": root,
                    "rootProcessInstanceKey": root_instance.map(|key| key.to_string()),
                    "state": if failure.is_some() { "FAILED" } else { "EVALUATED" },
                    "tenantId": &*outcome.requirements.tenant,
                    "evaluatedInputs": inputs,
                    "matchedRules": matched,
                }),
            ));
        }
        for (id, row) in rows {
            let key = self.keys.next();
            self.store.put("decision instance", &id, key, row);
        }
    }
}

/// The inputs and the rules that matched, as answers write them.
pub(crate) fn details(evaluated: &Evaluated) -> (Vec<Value>, Vec<Value>) {
    let inputs = evaluated
        .inputs
        .iter()
        .map(|(id, name, value)| json!({ "inputId": id, "inputName": name, "inputValue": value.to_string() }));
    let matched = evaluated.matched.iter().map(|Matched { rule, at, outputs }| {
        let outputs: Vec<Value> = outputs
            .iter()
            .map(|(id, name, value)| {
                json!({ "outputId": id, "outputName": name, "outputValue": value.to_string(), "ruleId": rule, "ruleIndex": at })
            })
            .collect();
        json!({ "ruleId": rule, "ruleIndex": at, "evaluatedOutputs": outputs })
    });
    (inputs.collect(), matched.collect())
}
