//! What the fuzz targets run: one module for each, shared with the ordinary tests that replay what was found.

pub mod answers;
pub mod configuration;
pub mod operations;
