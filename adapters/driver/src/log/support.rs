//! The log for support: a file of its own, with the configuration that a client runs with and everything that happens, but for
//! bodies. Of secrets it shows what the configuration shows of them: four characters at most.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use camunda_core::Config;

use super::stderr::line;
use super::{LogSink, Record};

/// Names that are tried: the configured one, and so many with a number.
const NUMBERS: u32 = 999;

/// A file that only its owner can read.
pub(super) struct SupportLog(Mutex<File>);

impl SupportLog {
    /// Begins a new file. No earlier one is written to: each has one beginning.
    pub(super) fn open(path: &Path, config: &Config) -> io::Result<Self> {
        let mut file = create(path)?;
        file.write_all(head(config).as_bytes())?;
        Ok(Self(Mutex::new(file)))
    }
}

impl LogSink for SupportLog {
    fn log(&self, record: &Record<'_>) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk is no reason for a call to fail.
        let _ = file.write_all(line(record).as_bytes());
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut names = std::iter::once(path.to_owned()).chain((1..=NUMBERS).map(|number| numbered(path, number)));
    names
        .find_map(|name| match options.open(name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => None,
            result => Some(result),
        })
        .unwrap_or_else(|| Err(ErrorKind::AlreadyExists.into()))
}

/// `camunda-support-7.log` for the seventh besides `camunda-support.log`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn head(config: &Config) -> String {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let mut head = format!("camunda-rust {version} on {os} {arch}\n{config}\n\n");
    for (name, value) in config.redacted() {
        head.push_str(&format!("{name}={}\n", value.escape_debug()));
    }
    head.push('\n');
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_before_the_extension() {
        let name = |path: &str| numbered(Path::new(path), 7).display().to_string();
        assert_eq!(name("/var/log/support.log"), "/var/log/support-7.log");
        assert_eq!(name("support"), "support-7");
        assert_eq!(name("a.b/support.tar.gz"), "a.b/support.tar-7.gz");
    }
}
