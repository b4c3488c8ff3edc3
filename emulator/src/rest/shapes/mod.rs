//! The forms of the request bodies of every operation that this emulator carries out: facts of the API description.
//! It judges nothing; it is the table that the judge reads.

mod commands;
mod searches;

use super::shape::Shape;
use commands::{
    ACTIVATE_JOBS, BROADCAST_SIGNAL, COMPLETE_JOB, CORRELATE_MESSAGE, CREATE_INSTANCE,
    DELETE_RESOURCE, FAIL_JOB, PIN_CLOCK, PUBLISH_MESSAGE, REFERENCE, SET_VARIABLES, THROW_ERROR,
    UPDATE_JOB,
};
use searches::{
    DEFINITION_STATISTICS, SEARCH_DEFINITIONS, SEARCH_ELEMENTS, SEARCH_INCIDENTS, SEARCH_INSTANCES,
    SEARCH_JOBS, SEARCH_RESOURCES, SEARCH_VARIABLES,
};

/// Whether a request without a body is refused, and the form of the body; none where there is no body at all.
pub(crate) fn of(operation: &str) -> Option<(bool, &'static Shape)> {
    Some(match operation {
        "activateJobs" => (true, &ACTIVATE_JOBS),
        "broadcastSignal" => (true, &BROADCAST_SIGNAL),
        "correlateMessage" => (true, &CORRELATE_MESSAGE),
        "cancelProcessInstance" | "resolveIncident" => (false, &REFERENCE),
        "completeJob" => (false, &COMPLETE_JOB),
        "createElementInstanceVariables" => (true, &SET_VARIABLES),
        "createProcessInstance" => (true, &CREATE_INSTANCE),
        "failJob" => (false, &FAIL_JOB),
        "deleteResource" => (false, &DELETE_RESOURCE),
        "pinClock" => (true, &PIN_CLOCK),
        "searchResources" => (false, &SEARCH_RESOURCES),
        "publishMessage" => (true, &PUBLISH_MESSAGE),
        "searchElementInstances" => (false, &SEARCH_ELEMENTS),
        "getProcessDefinitionStatistics" => (false, &DEFINITION_STATISTICS),
        "searchElementInstanceIncidents" | "searchIncidents" | "searchProcessInstanceIncidents" => {
            (false, &SEARCH_INCIDENTS)
        }
        "searchJobs" => (false, &SEARCH_JOBS),
        "searchProcessDefinitions" => (false, &SEARCH_DEFINITIONS),
        "searchProcessInstances" => (false, &SEARCH_INSTANCES),
        "searchVariables" => (false, &SEARCH_VARIABLES),
        "throwJobError" => (true, &THROW_ERROR),
        "updateJob" => (true, &UPDATE_JOB),
        _ => return None,
    })
}
