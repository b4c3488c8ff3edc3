//! What is special about user tasks, scripts, decisions, calls, ad-hoc sub-processes, listeners and multi-instance.
//! It looks at a single element, like its neighbour for jobs and mappings.

use std::collections::BTreeMap;
use std::sync::Arc;

use roxmltree::Node as Xml;

use super::element::{expression, headers, job, path, term};
use super::model::{AdHoc, Binding, Call, JobDefinition, Kind, Multi, UserTaskModel};
use super::report::Report;
use super::xml::{BPMN, ZEEBE, children, extensions};
use crate::feel::Term;

fn extension<'a, 'input: 'a>(xml: Xml<'a, 'input>, name: &str) -> Option<Xml<'a, 'input>> {
    extensions(xml).find(|e| e.tag_name().name() == name)
}

fn binding(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Binding {
    match xml.attribute("bindingType") {
        None | Some("latest") => Binding::Latest,
        Some("deployment") => Binding::Deployment,
        Some("versionTag") => match xml.attribute("versionTag").filter(|tag| !tag.trim().is_empty()) {
            Some(tag) => Binding::VersionTag(tag.to_owned()),
            None => {
                report.error(id, "Attribute 'versionTag' must be present and not empty");
                Binding::Latest
            }
        },
        Some(other) => {
            report.error(id, format!("Attribute 'bindingType' must not be '{other}'"));
            Binding::Latest
        }
    }
}

/// The form of a user task or start event: its id, if it is a linked one.
pub(crate) fn form(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<(Term, Binding)> {
    let definition = extension(xml, "formDefinition")?;
    let form = definition.attribute("formId").filter(|form| !form.is_empty())?;
    Some((term(form, id, report), binding(definition, id, report)))
}

pub(crate) fn user_task(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> UserTaskModel {
    let mut attribute = |name: &str, attribute: &str| {
        let text = extension(xml, name)?.attribute(attribute).filter(|text| !text.trim().is_empty())?;
        Some(term(text, id, report))
    };
    let assignee = attribute("assignmentDefinition", "assignee");
    let candidate_groups = attribute("assignmentDefinition", "candidateGroups");
    let candidate_users = attribute("assignmentDefinition", "candidateUsers");
    let due_date = attribute("taskSchedule", "dueDate");
    let follow_up_date = attribute("taskSchedule", "followUpDate");
    let priority = attribute("priorityDefinition", "priority");
    let external_reference = attribute("formDefinition", "externalReference");
    for date in [&due_date, &follow_up_date] {
        if let Some(Term::Static(text)) = date
            && crate::feel::date_time(text).is_none()
        {
            report.error(id, format!("Expected a date-time with a zone, but found '{text}'"));
        }
    }
    if let Some(Term::Static(text)) = &priority
        && !text.parse::<i32>().is_ok_and(|priority| (0..=100).contains(&priority))
    {
        report.error(id, "Priority must be a number between 0 and 100");
    }
    let form_id = form(xml, id, report);
    let as_job = extension(xml, "userTask").is_none();
    if external_reference.is_some() && form_id.is_some() {
        report.error(id, "Exactly one of the attributes 'formId, externalReference' must be present and not empty");
    }
    let listeners = listeners(xml, "taskListeners", "taskListener", id, report);
    for listener in &listeners {
        if !matches!(listener.event.as_str(), "creating" | "assigning" | "updating" | "completing") || as_job {
            let event = &listener.event;
            report.error(id, format!("Task listeners of the event '{event}' are not supported by this emulator here"));
        }
    }
    let headers = Arc::new(headers(xml));
    UserTaskModel {
        as_job,
        assignee,
        candidate_groups,
        candidate_users,
        due_date,
        follow_up_date,
        priority,
        form_id,
        external_reference,
        headers,
        listeners,
    }
}

/// The listeners of an element, in model order; their headers lie over the element's.
pub(crate) fn listeners(
    xml: Xml<'_, '_>,
    group: &'static str,
    name: &'static str,
    id: &str,
    report: &mut Report,
) -> Vec<JobDefinition> {
    let mut found: Vec<JobDefinition> = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    let all = extensions(xml).filter(|e| e.tag_name().name() == group).flat_map(|e| children(e, ZEEBE));
    for listener in all.filter(|e| e.tag_name().name() == name) {
        let event = listener.attribute("eventType").unwrap_or_default().trim_end_matches("ing").to_owned();
        // Older models write `complete` for `completing`.
        let event = match event.as_str() {
            "create" | "creat" => "creating".to_owned(),
            "assignment" | "assign" => "assigning".to_owned(),
            "update" | "updat" => "updating".to_owned(),
            "complete" | "complet" => "completing".to_owned(),
            "cancel" => "canceling".to_owned(),
            other => other.to_owned(),
        };
        let Some(job_type) = listener.attribute("type").filter(|t| !t.trim().is_empty()) else {
            report.error(id, "Attribute 'type' must be present and not empty");
            continue;
        };
        let pair = (event.clone(), job_type.to_owned());
        if seen.contains(&pair) {
            report.error(id, format!("Found duplicate listeners with eventType '{event}' and type '{job_type}'"));
        }
        seen.push(pair);
        let mut all_headers: BTreeMap<String, String> = headers(xml);
        all_headers.extend(headers(listener));
        found.push(JobDefinition {
            job_type: term(job_type, id, report),
            retries: term(listener.attribute("retries").unwrap_or("3"), id, report),
            priority: None,
            headers: Arc::new(all_headers),
            event,
        });
    }
    found
}

pub(crate) fn script(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<Kind> {
    let script = extension(xml, "script")?;
    let expression = expression(script.attribute("expression").unwrap_or_default(), id, report)?;
    let result = path(script.attribute("resultVariable").unwrap_or_default(), id, report)?.into_iter().next()?;
    Some(Kind::Script { expression, result })
}

pub(crate) fn decision(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<Kind> {
    let called = extension(xml, "calledDecision")?;
    if binding(called, id, report) != Binding::Latest {
        report.error(id, "Decisions are bound to their latest version only by this emulator");
    }
    let Some(decision) = called.attribute("decisionId").filter(|d| !d.trim().is_empty()) else {
        report.error(id, "Attribute 'decisionId' must be present and not empty");
        return None;
    };
    let result = path(called.attribute("resultVariable").unwrap_or_default(), id, report)?.into_iter().next()?;
    Some(Kind::Decision { id: term(decision, id, report), result })
}

pub(crate) fn call(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<Kind> {
    let Some(called) = extension(xml, "calledElement") else {
        report.error(id, "Must have exactly one 'zeebe:calledElement' extension element");
        return None;
    };
    let Some(process) = called.attribute("processId").filter(|p| !p.trim().is_empty()) else {
        report.error(id, "Attribute 'processId' must be present and not empty");
        return None;
    };
    let flag = |name: &str| called.attribute(name) != Some("false");
    Some(Kind::Call(Call {
        process: term(process, id, report),
        binding: binding(called, id, report),
        pass_all_down: flag("propagateAllParentVariables"),
        pass_all_up: flag("propagateAllChildVariables"),
    }))
}

pub(crate) fn ad_hoc(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> AdHoc {
    let attribute = |name: &str| extension(xml, "adHoc").and_then(|e| e.attribute(name));
    let active = attribute("activeElementsCollection");
    let completion = children(xml, BPMN).find(|c| c.tag_name().name() == "completionCondition");
    let completion = completion.map(|c| c.text().unwrap_or_default().trim().to_owned());
    let by_job = extension(xml, "taskDefinition").is_some();
    if by_job
        && (active.is_some() || completion.is_some() || xml.attribute("cancelRemainingInstances") == Some("false"))
    {
        let text = "Must not define 'completionCondition', 'cancelRemainingInstances' or 'activeElementsCollection' together \
                    with a 'zeebe:taskDefinition'";
        report.error(id, text);
    }
    let output = match (attribute("outputCollection"), attribute("outputElement")) {
        (Some(list), Some(element)) => {
            path(list, id, report).and_then(|list| Some((list.into_iter().next()?, expression(element, id, report)?)))
        }
        (None, None) => None,
        _ => {
            report.error(id, "Attributes 'outputCollection' and 'outputElement' must be given together");
            None
        }
    };
    AdHoc {
        elements: Vec::new(),
        described: Vec::new(),
        job: if by_job { job(xml, id, report) } else { None },
        output,
        active: active.and_then(|text| expression(text, id, report)),
        completion: completion.and_then(|text| expression(&text, id, report)),
        cancel_remaining: xml.attribute("cancelRemainingInstances") != Some("false"),
    }
}

pub(crate) fn multi(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<Multi> {
    let loops = children(xml, BPMN).find(|c| c.tag_name().name() == "multiInstanceLoopCharacteristics")?;
    let Some(own) = extension(loops, "loopCharacteristics") else {
        report.error(id, "Must have exactly one 'zeebe:loopCharacteristics' extension element");
        return None;
    };
    let collection = expression(own.attribute("inputCollection").unwrap_or_default(), id, report);
    let mut name = |attribute: &str| {
        let text = own.attribute(attribute).filter(|text| !text.is_empty())?;
        path(text, id, report)?.into_iter().next()
    };
    let (element, output) = (name("inputElement"), name("outputCollection"));
    let output = match (output, own.attribute("outputElement")) {
        (Some(output), Some(text)) => expression(text, id, report).map(|e| (output, e)),
        (None, None) => None,
        _ => {
            report.error(id, "Attributes 'outputCollection' and 'outputElement' must be given together");
            None
        }
    };
    let completion = children(loops, BPMN).find(|c| c.tag_name().name() == "completionCondition");
    let completion = completion.and_then(|c| expression(c.text().unwrap_or_default().trim(), id, report));
    let sequential = loops.attribute("isSequential") == Some("true");
    Some(Multi { sequential, collection: collection?, element, output, completion })
}
