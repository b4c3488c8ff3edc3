//! Who did what: the record of commands that people are asked about later.
//! It keeps the latest entries and shows nothing; a busy cluster does not grow without end by it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Definition;

/// How many entries are kept.
const LIMIT: usize = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    /// Counted from 1.
    pub(crate) number: i64,
    pub(crate) at: i64,
    pub(crate) actor: Arc<str>,
    /// As answers write them: kind of entity, what was done, category.
    pub(crate) entity_type: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) category: &'static str,
    pub(crate) entity: String,
    pub(crate) success: bool,
    pub(crate) definition: Option<Arc<Definition>>,
    pub(crate) instance: Option<i64>,
    /// What else is known, by the name of its member.
    pub(crate) more: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct AuditLog {
    pub(crate) entries: VecDeque<AuditEntry>,
    last: i64,
}

impl AuditLog {
    pub(crate) fn add(&mut self, entry: AuditEntry) {
        self.last += 1;
        if self.entries.len() >= LIMIT {
            self.entries.pop_front();
        }
        self.entries.push_back(AuditEntry { number: self.last, ..entry });
    }
}
