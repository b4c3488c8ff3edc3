//! The one module that touches ureq's unversioned API: how ureq is given connections, and told when to give them up. It notes
//! whether a byte of a request was handed to its connection, which no error of ureq's would say.

use std::cell::Cell;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Weak};
use std::time::Instant;

use camunda_driver::core::{Route, TransportError};
use camunda_link::{Link, Links};
use ureq::config::Config;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, ShutdownHandle, Transport,
};
use ureq::{Agent, Error};

use crate::names::Names;
use crate::wire::{Socket, Wire, is_late};

thread_local! {
    /// Whether a byte of the request that this thread is sending has been handed to its connection.
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    /// By then, a connection that this thread opens has to stand.
    static CONNECT: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Later than this, this thread's next read is too late, whatever ureq says.
    static READ: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// An agent with connections of its own.
pub(crate) fn agent(config: Config, links: Arc<Links>, names: Arc<Names>, route: Route) -> Agent {
    Agent::with_parts(config, Lines { links, names, route }, Nobody)
}

/// Runs an exchange whose connection has to stand by that instant, and tells whether any of its request was handed to it.
pub(crate) fn begun<T>(connect: Instant, run: impl FnOnce() -> T) -> (T, bool) {
    BEGUN.set(false);
    CONNECT.set(Some(connect));
    let result = run();
    CONNECT.set(None);
    (result, BEGUN.get())
}

/// Runs a read that is too late after that instant.
pub(crate) fn until<T>(instant: Instant, read: impl FnOnce() -> T) -> T {
    READ.set(Some(instant));
    let result = read();
    READ.set(None);
    result
}

/// Names are looked up where connections are opened: of a proxy, where there is one, and not once a request.
#[derive(Debug)]
struct Nobody;

impl Resolver for Nobody {
    fn resolve(&self, _: &http::Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

#[derive(Debug)]
struct Lines {
    links: Arc<Links>,
    names: Arc<Names>,
    route: Route,
}

impl Connector for Lines {
    type Out = Line;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Line>, Error> {
        let failed = |error: TransportError| Error::Other(Box::new(error));
        let until = CONNECT.get().unwrap_or_else(Instant::now);
        let link = self.links.to(details.uri, self.route).map_err(failed)?;
        let socket = Arc::new(Socket::connect(&link, &self.names, until).map_err(failed)?);
        let handle: Weak<Socket> = Arc::downgrade(&socket);
        (details.register_shutdown)(handle)?;
        let wire = Wire::open(socket, &link, until).map_err(failed)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        let forwarded = self.links.forward(details.uri).zip(details.uri.authority());
        let prefix = forwarded.map(|(_, authority)| format!("http://{authority}"));
        Ok(Some(Line { wire, buffers, link, answered: false, prefix }))
    }
}

impl ShutdownHandle for Socket {
    fn shutdown(&self) {
        self.shut_down();
    }
}

/// A connection in ureq's hands.
#[derive(Debug)]
struct Line {
    wire: Wire,
    buffers: LazyBuffers,
    link: Link,
    /// Whether anything ever came over it.
    answered: bool,
    /// What stands before the path of a request that a proxy forwards.
    prefix: Option<String>,
}

impl Line {
    /// The error of a socket, in the words of the link where those say more.
    fn told(&self, error: std::io::Error) -> Error {
        if is_late(&error) {
            return Error::Timeout(ureq::Timeout::PerCall);
        }
        match self.link.turned_away(&error).filter(|_| !self.answered) {
            Some(turned_away) => Error::Other(Box::new(turned_away)),
            None => Error::Io(error),
        }
    }
}

impl Transport for Line {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.wire.until(by(timeout, None));
        let output = &self.buffers.output()[..amount];
        let first = !BEGUN.replace(true);
        // ureq writes the path alone, after the method and a space.
        let space = output.iter().position(|byte| *byte == b' ').map_or(0, |at| at + 1);
        let written = match &self.prefix {
            Some(prefix) if first => {
                let (method, rest) = output.split_at(space);
                self.wire.write_all(&[method, prefix.as_bytes(), rest].concat())
            }
            _ => self.wire.write_all(output),
        };
        written.and_then(|()| self.wire.flush()).map_err(|error| {
            let why = if self.answered || is_late(&error) { None } else { self.wire.last_words() };
            self.told(why.unwrap_or(error))
        })
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.wire.until(by(timeout, READ.get()));
        let read = self.wire.read(self.buffers.input_append_buf());
        let read = read.map_err(|error| self.told(error))?;
        self.answered |= read > 0;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.wire.is_quiet()
    }

    fn is_tls(&self) -> bool {
        self.wire.is_tls()
    }
}

/// The earlier of ureq's limit and another.
fn by(timeout: NextTimeout, other: Option<Instant>) -> Instant {
    let now = Instant::now();
    // A limit that is beyond the clock is the day after tomorrow.
    let ureq = now.checked_add(*timeout.after).unwrap_or(now + std::time::Duration::from_secs(172_800));
    other.map_or(ureq, |other| ureq.min(other))
}
