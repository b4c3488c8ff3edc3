//! The forms of request bodies are made of the model of facts that the repository keeps; this compares, and makes them anew.
//!
//! ```text
//! UPDATE_TABLE=1 cargo test -p camunda-emulator --test table && cargo fmt -p camunda-emulator
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

const HEAD: &str = "\
// @generated from the API description of release 8.10 by tests/table.rs: the form of every request body, a constant a type.

//! What every operation takes in its body.
//! It tells what may be sent, not what this emulator can do with it.

use crate::rest::shape::{Kind, Shape};
use Shape::{Any, Boolean, Choice, Filter, Integer, Key, List, Long, Object, Open, Text};

";

/// The names of types become names of constants.
fn constant(name: &str) -> String {
    let mut result = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (at, character) in characters.iter().enumerate() {
        let after_lower = at > 0 && characters[at - 1].is_lowercase();
        let before_lower = at > 0 && characters.get(at + 1).is_some_and(|c| c.is_lowercase());
        if character.is_uppercase() && (after_lower || before_lower) {
            result.push('_');
        }
        result.extend(character.to_uppercase());
    }
    result
}

struct Table<'a> {
    types: &'a Value,
    made: BTreeMap<String, String>,
    under_way: BTreeSet<String>,
}

impl Table<'_> {
    /// The expression for a type; constants it needs are made on the way.
    fn shape(&mut self, name: &str) -> String {
        if let Some(item) = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')) {
            return format!("List(&{})", self.shape(item));
        }
        match name {
            "text" | "date" => return "Text".to_owned(),
            "int" => return "Integer".to_owned(),
            "long" => return "Long".to_owned(),
            "bool" => return "Boolean".to_owned(),
            "object" => return "Open".to_owned(),
            "json" | "scalar" | "file" => return "Any".to_owned(),
            _ if name.starts_with('{') => return "Open".to_owned(),
            _ => {}
        }
        let facts = &self.types[name];
        match facts["is"].as_str() {
            Some("id") => {
                let is_key = facts["pattern"] == "^-?[0-9]+$" || facts["union"].is_array();
                return if is_key { "Key" } else { "Text" }.to_owned();
            }
            Some("number") => return "Long".to_owned(),
            Some("enum" | "filter" | "object" | "choice") => {}
            other => panic!("the type {name} is {other:?}"),
        }
        let constant = constant(name);
        if self.under_way.contains(name) {
            return "Any".to_owned();
        }
        if !self.made.contains_key(&constant) {
            self.under_way.insert(name.to_owned());
            let body = self.definition(&facts.clone());
            self.under_way.remove(name);
            self.made.insert(constant.clone(), body);
        }
        constant
    }

    fn definition(&mut self, facts: &Value) -> String {
        let words = |values: &Value| {
            let values = values.as_array().expect("words").iter().map(ToString::to_string);
            format!("&[{}]", values.collect::<Vec<_>>().join(", "))
        };
        match facts["is"].as_str() {
            Some("enum") => format!("Choice({})", words(&facts["values"])),
            Some("filter") => {
                let of = facts["of"].as_str().expect("a type");
                let kind = match of {
                    "int" => "Kind::Integer".to_owned(),
                    "date" => "Kind::Date".to_owned(),
                    "scalar" => return "Any".to_owned(),
                    _ if self.types[of]["is"] == "enum" => {
                        format!("Kind::Choice({})", words(&self.types[of]["values"]))
                    }
                    _ if self.shape(of) == "Key" => "Kind::Key".to_owned(),
                    _ => "Kind::Text".to_owned(),
                };
                format!("Filter({kind})")
            }
            _ => {
                let mut members = Vec::new();
                self.members(facts, &mut members);
                let entries = members.iter().map(|(name, shape)| format!("(\"{name}\", {shape})"));
                format!("Object(&[{}])", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The members of an object, or of all the objects that may be chosen from.
    fn members(&mut self, facts: &Value, members: &mut Vec<(String, String)>) {
        for shape in facts["shapes"].as_array().into_iter().flatten() {
            let chosen = self.types[shape["type"].as_str().expect("a type")].clone();
            if let (Some(tag), false) = (facts["tag"].as_str(), members.iter().any(|(n, _)| facts["tag"] == n.as_str()))
            {
                members.push((tag.to_owned(), "Text".to_owned()));
            }
            self.members(&chosen, members);
        }
        for member in facts["members"].as_array().into_iter().flatten() {
            let name = member["name"].as_str().expect("a name");
            let shape = self.shape(member["type"].as_str().expect("a type"));
            match members.iter_mut().find(|(known, _)| known == name) {
                // Two that differ leave it open what may stand there.
                Some((_, known)) if *known != shape => "Any".clone_into(known),
                Some(_) => {}
                None => members.push((name.to_owned(), shape)),
            }
        }
    }
}

fn table(facts: &Value) -> String {
    let mut table = Table { types: &facts["types"], made: BTreeMap::new(), under_way: BTreeSet::new() };
    let mut operations = BTreeMap::new();
    for operation in facts["operations"].as_array().expect("a list") {
        let body = &operation["body"];
        if body["media"] == "application/json" {
            let shape = table.shape(body["type"].as_str().expect("a type"));
            operations.insert(operation["id"].as_str().expect("an id"), (body["required"] == true, shape));
        }
    }
    let mut text = HEAD.to_owned();
    for (name, body) in &table.made {
        let _fits = writeln!(text, "const {name}: Shape = {body};\n");
    }
    text += "/// Operation, whether a body is required, its form; sorted by operation.\n";
    let _fits = writeln!(text, "pub(crate) static BODIES: [(&str, bool, Shape); {}] = [", operations.len());
    for (id, (required, shape)) in operations {
        let _fits = writeln!(text, "(\"{id}\", {required}, {shape}),");
    }
    text + "];\n"
}

#[test]
fn the_forms_of_bodies_are_those_of_the_facts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A packaged crate has no model of facts beside it.
    let Ok(facts) = std::fs::read(root.join("../codegen/api/8.10.json")) else { return };
    let made = table(&serde_json::from_slice(&facts).expect("is JSON"));
    let place = root.join("src/api/bodies.rs");
    if std::env::var_os("UPDATE_TABLE").is_some() {
        std::fs::write(&place, &made).expect("room on the disk");
    }
    let kept = std::fs::read_to_string(place).unwrap_or_default();
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect::<String>();
    assert!(plain(&kept) == plain(&made), "src/api/bodies.rs is not what the facts say: make it anew");
}
