//! A folder of files in memory, and the digests that name them: stand-ins that are no digests, but as deterministic.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;

use camunda_core::config::{ConfigBuilder, Secret};
use camunda_core::{Call, Config, Digests, Event, FileAction, Step};

use crate::world::World;

/// What is in the folder, and what was asked of it.
#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) files: BTreeMap<PathBuf, String>,
    pub(crate) asked: Vec<String>,
    /// Everything fails, from now on.
    pub(crate) broken: bool,
}

pub(crate) const DIGESTS: Digests = Digests { sha256, pbkdf2 };

fn sha256(text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (round, byte) in bytes.iter_mut().enumerate() {
        let hash = text.iter().fold(round as u64 + 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        *byte = (hash >> 32) as u8;
    }
    bytes
}

fn pbkdf2(password: &[u8], salt: &[u8], rounds: NonZeroU32) -> [u8; 32] {
    sha256(&[password, salt, &rounds.get().to_be_bytes()].concat())
}

impl Disk {
    /// The only file.
    pub(crate) fn only(&mut self) -> &mut String {
        assert_eq!(self.files.len(), 1, "{:?}", self.files.keys());
        self.files.values_mut().next().unwrap()
    }

    pub(crate) fn perform(&mut self, action: FileAction) -> Result<Option<Secret>, String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let (verb, name) = match &action {
            FileAction::Prepare(folder) => ("prepare", folder.to_str().unwrap().to_owned()),
            FileAction::Load(path) => ("load", name(path)),
            FileAction::Store(path, _) => ("store", name(path)),
            FileAction::Remove(path) => ("remove", name(path)),
        };
        self.asked.push(format!("{verb} {name}"));
        if self.broken {
            return Err("no space left".to_owned());
        }
        match action {
            FileAction::Prepare(_) => Ok(None),
            FileAction::Load(path) => Ok(self.files.get(&path).map(Secret::new)),
            FileAction::Store(path, text) => {
                self.files.insert(path, text.expose().to_owned());
                Ok(None)
            }
            FileAction::Remove(path) => {
                self.files.remove(&path);
                Ok(None)
            }
        }
    }

    /// What was asked since the last time, without the names.
    pub(crate) fn verbs(&mut self) -> Vec<String> {
        self.asked.drain(..).map(|asked| asked.split(' ').next().unwrap().to_owned()).collect()
    }
}

impl World {
    /// With tokens kept in `/tokens`.
    pub(crate) fn kept(settings: ConfigBuilder) -> Self {
        let World { session, now } = World::new(settings.token_cache_dir("/tokens"));
        Self { session: session.with_digests(DIGESTS), now }
    }

    pub(crate) fn kept_oauth() -> Self {
        Self::kept(Config::builder().oauth("id", "hunter2!").oauth_url("http://idp/token"))
    }

    /// Does what is asked of the folder, as long as nothing else is asked.
    pub(crate) fn files(&mut self, call: &mut Call, disk: &mut Disk) -> Step {
        for _ in 0..20 {
            match self.poll(call) {
                Step::File(action) => {
                    let result = disk.perform(action);
                    call.handle(&mut self.session, self.now, Event::File(result));
                }
                step => return step,
            }
        }
        panic!("bounded_time: there is no end of files: {:?}", disk.asked);
    }

    /// Expects a request to the cluster, after whatever is done to files, and returns its `Authorization`.
    pub(crate) fn sent_after_files(&mut self, call: &mut Call, disk: &mut Disk) -> String {
        let step = self.files(call, disk);
        World::authorization(step)
    }

    /// Expects a token request, after whatever is done to files.
    pub(crate) fn asked_after_files(&mut self, call: &mut Call, disk: &mut Disk) {
        let step = self.files(call, disk);
        assert!(World::form(step).starts_with("grant_type"));
    }

    /// A call that fetches this token and keeps it.
    pub(crate) fn fetches(&mut self, disk: &mut Disk, token: &str, seconds: u32) {
        let mut call = self.begin(&crate::world::Look);
        self.asked_after_files(&mut call, disk);
        self.grant(&mut call, token, seconds);
        assert_eq!(self.sent_after_files(&mut call, disk), format!("Bearer {token}"));
        self.answer(&mut call, 200, "");
        self.done(&mut call).unwrap();
    }

    /// A call that finds a token and asks nobody.
    pub(crate) fn finds(&mut self, disk: &mut Disk) -> String {
        let mut call = self.begin(&crate::world::Look);
        let authorization = self.sent_after_files(&mut call, disk);
        self.answer(&mut call, 200, "");
        self.done(&mut call).unwrap();
        authorization
    }
}
