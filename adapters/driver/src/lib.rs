//! The call loop, the worker loop and the clients of a Camunda 8 SDK, without any runtime.
//!
//! An application depends on an adapter (`camunda-ureq`, `camunda-hyper`), not on this crate; this crate is for those who
//! write an adapter: implement [`Transport`] or [`Exchange`], and every operation and worker comes with it.

mod api;
pub mod blocking;
mod client;
mod credentials;
mod deploy;
mod drive;
mod environment;
mod files;
mod flight;
mod log;
mod observer;
mod pages;
mod setup;
mod stream;
#[cfg(feature = "tracing")]
mod tracing;
mod transport;
mod waits;
mod worker;

#[cfg(feature = "tracing")]
pub use self::tracing::Tracing;
pub use camunda_core as core;
pub use client::{Client, Reply};
pub use credentials::{Ask, AsyncCredentialSource, Bearer, CredentialSource};
pub use deploy::{Resource, Resources};
pub use flight::TokenPlace;
pub use log::{Log, LogSink, Record, Stderr};
pub use observer::Observer;
pub use pages::{Items, Pages};
pub use setup::Setup;
pub use stream::{Outgoing, Parts, Progress, Reader, Sink, Source, Writer};
pub use transport::{BlockingChunks, Chunks, Exchange, Transport};
pub use worker::{
    Answered, Cancellation, Job, Lent, LentBody, Program, RunWorkers, StopHandle, Worker, WorkerBuilder, WorkerMonitor,
};
