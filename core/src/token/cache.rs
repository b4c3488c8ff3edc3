//! Tokens kept in files, between runs and beside other processes: how a file is named, what is in it, and whether what is
//! found there is ours. Reading and writing are asked of the driver; no failure of a file is a failure of a call.

use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use serde::Serialize;

use super::Grant;
use super::bearer::bearer;
use super::tarpit::Tarpit;
use crate::config::{Config, OAuth, Secret};
use crate::digest::{Digests, hex};
use crate::model::reads;
use crate::{FileAction, Now};

/// The files of one set of credentials.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    /// Whether the folder can be written in; `None` before the first look.
    usable: Option<bool>,
    path: PathBuf,
    /// The digest of everything that shapes the token request.
    identity: String,
    tarpit: Option<Tarpit>,
    /// Whether it was told already that a file could not be written.
    complained: bool,
}

/// A token as found in a file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) header: HeaderValue,
    /// Since the Unix epoch.
    pub(super) obtained: Duration,
    pub(super) lifetime: Duration,
}

/// What a file says: who the token is for, and how long it lives. Times are milliseconds since the Unix epoch.
#[derive(Serialize)]
struct Document {
    access_token: String,
    token_type: String,
    oauth_url: String,
    client_id: String,
    audience: Option<String>,
    scope: Option<String>,
    resource: Option<String>,
    identity: String,
    obtained_at_epoch_ms: u64,
    /// When it is to be renewed.
    expires_at_epoch_ms: u64,
    /// When it ends.
    hard_expires_at_epoch_ms: u64,
}

reads!(Document {
    access_token: String = "access_token" present,
    token_type: String = "token_type" present,
    oauth_url: String = "oauth_url" present,
    client_id: String = "client_id" present,
    audience: Option<String> = "audience" maybe,
    scope: Option<String> = "scope" maybe,
    resource: Option<String> = "resource" maybe,
    identity: String = "identity" present,
    obtained_at_epoch_ms: u64 = "obtained_at_epoch_ms" present,
    expires_at_epoch_ms: u64 = "expires_at_epoch_ms" present,
    hard_expires_at_epoch_ms: u64 = "hard_expires_at_epoch_ms" present,
});

impl Cache {
    /// `None` where no folder is configured.
    pub(super) fn new(config: &Config, oauth: &OAuth, digests: Digests) -> Option<Self> {
        let folder = config.token_cache.clone()?;
        let identity = identity(oauth, digests);
        let host = oauth.url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        let parts =
            [&oauth.client_id, oauth.audience.as_deref().unwrap_or_default(), host.as_deref().unwrap_or("unknown")];
        // The digest tells tokens apart; what is before it is for people, and yields to the length that a name may have.
        let [client, audience, host] = parts.map(component);
        let name: String = format!("oauth-token-{client}-{audience}-{host}").chars().take(LONGEST_READABLE).collect();
        let digest: String = identity.chars().take(16).collect();
        Some(Self {
            path: folder.join(format!("{name}-{digest}.json")),
            tarpit: oauth.is_cloud().then(|| Tarpit::new(digests)),
            folder,
            usable: None,
            identity,
            complained: false,
        })
    }

    /// What must be done before a file is touched; `None` once that is done.
    pub(super) fn prepare(&self) -> Option<FileAction> {
        self.usable.is_none().then(|| FileAction::Prepare(self.folder.clone()))
    }

    /// Whether files are read and written: the folder was looked at, and can be used.
    pub(super) fn is_usable(&self) -> bool {
        self.usable == Some(true)
    }

    /// Takes in how the folder is; a warning, if it cannot be used.
    pub(super) fn prepared(&mut self, result: Result<(), String>) -> Option<String> {
        self.usable = Some(result.is_ok());
        result.err().map(|reason| {
            format!("tokens are kept in memory only, since {} cannot be written in: {reason}", self.folder.display())
        })
    }

    /// A warning, the first time that a file cannot be dealt with.
    pub(super) fn failed(&mut self, reason: &str) -> Option<String> {
        let first = !std::mem::replace(&mut self.complained, true);
        first.then(|| format!("a token file in {} cannot be used: {reason}", self.folder.display()))
    }

    /// Where the mark of refused credentials is; `None` off the vendor's cloud.
    pub(super) fn mark_path(&mut self, oauth: &OAuth) -> Option<PathBuf> {
        Some(self.tarpit.as_mut()?.path(&self.folder, oauth).to_owned())
    }

    /// The mark of credentials that were refused now.
    pub(super) fn mark(&mut self, oauth: &OAuth, reason: &str, now: Now) -> Option<FileAction> {
        self.tarpit.as_mut()?.mark(&self.folder, oauth, reason, now)
    }

    pub(super) fn load(&self) -> FileAction {
        FileAction::Load(self.path.clone())
    }

    pub(super) fn remove(&self) -> FileAction {
        FileAction::Remove(self.path.clone())
    }

    /// The file for a token that ends at `expires`, to be renewed at `renew`.
    pub(super) fn store(
        &self,
        oauth: &OAuth,
        header: &HeaderValue,
        [obtained, renew, expires]: [Duration; 3],
    ) -> Option<FileAction> {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let document = Document {
            access_token: std::str::from_utf8(header.as_bytes()).ok()?.strip_prefix("Bearer ")?.into(),
            token_type: "Bearer".into(),
            oauth_url: oauth.url.clone(),
            client_id: oauth.client_id.clone(),
            audience: oauth.audience.clone(),
            scope: oauth.scope.clone(),
            resource: oauth.resource.clone(),
            identity: self.identity.clone(),
            obtained_at_epoch_ms: millis(obtained),
            expires_at_epoch_ms: millis(renew),
            hard_expires_at_epoch_ms: millis(expires),
        };
        let text = serde_json::to_string_pretty(&document).ok()?;
        Some(FileAction::Store(self.path.clone(), Secret::new(text)))
    }

    /// The token of a file, if it is one of these credentials and not made up; whether it has expired is for others to say.
    pub(super) fn read(&self, oauth: &OAuth, text: &str) -> Option<Found> {
        let document: Document = serde_json::from_str(text).ok()?;
        let ours = document.identity == self.identity
            && document.oauth_url == oauth.url
            && document.client_id == oauth.client_id
            && document.audience == oauth.audience
            && document.scope == oauth.scope
            && document.resource == oauth.resource;
        if !ours {
            return None;
        }
        let obtained = Duration::from_millis(document.obtained_at_epoch_ms);
        let lifetime = Duration::from_millis(document.hard_expires_at_epoch_ms).checked_sub(obtained)?;
        let plausible = !lifetime.is_zero() && lifetime <= Grant::LONGEST_LIFE;
        let header = bearer(&document.access_token)?;
        plausible.then_some(Found { header, obtained, lifetime })
    }
}

/// A file name has 255 bytes at most on the usual file systems.
const LONGEST_READABLE: usize = 200;

/// One part of a file name: nothing but letters, digits, dots, underscores and dashes, 120 at most.
pub(super) fn component(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "empty".to_owned();
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut name = String::new();
    let mut replaced = false;
    for c in text.chars() {
        if plain(c) || !replaced {
            name.push(if plain(c) { c } else { '_' });
        }
        replaced = !plain(c);
    }
    name.chars().take(120).collect()
}

/// Everything that shapes the token request, digested: nothing else may share the token.
fn identity(oauth: &OAuth, digests: Digests) -> String {
    let secret = hex(&(digests.sha256)(oauth.client_secret.expose().as_bytes()));
    let OAuth { url, client_id, grant_type, audience, scope, resource, .. } = oauth;
    // As a list in JSON, two different sets never read the same. Nothing in it can fail to be written.
    let text = serde_json::to_string(&(url, client_id, secret, grant_type, audience, scope, resource));
    hex(&(digests.sha256)(text.unwrap_or_default().as_bytes()))
}
