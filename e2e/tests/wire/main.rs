//! One body of tests over real sockets, run on every adapter: they differ in sockets and timers, and in nothing that a caller
//! can see.

mod authority;
mod bodies;
mod connections;
mod peer;
mod proxies;
mod proxy;
mod subject;
mod tls;
mod tokens;
mod workers;

/// Runs a story on every adapter, as a test of its own each.
macro_rules! on_every_adapter {
    ($($name:ident),* $(,)?) => {
        mod ureq {
            $(#[test] fn $name() { super::$name::<crate::subject::Blocking>(); })*
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
}
use on_every_adapter;
