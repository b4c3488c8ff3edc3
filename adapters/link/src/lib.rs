//! What lies between a socket and HTTP, the same for every adapter. No bytes are moved here: an adapter opens the socket, and
//! is told what to do with it.
//!
//! [`Links::to`] says of an address how it is reached: the [`Link`] names the host to connect to, and the [`Stage`]s that the
//! stream goes through before HTTP is spoken on it: TLS to a proxy, a tunnel through it, TLS to the address itself. Failures
//! are turned into words that name the host and what can be done about it.

mod digests;
mod link;
mod material;
mod socket;
mod trouble;
mod tunnel;

pub use digests::digests;
pub use link::{Forward, Link, Links, Session, Stage, closed};
pub use socket::tune;
pub use tunnel::Tunnel;
