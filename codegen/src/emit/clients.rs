//! The clients' methods: each operation once on the asynchronous client and once on the blocking one, word for word the
//! same but for `async` and `await`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{docs, operations};
use crate::facts::Operation;
use crate::names::{pascal, snake};
use crate::plan::Plan;

/// The files of the driver, by their paths.
pub(super) fn clients(plan: &Plan<'_>, tags: &BTreeSet<&str>) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    let folder = "adapters/driver/src/api";
    for (kind, asynchronous) in [("asynchronous", true), ("blocking", false)] {
        let mut list = format!("//! The methods of the {kind} client, by tag.\n\n");
        for tag in tags {
            let _ = writeln!(list, "mod {};", snake(tag));
            files.insert(format!("{folder}/{kind}/{}.rs", snake(tag)), methods(plan, tag, asynchronous)?);
        }
        files.insert(format!("{folder}/{kind}/mod.rs"), list);
    }
    let text = "//! The clients' methods, one for each operation of the API.\n\nmod asynchronous;\nmod blocking;\n";
    files.insert(format!("{folder}/mod.rs"), text.to_owned());
    Ok(files)
}

fn methods(plan: &Plan<'_>, tag: &str, asynchronous: bool) -> Result<String, String> {
    let own: Vec<&Operation> = plan.model.operations.iter().filter(|operation| operation.tag == tag).collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for operation in &own {
        let (output, _) = operations::output(plan, operation)?;
        names.extend(words(&output).map(str::to_owned));
        names.insert(pascal(&operation.id));
    }
    let bytes = if names.remove("Bytes") { "use bytes::Bytes;\n" } else { "" };
    let names: Vec<String> = names.into_iter().collect();
    let mut text = format!(
        "//! Methods for the tag `{tag}`.\n\n{bytes}use camunda_core::Error;\nuse camunda_core::api::{{{}}};\n\n",
        names.join(", ")
    );
    text.push_str(if asynchronous {
        "use crate::{Client, Transport};\n\nimpl<T: Transport> Client<T> {\n"
    } else {
        "use crate::blocking::Client;\nuse crate::Exchange;\n\nimpl<E: Exchange> Client<E> {\n"
    });
    for operation in own {
        let (name, rust) = (snake(&operation.id), pascal(&operation.id));
        let (asynch, wait) = if asynchronous { ("async ", ".await") } else { ("", "") };
        let (output, _) = operations::output(plan, operation)?;
        text.push_str(&docs::operation(plan, operation)?.replace("](crate::", "](camunda_core::"));
        let (argument, value) = if operations::takes_anything(operation) {
            (format!(", operation: impl Into<{rust}>"), "operation.into()".to_owned())
        } else {
            (String::new(), format!("{rust}::new()"))
        };
        let _ = writeln!(
            text,
            "pub {asynch}fn {name}(&self{argument}) -> Result<{output}, Error> {{\nself.send({value}){wait}\n}}\n"
        );
    }
    text.push_str("}\n");
    Ok(text)
}

/// The types in a type that are ours.
fn words(output: &str) -> impl Iterator<Item = &str> {
    const OTHERS: [&str; 4] = ["Option", "Vec", "String", ""];
    output.split(|c: char| !c.is_alphanumeric()).filter(|word| !OTHERS.contains(word))
}
