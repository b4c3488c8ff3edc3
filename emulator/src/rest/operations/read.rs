//! Reading: one entity by its key, or many by a search.
//! It chooses the rows, by an index where the filter allows; filtering and paging are the search's.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Reply, Request};
use crate::engine::{Definition, Engine, Instance};
use crate::rest::filter::Filter;
use crate::rest::problem::Problem;
use crate::rest::row::Row;
use crate::rest::rows::{Cut, DefinitionRow, ElementRow, IncidentRow, InstanceRow, JobRow, VariableRow};
use crate::rest::search::search;

fn found<R: Row>(entity: &str, key: i64, row: Option<R>) -> Result<Reply, Problem> {
    row.map(|row| Reply::Json(row.json())).ok_or_else(|| Problem::not_found(entity, key))
}

pub(super) fn definition(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    found("Process Definition", key, engine.definitions.get(key).map(|d| DefinitionRow(engine, d)))
}

fn known_definition(engine: &Engine, key: i64) -> Result<&std::sync::Arc<Definition>, Problem> {
    engine.definitions.get(key).ok_or_else(|| Problem::not_found("Process Definition", key))
}

pub(super) fn definition_xml(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Xml(known_definition(engine, request.route.key()?)?.xml.clone()))
}

/// No start event has a form yet.
pub(super) fn start_form(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    known_definition(engine, request.route.key()?)?;
    Ok(Reply::Empty)
}

pub(super) fn instance(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    found("Process Instance", key, engine.instances.get(&key).map(|i| InstanceRow(engine, i)))
}

pub(super) fn element(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    found("Element Instance", key, engine.elements.get(&key).map(|e| ElementRow(engine, e)))
}

pub(super) fn incident(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    found("Incident", key, engine.incidents.get(&key).map(|i| IncidentRow(engine, i)))
}

pub(super) fn variable(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    found("Variable", key, engine.variables.by_key.get(&key).map(|v| VariableRow(engine, v, Cut::Never)))
}

pub(super) fn search_definitions(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    check_latest(&body)?;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let rows = engine.definitions.all().map(|d| DefinitionRow(engine, d));
    search(&body, &filter, rows).map(Reply::Json)
}

/// The search for latest versions goes forward only, and sorts by little.
fn check_latest(body: &Value) -> Result<(), Problem> {
    if body.pointer("/filter/isLatestVersion") != Some(&Value::Bool(true)) {
        return Ok(());
    }
    for field in ["from", "before"] {
        if body.get("page").and_then(|p| p.get(field)).is_some_and(|v| !v.is_null()) {
            return Err(Problem::invalid(format!(
                "When using isLatestVersion filter, pagination is limited to forward pagination using 'after' and 'limit'. \
                 The field '{field}' is not supported."
            )));
        }
    }
    for entry in body.get("sort").and_then(Value::as_array).into_iter().flatten() {
        let field = entry.get("field").and_then(Value::as_str).unwrap_or_default();
        if !matches!(field, "processDefinitionId" | "tenantId" | "") {
            return Err(Problem::invalid(format!(
                "When using isLatestVersion filter, sorting is limited to 'processDefinitionId' and 'tenantId' fields only. \
                 The field '{field}' is not supported."
            )));
        }
    }
    Ok(())
}

pub(super) fn search_instances(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let row = |instance| InstanceRow(engine, instance);
    let answer = if let Some(key) = filter.exact_key("processInstanceKey") {
        search(&body, &filter, engine.instances.get(&key).into_iter().map(row))
    } else if filter.exact_text("state").is_some_and(|s| s.eq_ignore_ascii_case("ACTIVE")) {
        let active = engine.active_instances.iter().filter_map(|key| engine.instances.get(key));
        search(&body, &filter, active.map(row))
    } else {
        search(&body, &filter, engine.instances.values().map(row))
    };
    answer.map(Reply::Json)
}

/// Searches entities that belong to an instance: by its list if the filter names it, else all of them.
fn search_owned<'a, T, R: Row + 'a>(
    engine: &'a Engine,
    request: &Request<'_>,
    body: &Value,
    all: &'a BTreeMap<i64, T>,
    owned: impl Fn(&'a Instance) -> &'a Vec<i64>,
    own_key: &str,
    row: impl Fn(&'a T) -> R + Copy,
) -> Result<Reply, Problem> {
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let answer = if let Some(key) = filter.exact_key(own_key) {
        search(body, &filter, all.get(&key).into_iter().map(row))
    } else if let Some(key) = filter.exact_key("processInstanceKey") {
        let keys = engine.instances.get(&key).map(owned).into_iter().flatten();
        search(body, &filter, keys.filter_map(|key| all.get(key)).map(row))
    } else {
        search(body, &filter, all.values().map(row))
    };
    answer.map(Reply::Json)
}

pub(super) fn search_elements(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    search_owned(
        engine,
        request,
        &body,
        &engine.elements,
        |i| &i.elements,
        "elementInstanceKey",
        |e| ElementRow(engine, e),
    )
}

pub(super) fn search_jobs(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    search_owned(engine, request, &body, &engine.jobs.all, |i| &i.jobs, "jobKey", |j| JobRow(engine, j))
}

pub(super) fn search_incidents(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    search_owned(engine, request, &body, &engine.incidents, |i| &i.incidents, "incidentKey", |i| IncidentRow(engine, i))
}

pub(super) fn search_variables(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let cut = if request.flag("truncateValues")?.unwrap_or(true) { Cut::Preview } else { Cut::Whole };
    let body = request.body()?.0;
    let row = |v| VariableRow(engine, v, cut);
    search_owned(engine, request, &body, &engine.variables.by_key, |i| &i.variables, "variableKey", row)
}
