//! What a request is about: the entity that its path or body names, with its tenant and the ids that permissions are given for.
//! It finds; it does not judge.

use std::sync::Arc;

use crate::engine::{Definition, Engine, FileKind};
use crate::rest::operations::Request;

/// The entity that a request is about.
#[derive(Debug)]
pub(super) struct Subject {
    /// As texts name it.
    pub(super) entity: &'static str,
    pub(super) key: i64,
    /// None for what belongs to no tenant.
    pub(super) tenant: Option<Arc<str>>,
    /// The kind of resource, and the id.
    id: (&'static str, String),
    /// What is needed to delete it as a resource.
    pub(super) deletion: &'static str,
}

impl Subject {
    /// The id that a permission on this kind of resource may name.
    pub(super) fn id_for(&self, resource: &str) -> Option<&str> {
        (self.id.0 == resource || (resource == "RESOURCE" && !self.deletion.is_empty())).then_some(self.id.1.as_str())
    }
}

fn of_process(entity: &'static str, key: i64, definition: &Definition) -> Subject {
    Subject {
        entity,
        key,
        tenant: Some(definition.tenant.clone()),
        id: ("PROCESS_DEFINITION", definition.process.id.to_string()),
        deletion: if entity == "Process Definition" { "DELETE_PROCESS" } else { "" },
    }
}

/// None where the path names nothing that is there, or nothing that permissions or tenants are about.
pub(super) fn subject(engine: &Engine, request: &Request<'_>) -> Option<Subject> {
    let Some(name) = request.route.parameter_name() else { return named_in_body(engine, request) };
    let text = request.route.parameter(0).unwrap_or_default();
    let identity = |entity, resource| {
        Some(Subject { entity, key: 0, tenant: None, id: (resource, text.to_owned()), deletion: "" })
    };
    match name {
        "username" => return identity("User", "USER"),
        "groupId" => return identity("Group", "GROUP"),
        "roleId" => return identity("Role", "ROLE"),
        "tenantId" => return identity("Tenant", "TENANT"),
        "mappingRuleId" => return identity("Mapping Rule", "MAPPING_RULE"),
        _ => {}
    }
    let key: i64 = text.parse().ok()?;
    let process = |entity, definition: &Definition| Some(of_process(entity, key, definition));
    match name {
        "processInstanceKey" => process("Process Instance", &engine.instances.get(&key)?.definition),
        "elementInstanceKey" | "adHocSubProcessInstanceKey" => match engine.elements.get(&key) {
            Some(element) => process("Element Instance", &element.definition),
            None => process("Element Instance", &engine.instances.get(&key)?.definition),
        },
        "jobKey" => process("Job", &engine.jobs.all.get(&key)?.definition),
        "incidentKey" => {
            let instance = engine.incidents.get(&key)?.instance;
            process("Incident", &engine.instances.get(&instance)?.definition)
        }
        "userTaskKey" => process("User Task", &engine.user_tasks.get(&key)?.definition),
        "variableKey" => {
            let instance = engine.variables.by_key.get(&key)?.instance;
            process("Variable", &engine.instances.get(&instance)?.definition)
        }
        "processDefinitionKey" => process("Process Definition", engine.definitions.get(key)?),
        "decisionDefinitionKey" => decision(engine, key),
        "decisionRequirementsKey" => requirements(engine, key),
        "resourceKey" | "formKey" => resource(engine, key),
        _ => None,
    }
}

fn decision(engine: &Engine, key: i64) -> Option<Subject> {
    let (requirements, place) = engine.decisions.get(key)?;
    Some(Subject {
        entity: "Decision Definition",
        key,
        tenant: Some(requirements.tenant.clone()),
        id: ("DECISION_DEFINITION", requirements.graph.decisions[place].id.clone()),
        deletion: "",
    })
}

fn requirements(engine: &Engine, key: i64) -> Option<Subject> {
    let requirements = engine.decisions.requirements.get(&key)?;
    Some(Subject {
        entity: "Decision Requirements",
        key,
        tenant: Some(requirements.tenant.clone()),
        id: ("DECISION_REQUIREMENTS_DEFINITION", requirements.graph.id.clone()),
        deletion: "DELETE_DRD",
    })
}

/// Whatever can be deleted by its key.
fn resource(engine: &Engine, key: i64) -> Option<Subject> {
    if let Some(definition) = engine.definitions.get(key) {
        return Some(of_process("Process Definition", key, definition));
    }
    if let Some(file) = engine.files.get(key) {
        let (entity, deletion) = match file.kind {
            FileKind::Form => ("Form", "DELETE_FORM"),
            FileKind::Other => ("Resource", "DELETE_RESOURCE"),
        };
        let id = ("RESOURCE", file.id.to_string());
        return Some(Subject { entity, key, tenant: Some(file.tenant.clone()), id, deletion });
    }
    requirements(engine, key)
}

/// The process or decision that a body names, by key or by id.
fn named_in_body(engine: &Engine, request: &Request<'_>) -> Option<Subject> {
    let (key_member, id_member, resource) = match request.route.operation {
        "createProcessInstance" | "evaluateConditionals" => {
            ("processDefinitionKey", "processDefinitionId", "PROCESS_DEFINITION")
        }
        "evaluateDecision" => ("decisionDefinitionKey", "decisionDefinitionId", "DECISION_DEFINITION"),
        _ => return None,
    };
    let body: serde_json::Value = serde_json::from_slice(request.bytes).ok()?;
    if let Some(key) = body.get(key_member).and_then(|key| key.as_str()?.parse().ok()) {
        return match resource {
            "PROCESS_DEFINITION" => Some(of_process("Process Definition", key, engine.definitions.get(key)?)),
            _ => decision(engine, key),
        };
    }
    // By id the tenant is judged with the rest of the body.
    let id = body.get(id_member)?.as_str()?.to_owned();
    Some(Subject { entity: "", key: 0, tenant: None, id: (resource, id), deletion: "" })
}
