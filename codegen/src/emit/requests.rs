//! Types of requests: private members, a constructor with what is required, setters with bare names for the rest.

use std::fmt::Write as _;

use super::{docs, kinds};
use crate::facts::{Member, Shape};
use crate::names::{identifier, snake};
use crate::plan::Plan;

/// A member with all that is to be written about it.
pub(super) struct Field<'a> {
    /// The facts.
    pub(super) member: &'a Member,
    /// The type whose member it is, in the description.
    pub(super) owner: &'a str,
    /// Its name in Rust.
    pub(super) name: String,
    /// Where it travels.
    pub(super) place: Place,
    /// How it is set.
    pub(super) setting: Setting,
    /// The type of its value, or of what its setter is about.
    pub(super) kind: String,
}

/// Where a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Body,
}

/// How a member is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// By the constructor.
    New,
    Set,
    List,
    Map,
    Change,
    Json,
    Object,
    Filter,
    Or,
    Sort,
    Page,
}

impl Field<'_> {
    /// The type of the struct's member.
    pub(super) fn stored(&self) -> String {
        match self.setting {
            Setting::New => self.kind.clone(),
            Setting::Change => format!("Change<{}>", self.kind),
            Setting::Or => format!("Vec<{}>", self.kind),
            Setting::Sort => "Vec<Sort>".to_owned(),
            Setting::Page => "PageRequest".to_owned(),
            _ => format!("Option<{}>", self.kind),
        }
    }

    fn unset(&self) -> &'static str {
        match self.setting {
            Setting::New => "",
            Setting::Change => "Change::Keep",
            Setting::Or | Setting::Sort => "Vec::new()",
            Setting::Page => "PageRequest::default()",
            _ => "None",
        }
    }

    /// The line that declares it; `apart` if it is added to the body by itself.
    pub(super) fn declared(&self, apart: bool) -> String {
        let place = match (self.place, self.setting) {
            _ if apart => "apart",
            (Place::Path, _) => "path",
            (Place::Query, Setting::New) => "asked",
            (Place::Query, _) => "query",
            (Place::Body, Setting::New) => "must",
            (Place::Body, _) => "body",
        };
        format!("        {}: {} = \"{}\" {place},\n", identifier(&self.name), self.stored(), self.member.name)
    }

    /// The parameter of a constructor.
    fn parameter(&self) -> String {
        let name = identifier(&self.name);
        if let Some(item) = self.kind.strip_prefix("Vec<").and_then(|item| item.strip_suffix('>')) {
            return format!("{name}: impl IntoIterator<Item = impl Into<{item}>>");
        }
        match self.kind.as_str() {
            "i32" | "i64" | "bool" | "f64" => format!("{name}: {}", self.kind),
            kind => format!("{name}: impl Into<{kind}>"),
        }
    }

    fn argument(&self) -> String {
        let name = identifier(&self.name);
        match self.kind.as_str() {
            "i32" | "i64" | "bool" | "f64" => name,
            kind if kind.starts_with("Vec<") => format!("{name}: {name}.into_iter().map(Into::into).collect()"),
            _ => format!("{name}: {name}.into()"),
        }
    }
}

/// Plans the members of a request.
pub(super) fn fields<'a>(
    plan: &Plan<'a>,
    owner: &'a str,
    members: impl IntoIterator<Item = (&'a Member, Place)>,
) -> Result<Vec<Field<'a>>, String> {
    let mut fields = Vec::new();
    let mut positions = 0;
    // What one shape of a choice requires, another may lack.
    let choice = matches!(plan.model.types.get(owner), Some(Shape::Choice { tag: None, .. }));
    for (member, place) in members {
        let name = plan.field(owner, &member.name)?;
        let kind = member.kind.as_str();
        let filter = plan.model.types.get(kind).is_some_and(|shape| matches!(shape, Shape::Object { .. }))
            && kind.contains("Filter")
            && plan.all_optional(kind);
        let item = kind.strip_prefix('[').and_then(|item| item.strip_suffix(']'));
        let value = kind.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
        let change = plan.review.changes.iter().any(|name| name == owner);
        let (setting, kind) = if plan.paging(kind).is_some() {
            (Setting::Page, String::new())
        } else if let Some(sort) = item.filter(|item| plan.is_sort(item)) {
            (Setting::Sort, plan.rust(sort).to_owned())
        } else if let Some(item) = item.filter(|_| member.name == "$or") {
            (Setting::Or, plan.rust(item).to_owned())
        } else if kind == "json" {
            (Setting::Json, "Json".to_owned())
        } else if kind == "object" {
            (Setting::Object, "Json".to_owned())
        } else if change {
            (Setting::Change, kinds::request(plan, kind)?)
        } else if member.required && positions < 3 && !(choice && place == Place::Body) {
            positions += 1;
            (Setting::New, kinds::request(plan, kind)?)
        } else if filter && member.name == "filter" {
            (Setting::Filter, plan.rust(kind).to_owned())
        } else if item.is_some() {
            (Setting::List, kinds::request(plan, kind)?)
        } else if value.is_some() {
            (Setting::Map, kinds::request(plan, kind)?)
        } else {
            (Setting::Set, kinds::request(plan, kind)?)
        };
        fields.push(Field { member, owner, name, place, setting, kind });
    }
    Ok(fields)
}

/// The constructors of a request: one, or one for each shape of a choice.
pub(super) fn constructors(plan: &Plan<'_>, kind: &str, fields: &[Field<'_>]) -> Result<String, String> {
    let mut text = String::new();
    let shapes = match plan.model.types.get(kind) {
        Some(Shape::Choice { tag: None, shapes }) => shapes.iter().map(|shape| shape.kind.as_str()).collect(),
        _ => vec![kind],
    };
    for shape in &shapes {
        let name = if shapes.len() == 1 {
            "new"
        } else {
            plan.review.constructors.get(*shape).ok_or_else(|| format!("{shape} needs a constructor in the review"))?
        };
        let own = plan.flat(shape);
        let required = |field: &Field<'_>| own.iter().any(|member| member.name == field.member.name && member.required);
        let mut taken: Vec<&Field<'_>> = fields.iter().filter(|field| field.setting == Setting::New).collect();
        if shapes.len() > 1 {
            // What says which shape it is has no setter, so it comes first.
            let settable = fields.iter().filter(|field| matches!(field.setting, Setting::Set | Setting::List));
            let (deciding, others): (Vec<_>, Vec<_>) =
                settable.filter(|field| required(field)).partition(|field| decides(plan, field));
            taken.extend(deciding);
            taken.extend(others);
            taken.truncate(3);
            taken.sort_by_key(|taken| fields.iter().position(|field| field.name == taken.name));
        }
        let parameters = taken.iter().map(|field| field.parameter()).collect::<Vec<_>>().join(", ");
        let doc = if taken.is_empty() {
            "With nothing set.".to_owned()
        } else {
            let names = taken.iter().map(|field| docs::spoken(&field.name)).collect::<Vec<_>>();
            match names.split_last() {
                Some((last, [])) => format!("With its {last}."),
                Some((last, others)) => format!("With its {} and {last}.", others.join(", ")),
                None => String::new(),
            }
        };
        let late = late(fields).filter(|field| required(field) && !taken.iter().any(|taken| taken.name == field.name));
        let late: Vec<String> = late.map(|field| format!("`{}`", field.name)).collect();
        let doc = if late.is_empty() { doc } else { format!("{doc} To be set besides: {}.", late.join(", ")) };
        if taken.is_empty() {
            let _ = writeln!(text, "{}#[inline]\npub fn {name}() -> Self {{\nSelf::default()\n}}\n", docs::lines(&doc));
            continue;
        }
        let _ = writeln!(text, "{}pub fn {name}({parameters}) -> Self {{\nSelf {{", docs::lines(&doc));
        for field in fields {
            let name = identifier(&field.name);
            if !taken.iter().any(|taken| taken.name == field.name) {
                let _ = writeln!(text, "{name}: {},", field.unset());
            } else if field.setting == Setting::New {
                let _ = writeln!(text, "{},", field.argument());
            } else {
                let argument = field.argument();
                let value = argument.split_once(": ").map_or(argument.as_str(), |(_, value)| value);
                let _ = writeln!(text, "{name}: Some({value}),");
            }
        }
        text.push_str("}\n}\n\n");
    }
    Ok(text)
}

/// The setters of a request; `owner` is whom errors name.
pub(super) fn setters(plan: &Plan<'_>, owner: &str, fields: &[Field<'_>]) -> String {
    let mut text = String::new();
    let mut page = String::new();
    for field in fields {
        let name = identifier(&field.name);
        let item = field.kind.strip_prefix("Vec<").and_then(|item| item.strip_suffix('>'));
        let value = field.kind.strip_prefix("BTreeMap<String, ").and_then(|value| value.strip_suffix('>'));
        let member = &field.member.name;
        let by_hand =
            plan.review.setters_by_hand.iter().any(|(id, members)| snake(id) == owner && members.contains(member));
        if by_hand || decides(plan, field) {
            continue;
        }
        let line = match field.setting {
            Setting::New => continue,
            Setting::Page => {
                let how = match plan.paging(&field.member.kind) {
                    Some(crate::plan::Paging::Offset) => "offset",
                    Some(crate::plan::Paging::Forward) => "forward",
                    _ => "any",
                };
                page = format!("\npaging!({how});\n");
                continue;
            }
            Setting::Set => format!("set {name}: {};", field.kind),
            Setting::List => format!("list {name}: {};", item.unwrap_or_default()),
            Setting::Map => format!("map {name}: {};", value.unwrap_or_default()),
            Setting::Change => format!("change {name}: {};", field.kind),
            Setting::Json => format!("json {name} = \"{owner}\", \"{member}\";"),
            Setting::Object => format!("object {name} = \"{owner}\", \"{member}\";"),
            Setting::Filter => format!("filter {name}: {};", field.kind),
            Setting::Or => format!("or {name}: {};", field.kind),
            Setting::Sort => format!("sort {name}: {};", field.kind),
        };
        for line in docs::member(plan, field.owner, field.member).lines().chain([line.as_str()]) {
            let _ = writeln!(text, "        {line}");
        }
    }
    if text.is_empty() { page } else { format!("setters! {{\n{text}    }}\n{page}") }
}

/// Whether a member says which shape of a choice it is: that is the constructors' matter.
fn decides(plan: &Plan<'_>, field: &Field<'_>) -> bool {
    let Some(Shape::Choice { tag: None, shapes }) = plan.model.types.get(field.owner) else { return false };
    let own = |kind: &str| plan.flat(kind).into_iter().find(|member| member.name == field.member.name);
    shapes.iter().any(|shape| own(&shape.kind).is_none())
        && shapes.iter().any(|shape| own(&shape.kind).is_some_and(|member| member.required))
}

/// Required members that the constructor of an object does not take: checked when it is written.
fn late<'f, 'a>(fields: &'f [Field<'a>]) -> impl Iterator<Item = &'f Field<'a>> {
    use Setting::{Json, List, Map, Object, Set};
    fields.iter().filter(|field| field.member.required && matches!(field.setting, Set | List | Map | Json | Object))
}

/// An object within a request.
pub(super) fn object(plan: &Plan<'_>, name: &str) -> Result<String, String> {
    let rust = plan.rust(name);
    let (name, _) = plan.model.types.get_key_value(name).ok_or("an object without a name")?;
    let tag = plan.tag_of(name);
    let members = plan.flat(name).into_iter().filter(|member| Some(member.name.as_str()) != tag);
    let fields = fields(plan, name, members.map(|member| (member, Place::Body)))?;
    let default = fields.iter().all(|field| field.setting != Setting::New);
    let lines: String = fields.iter().map(|field| field.declared(false)).collect();
    let choice = matches!(plan.model.types.get(name), Some(Shape::Choice { tag: None, .. }));
    let lines = late(&fields).filter(|_| !choice).fold(lines, |lines, field| {
        let wire = format!("\"{}\"", field.member.name);
        lines.replace(&format!("{wire} body,"), &format!("{wire} need,"))
    });
    let mut text = declaration(rust, &docs::named(plan, name), "request! {", default, &lines);
    let _ = writeln!(text, "impl {rust} {{");
    text.push_str(&constructors(plan, name, &fields)?);
    text.push_str(&setters(plan, rust, &fields));
    text.push_str("}\n\n");
    Ok(text)
}

/// A struct of requests.
pub(super) fn declaration(rust: &str, doc: &str, how: &str, default: bool, members: &str) -> String {
    let doc: String = doc.lines().map(|line| format!("    {line}\n")).collect();
    let derive = if default { "    #[derive(Default)]\n" } else { "" };
    format!("{how}\n{doc}{derive}    pub struct {rust} {{\n{members}    }}\n}}\n\n")
}

/// What a search can be sorted by.
pub(super) fn sort(plan: &Plan<'_>, name: &str) -> Result<String, String> {
    let field = plan.flat(name).into_iter().find(|member| member.name == "field").ok_or("a sort without a field")?;
    let Some(Shape::Enum { values }) = plan.model.types.get(&field.kind) else {
        return Err(format!("{name}: sorts by what is no list of names"));
    };
    let mut text = String::from("sort_fields! {\n");
    let _ = writeln!(text, "    /// The fields to sort by; see `sort` of the search.\n    {} {{", plan.rust(name));
    for value in values {
        let _ = writeln!(text, "        {} = \"{value}\",", identifier(&snake(value)).replace("r#type", "by_type"));
    }
    text.push_str("    }\n}\n\n");
    Ok(text)
}
