//! Deployed process definitions with their versions.
//! It only keeps and finds them; deploying is another matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bpmn::Process;

/// One version of one process.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) key: i64,
    pub(crate) version: i32,
    pub(crate) process: Process,
    pub(crate) resource_name: Arc<str>,
    pub(crate) xml: Arc<str>,
}

#[derive(Debug, Default)]
pub(crate) struct Definitions {
    by_key: BTreeMap<i64, Arc<Definition>>,
    /// The keys of all versions, oldest first.
    by_id: BTreeMap<Arc<str>, Vec<i64>>,
}

impl Definitions {
    pub(crate) fn insert(&mut self, definition: Definition) {
        let key = definition.key;
        self.by_id
            .entry(definition.process.id.clone())
            .or_default()
            .push(key);
        self.by_key.insert(key, Arc::new(definition));
    }

    pub(crate) fn get(&self, key: i64) -> Option<&Arc<Definition>> {
        self.by_key.get(&key)
    }

    pub(crate) fn latest(&self, id: &str) -> Option<&Arc<Definition>> {
        self.get(*self.by_id.get(id)?.last()?)
    }

    pub(crate) fn version(&self, id: &str, version: i32) -> Option<&Arc<Definition>> {
        self.by_id
            .get(id)?
            .iter()
            .filter_map(|key| self.get(*key))
            .find(|d| d.version == version)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_key.values()
    }
}
