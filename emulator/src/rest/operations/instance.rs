//! Commands on process instances, their variables and their incidents.
//! Reading them is elsewhere.

use serde_json::{Value, json};

use super::{Reply, Request, check_reference};
use crate::engine::{AwaitCompletion, CreateInstance, DEFAULT_TENANT, Document, Engine, Target};
use crate::rest::body::Body;
use crate::rest::problem::{Problem, Violations};

/// How long a waiting start waits if it does not say.
const DEFAULT_WAIT: i64 = 15_000;

pub(super) fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let tenant = request.tenant(engine, "Create Process Instance", &body)?;
    let command = CreateInstance { tenant, ..read(&body, request)? };
    let waits = command.await_completion.is_some();
    let key = engine.create_instance(command, request.now)?;
    if waits {
        return Ok(Reply::Later);
    }
    Ok(Reply::Json(created(engine, key, Document::new())))
}

fn read(body: &Body, request: &Request<'_>) -> Result<CreateInstance, Problem> {
    let (id, key) = (body.text("processDefinitionId"), body.key("processDefinitionKey"));
    let tags = body.texts("tags");
    let mut violations = Violations::default();
    if id.is_none() && key.is_none() {
        violations.add("At least one of [processDefinitionId, processDefinitionKey] is required");
    }
    if id.is_some() && key.is_some() {
        violations.add("Only one of [processDefinitionId, processDefinitionKey] is allowed");
    }
    check_reference(body, &mut violations);
    if tags.len() > 10 {
        violations.add(format!(
            "The provided number of tags '{}' is not supported. Ensure to not add more than 10 tags",
            tags.len()
        ));
    }
    for tag in tags.iter().filter(|tag| !is_tag(tag)) {
        violations.add(format!(
            "The provided tag '{tag}' is not valid. Tags must start with a letter (a-z, A-Z), followed by alphanumerics, \
             underscores, minuses, colons, or periods. It must not be blank and must be 100 characters or less"
        ));
    }
    if body.text("businessId").is_some_and(|id| id.chars().count() > 256) {
        violations.add("The provided businessId exceeds the limit of 256 characters");
    }
    violations.check()?;
    let version = body.integer("processDefinitionVersion");
    let target = match (id, key) {
        (Some(id), _) => Target::Id { id: id.to_owned(), version },
        (None, key) => Target::Key(key.unwrap_or_default()),
    };
    let await_completion = body.flag("awaitCompletion").then(|| AwaitCompletion {
        ticket: request.ticket,
        fetch: body.texts("fetchVariables"),
        timeout: body.long("requestTimeout").filter(|t| *t > 0).unwrap_or(DEFAULT_WAIT),
    });
    let starts = body.0.get("startInstructions").and_then(Value::as_array).into_iter().flatten();
    let ends = body.0.get("runtimeInstructions").and_then(Value::as_array).into_iter().flatten();
    let end_after = ends.filter_map(|s| s.get("afterElementId")?.as_str()).map(str::to_owned).collect();
    let start_at = starts.filter_map(|s| s.get("elementId")?.as_str()).map(str::to_owned).collect();
    Ok(CreateInstance {
        target,
        tenant: DEFAULT_TENANT.into(),
        variables: body.document("variables"),
        tags,
        business_id: body.text("businessId").map(str::to_owned),
        start_at,
        end_after,
        await_completion,
    })
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 100
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.'))
}

/// The answer to a start.
pub(crate) fn created(engine: &Engine, key: i64, variables: Document) -> Value {
    let Some(instance) = engine.instances.get(&key) else {
        return Value::Null;
    };
    let mut answer = json!({
        "processDefinitionId": &*instance.definition.process.id,
        "processDefinitionVersion": instance.definition.version,
        "tenantId": &*instance.definition.tenant,
        "processDefinitionKey": instance.definition.key.to_string(),
        "processInstanceKey": key.to_string(),
        "tags": instance.tags,
        "businessId": instance.business_id,
    });
    answer["variables"] = Value::Object(variables);
    answer
}

pub(super) fn cancel(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let route_key = request.route.key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    check_reference(&body, &mut violations);
    violations.check()?;
    if crate::engine::partition(route_key) > 1 {
        return Err(Problem::undeliverable());
    }
    engine.cancel_instance(route_key, request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn assign_business_id(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let id = body.text("businessId").unwrap_or_default();
    let mut violations = Violations::default();
    violations.require(!id.trim().is_empty(), "No businessId provided");
    if id.chars().count() > 256 {
        violations.add("The provided businessId exceeds the limit of 256 characters");
    }
    check_reference(&body, &mut violations);
    violations.check()?;
    engine.pass_time(request.now);
    engine.set_business_id(key, id, "ASSIGN")?;
    Ok(Reply::Empty)
}

pub(super) fn set_variables(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let variables = body.document("variables");
    let mut violations = Violations::default();
    violations.require(!variables.is_empty(), "No variables provided");
    check_reference(&body, &mut violations);
    violations.check()?;
    engine.set_variables(key, variables, body.flag("local"), request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn resolve_incident(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    check_reference(&body, &mut violations);
    violations.check()?;
    engine.resolve_incident(key, request.now)?;
    Ok(Reply::Empty)
}
