//! What both builders of workers set: the machine's settings, and what only a driver has.

use camunda_core::worker::{WorkerSettings, fields_of};
use serde::de::DeserializeOwned;

use super::work::Listener;

/// A builder's part that does not depend on its client.
pub(crate) struct Setting {
    pub(crate) settings: WorkerSettings,
    pub(crate) listener: Option<Listener>,
    pub(crate) stack: usize,
    pub(crate) declared: bool,
}

/// What a thread has in Rust where nobody says.
const STACK: usize = 2 << 20;

impl Setting {
    pub(crate) fn new(job_type: impl Into<String>) -> Self {
        Self { settings: WorkerSettings::new(job_type), listener: None, stack: STACK, declared: false }
    }

    pub(crate) fn set(self, change: impl FnOnce(WorkerSettings) -> WorkerSettings) -> Self {
        Self { settings: change(self.settings), ..self }
    }

    /// With the variables that the handler's type declares, if it was asked to fetch those.
    pub(crate) fn handled_by<V: DeserializeOwned>(self) -> Self {
        match fields_of::<V>() {
            Some(fields) if self.declared => self.set(|settings| settings.fetch_variables(fields.iter().copied())),
            _ => self,
        }
    }
}

/// The settings of a worker, as methods of a builder that has a `setting`.
macro_rules! settings_methods {
    () => {
        /// The name that jobs are activated under, for people who look at the cluster.
        pub fn name(self, name: impl Into<String>) -> Self {
            self.set(|settings| settings.name(name))
        }

        /// How long a job is locked for this worker; after that the cluster hands it out again. A minute unless set here or in
        /// the configuration. Make it longer than the handler takes, or see [`extend_timeout`](Self::extend_timeout).
        pub fn timeout(self, timeout: std::time::Duration) -> Self {
            self.set(|settings| settings.timeout(timeout))
        }

        /// How many jobs it holds at once; 10 unless set here or in the configuration.
        pub fn max_concurrent_jobs(self, jobs: u32) -> Self {
            self.set(|settings| settings.max_concurrent_jobs(jobs))
        }

        /// Asks for more jobs only once it holds at most so many, and then for all it has room for. Unless set, it asks
        /// whenever there is room for one.
        pub fn refill_threshold(self, jobs: u32) -> Self {
            self.set(|settings| settings.refill_threshold(jobs))
        }

        /// How long the server may hold a poll until there is a job. Zero leaves it to the server, and is what counts unless
        /// set here or in the configuration.
        pub fn request_timeout(self, timeout: std::time::Duration) -> Self {
            self.set(|settings| settings.request_timeout(timeout))
        }

        /// Polls without waiting at the server: a poll that finds no job is answered at once, and the worker waits itself,
        /// from 100 ms to 5 s.
        pub fn without_long_polling(self) -> Self {
            self.set(WorkerSettings::without_long_polling)
        }

        /// The bounds of the wait after the first failed poll and after many: it doubles from failure to failure, and is drawn
        /// from the upper half of its bound. From one second to thirty unless set.
        pub fn back_off(self, first: std::time::Duration, longest: std::time::Duration) -> Self {
            self.set(|settings| settings.back_off(first, longest))
        }

        /// The variables that jobs come with; all of them unless set.
        pub fn fetch_variables(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
            self.set(|settings| settings.fetch_variables(names))
        }

        /// Fetches the variables that the handler's type declares, by the names that its `Deserialize` knows, renamed ones and
        /// aliases included. A type that takes any members (a map, a JSON value, a struct with a flattened member) declares
        /// none: then all are fetched.
        pub fn fetch_declared_variables(self) -> Self {
            Self { setting: Setting { declared: true, ..self.setting }, ..self }
        }

        /// The tenants whose jobs it takes; those of the configuration unless set.
        pub fn tenant_ids(self, tenants: impl IntoIterator<Item = camunda_core::api::TenantId>) -> Self {
            self.set(|settings| settings.tenant_ids(tenants))
        }

        /// The bound of a random wait before the first poll, so that workers started together do not poll together.
        pub fn startup_jitter(self, jitter: std::time::Duration) -> Self {
            self.set(|settings| settings.startup_jitter(jitter))
        }

        /// Extends the lock of a job whose handler still runs when half of its time is over, again and again: the timeout may
        /// then be short, and a job is soon handed out again only if its worker is gone. Off unless set.
        pub fn extend_timeout(self, extend: bool) -> Self {
            self.set(|settings| settings.extend_timeout(extend))
        }

        /// Takes jobs under leases, so that the cluster refuses the commands of a worker that has lost its job. Since 8.10:
        /// older clusters refuse the poll. Off unless set.
        pub fn with_lease(self, lease: bool) -> Self {
            self.set(|settings| settings.with_lease(lease))
        }

        /// The stack of each thread that runs a blocking handler, in bytes; 2 MiB unless set. The system gives a thread the
        /// pages that it touches.
        pub fn stack_size(self, bytes: usize) -> Self {
            Self { setting: Setting { stack: bytes, ..self.setting }, ..self }
        }

        /// Tells what the worker has to tell, instead of the client's log: the job type, and the event.
        pub fn on_event(self, listener: impl Fn(&str, &WorkerEvent) + Send + Sync + 'static) -> Self {
            Self { setting: Setting { listener: Some(Arc::new(listener)), ..self.setting }, ..self }
        }

        fn set(self, change: impl FnOnce(WorkerSettings) -> WorkerSettings) -> Self {
            Self { setting: self.setting.set(change), ..self }
        }
    };
}
pub(crate) use settings_methods;
