//! The type of an operation: its members from path, query and body in one struct, how its request is made and how its answer
//! is read.

use std::fmt::Write as _;

use super::requests::{self, Field, Place, Setting};
use super::{docs, kinds};
use crate::facts::{Operation, Shape};
use crate::names::{identifier, pascal, snake};
use crate::plan::{Paging, Plan};

/// All that is written of one operation.
pub(super) fn operation(plan: &Plan<'_>, operation: &Operation) -> Result<String, String> {
    let rust = pascal(&operation.id);
    let (fields, kind) = fields(plan, operation)?;
    let body = operation.body.is_some();
    let default = fields.iter().all(|field| field.setting != Setting::New) && !is_choice(plan, kind);
    let how = if body { "request! {" } else { "request! { bare" };
    let lines = fields.iter().map(|field| field.declared(is_tenant(plan, operation, field))).collect::<String>();
    let mut text = requests::declaration(
        &rust,
        &(docs::operation(plan, operation)? + &docs::example(plan, operation)),
        how,
        default,
        &lines,
    );
    let _ = writeln!(text, "impl {rust} {{");
    text.push_str(&requests::constructors(plan, kind, &fields)?);
    text.push_str(&requests::setters(plan, &snake(&operation.id), &fields));
    text.push_str("}\n\n");
    let required: Vec<&Field<'_>> = fields.iter().filter(|field| field.setting == Setting::New).collect();
    if let [one] = required[..]
        && one.place == Place::Path
        && one.kind.starts_with("Given<")
        && late(&fields, plan, kind).next().is_none()
    {
        let _ = writeln!(
            text,
            "impl<K: Into<{kind}>> From<K> for {rust} {{\nfn from({name}: K) -> Self {{\nSelf::new({name})\n}}\n}}\n",
            kind = one.kind,
            name = one.name
        );
    }
    text.push_str(&implementation(plan, operation, &rust, &fields, kind)?);
    Ok(text)
}

/// The members of an operation, and the name of its body's type.
pub(super) fn fields<'a>(plan: &Plan<'a>, operation: &'a Operation) -> Result<(Vec<Field<'a>>, &'a str), String> {
    let kind = operation.body.as_ref().map_or("", |body| body.kind.as_str());
    let choice = is_choice(plan, kind);
    let members = operation.parameters.iter().map(|member| (member, Place::Path));
    let members = members.chain(operation.query.iter().map(|member| (member, Place::Query)));
    let mut fields = requests::fields(plan, kind, members)?;
    let flat = plan.flat(kind).into_iter().map(|member| (member, Place::Body));
    for mut field in requests::fields(plan, kind, flat)? {
        let before = fields.iter().filter(|field| field.setting == Setting::New).count();
        if field.setting == Setting::New && (choice || before >= 3) {
            field.setting = if field.kind.starts_with("Vec<") { Setting::List } else { Setting::Set };
        }
        if fields.iter().any(|known| known.name == field.name) {
            return Err(format!("{}: {} is in two places", operation.id, field.name));
        }
        fields.push(field);
    }
    Ok((fields, kind))
}

fn is_choice(plan: &Plan<'_>, kind: &str) -> bool {
    matches!(plan.model.types.get(kind), Some(Shape::Choice { tag: None, .. }))
}

/// Required members that the constructor does not take.
fn late<'f, 'a>(fields: &'f [Field<'a>], plan: &Plan<'a>, kind: &str) -> impl Iterator<Item = &'f Field<'a>> {
    let choice = is_choice(plan, kind);
    fields.iter().filter(move |field| {
        let unset =
            !matches!(field.setting, Setting::New | Setting::Page | Setting::Sort | Setting::Or | Setting::Change);
        unset && field.member.required && !(choice && optional_in_some(plan, kind, &field.member.name))
    })
}

fn optional_in_some(plan: &Plan<'_>, kind: &str, member: &str) -> bool {
    let Some(Shape::Choice { shapes, .. }) = plan.model.types.get(kind) else { return false };
    shapes.iter().any(|shape| !plan.flat(&shape.kind).iter().any(|known| known.name == member && known.required))
}

fn is_tenant(plan: &Plan<'_>, operation: &Operation, field: &Field<'_>) -> bool {
    (field.member.name == "tenantId" && plan.review.tenant.contains(&operation.id))
        || (field.member.name == "tenantIds" && plan.review.tenants.contains(&operation.id))
}

fn implementation(
    plan: &Plan<'_>,
    operation: &Operation,
    rust: &str,
    fields: &[Field<'_>],
    kind: &str,
) -> Result<String, String> {
    let (output, reading) = output(plan, operation)?;
    let mut text = format!("impl Operation for {rust} {{\ntype Output = {output};\n");
    let _ = writeln!(text, "const INFO: OperationInfo = {};\n", info(plan, operation));
    let tenant = fields.iter().find(|field| is_tenant(plan, operation, field));
    let options = if tenant.is_some() { "options" } else { "_options" };
    let _ = writeln!(
        text,
        "#[inline]\nfn request(&self, config: &Config, {options}: &CallOptions) -> Result<http::Request<Body>, Error> {{\n\
         RequestBuilder::new(config, Self::INFO)"
    );
    for field in fields {
        let (name, member) = (identifier(&field.name), &field.member.name);
        let id = field.kind.starts_with("Given<");
        let option = field.setting != Setting::New;
        match field.place {
            Place::Path if id => {
                let _ = writeln!(text, ".id(\"{member}\", &self.{name})");
            }
            Place::Path => {
                let _ = writeln!(text, ".path(\"{member}\", self.{name}.to_string())");
            }
            Place::Query => {
                if id {
                    let value = if option { format!("self.{name}.as_ref()") } else { format!("Some(&self.{name})") };
                    let _ = writeln!(text, ".check(\"{member}\", {value})");
                }
                let value = if option { format!("self.{name}.as_ref()") } else { format!("Some(&self.{name})") };
                let _ = writeln!(text, ".query(\"{member}\", {value})");
            }
            Place::Body if id && field.setting != Setting::Change => {
                let value = if option { format!("self.{name}.as_ref()") } else { format!("Some(&self.{name})") };
                let _ = writeln!(text, ".check(\"{member}\", {value})");
            }
            Place::Body => {}
        }
    }
    for field in late(fields, plan, kind) {
        let _ = writeln!(text, ".need(\"{}\", self.{}.is_some())", field.member.name, identifier(&field.name));
    }
    match (&operation.body, tenant) {
        (None, _) => text.push_str(".empty()\n"),
        (Some(_), None) => text.push_str(".json(self)\n"),
        (Some(_), Some(field)) if field.member.name == "tenantIds" => {
            text.push_str(
                ".json_for_tenants(self, self.tenant_ids.as_deref(), self.tenant_filter.as_ref(), options)\n",
            );
        }
        (Some(_), Some(field)) => {
            let _ = writeln!(text, ".json_for_tenant(self, self.{}.as_ref(), options)", field.name);
        }
    }
    let _ =
        writeln!(text, "}}\n\n#[inline]\nfn response(answer: Answer) -> Result<Self::Output, Error> {{\n{reading}\n}}");
    if fields.iter().any(|field| field.member.name == "requestTimeout") {
        let held = if fields.iter().any(|field| field.member.name == "awaitCompletion") {
            "self.await_completion.unwrap_or(false).then(|| self.request_timeout.unwrap_or(0))"
        } else {
            "Some(self.request_timeout.unwrap_or(0))"
        };
        let _ = writeln!(text, "\n#[inline]\nfn hold(&self) -> Option<i64> {{\n{held}\n}}");
    }
    text.push_str("}\n\n");
    if operation.eventual {
        let _ = writeln!(text, "impl EventuallyConsistent for {rust} {{}}\n");
    }
    if let Some(field) = fields.iter().find(|field| field.setting == Setting::Page)
        && let Some(item) = output.strip_prefix("Page<").and_then(|item| item.strip_suffix('>'))
    {
        let how = if plan.paging(&field.member.kind) == Some(Paging::Offset) { "offset" } else { "cursor" };
        let _ = writeln!(text, "paged!({rust}, {item}, {how});\n");
    }
    Ok(text)
}

/// What is known of an operation before any request.
pub(super) fn info(plan: &Plan<'_>, operation: &Operation) -> String {
    let verb = pascal(&operation.method.to_lowercase());
    let mut text = format!(
        "OperationInfo::new(\"{}\", \"{}\", Verb::{verb}, \"{}\").tag(\"{}\").since(\"{}\")",
        operation.id,
        snake(&operation.id),
        operation.path,
        operation.tag,
        operation.since
    );
    if operation.cluster {
        text += ".base(Base::Cluster)";
    }
    match described(operation) {
        "text/xml" => text += ".accept(Accept::Xml)",
        "application/octet-stream" => text += ".accept(Accept::Binary)",
        _ => {}
    }
    if operation.method != "GET" && plan.repeatable(operation).is_some() {
        text += ".repeatable()";
    }
    if operation.eventual {
        text += ".eventual()";
    }
    if plan.review.drains.contains(&operation.id) {
        text += ".drains()";
    }
    if plan.review.tenant.contains(&operation.id) {
        text += ".tenant()";
    } else if plan.review.tenants.contains(&operation.id) {
        text += ".tenants()";
    }
    text
}

/// The media type of an answer, as the description says: what is asked for.
fn described(operation: &Operation) -> &str {
    operation.answers.iter().find_map(|answer| answer.media.as_deref()).unwrap_or_default()
}

/// The media type of an answer, as it is decoded.
fn media<'a>(plan: &Plan<'_>, operation: &'a Operation) -> &'a str {
    if plan.review.raw.contains_key(&operation.id) { "application/octet-stream" } else { described(operation) }
}

/// What a success is decoded to, and how.
pub(super) fn output(plan: &Plan<'_>, operation: &Operation) -> Result<(String, &'static str), String> {
    let empty = operation.answers.iter().any(|answer| answer.kind.is_none())
        || plan.review.maybe_empty.contains_key(&operation.id);
    let mut kinds_of = operation.answers.iter().filter_map(|answer| answer.kind.as_deref());
    let Some(kind) = kinds_of.next() else { return Ok(("()".to_owned(), "answer.nothing()")) };
    if kinds_of.any(|other| other != kind) {
        return Err(format!("{}: successes of several types", operation.id));
    }
    match (media(plan, operation), empty) {
        ("application/json", false) => Ok((kinds::answer(plan, kind)?, "answer.json()")),
        ("application/json", true) => Ok((format!("Option<{}>", kinds::answer(plan, kind)?), "answer.optional_json()")),
        ("text/xml", false) => Ok(("String".to_owned(), "answer.text()")),
        ("text/xml", true) => Ok(("Option<String>".to_owned(), "answer.optional_text()")),
        ("application/octet-stream", false) => Ok(("Bytes".to_owned(), "Ok(answer.body().clone())")),
        (other, _) => Err(format!("{}: answers of type {other} are not known", operation.id)),
    }
}

/// Whether anything can be given to an operation.
pub(super) fn takes_anything(operation: &Operation) -> bool {
    operation.body.is_some() || !operation.parameters.is_empty() || !operation.query.is_empty()
}
