//! `pure`: the lints that keep effects out of the core really refuse them.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "what it judges is outside"
)]

use std::path::Path;
use std::process::Command;

/// Each line of the file that must not pass is marked with the lint that must refuse it.
#[test]
fn pure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = root.join("tests/purity/impure.rs");
    let output = Command::new("clippy-driver")
        .env("CLIPPY_CONF_DIR", root)
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--out-dir"])
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .args(["-Dclippy::disallowed_methods", "-Dclippy::disallowed_types", "-Dclippy::disallowed_macros"])
        .arg(&source)
        .output();
    let Ok(output) = output else {
        assert!(std::env::var_os("CI").is_none(), "clippy is not installed");
        println!("skipped: clippy is not installed");
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    let text = std::fs::read_to_string(&source).unwrap();
    let marked = text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, line.split_once("// ! ")?.1)));
    let mut count = 0;
    for (line, lint) in marked {
        count += 1;
        let place = format!("impure.rs:{line}:");
        let found = told.split("\n\n").any(|message| message.contains(&place) && message.contains(lint));
        assert!(found, "line {line} was let pass by {lint}:\n{told}");
    }
    assert!(count >= 15, "only {count} lines are marked");
}
