//! The token files: small, their owner's alone, and never seen half written. What is in them, and whether it matters that one
//! cannot be read, is the core's to say.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use camunda_core::FileAction;
use camunda_core::config::Secret;

/// A token file has some kilobytes; what is larger is none.
const LARGEST: u64 = 1 << 20;

/// Does it, at once.
pub(crate) fn perform(action: &FileAction) -> Result<Option<Secret>, String> {
    let (result, path) = match action {
        FileAction::Prepare(folder) => (prepare(folder).map(|()| None), folder),
        FileAction::Load(path) => (load(path), path),
        FileAction::Store(path, text) => (store(path, text.expose()).map(|()| None), path),
        FileAction::Remove(path) => (absent_is_well(fs::remove_file(path)).map(|_| None), path),
    };
    result.map_err(|error| format!("{}: {error}", path.display()))
}

fn prepare(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let (file, path) = temporary(folder)?;
    drop(file);
    fs::remove_file(path)
}

fn load(path: &Path) -> io::Result<Option<Secret>> {
    // To open what is no plain file, a pipe for one, may take for ever.
    match absent_is_well(fs::metadata(path))? {
        None => return Ok(None),
        Some(found) if !found.is_file() => return Err(io::Error::other("not a plain file")),
        Some(_) => {}
    }
    let Some(file) = absent_is_well(File::open(path))? else { return Ok(None) };
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(Some(Secret::new(text)))
}

fn store(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let (mut file, temporary) = temporary(folder)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        // Nobody else knows its name.
        let _ = fs::remove_file(&temporary);
    }
    renamed
}

/// A new file that nobody else has the name of.
fn temporary(folder: &Path) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let path = folder.join(format!(".camunda-{}-{:016x}.tmp", std::process::id(), fastrand::u64(..)));
        match options.open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => return Ok((result?, path)),
        }
    }
}

fn absent_is_well<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}
