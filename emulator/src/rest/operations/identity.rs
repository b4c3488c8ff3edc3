//! Users, groups, roles, tenants, mapping rules and authorizations: plain stores, and who belongs to what.
//! They permit and forbid only where the cluster is told to ask for authorizations or to keep tenants apart.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request};
use crate::api::OPERATIONS;
use crate::engine::{Engine, Reason, Rejection};
use crate::rest::body::Body;
use crate::rest::filter::Filter;
use crate::rest::problem::{Problem, Violations};
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

/// A kind of entity: its path, its name, the member that is its id, and what it shows.
struct Kind {
    path: &'static str,
    name: &'static str,
    shown: &'static str,
    id: &'static str,
    members: &'static [&'static str],
    required: &'static [&'static str],
}

const KINDS: [Kind; 7] = [
    Kind {
        path: "users",
        name: "user",
        shown: "User",
        id: "username",
        members: &["username", "name", "email"],
        required: &["username", "password"],
    },
    Kind {
        path: "groups",
        name: "group",
        shown: "Group",
        id: "groupId",
        members: &["groupId", "name", "description"],
        required: &["groupId", "name"],
    },
    Kind {
        path: "roles",
        name: "role",
        shown: "Role",
        id: "roleId",
        members: &["roleId", "name", "description"],
        required: &["roleId", "name"],
    },
    Kind {
        path: "tenants",
        name: "tenant",
        shown: "Tenant",
        id: "tenantId",
        members: &["tenantId", "name", "description"],
        required: &["tenantId", "name"],
    },
    Kind {
        path: "mapping-rules",
        name: "mapping rule",
        shown: "Mapping Rule",
        id: "mappingRuleId",
        members: &["mappingRuleId", "name", "claimName", "claimValue"],
        required: &["mappingRuleId", "name", "claimName", "claimValue"],
    },
    Kind { path: "clients", name: "client", shown: "Client", id: "clientId", members: &["clientId"], required: &[] },
    Kind {
        path: "authorizations",
        name: "authorization",
        shown: "Authorization",
        id: "authorizationKey",
        members: &["ownerId", "ownerType", "resourceType", "resourceId", "resourcePropertyName", "permissionTypes"],
        required: &["ownerId", "ownerType", "resourceType", "permissionTypes"],
    },
];

fn kind(path: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.path == path)
}

/// What every cluster has from the beginning.
pub(super) fn prepare(engine: &mut Engine) {
    if engine.store.get("tenant", "<default>").is_none() {
        let default = json!({ "tenantId": "<default>", "name": "Default", "description": "" });
        engine.store.put("tenant", "<default>", 0, default);
        engine.store.put("role", "admin", 0, json!({ "roleId": "admin", "name": "Admin", "description": "" }));
    }
}

/// None if the operation is none of these.
pub(super) fn handle(engine: &mut Engine, request: &Request<'_>) -> Option<Result<Reply, Problem>> {
    let (method, template, _) = OPERATIONS.iter().find(|(.., id)| *id == request.route.operation)?;
    let parts: Vec<&str> = template.split('/').skip(1).collect();
    let owner = kind(parts.first()?).filter(|kind| kind.path != "clients")?;
    prepare(engine);
    let id = request.route.parameter(0).unwrap_or_default();
    Some(match (*method, parts.as_slice()) {
        ("POST", [_]) => create(engine, request, owner),
        ("POST", [_, "search"]) => all(engine, request, owner),
        ("GET", [_, _]) => read(engine, request, owner, id),
        ("PUT", [_, _]) => update(engine, request, owner, id),
        ("DELETE", [_, _]) => delete(engine, request, owner, id),
        ("POST", [_, _, members, "search"]) => listed(engine, request, owner, id, kind(members)?),
        ("PUT", [_, _, members, _]) => add(engine, request, owner, id, kind(members)?),
        ("DELETE", [_, _, members, _]) => remove(engine, request, owner, id, kind(members)?),
        _ => return None,
    })
}

fn taken(body: &Body, kind: &Kind) -> Value {
    // What was not given is empty.
    let value = |name: &str| body.0.get(name).filter(|v| !v.is_null()).cloned().unwrap_or_else(|| "".into());
    kind.members.iter().map(|name| ((*name).to_owned(), value(name))).collect()
}

fn check(body: &Body, required: &[&str]) -> Result<(), Problem> {
    let mut violations = Violations::default();
    for name in required {
        let there = match body.0.get(*name) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Null) | None => false,
            Some(_) => true,
        };
        violations.require(there, &format!("No {name} provided"));
    }
    for name in ["username", "groupId", "roleId", "tenantId", "mappingRuleId", "ownerId"] {
        let text = body.text(name).unwrap_or_default();
        if text.chars().count() > 256 {
            violations.add(format!("The provided {name} exceeds the limit of 256 characters"));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "_~@.+-<>".contains(c);
        if !text.chars().all(fits) {
            violations.add(format!(
                "The provided {name} contains illegal characters. It must match the pattern '^[a-zA-Z0-9_~@.+-]+$'"
            ));
        }
    }
    if let Some(email) = body.text("email").filter(|email| !email.is_empty()) {
        let (name, host) = email.split_once('@').unwrap_or_default();
        violations.require(!name.is_empty() && !host.is_empty(), &format!("The provided email '{email}' is not valid"));
    }
    violations.check()
}

fn create(engine: &mut Engine, request: &Request<'_>, kind: &Kind) -> Result<Reply, Problem> {
    let body = request.body()?;
    check(&body, kind.required)?;
    let mut value = taken(&body, kind);
    if kind.path == "authorizations" {
        return authorize(engine, value);
    }
    let id = body.text(kind.id).unwrap_or_default().to_owned();
    if engine.store.get(kind.name, &id).is_some() {
        let text = format!(
            "Expected to create {} with ID '{id}', but a {} with this ID already exists.",
            kind.name, kind.name
        );
        return Err(exists("CREATE", text));
    }
    value[kind.id] = id.clone().into();
    let key = engine.next_key();
    engine.store.put(kind.name, &id, key, value.clone());
    keep_password(engine, kind, &id, &body);
    Ok(Reply::Status(StatusCode::CREATED, value))
}

/// The first administrator: made without credentials as long as there is none.
pub(super) fn create_admin(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    prepare(engine);
    let body = request.body()?;
    if engine.settings.admin.is_some() || !engine.store.members("role", "admin", "user").is_empty() {
        let text = "Expected to create an initial admin user, but an admin user exists already".to_owned();
        return Err(Rejection { intent: "CREATE", reason: Reason::Forbidden, text }.into());
    }
    let Some(kind) = kind("users") else { return Err(Problem::bad_request("There are no users")) };
    let created = create(engine, request, kind)?;
    let name = body.text("username").unwrap_or_default();
    engine.store.add_member("role", "admin", "user", name);
    Ok(created)
}

fn keep_password(engine: &mut Engine, kind: &Kind, id: &str, body: &Body) {
    if let Some(password) = body.text("password").filter(|password| kind.path == "users" && !password.is_empty()) {
        engine.store.set_password(id, password);
    }
}

fn exists(intent: &'static str, text: String) -> Problem {
    Rejection { intent, reason: Reason::AlreadyExists, text }.into()
}

fn authorize(engine: &mut Engine, mut value: Value) -> Result<Reply, Problem> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let (owner, owner_type) = (text(&value, "ownerId"), text(&value, "ownerType"));
    let (resource, property) = (text(&value, "resourceId"), text(&value, "resourcePropertyName"));
    if resource.is_empty() && property.is_empty() {
        return Err(Problem::invalid("Either resourceId or resourcePropertyName must be provided."));
    }
    if owner_type == "USER" && engine.store.get("user", &owner).is_none() {
        let text = format!(
            "Expected to create or update authorization with ownerId or resourceId '{owner}', but a user with this ID does not exist."
        );
        return Err(Rejection::not_found("CREATE", text).into());
    }
    let same = |known: &Value| {
        ["ownerId", "ownerType", "resourceType", "resourceId"].iter().all(|name| known[*name] == value[*name])
    };
    if engine.store.all("authorization").iter().any(|known| same(&known.value)) {
        let text = format!(
            "Expected to create authorization for owner '{owner}' for resource identifier '{resource}', but an authorization \
             for this resource identifier already exists."
        );
        return Err(exists("CREATE", text));
    }
    let key = engine.next_key();
    for name in ["resourceId", "resourcePropertyName"] {
        if value[name] == "" {
            value[name] = Value::Null;
        }
    }
    value["authorizationKey"] = key.to_string().into();
    engine.store.put("authorization", &key.to_string(), key, value);
    Ok(Reply::Status(StatusCode::CREATED, json!({ "authorizationKey": key.to_string() })))
}

fn read(engine: &Engine, request: &Request<'_>, kind: &Kind, id: &str) -> Result<Reply, Problem> {
    if kind.path == "authorizations" {
        request.route.key()?;
    }
    let word = match kind.path {
        "authorizations" => "key",
        "users" => "username",
        _ => "id",
    };
    let found = engine.store.get(kind.name, id).map(|entity| Reply::Json(entity.value.clone()));
    found.ok_or_else(|| {
        let detail = format!("{} with {word} '{id}' not found", kind.shown);
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", detail)
    })
}

fn unknown(intent: &'static str, kind: &Kind, id: &str) -> Problem {
    let verb = if intent == "UPDATE" { "update" } else { "delete" };
    let name = kind.name;
    let text = match kind.path {
        "authorizations" => {
            format!("Expected to {verb} authorization with key {id}, but an authorization with this key does not exist")
        }
        _ => format!("Expected to {verb} {name} with ID '{id}', but a {name} with this ID does not exist."),
    };
    Rejection::not_found(intent, text).into()
}

fn update(engine: &mut Engine, request: &Request<'_>, kind: &Kind, id: &str) -> Result<Reply, Problem> {
    let is_authorization = kind.path == "authorizations";
    if is_authorization {
        request.route.key()?;
    }
    let body = request.body()?;
    let required: Vec<&str> = kind.required.iter().copied().filter(|n| *n != kind.id && *n != "password").collect();
    check(&body, &required)?;
    let Some(key) = engine.store.get(kind.name, id).map(|entity| entity.key) else {
        return Err(unknown("UPDATE", kind, id));
    };
    let mut value = taken(&body, kind);
    value[kind.id] = id.into();
    engine.store.put(kind.name, id, key, value.clone());
    keep_password(engine, kind, id, &body);
    Ok(if is_authorization { Reply::Empty } else { Reply::Json(value) })
}

fn delete(engine: &mut Engine, request: &Request<'_>, kind: &Kind, id: &str) -> Result<Reply, Problem> {
    if kind.path == "authorizations" {
        request.route.key()?;
    }
    if engine.store.remove(kind.name, id) { Ok(Reply::Empty) } else { Err(unknown("DELETE", kind, id)) }
}

fn all(engine: &Engine, request: &Request<'_>, kind: &Kind) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let rows = engine.store.all(kind.name).into_iter().map(|entity| JsonRow(entity.key, &entity.value));
    search(&body, &filter, rows).map(Reply::Json)
}

/// Whether the path reads the other way round than the store: roles have groups, and groups list their roles.
fn reversed(owner: &Kind, member: &Kind) -> bool {
    member.path == "roles" && owner.path == "groups"
}

fn listed(engine: &Engine, request: &Request<'_>, owner: &Kind, id: &str, member: &Kind) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let ids = if reversed(owner, member) {
        engine.store.owners(member.name, owner.name, id)
    } else {
        engine.store.members(owner.name, id, member.name)
    };
    // Mapping rules and roles are shown whole, of the others only the id.
    let whole = matches!(member.path, "mapping-rules" | "roles");
    let shown: Vec<Value> = ids
        .into_iter()
        .map(|name| match engine.store.get(member.name, name).filter(|_| whole) {
            Some(entity) => entity.value.clone(),
            None => json!({ member.id: name }),
        })
        .collect();
    let rows = (0..).zip(&shown).map(|(at, value)| JsonRow(at, value));
    search(&body, &filter, rows).map(Reply::Json)
}

fn add(engine: &mut Engine, request: &Request<'_>, owner: &Kind, id: &str, member: &Kind) -> Result<Reply, Problem> {
    let name = request.route.parameter(1).unwrap_or_default();
    if engine.store.get(owner.name, id).is_none() {
        let text = format!(
            "Expected to add entity to {} with ID '{id}', but no {} with this ID exists.",
            owner.name, owner.name
        );
        return Err(Rejection::not_found("ADD_ENTITY", text).into());
    }
    if member.path != "clients" && engine.store.get(member.name, name).is_none() {
        let text = format!(
            "Expected to add {} with ID '{name}' to {} with ID '{id}', but the {} doesn't exist.",
            member.name, owner.name, member.name
        );
        return Err(Rejection::not_found("ADD_ENTITY", text).into());
    }
    if engine.store.add_member(owner.name, id, member.name, name) {
        return Ok(Reply::Empty);
    }
    let text = format!(
        "Expected to add entity with ID '{name}' to {} with ID '{id}', but the entity is already assigned to this {}.",
        owner.name, owner.name
    );
    Err(exists("ADD_ENTITY", text))
}

fn remove(engine: &mut Engine, request: &Request<'_>, owner: &Kind, id: &str, member: &Kind) -> Result<Reply, Problem> {
    let name = request.route.parameter(1).unwrap_or_default();
    if engine.store.remove_member(owner.name, id, member.name, name) {
        return Ok(Reply::Empty);
    }
    let text = format!(
        "Expected to remove entity with ID '{name}' from {} with ID '{id}', but the entity is not assigned to this {}.",
        owner.name, owner.name
    );
    Err(Rejection::not_found("REMOVE_ENTITY", text).into())
}
