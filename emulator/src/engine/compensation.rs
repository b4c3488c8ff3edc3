//! Compensation: what has completed and can be undone, and the events that have it undone.
//! A handler is an activity like others; only how it begins and who waits for it is special.

use super::Document;
use super::Engine;
use super::element::{Begun, Phase, Role};
use super::scope::{Step, Token};
use crate::bpmn::{Kind, Node, Trigger};

/// An activity that has completed and that can be undone once.
#[derive(Debug, Clone)]
pub(crate) struct Undoable {
    /// The activity, then the sub-processes around it that have completed since.
    pub(crate) activities: Vec<usize>,
    pub(crate) boundary: usize,
    pub(crate) handler: usize,
    /// What was local to those sub-processes: the handler begins with it.
    locals: Document,
}

impl Engine {
    /// The element has completed: the scope around keeps what can be undone of it and of what is inside.
    pub(crate) fn keep_undoable(&mut self, key: i64, model: &Node) {
        let Some(element) = self.elements.get_mut(&key) else { return };
        let (scope, node, role, definition) = (element.scope, element.node, element.role, element.definition.clone());
        let mut undoable = std::mem::take(&mut element.undoable);
        if !undoable.is_empty() {
            let locals = self.locals(key);
            for entry in &mut undoable {
                entry.activities.push(node);
                for (name, value) in &locals {
                    entry.locals.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        // Of many instances the body is undone.
        if matches!(role, Role::Plain | Role::MultiBody) {
            undoable.extend(model.boundaries.iter().filter_map(
                |&boundary| match definition.process.nodes[boundary].kind {
                    Kind::Boundary { trigger: Trigger::Compensation { handler }, .. } => {
                        Some(Undoable { activities: vec![node], boundary, handler, locals: Document::new() })
                    }
                    _ => None,
                },
            ));
        }
        if let Some(open) = self.scopes.get_mut(&scope) {
            open.undoable.extend(undoable);
        }
    }

    /// Has everything undone that its scope keeps, or what belongs to this activity; done at once if that is nothing.
    pub(crate) fn begin_compensation(&mut self, key: i64, activity: Option<usize>) -> Begun {
        let Some(scope) = self.elements.get(&key).map(|e| e.scope) else { return Begun::Done };
        let Some(open) = self.scopes.get_mut(&scope) else { return Begun::Done };
        let wanted: Vec<Undoable> = open
            .undoable
            .extract_if(.., |entry| activity.is_none_or(|activity| entry.activities.contains(&activity)))
            .collect();
        if wanted.is_empty() {
            return Begun::Done;
        }
        if let Some(element) = self.elements.get_mut(&key) {
            element.undoing = wanted.len();
        }
        for entry in wanted {
            let boundary = self.add_element(scope, entry.boundary, Role::Plain);
            self.end_element(boundary, Phase::Completed);
            if let Some(open) = self.scopes.get_mut(&scope) {
                open.living.remove(&boundary);
            }
            let token = Token { locals: entry.locals, thrower: Some(key), ..Token::to(entry.handler) };
            self.send_token(scope, token);
        }
        Begun::Active
    }

    /// A handler is over; with the last one the event goes on.
    pub(crate) fn undone(&mut self, thrower: i64) {
        let Some(element) = self.elements.get_mut(&thrower).filter(|e| !e.is_ended()) else { return };
        element.undoing = element.undoing.saturating_sub(1);
        if element.undoing == 0 {
            self.queue.push_back(Step::Complete { element: thrower });
        }
    }
}
