//! A client on an adapter as one who reads with it: page by page, and until something shows.

use std::thread;
use std::time::Duration;

use camunda_hyper::api::{BatchOperationKey, Paged, Topology};
use camunda_hyper::{Answer, Config, Error, EventuallyConsistent, FinishedBatchOperation, Operation};
use serde_json::Value;

/// What both kinds of clients do, called in one way.
pub(crate) trait Reader {
    type Items<S: Paged>: Results<S>;

    fn open(config: Config) -> Self;

    fn send<O: Operation>(&self, operation: O) -> Result<O::Output, Error>;

    fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error>;

    /// Works jobs of that type until something is the case.
    fn works(&self, job_type: &str, enough: impl Fn() -> bool);

    fn items<S: Paged>(&self, search: S) -> Self::Items<S>;

    /// The number of results on each page.
    fn sizes<S: Paged>(&self, search: S) -> Vec<usize>;

    fn wait<O: EventuallyConsistent>(&self, operation: O, within: Duration) -> Result<O::Output, Error>;

    fn wait_until<O: EventuallyConsistent>(
        &self,
        operation: O,
        within: Duration,
        good: fn(&O::Output) -> bool,
    ) -> Result<O::Output, Error>;

    fn wait_until_ready(&self, within: Duration) -> Result<Topology, Error>;

    fn wait_for_batch_operation(
        &self,
        key: BatchOperationKey,
        within: Duration,
    ) -> Result<FinishedBatchOperation, Error>;
}

/// Results that are asked for one by one.
pub(crate) trait Results<S: Paged> {
    fn next(&mut self) -> Option<Result<S::Item, Error>>;

    fn resume(&mut self);
}

pub(crate) struct Blocking(camunda_ureq::Client);

impl Reader for Blocking {
    type Items<S: Paged> = camunda_ureq::Items<camunda_ureq::Ureq, S>;

    fn open(config: Config) -> Self {
        Self(camunda_ureq::Client::new(config).expect("a usable configuration"))
    }

    fn send<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.0.send(operation)
    }

    fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error> {
        self.0.send_raw(operation)
    }

    fn works(&self, job_type: &str, enough: impl Fn() -> bool) {
        let worker = self.0.worker(job_type).on_event(|_, _| {}).handle(|_: camunda_ureq::Job<Value>| Ok(()));
        let worker = worker.spawn();
        while !enough() {
            thread::sleep(Duration::from_millis(2));
        }
        worker.stop(Duration::ZERO).expect("a report");
    }

    fn items<S: Paged>(&self, search: S) -> Self::Items<S> {
        self.0.pages(search).items()
    }

    fn sizes<S: Paged>(&self, search: S) -> Vec<usize> {
        self.0.pages(search).map(|page| page.expect("a page").items.len()).collect()
    }

    fn wait<O: EventuallyConsistent>(&self, operation: O, within: Duration) -> Result<O::Output, Error> {
        self.0.wait(operation, within)
    }

    fn wait_until<O: EventuallyConsistent>(
        &self,
        operation: O,
        within: Duration,
        good: fn(&O::Output) -> bool,
    ) -> Result<O::Output, Error> {
        self.0.wait_until(operation, within, good)
    }

    fn wait_until_ready(&self, within: Duration) -> Result<Topology, Error> {
        self.0.wait_until_ready(within)
    }

    fn wait_for_batch_operation(
        &self,
        key: BatchOperationKey,
        within: Duration,
    ) -> Result<FinishedBatchOperation, Error> {
        self.0.wait_for_batch_operation(key, within)
    }
}

impl<S: Paged> Results<S> for camunda_ureq::Items<camunda_ureq::Ureq, S> {
    fn next(&mut self) -> Option<Result<S::Item, Error>> {
        Iterator::next(self)
    }

    fn resume(&mut self) {
        self.resume();
    }
}

pub(crate) struct Asynchronous(camunda_hyper::Client);

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

impl Reader for Asynchronous {
    type Items<S: Paged> = camunda_hyper::Items<camunda_hyper::Hyper, S>;

    fn open(config: Config) -> Self {
        Self(camunda_hyper::Client::new(config).expect("a usable configuration"))
    }

    fn send<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        block_on(self.0.send(operation))
    }

    fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error> {
        block_on(self.0.send_raw(operation))
    }

    fn works(&self, job_type: &str, enough: impl Fn() -> bool) {
        let worker = self.0.worker(job_type).on_event(|_, _| {});
        let worker = worker.handle(|_: camunda_hyper::Job<Value>| async { Ok(()) });
        block_on(self.0.run_workers([worker]).drain(Duration::ZERO).until(async {
            while !enough() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }))
        .expect("a report");
    }

    fn items<S: Paged>(&self, search: S) -> Self::Items<S> {
        self.0.pages(search).items()
    }

    fn sizes<S: Paged>(&self, search: S) -> Vec<usize> {
        let (mut pages, mut sizes) = (self.0.pages(search), Vec::new());
        block_on(async {
            while let Some(page) = pages.next().await {
                sizes.push(page.expect("a page").items.len());
            }
        });
        sizes
    }

    fn wait<O: EventuallyConsistent>(&self, operation: O, within: Duration) -> Result<O::Output, Error> {
        block_on(self.0.wait(operation, within))
    }

    fn wait_until<O: EventuallyConsistent>(
        &self,
        operation: O,
        within: Duration,
        good: fn(&O::Output) -> bool,
    ) -> Result<O::Output, Error> {
        block_on(self.0.wait_until(operation, within, good))
    }

    fn wait_until_ready(&self, within: Duration) -> Result<Topology, Error> {
        block_on(self.0.wait_until_ready(within))
    }

    fn wait_for_batch_operation(
        &self,
        key: BatchOperationKey,
        within: Duration,
    ) -> Result<FinishedBatchOperation, Error> {
        block_on(self.0.wait_for_batch_operation(key, within))
    }
}

impl<S: Paged> Results<S> for camunda_hyper::Items<camunda_hyper::Hyper, S> {
    fn next(&mut self) -> Option<Result<S::Item, Error>> {
        block_on(camunda_hyper::Items::next(self))
    }

    fn resume(&mut self) {
        self.resume();
    }
}

/// Runs a story for each kind of client, as a test of its own each.
macro_rules! for_every_reader {
    ($($name:ident),* $(,)?) => {
        mod ureq {
            $(#[test] fn $name() { super::$name::<crate::reader::Blocking>(); })*
        }
        mod hyper {
            $(#[test] fn $name() { super::$name::<crate::reader::Asynchronous>(); })*
        }
    };
}
pub(crate) use for_every_reader;
