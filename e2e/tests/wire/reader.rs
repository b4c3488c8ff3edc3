//! A client on an adapter as one who reads with it: page by page, and until something shows.

use std::sync::Arc;
use std::time::Duration;

use camunda_driver::{Exchange, Transport};
use camunda_hyper::api::{BatchOperationKey, Paged, Topology};
use camunda_hyper::{Answer, Error, EventuallyConsistent, FinishedBatchOperation, Operation};

use crate::subject::{Asynchronous, Blocking, Executor, Subject};

/// What both kinds of clients do beside single calls, called in one way.
pub(crate) trait Reader: Subject {
    type Items<S: Paged>: Results<S>;

    fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error>;

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

impl<E: Exchange> Reader for Blocking<E> {
    type Items<S: Paged> = camunda_driver::blocking::Items<E, S>;

    fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error> {
        self.0.send_raw(operation)
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

impl<E: Exchange, S: Paged> Results<S> for camunda_driver::blocking::Items<E, S> {
    fn next(&mut self) -> Option<Result<S::Item, Error>> {
        Iterator::next(self)
    }

    fn resume(&mut self) {
        self.resume();
    }
}

impl<T: Transport, E: Executor> Reader for Asynchronous<T, E> {
    type Items<S: Paged> = Awaited<T, E, S>;

    fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error> {
        self.1.block_on(self.0.send_raw(operation))
    }

    fn items<S: Paged>(&self, search: S) -> Self::Items<S> {
        Awaited(self.0.pages(search).items(), Arc::clone(&self.1))
    }

    fn sizes<S: Paged>(&self, search: S) -> Vec<usize> {
        let (mut pages, mut sizes) = (self.0.pages(search), Vec::new());
        self.1.block_on(async {
            while let Some(page) = pages.next().await {
                sizes.push(page.expect("a page").items.len());
            }
        });
        sizes
    }

    fn wait<O: EventuallyConsistent>(&self, operation: O, within: Duration) -> Result<O::Output, Error> {
        self.1.block_on(self.0.wait(operation, within))
    }

    fn wait_until<O: EventuallyConsistent>(
        &self,
        operation: O,
        within: Duration,
        good: fn(&O::Output) -> bool,
    ) -> Result<O::Output, Error> {
        self.1.block_on(self.0.wait_until(operation, within, good))
    }

    fn wait_until_ready(&self, within: Duration) -> Result<Topology, Error> {
        self.1.block_on(self.0.wait_until_ready(within))
    }

    fn wait_for_batch_operation(
        &self,
        key: BatchOperationKey,
        within: Duration,
    ) -> Result<FinishedBatchOperation, Error> {
        self.1.block_on(self.0.wait_for_batch_operation(key, within))
    }
}

pub(crate) struct Awaited<T, E, S: Paged>(camunda_driver::Items<T, S>, Arc<E>);

impl<T: Transport, E: Executor, S: Paged> Results<S> for Awaited<T, E, S> {
    fn next(&mut self) -> Option<Result<S::Item, Error>> {
        self.1.block_on(self.0.next())
    }

    fn resume(&mut self) {
        self.0.resume();
    }
}
