//! The forms of the request bodies of every operation that this emulator carries out: facts of the API description.
//! It judges nothing; it is the table that the judge reads.

use super::shape::{Kind, Shape};

use Shape::{Boolean, Choice, Filter, Integer, Key, List, Long, Object, Open, Text};

const TEXT: Shape = Filter(Kind::Text);
const KEY: Shape = Filter(Kind::Key);
const INTEGER: Shape = Filter(Kind::Integer);
const DATE: Shape = Filter(Kind::Date);

const PAGE: Shape = Object(&[
    ("from", Integer),
    ("limit", Integer),
    ("after", Text),
    ("before", Text),
]);
const ORDER: Shape = Choice(&["ASC", "DESC"]);
const REFERENCE: Shape = Object(&[("operationReference", Long)]);
const TEXTS: Shape = List(&Text);
const JOB_STATES: &[&str] = &[
    "CANCELED",
    "COMPLETED",
    "CREATED",
    "ERROR_THROWN",
    "FAILED",
    "MIGRATED",
    "PRIORITY_UPDATED",
    "RETRIES_UPDATED",
    "TIMEOUT_UPDATED",
    "TIMED_OUT",
];
const JOB_KINDS: &[&str] = &[
    "BPMN_ELEMENT",
    "EXECUTION_LISTENER",
    "TASK_LISTENER",
    "AD_HOC_SUB_PROCESS",
];
const LISTENER_EVENTS: &[&str] = &[
    "ASSIGNING",
    "BEFORE_ALL",
    "CANCEL",
    "CANCELING",
    "COMPLETING",
    "CREATING",
    "END",
    "START",
    "UNSPECIFIED",
    "UPDATING",
];
const INSTANCE_STATES: &[&str] = &["ACTIVE", "COMPLETED", "SUSPENDED", "TERMINATED"];
const ELEMENT_STATES: &[&str] = &["ACTIVE", "COMPLETED", "TERMINATED"];
const ELEMENT_TYPES: &[&str] = &[
    "UNSPECIFIED",
    "PROCESS",
    "SUB_PROCESS",
    "EVENT_SUB_PROCESS",
    "AD_HOC_SUB_PROCESS",
    "AD_HOC_SUB_PROCESS_INNER_INSTANCE",
    "START_EVENT",
    "INTERMEDIATE_CATCH_EVENT",
    "INTERMEDIATE_THROW_EVENT",
    "BOUNDARY_EVENT",
    "END_EVENT",
    "SERVICE_TASK",
    "RECEIVE_TASK",
    "USER_TASK",
    "MANUAL_TASK",
    "TASK",
    "EXCLUSIVE_GATEWAY",
    "INCLUSIVE_GATEWAY",
    "PARALLEL_GATEWAY",
    "EVENT_BASED_GATEWAY",
    "SEQUENCE_FLOW",
    "MULTI_INSTANCE_BODY",
    "CALL_ACTIVITY",
    "BUSINESS_RULE_TASK",
    "SCRIPT_TASK",
    "SEND_TASK",
    "UNKNOWN",
];
const INCIDENT_STATES: &[&str] = &["ACTIVE", "MIGRATED", "PENDING", "RESOLVED", "UNKNOWN"];
const INCIDENT_TYPES: &[&str] = &[
    "AD_HOC_SUB_PROCESS_NO_RETRIES",
    "CALLED_DECISION_ERROR",
    "CALLED_ELEMENT_ERROR",
    "CONDITION_ERROR",
    "DECISION_EVALUATION_ERROR",
    "EXECUTION_LISTENER_NO_RETRIES",
    "EXTRACT_VALUE_ERROR",
    "FORM_NOT_FOUND",
    "IO_MAPPING_ERROR",
    "JOB_NO_RETRIES",
    "MESSAGE_SIZE_EXCEEDED",
    "RESOURCE_NOT_FOUND",
    "SECRET_RESOLUTION_ERROR",
    "TASK_LISTENER_NO_RETRIES",
    "UNHANDLED_ERROR_EVENT",
    "UNKNOWN",
    "UNSPECIFIED",
];

/// Whether a request without a body is refused, and the form of the body; none where there is no body at all.
pub(crate) fn of(operation: &str) -> Option<(bool, &'static Shape)> {
    Some(match operation {
        "activateJobs" => (true, &ACTIVATE_JOBS),
        "cancelProcessInstance" | "resolveIncident" => (false, &REFERENCE),
        "completeJob" => (false, &COMPLETE_JOB),
        "createElementInstanceVariables" => (true, &SET_VARIABLES),
        "createProcessInstance" => (true, &CREATE_INSTANCE),
        "failJob" => (false, &FAIL_JOB),
        "pinClock" => (true, &Object(&[("timestamp", Long)])),
        "publishMessage" => (true, &PUBLISH_MESSAGE),
        "searchElementInstances" => (false, &SEARCH_ELEMENTS),
        "searchIncidents" => (false, &SEARCH_INCIDENTS),
        "searchJobs" => (false, &SEARCH_JOBS),
        "searchProcessDefinitions" => (false, &SEARCH_DEFINITIONS),
        "searchProcessInstances" => (false, &SEARCH_INSTANCES),
        "searchVariables" => (false, &SEARCH_VARIABLES),
        "throwJobError" => (true, &THROW_ERROR),
        "updateJob" => (true, &UPDATE_JOB),
        _ => return None,
    })
}

static ACTIVATE_JOBS: Shape = Object(&[
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

static COMPLETE_JOB: Shape = Object(&[
    ("variables", Open),
    ("result", Open),
    ("jobLeaseToken", Text),
    ("businessId", Text),
]);

static FAIL_JOB: Shape = Object(&[
    ("retries", Integer),
    ("errorMessage", Text),
    ("retryBackOff", Long),
    ("variables", Open),
    ("jobLeaseToken", Text),
]);

static THROW_ERROR: Shape = Object(&[
    ("errorCode", Text),
    ("errorMessage", Text),
    ("variables", Open),
    ("jobLeaseToken", Text),
]);

static UPDATE_JOB: Shape = Object(&[
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

static SET_VARIABLES: Shape = Object(&[
    ("variables", Open),
    ("local", Boolean),
    ("operationReference", Long),
]);

static CREATE_INSTANCE: Shape = Object(&[
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

static PUBLISH_MESSAGE: Shape = Object(&[
    ("name", Text),
    ("correlationKey", Text),
    ("timeToLive", Long),
    ("messageId", Text),
    ("variables", Open),
    ("tenantId", Text),
    ("businessId", Text),
]);

static SEARCH_DEFINITIONS: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[
            ("field", Choice(DEFINITION_SORT)),
            ("order", ORDER),
        ])),
    ),
    (
        "filter",
        Object(&[
            ("name", TEXT),
            ("isLatestVersion", Boolean),
            ("resourceName", Text),
            ("version", Integer),
            ("versionTag", Text),
            ("processDefinitionId", TEXT),
            ("tenantId", Text),
            ("processDefinitionKey", Key),
            ("hasStartForm", Boolean),
            ("state", Choice(&["ACTIVE", "DRAINING", "DELETED"])),
        ]),
    ),
]);

const DEFINITION_SORT: &[&str] = &[
    "processDefinitionKey",
    "name",
    "resourceName",
    "version",
    "versionTag",
    "processDefinitionId",
    "tenantId",
];

/// The members of an instance filter, with more before them.
macro_rules! instance_filter {
    ($($more:tt)*) => {
        &[
            $($more)*
            ("startDate", DATE),
            ("endDate", DATE),
            ("state", Filter(Kind::Choice(INSTANCE_STATES))),
            ("hasIncident", Boolean),
            ("suspendedDate", DATE),
            ("tenantId", TEXT),
            ("variables", List(&Object(&[("name", Text), ("value", TEXT)]))),
            ("processInstanceKey", KEY),
            ("parentProcessInstanceKey", KEY),
            ("parentElementInstanceKey", KEY),
            ("batchOperationId", TEXT),
            ("batchOperationKey", TEXT),
            ("errorMessage", TEXT),
            ("hasRetriesLeft", Boolean),
            ("elementInstanceState", Filter(Kind::Choice(ELEMENT_STATES))),
            ("elementId", TEXT),
            ("hasElementInstanceIncident", Boolean),
            ("incidentErrorHashCode", INTEGER),
            ("tags", TEXTS),
            ("businessId", TEXT),
            ("processDefinitionId", TEXT),
            ("processDefinitionName", TEXT),
            ("processDefinitionVersion", INTEGER),
            ("processDefinitionVersionTag", TEXT),
            ("processDefinitionKey", KEY),
        ]
    };
}

static SEARCH_INSTANCES: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[
            ("field", Choice(INSTANCE_SORT)),
            ("order", ORDER),
        ])),
    ),
    (
        "filter",
        Object(instance_filter!(("$or", List(&Object(instance_filter!()))),)),
    ),
]);

const INSTANCE_SORT: &[&str] = &[
    "processInstanceKey",
    "processDefinitionId",
    "processDefinitionName",
    "processDefinitionVersion",
    "processDefinitionVersionTag",
    "processDefinitionKey",
    "parentProcessInstanceKey",
    "parentElementInstanceKey",
    "startDate",
    "endDate",
    "suspendedDate",
    "state",
    "hasIncident",
    "tenantId",
    "businessId",
];

static SEARCH_JOBS: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[("field", Choice(JOB_SORT)), ("order", ORDER)])),
    ),
    (
        "filter",
        Object(&[
            ("deadline", DATE),
            ("deniedReason", TEXT),
            ("elementId", TEXT),
            ("elementInstanceKey", KEY),
            ("endTime", DATE),
            ("errorCode", TEXT),
            ("errorMessage", TEXT),
            ("hasFailedWithRetriesLeft", Boolean),
            ("isDenied", Boolean),
            ("jobKey", KEY),
            ("kind", Filter(Kind::Choice(JOB_KINDS))),
            ("listenerEventType", Filter(Kind::Choice(LISTENER_EVENTS))),
            ("priority", INTEGER),
            ("processDefinitionId", TEXT),
            ("processDefinitionKey", KEY),
            ("processInstanceKey", KEY),
            ("retries", INTEGER),
            ("state", Filter(Kind::Choice(JOB_STATES))),
            ("tenantId", TEXT),
            ("type", TEXT),
            ("worker", TEXT),
            ("creationTime", DATE),
            ("lastUpdateTime", DATE),
        ]),
    ),
]);

const JOB_SORT: &[&str] = &[
    "creationTime",
    "deadline",
    "deniedReason",
    "elementId",
    "elementInstanceKey",
    "endTime",
    "errorCode",
    "errorMessage",
    "hasFailedWithRetriesLeft",
    "isDenied",
    "jobKey",
    "kind",
    "listenerEventType",
    "priority",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "retries",
    "state",
    "tenantId",
    "type",
    "worker",
];

static SEARCH_INCIDENTS: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[
            ("field", Choice(INCIDENT_SORT)),
            ("order", ORDER),
        ])),
    ),
    (
        "filter",
        Object(&[
            ("processDefinitionId", TEXT),
            ("errorType", Filter(Kind::Choice(INCIDENT_TYPES))),
            ("errorMessage", TEXT),
            ("elementId", TEXT),
            ("creationTime", DATE),
            ("state", Filter(Kind::Choice(INCIDENT_STATES))),
            ("tenantId", TEXT),
            ("incidentKey", KEY),
            ("processDefinitionKey", KEY),
            ("processInstanceKey", KEY),
            ("elementInstanceKey", KEY),
            ("jobKey", KEY),
        ]),
    ),
]);

const INCIDENT_SORT: &[&str] = &[
    "incidentKey",
    "processDefinitionKey",
    "processDefinitionId",
    "processInstanceKey",
    "errorType",
    "elementId",
    "elementInstanceKey",
    "creationTime",
    "state",
    "jobKey",
    "tenantId",
];

static SEARCH_VARIABLES: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[
            ("field", Choice(VARIABLE_SORT)),
            ("order", ORDER),
        ])),
    ),
    (
        "filter",
        Object(&[
            ("name", TEXT),
            ("value", TEXT),
            ("tenantId", Text),
            ("isTruncated", Boolean),
            ("variableKey", KEY),
            ("scopeKey", KEY),
            ("processInstanceKey", KEY),
        ]),
    ),
]);

const VARIABLE_SORT: &[&str] = &[
    "value",
    "name",
    "tenantId",
    "variableKey",
    "scopeKey",
    "processInstanceKey",
];

/// The members of an element filter, with more before them.
macro_rules! element_filter {
    ($($more:tt)*) => {
        &[
            $($more)*
            ("processDefinitionId", Text),
            ("state", Filter(Kind::Choice(ELEMENT_STATES))),
            ("type", Choice(ELEMENT_TYPES)),
            ("elementId", TEXT),
            ("elementName", TEXT),
            ("hasIncident", Boolean),
            ("tenantId", Text),
            ("elementInstanceKey", Key),
            ("processInstanceKey", Key),
            ("processDefinitionKey", Key),
            ("incidentKey", Key),
            ("startDate", DATE),
            ("endDate", DATE),
            ("elementInstanceScopeKey", Key),
        ]
    };
}

static SEARCH_ELEMENTS: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[
            ("field", Choice(ELEMENT_SORT)),
            ("order", ORDER),
        ])),
    ),
    (
        "filter",
        Object(element_filter!(("$or", List(&Object(element_filter!()))),)),
    ),
]);

const ELEMENT_SORT: &[&str] = &[
    "elementInstanceKey",
    "processInstanceKey",
    "processDefinitionKey",
    "processDefinitionId",
    "startDate",
    "endDate",
    "elementId",
    "elementName",
    "type",
    "state",
    "incidentKey",
    "tenantId",
];
