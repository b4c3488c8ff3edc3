//! HTTP/1.1 connections kept and polled without an executor, for the asynchronous Camunda 8 adapters.
//!
//! An adapter brings a [`Dialer`]: how to open a socket, and how to sleep. [`Pool`] is then its
//! [`Transport`](camunda_driver::Transport), with TLS and proxies. A connection is polled beside the exchange that uses it, so
//! nothing is spawned; dropping the exchange drops the connection and closes its socket.

mod connection;
mod dial;
mod flow;
mod pool;
mod sending;
mod stream;

pub use dial::Dialer;
pub use flow::{AsyncReader, AsyncWriter};
pub use pool::{Pool, PoolBody};
