//! Documentation: our own sentences where there are some, and the facts in a few fixed words. Nothing of the descriptions'
//! prose can come in here, since the model holds none.

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
    let mut text = own.cloned().unwrap_or_else(|| format!("The {}.", spoken(&member.name)));
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

/// What an operation is, for its type and for the methods of the clients.
pub(super) fn operation(plan: &Plan<'_>, operation: &Operation) -> String {
    let own = plan.review.operations.get(&operation.id);
    let mut text = own.cloned().unwrap_or_else(|| {
        let words = spoken(&operation.id);
        format!("{}{}.", words[..1].to_uppercase(), &words[1..])
    });
    let root = if operation.cluster { ", below the root of the cluster" } else { "" };
    text += &format!("\n\n`{} {}`{root}, since {}.", operation.method, operation.path, operation.since);
    let list = |statuses: Vec<u16>| statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    text += &format!(" Answers {}", list(operation.answers.iter().map(|answer| answer.status).collect()));
    if operation.errors.is_empty() {
        text += ".";
    } else {
        text += &format!("; errors {}.", list(operation.errors.clone()));
    }
    if operation.eventual {
        text += " Reads lag behind writes.";
    }
    match plan.repeatable(operation) {
        Some(reason) => text += &format!(" Repeatable: {reason}."),
        None => text += " Never repeated after an unknown outcome.",
    }
    lines(&text)
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
