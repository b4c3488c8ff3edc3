//! Deployed process definitions with their versions, and which of them are on their way out.
//! It only keeps and finds them; deploying is another matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Rejection;
use crate::bpmn::Process;

/// One version of one process.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) key: i64,
    pub(crate) tenant: Arc<str>,
    pub(crate) version: i32,
    pub(crate) process: Process,
    pub(crate) resource_name: Arc<str>,
    pub(crate) xml: Arc<str>,
    /// The key of the deployment.
    pub(crate) deployment: i64,
}

/// Whether instances can be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefinitionState {
    Active,
    /// Deleted while instances run: they go on, none is started.
    Draining,
    Deleted,
}

impl DefinitionState {
    /// The state as searches write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Deleted => "DELETED",
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Definitions {
    by_key: BTreeMap<i64, Arc<Definition>>,
    /// The keys of all versions, oldest first, by tenant and id.
    by_id: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Vec<i64>>>,
    /// The states of those that are not active.
    leaving: BTreeMap<i64, DefinitionState>,
}

impl Definitions {
    pub(crate) fn insert(&mut self, definition: Definition) -> Arc<Definition> {
        let definition = Arc::new(definition);
        let of_tenant = self.by_id.entry(definition.tenant.clone()).or_default();
        of_tenant.entry(definition.process.id.clone()).or_default().push(definition.key);
        self.by_key.insert(definition.key, definition.clone());
        definition
    }

    pub(crate) fn get(&self, key: i64) -> Option<&Arc<Definition>> {
        self.by_key.get(&key)
    }

    fn versions(&self, tenant: &str, id: &str) -> &[i64] {
        self.by_id.get(tenant).and_then(|of_tenant| of_tenant.get(id)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn state(&self, key: i64) -> DefinitionState {
        self.leaving.get(&key).copied().unwrap_or(DefinitionState::Active)
    }

    /// The latest version that can be started.
    pub(crate) fn latest(&self, tenant: &str, id: &str) -> Option<&Arc<Definition>> {
        let active = |key: &&i64| self.state(**key) == DefinitionState::Active;
        self.get(*self.versions(tenant, id).iter().rev().find(active)?)
    }

    /// The latest version that is not deleted.
    pub(crate) fn latest_known(&self, tenant: &str, id: &str) -> Option<&Arc<Definition>> {
        let known = |key: &&i64| self.state(**key) != DefinitionState::Deleted;
        self.get(*self.versions(tenant, id).iter().rev().find(known)?)
    }

    pub(crate) fn version(&self, tenant: &str, id: &str, version: i32) -> Option<&Arc<Definition>> {
        self.versions(tenant, id).iter().filter_map(|key| self.get(*key)).find(|d| d.version == version)
    }

    /// A number is not used again after its version was deleted.
    pub(crate) fn next_version(&self, tenant: &str, id: &str) -> i32 {
        let last = self.versions(tenant, id).last().and_then(|key| self.get(*key));
        last.map_or(1, |last| last.version + 1)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_key.values()
    }

    /// Deletes a definition, at once or as soon as nothing runs.
    pub(crate) fn withdraw(&mut self, key: i64, running: bool) -> Result<(), Rejection> {
        if self.get(key).is_none() || self.state(key) == DefinitionState::Deleted {
            let text = format!("Expected to delete resource but no resource found with key `{key}`");
            return Err(Rejection::not_found("DELETE", text));
        }
        if self.state(key) == DefinitionState::Draining {
            let text = format!("Expected to delete resource with key `{key}`, but it is already being deleted");
            return Err(Rejection::invalid_state("DELETE", text));
        }
        self.leaving.insert(key, if running { DefinitionState::Draining } else { DefinitionState::Deleted });
        Ok(())
    }

    /// The last instance has ended.
    pub(crate) fn drained(&mut self, key: i64) {
        if let Some(state) = self.leaving.get_mut(&key) {
            *state = DefinitionState::Deleted;
        }
    }
}
