//! Checks how the elements of a process hang together.
//! What a single element says was judged when it was read.

use super::model::{Flow, Kind, Node, Process, Trigger};
use super::report::Report;
use crate::feel::Term;

pub(super) fn check(process: &Process, report: &mut Report) {
    let nodes = &process.nodes;
    let starts = |parent: Option<usize>| {
        nodes.iter().filter(move |n| n.parent == parent && matches!(n.kind, Kind::Start { .. }))
    };
    if starts(None).next().is_none() {
        report.error(&process.id, "Must have at least one start event");
    }
    let none_starts = starts(None).filter(|n| matches!(n.kind, Kind::Start { trigger: None, .. })).count();
    if none_starts > 1 {
        report.error(&process.id, "Multiple none start events are not allowed");
    }
    check_names(starts(None), "A message cannot be referred by more than one start event", &process.id, report);
    for (place, node) in nodes.iter().enumerate() {
        check_edges(node, report);
        match &node.kind {
            Kind::SubProcess(_) | Kind::EventSubProcess(_) if starts(Some(place)).count() != 1 => {
                report.error(&node.id, "Must have exactly one start event");
            }
            Kind::AdHoc(ad_hoc) => {
                if ad_hoc.elements.is_empty() {
                    report.error(&node.id, "Must have at least one activity.");
                }
                let inside = |kind: &str| nodes.iter().any(|n| n.parent == Some(place) && n.element_type == kind);
                if inside("START_EVENT") {
                    report.error(&node.id, "Must not contain a start event.");
                }
                if inside("END_EVENT") {
                    report.error(&node.id, "Must not contain an end event.");
                }
            }
            Kind::Exclusive { default } | Kind::Inclusive { default } => {
                check_conditions(node, *default, &process.flows, report);
            }
            Kind::EventGateway => check_event_gateway(node, nodes, &process.flows, report),
            _ => {}
        }
        check_boundaries(node, nodes, report);
        check_compensation(node, nodes, report);
    }
    if let Some(cycle) = super::cycle::find(nodes, &process.flows) {
        report.error(
            &process.id,
            format!("Processes are not allowed to contain any straight-through processing loops: {cycle}"),
        );
    }
}

fn check_edges(node: &Node, report: &mut Report) {
    let starting = matches!(node.kind, Kind::Start { .. } | Kind::Boundary { .. } | Kind::EventSubProcess(_));
    if starting && !node.incoming.is_empty() {
        report.error(&node.id, "Cannot have incoming sequence flows");
    }
    if node.is_handler && !(node.incoming.is_empty() && node.outgoing.is_empty()) {
        report.error(&node.id, "A compensation handler should have no incoming or outgoing sequence flows");
    }
    if node.element_type == "END_EVENT" && !node.outgoing.is_empty() {
        report.error(&node.id, "End events must not have outgoing sequence flows to other elements.");
    }
    if node.multi.is_some() && (node.element_type.ends_with("EVENT") || node.element_type.ends_with("GATEWAY")) {
        report.error(&node.id, "Only activities can be executed many times");
    }
    check_listeners(node, report);
}

/// Which elements cannot be listened to.
fn check_listeners(node: &Node, report: &mut Report) {
    let (starts, ends) = (!node.start_listeners.is_empty(), !node.end_listeners.is_empty());
    let mut refuse = |wrong: bool, event: &str, what: &str| {
        if wrong {
            report.error(&node.id, format!("Execution listeners of type '{event}' are not supported by {what}"));
        }
    };
    refuse(ends && node.element_type.ends_with("GATEWAY"), "end", "gateways");
    match &node.kind {
        Kind::Boundary { trigger, .. } => {
            let undoes = matches!(trigger, Trigger::Compensation { .. });
            refuse(starts, "start", "boundary events");
            refuse(ends && undoes, "end", "compensation boundary events");
        }
        Kind::ErrorEnd { .. } => refuse(ends, "end", "error end events"),
        Kind::Escalation { .. } => refuse(ends && node.element_type == "END_EVENT", "end", "escalation end events"),
        _ => {}
    }
}

fn check_conditions(node: &Node, default: Option<usize>, flows: &[Flow], report: &mut Report) {
    let inclusive = matches!(node.kind, Kind::Inclusive { .. });
    for &flow in node.outgoing.iter().filter(|_| node.outgoing.len() > 1) {
        if flows[flow].condition.is_none() && default != Some(flow) {
            let text = if inclusive { "Must have a condition" } else { "Must have a condition or be default flow" };
            report.error(&flows[flow].id, text);
        }
    }
}

fn check_event_gateway(node: &Node, nodes: &[Node], flows: &[Flow], report: &mut Report) {
    if node.outgoing.len() < 2 {
        report.error(&node.id, "Event-based gateway must have at least 2 outgoing sequence flows.");
    }
    for &flow in &node.outgoing {
        let target = &nodes[flows[flow].target];
        if !matches!(target.kind, Kind::Catch(_)) || target.element_type != "INTERMEDIATE_CATCH_EVENT" {
            report.error(
                &node.id,
                "Event-based gateway must not have an outgoing sequence flow to other elements than message/timer/signal \
                 intermediate catch events.",
            );
        }
        if target.incoming.len() > 1 {
            report.error(&target.id, "Target elements of an event gateway must not have any additional incoming flows");
        }
    }
}

fn check_compensation(node: &Node, nodes: &[Node], report: &mut Report) {
    let handler = match &node.kind {
        Kind::Boundary { trigger: Trigger::Compensation { handler }, .. } => nodes.get(*handler),
        _ => return,
    };
    let fits = handler.is_some_and(|handler| handler.is_handler && handler.parent == node.parent);
    if !fits || !node.outgoing.is_empty() {
        let text = "Compensation boundary events must have a compensation association and no outgoing sequence flows";
        report.error(&node.id, text);
    }
}

fn check_boundaries(node: &Node, nodes: &[Node], report: &mut Report) {
    let codes = |trigger: &Trigger| match trigger {
        Trigger::Error { code } => Some(("error", code.clone())),
        Trigger::Escalation { code } => Some(("escalation", code.clone())),
        _ => None,
    };
    let code = |n: &usize| if let Kind::Boundary { trigger, .. } = &nodes[*n].kind { codes(trigger) } else { None };
    for (place, boundary) in node.boundaries.iter().enumerate() {
        let Some((kind, own)) = code(boundary) else { continue };
        if node.boundaries[..place].iter().any(|other| code(other) == Some((kind, own.clone()))) {
            let own = own.unwrap_or_default();
            report.error(&node.id, format!("Cannot have two {kind} boundary events with the {kind} code '{own}'"));
        }
    }
    let boundaries = node.boundaries.iter().map(|n| &nodes[*n]);
    check_names(
        boundaries,
        "Multiple message or signal catch events with the same name are not allowed",
        &node.id,
        report,
    );
}

/// Static names of messages and signals must differ.
fn check_names<'a>(nodes: impl Iterator<Item = &'a Node>, fault: &str, id: &str, report: &mut Report) {
    let mut seen: Vec<(bool, &str)> = Vec::new();
    for node in nodes {
        let (Kind::Start { trigger: Some(trigger), .. } | Kind::Boundary { trigger, .. }) = &node.kind else {
            continue;
        };
        let name = match trigger {
            Trigger::Message { name: Term::Static(name), .. } => (true, name.as_str()),
            Trigger::Signal { name: Term::Static(name) } => (false, name.as_str()),
            _ => continue,
        };
        if seen.contains(&name) {
            report.error(id, fault);
        }
        seen.push(name);
    }
}
