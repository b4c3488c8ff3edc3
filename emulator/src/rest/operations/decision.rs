//! Reading and evaluating decisions.
//! What they come to is the engine's business.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{Engine, Rejection, Requirements, details};
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

/// A decision as answers show it.
pub(super) fn shown(requirements: &Requirements, place: usize) -> Value {
    let decision = &requirements.graph.decisions[place];
    let (key, version) = requirements.decisions[place];
    json!({
        "decisionDefinitionId": decision.id,
        "decisionDefinitionKey": key.to_string(),
        "decisionRequirementsId": requirements.graph.id,
        "decisionRequirementsKey": requirements.key.to_string(),
        "decisionRequirementsName": requirements.graph.name,
        "decisionRequirementsVersion": requirements.version,
        "name": decision.name,
        "tenantId": &*requirements.tenant,
        "version": version,
    })
}

pub(super) fn shown_requirements(requirements: &Requirements) -> Value {
    json!({
        "decisionRequirementsId": requirements.graph.id,
        "decisionRequirementsKey": requirements.key.to_string(),
        "decisionRequirementsName": requirements.graph.name,
        "resourceName": &*requirements.resource_name,
        "tenantId": &*requirements.tenant,
        "version": requirements.version,
    })
}

fn number(value: &Value, name: &str) -> i64 {
    value[name].as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let found = engine.decisions.get(key);
    let xml = request.route.operation.ends_with("XML");
    found
        .map(|(requirements, place)| match xml {
            true => Reply::Xml(requirements.xml.clone()),
            false => Reply::Json(shown(requirements, place)),
        })
        .ok_or_else(|| Problem::not_found("Decision Definition", key))
}

pub(super) fn read_requirements(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let xml = request.route.operation.ends_with("XML");
    let found = engine.decisions.requirements.get(&key);
    found
        .map(|requirements| match xml {
            true => Reply::Xml(requirements.xml.clone()),
            false => Reply::Json(shown_requirements(requirements)),
        })
        .ok_or_else(|| Problem::not_found("Decision Requirements", key))
}

pub(super) fn search_definitions(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let mut body = request.body()?.0;
    let latest_only = body.pointer("/filter/isLatestVersion") == Some(&Value::Bool(true));
    if let Some(filter) = body.get_mut("filter").and_then(Value::as_object_mut) {
        filter.remove("isLatestVersion");
    }
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let all = engine.decisions.all().filter(|(requirements, place)| {
        let id = &requirements.graph.decisions[*place].id;
        !latest_only || {
            let latest = engine.decisions.latest(&requirements.tenant, id);
            latest.is_some_and(|(latest, _)| latest.key == requirements.key)
        }
    });
    let rows: Vec<Value> = all.map(|(requirements, place)| shown(requirements, place)).collect();
    let rows = rows.iter().map(|row| JsonRow(number(row, "decisionDefinitionKey"), row));
    search(&body, &filter, rows).map(Reply::Json)
}

pub(super) fn search_requirements(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let rows: Vec<Value> = engine.decisions.requirements.values().map(|r| shown_requirements(r)).collect();
    let rows = rows.iter().map(|row| JsonRow(number(row, "decisionRequirementsKey"), row));
    search(&body, &filter, rows).map(Reply::Json)
}

pub(super) fn read_instance(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let id = request.route.parameter(0).unwrap_or_default();
    let parts = id.split_once('-');
    if !parts.is_some_and(|(key, at)| key.parse::<i64>().is_ok() && at.parse::<u32>().is_ok()) {
        return Err(Problem::invalid(format!(
            "The provided decisionEvaluationInstanceKey '{id}' is not a valid decision evaluation instance key. Expected a \
             value matching the pattern '^[0-9]+-[0-9]+$' (e.g. '2251799813684367-1')."
        )));
    }
    let found = engine.store.get("decision instance", id).map(|entity| Reply::Json(entity.value.clone()));
    found.ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("Decision Instance with id '{id}' not found"))
    })
}

pub(super) fn search_instances(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let brief: Vec<(i64, Value)> = engine
        .store
        .all("decision instance")
        .into_iter()
        .map(|entity| {
            let mut value = entity.value.clone();
            if let Some(members) = value.as_object_mut() {
                members.remove("evaluatedInputs");
                members.remove("matchedRules");
            }
            (entity.key, value)
        })
        .collect();
    search(&body, &filter, brief.iter().map(|(key, value)| JsonRow(*key, value))).map(Reply::Json)
}

pub(super) fn evaluate(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let (id, key) = (body.text("decisionDefinitionId"), body.key("decisionDefinitionKey"));
    let mut violations = Violations::default();
    match (id, key) {
        (None, None) => violations.add("At least one of [decisionDefinitionId, decisionDefinitionKey] is required"),
        (Some(_), Some(_)) => violations.add("Only one of [decisionDefinitionId, decisionDefinitionKey] is allowed"),
        _ => {}
    }
    violations.check()?;
    let tenant = request.tenant(engine, "Evaluate Decision", &body)?;
    let found = match (id, key) {
        (Some(id), _) => engine.decisions.latest(&tenant, id),
        (None, key) => engine.decisions.get(key.unwrap_or_default()).filter(|(found, _)| found.tenant == tenant),
    };
    let Some((requirements, place)) = found else {
        let named = id.map_or_else(|| format!("key '{}'", key.unwrap_or_default()), |id| format!("id '{id}'"));
        let text = format!("Expected to evaluate decision, but no decision found for {named}");
        return Err(Rejection::not_found("EVALUATE", text).into());
    };
    let requirements = requirements.clone();
    engine.pass_time(request.now);
    let outcome = engine.evaluate_decision(&requirements, place, &body.document("variables"), None);
    let evaluated: Vec<Value> = outcome
        .done
        .iter()
        .enumerate()
        .map(|(at, done)| {
            let decision = &requirements.graph.decisions[done.decision];
            let (key, version) = requirements.decisions[done.decision];
            let (inputs, matched) = details(done);
            json!({
                "decisionDefinitionId": decision.id,
                "decisionDefinitionName": decision.name,
                "decisionDefinitionVersion": version,
                "decisionDefinitionType": decision.kind(),
                "output": done.output.to_string(),
                "tenantId": &*tenant,
                "matchedRules": matched,
                "evaluatedInputs": inputs,
                "decisionDefinitionKey": key.to_string(),
                "decisionEvaluationInstanceKey": format!("{}-{}", outcome.key, at + 1),
            })
        })
        .collect();
    let last = outcome.done.last().filter(|_| outcome.failure.is_none());
    let failed = outcome.failure.as_ref().map(|(decision, _)| requirements.graph.decisions[*decision].id.as_str());
    let (decision_key, version) = requirements.decisions[place];
    let decision = &requirements.graph.decisions[place];
    Ok(Reply::Json(json!({
        "decisionDefinitionId": decision.id,
        "decisionDefinitionKey": decision_key.to_string(),
        "decisionDefinitionName": decision.name,
        "decisionDefinitionVersion": version,
        "decisionEvaluationKey": outcome.key.to_string(),
        "decisionInstanceKey": outcome.key.to_string(),
        "decisionRequirementsId": requirements.graph.id,
        "decisionRequirementsKey": requirements.key.to_string(),
        "evaluatedDecisions": evaluated,
        "failedDecisionDefinitionId": failed,
        "failureMessage": outcome.failure.as_ref().map(|(_, reason)| reason),
        "output": last.map_or("null".to_owned(), |last| last.output.to_string()),
        "tenantId": &*tenant,
    })))
}
