//! Builds the processes of a file and checks how their elements hang together.
//! It collects every fault instead of stopping at the first, and stores nothing.

use std::collections::BTreeMap;

use roxmltree::Node as Xml;

use super::element::{
    condition, element_type, event_definitions, is_decoration, job, mappings, refuse_unsupported,
    term,
};
use super::model::{Flow, Kind, Node, Process};
use super::report::Report;
use super::xml::{BPMN, children, extensions, read};

/// All executable processes of the file, or the report of its faults.
pub(crate) fn parse(text: &str) -> Result<Vec<Process>, String> {
    let document =
        read(text).map_err(|reason| format!("The file is not a BPMN document: {reason}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "definitions" || root.tag_name().namespace() != Some(BPMN) {
        return Err(
            "The file is not a BPMN document: its root is not 'definitions' of BPMN 2.0".to_owned(),
        );
    }
    let errors = error_codes(root);
    let mut report = Report::default();
    let executable: Vec<_> = children(root, BPMN)
        .filter(|c| c.tag_name().name() == "process" && c.attribute("isExecutable") == Some("true"))
        .collect();
    if executable.is_empty() {
        report.error(id_of(root), "Must contain at least one executable process");
    }
    let mut processes = Vec::new();
    for xml in executable {
        let mut builder = Builder {
            errors: &errors,
            report: &mut report,
            nodes: Vec::new(),
            flows: Vec::new(),
        };
        processes.extend(builder.process(xml));
    }
    if report.is_empty() {
        Ok(processes)
    } else {
        Err(report.text())
    }
}

fn id_of<'a>(xml: Xml<'a, '_>) -> &'a str {
    xml.attribute("id").unwrap_or_default()
}

/// The codes of the `error` elements of the file by their ids.
fn error_codes(root: Xml<'_, '_>) -> BTreeMap<String, String> {
    children(root, BPMN)
        .filter(|c| c.tag_name().name() == "error")
        .map(|c| {
            (
                id_of(c).to_owned(),
                c.attribute("errorCode").unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

struct Builder<'a> {
    errors: &'a BTreeMap<String, String>,
    report: &'a mut Report,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
}

impl Builder<'_> {
    fn process(&mut self, xml: Xml<'_, '_>) -> Option<Process> {
        let id = id_of(xml);
        refuse_unsupported(xml, id, self.report);
        let mut places = BTreeMap::new();
        for child in children(xml, BPMN) {
            self.node(child, &mut places);
        }
        for child in children(xml, BPMN).filter(|c| c.tag_name().name() == "sequenceFlow") {
            self.flow(child, &places);
        }
        for child in children(xml, BPMN) {
            self.link(child, &places);
        }
        let start = self.check(id);
        let version_tag = extensions(xml)
            .find(|e| e.tag_name().name() == "versionTag")
            .and_then(|e| e.attribute("value"));
        Some(Process {
            id: id.into(),
            name: xml.attribute("name").map(Into::into),
            version_tag: version_tag.map(Into::into),
            nodes: std::mem::take(&mut self.nodes),
            flows: std::mem::take(&mut self.flows),
            start,
        })
    }

    fn node(&mut self, xml: Xml<'_, '_>, places: &mut BTreeMap<String, usize>) {
        let (tag, id) = (xml.tag_name().name(), id_of(xml));
        if tag == "sequenceFlow" || is_decoration(tag) {
            return;
        }
        let Some(element_type) = element_type(tag) else {
            self.report.error(
                id,
                format!("Elements of type '{tag}' are not supported by this emulator"),
            );
            return;
        };
        refuse_unsupported(xml, id, self.report);
        if id.is_empty() || places.contains_key(id) {
            self.report
                .error(id, "Must have an id that no other element has");
        }
        let kind = self.kind(xml, tag, id);
        places.insert(id.to_owned(), self.nodes.len());
        self.nodes.push(Node {
            id: id.into(),
            name: xml
                .attribute("name")
                .filter(|n| !n.is_empty())
                .map(Into::into),
            kind: kind.unwrap_or(Kind::Pass),
            element_type,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            boundaries: Vec::new(),
            inputs: mappings(xml, "input", id, self.report),
            outputs: mappings(xml, "output", id, self.report),
        });
    }

    fn kind(&mut self, xml: Xml<'_, '_>, tag: &str, id: &str) -> Option<Kind> {
        match tag {
            "startEvent" | "endEvent" | "intermediateThrowEvent" | "boundaryEvent" => {
                self.event(xml, tag, id)
            }
            "exclusiveGateway" => Some(Kind::Exclusive { default: None }),
            "parallelGateway" => Some(Kind::Parallel),
            "manualTask" | "task" => Some(Kind::Pass),
            _ => job(xml, id, self.report).map(Kind::Job),
        }
    }

    fn event(&mut self, xml: Xml<'_, '_>, tag: &str, id: &str) -> Option<Kind> {
        let definitions = event_definitions(xml);
        let [definition] = definitions.as_slice() else {
            match (definitions.len(), tag) {
                (0, "boundaryEvent") => self
                    .report
                    .error(id, "Must have exactly one event definition"),
                (0, _) => return Some(Kind::Pass),
                _ => self
                    .report
                    .error(id, "Must have at most one event definition"),
            }
            return None;
        };
        let name = definition.tag_name().name();
        let reference = definition
            .attribute("errorRef")
            .map(|id| self.errors.get(id).cloned().unwrap_or_default());
        match (tag, name) {
            ("endEvent", "errorEventDefinition") => match reference.filter(|code| !code.is_empty())
            {
                Some(code) => Some(Kind::ErrorEnd {
                    code: term(&code, id, self.report),
                }),
                None => {
                    self.report
                        .error(id, "ErrorCode must be present and not empty");
                    None
                }
            },
            ("boundaryEvent", "errorEventDefinition") => {
                if xml.attribute("cancelActivity") == Some("false") {
                    self.report
                        .error(id, "Error boundary events must be interrupting");
                }
                Some(Kind::ErrorBoundary {
                    attached: usize::MAX,
                    code: reference.filter(|c| !c.is_empty()).map(Into::into),
                })
            }
            _ => {
                self.report.error(
                    id,
                    format!("Events with '{name}' are not supported by this emulator"),
                );
                None
            }
        }
    }

    fn flow(&mut self, xml: Xml<'_, '_>, places: &BTreeMap<String, usize>) {
        let id = id_of(xml);
        let place = |attribute: &str| {
            xml.attribute(attribute)
                .and_then(|id| places.get(id))
                .copied()
        };
        let (Some(source), Some(target)) = (place("sourceRef"), place("targetRef")) else {
            // A reference to an element that was refused already is no second fault.
            let known = |attribute: &str| {
                let named = xml.attribute(attribute);
                named.is_some_and(|n| {
                    xml.parent()
                        .is_some_and(|p| children(p, BPMN).any(|c| c.attribute("id") == Some(n)))
                })
            };
            for (attribute, what) in [("sourceRef", "source"), ("targetRef", "target")] {
                if !known(attribute) {
                    self.report
                        .error(id, format!("Must have a {what} that exists"));
                }
            }
            return;
        };
        let index = self.flows.len();
        let condition = condition(xml, id, self.report);
        self.flows.push(Flow {
            id: id.into(),
            target,
            condition,
        });
        self.nodes[source].outgoing.push(index);
        self.nodes[target].incoming.push(index);
    }

    /// Default flows and boundary events refer to elements that may come later in the file.
    fn link(&mut self, xml: Xml<'_, '_>, places: &BTreeMap<String, usize>) {
        let id = id_of(xml);
        let Some(&place) = places.get(id) else { return };
        let default_flow = xml
            .attribute("default")
            .and_then(|flow| self.flows.iter().position(|f| &*f.id == flow));
        let host = xml
            .attribute("attachedToRef")
            .and_then(|host| places.get(host))
            .copied();
        match &mut self.nodes[place].kind {
            Kind::Exclusive { default } => *default = default_flow,
            Kind::ErrorBoundary { attached, .. } => match host {
                Some(host) => {
                    *attached = host;
                    self.nodes[host].boundaries.push(place);
                }
                None => self.report.error(id, "Must be attached to an activity"),
            },
            _ => {}
        }
    }

    /// Checks the whole, and finds the none start event.
    fn check(&mut self, process: &str) -> Option<usize> {
        let starts: Vec<_> = (0..self.nodes.len())
            .filter(|&n| self.nodes[n].element_type == "START_EVENT")
            .collect();
        match starts.len() {
            0 => self
                .report
                .error(process, "Must have at least one start event"),
            1 => {}
            _ => self
                .report
                .error(process, "Multiple none start events are not allowed"),
        }
        for node in &self.nodes {
            let starting = matches!(node.element_type, "START_EVENT" | "BOUNDARY_EVENT");
            if starting && !node.incoming.is_empty() {
                self.report
                    .error(&node.id, "Cannot have incoming sequence flows");
            }
            if node.element_type == "END_EVENT" && !node.outgoing.is_empty() {
                self.report.error(
                    &node.id,
                    "End events must not have outgoing sequence flows to other elements.",
                );
            }
            if let Kind::Exclusive { default } = &node.kind {
                for &flow in node.outgoing.iter().filter(|_| node.outgoing.len() > 1) {
                    if self.flows[flow].condition.is_none() && *default != Some(flow) {
                        self.report.error(
                            &self.flows[flow].id,
                            "Must have a condition or be default flow",
                        );
                    }
                }
            }
            for (place, &boundary) in node.boundaries.iter().enumerate() {
                let code = |n: usize| {
                    if let Kind::ErrorBoundary { code, .. } = &self.nodes[n].kind {
                        code.as_deref()
                    } else {
                        None
                    }
                };
                if node.boundaries[..place]
                    .iter()
                    .any(|&other| code(other) == code(boundary))
                {
                    self.report.error(
                        &node.id,
                        format!(
                            "Cannot have two error boundary events with the error code '{}'",
                            code(boundary).unwrap_or_default()
                        ),
                    );
                }
            }
        }
        if let Some(cycle) = super::cycle::find(&self.nodes, &self.flows) {
            self.report.error(
                process,
                format!("Processes are not allowed to contain any straight-through processing loops: {cycle}"),
            );
        }
        starts.first().copied()
    }
}
