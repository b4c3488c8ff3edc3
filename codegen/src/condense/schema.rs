//! From schemas to types: compositions flattened, aliases resolved, filters and choices recognised. Names stay those of the
//! description.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Refusal;
use crate::facts::{Alternative, Member, Shape};
use crate::names::pascal;

/// What may stand in a schema; everything else is refused. `description` and the like are prose and are dropped.
const KNOWN: [&str; 32] = [
    "type",
    "format",
    "description",
    "title",
    "example",
    "examples",
    "nullable",
    "deprecated",
    "default",
    "readOnly",
    "writeOnly",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "allOf",
    "oneOf",
    "discriminator",
    "items",
    "$ref",
    "externalDocs",
    "encoding",
    "minProperties",
    "maxProperties",
];

/// The types that were met so far; those reachable from operations are all that there are in the end.
pub(super) struct Types<'a> {
    schemas: &'a Value,
    shapes: BTreeMap<String, Option<Shape>>,
}

/// A type and what is said beside its name.
pub(super) struct Reference {
    pub(super) kind: String,
    nullable: bool,
}

impl<'a> Types<'a> {
    pub(super) fn new(schemas: &'a Value) -> Self {
        Self { schemas, shapes: BTreeMap::new() }
    }

    pub(super) fn finish(self) -> Result<BTreeMap<String, Shape>, Refusal> {
        self.shapes
            .into_iter()
            .map(|(name, shape)| shape.map(|shape| (name.clone(), shape)).ok_or(format!("{name} contains itself")))
            .collect()
    }

    pub(super) fn member(&mut self, name: &str, schema: &Value, place: &str) -> Result<Member, Refusal> {
        let Reference { kind, nullable } = self.reference(schema, &pascal(&place.replace('.', " ")))?;
        Ok(Member {
            name: name.to_owned(),
            kind,
            required: false,
            nullable,
            since: None,
            default: schema.get("default").cloned(),
            minimum: schema["minimum"].as_i64(),
            maximum: schema["maximum"].as_i64(),
            min_items: schema["minItems"].as_u64(),
            max_items: schema["maxItems"].as_u64().or(schema["maxProperties"].as_u64()),
            deprecated: schema["deprecated"].as_bool().unwrap_or(false),
        })
    }

    /// The type of a schema. A shape without a name gets `hint` for one.
    pub(super) fn reference(&mut self, schema: &Value, hint: &str) -> Result<Reference, Refusal> {
        let object = known(schema, hint)?;
        let mut nullable = schema["nullable"].as_bool().unwrap_or(false);
        let kind = if let Some(name) = target(schema) {
            nullable |= self.schemas[name]["nullable"].as_bool().unwrap_or(false);
            self.named(name)?
        } else if object.contains_key("oneOf") {
            self.inline_choice(schema, hint)?
        } else if object.contains_key("allOf") {
            self.define(hint, schema)?
        } else {
            match schema["type"].as_str() {
                Some("string") if object.contains_key("enum") => self.define(hint, schema)?,
                Some("string") => match schema["format"].as_str() {
                    Some("date-time") => "date".to_owned(),
                    Some("binary") => "file".to_owned(),
                    _ => "text".to_owned(),
                },
                Some("integer") if schema["format"] == "int64" => "long".to_owned(),
                Some("integer") => "int".to_owned(),
                Some("number") => "number".to_owned(),
                Some("boolean") => "bool".to_owned(),
                Some("array") => {
                    let item = self.reference(&schema["items"], &format!("{hint}Item"))?;
                    format!("[{}]", item.kind)
                }
                Some("object") if object.contains_key("properties") => self.define(hint, schema)?,
                Some("object") => match schema.get("additionalProperties") {
                    Some(Value::Bool(true)) => "object".to_owned(),
                    Some(values @ Value::Object(_)) => {
                        format!("{{{}}}", self.reference(values, &format!("{hint}Entry"))?.kind)
                    }
                    // Clusters take any JSON where the description says no more than "object".
                    None if !object.contains_key("required") => "json".to_owned(),
                    None => return Err(format!("{hint}: {} is required but not described", schema["required"])),
                    Some(_) => self.define(hint, schema)?,
                },
                None if !object.contains_key("properties") => "json".to_owned(),
                other => return Err(format!("{hint}: type {other:?} is not known")),
            }
        };
        Ok(Reference { kind, nullable })
    }

    /// The type of a schema by its name: itself, or what it is another name for.
    fn named(&mut self, name: &str) -> Result<String, Refusal> {
        let schema = self.schemas.get(name).ok_or_else(|| format!("{name} is not described"))?;
        known(schema, name)?;
        let id = is_id(schema);
        if name == "LikeFilter" {
            return Ok("text".to_owned());
        }
        match schema["type"].as_str() {
            Some("array") => Ok(self.reference(schema, name)?.kind),
            Some("string") if !id && schema.get("enum").is_none() => match target(schema) {
                Some(other) => self.named(other),
                None => Ok(self.reference(schema, name)?.kind),
            },
            Some("number" | "boolean") if !id => Ok(self.reference(schema, name)?.kind),
            Some("object")
                if ["properties", "allOf", "oneOf"].iter().all(|part| schema.get(part).is_none())
                    && schema["additionalProperties"] != false =>
            {
                Ok(self.reference(schema, name)?.kind)
            }
            _ => self.define(name, schema),
        }
    }

    fn define(&mut self, name: &str, schema: &Value) -> Result<String, Refusal> {
        if !self.shapes.contains_key(name) {
            self.shapes.insert(name.to_owned(), None);
            let shape = self.shape(name, schema)?;
            self.shapes.insert(name.to_owned(), Some(shape));
        }
        Ok(name.to_owned())
    }

    fn shape(&mut self, name: &str, schema: &Value) -> Result<Shape, Refusal> {
        if let Some(values) = schema["enum"].as_array() {
            let values = values.iter().map(|value| value.as_str().map(str::to_owned));
            return Ok(Shape::Enum { values: values.collect::<Option<_>>().ok_or(format!("{name}: not all texts"))? });
        }
        if is_id(schema) || schema["type"] == "integer" {
            return self.id(name, schema);
        }
        if name.ends_with("FilterProperty") && schema.get("oneOf").is_some() {
            let filter = schema["oneOf"].as_array().into_iter().flatten().filter_map(target);
            let filter = filter.filter(|name| self.operators_of(&self.schemas[name])).collect::<Vec<_>>();
            let [filter] = filter[..] else { return Err(format!("{name}: not a value or a filter")) };
            return self.operators(filter, &self.schemas[filter].clone());
        }
        if self.operators_of(schema) {
            return self.operators(name, schema);
        }
        if schema.get("oneOf").is_some() {
            return self.choice(name, schema);
        }
        let mut members = Vec::new();
        self.members(name, schema, &mut members)?;
        Ok(Shape::Object { members, open: schema["additionalProperties"] == true })
    }

    fn id(&mut self, name: &str, schema: &Value) -> Result<Shape, Refusal> {
        match schema["type"].as_str() {
            Some("integer") if schema["format"] == "int64" => Ok(Shape::Number { number: "long".into() }),
            Some("integer") => Ok(Shape::Number { number: "int".into() }),
            Some("string") => {
                let rule = schema["allOf"][0]["$ref"].as_str().and_then(|path| path.rsplit('/').next());
                let rule = rule.map_or(schema, |name| &self.schemas[name]);
                let mut union = Vec::new();
                for variant in schema["oneOf"].as_array().into_iter().flatten() {
                    let variant = target(variant).ok_or_else(|| format!("{name}: a choice of other than ids"))?;
                    union.push(self.named(variant)?);
                }
                Ok(Shape::Id {
                    pattern: rule["pattern"].as_str().map(str::to_owned),
                    min: rule["minLength"].as_u64(),
                    max: rule["maxLength"].as_u64(),
                    union,
                })
            }
            other => Err(format!("{name}: an id of type {other:?}")),
        }
    }

    /// Whether a schema is an object of operators.
    fn operators_of(&self, schema: &Value) -> bool {
        let mut properties = Map::new();
        collect(self.schemas, schema, &mut properties);
        properties.contains_key("$eq")
    }

    fn operators(&mut self, name: &str, schema: &Value) -> Result<Shape, Refusal> {
        let mut properties = Map::new();
        collect(self.schemas, schema, &mut properties);
        let operators = properties.keys().map(|name| name.strip_prefix('$').map(str::to_owned));
        let operators: Option<Vec<String>> = operators.collect();
        let of = self.reference(&properties["$eq"], name)?.kind;
        Ok(Shape::Filter { of, operators: operators.ok_or(format!("{name}: not all members are operators"))? })
    }

    fn choice(&mut self, name: &str, schema: &Value) -> Result<Shape, Refusal> {
        let discriminator = &schema["discriminator"];
        let tag = discriminator["propertyName"].as_str().map(str::to_owned);
        let mut shapes = Vec::new();
        if tag.is_some() {
            let mapping = discriminator["mapping"].as_object().ok_or(format!("{name}: a tag without a mapping"))?;
            for (tag, path) in mapping {
                let path = path.as_str().and_then(|path| path.rsplit('/').next()).ok_or(format!("{name}: {tag}"))?;
                shapes.push(Alternative { tag: Some(tag.clone()), kind: self.named(path)? });
            }
        } else {
            for variant in schema["oneOf"].as_array().into_iter().flatten() {
                let variant = target(variant).ok_or_else(|| format!("{name}: a choice without names"))?;
                shapes.push(Alternative { tag: None, kind: self.named(variant)? });
            }
        }
        Ok(Shape::Choice { tag, shapes })
    }

    /// A choice that has no name: one id, a process or element instance's key, or text or a number.
    fn inline_choice(&mut self, schema: &Value, place: &str) -> Result<String, Refusal> {
        let variants = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut names: Vec<&str> = variants.iter().filter_map(target).collect();
        names.sort_unstable();
        match names[..] {
            [one] if variants.len() == 1 => self.named(one),
            ["ElementInstanceKey", "ProcessInstanceKey"] if variants.len() == 2 => self.named("ScopeKey"),
            [] => match variants.iter().map(|variant| variant["type"].as_str()).collect::<Vec<_>>()[..] {
                [Some("string"), Some("number")] => Ok("scalar".to_owned()),
                _ => Err(format!("{place}: this choice is not known")),
            },
            _ => Err(format!("{place}: this choice is not known")),
        }
    }

    /// All members of an object, those of what it extends first.
    fn members(&mut self, name: &str, schema: &Value, members: &mut Vec<Member>) -> Result<(), Refusal> {
        known(schema, name)?;
        for part in schema["allOf"].as_array().into_iter().flatten() {
            match target(part) {
                Some(parent) => self.members(parent, &self.schemas[parent].clone(), members)?,
                None => self.members(name, part, members)?,
            }
        }
        for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
            if members.iter().any(|known| known.name == *member) {
                return Err(format!("{name}: {member} is described twice"));
            }
            members.push(self.member(member, schema, &format!("{name}.{member}"))?);
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            let member = members.iter_mut().find(|member| Some(member.name.as_str()) == required.as_str());
            member.ok_or(format!("{name}: {required} is required but not described"))?.required = true;
        }
        for added in schema["x-properties-added-in-version"].as_array().into_iter().flatten() {
            let version = added.get("addedInVersion").or(added.get("addedInVersionOverride")).and_then(Value::as_str);
            if let Some(member) =
                members.iter_mut().find(|member| Some(member.name.as_str()) == added["propertyName"].as_str())
            {
                member.since = version.map(str::to_owned);
            }
        }
        Ok(())
    }
}

/// Whether a schema with a name is an id: marked as one, one of several ids, or text with a pattern.
fn is_id(schema: &Value) -> bool {
    let rule = schema.get("oneOf").is_some() || schema.get("pattern").is_some();
    schema.get("x-semantic-type").is_some() || (schema["type"] == "string" && rule)
}

fn collect(schemas: &Value, schema: &Value, properties: &mut Map<String, Value>) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(schemas, target(part).map_or(part, |name| &schemas[name]), properties);
    }
    properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
}

/// What a schema is another name for: a reference, or a reference with something said beside it.
fn target(schema: &Value) -> Option<&str> {
    let path = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([one]) if schema.get("properties").is_none() && schema["type"] != "object" => &one["$ref"],
        _ => &schema["$ref"],
    };
    path.as_str()?.strip_prefix("#/components/schemas/")
}

fn known<'a>(schema: &'a Value, place: &str) -> Result<&'a Map<String, Value>, Refusal> {
    let object = schema.as_object().ok_or_else(|| format!("{place}: not a schema"))?;
    match object.keys().find(|name| !KNOWN.contains(&name.as_str()) && !name.starts_with("x-")) {
        Some(unknown) => Err(format!("{place}: {unknown} is not known")),
        None => Ok(object),
    }
}
