//! What a caller may do and see, where the cluster asks for permissions or keeps tenants apart.
//! Without either everything is permitted, and nothing here costs anything.

mod reach;
mod subject;

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use crate::api::PERMISSIONS;
use crate::engine::{CallerKind, DEFAULT_TENANT, Engine, Entity, LIBRARY, Reason, Rejection};
use crate::rest::operations::Request;
use crate::rest::problem::Problem;
pub(crate) use reach::Reach;
use subject::{Subject, subject};

/// The role whose members may do everything.
const ADMIN: &str = "admin";

/// Kind and id of whoever permissions are given to.
type Owner = (&'static str, String);

/// The caller, his groups and his roles.
fn owners(engine: &Engine, caller: &str) -> Vec<Owner> {
    let (kind, word) = match engine.settings.callers {
        CallerKind::Client => ("client", "CLIENT"),
        CallerKind::Anonymous | CallerKind::User => ("user", "USER"),
    };
    let mut owners = vec![(word, caller.to_owned())];
    let groups: Vec<String> = engine.store.owners("group", kind, caller).into_iter().map(str::to_owned).collect();
    let mut roles: BTreeSet<String> =
        engine.store.owners("role", kind, caller).into_iter().map(str::to_owned).collect();
    for group in &groups {
        roles.extend(engine.store.owners("role", "group", group).into_iter().map(str::to_owned));
    }
    if engine.settings.admin.as_deref() == Some(caller) {
        roles.insert(ADMIN.to_owned());
    }
    owners.extend(groups.into_iter().map(|group| ("GROUP", group)));
    owners.extend(roles.into_iter().map(|role| ("ROLE", role)));
    owners
}

fn is_free(engine: &Engine, caller: &str) -> bool {
    caller == LIBRARY || engine.settings.callers == CallerKind::Anonymous
}

/// The tenants that the caller belongs to; none where there is no limit.
pub(crate) fn tenants(engine: &Engine, caller: &str) -> Option<BTreeSet<String>> {
    if !engine.settings.multi_tenancy || is_free(engine, caller) {
        return None;
    }
    let mut tenants = BTreeSet::new();
    for (word, id) in owners(engine, caller) {
        let kind = match word {
            "CLIENT" => "client",
            "GROUP" => "group",
            "ROLE" => "role",
            _ => "user",
        };
        tenants.extend(engine.store.owners("tenant", kind, &id).into_iter().map(str::to_owned));
    }
    if engine.settings.admin.as_deref() == Some(caller) {
        tenants.insert(DEFAULT_TENANT.to_owned());
    }
    Some(tenants)
}

/// The authorizations of the caller; none where he may do everything.
fn grants(engine: &Engine, caller: &str) -> Option<Vec<Value>> {
    if !engine.settings.authorizations || is_free(engine, caller) {
        return None;
    }
    if owners(engine, caller).iter().any(|(word, id)| *word == "ROLE" && id == ADMIN) {
        return None;
    }
    Some(own_authorizations(engine, caller).into_iter().map(|entity| entity.value.clone()).collect())
}

/// The authorizations of the caller, his groups and his roles.
pub(crate) fn own_authorizations<'a>(engine: &'a Engine, caller: &str) -> Vec<&'a Entity> {
    let owners = owners(engine, caller);
    let own = |grant: &Value| {
        owners.iter().any(|(word, id)| grant["ownerType"] == *word && grant["ownerId"].as_str() == Some(id))
    };
    engine.store.all("authorization").into_iter().filter(|entity| own(&entity.value)).collect()
}

/// Whether an authorization gives this permission on this kind of resource.
fn gives(grant: &Value, resource: &str, permission: &str) -> bool {
    grant["resourceType"] == resource
        && grant["permissionTypes"].as_array().is_some_and(|all| all.iter().any(|own| *own == *permission))
}

/// Judges the request as a whole, and tells what its answer may show.
pub(crate) fn judge(engine: &Engine, request: &Request<'_>) -> Result<Reach, Problem> {
    if !engine.settings.multi_tenancy && !engine.settings.authorizations {
        return Ok(Reach::default());
    }
    let operation = request.route.operation;
    let reads = operation.starts_with("get") || operation.starts_with("search");
    let found = subject(engine, request);
    let tenants = tenants(engine, request.caller);
    if let (Some(tenants), Some(subject)) = (&tenants, &found)
        && subject.tenant.as_ref().is_some_and(|tenant| !tenants.contains(&**tenant))
    {
        return Err(elsewhere(operation, reads, subject));
    }
    let (grants, wanted) = (grants(engine, request.caller), permissions(operation, found.as_ref()));
    let Some(grants) = grants else { return Ok(Reach::new(tenants, None, request.caller)) };
    let (filtered, alternatives) = wanted;
    if alternatives.is_empty() {
        return Ok(Reach::new(tenants, None, request.caller));
    }
    if filtered || operation == "activateJobs" {
        let groups = engine.store.owners("group", "user", request.caller).into_iter().map(str::to_owned).collect();
        let given = alternatives.iter().flat_map(|(resource, permission)| {
            grants.iter().filter(|grant| gives(grant, resource, permission)).cloned().collect::<Vec<_>>()
        });
        return Ok(Reach::new(tenants, Some((given.collect(), groups)), request.caller));
    }
    let permitted = alternatives.iter().any(|(resource, permission)| {
        let given = grants.iter().filter(|grant| gives(grant, resource, permission));
        let id = found.as_ref().and_then(|subject| subject.id_for(resource));
        given.into_iter().any(|grant| {
            let granted = grant["resourceId"].as_str();
            granted == Some("*") || (granted.is_some() && granted == id)
        })
    });
    if permitted {
        return Ok(Reach::new(tenants, None, request.caller));
    }
    let (resource, permission) = alternatives.first().copied().unwrap_or_default();
    Err(forbidden(operation, reads, resource, permission, found.and_then(|s| s.id_for(resource).map(str::to_owned))))
}

/// What the operation asks for: whether it leaves out instead of refusing, and the alternatives.
fn permissions(operation: &str, subject: Option<&Subject>) -> (bool, Vec<(&'static str, &'static str)>) {
    if operation == "deleteResource" {
        return (false, subject.map(|subject| vec![("RESOURCE", subject.deletion)]).unwrap_or_default());
    }
    match PERMISSIONS.binary_search_by(|asked| asked.operation.cmp(operation)) {
        Ok(place) => (PERMISSIONS[place].filters, PERMISSIONS[place].alternatives.to_vec()),
        Err(_) => (false, Vec::new()),
    }
}

fn forbidden(operation: &str, reads: bool, resource: &str, permission: &str, id: Option<String>) -> Problem {
    if reads {
        let detail = format!("Unauthorized to perform operation '{permission}' on resource '{resource}'");
        return Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", detail);
    }
    let mut text = format!("Insufficient permissions to perform operation '{permission}' on resource '{resource}'");
    if let Some(id) = id {
        text += &format!(", required resource identifiers are one of '[*, {id}]'");
    }
    Rejection { intent: intent(operation), reason: Reason::Forbidden, text }.into()
}

/// What belongs to a tenant that the caller does not belong to is not there.
fn elsewhere(operation: &str, reads: bool, subject: &Subject) -> Problem {
    if reads {
        return Problem::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            format!("{} with key '{}' not found", subject.entity, subject.key),
        );
    }
    let tenant = subject.tenant.as_deref().unwrap_or_default();
    let (resource, permission) = permissions(operation, Some(subject)).1.first().copied().unwrap_or_default();
    let text = format!(
        "Expected to perform operation '{permission}' on resource '{resource}', but no resource was found for tenant '{tenant}'"
    );
    Rejection::not_found(intent(operation), text).into()
}

/// The intent of the command behind an operation.
fn intent(operation: &str) -> &'static str {
    let member = operation.contains("To") || operation.contains("From");
    let verbs = [
        ("unassignUserTask", "ASSIGN"),
        ("assignUserTask", "ASSIGN"),
        ("assignProcessInstance", "ASSIGN"),
        ("throwJobError", "THROW_ERROR"),
        ("complete", "COMPLETE"),
        ("fail", "FAIL"),
        ("cancel", "CANCEL"),
        ("migrate", "MIGRATE"),
        ("modify", "MODIFY"),
        ("resolve", "RESOLVE"),
        ("suspend", "SUSPEND"),
        ("resume", "RESUME"),
        ("publish", "PUBLISH"),
        ("correlate", "CORRELATE"),
        ("broadcast", "BROADCAST"),
        ("evaluate", "EVALUATE"),
        ("activate", "ACTIVATE"),
        ("delete", "DELETE"),
        ("createElementInstanceVariables", "UPDATE"),
        ("update", "UPDATE"),
        ("pin", "PIN"),
        ("reset", "RESET"),
    ];
    if member && operation.starts_with("assign") {
        return "ADD_ENTITY";
    }
    if member && operation.starts_with("unassign") {
        return "REMOVE_ENTITY";
    }
    verbs.iter().find(|(verb, _)| operation.starts_with(verb)).map_or("CREATE", |(_, intent)| intent)
}

/// The tenant that a request names, judged as the gateway does.
pub(crate) fn tenant(
    engine: &Engine,
    request: &Request<'_>,
    command: &str,
    given: Option<&str>,
) -> Result<std::sync::Arc<str>, Problem> {
    let given = given.map(str::trim).filter(|tenant| !tenant.is_empty());
    if !engine.settings.multi_tenancy {
        return match given {
            None | Some(DEFAULT_TENANT) => Ok(DEFAULT_TENANT.into()),
            Some(tenant) => Err(Problem::invalid(format!(
                "Expected to handle request {command} with tenant identifier '{tenant}', but multi-tenancy is disabled"
            ))),
        };
    }
    let Some(tenant) = given else {
        return Err(Problem::invalid(format!(
            "Expected to handle request {command} with multi-tenancy enabled, but no tenant identifier was provided."
        )));
    };
    let fault = if tenant.chars().count() > 31 {
        Some("tenant identifier is longer than 31 characters")
    } else if tenant != DEFAULT_TENANT && !tenant.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)) {
        Some("tenant identifier contains illegal characters")
    } else {
        None
    };
    if let Some(fault) = fault {
        let text = format!("Expected to handle request {command} with tenant identifier '{tenant}', but {fault}");
        return Err(Problem::invalid(text));
    }
    if tenants(engine, request.caller).is_some_and(|own| !own.contains(tenant)) {
        let operation = request.route.operation;
        let (resource, permission) = permissions(operation, None).1.first().copied().unwrap_or(("MESSAGE", "CREATE"));
        let text = format!(
            "Expected to perform operation '{permission}' on resource '{resource}' for tenant '{tenant}', but user is not \
             assigned to this tenant"
        );
        return Err(Rejection { intent: intent(operation), reason: Reason::Forbidden, text }.into());
    }
    Ok(tenant.into())
}
