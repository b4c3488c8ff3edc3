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

#[test]
fn answers() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/answers");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        let result = std::panic::catch_unwind(|| answers::run(&data));
        assert!(result.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count >= 50, "only {count} inputs in the corpus");
}
