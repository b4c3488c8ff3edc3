//! The state machines, operations and types of a Camunda 8 client, without any I/O.

mod activation;
mod answer;
pub mod api;
mod body;
mod call;
mod completion;
pub mod config;
pub mod error;
mod exchange;
pub mod model;
mod multipart;
mod operation;
mod options;
mod problem;
mod request;
mod retry;
mod session;
mod time;
mod token;
mod transport;
mod upload;
pub mod worker;

pub use answer::Answer;
pub use body::Body;
pub use call::{Call, Step, Why};
pub use config::Config;
pub use error::Error;
pub use multipart::Multipart;
pub use operation::{Accept, Base, EventuallyConsistent, Operation, OperationInfo, Prepared, TenantDefault, Verb};
pub use options::CallOptions;
pub use problem::Problem;
pub use request::RequestBuilder;
pub use session::{CallId, Session};
pub use time::Now;
pub use transport::{Event, Limits, Route, TransportError, TransportErrorKind};
