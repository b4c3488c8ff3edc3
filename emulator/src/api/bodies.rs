// @generated from the API description of release 8.10 by tests/table.rs: the form of every request body, a constant a type.

//! What every operation takes in its body.
//! It tells what may be sent, not what this emulator can do with it.

use crate::rest::shape::{Kind, Shape};
use Shape::{Any, Boolean, Choice, Filter, Integer, Key, List, Long, Object, Open, Text};

const AD_HOC_SUB_PROCESS_ACTIVATE_ACTIVITIES_INSTRUCTION: Shape = Object(&[
    ("elements", List(&AD_HOC_SUB_PROCESS_ACTIVATE_ACTIVITY_REFERENCE)),
    ("cancelRemainingInstances", Boolean),
]);

const AD_HOC_SUB_PROCESS_ACTIVATE_ACTIVITY_REFERENCE: Shape = Object(&[("elementId", Text), ("variables", Open)]);

const AGENT_DEFINITION_FILTER: Shape = Object(&[
    ("agentDefinitionKey", AGENT_DEFINITION_KEY_FILTER_PROPERTY),
    ("agentType", AGENT_DEFINITION_TYPE_FILTER_PROPERTY),
    ("name", STRING_FILTER_PROPERTY),
    ("elementId", ELEMENT_ID_FILTER_PROPERTY),
    ("processDefinitionId", PROCESS_DEFINITION_ID_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processDefinitionVersion", INTEGER_FILTER_PROPERTY),
    ("processDefinitionVersionTag", STRING_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
]);

const AGENT_DEFINITION_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const AGENT_DEFINITION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&AGENT_DEFINITION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", AGENT_DEFINITION_FILTER),
]);

const AGENT_DEFINITION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", AGENT_DEFINITION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const AGENT_DEFINITION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "agentDefinitionKey",
    "agentType",
    "name",
    "elementId",
    "processDefinitionId",
    "processDefinitionKey",
    "processDefinitionVersion",
    "processDefinitionVersionTag",
    "tenantId",
]);

const AGENT_DEFINITION_TYPE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["AI_AGENT_SUB_PROCESS", "AI_AGENT_TASK", "EXTERNAL_AGENT"]));

const AGENT_HISTORY_ITEM_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const AGENT_INSTANCE_CREATION_REQUEST: Shape = Object(&[
    ("elementInstanceKey", Key),
    ("jobKey", Key),
    ("jobLeaseToken", Text),
    ("history", List(&AGENT_INSTANCE_HISTORY_ITEM)),
]);

const AGENT_INSTANCE_FILTER: Shape = Object(&[
    ("agentInstanceKey", AGENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("agentDefinitionKey", AGENT_DEFINITION_KEY_FILTER_PROPERTY),
    ("status", AGENT_INSTANCE_STATUS_FILTER_PROPERTY),
    ("elementId", ELEMENT_ID_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("rootProcessInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("creationDate", DATE_TIME_FILTER_PROPERTY),
    ("lastUpdatedDate", DATE_TIME_FILTER_PROPERTY),
    ("completionDate", DATE_TIME_FILTER_PROPERTY),
    ("elementInstanceKeys", List(&ELEMENT_INSTANCE_KEY_FILTER_PROPERTY)),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("processDefinitionVersion", INTEGER_FILTER_PROPERTY),
    ("processDefinitionVersionTag", STRING_FILTER_PROPERTY),
]);

const AGENT_INSTANCE_HISTORY_COMMIT_STATUS_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["COMMITTED", "PENDING", "DISCARDED"]));

const AGENT_INSTANCE_HISTORY_FILTER: Shape = Object(&[
    ("historyItemKey", AGENT_HISTORY_ITEM_KEY_FILTER_PROPERTY),
    ("role", AGENT_INSTANCE_HISTORY_ROLE_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("jobKey", JOB_KEY_FILTER_PROPERTY),
    ("loopIteration", INTEGER_FILTER_PROPERTY),
    ("commitStatus", AGENT_INSTANCE_HISTORY_COMMIT_STATUS_FILTER_PROPERTY),
    ("producedAt", DATE_TIME_FILTER_PROPERTY),
]);

const AGENT_INSTANCE_HISTORY_ITEM: Shape = Object(&[
    ("historyItemId", Text),
    ("loopIteration", Long),
    ("role", AGENT_INSTANCE_HISTORY_ROLE_ENUM),
    ("content", List(&AGENT_INSTANCE_MESSAGE_CONTENT)),
    ("toolCalls", List(&AGENT_INSTANCE_TOOL_CALL)),
    ("metrics", AGENT_INSTANCE_HISTORY_ITEM_METRICS_REQUEST),
    ("producedAt", Text),
    ("tools", List(&AGENT_TOOL)),
    ("model", Text),
    ("provider", Text),
    ("limits", AGENT_INSTANCE_LIMITS),
    ("systemPrompt", List(&AGENT_INSTANCE_MESSAGE_CONTENT)),
]);

const AGENT_INSTANCE_HISTORY_ITEM_METRICS_REQUEST: Shape = Object(&[
    ("inputTokens", Long),
    ("outputTokens", Long),
    ("reasoningTokenCount", Long),
    ("cacheCreationTokenCount", Long),
    ("cacheReadTokenCount", Long),
    ("durationMs", Long),
]);

const AGENT_INSTANCE_HISTORY_ROLE_ENUM: Shape = Choice(&["USER", "ASSISTANT", "TOOL_RESULT", "CONFIGURATION"]);

const AGENT_INSTANCE_HISTORY_ROLE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["USER", "ASSISTANT", "TOOL_RESULT", "CONFIGURATION"]));

const AGENT_INSTANCE_HISTORY_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&AGENT_INSTANCE_HISTORY_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", AGENT_INSTANCE_HISTORY_FILTER),
]);

const AGENT_INSTANCE_HISTORY_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", AGENT_INSTANCE_HISTORY_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const AGENT_INSTANCE_HISTORY_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["producedAt", "historyItemKey", "loopIteration"]);

const AGENT_INSTANCE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const AGENT_INSTANCE_LIMITS: Shape =
    Object(&[("maxModelCalls", Integer), ("maxToolCalls", Integer), ("maxTokens", Long)]);

const AGENT_INSTANCE_MESSAGE_CONTENT: Shape =
    Object(&[("contentType", Text), ("text", Text), ("documentReference", DOCUMENT_REFERENCE), ("object", Any)]);

const AGENT_INSTANCE_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&AGENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", AGENT_INSTANCE_FILTER),
]);

const AGENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", AGENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const AGENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "agentInstanceKey",
    "agentDefinitionKey",
    "status",
    "elementId",
    "processInstanceKey",
    "rootProcessInstanceKey",
    "processDefinitionKey",
    "tenantId",
    "creationDate",
    "lastUpdatedDate",
    "completionDate",
]);

const AGENT_INSTANCE_STATUS_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
    "UNKNOWN",
    "COMPLETED",
    "IDLE",
    "INITIALIZING",
    "THINKING",
    "TOOL_CALLING",
    "TOOL_DISCOVERY",
]));

const AGENT_INSTANCE_TOOL_CALL: Shape =
    Object(&[("toolCallId", Text), ("toolName", Text), ("elementId", Text), ("arguments", Open)]);

const AGENT_INSTANCE_UPDATE_REQUEST: Shape = Object(&[
    ("elementInstanceKey", Key),
    ("status", AGENT_INSTANCE_UPDATE_STATUS_ENUM),
    ("jobKey", Key),
    ("jobLeaseToken", Text),
    ("history", List(&AGENT_INSTANCE_HISTORY_ITEM)),
]);

const AGENT_INSTANCE_UPDATE_STATUS_ENUM: Shape = Choice(&["IDLE", "THINKING", "TOOL_CALLING", "TOOL_DISCOVERY"]);

const AGENT_TOOL: Shape = Object(&[("name", Text), ("description", Text), ("elementId", Text)]);

const ANCESTOR_SCOPE_INSTRUCTION: Shape = Object(&[("ancestorScopeType", Text), ("ancestorElementInstanceKey", Key)]);

const AUDIT_LOG_ACTOR_TYPE_ENUM: Shape = Choice(&["ANONYMOUS", "CLIENT", "UNKNOWN", "USER"]);

const AUDIT_LOG_ACTOR_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["ANONYMOUS", "CLIENT", "UNKNOWN", "USER"]));

const AUDIT_LOG_ENTITY_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Text);

const AUDIT_LOG_FILTER: Shape = Object(&[
    ("auditLogKey", AUDIT_LOG_KEY_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("operationType", OPERATION_TYPE_FILTER_PROPERTY),
    ("result", AUDIT_LOG_RESULT_FILTER_PROPERTY),
    ("timestamp", DATE_TIME_FILTER_PROPERTY),
    ("actorId", STRING_FILTER_PROPERTY),
    ("actorType", AUDIT_LOG_ACTOR_TYPE_FILTER_PROPERTY),
    ("agentElementId", STRING_FILTER_PROPERTY),
    ("entityKey", AUDIT_LOG_ENTITY_KEY_FILTER_PROPERTY),
    ("entityType", ENTITY_TYPE_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("category", CATEGORY_FILTER_PROPERTY),
    ("deploymentKey", DEPLOYMENT_KEY_FILTER_PROPERTY),
    ("formKey", FORM_KEY_FILTER_PROPERTY),
    ("resourceKey", RESOURCE_KEY_FILTER_PROPERTY),
    ("batchOperationType", BATCH_OPERATION_TYPE_FILTER_PROPERTY),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("jobKey", JOB_KEY_FILTER_PROPERTY),
    ("userTaskKey", BASIC_STRING_FILTER_PROPERTY),
    ("decisionRequirementsId", STRING_FILTER_PROPERTY),
    ("decisionRequirementsKey", DECISION_REQUIREMENTS_KEY_FILTER_PROPERTY),
    ("decisionDefinitionId", STRING_FILTER_PROPERTY),
    ("decisionDefinitionKey", DECISION_DEFINITION_KEY_FILTER_PROPERTY),
    ("decisionEvaluationKey", DECISION_EVALUATION_KEY_FILTER_PROPERTY),
    ("relatedEntityKey", AUDIT_LOG_ENTITY_KEY_FILTER_PROPERTY),
    ("relatedEntityType", ENTITY_TYPE_FILTER_PROPERTY),
    ("entityDescription", STRING_FILTER_PROPERTY),
    ("inboundChannelType", STRING_FILTER_PROPERTY),
    ("inboundChannelToolName", STRING_FILTER_PROPERTY),
]);

const AUDIT_LOG_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const AUDIT_LOG_RESULT_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["FAIL", "SUCCESS"]));

const AUDIT_LOG_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&AUDIT_LOG_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", AUDIT_LOG_FILTER),
]);

const AUDIT_LOG_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", AUDIT_LOG_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const AUDIT_LOG_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "actorId",
    "actorType",
    "auditLogKey",
    "batchOperationKey",
    "batchOperationType",
    "category",
    "decisionDefinitionId",
    "decisionDefinitionKey",
    "decisionEvaluationKey",
    "decisionRequirementsId",
    "decisionRequirementsKey",
    "elementInstanceKey",
    "entityKey",
    "entityType",
    "jobKey",
    "operationType",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "inboundChannelType",
    "inboundChannelToolName",
    "result",
    "tenantId",
    "timestamp",
    "userTaskKey",
]);

const AUTHORIZATION_FILTER: Shape = Object(&[
    ("ownerId", Text),
    ("ownerType", OWNER_TYPE_ENUM),
    ("resourceIds", List(&Text)),
    ("resourcePropertyNames", List(&Text)),
    ("resourceType", RESOURCE_TYPE_ENUM),
]);

const AUTHORIZATION_REQUEST: Shape = Object(&[
    ("ownerId", Text),
    ("ownerType", OWNER_TYPE_ENUM),
    ("resourceId", Text),
    ("resourceType", RESOURCE_TYPE_ENUM),
    ("permissionTypes", List(&PERMISSION_TYPE_ENUM)),
    ("resourcePropertyName", Text),
]);

const AUTHORIZATION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&AUTHORIZATION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", AUTHORIZATION_FILTER),
]);

const AUTHORIZATION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", AUTHORIZATION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const AUTHORIZATION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["ownerId", "ownerType", "resourceId", "resourcePropertyName", "resourceType"]);

const BASE_PROCESS_INSTANCE_FILTER_FIELDS: Shape = Object(&[
    ("startDate", DATE_TIME_FILTER_PROPERTY),
    ("endDate", DATE_TIME_FILTER_PROPERTY),
    ("state", PROCESS_INSTANCE_STATE_FILTER_PROPERTY),
    ("hasIncident", Boolean),
    ("suspendedDate", DATE_TIME_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("variables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentProcessInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentElementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("batchOperationId", STRING_FILTER_PROPERTY),
    ("batchOperationKey", STRING_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
    ("hasRetriesLeft", Boolean),
    ("elementInstanceState", ELEMENT_INSTANCE_STATE_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("hasElementInstanceIncident", Boolean),
    ("incidentErrorHashCode", INTEGER_FILTER_PROPERTY),
    ("tags", List(&Text)),
    ("businessId", STRING_FILTER_PROPERTY),
]);

const BASIC_STRING_FILTER_PROPERTY: Shape = Filter(Kind::Text);

const BATCH_OPERATION_FILTER: Shape = Object(&[
    ("batchOperationKey", BASIC_STRING_FILTER_PROPERTY),
    ("operationType", BATCH_OPERATION_TYPE_FILTER_PROPERTY),
    ("state", BATCH_OPERATION_STATE_FILTER_PROPERTY),
    ("actorType", AUDIT_LOG_ACTOR_TYPE_ENUM),
    ("actorId", STRING_FILTER_PROPERTY),
]);

const BATCH_OPERATION_ITEM_FILTER: Shape = Object(&[
    ("batchOperationKey", BASIC_STRING_FILTER_PROPERTY),
    ("itemKey", BASIC_STRING_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("state", BATCH_OPERATION_ITEM_STATE_FILTER_PROPERTY),
    ("operationType", BATCH_OPERATION_TYPE_FILTER_PROPERTY),
]);

const BATCH_OPERATION_ITEM_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&BATCH_OPERATION_ITEM_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", BATCH_OPERATION_ITEM_FILTER),
]);

const BATCH_OPERATION_ITEM_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", BATCH_OPERATION_ITEM_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const BATCH_OPERATION_ITEM_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["batchOperationKey", "itemKey", "processInstanceKey", "processedDate", "state"]);

const BATCH_OPERATION_ITEM_STATE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["ACTIVE", "COMPLETED", "CANCELED", "FAILED"]));

const BATCH_OPERATION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&BATCH_OPERATION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", BATCH_OPERATION_FILTER),
]);

const BATCH_OPERATION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", BATCH_OPERATION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const BATCH_OPERATION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["batchOperationKey", "operationType", "state", "startDate", "endDate", "actorType", "actorId"]);

const BATCH_OPERATION_STATE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["ACTIVE", "CANCELED", "COMPLETED", "CREATED", "FAILED", "PARTIALLY_COMPLETED", "SUSPENDED"]));

const BATCH_OPERATION_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
    "ADD_VARIABLE",
    "CANCEL_PROCESS_INSTANCE",
    "DELETE_DECISION_DEFINITION",
    "DELETE_DECISION_INSTANCE",
    "DELETE_PROCESS_DEFINITION",
    "DELETE_PROCESS_INSTANCE",
    "MIGRATE_PROCESS_INSTANCE",
    "MODIFY_PROCESS_INSTANCE",
    "RESOLVE_INCIDENT",
    "RESUME_PROCESS_INSTANCE",
    "SUSPEND_PROCESS_INSTANCE",
    "UPDATE_JOB",
    "UPDATE_VARIABLE",
]));

const CANCEL_PROCESS_INSTANCE_REQUEST: Shape = Object(&[("operationReference", Long)]);

const CATEGORY_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["ADMIN", "DEPLOYED_RESOURCES", "USER_TASKS"]));

const CHANGESET: Shape = Object(&[
    ("dueDate", Text),
    ("followUpDate", Text),
    ("candidateUsers", List(&Text)),
    ("candidateGroups", List(&Text)),
    ("priority", Integer),
]);

const CLOCK_PIN_REQUEST: Shape = Object(&[("timestamp", Long)]);

const CLUSTER_REBALANCE_REQUEST: Shape = Object(&[
    ("replicationLagThreshold", Long),
    ("replicationTimeout", Text),
    ("maxTransferAttempts", Integer),
    ("leaderWaitTimeout", Text),
]);

const CLUSTER_RESTORE_REQUEST: Shape =
    Object(&[("from", Text), ("to", Text), ("backupIds", List(&Long)), ("overrides", Open)]);

const CLUSTER_VARIABLE_KIND_ENUM: Shape = Choice(&["JSON", "SECRET_REFERENCE"]);

const CLUSTER_VARIABLE_KIND_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["JSON", "SECRET_REFERENCE"]));

const CLUSTER_VARIABLE_SCOPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["GLOBAL", "TENANT"]));

const CLUSTER_VARIABLE_SEARCH_QUERY_FILTER_REQUEST: Shape = Object(&[
    ("name", STRING_FILTER_PROPERTY),
    ("value", STRING_FILTER_PROPERTY),
    ("scope", CLUSTER_VARIABLE_SCOPE_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("isTruncated", Boolean),
    ("metadata", Open),
    ("kind", CLUSTER_VARIABLE_KIND_FILTER_PROPERTY),
]);

const CLUSTER_VARIABLE_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&CLUSTER_VARIABLE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", CLUSTER_VARIABLE_SEARCH_QUERY_FILTER_REQUEST),
]);

const CLUSTER_VARIABLE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", CLUSTER_VARIABLE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const CLUSTER_VARIABLE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["name", "value", "tenantId", "scope"]);

const CONDITIONAL_EVALUATION_INSTRUCTION: Shape =
    Object(&[("tenantId", Text), ("processDefinitionKey", Key), ("variables", Open)]);

const CORRELATED_MESSAGE_SUBSCRIPTION_FILTER: Shape = Object(&[
    ("businessId", STRING_FILTER_PROPERTY),
    ("correlationKey", STRING_FILTER_PROPERTY),
    ("correlationTime", DATE_TIME_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("messageKey", BASIC_STRING_FILTER_PROPERTY),
    ("messageName", STRING_FILTER_PROPERTY),
    ("partitionId", INTEGER_FILTER_PROPERTY),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("subscriptionKey", MESSAGE_SUBSCRIPTION_KEY_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
]);

const CORRELATED_MESSAGE_SUBSCRIPTION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&CORRELATED_MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", CORRELATED_MESSAGE_SUBSCRIPTION_FILTER),
]);

const CORRELATED_MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", CORRELATED_MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const CORRELATED_MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "businessId",
    "correlationKey",
    "correlationTime",
    "elementId",
    "elementInstanceKey",
    "messageKey",
    "messageName",
    "partitionId",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "subscriptionKey",
    "tenantId",
]);

const CREATE_CLUSTER_VARIABLE_REQUEST: Shape =
    Object(&[("name", Text), ("value", Any), ("metadata", Open), ("kind", CLUSTER_VARIABLE_KIND_ENUM)]);

const CREATE_GLOBAL_TASK_LISTENER_REQUEST: Shape = Object(&[
    ("type", Text),
    ("retries", Integer),
    ("afterNonGlobal", Boolean),
    ("priority", Integer),
    ("eventTypes", List(&GLOBAL_TASK_LISTENER_EVENT_TYPE_ENUM)),
    ("id", Text),
]);

const CURSOR_FORWARD_PAGINATION: Shape = Object(&[("after", Text), ("limit", Integer)]);

const DATE_TIME_FILTER_PROPERTY: Shape = Filter(Kind::Date);

const DECISION_DEFINITION_FILTER: Shape = Object(&[
    ("decisionDefinitionId", Text),
    ("name", Text),
    ("isLatestVersion", Boolean),
    ("version", Integer),
    ("decisionRequirementsId", Text),
    ("tenantId", Text),
    ("decisionDefinitionKey", Key),
    ("decisionRequirementsKey", Key),
    ("decisionRequirementsName", Text),
    ("decisionRequirementsVersion", Integer),
]);

const DECISION_DEFINITION_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const DECISION_DEFINITION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&DECISION_DEFINITION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", DECISION_DEFINITION_FILTER),
]);

const DECISION_DEFINITION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", DECISION_DEFINITION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const DECISION_DEFINITION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "decisionDefinitionKey",
    "decisionDefinitionId",
    "name",
    "version",
    "decisionRequirementsId",
    "decisionRequirementsKey",
    "decisionRequirementsName",
    "decisionRequirementsVersion",
    "tenantId",
]);

const DECISION_DEFINITION_TYPE_ENUM: Shape =
    Choice(&["DECISION_TABLE", "LITERAL_EXPRESSION", "UNSPECIFIED", "UNKNOWN"]);

const DECISION_EVALUATION_INSTANCE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Text);

const DECISION_EVALUATION_INSTRUCTION: Shape =
    Object(&[("decisionDefinitionId", Text), ("variables", Open), ("tenantId", Text), ("decisionDefinitionKey", Key)]);

const DECISION_EVALUATION_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const DECISION_INSTANCE_DELETION_BATCH_OPERATION_REQUEST: Shape =
    Object(&[("filter", DECISION_INSTANCE_FILTER), ("operationReference", Long)]);

const DECISION_INSTANCE_FILTER: Shape = Object(&[
    ("decisionEvaluationInstanceKey", DECISION_EVALUATION_INSTANCE_KEY_FILTER_PROPERTY),
    ("state", DECISION_INSTANCE_STATE_FILTER_PROPERTY),
    ("evaluationFailure", Text),
    ("evaluationDate", DATE_TIME_FILTER_PROPERTY),
    ("decisionDefinitionId", Text),
    ("decisionDefinitionName", Text),
    ("decisionDefinitionVersion", Integer),
    ("decisionDefinitionType", DECISION_DEFINITION_TYPE_ENUM),
    ("tenantId", Text),
    ("decisionEvaluationKey", Key),
    ("processDefinitionKey", Key),
    ("processInstanceKey", Key),
    ("businessId", STRING_FILTER_PROPERTY),
    ("decisionDefinitionKey", DECISION_DEFINITION_KEY_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("rootDecisionDefinitionKey", DECISION_DEFINITION_KEY_FILTER_PROPERTY),
    ("decisionRequirementsKey", DECISION_REQUIREMENTS_KEY_FILTER_PROPERTY),
]);

const DECISION_INSTANCE_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&DECISION_INSTANCE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", DECISION_INSTANCE_FILTER),
]);

const DECISION_INSTANCE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", DECISION_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const DECISION_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "businessId",
    "decisionDefinitionId",
    "decisionDefinitionKey",
    "decisionDefinitionName",
    "decisionDefinitionType",
    "decisionDefinitionVersion",
    "decisionEvaluationInstanceKey",
    "decisionEvaluationKey",
    "elementInstanceKey",
    "evaluationDate",
    "evaluationFailure",
    "processDefinitionKey",
    "processInstanceKey",
    "rootDecisionDefinitionKey",
    "state",
    "tenantId",
]);

const DECISION_INSTANCE_STATE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["EVALUATED", "FAILED", "UNSPECIFIED", "UNKNOWN"]));

const DECISION_REQUIREMENTS_FILTER: Shape = Object(&[
    ("decisionRequirementsName", Text),
    ("decisionRequirementsId", Text),
    ("decisionRequirementsKey", Key),
    ("version", Integer),
    ("tenantId", Text),
    ("resourceName", Text),
]);

const DECISION_REQUIREMENTS_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const DECISION_REQUIREMENTS_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&DECISION_REQUIREMENTS_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", DECISION_REQUIREMENTS_FILTER),
]);

const DECISION_REQUIREMENTS_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", DECISION_REQUIREMENTS_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const DECISION_REQUIREMENTS_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["decisionRequirementsKey", "decisionRequirementsName", "version", "decisionRequirementsId", "tenantId"]);

const DELETE_DECISION_INSTANCE_REQUEST: Shape = Object(&[("operationReference", Long)]);

const DELETE_PROCESS_INSTANCE_REQUEST: Shape = Object(&[("operationReference", Long)]);

const DELETE_RESOURCE_REQUEST: Shape = Object(&[("operationReference", Long), ("deleteHistory", Boolean)]);

const DEPLOYMENT_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const DOCUMENT_LINK_REQUEST: Shape = Object(&[("timeToLive", Long)]);

const DOCUMENT_METADATA_RESPONSE: Shape = Object(&[
    ("contentType", Text),
    ("fileName", Text),
    ("expiresAt", Text),
    ("size", Long),
    ("processDefinitionId", Text),
    ("processInstanceKey", Key),
    ("customProperties", Open),
]);

const DOCUMENT_REFERENCE: Shape = Object(&[
    ("camunda.document.type", DOCUMENT_REFERENCE_CAMUNDA_DOCUMENT_TYPE),
    ("storeId", Text),
    ("documentId", Text),
    ("contentHash", Text),
    ("metadata", DOCUMENT_METADATA_RESPONSE),
]);

const DOCUMENT_REFERENCE_CAMUNDA_DOCUMENT_TYPE: Shape = Choice(&["camunda"]);

const ELEMENT_ID_FILTER_PROPERTY: Shape = Filter(Kind::Text);

const ELEMENT_INSTANCE_FILTER: Shape = Object(&[
    ("processDefinitionId", Text),
    ("state", ELEMENT_INSTANCE_STATE_FILTER_PROPERTY),
    ("type", ELEMENT_INSTANCE_FILTER_FIELDS_TYPE),
    ("elementId", ELEMENT_ID_FILTER_PROPERTY),
    ("elementName", STRING_FILTER_PROPERTY),
    ("hasIncident", Boolean),
    ("tenantId", Text),
    ("elementInstanceKey", Key),
    ("processInstanceKey", Key),
    ("processDefinitionKey", Key),
    ("incidentKey", Key),
    ("startDate", DATE_TIME_FILTER_PROPERTY),
    ("endDate", DATE_TIME_FILTER_PROPERTY),
    ("elementInstanceScopeKey", Key),
    ("$or", List(&ELEMENT_INSTANCE_FILTER_FIELDS)),
]);

const ELEMENT_INSTANCE_FILTER_FIELDS: Shape = Object(&[
    ("processDefinitionId", Text),
    ("state", ELEMENT_INSTANCE_STATE_FILTER_PROPERTY),
    ("type", ELEMENT_INSTANCE_FILTER_FIELDS_TYPE),
    ("elementId", ELEMENT_ID_FILTER_PROPERTY),
    ("elementName", STRING_FILTER_PROPERTY),
    ("hasIncident", Boolean),
    ("tenantId", Text),
    ("elementInstanceKey", Key),
    ("processInstanceKey", Key),
    ("processDefinitionKey", Key),
    ("incidentKey", Key),
    ("startDate", DATE_TIME_FILTER_PROPERTY),
    ("endDate", DATE_TIME_FILTER_PROPERTY),
    ("elementInstanceScopeKey", Key),
]);

const ELEMENT_INSTANCE_FILTER_FIELDS_TYPE: Shape = Choice(&[
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
]);

const ELEMENT_INSTANCE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const ELEMENT_INSTANCE_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&ELEMENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", ELEMENT_INSTANCE_FILTER),
]);

const ELEMENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", ELEMENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const ELEMENT_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
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
]);

const ELEMENT_INSTANCE_STATE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["ACTIVE", "COMPLETED", "TERMINATED"]));

const ELEMENT_INSTANCE_WAIT_STATE_FILTER: Shape = Object(&[
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("rootProcessInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("elementId", ELEMENT_ID_FILTER_PROPERTY),
    ("elementType", WAIT_STATE_ELEMENT_TYPE_FILTER_PROPERTY),
    ("waitStateType", WAIT_STATE_TYPE_FILTER_PROPERTY),
]);

const ELEMENT_INSTANCE_WAIT_STATE_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&ELEMENT_INSTANCE_WAIT_STATE_QUERY_SORT_REQUEST)),
    ("filter", ELEMENT_INSTANCE_WAIT_STATE_FILTER),
]);

const ELEMENT_INSTANCE_WAIT_STATE_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", ELEMENT_INSTANCE_WAIT_STATE_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const ELEMENT_INSTANCE_WAIT_STATE_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["elementInstanceKey", "processInstanceKey", "rootProcessInstanceKey", "elementId"]);

const ENTITY_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
    "AUTHORIZATION",
    "BATCH",
    "DECISION",
    "GROUP",
    "INCIDENT",
    "JOB",
    "MAPPING_RULE",
    "PROCESS_INSTANCE",
    "RESOURCE",
    "ROLE",
    "TENANT",
    "USER",
    "USER_TASK",
    "VARIABLE",
    "CLIENT",
]));

const EXPRESSION_EVALUATION_REQUEST: Shape =
    Object(&[("expression", Text), ("tenantId", Text), ("scopeKey", Key), ("variables", Open)]);

const FORM_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const GLOBAL_LISTENER_SOURCE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["CONFIGURATION", "API"]));

const GLOBAL_TASK_LISTENER_EVENT_TYPE_ENUM: Shape =
    Choice(&["all", "creating", "assigning", "updating", "completing", "canceling"]);

const GLOBAL_TASK_LISTENER_EVENT_TYPE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["all", "creating", "assigning", "updating", "completing", "canceling"]));

const GLOBAL_TASK_LISTENER_SEARCH_QUERY_FILTER_REQUEST: Shape = Object(&[
    ("id", STRING_FILTER_PROPERTY),
    ("type", STRING_FILTER_PROPERTY),
    ("retries", INTEGER_FILTER_PROPERTY),
    ("eventTypes", List(&GLOBAL_TASK_LISTENER_EVENT_TYPE_FILTER_PROPERTY)),
    ("afterNonGlobal", Boolean),
    ("priority", INTEGER_FILTER_PROPERTY),
    ("source", GLOBAL_LISTENER_SOURCE_FILTER_PROPERTY),
]);

const GLOBAL_TASK_LISTENER_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&GLOBAL_TASK_LISTENER_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", GLOBAL_TASK_LISTENER_SEARCH_QUERY_FILTER_REQUEST),
]);

const GLOBAL_TASK_LISTENER_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", GLOBAL_TASK_LISTENER_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const GLOBAL_TASK_LISTENER_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["id", "type", "afterNonGlobal", "priority", "source"]);

const GROUP_CLIENT_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&GROUP_CLIENT_SEARCH_QUERY_SORT_REQUEST))]);

const GROUP_CLIENT_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", GROUP_CLIENT_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const GROUP_CLIENT_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["clientId"]);

const GROUP_CREATE_REQUEST: Shape = Object(&[("groupId", Text), ("name", Text), ("description", Text)]);

const GROUP_FILTER: Shape = Object(&[
    ("groupId", STRING_FILTER_PROPERTY),
    ("name", STRING_FILTER_PROPERTY),
    ("$or", List(&GROUP_FILTER_FIELDS)),
]);

const GROUP_FILTER_FIELDS: Shape = Object(&[("groupId", STRING_FILTER_PROPERTY), ("name", STRING_FILTER_PROPERTY)]);

const GROUP_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&GROUP_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", GROUP_FILTER),
]);

const GROUP_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", GROUP_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const GROUP_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["name", "groupId"]);

const GROUP_UPDATE_REQUEST: Shape = Object(&[("name", Text), ("description", Text)]);

const GROUP_USER_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&GROUP_USER_SEARCH_QUERY_SORT_REQUEST))]);

const GROUP_USER_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", GROUP_USER_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const GROUP_USER_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["username"]);

const INCIDENT_ERROR_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
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
]));

const INCIDENT_FILTER: Shape = Object(&[
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("errorType", INCIDENT_ERROR_TYPE_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("creationTime", DATE_TIME_FILTER_PROPERTY),
    ("state", INCIDENT_STATE_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("incidentKey", BASIC_STRING_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("jobKey", JOB_KEY_FILTER_PROPERTY),
]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_FILTER: Shape = Object(&[("errorHashCode", Integer)]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_QUERY: Shape = Object(&[
    ("filter", INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_FILTER),
    ("page", OFFSET_PAGINATION),
    ("sort", List(&INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_QUERY_SORT_REQUEST)),
]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_QUERY_SORT_REQUEST: Shape = Object(&[
    ("field", INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_QUERY_SORT_REQUEST_FIELD),
    ("order", SORT_ORDER_ENUM),
]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["activeInstancesWithErrorCount", "processDefinitionKey", "tenantId"]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_ERROR_QUERY: Shape = Object(&[
    ("page", OFFSET_PAGINATION),
    ("sort", List(&INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_ERROR_QUERY_SORT_REQUEST)),
]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_ERROR_QUERY_SORT_REQUEST: Shape = Object(&[
    ("field", INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_ERROR_QUERY_SORT_REQUEST_FIELD),
    ("order", SORT_ORDER_ENUM),
]);

const INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_ERROR_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["errorMessage", "activeInstancesWithErrorCount"]);

const INCIDENT_RESOLUTION_REQUEST: Shape = Object(&[("operationReference", Long)]);

const INCIDENT_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&INCIDENT_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", INCIDENT_FILTER),
]);

const INCIDENT_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", INCIDENT_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const INCIDENT_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
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
]);

const INCIDENT_STATE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["ACTIVE", "MIGRATED", "PENDING", "RESOLVED", "UNKNOWN"]));

const INTEGER_FILTER_PROPERTY: Shape = Filter(Kind::Integer);

const JOB_ACTIVATION_REQUEST: Shape = Object(&[
    ("type", Text),
    ("worker", Text),
    ("timeout", Long),
    ("maxJobsToActivate", Integer),
    ("fetchVariable", List(&Text)),
    ("requestTimeout", Long),
    ("tenantIds", List(&Text)),
    ("tenantFilter", TENANT_FILTER_ENUM),
    ("withLease", Boolean),
]);

const JOB_BATCH_UPDATE_REQUEST: Shape =
    Object(&[("filter", JOB_FILTER), ("changeset", JOB_CHANGESET), ("operationReference", Long)]);

const JOB_CHANGESET: Shape = Object(&[("retries", Integer), ("timeout", Long), ("priority", Integer)]);

const JOB_COMPLETION_REQUEST: Shape =
    Object(&[("variables", Open), ("result", JOB_RESULT), ("jobLeaseToken", Text), ("businessId", Text)]);

const JOB_ERROR_REQUEST: Shape =
    Object(&[("errorCode", Text), ("errorMessage", Text), ("variables", Open), ("jobLeaseToken", Text)]);

const JOB_ERROR_STATISTICS_FILTER: Shape = Object(&[
    ("from", Text),
    ("to", Text),
    ("jobType", Text),
    ("errorCode", STRING_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
]);

const JOB_ERROR_STATISTICS_QUERY: Shape =
    Object(&[("filter", JOB_ERROR_STATISTICS_FILTER), ("page", CURSOR_FORWARD_PAGINATION)]);

const JOB_FAIL_REQUEST: Shape = Object(&[
    ("retries", Integer),
    ("errorMessage", Text),
    ("retryBackOff", Long),
    ("variables", Open),
    ("jobLeaseToken", Text),
]);

const JOB_FILTER: Shape = Object(&[
    ("deadline", DATE_TIME_FILTER_PROPERTY),
    ("deniedReason", STRING_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("endTime", DATE_TIME_FILTER_PROPERTY),
    ("errorCode", STRING_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
    ("hasFailedWithRetriesLeft", Boolean),
    ("isDenied", Boolean),
    ("jobKey", JOB_KEY_FILTER_PROPERTY),
    ("kind", JOB_KIND_FILTER_PROPERTY),
    ("listenerEventType", JOB_LISTENER_EVENT_TYPE_FILTER_PROPERTY),
    ("priority", INTEGER_FILTER_PROPERTY),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("retries", INTEGER_FILTER_PROPERTY),
    ("state", JOB_STATE_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("type", STRING_FILTER_PROPERTY),
    ("worker", STRING_FILTER_PROPERTY),
    ("creationTime", DATE_TIME_FILTER_PROPERTY),
    ("lastUpdateTime", DATE_TIME_FILTER_PROPERTY),
]);

const JOB_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const JOB_KIND_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["BPMN_ELEMENT", "EXECUTION_LISTENER", "TASK_LISTENER", "AD_HOC_SUB_PROCESS"]));

const JOB_LISTENER_EVENT_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
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
]));

const JOB_RESULT: Shape = Object(&[
    ("type", Text),
    ("denied", Boolean),
    ("deniedReason", Text),
    ("corrections", JOB_RESULT_CORRECTIONS),
    ("activateElements", List(&JOB_RESULT_ACTIVATE_ELEMENT)),
    ("isCompletionConditionFulfilled", Boolean),
    ("isCancelRemainingInstances", Boolean),
]);

const JOB_RESULT_ACTIVATE_ELEMENT: Shape = Object(&[("elementId", Text), ("variables", Open)]);

const JOB_RESULT_CORRECTIONS: Shape = Object(&[
    ("assignee", Text),
    ("dueDate", Text),
    ("followUpDate", Text),
    ("candidateUsers", List(&Text)),
    ("candidateGroups", List(&Text)),
    ("priority", Integer),
]);

const JOB_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&JOB_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", JOB_FILTER),
]);

const JOB_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", JOB_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const JOB_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
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
]);

const JOB_STATE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
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
]));

const JOB_TIME_SERIES_STATISTICS_FILTER: Shape =
    Object(&[("from", Text), ("to", Text), ("jobType", Text), ("resolution", Text)]);

const JOB_TIME_SERIES_STATISTICS_QUERY: Shape =
    Object(&[("filter", JOB_TIME_SERIES_STATISTICS_FILTER), ("page", CURSOR_FORWARD_PAGINATION)]);

const JOB_TYPE_STATISTICS_FILTER: Shape = Object(&[("from", Text), ("to", Text), ("jobType", STRING_FILTER_PROPERTY)]);

const JOB_TYPE_STATISTICS_QUERY: Shape =
    Object(&[("filter", JOB_TYPE_STATISTICS_FILTER), ("page", CURSOR_FORWARD_PAGINATION)]);

const JOB_UPDATE_REQUEST: Shape =
    Object(&[("changeset", JOB_CHANGESET), ("operationReference", Long), ("jobLeaseToken", Text)]);

const JOB_WORKER_STATISTICS_FILTER: Shape = Object(&[("from", Text), ("to", Text), ("jobType", Text)]);

const JOB_WORKER_STATISTICS_QUERY: Shape =
    Object(&[("filter", JOB_WORKER_STATISTICS_FILTER), ("page", CURSOR_FORWARD_PAGINATION)]);

const MAPPING_RULE_CREATE_REQUEST: Shape =
    Object(&[("claimName", Text), ("claimValue", Text), ("name", Text), ("mappingRuleId", Text)]);

const MAPPING_RULE_FILTER: Shape = Object(&[
    ("claimName", Text),
    ("claimValue", Text),
    ("name", STRING_FILTER_PROPERTY),
    ("mappingRuleId", STRING_FILTER_PROPERTY),
    ("$or", List(&MAPPING_RULE_FILTER_FIELDS)),
]);

const MAPPING_RULE_FILTER_FIELDS: Shape = Object(&[
    ("claimName", Text),
    ("claimValue", Text),
    ("name", STRING_FILTER_PROPERTY),
    ("mappingRuleId", STRING_FILTER_PROPERTY),
]);

const MAPPING_RULE_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&MAPPING_RULE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", MAPPING_RULE_FILTER),
]);

const MAPPING_RULE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", MAPPING_RULE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const MAPPING_RULE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["mappingRuleId", "claimName", "claimValue", "name"]);

const MAPPING_RULE_UPDATE_REQUEST: Shape = Object(&[("claimName", Text), ("claimValue", Text), ("name", Text)]);

const MESSAGE_CORRELATION_REQUEST: Shape =
    Object(&[("name", Text), ("correlationKey", Text), ("variables", Open), ("tenantId", Text), ("businessId", Text)]);

const MESSAGE_PUBLICATION_REQUEST: Shape = Object(&[
    ("name", Text),
    ("correlationKey", Text),
    ("timeToLive", Long),
    ("messageId", Text),
    ("variables", Open),
    ("tenantId", Text),
    ("businessId", Text),
]);

const MESSAGE_SUBSCRIPTION_FILTER: Shape = Object(&[
    ("businessId", STRING_FILTER_PROPERTY),
    ("messageSubscriptionKey", MESSAGE_SUBSCRIPTION_KEY_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("elementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("messageSubscriptionState", MESSAGE_SUBSCRIPTION_STATE_FILTER_PROPERTY),
    ("lastUpdatedDate", DATE_TIME_FILTER_PROPERTY),
    ("messageName", STRING_FILTER_PROPERTY),
    ("correlationKey", STRING_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("messageSubscriptionType", MESSAGE_SUBSCRIPTION_TYPE_FILTER_PROPERTY),
    ("processDefinitionName", STRING_FILTER_PROPERTY),
    ("processDefinitionVersion", INTEGER_FILTER_PROPERTY),
    ("toolName", STRING_FILTER_PROPERTY),
    ("inboundConnectorType", STRING_FILTER_PROPERTY),
]);

const MESSAGE_SUBSCRIPTION_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const MESSAGE_SUBSCRIPTION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", MESSAGE_SUBSCRIPTION_FILTER),
]);

const MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const MESSAGE_SUBSCRIPTION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "businessId",
    "messageSubscriptionKey",
    "processDefinitionId",
    "processDefinitionName",
    "processDefinitionVersion",
    "processInstanceKey",
    "elementId",
    "elementInstanceKey",
    "messageSubscriptionState",
    "messageSubscriptionType",
    "lastUpdatedDate",
    "messageName",
    "correlationKey",
    "tenantId",
    "toolName",
    "inboundConnectorType",
]);

const MESSAGE_SUBSCRIPTION_STATE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["CORRELATED", "CREATED", "DELETED", "MIGRATED"]));

const MESSAGE_SUBSCRIPTION_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&["START_EVENT", "PROCESS_EVENT"]));

const MIGRATE_PROCESS_INSTANCE_MAPPING_INSTRUCTION: Shape =
    Object(&[("sourceElementId", Text), ("targetElementId", Text)]);

const MODIFY_PROCESS_INSTANCE_VARIABLE_INSTRUCTION: Shape = Object(&[("variables", Open), ("scopeId", Text)]);

const OFFSET_PAGINATION: Shape = Object(&[("from", Integer), ("limit", Integer)]);

const OPERATION_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
    "ASSIGN", "CANCEL", "COMPLETE", "CREATE", "DELETE", "EVALUATE", "MIGRATE", "MODIFY", "RESOLVE", "RESUME",
    "SUSPEND", "UNASSIGN", "UNKNOWN", "UPDATE",
]));

const OWNER_TYPE_ENUM: Shape = Choice(&["USER", "CLIENT", "ROLE", "GROUP", "MAPPING_RULE", "UNSPECIFIED"]);

const PERMISSION_TYPE_ENUM: Shape = Choice(&[
    "ACCESS",
    "CANCEL_PROCESS_INSTANCE",
    "CLAIM",
    "CLAIM_USER_TASK",
    "COMPLETE",
    "COMPLETE_USER_TASK",
    "CREATE",
    "CREATE_BATCH_OPERATION_CANCEL_PROCESS_INSTANCE",
    "CREATE_BATCH_OPERATION_DELETE_DECISION_DEFINITION",
    "CREATE_BATCH_OPERATION_DELETE_DECISION_INSTANCE",
    "CREATE_BATCH_OPERATION_DELETE_PROCESS_DEFINITION",
    "CREATE_BATCH_OPERATION_DELETE_PROCESS_INSTANCE",
    "CREATE_BATCH_OPERATION_MIGRATE_PROCESS_INSTANCE",
    "CREATE_BATCH_OPERATION_MODIFY_PROCESS_INSTANCE",
    "CREATE_BATCH_OPERATION_RESOLVE_INCIDENT",
    "CREATE_BATCH_OPERATION_SUSPEND_PROCESS_INSTANCE",
    "CREATE_BATCH_OPERATION_UPDATE_JOB",
    "CREATE_DECISION_INSTANCE",
    "CREATE_PROCESS_INSTANCE",
    "CREATE_TASK_LISTENER",
    "DELETE",
    "DELETE_DECISION_INSTANCE",
    "DELETE_DRD",
    "DELETE_FORM",
    "DELETE_PROCESS",
    "DELETE_PROCESS_INSTANCE",
    "DELETE_RESOURCE",
    "DELETE_TASK_LISTENER",
    "EVALUATE",
    "MODIFY_PROCESS_INSTANCE",
    "PAUSE",
    "READ",
    "READ_DECISION_DEFINITION",
    "READ_DECISION_INSTANCE",
    "READ_JOB_METRIC",
    "READ_PROCESS_DEFINITION",
    "READ_PROCESS_INSTANCE",
    "READ_USAGE_METRIC",
    "READ_USER_TASK",
    "READ_TASK_LISTENER",
    "RESTORE",
    "REVEAL",
    "SUSPEND_PROCESS_INSTANCE",
    "UPDATE",
    "UPDATE_PROCESS_INSTANCE",
    "UPDATE_USER_TASK",
    "UPDATE_TASK_LISTENER",
]);

const PROCESS_DEFINITION_ELEMENT_STATISTICS_QUERY: Shape = Object(&[("filter", PROCESS_DEFINITION_STATISTICS_FILTER)]);

const PROCESS_DEFINITION_FILTER: Shape = Object(&[
    ("name", STRING_FILTER_PROPERTY),
    ("isLatestVersion", Boolean),
    ("resourceName", Text),
    ("version", Integer),
    ("versionTag", Text),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("tenantId", Text),
    ("processDefinitionKey", Key),
    ("hasStartForm", Boolean),
    ("state", PROCESS_DEFINITION_FILTER_STATE),
]);

const PROCESS_DEFINITION_FILTER_STATE: Shape = Choice(&["ACTIVE", "DRAINING", "DELETED"]);

const PROCESS_DEFINITION_ID_FILTER_PROPERTY: Shape = Filter(Kind::Text);

const PROCESS_DEFINITION_INSTANCE_STATISTICS_QUERY: Shape =
    Object(&[("page", OFFSET_PAGINATION), ("sort", List(&PROCESS_DEFINITION_INSTANCE_STATISTICS_QUERY_SORT_REQUEST))]);

const PROCESS_DEFINITION_INSTANCE_STATISTICS_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", PROCESS_DEFINITION_INSTANCE_STATISTICS_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const PROCESS_DEFINITION_INSTANCE_STATISTICS_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["processDefinitionId", "activeInstancesWithIncidentCount", "activeInstancesWithoutIncidentCount"]);

const PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_FILTER: Shape =
    Object(&[("processDefinitionId", Text), ("tenantId", Text)]);

const PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_QUERY: Shape = Object(&[
    ("page", OFFSET_PAGINATION),
    ("sort", List(&PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_QUERY_SORT_REQUEST)),
    ("filter", PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_FILTER),
]);

const PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_QUERY_SORT_REQUEST: Shape = Object(&[
    ("field", PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_QUERY_SORT_REQUEST_FIELD),
    ("order", SORT_ORDER_ENUM),
]);

const PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "processDefinitionId",
    "processDefinitionKey",
    "processDefinitionName",
    "processDefinitionVersion",
    "activeInstancesWithIncidentCount",
    "activeInstancesWithoutIncidentCount",
]);

const PROCESS_DEFINITION_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const PROCESS_DEFINITION_MESSAGE_SUBSCRIPTION_STATISTICS_QUERY: Shape =
    Object(&[("page", CURSOR_FORWARD_PAGINATION), ("filter", MESSAGE_SUBSCRIPTION_FILTER)]);

const PROCESS_DEFINITION_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&PROCESS_DEFINITION_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", PROCESS_DEFINITION_FILTER),
]);

const PROCESS_DEFINITION_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", PROCESS_DEFINITION_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const PROCESS_DEFINITION_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
    "processDefinitionKey",
    "name",
    "resourceName",
    "version",
    "versionTag",
    "processDefinitionId",
    "tenantId",
]);

const PROCESS_DEFINITION_STATISTICS_FILTER: Shape = Object(&[
    ("startDate", DATE_TIME_FILTER_PROPERTY),
    ("endDate", DATE_TIME_FILTER_PROPERTY),
    ("state", PROCESS_INSTANCE_STATE_FILTER_PROPERTY),
    ("hasIncident", Boolean),
    ("suspendedDate", DATE_TIME_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("variables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentProcessInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentElementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("batchOperationId", STRING_FILTER_PROPERTY),
    ("batchOperationKey", STRING_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
    ("hasRetriesLeft", Boolean),
    ("elementInstanceState", ELEMENT_INSTANCE_STATE_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("hasElementInstanceIncident", Boolean),
    ("incidentErrorHashCode", INTEGER_FILTER_PROPERTY),
    ("tags", List(&Text)),
    ("businessId", STRING_FILTER_PROPERTY),
    ("$or", List(&BASE_PROCESS_INSTANCE_FILTER_FIELDS)),
]);

const PROCESS_DEFINITION_VARIABLE_NAME_FILTER: Shape = Object(&[("name", STRING_FILTER_PROPERTY)]);

const PROCESS_DEFINITION_VARIABLE_NAME_SEARCH_QUERY: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("filter", PROCESS_DEFINITION_VARIABLE_NAME_FILTER)]);

const PROCESS_INSTANCE_BUSINESS_ID_ASSIGNMENT_INSTRUCTION: Shape = Object(&[("businessId", Text)]);

const PROCESS_INSTANCE_CANCELLATION_BATCH_OPERATION_REQUEST: Shape =
    Object(&[("filter", PROCESS_INSTANCE_FILTER), ("operationReference", Long)]);

const PROCESS_INSTANCE_CREATION_INSTRUCTION: Shape = Object(&[
    ("processDefinitionKey", Key),
    ("processDefinitionVersion", Integer),
    ("variables", Open),
    ("startInstructions", List(&PROCESS_INSTANCE_CREATION_START_INSTRUCTION)),
    ("runtimeInstructions", List(&PROCESS_INSTANCE_CREATION_RUNTIME_INSTRUCTION)),
    ("tenantId", Text),
    ("operationReference", Long),
    ("awaitCompletion", Boolean),
    ("requestTimeout", Long),
    ("fetchVariables", List(&Text)),
    ("tags", List(&Text)),
    ("businessId", Text),
    ("processDefinitionId", Text),
]);

const PROCESS_INSTANCE_CREATION_RUNTIME_INSTRUCTION: Shape = Object(&[("type", Text), ("afterElementId", Text)]);

const PROCESS_INSTANCE_CREATION_START_INSTRUCTION: Shape = Object(&[("elementId", Text)]);

const PROCESS_INSTANCE_DELETION_BATCH_OPERATION_REQUEST: Shape =
    Object(&[("filter", PROCESS_INSTANCE_FILTER), ("operationReference", Long)]);

const PROCESS_INSTANCE_FILTER: Shape = Object(&[
    ("startDate", DATE_TIME_FILTER_PROPERTY),
    ("endDate", DATE_TIME_FILTER_PROPERTY),
    ("state", PROCESS_INSTANCE_STATE_FILTER_PROPERTY),
    ("hasIncident", Boolean),
    ("suspendedDate", DATE_TIME_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("variables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentProcessInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentElementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("batchOperationId", STRING_FILTER_PROPERTY),
    ("batchOperationKey", STRING_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
    ("hasRetriesLeft", Boolean),
    ("elementInstanceState", ELEMENT_INSTANCE_STATE_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("hasElementInstanceIncident", Boolean),
    ("incidentErrorHashCode", INTEGER_FILTER_PROPERTY),
    ("tags", List(&Text)),
    ("businessId", STRING_FILTER_PROPERTY),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("processDefinitionName", STRING_FILTER_PROPERTY),
    ("processDefinitionVersion", INTEGER_FILTER_PROPERTY),
    ("processDefinitionVersionTag", STRING_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("$or", List(&PROCESS_INSTANCE_FILTER_FIELDS)),
]);

const PROCESS_INSTANCE_FILTER_FIELDS: Shape = Object(&[
    ("startDate", DATE_TIME_FILTER_PROPERTY),
    ("endDate", DATE_TIME_FILTER_PROPERTY),
    ("state", PROCESS_INSTANCE_STATE_FILTER_PROPERTY),
    ("hasIncident", Boolean),
    ("suspendedDate", DATE_TIME_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("variables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentProcessInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("parentElementInstanceKey", ELEMENT_INSTANCE_KEY_FILTER_PROPERTY),
    ("batchOperationId", STRING_FILTER_PROPERTY),
    ("batchOperationKey", STRING_FILTER_PROPERTY),
    ("errorMessage", STRING_FILTER_PROPERTY),
    ("hasRetriesLeft", Boolean),
    ("elementInstanceState", ELEMENT_INSTANCE_STATE_FILTER_PROPERTY),
    ("elementId", STRING_FILTER_PROPERTY),
    ("hasElementInstanceIncident", Boolean),
    ("incidentErrorHashCode", INTEGER_FILTER_PROPERTY),
    ("tags", List(&Text)),
    ("businessId", STRING_FILTER_PROPERTY),
    ("processDefinitionId", STRING_FILTER_PROPERTY),
    ("processDefinitionName", STRING_FILTER_PROPERTY),
    ("processDefinitionVersion", INTEGER_FILTER_PROPERTY),
    ("processDefinitionVersionTag", STRING_FILTER_PROPERTY),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
]);

const PROCESS_INSTANCE_INCIDENT_RESOLUTION_BATCH_OPERATION_REQUEST: Shape =
    Object(&[("filter", PROCESS_INSTANCE_FILTER), ("operationReference", Long)]);

const PROCESS_INSTANCE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const PROCESS_INSTANCE_MIGRATION_BATCH_OPERATION_PLAN: Shape = Object(&[
    ("targetProcessDefinitionKey", Key),
    ("mappingInstructions", List(&MIGRATE_PROCESS_INSTANCE_MAPPING_INSTRUCTION)),
]);

const PROCESS_INSTANCE_MIGRATION_BATCH_OPERATION_REQUEST: Shape = Object(&[
    ("filter", PROCESS_INSTANCE_FILTER),
    ("migrationPlan", PROCESS_INSTANCE_MIGRATION_BATCH_OPERATION_PLAN),
    ("operationReference", Long),
]);

const PROCESS_INSTANCE_MIGRATION_INSTRUCTION: Shape = Object(&[
    ("targetProcessDefinitionKey", Key),
    ("mappingInstructions", List(&MIGRATE_PROCESS_INSTANCE_MAPPING_INSTRUCTION)),
    ("operationReference", Long),
]);

const PROCESS_INSTANCE_MODIFICATION_ACTIVATE_INSTRUCTION: Shape = Object(&[
    ("elementId", Text),
    ("variableInstructions", List(&MODIFY_PROCESS_INSTANCE_VARIABLE_INSTRUCTION)),
    ("ancestorElementInstanceKey", Key),
]);

const PROCESS_INSTANCE_MODIFICATION_BATCH_OPERATION_REQUEST: Shape = Object(&[
    ("filter", PROCESS_INSTANCE_FILTER),
    ("moveInstructions", List(&PROCESS_INSTANCE_MODIFICATION_MOVE_BATCH_OPERATION_INSTRUCTION)),
    ("operationReference", Long),
]);

const PROCESS_INSTANCE_MODIFICATION_INSTRUCTION: Shape = Object(&[
    ("operationReference", Long),
    ("activateInstructions", List(&PROCESS_INSTANCE_MODIFICATION_ACTIVATE_INSTRUCTION)),
    ("moveInstructions", List(&PROCESS_INSTANCE_MODIFICATION_MOVE_INSTRUCTION)),
    ("terminateInstructions", List(&PROCESS_INSTANCE_MODIFICATION_TERMINATE_INSTRUCTION)),
]);

const PROCESS_INSTANCE_MODIFICATION_MOVE_BATCH_OPERATION_INSTRUCTION: Shape =
    Object(&[("sourceElementId", Text), ("targetElementId", Text)]);

const PROCESS_INSTANCE_MODIFICATION_MOVE_INSTRUCTION: Shape = Object(&[
    ("sourceElementInstruction", SOURCE_ELEMENT_INSTRUCTION),
    ("targetElementId", Text),
    ("ancestorScopeInstruction", ANCESTOR_SCOPE_INSTRUCTION),
    ("variableInstructions", List(&MODIFY_PROCESS_INSTANCE_VARIABLE_INSTRUCTION)),
]);

const PROCESS_INSTANCE_MODIFICATION_TERMINATE_INSTRUCTION: Shape =
    Object(&[("elementId", Text), ("elementInstanceKey", Key)]);

const PROCESS_INSTANCE_RESUMPTION_BATCH_OPERATION_REQUEST: Shape =
    Object(&[("filter", PROCESS_INSTANCE_FILTER), ("operationReference", Long)]);

const PROCESS_INSTANCE_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&PROCESS_INSTANCE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", PROCESS_INSTANCE_FILTER),
]);

const PROCESS_INSTANCE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", PROCESS_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const PROCESS_INSTANCE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&[
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
]);

const PROCESS_INSTANCE_STATE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["ACTIVE", "COMPLETED", "SUSPENDED", "TERMINATED"]));

const PROCESS_INSTANCE_SUSPENSION_BATCH_OPERATION_REQUEST: Shape =
    Object(&[("filter", PROCESS_INSTANCE_FILTER), ("operationReference", Long)]);

const RESOURCE_FILTER: Shape = Object(&[
    ("resourceKey", RESOURCE_KEY_FILTER_PROPERTY),
    ("resourceName", STRING_FILTER_PROPERTY),
    ("resourceId", STRING_FILTER_PROPERTY),
    ("version", INTEGER_FILTER_PROPERTY),
    ("versionTag", STRING_FILTER_PROPERTY),
    ("deploymentKey", DEPLOYMENT_KEY_FILTER_PROPERTY),
    ("tenantId", Text),
]);

const RESOURCE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const RESOURCE_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&RESOURCE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", RESOURCE_FILTER),
]);

const RESOURCE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", RESOURCE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const RESOURCE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["resourceKey", "resourceName", "resourceId", "version", "versionTag", "deploymentKey", "tenantId"]);

const RESOURCE_TYPE_ENUM: Shape = Choice(&[
    "AUDIT_LOG",
    "AUTHORIZATION",
    "BACKUP",
    "BATCH",
    "CLUSTER_VARIABLE",
    "COMPONENT",
    "DECISION_DEFINITION",
    "DECISION_REQUIREMENTS_DEFINITION",
    "DOCUMENT",
    "EXPORTER",
    "EXPRESSION",
    "GLOBAL_LISTENER",
    "GROUP",
    "MAPPING_RULE",
    "MESSAGE",
    "PROCESS_DEFINITION",
    "RESOURCE",
    "ROLE",
    "SECRET",
    "SYSTEM",
    "TENANT",
    "USER",
    "USER_TASK",
]);

const RESTORE_REQUEST: Shape = Object(&[("from", Text), ("to", Text), ("backupIds", List(&Long))]);

const RESUME_PROCESS_INSTANCE_REQUEST: Shape = Object(&[("operationReference", Long)]);

const ROLE_CLIENT_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&ROLE_CLIENT_SEARCH_QUERY_SORT_REQUEST))]);

const ROLE_CLIENT_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", ROLE_CLIENT_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const ROLE_CLIENT_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["clientId"]);

const ROLE_CREATE_REQUEST: Shape = Object(&[("roleId", Text), ("name", Text), ("description", Text)]);

const ROLE_FILTER: Shape =
    Object(&[("roleId", STRING_FILTER_PROPERTY), ("name", STRING_FILTER_PROPERTY), ("$or", List(&ROLE_FILTER_FIELDS))]);

const ROLE_FILTER_FIELDS: Shape = Object(&[("roleId", STRING_FILTER_PROPERTY), ("name", STRING_FILTER_PROPERTY)]);

const ROLE_GROUP_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&ROLE_GROUP_SEARCH_QUERY_SORT_REQUEST))]);

const ROLE_GROUP_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", ROLE_GROUP_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const ROLE_GROUP_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["groupId"]);

const ROLE_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&ROLE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", ROLE_FILTER),
]);

const ROLE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", ROLE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const ROLE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["name", "roleId"]);

const ROLE_UPDATE_REQUEST: Shape = Object(&[("name", Text), ("description", Text)]);

const ROLE_USER_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&ROLE_USER_SEARCH_QUERY_SORT_REQUEST))]);

const ROLE_USER_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", ROLE_USER_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const ROLE_USER_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["username"]);

const SCOPE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const SEARCH_QUERY_PAGE_REQUEST: Shape =
    Object(&[("limit", Integer), ("from", Integer), ("after", Text), ("before", Text)]);

const SECRET_LIST_REQUEST: Shape = Object(&[]);

const SECRET_RESOLVE_REQUEST: Shape = Object(&[("references", List(&Text))]);

const SET_VARIABLE_REQUEST: Shape = Object(&[("variables", Open), ("local", Boolean), ("operationReference", Long)]);

const SIGNAL_BROADCAST_REQUEST: Shape = Object(&[("signalName", Text), ("variables", Open), ("tenantId", Text)]);

const SORT_ORDER_ENUM: Shape = Choice(&["ASC", "DESC"]);

const SOURCE_ELEMENT_INSTRUCTION: Shape =
    Object(&[("sourceType", Text), ("sourceElementId", Text), ("sourceElementInstanceKey", Key)]);

const STRING_FILTER_PROPERTY: Shape = Filter(Kind::Text);

const SUSPEND_PROCESS_INSTANCE_REQUEST: Shape = Object(&[("operationReference", Long)]);

const TAKE_HISTORY_BACKUP_REQUEST: Shape = Object(&[("backupId", Long)]);

const TAKE_RUNTIME_BACKUP_REQUEST: Shape = Object(&[("backupId", Long)]);

const TENANT_CLIENT_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&TENANT_CLIENT_SEARCH_QUERY_SORT_REQUEST))]);

const TENANT_CLIENT_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", TENANT_CLIENT_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const TENANT_CLIENT_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["clientId"]);

const TENANT_CREATE_REQUEST: Shape = Object(&[("tenantId", Text), ("name", Text), ("description", Text)]);

const TENANT_FILTER: Shape = Object(&[("tenantId", Text), ("name", Text)]);

const TENANT_FILTER_ENUM: Shape = Choice(&["PROVIDED", "ASSIGNED"]);

const TENANT_GROUP_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&TENANT_GROUP_SEARCH_QUERY_SORT_REQUEST))]);

const TENANT_GROUP_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", TENANT_GROUP_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const TENANT_GROUP_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["groupId"]);

const TENANT_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&TENANT_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", TENANT_FILTER),
]);

const TENANT_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", TENANT_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const TENANT_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["key", "name", "tenantId"]);

const TENANT_UPDATE_REQUEST: Shape = Object(&[("name", Text), ("description", Text)]);

const TENANT_USER_SEARCH_QUERY_REQUEST: Shape =
    Object(&[("page", SEARCH_QUERY_PAGE_REQUEST), ("sort", List(&TENANT_USER_SEARCH_QUERY_SORT_REQUEST))]);

const TENANT_USER_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", TENANT_USER_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const TENANT_USER_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["username"]);

const UPDATE_CLUSTER_VARIABLE_REQUEST: Shape = Object(&[("value", Any), ("metadata", Open)]);

const UPDATE_GLOBAL_TASK_LISTENER_REQUEST: Shape = Object(&[
    ("type", Text),
    ("retries", Integer),
    ("afterNonGlobal", Boolean),
    ("priority", Integer),
    ("eventTypes", List(&GLOBAL_TASK_LISTENER_EVENT_TYPE_ENUM)),
]);

const USER_FILTER: Shape = Object(&[
    ("username", STRING_FILTER_PROPERTY),
    ("name", STRING_FILTER_PROPERTY),
    ("email", STRING_FILTER_PROPERTY),
    ("$or", List(&USER_FILTER_FIELDS)),
]);

const USER_FILTER_FIELDS: Shape = Object(&[
    ("username", STRING_FILTER_PROPERTY),
    ("name", STRING_FILTER_PROPERTY),
    ("email", STRING_FILTER_PROPERTY),
]);

const USER_REQUEST: Shape = Object(&[("password", Text), ("username", Text), ("name", Text), ("email", Text)]);

const USER_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&USER_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", USER_FILTER),
]);

const USER_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", USER_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const USER_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape = Choice(&["username", "name", "email"]);

const USER_TASK_ASSIGNMENT_REQUEST: Shape = Object(&[("assignee", Text), ("allowOverride", Boolean), ("action", Text)]);

const USER_TASK_AUDIT_LOG_FILTER: Shape = Object(&[
    ("operationType", OPERATION_TYPE_FILTER_PROPERTY),
    ("result", AUDIT_LOG_RESULT_FILTER_PROPERTY),
    ("timestamp", DATE_TIME_FILTER_PROPERTY),
    ("actorType", AUDIT_LOG_ACTOR_TYPE_FILTER_PROPERTY),
    ("actorId", STRING_FILTER_PROPERTY),
]);

const USER_TASK_AUDIT_LOG_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&AUDIT_LOG_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", USER_TASK_AUDIT_LOG_FILTER),
]);

const USER_TASK_COMPLETION_REQUEST: Shape = Object(&[("variables", Open), ("action", Text)]);

const USER_TASK_EFFECTIVE_VARIABLE_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", OFFSET_PAGINATION),
    ("sort", List(&USER_TASK_VARIABLE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", USER_TASK_VARIABLE_FILTER),
]);

const USER_TASK_FILTER: Shape = Object(&[
    ("state", USER_TASK_STATE_FILTER_PROPERTY),
    ("assignee", STRING_FILTER_PROPERTY),
    ("businessId", STRING_FILTER_PROPERTY),
    ("priority", INTEGER_FILTER_PROPERTY),
    ("elementId", Text),
    ("name", STRING_FILTER_PROPERTY),
    ("candidateGroup", STRING_FILTER_PROPERTY),
    ("candidateUser", STRING_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("processDefinitionId", PROCESS_DEFINITION_ID_FILTER_PROPERTY),
    ("creationDate", DATE_TIME_FILTER_PROPERTY),
    ("completionDate", DATE_TIME_FILTER_PROPERTY),
    ("followUpDate", DATE_TIME_FILTER_PROPERTY),
    ("dueDate", DATE_TIME_FILTER_PROPERTY),
    ("processInstanceVariables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("localVariables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("userTaskKey", Key),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("elementInstanceKey", Key),
    ("tags", List(&Text)),
    ("$or", List(&USER_TASK_FILTER_FIELDS)),
]);

const USER_TASK_FILTER_FIELDS: Shape = Object(&[
    ("state", USER_TASK_STATE_FILTER_PROPERTY),
    ("assignee", STRING_FILTER_PROPERTY),
    ("businessId", STRING_FILTER_PROPERTY),
    ("priority", INTEGER_FILTER_PROPERTY),
    ("elementId", Text),
    ("name", STRING_FILTER_PROPERTY),
    ("candidateGroup", STRING_FILTER_PROPERTY),
    ("candidateUser", STRING_FILTER_PROPERTY),
    ("tenantId", STRING_FILTER_PROPERTY),
    ("processDefinitionId", PROCESS_DEFINITION_ID_FILTER_PROPERTY),
    ("creationDate", DATE_TIME_FILTER_PROPERTY),
    ("completionDate", DATE_TIME_FILTER_PROPERTY),
    ("followUpDate", DATE_TIME_FILTER_PROPERTY),
    ("dueDate", DATE_TIME_FILTER_PROPERTY),
    ("processInstanceVariables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("localVariables", List(&VARIABLE_VALUE_FILTER_PROPERTY)),
    ("userTaskKey", Key),
    ("processDefinitionKey", PROCESS_DEFINITION_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
    ("elementInstanceKey", Key),
    ("tags", List(&Text)),
]);

const USER_TASK_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&USER_TASK_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", USER_TASK_FILTER),
]);

const USER_TASK_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", USER_TASK_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const USER_TASK_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["creationDate", "completionDate", "followUpDate", "dueDate", "priority", "name", "businessId"]);

const USER_TASK_STATE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
    "CREATING",
    "CREATED",
    "ASSIGNING",
    "UPDATING",
    "COMPLETING",
    "COMPLETED",
    "CANCELING",
    "CANCELED",
    "FAILED",
]));

const USER_TASK_UPDATE_REQUEST: Shape = Object(&[("changeset", CHANGESET), ("action", Text)]);

const USER_TASK_VARIABLE_FILTER: Shape = Object(&[("name", STRING_FILTER_PROPERTY)]);

const USER_TASK_VARIABLE_SEARCH_QUERY_REQUEST: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&USER_TASK_VARIABLE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", USER_TASK_VARIABLE_FILTER),
]);

const USER_TASK_VARIABLE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", USER_TASK_VARIABLE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const USER_TASK_VARIABLE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["value", "name", "tenantId", "variableKey", "scopeKey", "processInstanceKey"]);

const USER_UPDATE_REQUEST: Shape = Object(&[("password", Text), ("name", Text), ("email", Text)]);

const VARIABLE_FILTER: Shape = Object(&[
    ("name", STRING_FILTER_PROPERTY),
    ("value", STRING_FILTER_PROPERTY),
    ("tenantId", Text),
    ("isTruncated", Boolean),
    ("variableKey", VARIABLE_KEY_FILTER_PROPERTY),
    ("scopeKey", SCOPE_KEY_FILTER_PROPERTY),
    ("processInstanceKey", PROCESS_INSTANCE_KEY_FILTER_PROPERTY),
]);

const VARIABLE_KEY_FILTER_PROPERTY: Shape = Filter(Kind::Key);

const VARIABLE_SEARCH_QUERY: Shape = Object(&[
    ("page", SEARCH_QUERY_PAGE_REQUEST),
    ("sort", List(&VARIABLE_SEARCH_QUERY_SORT_REQUEST)),
    ("filter", VARIABLE_FILTER),
]);

const VARIABLE_SEARCH_QUERY_SORT_REQUEST: Shape =
    Object(&[("field", VARIABLE_SEARCH_QUERY_SORT_REQUEST_FIELD), ("order", SORT_ORDER_ENUM)]);

const VARIABLE_SEARCH_QUERY_SORT_REQUEST_FIELD: Shape =
    Choice(&["value", "name", "tenantId", "variableKey", "scopeKey", "processInstanceKey"]);

const VARIABLE_VALUE_FILTER_PROPERTY: Shape = Object(&[("name", Text), ("value", STRING_FILTER_PROPERTY)]);

const WAIT_STATE_ELEMENT_TYPE_FILTER_PROPERTY: Shape = Filter(Kind::Choice(&[
    "AD_HOC_SUB_PROCESS",
    "AD_HOC_SUB_PROCESS_INNER_INSTANCE",
    "BOUNDARY_EVENT",
    "BUSINESS_RULE_TASK",
    "CALL_ACTIVITY",
    "END_EVENT",
    "EVENT_BASED_GATEWAY",
    "EVENT_SUB_PROCESS",
    "EXCLUSIVE_GATEWAY",
    "INCLUSIVE_GATEWAY",
    "INTERMEDIATE_CATCH_EVENT",
    "INTERMEDIATE_THROW_EVENT",
    "MANUAL_TASK",
    "MULTI_INSTANCE_BODY",
    "PARALLEL_GATEWAY",
    "PROCESS",
    "RECEIVE_TASK",
    "SCRIPT_TASK",
    "SEND_TASK",
    "SEQUENCE_FLOW",
    "SERVICE_TASK",
    "START_EVENT",
    "SUB_PROCESS",
    "TASK",
    "UNKNOWN",
    "UNSPECIFIED",
    "USER_TASK",
]));

const WAIT_STATE_TYPE_FILTER_PROPERTY: Shape =
    Filter(Kind::Choice(&["JOB", "MESSAGE", "USER_TASK", "TIMER", "SIGNAL", "CONDITION"]));

/// Operation, whether a body is required, its form; sorted by operation.
pub(crate) static BODIES: [(&str, bool, Shape); 126] = [
    ("activateAdHocSubProcessActivities", true, AD_HOC_SUB_PROCESS_ACTIVATE_ACTIVITIES_INSTRUCTION),
    ("activateJobs", true, JOB_ACTIVATION_REQUEST),
    ("assignProcessInstanceBusinessId", true, PROCESS_INSTANCE_BUSINESS_ID_ASSIGNMENT_INSTRUCTION),
    ("assignUserTask", true, USER_TASK_ASSIGNMENT_REQUEST),
    ("broadcastSignal", true, SIGNAL_BROADCAST_REQUEST),
    ("cancelProcessInstance", false, CANCEL_PROCESS_INSTANCE_REQUEST),
    ("cancelProcessInstancesBatchOperation", true, PROCESS_INSTANCE_CANCELLATION_BATCH_OPERATION_REQUEST),
    ("completeJob", false, JOB_COMPLETION_REQUEST),
    ("completeUserTask", false, USER_TASK_COMPLETION_REQUEST),
    ("correlateMessage", true, MESSAGE_CORRELATION_REQUEST),
    ("createAdminUser", true, USER_REQUEST),
    ("createAgentInstance", true, AGENT_INSTANCE_CREATION_REQUEST),
    ("createAuthorization", true, AUTHORIZATION_REQUEST),
    ("createDocumentLink", false, DOCUMENT_LINK_REQUEST),
    ("createElementInstanceVariables", true, SET_VARIABLE_REQUEST),
    ("createGlobalClusterVariable", true, CREATE_CLUSTER_VARIABLE_REQUEST),
    ("createGlobalTaskListener", true, CREATE_GLOBAL_TASK_LISTENER_REQUEST),
    ("createGroup", false, GROUP_CREATE_REQUEST),
    ("createMappingRule", false, MAPPING_RULE_CREATE_REQUEST),
    ("createProcessInstance", true, PROCESS_INSTANCE_CREATION_INSTRUCTION),
    ("createRole", false, ROLE_CREATE_REQUEST),
    ("createTenant", true, TENANT_CREATE_REQUEST),
    ("createTenantClusterVariable", true, CREATE_CLUSTER_VARIABLE_REQUEST),
    ("createUser", true, USER_REQUEST),
    ("deleteDecisionInstance", false, DELETE_DECISION_INSTANCE_REQUEST),
    ("deleteDecisionInstancesBatchOperation", true, DECISION_INSTANCE_DELETION_BATCH_OPERATION_REQUEST),
    ("deleteProcessInstance", false, DELETE_PROCESS_INSTANCE_REQUEST),
    ("deleteProcessInstancesBatchOperation", true, PROCESS_INSTANCE_DELETION_BATCH_OPERATION_REQUEST),
    ("deleteResource", false, DELETE_RESOURCE_REQUEST),
    ("evaluateConditionals", true, CONDITIONAL_EVALUATION_INSTRUCTION),
    ("evaluateDecision", true, DECISION_EVALUATION_INSTRUCTION),
    ("evaluateExpression", true, EXPRESSION_EVALUATION_REQUEST),
    ("failJob", false, JOB_FAIL_REQUEST),
    ("getJobErrorStatistics", true, JOB_ERROR_STATISTICS_QUERY),
    ("getJobTimeSeriesStatistics", true, JOB_TIME_SERIES_STATISTICS_QUERY),
    ("getJobTypeStatistics", true, JOB_TYPE_STATISTICS_QUERY),
    ("getJobWorkerStatistics", true, JOB_WORKER_STATISTICS_QUERY),
    ("getProcessDefinitionInstanceStatistics", false, PROCESS_DEFINITION_INSTANCE_STATISTICS_QUERY),
    ("getProcessDefinitionInstanceVersionStatistics", true, PROCESS_DEFINITION_INSTANCE_VERSION_STATISTICS_QUERY),
    (
        "getProcessDefinitionMessageSubscriptionStatistics",
        false,
        PROCESS_DEFINITION_MESSAGE_SUBSCRIPTION_STATISTICS_QUERY,
    ),
    ("getProcessDefinitionStatistics", false, PROCESS_DEFINITION_ELEMENT_STATISTICS_QUERY),
    ("getProcessInstanceStatisticsByDefinition", true, INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_DEFINITION_QUERY),
    ("getProcessInstanceStatisticsByError", false, INCIDENT_PROCESS_INSTANCE_STATISTICS_BY_ERROR_QUERY),
    ("listSecrets", false, SECRET_LIST_REQUEST),
    ("migrateProcessInstance", true, PROCESS_INSTANCE_MIGRATION_INSTRUCTION),
    ("migrateProcessInstancesBatchOperation", true, PROCESS_INSTANCE_MIGRATION_BATCH_OPERATION_REQUEST),
    ("modifyProcessInstance", true, PROCESS_INSTANCE_MODIFICATION_INSTRUCTION),
    ("modifyProcessInstancesBatchOperation", true, PROCESS_INSTANCE_MODIFICATION_BATCH_OPERATION_REQUEST),
    ("pinClock", true, CLOCK_PIN_REQUEST),
    ("publishMessage", true, MESSAGE_PUBLICATION_REQUEST),
    ("resolveIncident", false, INCIDENT_RESOLUTION_REQUEST),
    ("resolveIncidentsBatchOperation", false, PROCESS_INSTANCE_INCIDENT_RESOLUTION_BATCH_OPERATION_REQUEST),
    ("resolveSecrets", true, SECRET_RESOLVE_REQUEST),
    ("restore", true, RESTORE_REQUEST),
    ("restoreAsClusterAdmin", true, CLUSTER_RESTORE_REQUEST),
    ("resumeProcessInstance", false, RESUME_PROCESS_INSTANCE_REQUEST),
    ("resumeProcessInstancesBatchOperation", true, PROCESS_INSTANCE_RESUMPTION_BATCH_OPERATION_REQUEST),
    ("searchAgentDefinitions", false, AGENT_DEFINITION_SEARCH_QUERY),
    ("searchAgentInstanceHistory", false, AGENT_INSTANCE_HISTORY_SEARCH_QUERY),
    ("searchAgentInstances", false, AGENT_INSTANCE_SEARCH_QUERY),
    ("searchAuditLogs", false, AUDIT_LOG_SEARCH_QUERY_REQUEST),
    ("searchAuthorizations", false, AUTHORIZATION_SEARCH_QUERY),
    ("searchBatchOperationItems", false, BATCH_OPERATION_ITEM_SEARCH_QUERY),
    ("searchBatchOperations", false, BATCH_OPERATION_SEARCH_QUERY),
    ("searchClientsForGroup", false, GROUP_CLIENT_SEARCH_QUERY_REQUEST),
    ("searchClientsForRole", false, ROLE_CLIENT_SEARCH_QUERY_REQUEST),
    ("searchClientsForTenant", false, TENANT_CLIENT_SEARCH_QUERY_REQUEST),
    ("searchClusterVariables", false, CLUSTER_VARIABLE_SEARCH_QUERY_REQUEST),
    ("searchCorrelatedMessageSubscriptions", false, CORRELATED_MESSAGE_SUBSCRIPTION_SEARCH_QUERY),
    ("searchDecisionDefinitions", false, DECISION_DEFINITION_SEARCH_QUERY),
    ("searchDecisionInstances", false, DECISION_INSTANCE_SEARCH_QUERY),
    ("searchDecisionRequirements", false, DECISION_REQUIREMENTS_SEARCH_QUERY),
    ("searchElementInstanceIncidents", true, INCIDENT_SEARCH_QUERY),
    ("searchElementInstanceWaitStates", false, ELEMENT_INSTANCE_WAIT_STATE_QUERY),
    ("searchElementInstances", false, ELEMENT_INSTANCE_SEARCH_QUERY),
    ("searchGlobalTaskListeners", false, GLOBAL_TASK_LISTENER_SEARCH_QUERY_REQUEST),
    ("searchGroupIdsForTenant", false, TENANT_GROUP_SEARCH_QUERY_REQUEST),
    ("searchGroups", false, GROUP_SEARCH_QUERY_REQUEST),
    ("searchGroupsForRole", false, ROLE_GROUP_SEARCH_QUERY_REQUEST),
    ("searchIncidents", false, INCIDENT_SEARCH_QUERY),
    ("searchJobs", false, JOB_SEARCH_QUERY),
    ("searchMappingRule", false, MAPPING_RULE_SEARCH_QUERY_REQUEST),
    ("searchMappingRulesForGroup", false, MAPPING_RULE_SEARCH_QUERY_REQUEST),
    ("searchMappingRulesForRole", false, MAPPING_RULE_SEARCH_QUERY_REQUEST),
    ("searchMappingRulesForTenant", false, MAPPING_RULE_SEARCH_QUERY_REQUEST),
    ("searchMessageSubscriptions", false, MESSAGE_SUBSCRIPTION_SEARCH_QUERY),
    ("searchOwnAuthorizations", false, AUTHORIZATION_SEARCH_QUERY),
    ("searchProcessDefinitionVariableNames", false, PROCESS_DEFINITION_VARIABLE_NAME_SEARCH_QUERY),
    ("searchProcessDefinitions", false, PROCESS_DEFINITION_SEARCH_QUERY),
    ("searchProcessInstanceIncidents", false, INCIDENT_SEARCH_QUERY),
    ("searchProcessInstances", false, PROCESS_INSTANCE_SEARCH_QUERY),
    ("searchResources", false, RESOURCE_SEARCH_QUERY),
    ("searchRoles", false, ROLE_SEARCH_QUERY_REQUEST),
    ("searchRolesForGroup", false, ROLE_SEARCH_QUERY_REQUEST),
    ("searchRolesForTenant", false, ROLE_SEARCH_QUERY_REQUEST),
    ("searchTenants", false, TENANT_SEARCH_QUERY_REQUEST),
    ("searchUserTaskAuditLogs", false, USER_TASK_AUDIT_LOG_SEARCH_QUERY_REQUEST),
    ("searchUserTaskEffectiveVariables", false, USER_TASK_EFFECTIVE_VARIABLE_SEARCH_QUERY_REQUEST),
    ("searchUserTaskVariables", false, USER_TASK_VARIABLE_SEARCH_QUERY_REQUEST),
    ("searchUserTasks", false, USER_TASK_SEARCH_QUERY),
    ("searchUsers", false, USER_SEARCH_QUERY_REQUEST),
    ("searchUsersForGroup", false, GROUP_USER_SEARCH_QUERY_REQUEST),
    ("searchUsersForRole", false, ROLE_USER_SEARCH_QUERY_REQUEST),
    ("searchUsersForTenant", false, TENANT_USER_SEARCH_QUERY_REQUEST),
    ("searchVariables", false, VARIABLE_SEARCH_QUERY),
    ("suspendProcessInstance", false, SUSPEND_PROCESS_INSTANCE_REQUEST),
    ("suspendProcessInstancesBatchOperation", true, PROCESS_INSTANCE_SUSPENSION_BATCH_OPERATION_REQUEST),
    ("takeHistoryBackup", true, TAKE_HISTORY_BACKUP_REQUEST),
    ("takeHistoryBackupAsClusterAdmin", true, TAKE_HISTORY_BACKUP_REQUEST),
    ("takeRuntimeBackup", false, TAKE_RUNTIME_BACKUP_REQUEST),
    ("takeRuntimeBackupAsClusterAdmin", false, TAKE_RUNTIME_BACKUP_REQUEST),
    ("throwJobError", true, JOB_ERROR_REQUEST),
    ("triggerClusterRebalance", false, CLUSTER_REBALANCE_REQUEST),
    ("updateAgentInstance", true, AGENT_INSTANCE_UPDATE_REQUEST),
    ("updateAuthorization", true, AUTHORIZATION_REQUEST),
    ("updateGlobalClusterVariable", true, UPDATE_CLUSTER_VARIABLE_REQUEST),
    ("updateGlobalTaskListener", true, UPDATE_GLOBAL_TASK_LISTENER_REQUEST),
    ("updateGroup", true, GROUP_UPDATE_REQUEST),
    ("updateJob", true, JOB_UPDATE_REQUEST),
    ("updateJobsBatchOperation", true, JOB_BATCH_UPDATE_REQUEST),
    ("updateMappingRule", false, MAPPING_RULE_UPDATE_REQUEST),
    ("updateRole", true, ROLE_UPDATE_REQUEST),
    ("updateTenant", true, TENANT_UPDATE_REQUEST),
    ("updateTenantClusterVariable", true, UPDATE_CLUSTER_VARIABLE_REQUEST),
    ("updateUser", true, USER_UPDATE_REQUEST),
    ("updateUserTask", false, USER_TASK_UPDATE_REQUEST),
];
