//! A blocking connection with a time limit: a socket that went through the stages of its link. What HTTP does on it is ureq's
//! business.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_driver::core::TransportError;
use camunda_link::{Link, Session, Stage, Tunnel};
use rustls::{ClientConnection, StreamOwned};

use crate::names::Names;

/// The socket, apart from the connection, so that it can be shut down from another thread.
#[derive(Debug)]
pub(crate) struct Socket(TcpStream);

impl Socket {
    /// Connects to the first address of the link's host that answers. Each gets its share of the time, so that one which is
    /// not routed leaves time for the next.
    pub(crate) fn connect(link: &Link, names: &Names, until: Instant) -> Result<Self, TransportError> {
        let addresses = names.addresses(link, until)?;
        let mut last = link.late();
        for (tried, address) in addresses.iter().enumerate() {
            let left = until.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
            if share.is_zero() {
                return Err(link.late());
            }
            last = match TcpStream::connect_timeout(address, share) {
                Ok(stream) => {
                    camunda_link::tune(&stream);
                    return Ok(Self(stream));
                }
                Err(error) if is_late(&error) => link.late(),
                Err(error) => link.unreached(&error),
            };
        }
        Err(last)
    }

    /// Ends what other threads do on it.
    pub(crate) fn shut_down(&self) {
        // An error means that it is closed already.
        let _ = self.0.shutdown(Shutdown::Both);
    }

    /// Whether the peer keeps it open and has sent nothing that nobody asked for.
    fn is_quiet(&self) -> bool {
        let probe = || {
            self.0.set_nonblocking(true)?;
            let seen = self.0.peek(&mut [0]);
            self.0.set_nonblocking(false)?;
            seen
        };
        matches!(probe(), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }
}

/// Whatever the system calls a time limit that has passed.
pub(crate) fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

/// A connection, to be read and written by the instant that [`until`](Self::until) sets.
#[derive(Debug)]
pub(crate) enum Wire {
    Plain(Arc<Socket>, Instant),
    Tls(Box<StreamOwned<ClientConnection, Wire>>),
}

impl Wire {
    /// Goes through the stages of the link.
    pub(crate) fn open(socket: Arc<Socket>, link: &Link, until: Instant) -> Result<Self, TransportError> {
        let mut wire = Self::Plain(socket, until);
        for stage in &link.stages {
            wire = match stage {
                Stage::Tunnel(tunnel) => wire.through(tunnel.clone(), link)?,
                Stage::Tls(session) => wire.secured(session, link)?,
            };
        }
        Ok(wire)
    }

    fn through(mut self, mut tunnel: Tunnel, link: &Link) -> Result<Self, TransportError> {
        let failed = |error: io::Error| if is_late(&error) { link.late() } else { link.unreached(&error) };
        self.write_all(tunnel.request()).and_then(|()| self.flush()).map_err(failed)?;
        // Byte by byte: what follows the answer is not the proxy's.
        let mut byte = [0];
        loop {
            let read = self.read(&mut byte).map_err(failed)?;
            if tunnel.feed(&byte[..read])? {
                return Ok(self);
            }
        }
    }

    fn secured(mut self, session: &Session, link: &Link) -> Result<Self, TransportError> {
        let failed = |error: io::Error| if is_late(&error) { link.late() } else { session.failed(&error) };
        let connection = ClientConnection::new(Arc::clone(&session.config), session.name.clone());
        let mut connection = connection.map_err(|error| failed(io::Error::other(error)))?;
        while connection.is_handshaking() {
            connection.complete_io(&mut self).map_err(failed)?;
        }
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, self))))
    }

    /// Later than this is too late for what follows.
    pub(crate) fn until(&mut self, instant: Instant) {
        match self {
            Self::Plain(_, until) => *until = instant,
            Self::Tls(stream) => stream.sock.until(instant),
        }
    }

    /// What the peer said before it closed the connection, where writing failed: TLS tells why by an alert, which is read
    /// past what is still to be written.
    pub(crate) fn last_words(&mut self) -> Option<io::Error> {
        let Self::Tls(stream) = self else { return None };
        while stream.conn.read_tls(&mut stream.sock).ok()? > 0 {
            if let Err(error) = stream.conn.process_new_packets() {
                return Some(io::Error::new(ErrorKind::InvalidData, error));
            }
        }
        None
    }

    pub(crate) fn is_quiet(&self) -> bool {
        match self {
            Self::Plain(socket, _) => socket.is_quiet(),
            Self::Tls(stream) => stream.sock.is_quiet(),
        }
    }

    pub(crate) fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }
}

impl Read for Wire {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket, until) => loop {
                socket.0.set_read_timeout(Some(left(*until)?))?;
                match (&socket.0).read(part) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    result => return result,
                }
            },
            Self::Tls(stream) => stream.read(part),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket, until) => {
                socket.0.set_write_timeout(Some(left(*until)?))?;
                (&socket.0).write(part)
            }
            Self::Tls(stream) => stream.write(part),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(..) => Ok(()),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

/// The time until then; none left is an error, as a socket takes no time for no limit.
fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
}
