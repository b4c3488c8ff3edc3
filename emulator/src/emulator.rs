//! The emulator as tests use it: started on a free port, inspected, stopped by dropping it.
//! It holds no state of its own; all of that is in the cluster.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::assertion::Assertion;
use crate::auth::IdentityProvider;
use crate::builder::Builder;
use crate::cluster::{Cluster, Lag, Recorded};
use crate::fault::Faults;
use crate::server::Server;
use crate::snapshot::Snapshot;

/// A running cluster on a port of this machine. It stops when dropped.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    address: SocketAddr,
    credentials: Vec<(&'static str, String)>,
}

impl Emulator {
    /// Starts on a free port, without authentication.
    ///
    /// # Errors
    ///
    /// If the machine has no free port or no more threads.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// To start with other settings than the defaults.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(server: Server, address: SocketAddr, credentials: Vec<(&'static str, String)>) -> Self {
        Self { server, address, credentials }
    }

    /// The address of the REST API, without the `/v2` below it: `http://127.0.0.1:36901`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The variables that a client of this cluster needs in its environment: the address, the strategy of
    /// authentication and its credentials. Those of an identity provider elsewhere are not known here.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let address = ("CAMUNDA_REST_ADDRESS", self.address());
        let pairs = std::iter::once(&address).chain(&self.credentials);
        pairs.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// Deploys a file without a client.
    ///
    /// # Errors
    ///
    /// If the cluster refuses it: the report names the elements that are at fault.
    pub fn deploy(&self, name: &str, content: impl AsRef<[u8]>) -> Result<(), String> {
        self.with(|cluster, now| cluster.deploy(name, content.as_ref(), now))
    }

    /// Starts the latest version of a process without a client; the key of the instance.
    ///
    /// # Panics
    ///
    /// If the process is not deployed, or the variables are no object.
    #[track_caller]
    #[must_use]
    pub fn create(&self, process_id: &str, variables: Value) -> i64 {
        match self.with(|cluster, now| cluster.create(process_id, variables, now)) {
            Ok(key) => key,
            Err(reason) => panic!("cannot start '{process_id}': {reason}"),
        }
    }

    /// Publishes a message without a client; it is kept for a minute if nobody waits for it yet.
    ///
    /// # Panics
    ///
    /// If the variables are no object.
    #[track_caller]
    pub fn publish(&self, name: &str, correlation_key: &str, variables: Value) {
        let body = json!({
            "name": name, "correlationKey": correlation_key, "timeToLive": 60_000, "variables": variables
        });
        self.send("/v2/messages/publication", &body);
    }

    /// Broadcasts a signal without a client.
    ///
    /// # Panics
    ///
    /// If the variables are no object.
    #[track_caller]
    pub fn broadcast(&self, signal: &str, variables: Value) {
        self.send("/v2/signals/broadcast", &json!({ "signalName": signal, "variables": variables }));
    }

    #[track_caller]
    fn send(&self, path: &str, body: &Value) {
        if let Err(reason) = self.with(|cluster, now| cluster.command(path, body, now)) {
            panic!("{path}: {reason}");
        }
    }

    /// The instance as it is now.
    #[must_use]
    pub fn instance(&self, key: i64) -> Option<Snapshot> {
        self.with(|cluster, _| cluster.snapshot(key))
    }

    /// All instances as they are now, oldest first.
    #[must_use]
    pub fn instances(&self) -> Vec<Snapshot> {
        self.with(|cluster, _| cluster.snapshots())
    }

    /// What must become true of the instance; waits for it, as workers need their time.
    #[must_use]
    pub fn assert(&self, instance: i64) -> Assertion<'_> {
        Assertion::new(self, instance)
    }

    /// The time that processes see.
    #[must_use]
    pub fn clock(&self) -> Clock<'_> {
        Clock(self)
    }

    /// Lets searches and gets of clients lag behind, as those of a real cluster do; the assertions here see everything.
    pub fn set_lag(&self, lag: Lag) {
        self.with(|cluster, now| cluster.set_lag(lag, now));
    }

    /// To let requests fail on purpose.
    pub fn faults(&self) -> Faults<'_> {
        Faults(self)
    }

    /// How many requests were seen, by operation id.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.with(|cluster, _| cluster.requests())
    }

    /// The latest requests (up to 10,000), oldest first; also those that were refused or that are no operation.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.with(|cluster, _| cluster.recorded())
    }

    /// How many requests for a token the identity provider got; 0 if the emulator is none.
    #[must_use]
    pub fn token_requests(&self) -> u64 {
        self.provider(|provider| provider.token_requests()).unwrap_or_default()
    }

    /// Lets the identity provider answer the next `times` requests for a token with this status.
    pub fn fail_tokens(&self, times: u32, status: u16) {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.provider(|provider| provider.fail(times, status));
    }

    /// Lets the identity provider sign with a new key.
    ///
    /// # Errors
    ///
    /// If the system has no randomness for a key.
    pub fn rotate_keys(&self) -> io::Result<()> {
        self.provider(IdentityProvider::rotate_keys).unwrap_or(Ok(()))
    }

    /// The issuer of the emulator's own identity provider, if it is one.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        self.provider(|provider| provider.issuer().to_owned())
    }

    /// Waits until the server ends, which it does not by itself: for programs that only serve.
    pub fn wait(self) {
        self.server.join();
    }

    fn provider<T>(&self, act: impl FnOnce(&mut IdentityProvider) -> T) -> Option<T> {
        self.with(|cluster, _| cluster.provider().map(act))
    }

    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Cluster, i64) -> T) -> T {
        self.server.shared.with(act)
    }
}

/// The time that processes see: it runs with the real one unless it is moved or pinned.
#[derive(Debug)]
pub struct Clock<'a>(&'a Emulator);

impl Clock<'_> {
    /// Moves it forward: job time-outs, back-offs and whatever else falls due happens now.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.with(|cluster, now| cluster.advance_clock(by, now));
    }

    /// Stops it at this time after the epoch: nothing falls due until it is moved.
    pub fn pin(&self, since_epoch: Duration) {
        let at = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        // Only a negative instant would be refused.
        let _pinned = self.0.with(|cluster, now| cluster.pin_clock(at, now));
    }

    /// Lets it run with the real time again.
    pub fn reset(&self) {
        self.0.with(Cluster::reset_clock);
    }
}
