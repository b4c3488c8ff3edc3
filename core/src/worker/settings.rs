//! What a worker is asked to do: which jobs, how many at once, for how long. Values that are not set come from the
//! configuration.

use std::time::Duration;

use crate::api::TenantId;
use crate::config::Config;

/// The bounds of the waits after failed polls.
pub(super) const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What a worker is asked to do.
#[derive(Clone, Debug)]
#[must_use]
pub struct WorkerSettings {
    pub(crate) job_type: String,
    pub(crate) name: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_concurrent_jobs: Option<u32>,
    pub(crate) request_timeout: Option<i64>,
    pub(crate) fetch_variables: Vec<String>,
    pub(crate) tenants: Vec<TenantId>,
    pub(crate) startup_jitter: Option<Duration>,
    pub(crate) back_off: Option<(Duration, Duration)>,
    pub(crate) refill_threshold: Option<u32>,
    pub(crate) extend_timeout: bool,
    pub(crate) with_lease: bool,
}

impl WorkerSettings {
    /// A worker for the jobs of that type.
    pub fn new(job_type: impl Into<String>) -> Self {
        Self {
            job_type: job_type.into(),
            name: None,
            timeout: None,
            max_concurrent_jobs: None,
            request_timeout: None,
            fetch_variables: Vec::new(),
            tenants: Vec::new(),
            startup_jitter: None,
            back_off: None,
            refill_threshold: None,
            extend_timeout: false,
            with_lease: false,
        }
    }

    /// The type of its jobs.
    pub fn job_type(&self) -> &str {
        &self.job_type
    }

    /// The name that jobs are activated under, for people who look at the cluster.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How long a job is locked for this worker; after that the cluster hands it out again. At least a millisecond.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout.max(Duration::from_millis(1)));
        self
    }

    /// How many jobs it holds at once; at least one.
    pub fn max_concurrent_jobs(mut self, jobs: u32) -> Self {
        self.max_concurrent_jobs = Some(jobs.max(1));
        self
    }

    /// How long the server may hold a poll until there is a job. Zero leaves it to the server.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = Some(i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX));
        self
    }

    /// Polls without waiting at the server: a poll that finds no job is answered at once, and the worker waits itself.
    pub fn without_long_polling(mut self) -> Self {
        self.request_timeout = Some(-1);
        self
    }

    /// The variables that jobs come with; all of them unless set.
    pub fn fetch_variables(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.fetch_variables = names.into_iter().map(Into::into).collect();
        self
    }

    /// The tenants whose jobs it takes; those of the configuration unless set.
    pub fn tenant_ids(mut self, tenants: impl IntoIterator<Item = TenantId>) -> Self {
        self.tenants = tenants.into_iter().collect();
        self
    }

    /// The bound of a random wait before the first poll, so that workers started together do not poll together.
    pub fn startup_jitter(mut self, jitter: Duration) -> Self {
        self.startup_jitter = Some(jitter);
        self
    }

    /// The bounds of the wait after the first failed poll and after many: it doubles from failure to failure, and is drawn
    /// from the upper half of its bound. From one second to thirty unless set.
    pub fn back_off(mut self, first: Duration, longest: Duration) -> Self {
        self.back_off = Some((first, longest.max(first)));
        self
    }

    /// Asks for more jobs only once it holds at most so many, and then for all it has room for. Unless set, it asks whenever
    /// there is room for one.
    pub fn refill_threshold(mut self, jobs: u32) -> Self {
        self.refill_threshold = Some(jobs);
        self
    }

    /// Extends the lock of a job whose handler still runs when half of its time is over, again and again: the timeout may
    /// then be short, and a job is soon handed out again only if its worker is gone. Off unless set.
    pub fn extend_timeout(mut self, extend: bool) -> Self {
        self.extend_timeout = extend;
        self
    }

    /// Takes jobs under leases, so that the cluster refuses the commands of a worker that has lost its job. Since 8.10: older
    /// clusters refuse the poll. Off unless set.
    pub fn with_lease(mut self, lease: bool) -> Self {
        self.with_lease = lease;
        self
    }

    /// With the configuration's values where none is set.
    pub(crate) fn resolved(self, config: &Config) -> Resolved {
        let defaults = config.worker();
        let max_jobs = self.max_concurrent_jobs.unwrap_or(defaults.max_concurrent_jobs);
        Resolved {
            job_type: self.job_type,
            name: self.name.unwrap_or_else(|| defaults.name.clone()),
            timeout: self.timeout.unwrap_or(defaults.timeout),
            max_jobs,
            refill: self.refill_threshold.unwrap_or(max_jobs).min(max_jobs.saturating_sub(1)),
            request_timeout: self.request_timeout.unwrap_or(defaults.request_timeout),
            fetch_variables: self.fetch_variables,
            tenants: self.tenants,
            startup_jitter: self.startup_jitter.unwrap_or(defaults.startup_jitter),
            back_off: self.back_off.unwrap_or(BACK_OFF),
            extend_timeout: self.extend_timeout,
            with_lease: self.with_lease,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) job_type: String,
    pub(crate) name: String,
    pub(crate) timeout: Duration,
    pub(crate) max_jobs: u32,
    pub(crate) request_timeout: i64,
    pub(crate) fetch_variables: Vec<String>,
    pub(crate) tenants: Vec<TenantId>,
    pub(crate) startup_jitter: Duration,
    pub(crate) back_off: (Duration, Duration),
    /// It asks for jobs only while it holds at most so many.
    pub(crate) refill: u32,
    pub(crate) extend_timeout: bool,
    pub(crate) with_lease: bool,
}
