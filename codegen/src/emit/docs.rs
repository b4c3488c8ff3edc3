//! Documentation: our own sentences where there are some, and the facts in a few fixed words. Nothing of the descriptions'
//! prose can come in here, since the model holds none.

use std::collections::BTreeSet;

use crate::condense::release;
use crate::facts::{Member, Operation, Shape};
use crate::names::{pascal, snake};
use crate::plan::Plan;

const WIDTH: usize = 112;

/// Lines of documentation, wrapped.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        if !out.is_empty() {
            out.push_str("///\n");
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + word.chars().count() > WIDTH {
                out.push_str(&format!("/// {line}\n"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        out.push_str(&format!("/// {line}\n"));
    }
    out
}

/// A name as words: `processInstanceKey` as `process instance key`.
pub(super) fn spoken(name: &str) -> String {
    snake(name).replace('_', " ")
}

/// What a member is.
pub(super) fn member(plan: &Plan<'_>, owner: &str, member: &Member) -> String {
    let texts = &plan.review.texts;
    let own = texts.get(&format!("{owner}.{}", member.name)).or_else(|| texts.get(&member.name));
    let mut text = own.cloned().unwrap_or_else(|| format!("The {} of {{owner}}.", spoken(&member.name)));
    text = match subject(plan, owner) {
        Some(subject) => text.replace("{owner}", &format!("the {subject}")),
        None => text.replace(" of {owner}", ""),
    };
    match (member.minimum, member.maximum) {
        (Some(min), Some(max)) => text += &format!(" From {min} to {max}."),
        (Some(min), None) => text += &format!(" At least {min}."),
        (None, Some(max)) => text += &format!(" At most {max}."),
        (None, None) => {}
    }
    if let Some(default) =
        member.default.as_ref().filter(|default| !default.is_array() && !default.is_null() && *default != "")
    {
        text += &format!(" If absent, `{}` counts.", default.as_str().map_or(default.to_string(), str::to_owned));
    }
    if let Some(max) = member.max_items {
        text += &format!(" At most {max}.");
    }
    if member.deprecated {
        text += " Deprecated.";
    }
    if let Some(since) = member.since.as_ref().filter(|since| release(since) > release("8.8")) {
        text += &format!(" Since {since}.");
    }
    lines(&text)
}

/// What the members of a type are about: `process instance` for `ProcessInstanceFilter`. None for an operation's parameters.
fn subject(plan: &Plan<'_>, owner: &str) -> Option<String> {
    const BEFORE: [&str; 9] =
        ["Created", "Create", "Updated", "Update", "Found", "Deployed", "New", "Correlated", "Resolved"];
    const AFTER: [&str; 13] = [
        "Fields",
        "Filter",
        "Request",
        "Create",
        "Update",
        "Item",
        "Details",
        "Info",
        "Statistics",
        "Status",
        "Name",
        "State",
        "SearchQuery",
    ];
    let mut name = if owner.is_empty() { "" } else { plan.rust(owner) };
    while let Some(rest) = BEFORE.iter().find_map(|prefix| name.strip_prefix(prefix)) {
        name = rest;
    }
    while let Some(rest) = AFTER.iter().find_map(|suffix| name.strip_suffix(suffix)) {
        name = rest;
    }
    (!name.is_empty()).then(|| spoken(name))
}

/// What an operation is, for its type and for the methods of the clients.
///
/// # Errors
///
/// It has a status that nobody has words for.
pub(super) fn operation(plan: &Plan<'_>, operation: &Operation) -> Result<String, String> {
    let own = plan.review.operations.get(&operation.id);
    let mut text = own.cloned().unwrap_or_else(|| {
        let words = spoken(&operation.id);
        format!("{}{}.", words[..1].to_uppercase(), &words[1..])
    });
    let root = if operation.cluster { ", below the root of the cluster" } else { "" };
    text += &format!("\n\n`{} {}`{root}, since {}.", operation.method, operation.path, operation.since);
    let list = |statuses: Vec<u16>| statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    text += &format!(" Answers {}", list(operation.answers.iter().map(|answer| answer.status).collect()));
    text.push('.');
    if operation.eventual {
        text += " Reads lag behind writes.";
    }
    match plan.repeatable(operation) {
        Some(reason) => text += &format!(" Repeatable: {reason}."),
        None => text += " Never repeated after an unknown outcome.",
    }
    let errors = errors(plan, operation)?;
    if !errors.is_empty() {
        text += &format!("\n\nErrors: {}.", errors.join("; "));
    }
    Ok(lines(&text))
}

/// How an operation is used, if somebody has shown it.
pub(super) fn example(plan: &Plan<'_>, operation: &Operation) -> String {
    let Some(lines) = plan.review.examples.get(&operation.id) else { return String::new() };
    let lines = lines.iter().map(|line| format!("/// {line}").trim_end().to_owned());
    let head = ["///".to_owned(), "/// ```".to_owned()].into_iter();
    head.chain(lines).chain(["/// ```\n".to_owned()]).collect::<Vec<_>>().join("\n")
}

/// The statuses of errors and what they mean, in the words that fit best.
fn errors(plan: &Plan<'_>, operation: &Operation) -> Result<Vec<String>, String> {
    let words = &plan.review.statuses;
    let of_operation = words.keys().filter_map(|key| key.strip_suffix(&operation.id)?.trim_end().parse().ok());
    let statuses: BTreeSet<u16> = operation.errors.iter().copied().chain(of_operation).collect();
    let search =
        ["list", "search"].iter().any(|verb| operation.id.starts_with(verb)) || operation.path.ends_with("/search");
    let id = snake(&operation.id);
    let verb = if search { "search" } else { id.split('_').next().unwrap_or_default() };
    let meaning = |status: u16| {
        let keys = [format!("{status} {}", operation.id), format!("{status} {verb}"), status.to_string()];
        let meaning = keys.iter().find_map(|key| words.get(key));
        meaning
            .map(|words| format!("{status} {words}"))
            .ok_or_else(|| format!("{}: what does {status} mean?", operation.id))
    };
    statuses.into_iter().map(meaning).collect()
}

/// What a type is: our own words, else where it occurs.
pub(super) fn named(plan: &Plan<'_>, name: &str) -> String {
    let rust = plan.rust(name);
    if let Some(own) = plan.review.types.get(rust) {
        return lines(own);
    }
    let link = |name: &str| format!("[`{name}`](crate::api::{name})");
    let user = plan.user(name);
    let used = user.map(|operation| link(&pascal(&operation.id))).unwrap_or_default();
    let direct =
        user.is_some_and(|operation| operation.answers.iter().any(|answer| answer.kind.as_deref() == Some(name)));
    lines(&match &plan.model.types[name] {
        Shape::Id { .. } | Shape::Number { .. } => {
            let words = spoken(rust);
            let (thing, kind) = words.rsplit_once(' ').unwrap_or((&words, "id"));
            let article = if thing.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
            format!("The {kind} of {article} {thing}.")
        }
        Shape::Enum { .. } => match plan.occurrence(name) {
            Some((owner, member)) => format!("The {} of {}.", spoken(member), link(&owner)),
            None => format!("Used by {used}."),
        },
        _ if name.contains("Filter") => {
            format!("Which results {used} is about: all conditions that are set must hold.")
        }
        _ if direct => format!("What {used} answers."),
        _ if plan.in_answers(name) => format!("Part of what {used} answers."),
        _ => format!("Part of {used}."),
    })
}
