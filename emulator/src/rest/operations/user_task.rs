//! Commands on user tasks, and reading them with their forms and variables.
//! What a command does is the engine's business.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{Engine, Rejection, TaskChange, UserTask};
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::row::{Row, parse_date};
use crate::rest::rows::{Cut, UserTaskRow, VariableRow};
use crate::rest::search::search;

fn done(outcome: Result<bool, Rejection>) -> Result<Reply, Problem> {
    Ok(if outcome? { Reply::Empty } else { Reply::Later })
}

pub(super) fn assign(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let Some(assignee) = body.text("assignee").filter(|assignee| !assignee.trim().is_empty()) else {
        return Err(Problem::invalid("No assignee provided"));
    };
    let override_allowed = body.0.get("allowOverride").and_then(Value::as_bool).unwrap_or(true);
    let action = body.text("action").filter(|a| !a.is_empty()).unwrap_or("assign");
    done(engine.assign_task(key, Some(assignee.to_owned()), override_allowed, action, request.ticket, request.now))
}

pub(super) fn unassign(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    done(engine.assign_task(key, None, true, "unassign", request.ticket, request.now))
}

pub(super) fn update(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let changeset = body.0.get("changeset").cloned().unwrap_or_default();
    let texts = |name: &str| {
        let list = changeset.get(name)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
    };
    let mut violations = Violations::default();
    let mut date = |name: &str, words: &str| {
        let text = changeset.get(name)?.as_str()?;
        if !text.is_empty() && parse_date(text).is_none() {
            violations.add(format!(
                "The provided {words} '{text}' cannot be parsed as a date according to RFC 3339, section 5.6"
            ));
        }
        Some(Some(text.to_owned()).filter(|text| !text.is_empty()))
    };
    let due_date = date("dueDate", "due date");
    let follow_up_date = date("followUpDate", "follow-up date");
    let priority = changeset.get("priority").and_then(Value::as_i64);
    if let Some(priority) = priority.filter(|priority| !(0..=100).contains(priority)) {
        violations.add(format!("The value for priority is '{priority}' but must be within the [0,100] range"));
    }
    let change = TaskChange {
        assignee: None,
        candidate_groups: texts("candidateGroups"),
        candidate_users: texts("candidateUsers"),
        due_date,
        follow_up_date,
        priority: priority.and_then(|priority| i32::try_from(priority).ok()),
    };
    let action = body.text("action").filter(|action| !action.is_empty());
    violations.require(
        action.is_some() || change.is_some(),
        "No update data provided. Provide at least an \"action\" or a non-null value for a supported attribute in the \
         \"changeset\"",
    );
    violations.check()?;
    done(engine.update_task(key, change, action.unwrap_or("update"), request.ticket, request.now))
}

pub(super) fn complete(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let action = body.text("action").filter(|a| !a.is_empty()).unwrap_or("complete");
    done(engine.complete_task(key, body.document("variables"), action, request.ticket, request.now))
}

fn known<'a>(engine: &'a Engine, request: &Request<'_>) -> Result<&'a UserTask, Problem> {
    let key = request.route.key()?;
    engine.user_tasks.get(&key).ok_or_else(|| Problem::not_found("User Task", key))
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Json(UserTaskRow(engine, known(engine, request)?).json()))
}

pub(super) fn search_tasks(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    search(&body, &filter, engine.user_tasks.values().map(|task| UserTaskRow(engine, task))).map(Reply::Json)
}

pub(super) fn form(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let task = known(engine, request)?;
    Ok(match task.form.and_then(|form| engine.files.get(form)) {
        None => Reply::Empty,
        Some(form) => Reply::Json(json!({
            "tenantId": &*form.tenant,
            "formId": &*form.id,
            "schema": String::from_utf8_lossy(&form.content),
            "version": form.version,
            "formKey": form.key.to_string(),
        })),
    })
}

/// The variables of all scopes from the task outwards; with `nearest` only those that are not hidden.
pub(super) fn variables(engine: &Engine, request: &Request<'_>, nearest: bool) -> Result<Reply, Problem> {
    let task = known(engine, request)?;
    let cut = if request.flag("truncateValues")?.unwrap_or(true) { Cut::Preview } else { Cut::Whole };
    let body = request.body()?.0;
    let mut found = BTreeMap::new();
    let mut names = std::collections::BTreeSet::new();
    let mut here = Some(task.element);
    while let Some(scope) = here {
        for variable in engine.variables.of(scope) {
            if names.insert(variable.name.clone()) || !nearest {
                found.insert(variable.key, variable);
            }
        }
        here = engine.parent_of(scope);
    }
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    search(&body, &filter, found.into_values().map(|v| VariableRow(engine, v, cut))).map(Reply::Json)
}
