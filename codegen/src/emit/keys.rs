//! The file of keys and ids. The patterns that are known are matched to the checks of the core; another is an error.

use std::fmt::Write as _;

use super::docs;
use crate::facts::Shape;
use crate::plan::Plan;

pub(super) fn keys(plan: &Plan<'_>) -> Result<String, String> {
    let (mut keys, mut ids, mut numbers) = (String::new(), String::new(), String::new());
    for (name, shape) in &plan.model.types {
        let rust = plan.rust(name);
        match shape {
            Shape::Id { pattern, min, max, union } => {
                let check = check(name, pattern.as_deref(), *min, *max, union)?;
                if plan.is_short_key(name) {
                    let doc = docs::named(plan, name);
                    let variants = union.iter().map(|name| plan.rust(name)).collect::<Vec<_>>().join(" | ");
                    let from = if union.is_empty() { String::new() } else { format!(" from {variants}") };
                    let _ = writeln!(keys, "{doc}{rust}: {check}{from};");
                } else {
                    let _ = writeln!(ids, "{}{rust}: {check};", docs::named(plan, name));
                }
            }
            Shape::Number { number } => {
                let number = if number == "long" { "i64" } else { "i32" };
                let _ = writeln!(numbers, "{}{rust}({number});", docs::named(plan, name));
            }
            _ => {}
        }
    }
    let indent = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let (keys, ids, numbers) = (indent(&keys), indent(&ids), indent(&numbers));
    Ok(format!(
        "//! Keys, ids and numbers that name things: a type for each, so that the compiler does not mix them up.\n\n\
         use crate::model::{{ids, keys, numbers}};\n\nkeys! {{\n{keys}}}\n\nids! {{\n{ids}}}\n\nnumbers! {{\n{numbers}}}\n"
    ))
}

fn check(
    name: &str,
    pattern: Option<&str>,
    min: Option<u64>,
    max: Option<u64>,
    union: &[String],
) -> Result<&'static str, String> {
    if !union.is_empty() {
        return Ok("long_key");
    }
    match (pattern, min, max) {
        (Some("^-?[0-9]+$"), Some(1), Some(25)) => Ok("long_key"),
        (Some("^[0-9]+-[0-9]+$"), Some(3), Some(30)) => Ok("pair_key"),
        (Some(r"^[\p{L}_][\p{L}\p{N}_\-\.]*$"), Some(1), None) => Ok("definition_id"),
        (Some(r"^(<default>|[\w\.\-]{1,31})$"), Some(1), Some(31)) => Ok("tenant_id"),
        (Some(r"^[a-zA-Z0-9_~@.+-]+$" | r"^[a-zA-Z0-9_~@.+\-]+$"), Some(1), Some(256)) => Ok("name"),
        (Some(r"^[A-Za-z][A-Za-z0-9_\-:.]{0,99}$"), Some(1), Some(100)) => Ok("tag"),
        (Some("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=)?$"), None, None) => Ok("cursor"),
        (Some(r"^\d*\*$"), None, None) => Ok("number_prefix"),
        (None, Some(1), Some(256)) => Ok("up_to_256"),
        (None, None | Some(1), None) => Ok("not_empty"),
        other => Err(format!("{name}: the rule {other:?} is not known")),
    }
}
