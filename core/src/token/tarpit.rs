//! The mark that refused credentials leave beside the token files of the vendor's cloud, so that a program restarted in a
//! loop does not become a loop of log-ins. The Python client reads and leaves the same mark; ours are heeded for a day.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::cache::component;
use crate::config::{OAuth, Secret};
use crate::digest::{Digests, hex};
use crate::model::{Timestamp, reads};
use crate::{FileAction, Now};

/// So long a mark is heeded.
const HEEDED: Duration = Duration::from_secs(24 * 3600);
const SALT: &[u8] = b"camunda-oauth-tarpit-filename-salt-v1";
const ROUNDS: NonZeroU32 = match NonZeroU32::new(100_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};

/// Where the mark is.
#[derive(Debug)]
pub(super) struct Tarpit {
    digests: Digests,
    /// Known once it is needed: the digest in it takes some twenty milliseconds.
    path: Option<PathBuf>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    audience: &'a str,
    client_id: &'a str,
    created_at: &'a str,
    message: &'a str,
    reason: &'a str,
}

impl Tarpit {
    pub(super) fn new(digests: Digests) -> Self {
        Self { digests, path: None }
    }

    pub(super) fn path(&mut self, folder: &Path, oauth: &OAuth) -> &Path {
        self.path.get_or_insert_with(|| {
            let digest = hex(&(self.digests.pbkdf2)(oauth.client_secret.expose().as_bytes(), SALT, ROUNDS));
            let digest: String = digest.chars().take(16).collect();
            let [client, audience] = [&oauth.client_id, oauth.audience.as_deref().unwrap_or_default()].map(component);
            folder.join(format!("oauth-401-tarpit-{client}-{audience}-{digest}.json"))
        })
    }

    /// The mark of credentials that were refused now.
    pub(super) fn mark(&mut self, folder: &Path, oauth: &OAuth, reason: &str, now: Now) -> Option<FileAction> {
        let created = Timestamp::from_unix_millis(i64::try_from(now.unix.as_millis()).ok()?);
        let document = Document {
            audience: oauth.audience.as_deref().unwrap_or_default(),
            client_id: &oauth.client_id,
            created_at: created.as_str(),
            message: "The token endpoint refused these credentials (401). Delete this file to try them again.",
            reason,
        };
        let text = serde_json::to_string_pretty(&document).ok()?;
        Some(FileAction::Store(self.path(folder, oauth).to_owned(), Secret::new(text)))
    }
}

/// Whether a mark is to be heeded: it tells when it was left, and that is less than a day from now.
pub(super) fn is_heeded(text: &str, now: Now) -> bool {
    struct Mark {
        created_at: Timestamp,
    }
    reads!(Mark { created_at: Timestamp = "createdAt" present, });
    let mark: Option<Mark> = serde_json::from_str(text).ok();
    let created = mark.and_then(|mark| mark.created_at.unix_millis()).and_then(|millis| u64::try_from(millis).ok());
    created.is_some_and(|millis| now.unix.abs_diff(Duration::from_millis(millis)) < HEEDED)
}
