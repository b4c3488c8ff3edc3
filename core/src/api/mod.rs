//! The operations and types of the API.

mod stub;
pub use stub::*;
