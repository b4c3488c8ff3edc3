//! A copy of a description in which the objects of requests are closed: what they do not describe is forbidden. For a
//! validator that is to judge our requests; code is never generated from it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Flattens and closes every object that a JSON request can contain.
pub fn close(description: &Value) -> Value {
    let mut copy = description.clone();
    let mut open = Vec::new();
    for operation in operations(description) {
        let content = &operation["requestBody"]["content"];
        references(&content["application/json"]["schema"], &mut open);
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let schema = &description["components"]["schemas"][&name];
        let closed = closed(schema, description);
        references(&closed, &mut open);
        copy["components"]["schemas"][&name] = closed;
    }
    copy
}

fn operations(description: &Value) -> impl Iterator<Item = &Value> {
    let paths = description["paths"].as_object().into_iter().flat_map(Map::values);
    paths.filter_map(Value::as_object).flat_map(Map::values)
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            names.extend(name.map(str::to_owned));
            members.values().for_each(|member| references(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

fn closed(schema: &Value, description: &Value) -> Value {
    let object = schema["type"] == "object" || schema.get("properties").is_some() || composed(schema, description);
    if !object || schema.get("oneOf").is_some() {
        return schema.clone();
    }
    let (mut properties, mut required) = (Map::new(), Vec::new());
    collect(schema, description, &mut properties, &mut required);
    let mut flat = schema.clone();
    if let Some(flat) = flat.as_object_mut() {
        flat.remove("allOf");
        if !required.is_empty() {
            flat.insert("required".into(), Value::Array(required));
        }
        if !properties.is_empty() {
            flat.insert("properties".into(), Value::Object(properties));
            flat.insert("type".into(), json!("object"));
            // An object that is open on purpose stays so.
            if !flat.get("additionalProperties").is_some_and(|more| *more != false) {
                flat.insert("additionalProperties".into(), json!(false));
            }
        }
    }
    flat
}

fn composed(schema: &Value, description: &Value) -> bool {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    collect(schema, description, &mut properties, &mut required);
    !properties.is_empty()
}

fn collect(schema: &Value, description: &Value, properties: &mut Map<String, Value>, required: &mut Vec<Value>) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let name = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        let part = name.map_or(part, |name| &description["components"]["schemas"][name]);
        collect(part, description, properties, required);
    }
    properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    for name in schema["required"].as_array().into_iter().flatten() {
        if !required.contains(name) {
            required.push(name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composed_object_is_flat_and_closed() {
        let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let description = json!({
            "paths": { "/a": { "post": { "requestBody": { "content": { "application/json": { "schema": reference("A") } } } } } },
            "components": { "schemas": {
                "A": { "allOf": [reference("B")], "properties": { "a": { "type": "string" } } },
                "B": { "type": "object", "required": ["b"], "properties": { "b": { "type": "object", "additionalProperties": true } } },
                "C": { "type": "object", "properties": { "c": {} } },
            } },
        });
        let schemas = &close(&description)["components"]["schemas"];
        assert_eq!(schemas["A"]["additionalProperties"], false);
        assert_eq!(schemas["A"]["required"], json!(["b"]));
        assert_eq!(schemas["A"]["properties"]["b"]["additionalProperties"], true);
        assert!(schemas["A"].get("allOf").is_none());
        assert!(schemas["C"].get("additionalProperties").is_none(), "it is in no request");
    }
}
