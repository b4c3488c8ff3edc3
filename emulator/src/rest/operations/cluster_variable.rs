//! Variables of the cluster, for all or for a tenant.
//! Expressions see the global ones as `camunda.vars.env`.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request, identity};
use crate::engine::{Engine, Reason, Rejection};
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

pub(crate) const KIND: &str = "cluster variable";

/// The tenant in the path if there is one, and the name.
struct Place {
    tenant: Option<String>,
    name: String,
}

impl Place {
    fn of(request: &Request<'_>) -> Self {
        let parameter = |at| request.route.parameter(at).unwrap_or_default().to_owned();
        if request.route.operation.contains("Tenant") {
            Self { tenant: Some(parameter(0)), name: parameter(1) }
        } else {
            Self { tenant: None, name: parameter(0) }
        }
    }

    fn id(&self) -> String {
        match &self.tenant {
            Some(tenant) => format!("TENANT/{tenant}/{}", self.name),
            None => format!("GLOBAL/{}", self.name),
        }
    }

    fn missing(&self) -> Problem {
        let scope = if self.tenant.is_some() { "Tenant-scoped" } else { "Global-scoped" };
        let detail = format!("{scope} Cluster Variable with name '{}' not found", self.name);
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", detail)
    }

    fn unknown(&self, intent: &'static str) -> Problem {
        let text = format!("Invalid cluster variable with name: '{}'. The variable does not exist", self.name);
        Rejection::not_found(intent, text).into()
    }
}

pub(super) fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    identity::prepare(engine);
    let mut violations = Violations::default();
    violations.require(body.text("name").is_some_and(|name| !name.trim().is_empty()), "No name provided");
    violations.require(body.0.get("value").is_some_and(|value| !value.is_null()), "No value provided");
    violations.check()?;
    let tenant = Place::of(request).tenant;
    if let Some(tenant) = tenant.as_ref().filter(|tenant| engine.store.get("tenant", tenant).is_none()) {
        let text =
            format!("Expected to create cluster variable for tenant '{tenant}', but no tenant with this ID exists.");
        return Err(Rejection::not_found("CREATE", text).into());
    }
    let place = Place { tenant, name: body.text("name").unwrap_or_default().to_owned() };
    if engine.store.get(KIND, &place.id()).is_some() {
        let text = format!("Invalid cluster variable with name: '{}'. The variable already exists", place.name);
        return Err(Rejection { intent: "CREATE", reason: Reason::AlreadyExists, text }.into());
    }
    let value = json!({
        "name": place.name,
        "scope": if place.tenant.is_some() { "TENANT" } else { "GLOBAL" },
        "tenantId": place.tenant,
        "metadata": body.0.get("metadata").filter(|m| m.is_object()).cloned().unwrap_or_else(|| json!({})),
        "kind": body.text("kind").unwrap_or("JSON"),
        "value": body.0["value"].to_string(),
    });
    let key = engine.next_key();
    engine.store.put(KIND, &place.id(), key, value.clone());
    Ok(Reply::Json(value))
}

pub(super) fn update(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let mut violations = Violations::default();
    violations.require(body.0.get("value").is_some_and(|value| !value.is_null()), "No value provided");
    violations.check()?;
    let place = Place::of(request);
    engine.store.change(KIND, &place.id(), |value| value["value"] = body.0["value"].to_string().into());
    let changed = engine.store.get(KIND, &place.id()).map(|entity| Reply::Json(entity.value.clone()));
    changed.ok_or_else(|| place.unknown("UPDATE"))
}

pub(super) fn delete(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let place = Place::of(request);
    if engine.store.remove(KIND, &place.id()) { Ok(Reply::Empty) } else { Err(place.unknown("DELETE")) }
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let place = Place::of(request);
    engine.store.get(KIND, &place.id()).map(|entity| Reply::Json(entity.value.clone())).ok_or_else(|| place.missing())
}

pub(super) fn search_all(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    const PREVIEW: usize = 8191;
    let whole = request.flag("truncateValues")? == Some(false);
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let shown: Vec<(i64, Value)> = engine
        .store
        .all(KIND)
        .into_iter()
        .map(|entity| {
            let mut value = entity.value.clone();
            let text = value["value"].as_str().unwrap_or_default().to_owned();
            let end = text.char_indices().nth(PREVIEW).map(|(end, _)| end).filter(|_| !whole);
            value["isTruncated"] = end.is_some().into();
            value["value"] = end.and_then(|end| text.get(..end)).unwrap_or(&text).into();
            (entity.key, value)
        })
        .collect();
    search(&body, &filter, shown.iter().map(|(key, value)| JsonRow(*key, value))).map(Reply::Json)
}
