//! The forms of commands: facts of the API description.
//! Searches are beside it.

use super::super::shape::Shape;

use Shape::{Boolean, Choice, Integer, Key, List, Long, Object, Open, Text};

const TEXTS: Shape = List(&Text);

pub(super) static REFERENCE: Shape = Object(&[("operationReference", Long)]);

pub(super) static ACTIVATE_JOBS: Shape = Object(&[
    ("type", Text),
    ("worker", Text),
    ("timeout", Long),
    ("maxJobsToActivate", Integer),
    ("fetchVariable", TEXTS),
    ("requestTimeout", Long),
    ("tenantIds", TEXTS),
    ("tenantFilter", Choice(&["PROVIDED", "ASSIGNED"])),
    ("withLease", Boolean),
]);

pub(super) static COMPLETE_JOB: Shape = Object(&[
    ("variables", Open),
    ("result", Open),
    ("jobLeaseToken", Text),
    ("businessId", Text),
]);

pub(super) static FAIL_JOB: Shape = Object(&[
    ("retries", Integer),
    ("errorMessage", Text),
    ("retryBackOff", Long),
    ("variables", Open),
    ("jobLeaseToken", Text),
]);

pub(super) static THROW_ERROR: Shape = Object(&[
    ("errorCode", Text),
    ("errorMessage", Text),
    ("variables", Open),
    ("jobLeaseToken", Text),
]);

pub(super) static UPDATE_JOB: Shape = Object(&[
    (
        "changeset",
        Object(&[
            ("retries", Integer),
            ("timeout", Long),
            ("priority", Integer),
        ]),
    ),
    ("operationReference", Long),
    ("jobLeaseToken", Text),
]);

pub(super) static SET_VARIABLES: Shape = Object(&[
    ("variables", Open),
    ("local", Boolean),
    ("operationReference", Long),
]);

pub(super) static CREATE_INSTANCE: Shape = Object(&[
    ("processDefinitionId", Text),
    ("processDefinitionKey", Key),
    ("processDefinitionVersion", Integer),
    ("variables", Open),
    ("tenantId", Text),
    ("operationReference", Long),
    ("startInstructions", List(&Object(&[("elementId", Text)]))),
    (
        "runtimeInstructions",
        List(&Object(&[("type", Text), ("afterElementId", Text)])),
    ),
    ("awaitCompletion", Boolean),
    ("fetchVariables", TEXTS),
    ("requestTimeout", Long),
    ("tags", TEXTS),
    ("businessId", Text),
]);

pub(super) static PUBLISH_MESSAGE: Shape = Object(&[
    ("name", Text),
    ("correlationKey", Text),
    ("timeToLive", Long),
    ("messageId", Text),
    ("variables", Open),
    ("tenantId", Text),
    ("businessId", Text),
]);

pub(super) static PIN_CLOCK: Shape = Object(&[("timestamp", Long)]);

pub(super) static DELETE_RESOURCE: Shape =
    Object(&[("operationReference", Long), ("deleteHistory", Boolean)]);

pub(super) static CORRELATE_MESSAGE: Shape = Object(&[
    ("name", Text),
    ("correlationKey", Text),
    ("variables", Open),
    ("tenantId", Text),
    ("businessId", Text),
]);

pub(super) static BROADCAST_SIGNAL: Shape = Object(&[
    ("signalName", Text),
    ("variables", Open),
    ("tenantId", Text),
]);
