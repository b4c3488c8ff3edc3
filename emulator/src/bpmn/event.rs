//! Events: what they wait for and what they throw, with the messages, signals and codes that the file declares.
//! Whether they may stand where they stand is checked with the whole.

use std::collections::BTreeMap;

use roxmltree::Node as Xml;

use super::element::{event_definitions, expression, job, term};
use super::model::{Kind, TimerKind, Trigger};
use super::report::Report;
use super::xml::{BPMN, children, extensions};
use crate::feel::Expression;

/// What events refer to by id.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    errors: BTreeMap<String, String>,
    escalations: BTreeMap<String, String>,
    signals: BTreeMap<String, String>,
    /// Name, and the text of the correlation key.
    messages: BTreeMap<String, (String, Option<String>)>,
}

impl Declared {
    pub(crate) fn of(root: Xml<'_, '_>) -> Self {
        let mut declared = Self::default();
        for child in children(root, BPMN) {
            let text = |name: &str| child.attribute(name).unwrap_or_default().to_owned();
            let id = text("id");
            match child.tag_name().name() {
                "error" => drop(declared.errors.insert(id, text("errorCode"))),
                "escalation" => drop(declared.escalations.insert(id, text("escalationCode"))),
                "signal" => drop(declared.signals.insert(id, text("name"))),
                "message" => {
                    let subscription = extensions(child).find(|e| e.tag_name().name() == "subscription");
                    let key = subscription.and_then(|s| s.attribute("correlationKey")).map(str::to_owned);
                    declared.messages.insert(id, (text("name"), key));
                }
                _ => {}
            }
        }
        declared
    }
}

/// What stands around an event, as far as it matters for what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Process,
    SubProcess,
    EventSubProcess,
}

pub(crate) struct Reader<'a> {
    pub(crate) declared: &'a Declared,
    pub(crate) report: &'a mut Report,
}

impl Reader<'_> {
    pub(crate) fn event(&mut self, xml: Xml<'_, '_>, tag: &str, id: &str, place: Place) -> Option<Kind> {
        let definitions = event_definitions(xml);
        let definition = match definitions.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => {
                self.report.error(id, "Must have at most one event definition");
                return None;
            }
        };
        match tag {
            "startEvent" => self.start(xml, definition, id, place),
            "boundaryEvent" | "intermediateCatchEvent" => {
                let Some(definition) = definition else {
                    self.report.error(id, "Must have exactly one event definition");
                    return None;
                };
                if tag == "intermediateCatchEvent" && definition.tag_name().name() == "linkEventDefinition" {
                    return Some(Kind::Pass);
                }
                if tag == "boundaryEvent" && definition.tag_name().name() == "compensateEventDefinition" {
                    let trigger = Trigger::Compensation { handler: usize::MAX };
                    return Some(Kind::Boundary { attached: usize::MAX, interrupting: false, trigger });
                }
                let trigger = self.trigger(definition, id, true)?;
                if tag == "boundaryEvent" {
                    let interrupting = xml.attribute("cancelActivity") != Some("false");
                    self.check_boundary(&trigger, interrupting, id);
                    return Some(Kind::Boundary { attached: usize::MAX, interrupting, trigger });
                }
                match &trigger {
                    Trigger::Error { .. } | Trigger::Escalation { .. } => {
                        self.unsupported(definition, id);
                        None
                    }
                    Trigger::Timer(TimerKind::Cycle, _) => {
                        let text = "Intermediate timer catch event must have either a time duration or a time date.";
                        self.report.error(id, text);
                        None
                    }
                    _ => Some(Kind::Catch(trigger)),
                }
            }
            _ => self.throw(xml, definition, tag, id),
        }
    }

    fn check_boundary(&mut self, trigger: &Trigger, interrupting: bool, id: &str) {
        match trigger {
            Trigger::Error { .. } if !interrupting => {
                self.report.error(id, "Error boundary events must be interrupting");
            }
            Trigger::Timer(TimerKind::Cycle, _) if interrupting => {
                self.report.error(id, "Interrupting timer event with time cycle is not allowed.");
            }
            _ => {}
        }
    }

    fn start(&mut self, xml: Xml<'_, '_>, definition: Option<Xml<'_, '_>>, id: &str, place: Place) -> Option<Kind> {
        let interrupting = xml.attribute("isInterrupting") != Some("false");
        let Some(definition) = definition else {
            if place == Place::EventSubProcess {
                let text =
                    "Start events in event subprocesses must be one of: message, timer, error, signal or escalation";
                self.report.error(id, text);
            }
            return Some(Kind::Start { trigger: None, interrupting });
        };
        if place == Place::SubProcess {
            self.report.error(id, "Start events in subprocesses must be of type none");
            return None;
        }
        let trigger = self.trigger(definition, id, place == Place::EventSubProcess)?;
        match (&trigger, place) {
            (Trigger::Error { .. } | Trigger::Escalation { .. }, Place::Process) => {
                self.unsupported(definition, id);
                return None;
            }
            (Trigger::Error { .. }, _) if !interrupting => {
                self.report.error(id, "Error start events in event subprocesses must be interrupting");
            }
            (Trigger::Timer(TimerKind::Cycle, _), Place::EventSubProcess) if interrupting => {
                self.report.error(id, "Interrupting timer event with time cycle is not allowed.");
            }
            _ => {}
        }
        Some(Kind::Start { trigger: Some(trigger), interrupting })
    }

    fn throw(&mut self, xml: Xml<'_, '_>, definition: Option<Xml<'_, '_>>, tag: &str, id: &str) -> Option<Kind> {
        let Some(definition) = definition else { return Some(Kind::Pass) };
        match (definition.tag_name().name(), tag) {
            ("errorEventDefinition", "endEvent") => {
                let code = reference(definition, "errorRef", &self.declared.errors).filter(|code| !code.is_empty());
                let Some(code) = code else {
                    self.report.error(id, "ErrorCode must be present and not empty");
                    return None;
                };
                Some(Kind::ErrorEnd { code: term(code, id, self.report) })
            }
            ("escalationEventDefinition", _) => {
                let codes = &self.declared.escalations;
                let code = reference(definition, "escalationRef", codes).filter(|code| !code.is_empty());
                let Some(code) = code else {
                    self.report.error(id, "EscalationCode must be present and not empty");
                    return None;
                };
                Some(Kind::Escalation { code: term(code, id, self.report) })
            }
            ("signalEventDefinition", _) => {
                let name = self.signal(definition, id)?;
                Some(Kind::Signal { name: term(&name, id, self.report) })
            }
            ("terminateEventDefinition", "endEvent") => Some(Kind::Terminate),
            ("compensateEventDefinition", _) => {
                if definition.attribute("waitForCompletion") == Some("false") {
                    self.report.error(
                        id,
                        "A compensation throw event waitForCompletion attribute must be true or not present",
                    );
                }
                Some(Kind::Compensate { activity: None })
            }
            ("messageEventDefinition", _) => job(xml, id, self.report).map(Kind::Job),
            // The target is found when all nodes are there.
            ("linkEventDefinition", "intermediateThrowEvent") => Some(Kind::LinkThrow { target: usize::MAX }),
            _ => {
                self.unsupported(definition, id);
                None
            }
        }
    }

    fn unsupported(&mut self, definition: Xml<'_, '_>, id: &str) {
        let name = definition.tag_name().name();
        self.report.error(id, format!("Events with '{name}' are not supported by this emulator here"));
    }

    fn signal(&mut self, definition: Xml<'_, '_>, id: &str) -> Option<String> {
        let name = reference(definition, "signalRef", &self.declared.signals).filter(|name| !name.is_empty());
        if name.is_none() {
            self.report.error(id, "Name must be present and not empty");
        }
        name.map(str::to_owned)
    }

    fn trigger(&mut self, definition: Xml<'_, '_>, id: &str, keyed: bool) -> Option<Trigger> {
        let code = |attribute: &str, codes| {
            reference(definition, attribute, codes).filter(|code| !code.is_empty()).map(Into::into)
        };
        Some(match definition.tag_name().name() {
            "timerEventDefinition" => return self.timer(definition, id),
            "messageEventDefinition" => return self.message(definition, id, keyed),
            "signalEventDefinition" => {
                let name = self.signal(definition, id)?;
                Trigger::Signal { name: term(&name, id, self.report) }
            }
            "errorEventDefinition" => Trigger::Error { code: code("errorRef", &self.declared.errors) },
            "escalationEventDefinition" => {
                Trigger::Escalation { code: code("escalationRef", &self.declared.escalations) }
            }
            "conditionalEventDefinition" => {
                let condition = children(definition, BPMN).find(|child| child.tag_name().name() == "condition");
                let text = condition.and_then(|condition| condition.text()).unwrap_or_default().trim();
                Trigger::Condition(expression(text, id, self.report)?)
            }
            _ => {
                self.unsupported(definition, id);
                return None;
            }
        })
    }

    fn timer(&mut self, definition: Xml<'_, '_>, id: &str) -> Option<Trigger> {
        let kinds =
            [("timeDate", TimerKind::Date), ("timeDuration", TimerKind::Duration), ("timeCycle", TimerKind::Cycle)];
        let mut found = children(definition, BPMN).filter_map(|child| {
            let (_, kind) = kinds.iter().find(|(name, _)| *name == child.tag_name().name())?;
            Some((*kind, child.text().unwrap_or_default().trim()))
        });
        let (Some((kind, text)), None) = (found.next(), found.next()) else {
            let text = "Must be exactly one type of timer: timeDuration, timeDate or timeCycle";
            self.report.error(id, text);
            return None;
        };
        if !text.starts_with('=') && !crate::engine::is_timer(kind, text) {
            let word = match kind {
                TimerKind::Date => "date",
                TimerKind::Duration => "duration",
                TimerKind::Cycle => "cycle",
            };
            self.report.error(id, format!("Invalid timer {word} expression (Invalid {word} format '{text}')"));
        }
        Some(Trigger::Timer(kind, term(text, id, self.report)))
    }

    /// Of an event, or of a receive task itself.
    pub(crate) fn message(&mut self, definition: Xml<'_, '_>, id: &str, keyed: bool) -> Option<Trigger> {
        let declared = definition.attribute("messageRef").and_then(|id| self.declared.messages.get(id));
        let Some((name, key)) = declared.filter(|(name, _)| !name.is_empty()) else {
            self.report.error(id, "Name must be present and not empty");
            return None;
        };
        let (name, key) = (term(name, id, self.report), key.clone());
        if !keyed {
            return Some(Trigger::Message { name, key: None });
        }
        let Some(key) = key else {
            self.report.error(id, "Must have exactly one zeebe:subscription extension element");
            return None;
        };
        let key: Expression = expression(&key, id, self.report)?;
        Some(Trigger::Message { name, key: Some(key) })
    }
}

fn reference<'a>(xml: Xml<'_, '_>, attribute: &str, declared: &'a BTreeMap<String, String>) -> Option<&'a str> {
    Some(declared.get(xml.attribute(attribute)?)?.as_str())
}
