//! Brings generated files to the disk, formatted, or compares them with what is there. Files of ours that are no longer
//! generated go; any other file is left alone.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folders that hold nothing but generated files.
const FOLDERS: [&str; 2] = ["core/src/api", "adapters/driver/src/api"];

/// Formats the files and writes them; with `check`, only says whether they differ. Answers a line for the user.
///
/// # Errors
///
/// A file cannot be read, formatted or written, or `check` finds a difference.
pub fn settle(root: &Path, files: &BTreeMap<String, String>, check: bool) -> Result<String, String> {
    let mut stale: Vec<PathBuf> = Vec::new();
    for folder in FOLDERS {
        present(&root.join(folder), &mut stale)?;
    }
    stale.retain(|path| !files.keys().any(|file| root.join(file) == *path));
    let mut differing: Vec<String> = stale.iter().map(|path| format!("{} is not generated", path.display())).collect();
    let mut lines = 0;
    for (file, text) in files {
        let code = file.ends_with(".rs");
        let text = if code { format(root, text).map_err(|reason| format!("{file}: {reason}"))? } else { text.clone() };
        lines += text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
            .filter(|_| code)
            .count();
        let path = root.join(file);
        if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        differing.push(format!("{file} differs"));
        if !check {
            let folder = path.parent().ok_or("no folder")?;
            std::fs::create_dir_all(folder).map_err(|error| format!("{file}: {error}"))?;
            std::fs::write(&path, text).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    if check && !differing.is_empty() {
        return Err(format!("{}\nrun `cargo run -p camunda-codegen -- generate`", differing.join("\n")));
    }
    for path in stale {
        std::fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(format!("{} files, {lines} lines of code, {} changed", files.len(), differing.len()))
}

fn present(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            present(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn format(root: &Path, text: &str) -> Result<String, String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--quiet", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    let mut input = rustfmt.stdin.take().ok_or("rustfmt takes no input")?;
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = rustfmt.wait_with_output().map_err(|error| format!("rustfmt: {error}"))?;
    writer.join().map_err(|_| "rustfmt was not fed")?.map_err(|error| format!("rustfmt: {error}"))?;
    if !output.status.success() {
        return Err(format!("rustfmt: {}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
