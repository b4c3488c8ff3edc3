//! Turns the API descriptions into a committed model of facts, and the model into Rust.
