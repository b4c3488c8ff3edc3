//! A session in a simulated world, driven by a script: many calls at once, a gateway and an identity provider with moods, a
//! clock that moves only when nothing else can happen. Every promise of a session is an assertion that bears its name.
//!
//! The script ends, the world turns kind, and from then on only calls that were woken, or whose time has come, are polled: all
//! of them must end by themselves.

mod ledger;
mod moods;
mod world;

use std::time::Duration;

pub use world::Seen;
use world::World;

/// Runs one script; what it saw of rare states.
pub fn run(script: &[u8]) -> Seen {
    let first = play(script, true);
    let second = play(script, false);
    assert!(first.1 == second.1, "seed_reproduces, observing_changes_nothing: the same script sent other requests");
    first.0
}

/// What was seen, and everything that was sent.
fn play(script: &[u8], observed: bool) -> (Seen, Vec<String>) {
    let mut bytes = script.iter().copied();
    let mut world = World::new(bytes.next().unwrap_or_default(), observed);
    while let Some(byte) = bytes.next() {
        let argument = bytes.next().unwrap_or_default();
        match byte % 16 {
            0..=5 => world.begin(argument),
            6 | 7 => world.pass(Duration::from_millis(u64::from(argument) * 4)),
            8 => world.pass(Duration::from_millis(u64::from(argument) * 400)),
            9 | 10 => world.gateway = moods::Gateway::of(argument),
            11 => world.provider = moods::Provider::of(argument),
            12 => world.abandon(argument),
            13 => world.pause(argument),
            14 => world.poll_one(argument),
            _ => (0..argument % 24).for_each(|kind| world.begin(kind)),
        }
        world.settle();
    }
    world.turn_kind();
    world.finish()
}
