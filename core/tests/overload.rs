//! What the profiles of back-pressure make of an overloaded cluster, in virtual time: the tables of docs/backpressure.md,
//! which say the same as this says or the test fails. `UPDATE_DOCS=1` writes them anew.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test reads the documentation and its clock has to begin somewhere"
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

mod overload {
    pub mod cluster;
    pub mod load;
}

use std::fmt::Write as _;

use overload::load::{Outcome, PHASES, run};

const PROFILES: [&str; 5] = ["LEGACY", "CONSERVATIVE", "BALANCED", "AGGRESSIVE", "ADAPTIVE"];
/// Brokers at full strength, and callers.
const SCENES: [(usize, usize); 7] = [(4, 8), (4, 32), (4, 128), (4, 512), (16, 32), (16, 128), (16, 512)];

#[test]
fn the_tables_of_the_documentation() {
    let rows: Vec<Vec<Outcome>> =
        SCENES.iter().map(|scene| PROFILES.iter().map(|profile| run(profile, *scene)).collect()).collect();
    let tables = tables(&rows);
    println!("{tables}");

    // The promise of the profile of our own: under overload nothing else does better by more than a whisker.
    for ((brokers, callers), row) in SCENES.iter().zip(&rows) {
        let [others @ .., adaptive] = &row[..] else { panic!("no profile") };
        for (profile, other) in PROFILES.iter().zip(others) {
            assert!(
                adaptive.goodput() >= 0.97 * other.goodput(),
                "{brokers} brokers, {callers} callers: ADAPTIVE {:.3}, {profile} {:.3}",
                adaptive.goodput(),
                other.goodput()
            );
        }
    }

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/backpressure.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- measured -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let written = format!("{before}<!-- measured -->\n{tables}<!-- end -->{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, written).unwrap();
    } else {
        assert!(page == written, "docs/backpressure.md is not what is measured; UPDATE_DOCS=1 writes it anew");
    }
}

/// One table for each thing that is measured, a row for each number of callers.
fn tables(rows: &[Vec<Outcome>]) -> String {
    let mut text = String::new();
    let mut table = |title: &str, cell: &dyn Fn(&Outcome) -> String| {
        writeln!(
            text,
            "\n{title}\n\n| brokers | callers | {} |\n|---|---|{}",
            PROFILES.join(" | "),
            "---|".repeat(PROFILES.len())
        )
        .unwrap();
        for ((brokers, callers), row) in SCENES.iter().zip(rows) {
            let cells: Vec<String> = row.iter().map(cell).collect();
            writeln!(text, "| {brokers} | {callers} | {} |", cells.join(" | ")).unwrap();
        }
    };
    for (phase, (name, _)) in PHASES.iter().enumerate() {
        let title = format!("Carried out, in percent of what the cluster can do: {name}.");
        table(&title, &|outcome| format!("{:.0}", 100.0 * outcome.shares[phase]));
    }
    table("Requests that were refused, for each that was carried out.", &|outcome| format!("{:.2}", outcome.refusals));
    table("Calls that failed, of a hundred.", &|outcome| format!("{:.1}", 100.0 * outcome.failed));
    table("The slowest of a hundred successful calls, in milliseconds.", &|outcome| outcome.slowest.to_string());
    text
}
