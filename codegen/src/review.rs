//! What people decided: names, what may be repeated, what an answer must have, and our own words for the documentation.
//! Facts are not decided here; a decision about something that the facts lack is an error.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::facts::{Model, Shape};

/// The decisions of `review.json`, each beside its reason where it is not plain.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What these decisions are about, for whoever reads the file.
    #[serde(default)]
    pub about: Vec<String>,
    /// Names of types in Rust, by their names in the description.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Types of members that the description calls plain text, by `Type.member`.
    #[serde(default)]
    pub kinds: BTreeMap<String, String>,
    /// Names of members in Rust, by `Type.member`.
    #[serde(default)]
    pub members: BTreeMap<String, String>,
    /// Members of answers without which the answer is useless: their absence is an error.
    #[serde(default)]
    pub present: BTreeMap<String, Vec<String>>,
    /// Types whose members an update leaves alone, resets or sets.
    #[serde(default)]
    pub changes: Vec<String>,
    /// Operations other than `GET`, searches, and `PUT` and `DELETE` by key that may be repeated, with the reason.
    #[serde(default)]
    pub repeatable: BTreeMap<String, String>,
    /// Operations that by their method might be repeated but may not, with the reason.
    #[serde(default)]
    pub unrepeatable: BTreeMap<String, String>,
    /// Operations that end work which the cluster has handed out.
    #[serde(default)]
    pub drains: Vec<String>,
    /// Operations whose `tenantId` has a default.
    #[serde(default)]
    pub tenant: Vec<String>,
    /// Operations whose `tenantIds` have a default.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// The constructors for the shapes of choices without a tag.
    #[serde(default)]
    pub constructors: BTreeMap<String, String>,
    /// Operations whose success may be empty in some release, with the reason.
    #[serde(default)]
    pub maybe_empty: BTreeMap<String, String>,
    /// Operations whose answer is taken as bytes although the description calls it JSON, with the reason.
    #[serde(default)]
    pub raw: BTreeMap<String, String>,
    /// Members of operations whose setters are written by hand.
    #[serde(default)]
    pub setters_by_hand: BTreeMap<String, Vec<String>>,
    /// Operations written by hand, with the reason.
    #[serde(default)]
    pub by_hand: BTreeMap<String, String>,
    /// Our own sentences for operations.
    #[serde(skip)]
    pub operations: BTreeMap<String, String>,
    /// Examples of operations: lines of Rust, compiled as tests of the documentation.
    #[serde(skip)]
    pub examples: BTreeMap<String, Vec<String>>,
    /// Our own sentences for types.
    #[serde(skip)]
    pub types: BTreeMap<String, String>,
    /// Our own sentences for members, by `Type.member` or by `member`.
    #[serde(skip)]
    pub texts: BTreeMap<String, String>,
    /// Our words for statuses of errors: by status, by status and the verb that operations' ids begin with, and by status
    /// and operation; the last also where the description does not list the status.
    #[serde(skip)]
    pub statuses: BTreeMap<String, String>,
}

impl Review {
    /// Puts the types of members right that the description leaves open.
    ///
    /// # Errors
    ///
    /// There is no such member.
    pub fn correct(&self, model: &mut Model) -> Result<(), String> {
        for (place, kind) in &self.kinds {
            let members = place.split_once('.').and_then(|(name, member)| Some((model.types.get_mut(name)?, member)));
            let member = match members {
                Some((Shape::Object { members, .. }, name)) => members.iter_mut().find(|member| member.name == name),
                _ => None,
            };
            kind.clone_into(&mut member.ok_or(format!("the review speaks of {place}, which does not exist"))?.kind);
        }
        Ok(())
    }

    /// Reads `review.json` and `texts/`.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or is not what it should be.
    pub fn read(home: &Path) -> Result<Self, String> {
        let mut review: Self = file(&home.join("review.json"))?;
        review.operations = file(&home.join("texts/operations.json"))?;
        review.types = file(&home.join("texts/types.json"))?;
        review.examples = file(&home.join("texts/examples.json"))?;
        review.texts = file(&home.join("texts/members.json"))?;
        review.statuses = file(&home.join("texts/statuses.json"))?;
        Ok(review)
    }
}

fn file<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
