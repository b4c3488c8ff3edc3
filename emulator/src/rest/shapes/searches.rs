//! The forms of searches: filters and sort fields, facts of the API description.
//! Commands are beside it.

use super::super::shape::{Kind, Shape};

use Shape::{Boolean, Choice, Filter, Integer, Key, List, Object, Text};

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

pub(super) static SEARCH_DEFINITIONS: Shape = Object(&[
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

pub(super) static SEARCH_INSTANCES: Shape = Object(&[
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

pub(super) static SEARCH_JOBS: Shape = Object(&[
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

pub(super) static SEARCH_INCIDENTS: Shape = Object(&[
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

pub(super) static SEARCH_VARIABLES: Shape = Object(&[
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

pub(super) static SEARCH_ELEMENTS: Shape = Object(&[
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

pub(super) static SEARCH_RESOURCES: Shape = Object(&[
    ("page", PAGE),
    (
        "sort",
        List(&Object(&[
            ("field", Choice(RESOURCE_SORT)),
            ("order", ORDER),
        ])),
    ),
    (
        "filter",
        Object(&[
            ("resourceKey", KEY),
            ("resourceName", TEXT),
            ("resourceId", TEXT),
            ("version", INTEGER),
            ("versionTag", TEXT),
            ("deploymentKey", KEY),
            ("tenantId", Text),
        ]),
    ),
]);

const RESOURCE_SORT: &[&str] = &[
    "resourceKey",
    "resourceName",
    "resourceId",
    "version",
    "versionTag",
    "deploymentKey",
    "tenantId",
];

pub(super) static DEFINITION_STATISTICS: Shape = Object(&[(
    "filter",
    Object(instance_filter!(("$or", List(&Object(instance_filter!()))),)),
)]);
