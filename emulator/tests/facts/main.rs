//! The facts about the engine that a client can see, one test each: the numbered ones, `fact_01_…` to `fact_62_…`, are those that
//! small emulators usually get wrong; the others say for each element of BPMN which element instances, states, variables and
//! incidents it leads to. All in virtual time, by requests alone.

mod ad_hoc;
mod calls;
mod catching;
mod compensation;
mod deployments;
mod errors;
mod events;
mod gateways;
mod instances;
mod jobs;
mod listeners;
mod loops;
mod messages;
mod model;
mod story;
mod subprocesses;
mod tasks;
mod variables;

/// The numbers of the facts, and the files that hold their tests.
const FACTS: std::ops::RangeInclusive<u32> = 1..=62;
const FILES: [&str; 10] = [
    include_str!("calls.rs"),
    include_str!("catching.rs"),
    include_str!("deployments.rs"),
    include_str!("errors.rs"),
    include_str!("events.rs"),
    include_str!("gateways.rs"),
    include_str!("instances.rs"),
    include_str!("jobs.rs"),
    include_str!("messages.rs"),
    include_str!("variables.rs"),
];

#[test]
fn every_numbered_fact_has_its_test() {
    let all = FILES.concat() + include_str!("loops.rs") + include_str!("tasks.rs") + include_str!("listeners.rs");
    for number in FACTS {
        let name = format!("#[test]\nfn fact_{number:02}_");
        assert_eq!(all.matches(&name).count(), 1, "tests of fact {number}");
    }
}
