//! One session and the files that it keeps, driven by hand: what the targets for tokens and for token files share.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::api::GetTopology;
use camunda_core::config::{ConfigBuilder, Secret};
use camunda_core::{Call, CallOptions, Digests, Event, FileAction, Now, Prepared, Session, Step};

/// No error and no debug print shows it.
pub const SECRET: &str = "hunter2";
/// Milliseconds since the Unix epoch, when a wallet is opened.
pub const OPENED: u64 = 1_800_000_000_000;

/// A session, its clock and its files.
pub struct Wallet {
    pub session: Session,
    pub now: Now,
    pub files: BTreeMap<PathBuf, String>,
}

impl Wallet {
    /// With these files from an earlier life.
    pub fn open(settings: ConfigBuilder, files: BTreeMap<PathBuf, String>) -> Self {
        let config = settings.token_cache_dir("/t").build().unwrap();
        let digests =
            Digests { sha256: mixed, pbkdf2: |password, salt, _: NonZeroU32| mixed(&[salt, password].concat()) };
        Self {
            session: Session::new(Arc::new(config), 1).with_digests(digests),
            now: Now { instant: Instant::now(), unix: Duration::from_millis(OPENED) },
            files,
        }
    }

    pub fn begin(&mut self) -> Call {
        let (config, options) = (Arc::clone(self.session.config()), CallOptions::new());
        let prepared = Prepared::new(&GetTopology::new(), &config, &options).unwrap();
        self.session.begin(prepared, &options, self.now)
    }

    /// The next step that is not about files, and not a wait for the clock alone. `None`: it waits for another call.
    pub fn step(&mut self, call: &mut Call, others: bool) -> Option<Step> {
        loop {
            match call.poll(&mut self.session, self.now) {
                Step::File(action) => {
                    let result = self.perform(action);
                    call.handle(&mut self.session, self.now, Event::File(Ok(result)));
                }
                Step::Wait { .. } if others => return None,
                Step::Wait { until, .. } => {
                    assert!(until > self.now.instant, "a wait that is already over");
                    self.now.unix += until - self.now.instant;
                    self.now.instant = until;
                }
                step @ Step::Read { .. } => return Some(step),
                step => {
                    let shown = format!("{step:?} {call:?} {:?}", self.session);
                    assert!(!shown.contains(SECRET), "a secret is shown: {shown}");
                    return Some(step);
                }
            }
        }
    }

    fn perform(&mut self, action: FileAction) -> Option<Secret> {
        match action {
            FileAction::Prepare(_) => None,
            FileAction::Load(path) => self.files.get(&path).map(Secret::new),
            FileAction::Store(path, text) => {
                assert!(!text.expose().contains(SECRET), "a secret is written down");
                self.files.insert(path, text.expose().to_owned());
                None
            }
            FileAction::Remove(path) => {
                self.files.remove(&path);
                None
            }
        }
    }
}

/// What a request is authenticated by.
pub fn authorization(request: &http::Request<camunda_core::Body>) -> &str {
    request.headers()["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap()
}

/// No digest, but it tells texts apart.
fn mixed(text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (seed, byte) in (0_u64..).zip(bytes.iter_mut()) {
        let hash = text.iter().fold(seed + 0xcbf2_9ce4_8422_2325, |hash, next| {
            (hash ^ u64::from(*next)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        *byte = hash.to_be_bytes()[2];
    }
    bytes
}
