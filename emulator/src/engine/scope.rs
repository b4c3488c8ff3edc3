//! Where elements live: a scope knows what runs in it, and ends when nothing does.
//! It also holds the queue of steps that makes execution breadth-first; what a step does is up to the elements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::element::Role;
use super::{Definition, Document, Engine};

/// How many steps may follow from one command: what goes on without waiting is stopped by incidents then.
pub(crate) const STEP_LIMIT: usize = 100_000;

/// A process instance, a sub-process, or the body of a multi-instance activity, while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) instance: i64,
    pub(crate) definition: Arc<Definition>,
    /// The element instances that are not ended.
    pub(crate) living: BTreeSet<i64>,
    /// Flows taken whose target is not active yet; tokens waiting at a join are among them.
    pub(crate) tokens: usize,
    /// Tokens waiting at joins, by flow.
    pub(crate) waiting: BTreeMap<usize, usize>,
    /// What has completed and can be undone, oldest first.
    pub(crate) undoable: Vec<super::compensation::Undoable>,
    /// Counts interruptions: tokens of an earlier time are void.
    pub(crate) epoch: usize,
}

/// What arrives at a node.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) node: usize,
    pub(crate) flow: Option<usize>,
    /// What an event brings along; none if no event did it.
    pub(crate) payload: Option<Document>,
    /// Variables that the element begins with.
    pub(crate) locals: Document,
    pub(crate) role: Role,
    /// The event that waits until what begins here has undone something.
    pub(crate) thrower: Option<i64>,
}

impl Token {
    pub(crate) fn to(node: usize) -> Self {
        Self { node, flow: None, payload: None, locals: Document::new(), role: Role::Plain, thrower: None }
    }

    pub(crate) fn along(flow: usize, node: usize) -> Self {
        Self { flow: Some(flow), ..Self::to(node) }
    }

    pub(crate) fn triggered(node: usize, payload: Document) -> Self {
        Self { payload: Some(payload), ..Self::to(node) }
    }
}

/// What is to happen next.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A token arrives at a node.
    Activate { scope: i64, epoch: usize, token: Token },
    /// The activation of an element is done or, after an incident or a listener, goes on.
    Enter { element: i64 },
    /// An element has done its work.
    Complete { element: i64 },
    /// A condition of an ad-hoc sub-process is judged once more.
    Reconsider { element: i64 },
    /// A condition may hold by now.
    Judge { subscription: i64 },
    /// A buffered message may meet a subscription.
    Correlate { message: i64, subscription: i64 },
}

impl Engine {
    pub(crate) fn open_scope(&mut self, key: i64, instance: i64, definition: Arc<Definition>) {
        let (living, waiting, undoable) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
        let scope = Scope { instance, definition, living, tokens: 0, waiting, undoable, epoch: 0 };
        self.scopes.insert(key, scope);
    }

    /// Puts a token on its way; it counts as life in the scope from now on.
    pub(crate) fn send_token(&mut self, scope: i64, token: Token) {
        if let Some(open) = self.scopes.get_mut(&scope) {
            open.tokens += 1;
            self.queue.push_back(Step::Activate { scope, epoch: open.epoch, token });
        }
    }

    /// Runs until nothing moves.
    pub(crate) fn run(&mut self) {
        loop {
            while let Some(step) = self.queue.pop_front() {
                self.steps += 1;
                self.exhausted = self.steps > STEP_LIMIT;
                match step {
                    Step::Activate { scope, epoch, token } => self.activate(scope, epoch, token),
                    Step::Enter { element } => self.enter_element(element),
                    Step::Complete { element } => self.complete(element),
                    Step::Reconsider { element } => self.inner_flow_left(element),
                    Step::Judge { subscription } => self.judge(subscription),
                    Step::Correlate { message, subscription } => self.correlate_buffered(message, subscription),
                }
            }
            if !self.release_inclusive_joins() {
                break;
            }
        }
        self.exhausted = false;
    }

    /// Takes an ended element out of its scope, and ends the scope when it was the last.
    pub(crate) fn leave_scope(&mut self, scope: i64, element: i64) {
        let Some(open) = self.scopes.get_mut(&scope) else {
            return;
        };
        open.living.remove(&element);
        if !open.waiting.is_empty() {
            self.moved.insert(scope);
        }
        let (is_over, instance) = (open.living.is_empty() && open.tokens == 0, open.instance);
        if let Some(owner) = self.elements.get(&scope) {
            if owner.role == Role::MultiBody {
                return self.inner_left(scope, element);
            }
            if owner.is_ad_hoc() {
                return self.inner_flow_left(scope);
            }
        }
        if is_over {
            self.close_scope(scope);
            if scope == instance {
                self.complete_instance(instance);
            } else {
                self.close_subscriptions(scope);
                self.queue.push_back(Step::Complete { element: scope });
            }
        }
    }

    /// The scope is over; its element keeps what can be undone of it.
    pub(crate) fn close_scope(&mut self, key: i64) {
        let Some(scope) = self.scopes.remove(&key) else { return };
        self.forget_joins(key);
        if let Some(element) = self.elements.get_mut(&key) {
            element.undoable.extend(scope.undoable);
        }
    }

    /// Nothing waits at an inclusive join of the scope any more.
    pub(crate) fn forget_joins(&mut self, scope: i64) {
        let joins: Vec<(i64, usize)> = self.joining.range((scope, 0)..=(scope, usize::MAX)).copied().collect();
        for join in joins {
            self.joining.remove(&join);
        }
    }

    /// Ends everything that lives in the scope; what was on its way is void.
    pub(crate) fn clear_scope(&mut self, scope: i64) {
        let Some(open) = self.scopes.get_mut(&scope) else {
            return;
        };
        open.epoch += 1;
        open.tokens = 0;
        open.waiting.clear();
        self.forget_joins(scope);
        let Some(open) = self.scopes.get_mut(&scope) else {
            return;
        };
        for element in std::mem::take(&mut open.living) {
            self.terminate(element);
        }
    }
}
