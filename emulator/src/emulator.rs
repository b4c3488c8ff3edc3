//! The emulator as tests use it: started on a free port, inspected, stopped by dropping it.
//! It holds no state of its own; all of that is in the cluster.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use crate::cluster::Cluster;
use crate::server::Server;

/// A running cluster on a port of this machine. It stops when dropped.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    address: SocketAddr,
}

/// How an [`Emulator`] is to be started.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until started"]
pub struct Builder {
    host: IpAddr,
    port: u16,
}

impl Emulator {
    /// Starts on a free port, without authentication.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// To start with other settings than the defaults.
    pub fn builder() -> Builder {
        Builder { host: Ipv4Addr::LOCALHOST.into(), port: 0 }
    }

    /// The address of the REST API, without the `/v2` below it: `http://127.0.0.1:36901`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The variables that a client of this cluster needs in its environment.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        vec![
            ("CAMUNDA_REST_ADDRESS".to_owned(), self.address()),
            ("CAMUNDA_AUTH_STRATEGY".to_owned(), "NONE".to_owned()),
        ]
    }

    /// How many requests were seen, by operation id.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.server.shared.with(|cluster, _| cluster.requests())
    }

    /// Moves the time that processes see forward: job timeouts, back-offs and whatever else falls due happens now.
    pub fn advance_clock(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.server.shared.with(|cluster, now| cluster.advance_clock(by, now));
    }

    /// Waits until the server ends, which it does not by itself: for programs that only serve.
    pub fn wait(self) {
        self.server.join();
    }
}

impl Builder {
    /// Listens on this port; 0, the default, is a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Listens on this address of the machine; the default is the loopback address.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Starts. The error tells if the port is taken.
    pub fn start(self) -> io::Result<Emulator> {
        let listener = TcpListener::bind((self.host, self.port))?;
        let address = listener.local_addr()?;
        let server = Server::start(listener, Cluster::default())?;
        Ok(Emulator { server, address })
    }
}
