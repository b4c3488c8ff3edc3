//! What the fuzz targets run: one module for each. The ordinary tests of core and of the emulator include the same files
//! and replay the corpora.

pub mod answers;
pub mod cache;
pub mod configuration;
pub mod models;
pub mod operations;
pub mod peer;
pub mod requests;
pub mod session;
pub mod tokens;
pub mod values;
mod wallet;
