//! Messages from outside.
//! Correlation is the engine's business; here is only the request and its answer.

use serde_json::json;

use super::{Reply, Request, check_tenants};
use crate::engine::{Engine, PublishMessage};
use crate::rest::problem::{Problem, Violations};
use crate::rest::rows::TENANT;

pub(super) fn publish(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    check_tenants(
        "Publish Message",
        &body
            .text("tenantId")
            .map(str::to_owned)
            .into_iter()
            .collect::<Vec<_>>(),
    )?;
    let name = body.text("name").unwrap_or_default();
    let mut violations = Violations::default();
    violations.require(!name.trim().is_empty(), "No name provided");
    violations.check()?;
    let message = PublishMessage {
        name: name.to_owned(),
        correlation_key: body.text("correlationKey").unwrap_or_default().to_owned(),
        id: body.text("messageId").unwrap_or_default().to_owned(),
        time_to_live: body.long("timeToLive").unwrap_or_default(),
    };
    let key = engine.publish_message(message, request.now)?;
    Ok(Reply::Json(
        json!({ "messageKey": key.to_string(), "tenantId": TENANT }),
    ))
}
