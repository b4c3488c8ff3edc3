//! What a session promises, told as stories in virtual time. Each test bears the name of its promise or of what it shows.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a test starts its clock somewhere"
)]

mod deadline;
mod retry;
mod token;
mod world;
