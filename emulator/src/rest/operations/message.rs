//! Messages and signals from outside.
//! Whom they reach is the engine's business; here are only the requests and their answers.

use serde_json::json;

use super::{Reply, Request};
use crate::engine::{Engine, PublishMessage, Rejection};
use crate::rest::body::Body;
use crate::rest::problem::{Problem, Violations};

pub(super) fn publish(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let tenant = request.tenant(engine, "Publish Message", &body)?;
    let name = body.text("name").unwrap_or_default();
    let mut violations = Violations::default();
    violations.require(!name.trim().is_empty(), "No name provided");
    check_business_id(&body, &mut violations);
    violations.check()?;
    let message = PublishMessage {
        tenant: tenant.clone(),
        name: name.to_owned(),
        correlation_key: body.text("correlationKey").unwrap_or_default().to_owned(),
        id: body.text("messageId").unwrap_or_default().to_owned(),
        time_to_live: body.long("timeToLive").unwrap_or_default(),
        variables: body.document("variables"),
    };
    let key = engine.publish_message(message, request.now)?;
    Ok(Reply::Json(json!({ "messageKey": key.to_string(), "tenantId": &*tenant })))
}

/// Correlates now or never; the answer tells which instance took the message.
pub(super) fn correlate(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let tenant = request.tenant(engine, "Correlate Message", &body)?;
    let name = body.text("name").unwrap_or_default();
    let mut violations = Violations::default();
    violations.require(!name.trim().is_empty(), "No messageName provided");
    check_business_id(&body, &mut violations);
    violations.check()?;
    let correlation = body.text("correlationKey").unwrap_or_default();
    let (key, instance) =
        engine.correlate_message(&tenant, name, correlation, body.document("variables"), request.now)?;
    Ok(Reply::Json(json!({
        "messageKey": key.to_string(),
        "processInstanceKey": instance.to_string(),
        "tenantId": &*tenant,
    })))
}

pub(super) fn broadcast(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let tenant = request.tenant(engine, "Broadcast Signal", &body)?;
    let mut violations = Violations::default();
    violations.require(body.text("signalName").is_some(), "No signalName provided");
    violations.check()?;
    let name = body.text("signalName").unwrap_or_default();
    let key = engine.broadcast_signal(&tenant, name, &body.document("variables"), request.now);
    Ok(Reply::Json(json!({ "signalKey": key.to_string(), "tenantId": &*tenant })))
}

/// Starts the processes whose start condition holds.
pub(super) fn conditionals(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let tenant = request.tenant(engine, "Evaluate Conditional", &body)?;
    let mut violations = Violations::default();
    violations.require(!body.document("variables").is_empty(), "No variables provided");
    violations.check()?;
    let definition = body.key("processDefinitionKey");
    if let Some(key) = definition.filter(|key| engine.definitions.get(*key).is_none_or(|d| d.tenant != tenant)) {
        let text = format!(
            "Expected to evaluate conditional start events for process definition with key '{key}', but no such process definition was found"
        );
        return Err(Rejection::not_found("EVALUATE", text).into());
    }
    let (key, started) = engine.evaluate_conditionals(definition, &tenant, &body.document("variables"), request.now);
    let instances: Vec<_> = started
        .into_iter()
        .map(|(definition, instance)| {
            json!({ "processDefinitionKey": definition.to_string(), "processInstanceKey": instance.to_string() })
        })
        .collect();
    Ok(Reply::Json(json!({
        "conditionalEvaluationKey": key.to_string(),
        "tenantId": &*tenant,
        "processInstances": instances,
    })))
}

fn check_business_id(body: &Body, violations: &mut Violations) {
    if body.text("businessId").is_some_and(|id| id.chars().count() > 256) {
        violations.add("The provided businessId exceeds the limit of 256 characters");
    }
}
