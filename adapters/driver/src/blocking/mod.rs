//! The blocking client: the same loop, run on the caller's thread. There is no runtime and no thread of its own.

mod block_on;
mod client;
mod pages;
mod waits;

pub(crate) use block_on::{block_on, sleep_until};
pub use client::Client;
pub use pages::{Items, Pages};

pub use crate::worker::blocking::{Worker, WorkerBuilder};
pub use crate::worker::{RunBlockingWorkers, WorkerThread};
