//! Any bytes as the answer of any peer: a call takes them in chunks and decodes them. It never panics, always ends, keeps the
//! status, and tells errors in few words. The same function is fuzzed, and replayed over the corpus by the ordinary tests.
//!
//! Layout of an input: operation, status, headers, size of a chunk, then the body.

use camunda_core::api::{
    ActivateJobs, CancelProcessInstance, CompleteJob, CreateDeployment, CreateProcessInstance, FailJob,
    GetProcessInstance, GetTopology, JobKey, ProcessInstanceKey, PublishMessage, SearchProcessInstances, ThrowJobError,
};
use camunda_core::worker::split_jobs;
use camunda_core::{Operation, Prepared};

use crate::peer::{self, Peer, brief};

/// Runs one input.
pub fn run(data: &[u8]) {
    let [operation, status, headers, chunk, body @ ..] = data else { return };
    let peer = Peer::new(*status, *headers, *chunk, body, operation % 13 == 12);
    let (job, instance) = (JobKey::new("1").unwrap(), ProcessInstanceKey::new("2").unwrap());
    match operation % 13 {
        0 | 12 => exchange(&GetTopology::new(), &peer),
        1 => exchange(&CreateDeployment::new().resource("a.bpmn", "x"), &peer),
        2 => exchange(&CreateProcessInstance::by_id("order"), &peer),
        3 => exchange(&CancelProcessInstance::new(instance), &peer),
        4 => exchange(&ActivateJobs::new("type", 1000, 10), &peer),
        5 => exchange(&CompleteJob::new(job), &peer),
        6 => exchange(&FailJob::new(job), &peer),
        7 => exchange(&ThrowJobError::new(job, "code"), &peer),
        8 => exchange(&PublishMessage::new("name"), &peer),
        9 => exchange(&SearchProcessInstances::new(), &peer),
        10 => exchange(&GetProcessInstance::new(instance), &peer),
        _ => split(&peer),
    }
}

/// A call to its end, and the decoding of what it ends with.
fn exchange<O: Operation>(operation: &O, peer: &Peer<'_>) {
    match peer::call(peer, |config, options| Prepared::new(operation, config, options)) {
        Ok(answer) => {
            let status = answer.status();
            if let Err(error) = O::response(answer) {
                assert_eq!(error.status(), Some(status), "the status is kept");
                brief(&error);
            }
        }
        Err(error) => brief(&error),
    }
}

/// An activation, split into its jobs: one that cannot be read does not harm the others.
fn split(peer: &Peer<'_>) {
    let activate = ActivateJobs::new("type", 1000, 10);
    let Ok(answer) = peer::call(peer, |config, options| Prepared::new(&activate, config, options)) else { return };
    let whole = ActivateJobs::response(answer.clone());
    match split_jobs(&answer) {
        Ok(jobs) => {
            for job in jobs.iter().flatten() {
                let _ = job.variables.read::<std::collections::BTreeMap<String, camunda_core::model::Json>>();
            }
            assert!(whole.is_err() || jobs.iter().all(Result::is_ok), "what decodes together decodes one by one");
        }
        Err(error) => brief(&error),
    }
}
