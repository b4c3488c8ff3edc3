//! What is known of the cluster as a whole: its settings, how much it was used, names of variables, who has which permission.
//! It only reads.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{CallerKind, Engine, Wait};
use crate::rest::access;
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::row::parse_date;
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

pub(super) fn configuration(engine: &Engine) -> Value {
    json!({
        "jobMetrics": {
            "enabled": true,
            "exportInterval": "PT1M",
            "maxWorkerNameLength": 100,
            "maxJobTypeLength": 100,
            "maxTenantIdLength": 30,
            "maxUniqueKeys": 9500,
        },
        "components": { "active": [] },
        "deployment": { "isMultiTenancyEnabled": engine.settings.multi_tenancy, "maxRequestSize": 4 * 1024 * 1024 },
        "authentication": { "canLogout": true, "isLoginDelegated": engine.settings.callers == CallerKind::Client },
        "cloud": { "stage": null },
    })
}

/// Instances, decisions and assignees of a tenant.
#[derive(Default)]
struct Usage<'a> {
    instances: u64,
    decisions: u64,
    assignees: BTreeSet<&'a str>,
}

/// How much the cluster was used between two dates.
pub(super) fn metrics(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let (start, end) = (request.parameter("startTime"), request.parameter("endTime"));
    let (Some(start), Some(end)) = (start, end) else {
        return Err(Problem::invalid("The startTime and endTime must both be specified."));
    };
    let mut violations = Violations::default();
    let mut read = |name: &str, text: &str| {
        let at = parse_date(text);
        if at.is_none() {
            violations.add(format!(
                "The provided {name} '{text}' cannot be parsed as a date according to RFC 3339, section 5.6"
            ));
        }
        at.unwrap_or_default()
    };
    let (from, to) = (read("startTime", &start), read("endTime", &end));
    violations.check()?;
    if to <= from {
        return Err(Problem::invalid("The endTime must be after startTime."));
    }
    let is_within = |at: i64| at >= from && at < to;
    let mut tenants: BTreeMap<&str, Usage<'_>> = BTreeMap::new();
    for instance in engine.instances.values().filter(|i| i.caller.is_none() && is_within(i.started)) {
        tenants.entry(&instance.definition.tenant).or_default().instances += 1;
    }
    let decisions = engine.store.all("decision instance").into_iter().map(|entity| &entity.value);
    for decision in decisions.filter(|d| d["evaluationDate"].as_str().and_then(parse_date).is_some_and(is_within)) {
        tenants.entry(decision["tenantId"].as_str().unwrap_or_default()).or_default().decisions += 1;
    }
    for task in engine.user_tasks.values().filter(|task| is_within(task.created)) {
        if let Some(assignee) = &task.assignee {
            tenants.entry(&task.definition.tenant).or_default().assignees.insert(assignee);
        }
    }
    let wanted = request.parameter("tenantId");
    tenants.retain(|tenant, _| wanted.as_deref().is_none_or(|wanted| wanted == *tenant));
    let assignees: BTreeSet<&str> = tenants.values().flat_map(|usage| usage.assignees.iter().copied()).collect();
    let each: Value = tenants
        .iter()
        .filter(|_| request.parameter("withTenants").as_deref() == Some("true"))
        .map(|(tenant, usage)| {
            let shown = json!({
                "processInstances": usage.instances,
                "decisionInstances": usage.decisions,
                "assignees": usage.assignees.len(),
            });
            ((*tenant).to_owned(), shown)
        })
        .collect();
    Ok(Reply::Json(json!({
        "processInstances": tenants.values().map(|usage| usage.instances).sum::<u64>(),
        "decisionInstances": tenants.values().map(|usage| usage.decisions).sum::<u64>(),
        "assignees": assignees.len(),
        "activeTenants": tenants.len(),
        "tenants": each,
    })))
}

/// The names of variables that instances of a definition have or had.
pub(super) fn variable_names(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let body = request.body()?.0;
    let instances = engine.instances.values().filter(|instance| instance.definition.key == key);
    let variables = instances.flat_map(|instance| &instance.variables).filter_map(|v| engine.variables.by_key.get(v));
    let names: BTreeSet<&str> = variables.map(|variable| &*variable.name).collect();
    let rows: Vec<Value> = names.into_iter().map(|name| json!({ "name": name })).collect();
    let filter = Filter::compile(body.get("filter"));
    search(&body, &filter, (1..).zip(&rows).map(|(at, row)| JsonRow(at, row))).map(Reply::Json)
}

/// For each definition how many subscriptions are open, and of how many instances.
pub(super) fn subscriptions(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let mut counts: BTreeMap<i64, (u64, BTreeSet<i64>)> = BTreeMap::new();
    let open = engine.subscriptions.all.values();
    for subscription in open.filter(|s| s.host.is_some() && matches!(s.wait, Wait::Message(..))) {
        let row = super::statistics::subscription(engine, subscription);
        if filter.holds(&JsonRow(subscription.key, &row)) {
            let (count, instances) = counts.entry(subscription.definition.key).or_default();
            *count += 1;
            instances.insert(subscription.instance);
        }
    }
    let rows: Vec<Value> = counts
        .into_iter()
        .filter_map(|(key, (count, instances))| {
            let definition = engine.definitions.get(key)?;
            Some(json!({
                "processDefinitionId": &*definition.process.id,
                "tenantId": &*definition.tenant,
                "processDefinitionKey": key.to_string(),
                "processInstancesWithActiveSubscriptions": instances.len(),
                "activeSubscriptions": count,
            }))
        })
        .collect();
    let paging = json!({ "page": body.get("page") });
    search(&paging, &Filter::default(), (1..).zip(&rows).map(|(at, row)| JsonRow(at, row))).map(Reply::Json)
}

/// The authorizations of the caller; where nobody is known, there are none to ask for.
pub(super) fn own_authorizations(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    if engine.settings.callers == CallerKind::Anonymous {
        return Ok(Reply::Nothing(StatusCode::UNAUTHORIZED));
    }
    let mut body = request.body()?.0;
    let mut among = |list: &str, member: &str| {
        let given = body.pointer_mut(&format!("/filter/{list}")).map(Value::take);
        if let (Some(Value::Array(all)), Some(filter)) = (given, body.get_mut("filter").and_then(Value::as_object_mut))
        {
            filter.insert(member.to_owned(), json!({ "$in": all }));
        }
    };
    among("resourceIds", "resourceId");
    among("resourcePropertyNames", "resourcePropertyName");
    let own = access::own_authorizations(engine, request.caller);
    let filter = Filter::compile(body.get("filter"));
    let mut answer = search(&body, &filter, own.into_iter().map(|entity| JsonRow(entity.key, &entity.value)))?;
    answer["authorizationsEnabled"] = engine.settings.authorizations.into();
    Ok(Reply::Json(answer))
}
