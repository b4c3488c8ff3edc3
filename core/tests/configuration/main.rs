//! The configuration as its users meet it, a file a subject. The grammar of single values is tested beside the code.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test may fail"
)]

mod problems;
mod reference;
mod strategy;
mod views;

use camunda_core::config::{ConfigError, ProblemCode};
use camunda_core::{Config, Error};

/// What is wrong with these settings, as variable and code.
fn problems(pairs: &[(&str, &str)]) -> Vec<(String, ProblemCode)> {
    refused(pairs).problems().iter().map(|problem| (problem.key.clone(), problem.code)).collect()
}

#[track_caller]
fn refused(pairs: &[(&str, &str)]) -> ConfigError {
    match Config::from_pairs(pairs.iter().copied()) {
        Err(Error::Config(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn config(pairs: &[(&str, &str)]) -> Config {
    Config::from_pairs(pairs.iter().copied()).unwrap()
}
