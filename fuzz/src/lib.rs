//! What the fuzz targets run: one module for each. The ordinary tests of core and of the emulator include the same files
//! and replay the corpora.

pub mod addresses;
pub mod answers;
pub mod cache;
pub mod configuration;
pub mod dotenv;
pub mod models;
pub mod operations;
pub mod peer;
pub mod requests;
pub mod retry_after;
pub mod session;
pub mod tokens;
pub mod values;
mod wallet;
