//! What an adapter brings to the pool: sockets and a timer of its runtime. TLS, proxies and HTTP are not its business.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use futures_io::{AsyncRead, AsyncWrite};

/// Opens sockets on one runtime.
pub trait Dialer: Default + Send + Sync + 'static {
    /// A socket.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Looks up the addresses of a host, which is a name.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn resolve(&self, host: &str, port: u16) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;

    /// Connects to one address. Dropped when it takes too long.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn connect(&self, address: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// Completes at that instant, not before.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send;
}
