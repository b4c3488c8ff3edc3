//! An embedded cluster that answers like Camunda 8, for tests, demos and simulation.
//!
//! ```
//! use camunda_emulator::Emulator;
//!
//! let cluster = Emulator::start()?; // a free port, a thread of its own; stops when dropped
//! let environment = cluster.environment(); // CAMUNDA_REST_ADDRESS and what else a client needs
//! assert_eq!(environment[0], ("CAMUNDA_REST_ADDRESS".to_owned(), cluster.address()));
//! assert!(cluster.requests().is_empty()); // requests seen, by operation id
//! # Ok::<(), std::io::Error>(())
//! ```

mod api;
mod auth;
mod bpmn;
mod cluster;
mod emulator;
mod engine;
mod feel;
mod fetch;
mod rest;
mod server;

pub use auth::{Authentication, IdentityProvider};
pub use cluster::{Answer, Cluster, RequestId};
pub use emulator::{Builder, Emulator};
