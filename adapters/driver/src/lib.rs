//! The call loop, the worker loop and the clients of a Camunda 8 SDK, without any runtime.
//!
//! An application depends on an adapter (`camunda-ureq`, `camunda-hyper`), not on this crate; this crate is for those who
//! write an adapter: implement [`Transport`] or [`Exchange`], and every operation and worker comes with it.

pub mod blocking;
mod client;
mod drive;
mod environment;
mod flight;
mod transport;

pub use camunda_core as core;
pub use client::{Client, Reply};
pub use transport::{BlockingChunks, Chunks, Exchange, Transport};
