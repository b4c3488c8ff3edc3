//! One body of tests over real sockets, run on every adapter: they differ in sockets and timers, and in nothing that a caller
//! can see.

mod authority;
mod bodies;
mod cancellation;
mod connections;
mod handlers;
mod jobs;
mod kept;
mod logs;
mod observers;
mod pages;
mod parity;
mod peer;
mod programs;
mod proxies;
mod proxy;
mod reader;
mod readme;
mod reports;
mod streaming;
mod subject;
mod tls;
mod tokens;
mod troubles;
mod waits;
mod workers;

/// Runs stories on every adapter that has their level, as a test of its own each, and lists them for the README. Without a
/// level they are base: what every adapter has.
macro_rules! on_every_adapter {
    (base: $($name:ident),* $(,)?) => {
        on_every_adapter!(@ours $($name),*);
        mod own {
            $(#[test] fn $name() { super::$name::<crate::subject::Own>(); })*
        }
        pub(crate) const STORIES: crate::Stories = crate::Stories {
            level: crate::Level::Base,
            adapters: &["ureq", "hyper", "smol", "own"],
            names: &[$(stringify!($name)),*],
        };
    };
    ($level:ident: $($name:ident),* $(,)?) => {
        on_every_adapter!(@ours $($name),*);
        pub(crate) const STORIES: crate::Stories = crate::Stories {
            level: crate::Level::$level,
            adapters: &["ureq", "hyper", "smol"],
            names: &[$(stringify!($name)),*],
        };
    };
    (@ours $($name:ident),*) => {
        mod ureq {
            $(#[test] fn $name() { super::$name::<crate::subject::Ureq>(); })*
        }
        mod hyper {
            $(#[test] fn $name() { super::$name::<crate::subject::Hyper>(); })*
        }
        mod smol {
            $(#[test] fn $name() { super::$name::<crate::subject::Smol<crate::subject::executors::Smol>>(); })*
        }
        mod async_std {
            $(#[test] fn $name() { super::$name::<crate::subject::Smol<crate::subject::executors::AsyncStd>>(); })*
        }
        mod bare {
            $(#[test] fn $name() { super::$name::<crate::subject::Smol<crate::subject::executors::Bare>>(); })*
        }
    };
    ($($name:ident),* $(,)?) => { on_every_adapter!(base: $($name),*); };
}
use on_every_adapter;

/// Whether this test has just been run, and passed, in a process of its own: without other tests' threads, and without the
/// system's certificates. In that process it is to go on.
fn alone() -> bool {
    const ALONE: &str = "WIRE_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return false;
    }
    let test = std::thread::current().name().expect("tests have names").to_owned();
    let mut again = std::process::Command::new(std::env::current_exe().expect("a program"));
    again.args(["--exact", &test]).env(ALONE, "1");
    again.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nowhere");
    let output = again.output().expect("it can be run again");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    true
}

/// All stories.
const SUITE: &[&Stories] = &[
    &bodies::STORIES,
    &connections::STORIES,
    &handlers::STORIES,
    &jobs::STORIES,
    &kept::STORIES,
    &logs::STORIES,
    &observers::STORIES,
    &pages::STORIES,
    &programs::STORIES,
    &proxies::STORIES,
    &reports::STORIES,
    &streaming::STORIES,
    &tls::STORIES,
    &tokens::STORIES,
    &troubles::STORIES,
    &waits::STORIES,
    &workers::STORIES,
];

/// What the stories of a module are about, and who runs them.
pub(crate) struct Stories {
    pub(crate) level: Level,
    pub(crate) adapters: &'static [&'static str],
    pub(crate) names: &'static [&'static str],
}

/// What an adapter may have beyond the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Requests, answers, limits, tokens and workers.
    Base,
    /// Connections that are used again.
    Kept,
    /// TLS, to the cluster and to the identity provider.
    Tls,
    /// Proxies.
    Proxy,
    /// Bodies that pass through.
    Streaming,
}
