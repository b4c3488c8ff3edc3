//! HTTP/1.1 connections kept and polled without an executor, for the asynchronous Camunda 8 adapters.
//!
//! An adapter brings a [`Dialer`]: how to open a stream, with TLS, and how to sleep. [`Pool`] is then its
//! [`Transport`](camunda_driver::Transport). A connection is polled beside the exchange that uses it, so nothing is spawned;
//! dropping the exchange drops the connection and closes its socket.

mod connection;
mod dial;
mod digests;
mod pool;
mod tls;

pub use dial::{Dialer, Target};
pub use pool::{Pool, PoolBody};
