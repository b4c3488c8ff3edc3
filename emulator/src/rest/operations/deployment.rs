//! Deploying files, reading those that are no processes, and deleting.
//! It reads the form and writes the answer; parsing and storing is the engine's.

use std::sync::Arc;

use http::header;
use serde_json::{Value, json};

use super::{Reply, Request, check_reference, decision};
use crate::engine::{Engine, FileKind, Requirements, Resource, StoredFile};
use crate::rest::access;
use crate::rest::body::check_media_type;
use crate::rest::filter::Filter;
use crate::rest::multipart::parts;
use crate::rest::problem::{Problem, Violations};
use crate::rest::row::Row;
use crate::rest::rows::FileRow;
use crate::rest::search::search;

pub(super) fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    check_media_type(request.headers, true, "multipart/form-data")?;
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let Some(parts) = parts(content_type, request.bytes) else {
        return Err(Problem::bad_request("Failed to parse multipart servlet request"));
    };
    let mut resources: Vec<Resource> = Vec::new();
    let mut tenants = Vec::new();
    for part in parts {
        match (part.name.as_str(), part.file_name) {
            ("resources", Some(name)) => {
                // Of two files with one name the last wins.
                resources.retain(|r| r.name != name);
                resources.push(Resource { name, bytes: part.content });
            }
            ("tenantId", _) => tenants.push(String::from_utf8_lossy(&part.content).into_owned()),
            _ => {}
        }
    }
    if resources.is_empty() {
        return Err(Problem::bad_request("Required part 'resources' is not present."));
    }
    let tenant = access::tenant(engine, request, "Deploy Resources", tenants.first().map(String::as_str))?;
    let deployment = engine.deploy(resources, &tenant, request.now)?;
    let models = deployment.definitions.iter().map(|definition| {
        entry(
            "processDefinition",
            json!({
                "processDefinitionId": &*definition.process.id,
                "processDefinitionVersion": definition.version,
                "resourceName": &*definition.resource_name,
                "tenantId": &*tenant,
                "processDefinitionKey": definition.key.to_string(),
            }),
        )
    });
    let all = |r: &Arc<Requirements>| (0..r.decisions.len()).map(|place| decision::shown(r, place)).collect::<Vec<_>>();
    let decisions: Vec<Value> = deployment.decisions.iter().flat_map(all).collect();
    let decisions = decisions.into_iter().map(|mut shown| {
        if let Some(members) = shown.as_object_mut() {
            members.remove("decisionRequirementsName");
            members.remove("decisionRequirementsVersion");
        }
        entry("decisionDefinition", shown)
    });
    let graphs = deployment.decisions.iter().map(|r| entry("decisionRequirements", decision::shown_requirements(r)));
    let files = deployment.files.iter().map(|file| {
        let (member, id, key) = match file.kind {
            FileKind::Form => ("form", "formId", "formKey"),
            FileKind::Other => ("resource", "resourceId", "resourceKey"),
        };
        entry(
            member,
            json!({
                id: &*file.id,
                "version": file.version,
                "resourceName": &*file.name,
                "tenantId": &*tenant,
                key: file.key.to_string(),
            }),
        )
    });
    let entries: Vec<Value> = models.chain(decisions).chain(graphs).chain(files).collect();
    Ok(Reply::Json(
        json!({ "deploymentKey": deployment.key.to_string(), "tenantId": &*tenant, "deployments": entries }),
    ))
}

/// One of the five members is set, the others are null.
fn entry(member: &str, value: Value) -> Value {
    let mut entry = json!({
        "processDefinition": null,
        "decisionDefinition": null,
        "decisionRequirements": null,
        "form": null,
        "resource": null,
    });
    entry[member] = value;
    entry
}

pub(super) fn delete(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    check_reference(&body, &mut violations);
    violations.check()?;
    engine.delete_resource(key, request.now)?;
    Ok(Reply::Json(json!({ "resourceKey": key.to_string(), "batchOperation": null })))
}

/// A file that can be read as a resource: processes and forms have operations of their own.
fn readable(engine: &Engine, key: i64) -> Result<&StoredFile, Problem> {
    let file = engine.files.get(key).filter(|file| file.kind == FileKind::Other);
    file.map(|file| &**file).ok_or_else(|| Problem::not_found("Resource", key))
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Json(FileRow(readable(engine, request.route.key()?)?).json()))
}

pub(super) fn content(engine: &Engine, request: &Request<'_>, media_type: &'static str) -> Result<Reply, Problem> {
    Ok(Reply::Bytes(media_type, readable(engine, request.route.key()?)?.content.clone()))
}

pub(super) fn search_files(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let files = engine.files.all().filter(|file| file.kind == FileKind::Other);
    search(&body, &filter, files.map(|file| FileRow(file))).map(Reply::Json)
}

pub(super) fn form(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.key()?;
    let file = engine.files.get(key).filter(|file| file.kind == FileKind::Form);
    let form = file.ok_or_else(|| Problem::not_found("Form", key))?;
    Ok(Reply::Json(json!({
        "tenantId": &*form.tenant,
        "formId": &*form.id,
        "schema": String::from_utf8_lossy(&form.content),
        "version": form.version,
        "formKey": key.to_string(),
    })))
}
