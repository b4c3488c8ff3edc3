//! The one module that touches ureq's unversioned API: a last link in its chain of connectors, which notes whether a request
//! was begun and holds reads to the core's instant, and a resolver that remembers.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector, Transport, time,
};
use ureq::{Agent, Timeout};

thread_local! {
    /// Whether a byte of the request that this thread is sending has been handed to the connection.
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    /// Later than this, this thread's next read is too late.
    static READ_UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// An agent whose connections are watched.
pub(crate) fn agent(config: Config) -> Agent {
    let connector = ().chain(TcpConnector::default()).chain(RustlsConnector::default()).chain(Watch);
    Agent::with_parts(config, connector, Remembering::default())
}

/// Runs an exchange and tells whether any of its request was handed to a connection.
pub(crate) fn begun<T>(run: impl FnOnce() -> T) -> (T, bool) {
    BEGUN.set(false);
    let result = run();
    (result, BEGUN.get())
}

/// Runs a read that is too late after that instant.
pub(crate) fn until<T>(instant: Instant, read: impl FnOnce() -> T) -> T {
    READ_UNTIL.set(Some(instant));
    let result = read();
    READ_UNTIL.set(None);
    result
}

#[derive(Debug)]
struct Watch;

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(Watched))
    }
}

#[derive(Debug)]
struct Watched<T>(T);

impl<T: Transport> Transport for Watched<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        BEGUN.set(true);
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, mut timeout: NextTimeout) -> Result<bool, Error> {
        if let Some(until) = READ_UNTIL.get() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::PerRead));
            }
            timeout.after = timeout.after.min(time::Duration::Exact(left));
        }
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

/// The system's resolver has no kind of error of its own; this is one.
#[derive(Debug)]
pub(crate) struct NotResolved(std::io::Error);

impl std::fmt::Display for NotResolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotResolved {}

/// How long a name's addresses are used again.
const REMEMBERED: Duration = Duration::from_secs(30);

/// ureq looks names up for every connection, on a thread of its own where there is a time-out. Remembered, that is once in a
/// while instead.
#[derive(Debug, Default)]
struct Remembering {
    inner: DefaultResolver,
    known: Mutex<HashMap<String, (Instant, ResolvedSocketAddrs)>>,
}

impl Resolver for Remembering {
    fn resolve(&self, uri: &http::Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let key = uri.scheme().zip(uri.authority()).and_then(|(s, a)| DefaultResolver::host_and_port(s, a));
        let Some(key) = key else { return self.inner.resolve(uri, config, timeout) };
        if let Ok(address) = key.parse() {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((since, addresses)) = known
            && since.elapsed() < REMEMBERED
        {
            return Ok(addresses);
        }
        let addresses = self.inner.resolve(uri, config, timeout).map_err(|error| match error {
            Error::Io(cause) => Error::Other(Box::new(NotResolved(cause))),
            other => other,
        })?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (Instant::now(), addresses.clone()));
        Ok(addresses)
    }
}
