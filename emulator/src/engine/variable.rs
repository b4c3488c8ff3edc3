//! Variables in their scopes: local writes, merging outwards, and what is visible from where.
//! It does not evaluate anything, and it never deletes: variables of ended scopes stay readable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Document, Engine, Rejection};

/// How many bytes of variables count as much as a step.
const BYTES_A_STEP: usize = 512;

#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) key: i64,
    pub(crate) scope: i64,
    pub(crate) instance: i64,
    pub(crate) name: Arc<str>,
    pub(crate) value: serde_json::Value,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct VariableStore {
    pub(crate) by_key: BTreeMap<i64, Variable>,
    by_scope: BTreeMap<i64, BTreeMap<Arc<str>, i64>>,
}

impl VariableStore {
    pub(crate) fn find(&self, scope: i64, name: &str) -> Option<&Variable> {
        self.by_key.get(self.by_scope.get(&scope)?.get(name)?)
    }

    pub(crate) fn forget(&mut self, key: i64) {
        if let Some(variable) = self.by_key.remove(&key) {
            self.by_scope.remove(&variable.scope);
        }
    }

    pub(crate) fn of(&self, scope: i64) -> impl Iterator<Item = &Variable> {
        self.by_scope.get(&scope).into_iter().flat_map(|names| names.values()).filter_map(|key| self.by_key.get(key))
    }
}

impl Engine {
    /// The next scope outwards; none for a process instance.
    pub(crate) fn parent_of(&self, scope: i64) -> Option<i64> {
        self.elements.get(&scope).map(|element| element.scope)
    }

    /// Writes into this scope only.
    pub(crate) fn set_locals(&mut self, scope: i64, document: Document) {
        let mut changed = BTreeSet::new();
        for (name, value) in document {
            if self.write(scope, &name, value) {
                changed.insert(name);
            }
        }
        self.judge_after(scope, &changed);
    }

    /// Merges outwards: a scope that has the variable takes it, what is left over is created at the root.
    pub(crate) fn merge(&mut self, scope: i64, document: Document) {
        let mut changed = BTreeSet::new();
        for (name, value) in document {
            let mut here = scope;
            while let Some(outer) = self.parent_of(here) {
                // An equal value is not taken here but travels on, as in the original.
                if self.variables.find(here, &name).is_some_and(|v| v.value != value) {
                    break;
                }
                here = outer;
            }
            if self.write(here, &name, value) {
                changed.insert(name);
            }
        }
        self.judge_after(scope, &changed);
    }

    /// All variables that are visible from the scope; with names, only those.
    pub(crate) fn visible(&self, scope: i64, names: &[String]) -> Document {
        let mut found = Document::new();
        let mut here = Some(scope);
        while let Some(key) = here {
            for variable in self.variables.of(key) {
                let wanted = names.is_empty() || names.iter().any(|n| **n == *variable.name);
                if wanted && !found.contains_key(&*variable.name) {
                    found.insert(variable.name.to_string(), variable.value.clone());
                }
            }
            here = self.parent_of(key);
        }
        found
    }

    /// False if the variable has this value already.
    fn write(&mut self, scope: i64, name: &str, value: serde_json::Value) -> bool {
        // Large values use up the steps of a command, so that none can fill the memory without ever waiting.
        self.steps += super::activation::weight(&value) / BYTES_A_STEP;
        let known = self.variables.by_scope.get(&scope).and_then(|names| names.get(name)).copied();
        if let Some(variable) = known.and_then(|key| self.variables.by_key.get_mut(&key)) {
            let differs = variable.value != value;
            variable.value = value;
            return differs;
        }
        let instance = self.elements.get(&scope).map_or(scope, |element| element.instance);
        let (key, name) = (self.keys.next(), Arc::<str>::from(name));
        self.variables.by_scope.entry(scope).or_default().insert(name.clone(), key);
        self.variables.by_key.insert(key, Variable { key, scope, instance, name, value });
        if let Some(instance) = self.instances.get_mut(&instance) {
            instance.variables.push(key);
        }
        true
    }
}

impl Engine {
    /// Sets variables from outside: on the scope itself, or merged outwards from it.
    pub(crate) fn set_variables(
        &mut self,
        scope: i64,
        document: Document,
        local: bool,
        now: i64,
    ) -> Result<(), Rejection> {
        self.enter(now);
        let lives = self.active_instances.contains(&scope) || self.elements.get(&scope).is_some_and(|e| !e.is_ended());
        if !lives {
            let text =
                format!("Expected to update variables for element with key '{scope}', but no such element was found");
            return Err(Rejection::not_found("UPDATE", text));
        }
        if self.is_held(scope) {
            let text = format!(
                "Expected to update variables for element with key '{scope}', but its process instance is suspended"
            );
            return Err(Rejection::invalid_state("UPDATE", text));
        }
        if local {
            self.set_locals(scope, document);
        } else {
            self.merge(scope, document);
        }
        self.settle();
        Ok(())
    }
}
