//! Replays the fuzz corpora on a stable compiler: what once was found stays found, and the seeds reach what they are there
//! to reach. Finding more is the fuzzer's work.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "the corpus is read from files, a clock starts somewhere, and counts are printed"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/src/addresses.rs"]
mod addresses;
#[path = "../../fuzz/src/answers.rs"]
mod answers;
#[path = "../../fuzz/src/cache.rs"]
mod cache;
#[path = "../../fuzz/src/configuration.rs"]
mod configuration;
#[path = "../../fuzz/src/dotenv.rs"]
mod dotenv;
#[path = "../../fuzz/src/peer.rs"]
mod peer;
#[path = "../../fuzz/src/retry_after.rs"]
mod retry_after;
#[path = "../../fuzz/src/session/mod.rs"]
mod session;
#[path = "../../fuzz/src/tokens.rs"]
mod tokens;
#[path = "../../fuzz/src/wallet.rs"]
mod wallet;

#[cfg(feature = "roundtrip")]
#[path = "../../fuzz/src/operations.rs"]
mod operations;
#[cfg(feature = "roundtrip")]
#[path = "corpus/reached.rs"]
mod reached;
#[cfg(feature = "roundtrip")]
#[path = "corpus/seeds.rs"]
mod seeds;
#[cfg(feature = "roundtrip")]
#[path = "../../fuzz/src/values.rs"]
mod values;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

/// The inputs of a target, by their names.
fn corpus(target: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder(target)).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

fn replay(target: &str, run: fn(&[u8]), least: usize) {
    let inputs = corpus(target);
    assert!(inputs.len() >= least, "only {} inputs in the corpus", inputs.len());
    for (name, data) in inputs {
        let result = std::panic::catch_unwind(|| run(&data));
        assert!(result.is_ok(), "{name}");
    }
}

#[test]
fn answers() {
    replay("answers", answers::run, 50);
}

#[test]
fn configuration() {
    replay("configuration", configuration::run, 40);
}

#[test]
fn addresses() {
    replay("addresses", addresses::run, 30);
}

#[test]
fn dotenv() {
    replay("dotenv", dotenv::run, 30);
}

#[test]
fn retry_after() {
    replay("retry_after", retry_after::run, 30);
}

#[test]
fn tokens() {
    replay("tokens", tokens::run, 25);
}

#[test]
fn cache() {
    replay("cache", cache::run, 25);
}

#[test]
fn session() {
    let run = |data: &[u8]| {
        session::run(data);
    };
    replay("session", run, 25);
}
