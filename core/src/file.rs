//! Small files that the core wants read or written: tokens kept between runs. It only asks; how a file is written safely is
//! the driver's part, and that no failure of it matters is the core's.

use std::fmt;
use std::path::PathBuf;

use crate::config::Secret;

/// What a driver is to do with a file, at once: it never waits for a network.
/// [`Event::File`](crate::Event::File) tells what became of it.
#[derive(Clone, PartialEq, Eq)]
pub enum FileAction {
    /// See to it that the folder exists and can be written in. Made now, it is its owner's alone (mode 0700).
    Prepare(PathBuf),
    /// Read the file; one that is absent is no failure.
    Load(PathBuf),
    /// Write the file whole or not at all: under a name that nobody else uses, its owner's alone (mode 0600) from the
    /// beginning, synchronised, then renamed.
    Store(PathBuf, Secret),
    /// Remove the file; one that is absent is no failure.
    Remove(PathBuf),
}

impl fmt::Debug for FileAction {
    /// Paths only: what is written is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, path) = match self {
            Self::Prepare(path) => ("Prepare", path),
            Self::Load(path) => ("Load", path),
            Self::Store(path, _) => ("Store", path),
            Self::Remove(path) => ("Remove", path),
        };
        f.debug_tuple(name).field(path).finish()
    }
}
