//! Documents: files that live in memory beside the processes.
//! Links to them need a store with addresses, which memory is not.

use std::collections::BTreeMap;

use http::{StatusCode, header};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{Engine, StoredDocument};
use crate::rest::body::check_media_type;
use crate::rest::multipart::{Part, parts};
use crate::rest::problem::Problem;

const STORE: &str = "in-memory";

fn form(request: &Request<'_>) -> Result<Vec<Part>, Problem> {
    check_media_type(request.headers, true, "multipart/form-data")?;
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    parts(content_type, request.bytes).ok_or_else(|| Problem::bad_request("Failed to parse multipart servlet request"))
}

fn check_store(request: &Request<'_>) -> Result<(), Problem> {
    match request.parameter("storeId") {
        Some(store) if store != STORE => {
            Err(Problem::invalid(format!("Document store with id '{store}' does not exist")))
        }
        _ => Ok(()),
    }
}

pub(super) fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let parts = form(request)?;
    check_store(request)?;
    let Some(file) = parts.iter().find(|part| part.name == "file") else {
        return Err(Problem::bad_request("Required part 'file' is not present."));
    };
    let metadata = parts.iter().find(|part| part.name == "metadata");
    let metadata = metadata.and_then(|part| serde_json::from_slice(&part.content).ok()).unwrap_or_else(|| json!({}));
    store(engine, request.parameter("documentId"), file, &metadata).map(|made| Reply::Status(StatusCode::CREATED, made))
}

pub(super) fn create_all(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let parts = form(request)?;
    check_store(request)?;
    let files: Vec<&Part> = parts.iter().filter(|part| part.name == "files").collect();
    if files.is_empty() {
        return Err(Problem::bad_request("Required part 'files' is not present."));
    }
    let list = parts.iter().find(|part| part.name == "metadataList");
    let list: Vec<Value> = list.and_then(|part| serde_json::from_slice(&part.content).ok()).unwrap_or_default();
    if !list.is_empty() && list.len() != files.len() {
        let (a, b) = (list.len(), files.len());
        return Err(Problem::bad_request(format!("metadataList length ({a}) does not match files length ({b})")));
    }
    let mut made = Vec::new();
    for (at, file) in files.into_iter().enumerate() {
        made.push(store(engine, None, file, list.get(at).unwrap_or(&json!({})))?);
    }
    Ok(Reply::Status(StatusCode::CREATED, json!({ "createdDocuments": made, "failedDocuments": [] })))
}

fn store(engine: &mut Engine, id: Option<String>, file: &Part, metadata: &Value) -> Result<Value, Problem> {
    let id = id.unwrap_or_else(|| format!("document-{}", engine.next_key()));
    if engine.store.documents.contains_key(&id) {
        let detail = format!("Document with id '{id}' already exists");
        return Err(Problem::new(StatusCode::CONFLICT, "ALREADY_EXISTS", detail));
    }
    let given = |name: &str| metadata.get(name).filter(|value| !value.is_null()).cloned();
    let media_type = given("contentType").and_then(|value| value.as_str().map(str::to_owned));
    let media_type = media_type.or_else(|| file.media_type.clone());
    let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    let hash: String = digest(&SHA256, &file.content).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let answer = json!({
        "camunda.document.type": "camunda",
        "storeId": STORE,
        "documentId": id,
        "contentHash": hash,
        "metadata": {
            "contentType": media_type,
            "fileName": given("fileName").or_else(|| file.file_name.clone().map(Value::String)).unwrap_or_else(|| id.clone().into()),
            "expiresAt": given("expiresAt"),
            "size": file.content.len(),
            "processDefinitionId": given("processDefinitionId"),
            "processInstanceKey": given("processInstanceKey"),
            "customProperties": given("customProperties").unwrap_or_else(|| json!(BTreeMap::<String, Value>::new())),
        },
    });
    engine.store.documents.insert(id, StoredDocument { content: file.content.clone().into(), media_type, hash });
    Ok(answer)
}

fn missing(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("Document with id '{id}' not found"))
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let id = request.route.parameter(0).unwrap_or_default();
    check_store(request)?;
    let document = engine.store.documents.get(id).ok_or_else(|| missing(id))?;
    match request.parameter("contentHash") {
        None => Err(Problem::invalid(format!("No document hash provided for document {id}"))),
        Some(hash) if hash != document.hash => {
            Err(Problem::invalid(format!("Document hash for document {id} doesn't match the provided hash {hash}")))
        }
        Some(_) => Ok(Reply::Content(document.media_type.clone(), document.content.clone())),
    }
}

pub(super) fn delete(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let id = request.route.parameter(0).unwrap_or_default();
    check_store(request)?;
    engine.store.documents.remove(id).map(|_| Reply::Empty).ok_or_else(|| missing(id))
}

pub(super) fn link(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let id = request.route.parameter(0).unwrap_or_default();
    let body = request.body()?;
    if let Some(life) = body.long("timeToLive").filter(|life| *life <= 0) {
        return Err(Problem::invalid(format!("The value for timeToLive is '{life}' but must be greater than 0.")));
    }
    engine.store.documents.get(id).ok_or_else(|| missing(id))?;
    let detail = "The in-memory document store does not support creating links";
    Err(Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", detail))
}
