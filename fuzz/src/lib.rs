//! What the fuzz targets run: one module for each. The ordinary tests of core include the same files and replay the corpora.

pub mod answers;
pub mod cache;
pub mod configuration;
pub mod operations;
pub mod peer;
pub mod session;
pub mod tokens;
pub mod values;
mod wallet;
