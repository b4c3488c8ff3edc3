//! Errors and escalations: from where they are thrown outwards to the event that catches them.
//! Events that wait for something from outside are subscriptions and not here.

use super::element::Role;
use super::incident::Trouble;
use super::{Document, Engine};
use crate::bpmn::{Kind, Trigger};

/// Error messages are kept up to this many characters.
const MESSAGE_LIMIT: usize = 10_000;

/// An error on its way.
pub(crate) struct Thrown<'a> {
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    pub(crate) payload: Document,
}

/// Who catches.
enum Catcher {
    Boundary { host: i64, node: usize, interrupting: bool },
    EventSub { scope: i64, sub: usize, interrupting: bool },
}

impl Engine {
    /// Throws an error out of an element: the catching event takes over, or it is trouble.
    pub(crate) fn throw_from(&mut self, key: i64, thrown: &Thrown<'_>) -> Result<(), Trouble> {
        let mut available = Vec::new();
        let caught = self.find_catcher(key, thrown.code, true, &mut available);
        let Some(catcher) = caught else { return Err(uncaught(thrown, &available)) };
        self.caught(catcher, thrown.payload.clone());
        Ok(())
    }

    /// Escalates out of an element; true if that interrupted the element. Nobody needs to catch it.
    pub(crate) fn escalate(&mut self, key: i64, code: &str) -> bool {
        if let Some(catcher) = self.find_catcher(key, code, false, &mut Vec::new()) {
            self.caught(catcher, Document::new());
        }
        self.elements.get(&key).is_none_or(super::element::Element::is_ended)
    }

    fn caught(&mut self, catcher: Catcher, payload: Document) {
        match catcher {
            Catcher::Boundary { host, node, interrupting } => self.boundary(host, node, interrupting, payload),
            Catcher::EventSub { scope, sub, interrupting } => {
                self.begin_event_sub(scope, sub, interrupting, payload);
            }
        }
    }

    /// Looks at the boundary events of the element, then scope by scope outwards, and through calls.
    fn find_catcher(&self, key: i64, code: &str, error: bool, available: &mut Vec<String>) -> Option<Catcher> {
        let mut here = key;
        // An escalation is not caught by the event that throws it.
        let mut own_boundaries = error;
        loop {
            let element = self.elements.get(&here)?;
            let process = &element.definition.process;
            if own_boundaries && !matches!(element.role, Role::MultiInner(_) | Role::AdHocInner) {
                let boundaries =
                    element.model().boundaries.iter().filter_map(|&node| match &process.nodes[node].kind {
                        Kind::Boundary { trigger, interrupting, .. } => Some((node, trigger, *interrupting)),
                        _ => None,
                    });
                if let Some((node, interrupting)) = choose(boundaries, code, error, available) {
                    return Some(Catcher::Boundary { host: here, node, interrupting });
                }
            }
            own_boundaries = true;
            let scope = element.scope;
            let owner = self.elements.get(&scope);
            // The body of a multi-instance activity is no scope of event sub-processes, its inner instances are.
            if owner.is_none_or(|o| o.role != Role::MultiBody) {
                let node = owner.map(|owner| owner.node);
                let subs = process.body(node).event_subs.iter().filter_map(|&sub| {
                    let start = process.body(Some(sub)).start?;
                    match &process.nodes[start].kind {
                        Kind::Start { trigger: Some(trigger), interrupting } => Some((sub, trigger, *interrupting)),
                        _ => None,
                    }
                });
                // What an event sub-process throws it does not catch itself.
                let subs = subs.filter(|(sub, ..)| *sub != element.node);
                if let Some((sub, interrupting)) = choose(subs, code, error, available) {
                    return Some(Catcher::EventSub { scope, sub, interrupting });
                }
            }
            here = match owner {
                Some(_) => scope,
                None => self.instances.get(&scope)?.caller.as_ref()?.element,
            };
        }
    }
}

/// An exact code is better than a catcher of all.
fn choose<'a>(
    events: impl Iterator<Item = (usize, &'a Trigger, bool)>,
    code: &str,
    error: bool,
    available: &mut Vec<String>,
) -> Option<(usize, bool)> {
    let mut any = None;
    let mut exact = None;
    for (node, trigger, interrupting) in events {
        let own = match trigger {
            Trigger::Error { code } if error => code,
            Trigger::Escalation { code } if !error => code,
            _ => continue,
        };
        match own.as_deref() {
            None => any = any.or(Some((node, interrupting))),
            Some(own) if own == code => exact = exact.or(Some((node, interrupting))),
            Some(own) => available.push(own.to_owned()),
        }
    }
    exact.or(any)
}

fn uncaught(thrown: &Thrown<'_>, available: &[String]) -> Trouble {
    let Thrown { code, message, .. } = thrown;
    let with = if message.is_empty() { String::new() } else { format!(" with message '{message}'") };
    let events = if available.is_empty() {
        "No error events are available in the scope.".to_owned()
    } else {
        format!("Available error events are [{}]", available.join(", "))
    };
    Trouble {
        kind: "UNHANDLED_ERROR_EVENT",
        message: format!(
            "Expected to throw an error event with the code '{code}'{with}, but it was not caught. {events}"
        ),
    }
}

/// Cuts what is longer than the server keeps.
pub(crate) fn shortened(message: &str) -> String {
    match message.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{}...", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
