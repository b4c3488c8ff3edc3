//! Types of answers: public members, read as leniently as releases differ. Also the open enums and the choices told apart
//! by a member, which may travel both ways.

use std::fmt::Write as _;

use super::docs;
use super::kinds::{self, Reading};
use crate::facts::{Alternative, Shape};
use crate::names::{identifier, pascal};
use crate::plan::Plan;

/// An object of an answer, or of both an answer and a request.
pub(super) fn object(plan: &Plan<'_>, name: &str, both: bool) -> Result<String, String> {
    let rust = plan.rust(name);
    let tag = plan.tag_of(name);
    let mut text = format!("{} {{\n", if both { "shared!" } else { "answer!" });
    for line in docs::named(plan, name).lines() {
        let _ = writeln!(text, "    {line}");
    }
    let objects = plan.flat(name).iter().any(|member| matches!(kinds::reading(plan, name, member), Reading::Object));
    let mut members = String::new();
    if plan.defaults(name) && !objects {
        text.push_str("    #[derive(Default)]\n");
    }
    let _ = writeln!(text, "    pub struct {rust} {{");
    for member in plan.flat(name).into_iter().filter(|member| Some(member.name.as_str()) != tag) {
        let field = identifier(&plan.field(name, &member.name)?);
        let kind = kinds::answer(plan, &member.kind)?;
        for line in docs::member(plan, name, member).lines() {
            let _ = writeln!(text, "        {line}");
        }
        let (kind, rule) = match kinds::reading(plan, name, member) {
            Reading::Present => (kind, "present"),
            Reading::Plain => (kind, "plain"),
            Reading::Object => (kind, "object"),
            Reading::Optional => (format!("Option<{kind}>"), "maybe"),
        };
        let _ = writeln!(text, "        {field}: {kind} = \"{}\" {rule},", member.name);
        let value = if rule == "object" { "Json::object()" } else { "Default::default()" };
        let _ = writeln!(members, "{field}: {value},");
    }
    text.push_str("    }\n}\n\n");
    if plan.defaults(name) && objects {
        // The default of an open object is an empty one, as where it is absent.
        let _ = writeln!(text, "impl Default for {rust} {{\nfn default() -> Self {{\nSelf {{\n{members}}}\n}}\n}}\n");
    }
    Ok(text)
}

/// An open enum.
pub(super) fn enumeration(plan: &Plan<'_>, name: &str, values: &[String]) -> String {
    // The fields of sorts are methods; the order of a sort is the core's.
    if name == "SortOrderEnum" || name.ends_with("SortRequestField") {
        return String::new();
    }
    // Types that share a name in Rust know the values of all.
    let mut all: Vec<&String> = values.iter().collect();
    for (other, shape) in &plan.model.types {
        if let Shape::Enum { values } = shape
            && plan.rust(other) == plan.rust(name)
        {
            all.extend(values.iter().filter(|value| !all.contains(value)).collect::<Vec<_>>());
        }
    }
    let mut text = "open_enum! {\n".to_owned();
    for line in docs::named(plan, name).lines() {
        let _ = writeln!(text, "    {line}");
    }
    let _ = writeln!(text, "    pub enum {} {{", plan.rust(name));
    for value in all {
        let _ = writeln!(text, "        {} = \"{value}\",", pascal(value));
    }
    text.push_str("    }\n}\n\n");
    text
}

/// A choice of shapes told apart by a member.
pub(super) fn choice(plan: &Plan<'_>, name: &str, tag: &str, shapes: &[Alternative]) -> Result<String, String> {
    let rust = plan.rust(name);
    let (written, read) = (plan.in_requests(name), plan.in_answers(name));
    let mut text = docs::named(plan, name);
    text.push_str("#[derive(Clone, Debug)]\n");
    let serde = |text: &mut String, attributes: &str| {
        if written {
            let _ = writeln!(text, "#[serde({attributes})]");
        } else {
            let _ = writeln!(text, "#[cfg_attr(feature = \"roundtrip\", serde({attributes}))]");
        }
    };
    text.push_str(if written {
        "#[derive(Serialize)]\n"
    } else {
        "#[cfg_attr(feature = \"roundtrip\", derive(serde::Serialize))]\n"
    });
    serde(&mut text, &format!("tag = \"{tag}\""));
    let _ = writeln!(text, "#[non_exhaustive]\npub enum {rust} {{");
    let mut arms = String::new();
    let mut conversions = String::new();
    for shape in shapes {
        let value = shape.tag.as_deref().ok_or_else(|| format!("{name}: a shape without a tag"))?;
        let variant = pascal(value);
        let inner = plan.rust(&shape.kind);
        let _ = writeln!(text, "{}", docs::lines(&format!("`{value}`")).trim_end());
        serde(&mut text, &format!("rename = \"{value}\""));
        let _ = writeln!(text, "{variant}({inner}),");
        let _ = writeln!(arms, "    \"{value}\" => {variant},");
        if written && shapes.iter().filter(|other| other.kind == shape.kind).count() == 1 {
            let _ = writeln!(
                conversions,
                "impl From<{inner}> for {rust} {{\nfn from(value: {inner}) -> Self {{\nSelf::{variant}(value)\n}}\n}}\n"
            );
        }
    }
    text.push_str("/// A shape that this version does not know, as it came.\n");
    serde(&mut text, "untagged");
    text.push_str("Other(Json),\n}\n\n");
    text.push_str(&conversions);
    let feature = if read { "" } else { "#[cfg(feature = \"roundtrip\")]\n" };
    if read {
        let _ = writeln!(
            text,
            "impl Default for {rust} {{\nfn default() -> Self {{\nSelf::Other(Json::default())\n}}\n}}\n"
        );
        let _ = writeln!(text, "tagged!({rust} by \"{tag}\" {{\n{arms}}});\n");
    } else {
        let _ = writeln!(text, "{feature}crate::model::tagged!({rust} by \"{tag}\" {{\n{arms}}});\n");
    }
    Ok(text)
}
