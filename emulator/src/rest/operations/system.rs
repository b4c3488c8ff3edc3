//! The cluster itself: topology, licence, who calls, and the clock.
//! None of it touches processes, except that a moved clock lets things fall due.

use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::DEFAULT_TENANT;
use crate::engine::Engine;
use crate::rest::problem::{Problem, Violations};

/// The release that this emulator imitates.
const VERSION: &str = "8.10.0";

pub(super) fn topology() -> Value {
    let partition = json!({ "partitionId": 1, "role": "leader", "health": "healthy", "state": "active" });
    let broker = json!({
        "nodeId": 0,
        "brokerId": "0",
        "host": "127.0.0.1",
        "port": 26501,
        "partitions": [partition],
        "version": VERSION,
    });
    json!({
        "brokers": [broker],
        "clusterId": "00000000-0000-4000-8000-000000000000",
        "clusterSize": 1,
        "partitionsCount": 1,
        "replicationFactor": 1,
        "gatewayVersion": VERSION,
        "lastCompletedChangeId": "-1",
    })
}

pub(super) fn license() -> Value {
    json!({ "validLicense": false, "licenseType": "unknown", "isCommercial": false, "expiresAt": null })
}

pub(super) fn authentication(caller: &str) -> Value {
    json!({
        "username": caller,
        "displayName": caller,
        "email": null,
        "authorizedComponents": ["*"],
        "tenants": [{ "name": "Default", "tenantId": DEFAULT_TENANT, "description": "" }],
        "groups": [],
        "roles": [],
        "salesPlanType": null,
        "c8Links": {},
        "canLogout": true,
    })
}

pub(super) fn pin_clock(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let timestamp = body.long("timestamp");
    let mut violations = Violations::default();
    match timestamp {
        None => violations.add("No timestamp provided"),
        Some(t) if t < 0 => violations.add(format!("The value for timestamp is '{t}' but must be not negative")),
        Some(_) => {}
    }
    violations.check()?;
    engine.pin_clock(timestamp.unwrap_or_default(), request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn reset_clock(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    engine.reset_clock(request.now);
    Ok(Reply::Empty)
}
