//! Global task listeners: kept as they are given, and heard by the engine whenever a user task changes.
//! Only those that were made over the API are known; there is no configuration file to make others.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{Engine, GLOBAL_LISTENER, Reason, Rejection};
use crate::rest::body::Body;
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

pub(super) fn handle(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let id = request.route.parameter(0).unwrap_or_default();
    let known = engine.store.get(GLOBAL_LISTENER, id).map(|entity| (entity.key, entity.value.clone()));
    match (request.route.operation, known) {
        ("createGlobalTaskListener", _) => create(engine, request),
        ("searchGlobalTaskListeners", _) => search_all(engine, request),
        ("getGlobalTaskListener", Some((_, value))) => Ok(Reply::Json(value)),
        ("getGlobalTaskListener", None) => {
            let detail = format!("Global Task Listener with id '{id}' not found");
            Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", detail))
        }
        ("updateGlobalTaskListener", Some((key, _))) => {
            let value = read(&request.body()?, id)?;
            engine.store.put(GLOBAL_LISTENER, id, key, value.clone());
            Ok(Reply::Json(value))
        }
        ("deleteGlobalTaskListener", Some(_)) => {
            engine.store.remove(GLOBAL_LISTENER, id);
            Ok(Reply::Empty)
        }
        (operation, _) => {
            let (intent, verb) =
                if operation.starts_with("update") { ("UPDATE", "update") } else { ("DELETE", "delete") };
            let text = format!(
                "Expected to {verb} a global task listener with id '{id}', but no such global task listener was found"
            );
            Err(Rejection::not_found(intent, text).into())
        }
    }
}

fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let id = body.text("id").unwrap_or_default().to_owned();
    let value = read(&body, &id)?;
    if engine.store.get(GLOBAL_LISTENER, &id).is_some() {
        let text = format!(
            "Expected to create a global task listener with id '{id}', but a global task listener with this id already exists"
        );
        return Err(Rejection { intent: "CREATE", reason: Reason::AlreadyExists, text }.into());
    }
    let key = engine.next_key();
    engine.store.put(GLOBAL_LISTENER, &id, key, value.clone());
    Ok(Reply::Status(StatusCode::CREATED, value))
}

/// The whole listener, with what was not given as it is by default.
fn read(body: &Body, id: &str) -> Result<Value, Problem> {
    let (listener_type, events) = (body.text("type").unwrap_or_default(), body.texts("eventTypes"));
    let mut violations = Violations::default();
    violations.require(!id.trim().is_empty(), "No id provided");
    violations.require(!listener_type.trim().is_empty(), "No type provided");
    violations.require(!events.is_empty(), "No eventTypes provided");
    violations.check()?;
    if events.iter().any(|event| event.eq_ignore_ascii_case("canceling")) {
        let detail = "Task listeners of the event 'canceling' are not supported by this emulator";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED", detail));
    }
    let events: Vec<String> = events.iter().map(|event| event.to_ascii_lowercase()).collect();
    Ok(json!({
        "id": id,
        "type": listener_type,
        "eventTypes": events,
        "retries": body.integer("retries").unwrap_or(3),
        "afterNonGlobal": body.flag("afterNonGlobal"),
        "priority": body.integer("priority").unwrap_or(50),
        "source": "API",
    }))
}

fn search_all(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let events: Vec<String> =
        body.pointer("/filter/eventTypes").and_then(Value::as_array).into_iter().flatten().filter_map(event).collect();
    let wanted = |value: &Value| {
        let own = || value["eventTypes"].as_array().into_iter().flatten().filter_map(Value::as_str);
        events.iter().all(|event| own().any(|own| own == event))
    };
    let all = engine.store.all(GLOBAL_LISTENER).into_iter().filter(|entity| wanted(&entity.value));
    let filter = body.get("filter").cloned().map(|mut filter| {
        if let Some(members) = filter.as_object_mut() {
            members.remove("eventTypes");
        }
        filter
    });
    let filter = Filter::compile(filter.as_ref()).within(&request.reach);
    search(&body, &filter, all.map(|entity| JsonRow(entity.key, &entity.value))).map(Reply::Json)
}

/// An event of a filter: itself, or what it must equal.
fn event(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get("$eq")?.as_str()).map(str::to_ascii_lowercase)
}
