//! Batch operations: a command for every instance that a filter finds, and the record of how they went.
//! Here they are done at once, so every one is over when its key is answered.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request, change};
use crate::engine::{Engine, Rejection, UpdateJob};
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::row::{Row, date};
use crate::rest::rows::{InstanceRow, JobRow, JsonRow};
use crate::rest::search::search;

const KIND: &str = "batch operation";
const ITEM: &str = "batch item";
const DECISION: &str = "decision instance";
const DECISION_KEY: &str = "decisionEvaluationInstanceKey";

/// Does this to every instance, and keeps the record; the answer with its key.
fn run(
    engine: &mut Engine,
    request: &Request<'_>,
    operation: &'static str,
    items: &[i64],
    act: impl Fn(&mut Engine, i64) -> Result<(), Rejection>,
) -> Reply {
    let key = engine.next_key();
    let now = date(request.now);
    let (mut failed, mut completed) = (0, 0);
    for &item in items {
        // An item is an instance, or a job of one, or something that belongs to none.
        let owner = engine.jobs.all.get(&item).map_or(item, |job| job.instance);
        let instance = engine.instances.contains_key(&owner).then_some(owner);
        let outcome = act(engine, item);
        let state = if outcome.is_ok() { "COMPLETED" } else { "FAILED" };
        *(if outcome.is_ok() { &mut completed } else { &mut failed }) += 1;
        let item = json!({
            "operationType": operation,
            "batchOperationKey": key.to_string(),
            "itemKey": item.to_string(),
            "processInstanceKey": instance.map(|key| key.to_string()),
            "rootProcessInstanceKey": instance.map(|key| engine.root_of(key).to_string()),
            "state": state,
            "processedDate": now,
            "errorMessage": outcome.err().map(|rejection| rejection.detail()),
        });
        let item_key = engine.next_key();
        engine.store.put(ITEM, &item_key.to_string(), item_key, item);
    }
    let state = if failed > 0 { "PARTIALLY_COMPLETED" } else { "COMPLETED" };
    let record = json!({
        "batchOperationKey": key.to_string(),
        "state": state,
        "batchOperationType": operation,
        "startDate": now,
        "endDate": now,
        "actorType": Value::Null,
        "actorId": Value::Null,
        "operationsTotalCount": items.len(),
        "operationsFailedCount": failed,
        "operationsCompletedCount": completed,
        "errors": [],
    });
    engine.store.put(KIND, &key.to_string(), key, record);
    Reply::Json(json!({ "batchOperationKey": key.to_string(), "batchOperationType": operation }))
}

/// The filter that a batch must have.
fn require_filter(body: &Value, violations: &mut Violations) {
    match body.get("filter").filter(|filter| !filter.is_null()) {
        None => violations.add("No filter provided"),
        Some(filter) if filter.as_object().is_some_and(serde_json::Map::is_empty) => {
            violations.add("At least one of filter criteria is required");
        }
        Some(_) => {}
    }
}

/// The instances that the filter of the request finds.
fn wanted(engine: &Engine, request: &Request<'_>, body: &Value, violations: &mut Violations) -> Vec<i64> {
    require_filter(body, violations);
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let rows = engine.instances.values().map(|instance| InstanceRow(engine, instance));
    rows.filter(|row| filter.holds(row)).map(|row| row.key()).collect()
}

pub(super) fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let now = request.now;
    let mut violations = Violations::default();
    let instances = wanted(engine, request, &body, &mut violations);
    let plan = body.get("migrationPlan").filter(|plan| !plan.is_null());
    if request.route.operation == "migrateProcessInstancesBatchOperation" {
        violations.require(plan.is_some(), "No migrationPlan provided");
    }
    let moves = body.get("moveInstructions").and_then(Value::as_array).cloned().unwrap_or_default();
    if request.route.operation == "modifyProcessInstancesBatchOperation" {
        violations.require(!moves.is_empty(), "No moveInstructions provided");
    }
    violations.check()?;
    let active: Vec<i64> = instances.iter().copied().filter(|key| engine.active_instances.contains(key)).collect();
    Ok(match request.route.operation {
        "cancelProcessInstancesBatchOperation" => {
            run(engine, request, "CANCEL_PROCESS_INSTANCE", &active, |engine, key| engine.cancel_instance(key, now))
        }
        "deleteProcessInstancesBatchOperation" => {
            let ended: Vec<i64> = instances.into_iter().filter(|key| !active.contains(key)).collect();
            run(engine, request, "DELETE_PROCESS_INSTANCE", &ended, |engine, key| {
                engine.forget_instance(key);
                Ok(())
            })
        }
        "resolveIncidentsBatchOperation" => run(engine, request, "RESOLVE_INCIDENT", &active, |engine, key| {
            engine.resolve_all(key, now);
            Ok(())
        }),
        "suspendProcessInstancesBatchOperation" => {
            run(engine, request, "SUSPEND_PROCESS_INSTANCE", &active, |engine, key| {
                engine.suspend_instance(key, true, now)
            })
        }
        "resumeProcessInstancesBatchOperation" => {
            run(engine, request, "RESUME_PROCESS_INSTANCE", &active, |engine, key| {
                engine.suspend_instance(key, false, now)
            })
        }
        "migrateProcessInstancesBatchOperation" => {
            let (target, mappings) = change::plan(plan.unwrap_or(&Value::Null))?;
            run(engine, request, "MIGRATE_PROCESS_INSTANCE", &active, |engine, key| {
                engine.migrate_instance(key, target, &mappings, now)
            })
        }
        _ => {
            let pairs: Vec<(String, String)> = moves
                .iter()
                .filter_map(|m| {
                    let text = |name: &str| m.get(name)?.as_str().map(str::to_owned);
                    Some((text("sourceElementId")?, text("targetElementId")?))
                })
                .collect();
            run(engine, request, "MODIFY_PROCESS_INSTANCE", &active, |engine, key| {
                engine.move_elements(key, &pairs, now)
            })
        }
    })
}

/// Changes the retries, time-outs or priorities of all jobs that the filter finds.
pub(super) fn update_jobs(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let now = request.now;
    let change = |name: &str| body.pointer(&format!("/changeset/{name}")).and_then(Value::as_i64);
    let narrow = |number: i64| i32::try_from(number).unwrap_or_default();
    let (retries, timeout, priority) = (change("retries"), change("timeout"), change("priority"));
    let mut violations = Violations::default();
    require_filter(&body, &mut violations);
    let something = retries.is_some() || timeout.is_some() || priority.is_some();
    violations.require(something, "At least one of [retries, timeout, priority] is required");
    violations.check()?;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let rows = engine.jobs.all.values().map(|job| JobRow(engine, job));
    let jobs: Vec<i64> = rows.filter(|row| filter.holds(row)).map(|row| row.key()).collect();
    Ok(run(engine, request, "UPDATE_JOB", &jobs, |engine, key| {
        let command = UpdateJob { retries: retries.map(narrow), timeout, priority: priority.map(narrow), lease: None };
        engine.update_job(key, &command, now)
    }))
}

/// Deletes the decision instances that the filter finds.
pub(super) fn delete_decisions(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let mut violations = Violations::default();
    require_filter(&body, &mut violations);
    violations.check()?;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let all = engine.store.all(DECISION).into_iter().filter(|e| filter.holds(&JsonRow(e.key, &e.value)));
    let wanted: Vec<(i64, String)> =
        all.filter_map(|e| Some((e.key, e.value[DECISION_KEY].as_str()?.to_owned()))).collect();
    let keys: Vec<i64> = wanted.iter().map(|(key, _)| *key).collect();
    Ok(run(engine, request, "DELETE_DECISION_INSTANCE", &keys, |engine, key| {
        if let Some((_, id)) = wanted.iter().find(|(wanted, _)| *wanted == key) {
            engine.store.remove(DECISION, id);
        }
        Ok(())
    }))
}

/// Deletes all records of one evaluation.
pub(super) fn delete_decision(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let evaluation = Value::String(key.to_string());
    let all = engine.store.all(DECISION).into_iter().filter(|e| e.value["decisionEvaluationKey"] == evaluation);
    let ids: Vec<String> = all.filter_map(|e| e.value[DECISION_KEY].as_str().map(str::to_owned)).collect();
    if ids.is_empty() {
        let detail = format!("Decision Instance with id '{key}' not found");
        return Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", detail));
    }
    for id in ids {
        engine.store.remove(DECISION, &id);
    }
    Ok(Reply::Empty)
}

/// Resolves all incidents of one instance.
pub(super) fn resolve_one(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let now = request.now;
    if !engine.instances.contains_key(&key) {
        return Err(Problem::not_found("Process Instance", key));
    }
    Ok(run(engine, request, "RESOLVE_INCIDENT", &[key], |engine, key| {
        engine.resolve_all(key, now);
        Ok(())
    }))
}

/// Deletes the history of one instance that has ended.
pub(super) fn delete_one(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    if !engine.instances.contains_key(&key) {
        return Err(Problem::not_found("Process Instance", key));
    }
    if engine.active_instances.contains(&key) {
        let text = format!("Expected to delete history of process instance with key '{key}', but it is still active");
        return Err(Rejection::invalid_state("DELETE", text).into());
    }
    engine.forget_instance(key);
    Ok(Reply::Empty)
}

/// The key in the path: a number, or one of old.
fn key(request: &Request<'_>) -> Result<i64, Problem> {
    let text = request.route.parameter(0).unwrap_or_default();
    text.parse().map_err(|_| {
        let detail =
            format!("Batch operation id '{text}' is not a valid number. Legacy Batch Operation IDs are not supported!");
        Problem::bad_request(detail)
    })
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let id = request.route.parameter(0).unwrap_or_default();
    let found = engine.store.get(KIND, id).map(|entity| Reply::Json(entity.value.clone()));
    found.ok_or_else(|| {
        let detail = format!("Batch Operation with id '{id}' not found");
        Problem::new(http::StatusCode::NOT_FOUND, "NOT_FOUND", detail)
    })
}

/// Every one is over already, so there is nothing to cancel, suspend or resume.
pub(super) fn steer(request: &Request<'_>) -> Result<Reply, Problem> {
    let key = key(request)?;
    let (intent, verb) = match request.route.operation {
        "cancelBatchOperation" => ("CANCEL", "cancel"),
        "suspendBatchOperation" => ("SUSPEND", "suspend"),
        _ => ("RESUME", "resume"),
    };
    let text = format!("Expected to {verb} a batch operation with key '{key}', but no such batch operation was found");
    Err(Rejection::not_found(intent, text).into())
}

pub(super) fn search_all(engine: &Engine, request: &Request<'_>, items: bool) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let all = engine.store.all(if items { ITEM } else { KIND });
    search(&body, &filter, all.into_iter().map(|entity| JsonRow(entity.key, &entity.value))).map(Reply::Json)
}
