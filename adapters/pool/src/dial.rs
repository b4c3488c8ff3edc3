//! What an adapter brings to the pool. HTTP is the pool's business, not the dialer's.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use camunda_driver::core::{Config, Error, TransportError};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

/// Opens streams on one runtime.
pub trait Dialer: Sized + Send + Sync + 'static {
    /// A connection, TLS included.
    type Stream: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static;

    /// Prepares what dialling needs.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for material that cannot be used.
    fn open(config: &Config) -> Result<Self, Error>;

    /// Connects, and shakes hands where the target wants TLS. Dropped when it takes too long.
    ///
    /// # Errors
    ///
    /// [`TransportError::not_sent`] in all cases.
    fn connect(&self, target: &Target) -> impl Future<Output = Result<Self::Stream, TransportError>> + Send;

    /// Completes at that instant, not before.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send;
}

/// Where to connect to.
#[derive(Clone, Debug)]
pub struct Target {
    /// The host, as a name or an address; an IPv6 address without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What TLS needs, if the connection is to have it.
    pub tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}
