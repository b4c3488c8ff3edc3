//! One body of tests over real sockets, run on every adapter: they differ in sockets and timers, and in nothing that a caller
//! can see.

mod bodies;
mod connections;
mod logs;
mod observers;
mod pages;
mod peer;
mod reader;
mod reports;
mod subject;
mod tokens;
mod waits;
mod workers;

/// Runs a story on every adapter, as a test of its own each.
macro_rules! on_every_adapter {
    ($($name:ident),* $(,)?) => {
        mod ureq {
            $(#[test] fn $name() { super::$name::<crate::subject::Blocking>(); })*
        }
        mod hyper {
            $(#[test] fn $name() { super::$name::<crate::subject::Asynchronous>(); })*
        }
    };
}
use on_every_adapter;
