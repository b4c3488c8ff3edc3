//! What is known about an instance or definition beyond its members: flows, counts, hierarchy, incidents.
//! It only reads, and of unknown instances some of it is empty and some of it is refused, as in the original.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{Engine, Instance};
use crate::rest::filter::Filter;
use crate::rest::problem::Problem;
use crate::rest::row::Row;
use crate::rest::rows::{ElementRow, IncidentRow, InstanceRow};
use crate::rest::search::search;

/// Counts for each element of the instances, in the order of ids.
fn statistics<'a>(engine: &'a Engine, instances: impl Iterator<Item = &'a Instance>, elements: &Filter) -> Value {
    let mut counts: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
    let all = instances.flat_map(|instance| &instance.elements).filter_map(|key| engine.elements.get(key));
    for element in all.filter(|element| elements.holds(&ElementRow(engine, element))) {
        let [active, canceled, incidents, completed] = counts.entry(&element.model().id).or_default();
        match element.state() {
            "COMPLETED" => *completed += 1,
            "TERMINATED" => *canceled += 1,
            _ => *active += 1,
        }
        *incidents += u64::from(element.incident.is_some());
    }
    let items: Vec<Value> = counts
        .into_iter()
        .map(|(id, [active, canceled, incidents, completed])| {
            json!({ "elementId": id, "active": active, "canceled": canceled, "incidents": incidents, "completed": completed })
        })
        .collect();
    json!({ "items": items })
}

pub(super) fn instance_statistics(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let instance = engine.instances.get(&request.route.key()?);
    Ok(Reply::Json(statistics(engine, instance.into_iter(), &Filter::default())))
}

pub(super) fn definition_statistics(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    // Which elements are counted is judged for each of them, not only for their instance.
    let elements = filter.only(&["elementId"]);
    let instances = engine.instances.values().filter(|i| i.definition.key == key);
    let wanted = instances.filter(|instance| filter.holds(&InstanceRow(engine, instance)));
    Ok(Reply::Json(statistics(engine, wanted, &elements)))
}

pub(super) fn sequence_flows(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let Some(instance) = engine.instances.get(&key) else {
        return Ok(Reply::Json(json!({ "items": [] })));
    };
    let process = &instance.definition.process;
    let flow = |flow: &usize| {
        let id = &*process.flows[*flow].id;
        json!({
            "sequenceFlowId": format!("{key}_{id}"),
            "processInstanceKey": key.to_string(),
            "rootProcessInstanceKey": instance.root.to_string(),
            "processDefinitionKey": instance.definition.key.to_string(),
            "processDefinitionId": &*process.id,
            "elementId": id,
            "tenantId": &*instance.definition.tenant,
        })
    };
    let items: Vec<Value> = instance.taken.iter().map(flow).collect();
    Ok(Reply::Json(json!({ "items": items })))
}

fn known(engine: &Engine, key: i64) -> Result<&Instance, Problem> {
    engine.instances.get(&key).ok_or_else(|| Problem::not_found("Process Instance", key))
}

/// From the root down to the instance itself.
pub(super) fn call_hierarchy(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let mut here = Some(known(engine, request.route.key()?)?);
    let mut path: Vec<Value> = Vec::new();
    while let Some(instance) = here {
        let row = InstanceRow(engine, instance);
        let members = ["processInstanceKey", "processDefinitionKey", "processDefinitionName"];
        path.push(members.iter().map(|name| ((*name).to_owned(), row.field(name).into_json())).collect());
        here = instance.caller.and_then(|caller| engine.instances.get(&caller.instance));
    }
    path.reverse();
    Ok(Reply::Json(Value::Array(path)))
}

pub(super) fn instance_incidents(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let instance = known(engine, request.route.key()?)?;
    let body = request.body()?.0;
    // Those of called instances as well.
    let incidents = engine.incidents.values().filter(|i| engine.is_within(i.instance, instance.key));
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    search(&body, &filter, incidents.map(|i| IncidentRow(engine, i))).map(Reply::Json)
}

pub(super) fn element_incidents(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let element = engine.elements.get(&key).ok_or_else(|| Problem::not_found("Element Instance", key))?;
    let body = request.body()?.0;
    // Those of everything inside as well, through calls.
    known(engine, element.instance)?;
    let own = engine.incidents.values().filter(|incident| engine.is_inside(incident.element, key));
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    search(&body, &filter, own.map(|i| IncidentRow(engine, i))).map(Reply::Json)
}
