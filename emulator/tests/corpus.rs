//! Replays the fuzz corpora of the emulator on a stable compiler: what once was found stays found. Finding more is the fuzzer's
//! work.

#![allow(unreachable_pub, reason = "the same files are a library for the fuzzer")]

use std::path::Path;

#[path = "../../fuzz/src/models.rs"]
mod models;
#[path = "../../fuzz/src/requests.rs"]
mod requests;

fn replay(target: &str, run: fn(&[u8]), least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut inputs: Vec<_> =
        std::fs::read_dir(&folder).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
    inputs.sort();
    assert!(inputs.len() >= least, "only {} inputs in the corpus", inputs.len());
    for input in inputs {
        let data = std::fs::read(&input).expect("a file");
        let result = std::panic::catch_unwind(|| run(&data));
        assert!(result.is_ok(), "{}", input.display());
    }
}

#[test]
fn models() {
    replay("models", models::run, 40);
}

#[test]
fn requests() {
    replay("requests", requests::run, 20);
}
