//! The addresses of names, remembered for a while. The system looks them up blocking, and without a time limit.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use camunda_driver::core::TransportError;
use camunda_link::Link;

/// How long a name's addresses are used again.
const REMEMBERED: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(crate) struct Names {
    known: Mutex<HashMap<Name, (Instant, Vec<SocketAddr>)>>,
}

/// A host and a port.
type Name = (String, u16);

impl Names {
    /// The addresses of the host of a link. A thread is started only for a name that is not known, or no longer.
    pub(crate) fn addresses(&self, link: &Link, until: Instant) -> Result<Vec<SocketAddr>, TransportError> {
        if let Ok(address) = link.host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, link.port)]);
        }
        let key = (link.host.clone(), link.port);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((since, addresses)) = known
            && since.elapsed() < REMEMBERED
        {
            return Ok(addresses);
        }
        let found = look_up(key.clone(), until).map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => link.late(),
            _ => link.unresolved(error),
        })?;
        if found.is_empty() {
            return Err(link.unresolved("the name has no address"));
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (Instant::now(), found.clone()));
        Ok(found)
    }
}

fn look_up(name: Name, until: Instant) -> io::Result<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::Builder::new().name("camunda-dns".to_owned()).spawn(move || {
        let found = name.to_socket_addrs().map(Iterator::collect);
        // Nobody may be waiting any more.
        let _ = sender.send(found);
    })?;
    match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(found) => found,
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("looking it up ended early")),
    }
}
