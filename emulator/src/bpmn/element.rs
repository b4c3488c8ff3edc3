//! What one element of a process is: its kind, its job, its mappings.
//! It looks at a single element; how elements hang together is checked by the parser.

use std::collections::BTreeMap;
use std::sync::Arc;

use roxmltree::Node as Xml;

use super::model::{JobDefinition, Mapping, Source};
use super::report::Report;
use super::xml::{BPMN, ZEEBE, children, extensions};
use crate::feel::{Expression, Term};

/// Words that no path may contain.
const RESERVED: [&str; 13] =
    ["null", "true", "false", "function", "if", "then", "else", "for", "between", "instance", "of", "some", "every"];

/// The type of an element as searches write it; none for what is no flow node of this emulator.
pub(crate) fn element_type(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "startEvent" => "START_EVENT",
        "endEvent" => "END_EVENT",
        "intermediateThrowEvent" => "INTERMEDIATE_THROW_EVENT",
        "intermediateCatchEvent" => "INTERMEDIATE_CATCH_EVENT",
        "receiveTask" => "RECEIVE_TASK",
        "userTask" => "USER_TASK",
        "inclusiveGateway" => "INCLUSIVE_GATEWAY",
        "eventBasedGateway" => "EVENT_BASED_GATEWAY",
        "subProcess" => "SUB_PROCESS",
        "adHocSubProcess" => "AD_HOC_SUB_PROCESS",
        "callActivity" => "CALL_ACTIVITY",
        "boundaryEvent" => "BOUNDARY_EVENT",
        "serviceTask" => "SERVICE_TASK",
        "sendTask" => "SEND_TASK",
        "scriptTask" => "SCRIPT_TASK",
        "businessRuleTask" => "BUSINESS_RULE_TASK",
        "manualTask" => "MANUAL_TASK",
        "task" => "TASK",
        "exclusiveGateway" => "EXCLUSIVE_GATEWAY",
        "parallelGateway" => "PARALLEL_GATEWAY",
        _ => return None,
    })
}

/// Elements that carry no behaviour and are passed over.
pub(crate) fn is_decoration(tag: &str) -> bool {
    matches!(
        tag,
        "documentation"
            | "extensionElements"
            | "textAnnotation"
            | "association"
            | "group"
            | "laneSet"
            | "category"
            | "dataObject"
            | "dataObjectReference"
            | "dataStoreReference"
            | "ioSpecification"
            | "property"
    )
}

/// Complains about everything in the element that this emulator would have to execute but cannot.
pub(crate) fn refuse_unsupported(xml: Xml<'_, '_>, id: &str, report: &mut Report) {
    if children(xml, BPMN).any(|child| child.tag_name().name() == "standardLoopCharacteristics") {
        report.error(id, "Elements with 'standardLoopCharacteristics' are not supported by this emulator");
    }
    for extension in extensions(xml) {
        let name = extension.tag_name().name();
        let tag = xml.tag_name().name();
        let known = match name {
            "taskDefinition" | "taskHeaders" | "ioMapping" | "jobPriorityDefinition" | "properties" | "versionTag" => {
                true
            }
            "executionListeners" => tag != "process",
            "formDefinition" => matches!(tag, "userTask" | "startEvent"),
            "assignmentDefinition" | "taskSchedule" | "priorityDefinition" | "userTask" | "taskListeners" => {
                tag == "userTask"
            }
            "calledElement" => tag == "callActivity",
            "calledDecision" => tag == "businessRuleTask",
            "script" => tag == "scriptTask",
            "subscription" => tag == "receiveTask",
            "adHoc" => tag == "adHocSubProcess",
            "userTaskForm" => tag == "process",
            // Kept for the modeller only.
            "modelerTemplate" | "exampleData" => true,
            _ => false,
        };
        if !known {
            report.error(id, format!("The extension element 'zeebe:{name}' is not supported by this emulator"));
        }
    }
}

/// The event definitions inside an event.
pub(crate) fn event_definitions<'a, 'input: 'a>(xml: Xml<'a, 'input>) -> Vec<Xml<'a, 'input>> {
    children(xml, BPMN).filter(|child| child.tag_name().name().ends_with("EventDefinition")).collect()
}

pub(crate) fn job(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<JobDefinition> {
    let mut definitions = extensions(xml).filter(|e| e.tag_name().name() == "taskDefinition");
    let (Some(definition), None) = (definitions.next(), definitions.next()) else {
        report.error(id, "Must have exactly one 'zeebe:taskDefinition' extension element");
        return None;
    };
    let Some(job_type) = definition.attribute("type").filter(|t| !t.trim().is_empty()) else {
        report.error(id, "Attribute 'type' must be present and not empty");
        return None;
    };
    let priority = extensions(xml)
        .find(|e| e.tag_name().name() == "jobPriorityDefinition")
        .and_then(|e| e.attribute("priority"))
        .map(|text| term(text, id, report));
    Some(JobDefinition {
        job_type: term(job_type, id, report),
        retries: term(definition.attribute("retries").unwrap_or("3"), id, report),
        priority,
        headers: Arc::new(headers(xml)),
        event: String::new(),
    })
}

/// The headers of a task, for its jobs.
pub(crate) fn headers(xml: Xml<'_, '_>) -> BTreeMap<String, String> {
    extensions(xml)
        .filter(|e| e.tag_name().name() == "taskHeaders")
        .flat_map(|e| children(e, ZEEBE))
        .filter_map(|header| {
            Some((header.attribute("key")?.to_owned(), header.attribute("value").unwrap_or_default().to_owned()))
        })
        .collect()
}

pub(crate) fn term(text: &str, id: &str, report: &mut Report) -> Term {
    Term::parse(text).unwrap_or_else(|reason| {
        report.error(id, reason);
        Term::Static(String::new())
    })
}

/// A sequence flow's condition: always an expression.
pub(crate) fn condition(xml: Xml<'_, '_>, id: &str, report: &mut Report) -> Option<Expression> {
    let text =
        children(xml, BPMN).find(|c| c.tag_name().name() == "conditionExpression")?.text().unwrap_or_default().trim();
    expression(text, id, report)
}

pub(crate) fn expression(text: &str, id: &str, report: &mut Report) -> Option<Expression> {
    if !text.starts_with('=') {
        report.error(
            id,
            format!("Expected expression but found static value '{text}'. An expression must start with '=' (e.g. '={text}')."),
        );
        return None;
    }
    Expression::parse(text).map_err(|reason| report.error(id, reason)).ok()
}

/// Input mappings (`input`) or output mappings (`output`) in model order.
pub(crate) fn mappings(xml: Xml<'_, '_>, which: &str, id: &str, report: &mut Report) -> Vec<Mapping> {
    let mut found = Vec::new();
    for mapping in extensions(xml).filter(|e| e.tag_name().name() == "ioMapping").flat_map(|e| children(e, ZEEBE)) {
        if mapping.tag_name().name() != which {
            continue;
        }
        let text = mapping.attribute("source").unwrap_or_default();
        let source = if text.starts_with('=') || which == "output" {
            expression(text, id, report).map(Source::Expression)
        } else {
            Some(Source::Static(static_value(text)))
        };
        let target = path(mapping.attribute("target").unwrap_or_default(), id, report);
        if let (Some(source), Some(target)) = (source, target) {
            found.push(Mapping { source, target });
        }
    }
    found
}

/// Static text is a string, or a number if it looks like one.
fn static_value(text: &str) -> serde_json::Value {
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(number) => serde_json::Value::Number(number),
        Err(_) => text.into(),
    }
}

pub(crate) fn path(text: &str, id: &str, report: &mut Report) -> Option<Vec<String>> {
    let fits = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !RESERVED.contains(&part)
    };
    let parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    if parts.iter().all(|part| fits(part)) {
        return Some(parts);
    }
    report.error(
        id,
        format!("Expected path expression '{text}' but doesn't match the pattern '[a-zA-Z_][a-zA-Z0-9_]*(\\.[a-zA-Z_][a-zA-Z0-9_]*)*'."),
    );
    None
}
