//! An asynchronous Camunda 8 client on [hyper](https://docs.rs/hyper) and [tokio](https://docs.rs/tokio). It spawns nothing:
//! a connection is polled by the call that uses it. Sockets and timers are those of the runtime it runs in, which ends at a fork:
//! start programs anew instead.

mod dialer;
mod flow;
mod spawn;

pub use camunda_driver::core::*;
pub use camunda_driver::{Answered, Cancellation, Program, WorkerMonitor};
pub use camunda_driver::{
    Ask, AsyncCredentialSource, Bearer, CredentialSource, Items, Log, LogSink, Observer, Pages, Progress, Reader,
    Record, Reply, Resource, Resources, RunWorkers, Setup, Sink, Source, Stderr, StopHandle, TokenPlace, Worker,
    WorkerBuilder, Writer, include_model,
};
pub use dialer::Tokio;
pub use flow::{AsyncReader, AsyncWriter};
pub use spawn::{WorkerTask, spawn};

#[cfg(feature = "tracing")]
pub use camunda_driver::Tracing;

/// The transport of this crate.
pub type Hyper = camunda_pool::Pool<Tokio>;

/// An asynchronous client of one cluster. Clones are cheap and share the token, the connections and everything else.
pub type Client = camunda_driver::Client<Hyper>;

/// A job of this client's workers.
pub type Job<V> = camunda_driver::Job<V, Client>;

/// A job of a worker of this client whose handler blocks: [`WorkerBuilder::handle_blocking`].
pub type BlockingJob<V> = camunda_driver::Job<V, camunda_driver::blocking::Client<camunda_driver::Lent<Hyper>>>;
