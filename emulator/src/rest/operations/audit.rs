//! The audit log: an entry for each command about instances, resources, user tasks and identities, and reading them.
//! Workers' commands on jobs are no audit matter, nor are reads.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{AuditEntry, CallerKind, Definition, Engine};
use crate::rest::filter::Filter;
use crate::rest::problem::Problem;
use crate::rest::row::date;
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

const RESOURCES: &str = "DEPLOYED_RESOURCES";
const TASKS: &str = "USER_TASKS";
const ADMIN: &str = "ADMIN";

/// Kind of entity, what is done to it, category; none for what is not written down.
fn noted(operation: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match operation {
        "createDeployment" => ("RESOURCE", "CREATE", RESOURCES),
        "deleteResource" => ("RESOURCE", "DELETE", RESOURCES),
        "createProcessInstance" => ("PROCESS_INSTANCE", "CREATE", RESOURCES),
        "cancelProcessInstance" => ("PROCESS_INSTANCE", "CANCEL", RESOURCES),
        "migrateProcessInstance" => ("PROCESS_INSTANCE", "MIGRATE", RESOURCES),
        "modifyProcessInstance" => ("PROCESS_INSTANCE", "MODIFY", RESOURCES),
        "suspendProcessInstance" => ("PROCESS_INSTANCE", "SUSPEND", RESOURCES),
        "resumeProcessInstance" => ("PROCESS_INSTANCE", "RESUME", RESOURCES),
        "deleteProcessInstance" => ("PROCESS_INSTANCE", "DELETE", RESOURCES),
        "resolveIncident" => ("INCIDENT", "RESOLVE", RESOURCES),
        "createElementInstanceVariables" => ("VARIABLE", "UPDATE", RESOURCES),
        "updateJob" => ("JOB", "UPDATE", RESOURCES),
        "evaluateDecision" => ("DECISION", "EVALUATE", RESOURCES),
        "assignUserTask" => ("USER_TASK", "ASSIGN", TASKS),
        "unassignUserTask" => ("USER_TASK", "UNASSIGN", TASKS),
        "updateUserTask" => ("USER_TASK", "UPDATE", TASKS),
        "completeUserTask" => ("USER_TASK", "COMPLETE", TASKS),
        "resolveProcessInstanceIncidents" => ("BATCH", "CREATE", RESOURCES),
        _ if operation.ends_with("BatchOperation") => match operation {
            "cancelBatchOperation" => ("BATCH", "CANCEL", RESOURCES),
            "suspendBatchOperation" => ("BATCH", "SUSPEND", RESOURCES),
            "resumeBatchOperation" => ("BATCH", "RESUME", RESOURCES),
            "getBatchOperation" => return None,
            _ => ("BATCH", "CREATE", RESOURCES),
        },
        _ => return identity(operation),
    })
}

/// The same for users, groups, roles, tenants, mapping rules and authorizations.
fn identity(operation: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let verbs = [
        ("create", "CREATE"),
        ("update", "UPDATE"),
        ("delete", "DELETE"),
        ("unassign", "UNASSIGN"),
        ("assign", "ASSIGN"),
    ];
    let (rest, verb) = verbs.iter().find_map(|(verb, word)| Some((operation.strip_prefix(verb)?, *word)))?;
    // A member is given to the entity after `To` or taken from it, but roles come first: `assignRoleToUser`.
    let owner = match rest.split_once("To").or_else(|| rest.split_once("From")) {
        Some(("Role", _)) => "Role",
        Some((_, owner)) => owner,
        None => rest,
    };
    let kinds = [
        ("User", "USER"),
        ("Group", "GROUP"),
        ("Role", "ROLE"),
        ("Tenant", "TENANT"),
        ("MappingRule", "MAPPING_RULE"),
        ("Authorization", "AUTHORIZATION"),
    ];
    kinds.iter().find(|(name, _)| *name == owner).map(|(_, kind)| (*kind, verb, ADMIN))
}

/// What an entry is about, before the command changes it.
pub(super) struct Note {
    entity_type: &'static str,
    operation: &'static str,
    category: &'static str,
    entity: String,
    definition: Option<Arc<Definition>>,
    instance: Option<i64>,
    more: Vec<(&'static str, String)>,
}

/// Looks at what a command is about; none if it is not written down.
pub(super) fn begin(engine: &Engine, request: &Request<'_>) -> Option<Note> {
    let (entity_type, operation, category) = noted(request.route.operation)?;
    let entity = request.route.parameter(0).unwrap_or_default().to_owned();
    let mut note =
        Note { entity_type, operation, category, entity, definition: None, instance: None, more: Vec::new() };
    let key: i64 = note.entity.parse().unwrap_or_default();
    let mut of_instance = None;
    match request.route.parameter_name() {
        Some("processInstanceKey") => of_instance = Some(key),
        Some("incidentKey") => of_instance = engine.incidents.get(&key).map(|incident| incident.instance),
        Some("elementInstanceKey") => {
            of_instance = engine.elements.get(&key).map(|element| element.instance).or(Some(key));
            note.more.push(("elementInstanceKey", key.to_string()));
        }
        Some("jobKey") => {
            of_instance = engine.jobs.all.get(&key).map(|job| job.instance);
            note.more.push(("jobKey", key.to_string()));
        }
        Some("userTaskKey") => {
            let task = engine.user_tasks.get(&key);
            of_instance = task.map(|task| task.instance);
            note.more.push(("userTaskKey", key.to_string()));
            note.more.extend(task.map(|task| ("elementInstanceKey", task.element.to_string())));
        }
        Some("resourceKey") => {
            note.definition = engine.definitions.get(key).cloned();
            note.more.push(("resourceKey", key.to_string()));
        }
        _ => {}
    }
    if let Some(member) = request.route.parameter(1) {
        note.more.push(("relatedEntityKey", member.to_owned()));
    }
    note.of_instance(engine, of_instance);
    Some(note)
}

impl Note {
    fn of_instance(&mut self, engine: &Engine, key: Option<i64>) {
        if let Some(instance) = key.and_then(|key| engine.instances.get(&key)) {
            self.instance = Some(instance.key);
            self.definition = Some(instance.definition.clone());
        }
    }

    /// Writes it down, with what the answer tells of what was made. What was malformed or not there leaves no entry.
    pub(super) fn finish(mut self, engine: &mut Engine, request: &Request<'_>, reply: &Result<Reply, Problem>) {
        let success = match reply {
            Ok(_) => true,
            Err(problem) if matches!(problem.status, StatusCode::FORBIDDEN | StatusCode::CONFLICT) => false,
            Err(_) => return,
        };
        let answer = match reply {
            Ok(Reply::Json(answer) | Reply::Status(_, answer)) => Some(answer),
            _ => None,
        };
        if let Some(answer) = answer.filter(|_| self.operation == "CREATE" || self.operation == "EVALUATE") {
            let made = [
                "processInstanceKey",
                "batchOperationKey",
                "decisionEvaluationKey",
                "deploymentKey",
                "authorizationKey",
                "username",
                "groupId",
                "roleId",
                "tenantId",
                "mappingRuleId",
            ];
            let found = made.iter().find_map(|name| Some((*name, answer.get(name)?.as_str()?.to_owned())));
            if let Some((name, key)) = found {
                self.of_instance(engine, key.parse().ok().filter(|_| name == "processInstanceKey"));
                if name.ends_with("Key") && name != "authorizationKey" && name != "processInstanceKey" {
                    self.more.push((name, key.clone()));
                }
                self.entity = key;
            }
        }
        if self.entity_type == "PROCESS_INSTANCE" && self.entity.is_empty() {
            // A start that waits is answered later, but its instance is there.
            let latest = engine.instances.keys().next_back().copied();
            self.of_instance(engine, latest);
            self.entity = latest.map(|key| key.to_string()).unwrap_or_default();
        }
        engine.audit.add(AuditEntry {
            number: 0,
            at: request.now,
            actor: request.caller.into(),
            entity_type: self.entity_type,
            operation: self.operation,
            category: self.category,
            entity: self.entity,
            success,
            definition: self.definition,
            instance: self.instance,
            more: self.more,
        });
    }
}

const MEMBERS: [&str; 33] = [
    "actorId",
    "actorType",
    "agentElementId",
    "auditLogKey",
    "batchOperationKey",
    "batchOperationType",
    "category",
    "decisionDefinitionId",
    "decisionDefinitionKey",
    "decisionEvaluationKey",
    "decisionRequirementsId",
    "decisionRequirementsKey",
    "deploymentKey",
    "elementInstanceKey",
    "entityDescription",
    "entityKey",
    "entityType",
    "formKey",
    "inboundChannelToolName",
    "inboundChannelType",
    "jobKey",
    "operationType",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "relatedEntityKey",
    "relatedEntityType",
    "resourceKey",
    "result",
    "rootProcessInstanceKey",
    "tenantId",
    "timestamp",
    "userTaskKey",
];

fn shown(engine: &Engine, entry: &AuditEntry) -> Value {
    let mut row: Value = MEMBERS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
    let actor_type = match engine.settings.callers {
        CallerKind::Anonymous => "ANONYMOUS",
        CallerKind::User => "USER",
        CallerKind::Client => "CLIENT",
    };
    let definition = entry.definition.as_ref();
    let members = [
        ("auditLogKey", json!(key_of(entry))),
        ("entityKey", json!(entry.entity)),
        ("entityType", json!(entry.entity_type)),
        ("operationType", json!(entry.operation)),
        ("category", json!(entry.category)),
        ("timestamp", json!(date(entry.at))),
        ("actorId", json!(*entry.actor)),
        ("actorType", json!(actor_type)),
        ("result", json!(if entry.success { "SUCCESS" } else { "FAIL" })),
        ("tenantId", json!(definition.map(|d| &*d.tenant))),
        ("processDefinitionId", json!(definition.map(|d| &*d.process.id))),
        ("processDefinitionKey", json!(definition.map(|d| d.key.to_string()))),
        ("processInstanceKey", json!(entry.instance.map(|key| key.to_string()))),
        ("rootProcessInstanceKey", json!(entry.instance.map(|key| engine.root_of(key).to_string()))),
    ];
    for (name, value) in members {
        row[name] = value;
    }
    for (name, value) in &entry.more {
        row[*name] = value.as_str().into();
    }
    row
}

fn key_of(entry: &AuditEntry) -> String {
    format!("1-{}", entry.number)
}

pub(super) fn read(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.route.parameter(0).unwrap_or_default();
    let entry = engine.audit.entries.iter().find(|entry| key_of(entry) == key);
    entry.map(|entry| Reply::Json(shown(engine, entry))).ok_or_else(|| {
        let detail = format!("Audit log with id '{key}' not found");
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", detail)
    })
}

/// All entries, or those of a user task.
pub(super) fn search_all(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let task = match request.route.parameter(0) {
        Some(_) => {
            let key = request.route.key()?;
            engine.user_tasks.get(&key).ok_or_else(|| Problem::not_found("User Task", key))?;
            Some(key.to_string())
        }
        None => None,
    };
    let body = request.body()?.0;
    let filter = Filter::compile(body.get("filter")).within(&request.reach);
    let wanted = engine.audit.entries.iter().filter(|entry| {
        task.as_ref().is_none_or(|task| entry.more.iter().any(|(name, key)| *name == "userTaskKey" && key == task))
    });
    let rows: Vec<(i64, Value)> = wanted.map(|entry| (entry.number, shown(engine, entry))).collect();
    search(&body, &filter, rows.iter().map(|(number, row)| JsonRow(*number, row))).map(Reply::Json)
}
