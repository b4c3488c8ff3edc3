//! The simulated session under many random scripts. A failing script is printed with the command that replays it.
//!
//! Few in an ordinary run, ten thousand in CI. `SIMULATION_SEEDS=100000 cargo test --release -p camunda-core --test simulation` runs more of them;
//! `SIMULATION_SEED=n` runs one.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test reads its settings and tells of its work"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail"
)]

#[path = "../../fuzz/src/session/mod.rs"]
mod session;

use quickcheck::{Arbitrary, Gen};
use session::Seen;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A script of moods that hold for a while, from a seed.
fn script(seed: u64) -> Vec<u8> {
    let mut generator = Gen::from_size_and_seed(200, seed);
    Vec::arbitrary(&mut generator)
}

#[test]
fn every_promise_holds_under_any_script() {
    if let Some(seed) = setting("SIMULATION_SEED") {
        println!("{:?}", session::run(&script(seed)));
        return;
    }
    let seeds = setting("SIMULATION_SEEDS").unwrap_or(300);
    let mut total = Seen::default();
    for seed in 0..seeds {
        let result = std::panic::catch_unwind(|| session::run(&script(seed)));
        let seen = result.unwrap_or_else(|_| {
            panic!(
                "seed {seed} fails; replay it by: SIMULATION_SEED={seed} cargo test -p camunda-core --test simulation"
            )
        });
        total.calls += seen.calls;
        total.waits_for_permits += seen.waits_for_permits;
        total.waits_for_pace += seen.waits_for_pace;
        total.waits_for_tokens += seen.waits_for_tokens;
        total.back_offs += seen.back_offs;
        total.full_queues += seen.full_queues;
        total.tokens += seen.tokens;
        total.taken_over += seen.taken_over;
        total.replays += seen.replays;
        total.paused += seen.paused;
    }
    println!("{seeds} scripts: {total:?}");
    // A state that is hardly ever reached proves nothing.
    let least = u32::try_from(seeds / 50).unwrap();
    for (name, count) in [
        ("waits_for_permits", total.waits_for_permits),
        ("waits_for_pace", total.waits_for_pace),
        ("waits_for_tokens", total.waits_for_tokens),
        ("back_offs", total.back_offs),
        ("full_queues", total.full_queues),
        ("tokens", total.tokens),
        ("taken_over", total.taken_over),
        ("replays", total.replays),
        ("paused", total.paused),
    ] {
        assert!(count >= least, "{name} was reached only {count} times in {seeds} scripts");
    }
}
