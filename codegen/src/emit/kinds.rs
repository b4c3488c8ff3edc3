//! The types of members in Rust, in requests and in answers. A kind that is not known is an error.

use crate::facts::{Member, Shape};
use crate::plan::Plan;

/// The type of values of a kind in a request, and whether they travel as ids that may be text.
pub(super) fn request(plan: &Plan<'_>, kind: &str) -> Result<String, String> {
    if let Some(item) = kind.strip_prefix('[') {
        return Ok(format!("Vec<{}>", request(plan, &item[..item.len() - 1])?));
    }
    if let Some(value) = kind.strip_prefix('{') {
        return Ok(format!("BTreeMap<String, {}>", request(plan, &value[..value.len() - 1])?));
    }
    if let Some(scalar) = simple(kind) {
        return Ok(scalar.to_owned());
    }
    match plan.model.types.get(kind) {
        Some(Shape::Id { .. }) => Ok(format!("Given<{}>", plan.rust(kind))),
        Some(Shape::Filter { of, operators }) => {
            Ok(format!("Condition<{}, {}>", request(plan, of)?, family(kind, operators)?))
        }
        // What servers give and take is given as they gave it.
        Some(_) => Ok(plan.rust(kind).to_owned()),
        None => Err(format!("the type {kind} is not known")),
    }
}

/// The type of values of a kind in an answer, apart from whether they may be absent.
pub(super) fn answer(plan: &Plan<'_>, kind: &str) -> Result<String, String> {
    if let Some(item) = kind.strip_prefix('[') {
        return Ok(format!("Vec<{}>", answer(plan, &item[..item.len() - 1])?));
    }
    if let Some(value) = kind.strip_prefix('{') {
        return Ok(format!("BTreeMap<String, {}>", answer(plan, &value[..value.len() - 1])?));
    }
    if let Some(scalar) = simple(kind) {
        return Ok(scalar.to_owned());
    }
    match plan.model.types.get(kind) {
        Some(Shape::Filter { .. }) | None => Err(format!("the type {kind} is not known in answers")),
        Some(_) if kind == "SearchQueryPageResponse" => Ok("PageInfo".to_owned()),
        Some(_) => match plan.page(kind) {
            Some(item) => Ok(format!("Page<{}>", answer(plan, item)?)),
            None => Ok(plan.rust(kind).to_owned()),
        },
    }
}

/// How a member of an answer is read.
pub(super) enum Reading {
    /// It must be there.
    Present,
    /// Absent and null are its default.
    Plain,
    /// Absent and null are an empty object.
    Object,
    /// Absent and null are `None`.
    Optional,
}

/// The rule for members that a release may lack.
pub(super) fn reading(plan: &Plan<'_>, owner: &str, member: &Member) -> Reading {
    if plan.must_be_present(owner, &member.name) {
        return Reading::Present;
    }
    if member.nullable || plan.later(owner, member) {
        return Reading::Optional;
    }
    match (member.kind.as_str(), plan.model.types.get(&member.kind)) {
        ("date", _) => Reading::Optional,
        ("object", _) => Reading::Object,
        (kind, Some(Shape::Id { .. })) if plan.is_key(kind) => Reading::Optional,
        (kind, Some(Shape::Object { .. })) if !plan.defaults(kind) => Reading::Optional,
        _ => Reading::Plain,
    }
}

fn simple(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "text" => "String",
        "date" => "Timestamp",
        "int" => "i32",
        "long" => "i64",
        "number" => "f64",
        "bool" => "bool",
        "scalar" => "Scalar",
        "json" | "object" => "Json",
        "variable value" => "Condition<VariableValue, Full>",
        "secret" => "Secret",
        _ => return None,
    })
}

fn family(name: &str, operators: &[String]) -> Result<&'static str, String> {
    let has = |operator: &str| operators.iter().any(|known| known == operator);
    let known = ["eq", "neq", "exists", "in", "notIn", "like", "gt", "gte", "lt", "lte"];
    if let Some(unknown) = operators.iter().find(|operator| !known.contains(&operator.as_str())) {
        return Err(format!("{name}: the operator {unknown} is not known"));
    }
    if !["eq", "neq", "exists", "in"].into_iter().all(has) {
        return Err(format!("{name} lacks an operator that all others have"));
    }
    match (has("notIn"), has("like"), has("gt")) {
        (false, false, false) => Ok("Basic"),
        (true, false, false) => Ok("Exact"),
        (false, true, false) => Ok("Wild"),
        (true, true, false) => Ok("Full"),
        (false, false, true) => Ok("Ranged"),
        (false, true, true) => Ok("Every"),
        _ => Err(format!("{name}: this family of operators is not known")),
    }
}
