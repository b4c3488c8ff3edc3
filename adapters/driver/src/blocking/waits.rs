//! Waiting for what is not visible yet, blocking. When to read again, and what a read says, is the core's [`Waiting`]'s
//! decision.

use std::time::Duration;

use camunda_core::api::{BatchOperationKey, GetBatchOperation, GetTopology, Topology};
use camunda_core::model::Given;
use camunda_core::{Error, EventuallyConsistent, FinishedBatchOperation, Waited, Waiting};

use super::{Client, block_on, sleep_until};
use crate::flight::now;
use crate::transport::Exchange;

impl<E: Exchange> Client<E> {
    /// Reads until there is something: the thing itself, or a page that is not empty. Commands are visible to reads only
    /// after a while; this waits for that, no longer than `within`. With zero it is one plain call.
    ///
    /// It compiles only for operations whose reads lag behind writes; the others need no wait:
    ///
    /// ```compile_fail
    /// # fn wait(client: camunda_driver::blocking::Client<impl camunda_driver::Exchange>) {
    /// client.wait(camunda_driver::core::api::GetTopology::new(), std::time::Duration::from_secs(1));
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Wait`] says what was seen last; any error but 404 and refusals for load ends the wait at once.
    pub fn wait<O: EventuallyConsistent>(&self, operation: O, within: Duration) -> Result<O::Output, Error> {
        let mut waiting = self.waiting(within);
        loop {
            let answer = self.with(waiting.options(self.options(), now())).call(&operation);
            match waiting.visible::<O>(answer, now()) {
                Waited::Done(result) => return result,
                Waited::Again(at) => block_on(sleep_until(at)),
            }
        }
    }

    /// As [`wait`](Self::wait), until the answer is what is looked for.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub fn wait_until<O: EventuallyConsistent>(
        &self,
        operation: O,
        within: Duration,
        mut good: impl FnMut(&O::Output) -> bool,
    ) -> Result<O::Output, Error> {
        let mut waiting = self.waiting(within);
        loop {
            let answer = self.with(waiting.options(self.options(), now())).call(&operation);
            match waiting.until::<O>(answer, &mut good, now()) {
                Waited::Done(result) => return result,
                Waited::Again(at) => block_on(sleep_until(at)),
            }
        }
    }

    /// Waits until the cluster takes commands: its API answers, and each partition has a healthy leader. A health check that
    /// is green says neither.
    ///
    /// # Errors
    ///
    /// [`Error::Wait`] says what was seen last; what only a wrong configuration explains ends the wait at once.
    pub fn wait_until_ready(&self, within: Duration) -> Result<Topology, Error> {
        let mut waiting = self.waiting(within);
        loop {
            let answer = self.with(waiting.look(self.options(), now())).call(&GetTopology::new());
            match waiting.ready(answer, now()) {
                Waited::Done(result) => return result,
                Waited::Again(at) => block_on(sleep_until(at)),
            }
        }
    }

    /// Waits until a batch operation is over and all its items are accounted for, and fetches those that failed.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub fn wait_for_batch_operation(
        &self,
        key: impl Into<Given<BatchOperationKey>>,
        within: Duration,
    ) -> Result<FinishedBatchOperation, Error> {
        let begun = now().instant;
        let finished = self.wait_until(GetBatchOperation::new(key), within, |operation| operation.is_finished())?;
        let mut failed = Vec::new();
        if finished.operations_failed_count > 0 {
            let left = within.saturating_sub(now().instant.saturating_duration_since(begun));
            self.wait_until(finished.search_failed_items(), left, |page| finished.lists_all_failed(page))?;
            failed = self.pages(finished.search_failed_items()).items().collect::<Result<_, _>>()?;
        }
        Ok(FinishedBatchOperation::new(finished, failed))
    }

    fn waiting(&self, within: Duration) -> Waiting {
        Waiting::new(within, self.config(), self.options(), now())
    }
}
