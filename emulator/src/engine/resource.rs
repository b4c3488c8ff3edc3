//! Deployed files that are no processes: forms, scripts for robots, and anything else.
//! It keeps and finds them; nothing of them is executed.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What a file is treated as, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileKind {
    Form,
    Other,
}

/// One version of one file.
#[derive(Debug, Clone)]
pub(crate) struct StoredFile {
    pub(crate) key: i64,
    pub(crate) kind: FileKind,
    pub(crate) tenant: Arc<str>,
    pub(crate) id: Arc<str>,
    pub(crate) version: i32,
    pub(crate) version_tag: Option<String>,
    pub(crate) name: Arc<str>,
    pub(crate) content: Arc<[u8]>,
    pub(crate) deployment: i64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FileStore {
    by_key: BTreeMap<i64, Arc<StoredFile>>,
    /// The keys of all versions, oldest first, by tenant and id; deleted ones are among them, so that no version is used twice.
    by_id: BTreeMap<(FileKind, Arc<str>, Arc<str>), Vec<i64>>,
}

impl FileStore {
    pub(crate) fn insert(&mut self, file: StoredFile) -> Arc<StoredFile> {
        let file = Arc::new(file);
        self.by_id.entry((file.kind, file.tenant.clone(), file.id.clone())).or_default().push(file.key);
        self.by_key.insert(file.key, file.clone());
        file
    }

    pub(crate) fn get(&self, key: i64) -> Option<&Arc<StoredFile>> {
        self.by_key.get(&key)
    }

    pub(crate) fn latest(&self, kind: FileKind, tenant: &Arc<str>, id: &Arc<str>) -> Option<&Arc<StoredFile>> {
        self.by_id.get(&(kind, tenant.clone(), id.clone()))?.iter().rev().find_map(|key| self.get(*key))
    }

    pub(crate) fn next_version(&self, kind: FileKind, tenant: &Arc<str>, id: &Arc<str>) -> i32 {
        let known = self.by_id.get(&(kind, tenant.clone(), id.clone())).map_or(0, Vec::len);
        i32::try_from(known).map_or(i32::MAX, |known| known + 1)
    }

    pub(crate) fn remove(&mut self, key: i64) -> bool {
        self.by_key.remove(&key).is_some()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<StoredFile>> {
        self.by_key.values()
    }
}

/// The id and version tag of a form or script; the file must be JSON with an id.
pub(crate) fn identity(what: &str, content: &[u8]) -> Result<(Arc<str>, Option<String>), String> {
    let document: serde_json::Value =
        serde_json::from_slice(content).map_err(|error| format!("The {what} is not valid JSON: {error}"))?;
    let tag = document.get("versionTag").and_then(serde_json::Value::as_str).map(str::to_owned);
    match document.get("id").and_then(serde_json::Value::as_str) {
        None => Err(format!("Expected the {what} id to be present, but none given")),
        Some(id) if id.trim().is_empty() => Err(format!("Expected the {what} id to be filled, but it is blank")),
        Some(id) => Ok((id.into(), tag)),
    }
}
