//! Turns the API descriptions into a committed model of facts, and the model into Rust. It holds no prose of the
//! descriptions: what the generated code says in words is ours, in `texts/`.

pub mod close;
pub mod condense;
pub mod emit;
pub mod facts;
pub mod names;
pub mod plan;
pub mod pretty;
pub mod review;
