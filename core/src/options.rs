//! What a caller may settle for one call or for all calls made through a view of the client. The configuration settles it
//! for everybody else.

use std::sync::Arc;
use std::time::Duration;

use crate::api::TenantId;

/// Overrides of the configuration for the calls made with them.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) deadline: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    pub(crate) repeat: bool,
    /// A worker's own command: repeated to its end, whatever else the session repeats.
    pub(crate) persistent: bool,
    pub(crate) streamed: bool,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) correlation: Option<Arc<str>>,
    pub(crate) poll_interval: Option<Duration>,
}

impl CallOptions {
    /// Nothing overridden.
    pub fn new() -> Self {
        Self::default()
    }

    /// The longest that a call may take, with its token, its waits and its repeats.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How often a request is sent at most, the first time included; 1 switches repeats off. 0 counts as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts.max(1));
        self
    }

    /// Allows a request to be sent again even though the cluster may have carried it out, for operations where that is not
    /// harmless in itself: for example a message with an id of its own.
    #[must_use]
    pub fn repeat_unknown(mut self) -> Self {
        self.repeat = true;
        self
    }

    /// The body of the request or of the answer is streamed: it passes through once and is never collected, so that the call
    /// is not repeated, its attempt lasts as long as its deadline, and the limit of bodies is for errors only.
    #[must_use]
    pub fn streamed(mut self) -> Self {
        self.streamed = true;
        self
    }

    /// The tenant for requests that name none.
    #[must_use]
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// What the caller knows these calls by, such as the id of the request that it serves: observers and the log are told it
    /// with everything that happens to them. It stays with the call and is not sent.
    #[must_use]
    pub fn correlation(mut self, id: impl Into<Arc<str>>) -> Self {
        self.correlation = Some(id.into());
        self
    }

    /// The time between two reads while something is waited for; at least 10 ms. Else it is the configuration's,
    /// `CAMUNDA_SDK_EVENTUAL_POLL_DEFAULT_MS`.
    #[must_use]
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = Some(interval.max(Duration::from_millis(10)));
        self
    }

    /// The tenant set here, if any.
    pub fn tenant_id(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }
}
