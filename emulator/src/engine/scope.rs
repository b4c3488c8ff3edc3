//! Where elements live: a scope knows what runs in it, and ends when nothing does.
//! It also holds the queue of steps that makes execution breadth-first; what a step does is up to the elements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Definition, Document, Engine};

/// A process instance (later also a sub-process) while it runs.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) instance: i64,
    pub(crate) definition: Arc<Definition>,
    /// The element instances that are not ended.
    pub(crate) living: BTreeSet<i64>,
    /// Flows taken whose target is not active yet; tokens waiting at a join are among them.
    pub(crate) tokens: usize,
    /// Tokens waiting at joins, by flow.
    pub(crate) waiting: BTreeMap<usize, usize>,
}

/// What is to happen next.
#[derive(Debug)]
pub(crate) enum Step {
    /// A token arrives at a node.
    Activate { scope: i64, node: usize, flow: Option<usize>, payload: Document },
    /// The activation of an element is done or, after an incident, done again.
    Enter { element: i64 },
    /// An element has done its work.
    Complete { element: i64 },
}

impl Engine {
    pub(crate) fn open_scope(&mut self, instance: i64, definition: Arc<Definition>) {
        let scope = Scope { instance, definition, living: BTreeSet::new(), tokens: 0, waiting: BTreeMap::new() };
        self.scopes.insert(instance, scope);
    }

    /// Puts a token on its way; it counts as life in the scope from now on.
    pub(crate) fn send_token(&mut self, scope: i64, node: usize, flow: Option<usize>, payload: Document) {
        if let Some(open) = self.scopes.get_mut(&scope) {
            open.tokens += 1;
            self.queue.push_back(Step::Activate { scope, node, flow, payload });
        }
    }

    /// Runs until nothing moves.
    pub(crate) fn run(&mut self) {
        while let Some(step) = self.queue.pop_front() {
            match step {
                Step::Activate { scope, node, flow, payload } => self.activate(scope, node, flow, payload),
                Step::Enter { element } => self.enter_element(element),
                Step::Complete { element } => self.complete(element),
            }
        }
    }

    /// Takes an ended element out of its scope, and ends the scope when it was the last.
    pub(crate) fn leave_scope(&mut self, scope: i64, element: i64) {
        let Some(open) = self.scopes.get_mut(&scope) else {
            return;
        };
        open.living.remove(&element);
        if open.living.is_empty() && open.tokens == 0 {
            let instance = open.instance;
            self.scopes.remove(&scope);
            self.complete_instance(instance);
        }
    }
}
