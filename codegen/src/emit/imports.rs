//! Which names a generated file must import: those that occur in it. Not a parser: words outside comments are enough.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Shape;
use crate::plan::Plan;

/// Where names come from.
pub(super) struct Names {
    /// By name: the path to import from.
    sources: BTreeMap<String, &'static str>,
}

const MODEL: &[&str] = &[
    "Change",
    "Condition",
    "Given",
    "Json",
    "Page",
    "PageInfo",
    "PageRequest",
    "Scalar",
    "Sort",
    "Timestamp",
    "VariableValue",
];
const MACROS: &[&str] =
    &["answer", "open_enum", "paged", "paging", "request", "setters", "shared", "sort_fields", "tagged"];
const CONDITION: &[&str] = &["Basic", "Exact", "Wild", "Full", "Ranged", "Every"];
const CRATE: &[&str] = &[
    "Accept",
    "Answer",
    "Base",
    "Body",
    "CallOptions",
    "Config",
    "Error",
    "EventuallyConsistent",
    "Operation",
    "OperationInfo",
    "RequestBuilder",
    "Verb",
];

impl Names {
    pub(super) fn of(operations: &BTreeMap<&str, String>, models: &BTreeMap<&str, String>, plan: &Plan<'_>) -> Self {
        let mut sources: BTreeMap<String, &'static str> = BTreeMap::new();
        for text in operations.values().chain(models.values()) {
            sources.extend(defined(text).into_iter().map(|name| (name.to_owned(), "crate::api")));
        }
        for (name, shape) in &plan.model.types {
            if matches!(shape, Shape::Id { .. } | Shape::Number { .. }) {
                sources.insert(plan.rust(name).to_owned(), "crate::api");
            }
        }
        for (names, source) in [
            (MODEL, "crate::model"),
            (MACROS, "crate::model"),
            (CONDITION, "crate::model::condition"),
            (CRATE, "crate"),
            (&["Secret"], "crate::config"),
        ] {
            sources.extend(names.iter().map(|name| ((*name).to_owned(), source)));
        }
        sources.insert("BTreeMap".into(), "std::collections");
        sources.insert("Bytes".into(), "bytes");
        sources.insert("Serialize".into(), "serde");
        sources.insert("Deserialize".into(), "serde");
        Self { sources }
    }

    pub(super) fn imports(&self, text: &str) -> String {
        let defined = defined(text);
        let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in words(line) {
                if let Some(source) = self.sources.get(word)
                    && !defined.contains(word)
                {
                    imports.entry(source).or_default().insert(word);
                }
            }
        }
        let group = |foreign: bool| -> String {
            imports
                .iter()
                .filter(|(source, _)| source.starts_with("crate") != foreign)
                .map(|(source, names)| {
                    format!("use {source}::{{{}}};\n", names.iter().copied().collect::<Vec<_>>().join(", "))
                })
                .collect()
        };
        format!("{}\n{}", group(true), group(false))
    }
}

/// The words of a line that stand for something imported: no later part of a path, no text, no variant, no name that only
/// looks like a macro's.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &line[from..];
            let start = rest.find(|c: char| c.is_alphanumeric() || c == '_')? + from;
            let end =
                line[start..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(line.len(), |end| start + end);
            from = end;
            let (before, word, after) = (&line[..start], &line[start..end], &line[end..]);
            let text = before.matches('"').count() % 2 == 1;
            let path = before.ends_with("::") || before.ends_with('.') || before.ends_with('#');
            let no_macro = MACROS.contains(&word) && !after.starts_with('!');
            let first = before.trim().is_empty();
            let variant = before.ends_with("=> ") || (first && (after.starts_with(" = \"") || after.starts_with('(')));
            if !(text || path || no_macro || variant) {
                return Some(word);
            }
        }
    })
}

fn defined(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut sorts = false;
    for line in text.lines() {
        if line.starts_with("sort_fields!") {
            sorts = true;
            continue;
        }
        sorts = sorts && line != "}";
        let name = line.trim_start().strip_prefix("pub struct ").or(line.trim_start().strip_prefix("pub enum "));
        let name = name.or(sorts.then(|| line.trim_start().strip_suffix(" {")).flatten());
        if let Some(name) = name.and_then(|name| name.split(|c: char| !c.is_alphanumeric()).next()) {
            names.insert(name);
        }
    }
    names
}
