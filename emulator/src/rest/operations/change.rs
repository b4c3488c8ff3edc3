//! What changes a running instance from outside: modification, migration, suspension, activation inside ad-hoc sub-processes.
//! It reads and judges the requests; the engine does the rest.

use serde_json::{Value, json};

use super::{Reply, Request, check_reference};
use crate::engine::{Document, Engine, Modification, ModifyActivation, Termination};
use crate::rest::problem::{Problem, Violations};

fn list<'a>(body: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    body.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn key(value: &Value, name: &str) -> Option<i64> {
    text(value, name)?.parse().ok()
}

fn activation(value: &Value, id: &str, violations: &mut Violations) -> ModifyActivation {
    let mut variables = Vec::new();
    for instruction in list(value, "variableInstructions") {
        match instruction.get("variables").and_then(Value::as_object) {
            Some(document) => variables.push((text(instruction, "scopeId").map(str::to_owned), document.clone())),
            None => violations.add("No variables provided"),
        }
    }
    let ancestor = key(value, "ancestorElementInstanceKey").filter(|key| *key > 0);
    ModifyActivation { element_id: id.to_owned(), ancestor, variables }
}

pub(super) fn modify(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let instance = request.command_key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    check_reference(&body, &mut violations);
    let mut change = Modification::default();
    for instruction in list(&body.0, "activateInstructions") {
        match text(instruction, "elementId") {
            Some(id) => change.activate.push(activation(instruction, id, &mut violations)),
            None => violations.add("No elementId provided"),
        }
    }
    for instruction in list(&body.0, "terminateInstructions") {
        match (key(instruction, "elementInstanceKey"), text(instruction, "elementId")) {
            (Some(key), _) => change.terminate.push(Termination::Instance(key)),
            (None, Some(id)) => change.terminate.push(Termination::Element(id.to_owned())),
            (None, None) => violations.add("No elementInstanceKey provided"),
        }
    }
    for instruction in list(&body.0, "moveInstructions") {
        let source = instruction.get("sourceElementInstruction").cloned().unwrap_or_default();
        let from = match (key(&source, "sourceElementInstanceKey"), text(&source, "sourceElementId")) {
            (Some(key), _) => Some((Termination::Instance(key), 1)),
            (None, Some(id)) => Some((Termination::Element(id.to_owned()), engine.living(instance, id).len())),
            (None, None) => None,
        };
        match (from, text(instruction, "targetElementId")) {
            (Some((from, count)), Some(target)) => {
                for _ in 0..count {
                    change.activate.push(activation(instruction, target, &mut violations));
                }
                change.terminate.push(from);
            }
            (None, _) => violations.add("No sourceElementInstruction provided"),
            (_, None) => violations.add("No targetElementId provided"),
        }
    }
    violations.check()?;
    engine.modify_instance(instance, change, request.now)?;
    Ok(Reply::Empty)
}

/// The target and the mapping of a migration plan.
pub(super) fn plan(body: &Value) -> Result<(i64, Vec<(String, String)>), Problem> {
    let mut violations = Violations::default();
    let target = key(body, "targetProcessDefinitionKey");
    violations.require(target.is_some(), "No targetProcessDefinitionKey provided");
    let mut mappings = Vec::new();
    for instruction in list(body, "mappingInstructions") {
        match (text(instruction, "sourceElementId"), text(instruction, "targetElementId")) {
            (Some(from), Some(to)) => mappings.push((from.to_owned(), to.to_owned())),
            _ => violations.add("All [sourceElementId, targetElementId] are required"),
        }
    }
    violations.require(list(body, "mappingInstructions").next().is_some(), "No mappingInstructions provided");
    violations.check()?;
    Ok((target.unwrap_or_default(), mappings))
}

pub(super) fn migrate(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let instance = request.command_key()?;
    let body = request.body()?;
    let (target, mappings) = plan(&body.0)?;
    let mut violations = Violations::default();
    check_reference(&body, &mut violations);
    violations.check()?;
    engine.migrate_instance(instance, target, &mappings, request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn suspend(engine: &mut Engine, request: &Request<'_>, suspended: bool) -> Result<Reply, Problem> {
    let instance = request.command_key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    check_reference(&body, &mut violations);
    violations.check()?;
    engine.suspend_instance(instance, suspended, request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn activate_ad_hoc(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let mut wanted = Vec::new();
    let mut violations = Violations::default();
    for element in list(&body.0, "elements") {
        match text(element, "elementId") {
            Some(id) => {
                let variables = element.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
                wanted.push((id.to_owned(), variables));
            }
            None => violations.add("No elementId provided"),
        }
    }
    violations.require(list(&body.0, "elements").next().is_some(), "No elements provided");
    violations.check()?;
    engine.activate_ad_hoc(key, wanted, body.flag("cancelRemainingInstances"), request.now)?;
    Ok(Reply::Empty)
}

/// Evaluates an expression over the variables given and those of a scope.
pub(super) fn expression(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    if !engine.settings.multi_tenancy || body.text("tenantId").is_some() {
        request.tenant(engine, "Expression Evaluation", &body)?;
    }
    let Some(text) = body.text("expression").filter(|text| !text.trim().is_empty()) else {
        return Err(Problem::invalid("No expression provided"));
    };
    let variables: Document = body.document("variables");
    let scope = body.key("scopeKey").or_else(|| body.key("elementInstanceKey")).unwrap_or_default();
    let evaluation = engine.evaluate_text(text, scope, &variables).map_err(|reason| {
        let reason = reason.strip_prefix('f').map_or(reason.clone(), |rest| format!("F{rest}"));
        let detail = format!("Command 'EVALUATE' rejected with code 'INVALID_ARGUMENT': {reason}");
        Problem::invalid(detail)
    })?;
    if let Some(failure) = evaluation.failure {
        return Err(Problem::invalid(format!(
            "Command 'EVALUATE' rejected with code 'INVALID_ARGUMENT': Failed to evaluate expression '{text}': {failure}"
        )));
    }
    let warnings: Vec<Value> = evaluation
        .warnings
        .iter()
        .map(|warning| {
            let (kind, message) = warning.split_once("] ").unwrap_or(("", warning));
            json!({ "type": kind.trim_start_matches('['), "message": message })
        })
        .collect();
    Ok(Reply::Json(json!({
        "expression": text,
        "result": evaluation.value.into_json(),
        "warnings": warnings,
        "referencedSecrets": [],
    })))
}
