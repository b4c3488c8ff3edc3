//! Counts over what the cluster holds, and what waits for messages.
//! Everything is counted anew for each request.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{Engine, Subscription, Wait};
use crate::rest::filter::Filter;
use crate::rest::problem::Problem;
use crate::rest::row::date;
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

fn answer(request: &Request<'_>, rows: &[Value]) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    search(&body, &filter, (0..).zip(rows).map(|(at, row)| JsonRow(at, row))).map(Reply::Json)
}

/// How many instances are stuck for each message, or for each definition with one message.
pub(super) fn incidents(engine: &Engine, request: &Request<'_>, by_definition: bool) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let wanted = body.pointer("/filter/errorHashCode").and_then(Value::as_i64);
    let mut counts: BTreeMap<(String, i64), std::collections::BTreeSet<i64>> = BTreeMap::new();
    for incident in engine.incidents.values().filter(|incident| incident.active) {
        let definition = engine.instances.get(&incident.instance).map_or(0, |i| i.definition.key);
        if by_definition && wanted.is_some_and(|wanted| wanted != hash(&incident.message)) {
            continue;
        }
        let place = if by_definition { (String::new(), definition) } else { (incident.message.clone(), 0) };
        counts.entry(place).or_default().insert(incident.instance);
    }
    let rows: Vec<Value> = counts
        .into_iter()
        .map(|((message, definition), instances)| match engine.definitions.get(definition) {
            Some(definition) => json!({
                "processDefinitionId": &*definition.process.id,
                "processDefinitionKey": definition.key.to_string(),
                "processDefinitionName": definition.process.name.as_deref().unwrap_or(&definition.process.id),
                "processDefinitionVersion": definition.version,
                "tenantId": &*definition.tenant,
                "activeInstancesWithErrorCount": instances.len(),
            }),
            None => json!({
                "errorHashCode": hash(&message),
                "errorMessage": message,
                "activeInstancesWithErrorCount": instances.len(),
            }),
        })
        .collect();
    let request_body = json!({ "page": body.get("page"), "sort": body.get("sort") });
    search(&request_body, &Filter::default().within(&request.reach), (0..).zip(&rows).map(|(at, row)| JsonRow(at, row)))
        .map(Reply::Json)
}

/// The hash that messages are grouped by: that of texts in Java.
fn hash(text: &str) -> i64 {
    i64::from(text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit))))
}

/// How many active instances each definition has, with and without incidents.
pub(super) fn instances(engine: &Engine, request: &Request<'_>, by_version: bool) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let wanted = body.pointer("/filter/processDefinitionId").and_then(Value::as_str);
    if by_version && body.get("filter").is_none_or(Value::is_null) {
        return Err(Problem::invalid("No filter provided"));
    }
    let mut counts: BTreeMap<(String, i32), (i64, u64, u64)> = BTreeMap::new();
    for definition in engine.definitions.all() {
        let version = if by_version { definition.version } else { 0 };
        counts.entry((definition.process.id.to_string(), version)).or_default().0 = definition.key;
    }
    for instance in engine.active_instances.iter().filter_map(|key| engine.instances.get(key)) {
        let version = if by_version { instance.definition.version } else { 0 };
        let (_, with, without) = counts.entry((instance.definition.process.id.to_string(), version)).or_default();
        *(if instance.open_incidents > 0 { with } else { without }) += 1;
    }
    let rows: Vec<Value> = counts
        .into_iter()
        .filter(|((id, _), _)| !by_version || wanted.is_none_or(|wanted| wanted == id))
        .filter_map(|((id, version), (key, with, without))| {
            let definition = engine.definitions.get(key)?;
            let versions = engine.definitions.all().filter(|d| *d.process.id == *id).count();
            let mut row = json!({
                "processDefinitionId": id,
                "tenantId": &*definition.tenant,
                "activeInstancesWithIncidentCount": with,
                "activeInstancesWithoutIncidentCount": without,
            });
            let name = definition.process.name.as_deref().unwrap_or(&definition.process.id);
            if by_version {
                row["processDefinitionKey"] = key.to_string().into();
                row["processDefinitionName"] = name.into();
                row["processDefinitionVersion"] = version.into();
            } else {
                row["latestProcessDefinitionName"] = name.into();
                row["hasMultipleVersions"] = (versions > 1).into();
            }
            Some(row)
        })
        .collect();
    let request_body = json!({ "page": body.get("page"), "sort": body.get("sort") });
    search(&request_body, &Filter::default().within(&request.reach), (0..).zip(&rows).map(|(at, row)| JsonRow(at, row)))
        .map(Reply::Json)
}

fn subscription_members(engine: &Engine, subscription: &Subscription) -> Value {
    let process = &subscription.definition.process;
    let instance = subscription.host.map(|_| subscription.instance);
    let (name, correlation) = match &subscription.wait {
        Wait::Message(name, key) => (name.to_string(), key.as_deref().map(str::to_owned)),
        _ => (String::new(), None),
    };
    json!({
        "businessId": instance.and_then(|i| engine.instances.get(&i)).and_then(|i| i.business_id.clone()),
        "processDefinitionId": &*process.id,
        "processDefinitionKey": subscription.definition.key.to_string(),
        "processInstanceKey": instance.map(|key| key.to_string()),
        "rootProcessInstanceKey": instance.map(|key| engine.root_of(key).to_string()),
        "elementId": &*process.nodes[subscription.node].id,
        "elementInstanceKey": subscription.host.map(|key| key.to_string()),
        "messageName": name,
        "correlationKey": correlation,
        "tenantId": &*subscription.definition.tenant,
    })
}

/// Who waits for messages.
pub(super) fn subscriptions(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let open = engine.subscriptions.all.values().filter(|s| matches!(s.wait, Wait::Message(..)));
    let rows: Vec<Value> = open.map(|open| subscription(engine, open)).collect();
    answer(request, &rows)
}

/// An open subscription as answers show it.
pub(super) fn subscription(engine: &Engine, subscription: &Subscription) -> Value {
    let mut row = subscription_members(engine, subscription);
    let process = &subscription.definition.process;
    row["messageSubscriptionKey"] = subscription.key.to_string().into();
    row["messageSubscriptionState"] = "CREATED".into();
    row["lastUpdatedDate"] = date(subscription.created).into();
    row["messageSubscriptionType"] = if subscription.host.is_some() { "PROCESS_EVENT" } else { "START_EVENT" }.into();
    row["toolProperties"] = json!({});
    row["processDefinitionName"] = process.name.as_deref().unwrap_or(&process.id).into();
    row["processDefinitionVersion"] = subscription.definition.version.into();
    row["toolName"] = Value::Null;
    row["inboundConnectorType"] = Value::Null;
    row
}

/// Which messages reached whom.
pub(super) fn correlations(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let rows: Vec<Value> = engine
        .messages
        .correlations
        .iter()
        .map(|correlation| {
            let mut row = subscription_members(engine, &correlation.subscription);
            row["correlationKey"] = correlation.key.clone().into();
            row["correlationTime"] = date(correlation.at).into();
            row["messageKey"] = correlation.message.to_string().into();
            row["partitionId"] = 1.into();
            row["processInstanceKey"] = correlation.instance.to_string().into();
            row["rootProcessInstanceKey"] = engine.root_of(correlation.instance).to_string().into();
            row["subscriptionKey"] = correlation.subscription.key.to_string().into();
            row
        })
        .collect();
    answer(request, &rows)
}
