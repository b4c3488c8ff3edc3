//! What a worker promises, told as stories in virtual time. Each test bears the name of its promise or of what it shows.

#![allow(clippy::disallowed_methods, reason = "a test starts its clock somewhere")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod bench;
mod leases;
mod model;
mod outcomes;
mod polls;
mod stopping;
mod tokens;
