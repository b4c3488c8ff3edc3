//! An asynchronous Camunda 8 client on [hyper](https://docs.rs/hyper) and [async-io](https://docs.rs/async-io): under smol,
//! async-std, or any executor that polls. It spawns nothing: a connection is polled by the call that uses it, and async-io's
//! one thread watches the sockets and timers. That thread is the process's, and a forked child has none: start programs anew
//! instead.

mod dialer;

pub use camunda_driver::core::*;
pub use camunda_driver::{Answered, Cancellation, Program, WorkerMonitor};
pub use camunda_driver::{
    Ask, AsyncCredentialSource, Bearer, CredentialSource, Items, Log, LogSink, Observer, Pages, Progress, Reader,
    Record, Reply, Resource, Resources, RunWorkers, Setup, Sink, Source, Stderr, StopHandle, TokenPlace, Worker,
    WorkerBuilder, Writer, include_model,
};
pub use camunda_pool::{AsyncReader, AsyncWriter};
pub use dialer::AsyncIo;

#[cfg(feature = "tracing")]
pub use camunda_driver::Tracing;

/// The transport of this crate.
pub type Smol = camunda_pool::Pool<AsyncIo>;

/// An asynchronous client of one cluster. Clones are cheap and share the token, the connections and everything else.
pub type Client = camunda_driver::Client<Smol>;

/// A job of this client's workers.
pub type Job<V> = camunda_driver::Job<V, Client>;

/// A job of a worker of this client whose handler blocks: [`WorkerBuilder::handle_blocking`].
pub type BlockingJob<V> = camunda_driver::Job<V, camunda_driver::blocking::Client<camunda_driver::Lent<Smol>>>;
