//! A blocking Camunda 8 client on [ureq](https://docs.rs/ureq): no runtime, and no thread is started for a call, but for
//! looking up a host's name the first time. Nothing is global to the process; what a client has open is not to be used on both
//! sides of a fork.

mod exchange;
mod failure;
mod line;
mod names;
mod wire;

#[cfg(feature = "tracing")]
pub use camunda_driver::Tracing;
pub use camunda_driver::blocking::{Items, Pages, RunBlockingWorkers, Worker, WorkerBuilder, WorkerThread};
pub use camunda_driver::core::*;
pub use camunda_driver::{Answered, Cancellation, Program, WorkerMonitor};
pub use camunda_driver::{
    Ask, Bearer, CredentialSource, Log, LogSink, Observer, Progress, Reader, Record, Resource, Resources, Setup, Sink,
    Source, Stderr, StopHandle, TokenPlace, Writer, include_model,
};
pub use exchange::Ureq;

/// A blocking client of one cluster. Clones are cheap and share the token, the connections and everything else.
pub type Client = camunda_driver::blocking::Client<Ureq>;

/// A job of this client's workers.
pub type Job<V> = camunda_driver::Job<V, Client>;
