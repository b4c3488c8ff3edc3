//! Builds the processes of a file: nodes and flows, container by container.
//! It collects every fault instead of stopping at the first, and stores nothing.

use std::collections::BTreeMap;

use roxmltree::Node as Xml;

use super::activity::{ad_hoc, call, decision, listeners, multi, script, user_task};
use super::check::check;
use super::element::{condition, element_type, event_definitions, is_decoration, job, mappings, refuse_unsupported};
use super::event::{Declared, Place, Reader};
use super::model::{Body, Flow, Kind, Node, Process, Trigger};
use super::report::Report;
use super::xml::{BPMN, children, extensions, read};

/// All executable processes of the file, or the report of its faults.
pub(crate) fn parse(text: &str) -> Result<Vec<Process>, String> {
    let document = read(text).map_err(|reason| format!("The file is not a BPMN document: {reason}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "definitions" || root.tag_name().namespace() != Some(BPMN) {
        return Err("The file is not a BPMN document: its root is not 'definitions' of BPMN 2.0".to_owned());
    }
    let declared = Declared::of(root);
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
            declared: &declared,
            report: &mut report,
            nodes: Vec::new(),
            flows: Vec::new(),
            places: BTreeMap::new(),
        };
        processes.push(builder.process(xml));
    }
    if report.is_empty() { Ok(processes) } else { Err(report.text()) }
}

fn id_of<'a>(xml: Xml<'a, '_>) -> &'a str {
    xml.attribute("id").unwrap_or_default()
}

struct Builder<'a> {
    declared: &'a Declared,
    report: &'a mut Report,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
    places: BTreeMap<String, usize>,
}

impl Builder<'_> {
    fn process(&mut self, xml: Xml<'_, '_>) -> Process {
        let id = id_of(xml);
        refuse_unsupported(xml, id, self.report);
        let body = self.container(xml, None, Place::Process);
        let version_tag =
            extensions(xml).find(|e| e.tag_name().name() == "versionTag").and_then(|e| e.attribute("value"));
        let process = Process {
            id: id.into(),
            name: xml.attribute("name").map(Into::into),
            version_tag: version_tag.map(Into::into),
            nodes: std::mem::take(&mut self.nodes),
            flows: std::mem::take(&mut self.flows),
            body,
        };
        check(&process, self.report);
        process
    }

    /// The nodes and flows of a process or sub-process, and how it begins.
    fn container(&mut self, xml: Xml<'_, '_>, parent: Option<usize>, place: Place) -> Body {
        let mut own = Vec::new();
        for child in children(xml, BPMN) {
            own.extend(self.node(child, parent, place));
        }
        for child in children(xml, BPMN).filter(|c| c.tag_name().name() == "sequenceFlow") {
            self.flow(child);
        }
        for child in children(xml, BPMN) {
            self.link(child);
        }
        let mut body = Body::default();
        for node in own {
            match &self.nodes[node].kind {
                Kind::Start { trigger: None, .. } if body.start.is_none() => body.start = Some(node),
                Kind::Start { .. } if place == Place::EventSubProcess => body.start = Some(node),
                Kind::Start { trigger: Some(_), .. } => body.triggered.push(node),
                Kind::EventSubProcess(_) => body.event_subs.push(node),
                _ => {}
            }
        }
        body
    }

    fn node(&mut self, xml: Xml<'_, '_>, parent: Option<usize>, place: Place) -> Option<usize> {
        let (tag, id) = (xml.tag_name().name(), id_of(xml));
        // The parts of the container itself are read with it.
        if matches!(
            tag,
            "sequenceFlow" | "incoming" | "outgoing" | "completionCondition" | "multiInstanceLoopCharacteristics"
        ) || is_decoration(tag)
        {
            return None;
        }
        let Some(mut element_type) = element_type(tag) else {
            self.report.error(id, format!("Elements of type '{tag}' are not supported by this emulator"));
            return None;
        };
        refuse_unsupported(xml, id, self.report);
        if id.is_empty() || self.places.contains_key(id) {
            self.report.error(id, "Must have an id that no other element has");
        }
        let triggered = tag == "subProcess" && xml.attribute("triggeredByEvent") == Some("true");
        if triggered {
            element_type = "EVENT_SUB_PROCESS";
        }
        let kind = self.kind(xml, tag, id, place).unwrap_or(Kind::Pass);
        let (start_listeners, end_listeners) =
            listeners(xml, "executionListeners", "executionListener", id, self.report)
                .into_iter()
                .partition(|listener| listener.event == "start");
        let node = self.nodes.len();
        self.places.insert(id.to_owned(), node);
        self.nodes.push(Node {
            id: id.into(),
            name: xml.attribute("name").filter(|n| !n.is_empty()).map(Into::into),
            kind,
            element_type,
            parent,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            boundaries: Vec::new(),
            inputs: mappings(xml, "input", id, self.report),
            outputs: mappings(xml, "output", id, self.report),
            multi: multi(xml, id, self.report),
            is_handler: xml.attribute("isForCompensation") == Some("true"),
            start_listeners,
            end_listeners,
        });
        match tag {
            "subProcess" => {
                let place = if triggered { Place::EventSubProcess } else { Place::SubProcess };
                let body = self.container(xml, Some(node), place);
                self.nodes[node].kind = if triggered { Kind::EventSubProcess(body) } else { Kind::SubProcess(body) };
            }
            "adHocSubProcess" => {
                let first = self.nodes.len();
                self.container(xml, Some(node), Place::SubProcess);
                let inner = (first..self.nodes.len()).filter(|n| self.nodes[*n].parent == Some(node));
                let elements = inner.filter(|n| {
                    let begins = !matches!(self.nodes[*n].kind, Kind::Boundary { .. } | Kind::EventSubProcess(_));
                    self.nodes[*n].incoming.is_empty() && begins && !self.nodes[*n].is_handler
                });
                let elements: Vec<usize> = elements.collect();
                let described = elements.iter().map(|n| super::tool::described(xml, &self.nodes[*n])).collect();
                if let Kind::AdHoc(ad_hoc) = &mut self.nodes[node].kind {
                    (ad_hoc.elements, ad_hoc.described) = (elements, described);
                }
            }
            _ => {}
        }
        Some(node)
    }

    fn kind(&mut self, xml: Xml<'_, '_>, tag: &str, id: &str, place: Place) -> Option<Kind> {
        let has = |name: &str| extensions(xml).any(|e| e.tag_name().name() == name);
        Some(match tag {
            "exclusiveGateway" => Kind::Exclusive { default: None },
            "inclusiveGateway" => Kind::Inclusive { default: None },
            "parallelGateway" => Kind::Parallel,
            "eventBasedGateway" => Kind::EventGateway,
            "manualTask" | "task" | "subProcess" => Kind::Pass,
            "adHocSubProcess" => Kind::AdHoc(Box::new(ad_hoc(xml, id, self.report))),
            "userTask" => Kind::UserTask(Box::new(user_task(xml, id, self.report))),
            "callActivity" => return call(xml, id, self.report),
            "scriptTask" if has("script") => return script(xml, id, self.report),
            "businessRuleTask" if has("calledDecision") => return decision(xml, id, self.report),
            "receiveTask" => {
                let mut reader = Reader { declared: self.declared, report: self.report };
                return reader.message(xml, id, true).map(Kind::Catch);
            }
            _ if tag.ends_with("Event") => {
                let mut reader = Reader { declared: self.declared, report: self.report };
                return reader.event(xml, tag, id, place);
            }
            _ => return job(xml, id, self.report).map(Kind::Job),
        })
    }

    fn flow(&mut self, xml: Xml<'_, '_>) {
        let id = id_of(xml);
        let place = |attribute: &str| xml.attribute(attribute).and_then(|id| self.places.get(id)).copied();
        let (Some(source), Some(target)) = (place("sourceRef"), place("targetRef")) else {
            // A reference to an element that was refused already is no second fault.
            let known = |attribute: &str| {
                let named = xml.attribute(attribute);
                named.is_some_and(|n| {
                    xml.parent().is_some_and(|p| children(p, BPMN).any(|c| c.attribute("id") == Some(n)))
                })
            };
            for (attribute, what) in [("sourceRef", "source"), ("targetRef", "target")] {
                if !known(attribute) {
                    self.report.error(id, format!("Must have a {what} that exists"));
                }
            }
            return;
        };
        if self.nodes[source].parent != self.nodes[target].parent {
            self.report.error(id, "Must not lead out of a sub-process or into one");
        }
        let index = self.flows.len();
        let condition = condition(xml, id, self.report);
        self.flows.push(Flow { id: id.into(), source, target, condition });
        self.nodes[source].outgoing.push(index);
        self.nodes[target].incoming.push(index);
    }

    /// Default flows, boundary events and links refer to elements that may come later in the file.
    fn link(&mut self, xml: Xml<'_, '_>) {
        let id = id_of(xml);
        let Some(&place) = self.places.get(id) else { return };
        let default_flow = xml.attribute("default").and_then(|flow| self.flows.iter().position(|f| &*f.id == flow));
        let host = xml.attribute("attachedToRef").and_then(|host| self.places.get(host)).copied();
        match &mut self.nodes[place].kind {
            Kind::Exclusive { default } | Kind::Inclusive { default } => *default = default_flow,
            Kind::Boundary { attached, trigger, .. } => match host {
                Some(host) => {
                    *attached = host;
                    if let Trigger::Compensation { handler } = trigger {
                        // What is not found is told when the whole is checked.
                        *handler = handler_of(xml).and_then(|id| self.places.get(id)).copied().unwrap_or(usize::MAX);
                    }
                    self.nodes[host].boundaries.push(place);
                }
                None => self.report.error(id, "Must be attached to an activity"),
            },
            Kind::Compensate { activity } => {
                if let Some(id) = compensated(xml) {
                    *activity = self.places.get(id).copied();
                    if activity.is_none() {
                        self.report.error(id_of(xml), "The compensation activity is referenced, but does not exist");
                    }
                }
            }
            Kind::LinkThrow { target } => match linked(xml).and_then(|id| self.places.get(id)) {
                Some(place) => *target = *place,
                None => self.report.error(id, "Must have a link catch event of the same name in the same scope"),
            },
            _ => {}
        }
    }
}

/// The id of the activity that a compensation event names.
fn compensated<'a>(xml: Xml<'a, '_>) -> Option<&'a str> {
    event_definitions(xml).first()?.attribute("activityRef").filter(|id| !id.is_empty())
}

/// The id of the activity that an association leads to from this boundary event.
fn handler_of<'a>(xml: Xml<'a, '_>) -> Option<&'a str> {
    let mut associations = children(xml.parent()?, BPMN).filter(|c| c.tag_name().name() == "association");
    associations.find(|c| c.attribute("sourceRef") == Some(id_of(xml)))?.attribute("targetRef")
}

/// The id of the link catch event beside this throw event that has the same name.
fn linked<'a>(xml: Xml<'a, '_>) -> Option<&'a str> {
    let name = |xml: Xml<'a, '_>| {
        let definitions = event_definitions(xml);
        let link = definitions.iter().find(|d| d.tag_name().name() == "linkEventDefinition")?;
        link.attribute("name").filter(|name| !name.is_empty())
    };
    let wanted = name(xml)?;
    let mut catching = children(xml.parent()?, BPMN).filter(|c| c.tag_name().name() == "intermediateCatchEvent");
    catching.find(|c| name(*c) == Some(wanted)).map(id_of)
}
