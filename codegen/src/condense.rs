//! From an API description (OpenAPI 3.0) to the model of facts. Whatever it does not know, it refuses: a fact that is
//! silently dropped would be missing from the client.

mod schema;

use serde_json::Value;

use crate::facts::{Answer, Body, Model, Operation};

/// Why a description cannot be condensed.
pub type Refusal = String;

/// The facts of a description.
///
/// # Errors
///
/// A construct is not known; the text says which and where.
pub fn condense(description: &Value) -> Result<Model, Refusal> {
    let mut types = schema::Types::new(&description["components"]["schemas"]);
    let mut operations = Vec::new();
    for (path, item) in entries(&description["paths"], "paths")? {
        let cluster = item.get("servers").is_some();
        for (method, operation) in entries(item, path)? {
            match method.as_str() {
                "get" | "post" | "put" | "patch" | "delete" => {
                    operations.push(condense_operation(path, method, operation, cluster, &mut types)?);
                }
                "servers" => {}
                other => return Err(format!("{path}: {other} is not known")),
            }
        }
    }
    let newest = operations.iter().map(|operation| operation.since.as_str()).max_by_key(|since| release(since));
    Ok(Model { release: newest.unwrap_or_default().to_owned(), types: types.finish()?, operations })
}

/// A release as numbers that compare.
pub fn release(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

const KNOWN: [&str; 12] = [
    "operationId",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "summary",
    "description",
    "security",
    "deprecated",
    "servers",
    "externalDocs",
    "callbacks",
];

fn condense_operation(
    path: &str,
    method: &str,
    operation: &Value,
    cluster: bool,
    types: &mut schema::Types<'_>,
) -> Result<Operation, Refusal> {
    let id = text(operation, "operationId").ok_or_else(|| format!("{method} {path} has no operationId"))?;
    if let Some((unknown, _)) =
        entries(operation, id)?.find(|(name, _)| !KNOWN.contains(&name.as_str()) && !name.starts_with("x-"))
    {
        return Err(format!("{id}: {unknown} is not known"));
    }
    let mut parameters = Vec::new();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = text(parameter, "name").ok_or_else(|| format!("{id}: a parameter has no name"))?;
        let mut member = types.member(name, &parameter["schema"], &format!("{id}.{name}"))?;
        member.required = parameter["required"].as_bool().unwrap_or(false);
        match text(parameter, "in") {
            Some("path") => parameters.push(member),
            Some("query") => query.push(member),
            other => return Err(format!("{id}: parameter {name} is in {other:?}")),
        }
    }
    parameters.sort_by_key(|member| path.find(&format!("{{{}}}", member.name)));
    Ok(Operation {
        id: id.to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        cluster,
        tag: operation["tags"][0].as_str().ok_or_else(|| format!("{id} has no tag"))?.to_owned(),
        since: text(operation, "x-added-in-version").ok_or_else(|| format!("{id} does not say since when"))?.to_owned(),
        eventual: operation["x-eventually-consistent"].as_bool().unwrap_or(false),
        parameters,
        query,
        body: body(operation, id, types)?,
        answers: answers(operation, id, types)?,
        errors: statuses(operation, id)?
            .into_iter()
            .filter(|(status, _)| *status >= 300)
            .map(|(status, _)| status)
            .collect(),
    })
}

fn body(operation: &Value, id: &str, types: &mut schema::Types<'_>) -> Result<Option<Body>, Refusal> {
    let Some(body) = operation.get("requestBody") else { return Ok(None) };
    let contents: Vec<_> = entries(&body["content"], id)?.collect();
    let [(media, content)] = contents[..] else { return Err(format!("{id}: a body of several media types")) };
    let schema = &content["schema"];
    if schema.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok(None);
    }
    let kind = types.reference(schema, &format!("{id}Body"))?.kind;
    match media.as_str() {
        "application/json" | "multipart/form-data" => {
            let required = body["required"].as_bool().unwrap_or(false);
            Ok(Some(Body { media: media.clone(), kind, required }))
        }
        other => Err(format!("{id}: a body of type {other} is not known")),
    }
}

fn answers(operation: &Value, id: &str, types: &mut schema::Types<'_>) -> Result<Vec<Answer>, Refusal> {
    let mut answers = Vec::new();
    for (status, answer) in statuses(operation, id)?.into_iter().filter(|(status, _)| *status < 300) {
        let contents: Vec<_> = answer.get("content").and_then(Value::as_object).into_iter().flatten().collect();
        answers.push(match contents[..] {
            [] => Answer { status, media: None, kind: None },
            _ if status == 204 => Answer { status, media: None, kind: None },
            [(media, content)] => {
                let kind = types.reference(&content["schema"], &format!("{id}Answer"))?.kind;
                Answer { status, media: Some(media.clone()), kind: Some(kind) }
            }
            _ => return Err(format!("{id}: an answer of several media types")),
        });
    }
    Ok(answers)
}

fn statuses<'a>(operation: &'a Value, id: &str) -> Result<Vec<(u16, &'a Value)>, Refusal> {
    entries(&operation["responses"], id)?
        .map(|(status, answer)| {
            Ok((status.parse().map_err(|_| format!("{id}: status {status} is not known"))?, answer))
        })
        .collect()
}

fn entries<'a>(value: &'a Value, place: &str) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, Refusal> {
    Ok(value.as_object().ok_or_else(|| format!("{place}: not an object"))?.iter())
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}
