//! Batch operations that are waited for: when one is finished, and which items to look for then. A state alone says neither:
//! the counts of its items arrive later.

use crate::api::{
    BatchOperation, BatchOperationItem, BatchOperationItemState, BatchOperationState, SearchBatchOperationItems,
};
use crate::model::Page;

/// A batch operation that is over, and what it could not do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FinishedBatchOperation {
    /// The batch operation, with its counts.
    pub operation: BatchOperation,
    /// The items that failed, each with its reason.
    pub failed: Vec<BatchOperationItem>,
}

impl FinishedBatchOperation {
    /// With the items that failed.
    pub fn new(operation: BatchOperation, failed: Vec<BatchOperationItem>) -> Self {
        Self { operation, failed }
    }
}

impl BatchOperation {
    /// Whether it is over and all its items are accounted for: completed and failed ones are as many as there are. One that
    /// was cancelled or failed as a whole accounts for no more.
    pub fn is_finished(&self) -> bool {
        let accounted = self.operations_completed_count.saturating_add(self.operations_failed_count);
        match self.state {
            BatchOperationState::Completed | BatchOperationState::PartiallyCompleted => {
                accounted >= self.operations_total_count
            }
            BatchOperationState::Canceled | BatchOperationState::Failed => true,
            _ => false,
        }
    }

    /// The search for the items that failed.
    pub fn search_failed_items(&self) -> SearchBatchOperationItems {
        SearchBatchOperationItems::new().filter(|filter| {
            filter.batch_operation_key(self.batch_operation_key.to_string()).state(BatchOperationItemState::Failed)
        })
    }

    /// Whether a page of that search knows of all items that failed: items are visible later than their count.
    pub fn lists_all_failed(&self, page: &Page<BatchOperationItem>) -> bool {
        page.page.has_more_total_items || page.page.total_items >= i64::from(self.operations_failed_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(state: &str, total: i32, completed: i32, failed: i32) -> BatchOperation {
        let body = serde_json::json!({
            "batchOperationKey": "7", "state": state, "operationsTotalCount": total,
            "operationsCompletedCount": completed, "operationsFailedCount": failed, "errors": []
        });
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn finished_means_all_items_accounted_for() {
        for (state, total, completed, failed, finished) in [
            ("COMPLETED", 5, 3, 0, false),
            ("COMPLETED", 5, 3, 2, true),
            ("PARTIALLY_COMPLETED", 5, 3, 1, false),
            ("PARTIALLY_COMPLETED", 5, 4, 1, true),
            ("COMPLETED", 0, 0, 0, true),
            ("CREATED", 0, 0, 0, false),
            ("ACTIVE", 5, 5, 0, false),
            ("SUSPENDED", 5, 5, 0, false),
            ("CANCELED", 5, 1, 0, true),
            ("FAILED", 5, 0, 0, true),
            ("SOMETHING_NEW", 5, 5, 0, false),
        ] {
            let batch = batch(state, total, completed, failed);
            assert_eq!(batch.is_finished(), finished, "{state}: {completed} + {failed} of {total}");
        }
    }
}
