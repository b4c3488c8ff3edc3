//! The README says what each adapter supports. That is what the suite runs on it: a story that fails fails the suite, and a
//! table that says anything else fails here.

use std::fmt::Write as _;
use std::path::Path;

use crate::{Level, SUITE};

const LEVELS: [(Level, &str); 5] = [
    (Level::Base, "base"),
    (Level::Kept, "connections kept"),
    (Level::Tls, "TLS"),
    (Level::Proxy, "proxies"),
    (Level::Streaming, "streaming"),
];

const ADAPTERS: [(&str, &str); 4] = [
    ("ureq", "`camunda-ureq`"),
    ("hyper", "`camunda-hyper` (tokio)"),
    ("smol", "`camunda-smol` (smol, async-std, a bare `block_on`)"),
    ("own", "[`own_adapter`](examples/own_adapter.rs), an example of 150 lines"),
];

fn table() -> String {
    let mut table = format!("| adapter | {} |\n|---|", LEVELS.map(|(_, words)| words).join(" | "));
    table.extend(LEVELS.map(|_| "---|"));
    for (adapter, words) in ADAPTERS {
        let _ = write!(table, "\n| {words} |");
        for (level, _) in LEVELS {
            let on_it = SUITE.iter().filter(|stories| stories.level == level && stories.adapters.contains(&adapter));
            match on_it.map(|stories| stories.names.len()).sum::<usize>() {
                0 => table.push_str(" no |"),
                count => drop(write!(table, " {count} stories |")),
            }
        }
    }
    table
}

#[test]
fn the_readme_says_what_each_adapter_supports() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- adapters: made by the tests -->\n", "\n<!-- adapters end -->");
    let (before, rest) = text.split_once(begin).expect("the place of the table");
    let (found, after) = rest.split_once(end).expect("the end of the table");
    let expected = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
        return;
    }
    assert!(found == expected, "the table is old: UPDATE=1 cargo test -p camunda-e2e --test wire readme\n{expected}");
}

#[test]
fn an_adapter_is_an_afternoon() {
    let text = include_str!("../../../examples/own_adapter.rs");
    let adapter = text.split("/// The adapter at work").next().unwrap();
    let lines = adapter.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    assert!(lines <= 150, "{lines} lines of code");
}
