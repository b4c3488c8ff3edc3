//! Replays the fuzz corpora on a stable compiler: what once was found stays found.

#![allow(clippy::disallowed_methods, reason = "the corpus is read from files, and a clock starts somewhere")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test may fail"
)]

#[path = "../../fuzz/src/answers.rs"]
mod answers;
#[path = "../../fuzz/src/cache.rs"]
mod cache;
#[path = "../../fuzz/src/configuration.rs"]
mod configuration;
#[path = "../../fuzz/src/tokens.rs"]
mod tokens;
#[path = "../../fuzz/src/wallet.rs"]
mod wallet;

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

fn replay(corpus: &str, run: fn(&[u8]), least: usize) {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus")).join(corpus);
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        let result = std::panic::catch_unwind(|| run(&data));
        assert!(result.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count >= least, "only {count} inputs in the corpus");
}
