//! Replays the fuzz corpora on a stable compiler: what once was found stays found, and the seeds reach what they are there
//! to reach. Finding more is the fuzzer's work.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "the corpus is read from files, a clock starts somewhere, and counts are printed"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test may fail"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use camunda_core::api::roundtrip::ENTRIES;
use operations::Went;

#[path = "../../fuzz/src/answers.rs"]
mod answers;
#[path = "../../fuzz/src/cache.rs"]
mod cache;
#[path = "../../fuzz/src/configuration.rs"]
mod configuration;
#[path = "../../fuzz/src/operations.rs"]
mod operations;
#[path = "../../fuzz/src/peer.rs"]
mod peer;
#[path = "corpus/seeds.rs"]
mod seeds;
#[path = "../../fuzz/src/session/mod.rs"]
mod session;
#[path = "../../fuzz/src/tokens.rs"]
mod tokens;
#[path = "../../fuzz/src/values.rs"]
mod values;
#[path = "../../fuzz/src/wallet.rs"]
mod wallet;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

/// The inputs of a target, by their names.
fn corpus(target: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder(target)).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

/// Replays the inputs of a target that only has to hold.
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

/// Every answer of the corpus is given to every operation, since which one a seed is for shifts with each new operation.
#[test]
fn operations() {
    let mut reached: BTreeMap<(u16, Went), BTreeSet<usize>> = BTreeMap::new();
    let (mut asked, mut runs) = (BTreeMap::new(), 0);
    for (name, data) in corpus("operations") {
        let run = |data: Vec<u8>| std::panic::catch_unwind(move || operations::run(&data)).expect(&name);
        if data[2] >= 254 {
            *asked.entry(run(data)).or_insert(0) += 1;
            continue;
        }
        let class = peer::STATUSES[usize::from(data[2]) % peer::STATUSES.len()] / 100;
        for operation in 0..ENTRIES.len() {
            let index = u16::try_from(operation).unwrap().to_be_bytes();
            let went = run([&index, &data[2..]].concat());
            reached.entry((class, went)).or_default().insert(operation);
            runs += 1;
        }
    }
    println!("{runs} answers, {asked:?} requests and values; operations reached, of {}:", ENTRIES.len());
    for class in [2, 3, 4, 5] {
        for went in [Went::Accepted, Went::Refused] {
            let count = reached.get(&(class, went)).map_or(0, BTreeSet::len);
            println!("  {class}xx {went:?}: {count}");
            assert_eq!(count, ENTRIES.len(), "{class}xx {went:?}");
        }
    }
    assert!(asked[&Went::Accepted] >= 40 && asked[&Went::Refused] >= 10, "{asked:?}");
}
