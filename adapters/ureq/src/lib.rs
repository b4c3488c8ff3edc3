//! A blocking Camunda 8 client on [ureq](https://docs.rs/ureq): no runtime, and no thread is started for a call, but for
//! looking up a host's name the first time.

mod exchange;
mod failure;
mod watch;

pub use camunda_driver::blocking::Client as AnyClient;
pub use camunda_driver::core::*;
pub use exchange::Ureq;

/// A blocking client of one cluster. Clones are cheap and share the token, the connections and everything else.
pub type Client = camunda_driver::blocking::Client<Ureq>;
