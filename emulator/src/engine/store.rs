//! What a cluster keeps beside processes, as the JSON that answers show: users, roles, tenants, variables, batch operations.
//! It keeps and finds; nothing here has any effect on processes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

/// An entity with the key that tells its age.
#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) key: i64,
    pub(crate) value: Value,
}

/// The content of a document with its hash.
#[derive(Debug, Clone)]
pub(crate) struct StoredDocument {
    pub(crate) content: Arc<[u8]>,
    pub(crate) media_type: String,
    pub(crate) hash: String,
}

fn digest(user: &str, password: &str) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("{user}:{password}").as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

/// Kind and id of the owner, kind of the members.
type Membership = (&'static str, String, &'static str);

#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    entities: BTreeMap<&'static str, BTreeMap<String, Entity>>,
    members: BTreeMap<Membership, BTreeSet<String>>,
    /// The SHA-256 digests of users' passwords; the passwords themselves are not kept.
    passwords: BTreeMap<String, [u8; 32]>,
    pub(crate) documents: BTreeMap<String, StoredDocument>,
}

impl Store {
    pub(crate) fn get(&self, kind: &str, id: &str) -> Option<&Entity> {
        self.entities.get(kind)?.get(id)
    }

    pub(crate) fn put(&mut self, kind: &'static str, id: &str, key: i64, value: Value) {
        self.entities.entry(kind).or_default().insert(id.to_owned(), Entity { key, value });
    }

    pub(crate) fn set_password(&mut self, user: &str, password: &str) {
        self.passwords.insert(user.to_owned(), digest(user, password));
    }

    /// Whether there is a user with this password.
    pub(crate) fn has_password(&self, user: &str, password: &str) -> bool {
        self.get("user", user).is_some() && self.passwords.get(user) == Some(&digest(user, password))
    }

    /// Changes an entity that is there; its age stays.
    pub(crate) fn change(&mut self, kind: &'static str, id: &str, change: impl FnOnce(&mut Value)) {
        if let Some(entity) = self.entities.get_mut(kind).and_then(|all| all.get_mut(id)) {
            change(&mut entity.value);
        }
    }

    /// Takes an entity away, and it out of everything it was a member of.
    pub(crate) fn remove(&mut self, kind: &'static str, id: &str) -> bool {
        let known = self.entities.get_mut(kind).is_some_and(|all| all.remove(id).is_some());
        if known {
            self.members.retain(|(owner, owner_id, _), _| *owner != kind || owner_id != id);
            for ((.., member), ids) in &mut self.members {
                if *member == kind {
                    ids.remove(id);
                }
            }
        }
        known
    }

    /// All of a kind, oldest first.
    pub(crate) fn all(&self, kind: &str) -> Vec<&Entity> {
        let mut all: Vec<&Entity> = self.entities.get(kind).into_iter().flat_map(BTreeMap::values).collect();
        all.sort_by_key(|entity| entity.key);
        all
    }

    /// False if it was one already.
    pub(crate) fn add_member(&mut self, owner: &'static str, id: &str, member: &'static str, name: &str) -> bool {
        self.members.entry((owner, id.to_owned(), member)).or_default().insert(name.to_owned())
    }

    pub(crate) fn remove_member(&mut self, owner: &'static str, id: &str, member: &'static str, name: &str) -> bool {
        self.members.get_mut(&(owner, id.to_owned(), member)).is_some_and(|names| names.remove(name))
    }

    pub(crate) fn members(&self, owner: &'static str, id: &str, member: &'static str) -> Vec<&str> {
        self.members.get(&(owner, id.to_owned(), member)).into_iter().flatten().map(String::as_str).collect()
    }

    /// The ids of owners of a kind that this is a member of.
    pub(crate) fn owners(&self, owner: &'static str, member: &'static str, name: &str) -> Vec<&str> {
        let owning =
            self.members.iter().filter(|((o, _, m), names)| *o == owner && *m == member && names.contains(name));
        owning.map(|((_, id, _), _)| id.as_str()).collect()
    }
}
