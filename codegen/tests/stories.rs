//! The generator on descriptions small enough to see through: what it makes of each construct, and that it refuses what it
//! does not know.

use camunda_codegen::condense::condense;
use camunda_codegen::emit::emit;
use camunda_codegen::facts::{Member, Model, Shape};
use camunda_codegen::review::Review;
use serde_json::{Value, json};

/// A description with one operation, `POST /things/{thingKey}`, and these schemas.
fn description(body: Value, schemas: Value) -> Value {
    let mut all = json!({
        "ThingKey": { "type": "string", "x-semantic-type": "ThingKey", "allOf": [{ "$ref": "#/components/schemas/LongKey" }] },
        "LongKey": { "type": "string", "pattern": "^-?[0-9]+$", "minLength": 1, "maxLength": 25 },
    });
    all.as_object_mut().unwrap().extend(schemas.as_object().unwrap().clone());
    json!({
        "paths": { "/things/{thingKey}": { "post": {
            "operationId": "changeThing", "tags": ["Thing"], "x-added-in-version": "8.9", "description": "Prose of theirs.",
            "parameters": [{ "name": "thingKey", "in": "path", "required": true, "schema": { "$ref": "#/components/schemas/ThingKey" } }],
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
            "responses": { "204": { "description": "Done." }, "404": { "description": "Gone." } },
        } } },
        "components": { "schemas": all },
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn condensed(schemas: Value) -> Model {
    condense(&description(reference("Change"), schemas)).unwrap()
}

fn refused(description: &Value) -> String {
    condense(description).unwrap_err()
}

fn members(model: &Model, name: &str) -> Vec<Member> {
    match &model.types[name] {
        Shape::Object { members, .. } => members.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn compositions_are_flat_and_say_since_when() {
    let model = condensed(json!({
        "Base": { "type": "object", "properties": { "name": { "type": "string", "nullable": true } } },
        "Change": { "type": "object", "allOf": [reference("Base")], "required": ["name", "at"],
            "properties": { "at": { "type": "string", "format": "date-time" }, "limit": { "type": "integer", "default": 7 } },
            "x-properties-added-in-version": [{ "propertyName": "at", "addedInVersion": "8.10" }] },
    }));
    let members = members(&model, "Change");
    let seen: Vec<_> =
        members.iter().map(|m| (m.name.as_str(), m.kind.as_str(), m.required, m.since.as_deref())).collect();
    assert_eq!(seen, [("name", "text", true, None), ("at", "date", true, Some("8.10")), ("limit", "int", false, None)]);
    assert_eq!((model.release.as_str(), model.operations[0].errors.as_slice()), ("8.9", [404].as_slice()));
}

#[test]
fn filters_and_choices_are_recognised() {
    let model = condensed(json!({
        "Change": { "type": "object", "properties": {
            "colour": { "allOf": [reference("ColourFilterProperty")] }, "shape": reference("Shape") } },
        "ColourFilterProperty": { "oneOf": [reference("ColourExactMatch"), reference("AdvancedColourFilter")] },
        "ColourExactMatch": { "type": "string", "allOf": [reference("ColourEnum")] },
        "ColourEnum": { "type": "string", "enum": ["RED"] },
        "AdvancedColourFilter": { "type": "object", "properties": { "$eq": reference("ColourEnum"), "$exists": { "type": "boolean" } } },
        "Shape": { "oneOf": [reference("Circle")], "discriminator": { "propertyName": "kind", "mapping": { "ROUND": "#/components/schemas/Circle" } } },
        "Circle": { "type": "object", "properties": { "radius": { "type": "integer", "format": "int64" } } },
    }));
    assert_eq!(
        model.types["ColourFilterProperty"],
        Shape::Filter { of: "ColourEnum".into(), operators: vec!["eq".into(), "exists".into()] }
    );
    assert!(matches!(&model.types["Shape"], Shape::Choice { tag: Some(tag), .. } if tag == "kind"));
    assert_eq!(members(&model, "Circle")[0].kind, "long");
}

#[test]
fn what_is_not_known_is_refused_with_its_place() {
    let schema = |change: Value| description(reference("Change"), json!({ "Change": change }));
    for (description, reason) in [
        (schema(json!({ "type": "object", "patternProperties": {} })), "Change: patternProperties is not known"),
        (
            schema(json!({ "type": "object", "properties": { "a": { "type": "tuple" } } })),
            "type Some(\"tuple\") is not known",
        ),
        (
            schema(json!({ "type": "object", "properties": { "a": { "oneOf": [{ "type": "boolean" }] } } })),
            "this choice is not known",
        ),
        (schema(json!({ "type": "object", "required": ["a"] })), "is required but not described"),
        (schema(json!({ "type": "object", "properties": { "a": reference("Nowhere") } })), "Nowhere is not described"),
    ] {
        let error = refused(&description);
        assert!(error.contains(reason), "{error}");
    }
    let mut odd = description(json!({ "type": "string" }), json!({}));
    odd["paths"]["/things/{thingKey}"]["post"]["parameters"][0]["in"] = json!("cookie");
    assert!(refused(&odd).contains("parameter thingKey is in Some(\"cookie\")"), "{}", refused(&odd));
    let mut odd = description(json!({ "type": "string" }), json!({}));
    odd["paths"]["/things/{thingKey}"]["trace"] = json!({});
    assert!(refused(&odd).contains("trace is not known"));
    let mut odd = description(json!({ "type": "string" }), json!({}));
    odd["paths"]["/things/{thingKey}"]["post"]["requestBody"]["content"] =
        json!({ "text/csv": { "schema": { "type": "string" } } });
    assert!(refused(&odd).contains("text/csv is not known"));
}

/// What a person must have decided about the operation.
fn review() -> Review {
    Review { statuses: [("404 changeThing".to_owned(), "no such thing".to_owned())].into(), ..Review::default() }
}

#[test]
fn the_rust_holds_facts_and_none_of_their_prose() {
    let model = condensed(json!({ "Change": { "type": "object", "required": ["name"], "properties": {
        "name": { "type": "string", "description": "More prose of theirs." }, "variables": { "type": "object", "additionalProperties": true } } } }));
    assert!(!serde_json::to_string(&model).unwrap().contains("prose"));
    assert!(emit(&model, &Review::default()).unwrap_err().contains("changeThing: what does 404 mean?"));
    let files = emit(&model, &review()).unwrap();
    let rust = &files["core/src/api/operations/thing.rs"];
    for part in [
        "pub fn new(thing_key: impl Into<Given<ThingKey>>, name: impl Into<String>) -> Self",
        "object variables = \"change_thing\", \"variables\";",
        ".id(\"thingKey\", &self.thing_key)",
        "`POST /things/{thingKey}`, since 8.9. Answers 204.",
        "Errors: 404 no such thing.",
    ] {
        assert!(rust.contains(part), "{part}\n{rust}");
    }
    assert!(files.values().all(|text| text.contains("@generated") && !text.contains("prose")));
    assert!(files["docs/operations.md"].contains("| changeThing | `POST /v2/things/{thingKey}` | 8.9 |"));
    let method = "pub async fn change_thing(&self, operation: impl Into<ChangeThing>) -> Result<(), Error>";
    assert!(files["adapters/driver/src/api/asynchronous/thing.rs"].contains(method));
}

#[test]
fn a_review_must_speak_of_what_there_is() {
    let model = condensed(json!({ "Change": { "type": "object" } }));
    let stale = Review { drains: vec!["changeThings".into()], ..review() };
    assert!(emit(&model, &stale).unwrap_err().contains("changeThings, which does not exist"));
    let stale = Review { texts: [("Change.name".to_owned(), String::new())].into(), ..review() };
    assert!(emit(&model, &stale).unwrap_err().contains("words for Change.name, which does not exist"));
    let model = condensed(json!({ "Change": { "type": "object", "properties": { "type": { "type": "string" } } } }));
    assert!(emit(&model, &Review::default()).unwrap_err().contains("Change.type needs a name"));
}

#[test]
fn an_id_of_an_unknown_pattern_is_refused() {
    let model = condensed(json!({
        "Change": { "type": "object", "properties": { "id": reference("OddId") } },
        "OddId": { "type": "string", "x-semantic-type": "OddId", "pattern": "^odd$" },
    }));
    assert!(emit(&model, &review()).unwrap_err().contains("OddId: the rule"));
}
