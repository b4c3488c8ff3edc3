//! The entities of the engine as rows: which members they have and where the values come from.
//! It only reads; one view for each kind of entity.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::row::{Field, Row, or_null};
use crate::engine::{Definition, Element, Engine, Incident, Instance, Job, Variable};

/// The only tenant.
pub(crate) const TENANT: &str = "<default>";

pub(crate) struct DefinitionRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Arc<Definition>);

impl Row for DefinitionRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(_, definition) = self;
        match name {
            "name" => or_null(definition.process.name.as_deref(), Field::from),
            "resourceName" => (&*definition.resource_name).into(),
            "version" => Field::Number(definition.version.into()),
            "versionTag" => or_null(definition.process.version_tag.as_deref(), Field::from),
            "processDefinitionId" => (&*definition.process.id).into(),
            "tenantId" => TENANT.into(),
            "processDefinitionKey" => Field::Key(definition.key),
            "hasStartForm" => Field::Boolean(false),
            "state" => Field::Word("ACTIVE"),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "name",
            "resourceName",
            "version",
            "versionTag",
            "processDefinitionId",
            "tenantId",
            "processDefinitionKey",
            "hasStartForm",
            "state",
        ]
    }

    fn special(&self, name: &str, wanted: &Value) -> Option<bool> {
        let Self(engine, definition) = self;
        let latest = engine
            .definitions
            .latest(&definition.process.id)
            .is_some_and(|l| l.key == definition.key);
        (name == "isLatestVersion").then(|| wanted.as_bool() == Some(latest))
    }
}

pub(crate) struct InstanceRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Instance);

impl InstanceRow<'_> {
    /// Whether some element of the instance satisfies the test.
    fn any_element(&self, test: impl Fn(&Element) -> bool) -> bool {
        self.1
            .elements
            .iter()
            .filter_map(|key| self.0.elements.get(key))
            .any(test)
    }
}

impl Row for InstanceRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(_, instance) = self;
        let process = &instance.definition.process;
        match name {
            "processDefinitionId" => (&*process.id).into(),
            "processDefinitionName" => (&**process.name.as_ref().unwrap_or(&process.id)).into(),
            "processDefinitionVersion" => Field::Number(instance.definition.version.into()),
            "processDefinitionVersionTag" => or_null(process.version_tag.as_deref(), Field::from),
            "processDefinitionKey" => Field::Key(instance.definition.key),
            "startDate" => Field::Date(instance.started),
            "endDate" => or_null(instance.ended, Field::Date),
            "state" => Field::Word(instance.state()),
            "hasIncident" => Field::Boolean(instance.open_incidents > 0),
            "tenantId" => TENANT.into(),
            "processInstanceKey" => Field::Key(instance.key),
            "rootProcessInstanceKey" => Field::Key(instance.key),
            "tags" => Field::Json(instance.tags.clone().into()),
            "businessId" => or_null(instance.business_id.as_deref(), Field::from),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "processDefinitionId",
            "processDefinitionName",
            "processDefinitionVersion",
            "processDefinitionVersionTag",
            "startDate",
            "endDate",
            "state",
            "suspendedDate",
            "hasIncident",
            "tenantId",
            "processInstanceKey",
            "processDefinitionKey",
            "parentProcessInstanceKey",
            "parentElementInstanceKey",
            "rootProcessInstanceKey",
            "tags",
            "businessId",
        ]
    }

    fn special(&self, name: &str, wanted: &Value) -> Option<bool> {
        let Self(engine, instance) = self;
        let incidents = || {
            instance
                .incidents
                .iter()
                .filter_map(|key| engine.incidents.get(key))
                .filter(|i| i.active)
        };
        let filter = |value: &Value| super::filter::Filter::compile(Some(value));
        let sub = |member: &str| filter(&serde_json::json!({ member: wanted }));
        Some(match name {
            "variables" => wanted.as_array().into_iter().flatten().all(|wanted| {
                let wanted = filter(wanted);
                let variables = instance
                    .variables
                    .iter()
                    .filter_map(|key| engine.variables.by_key.get(key));
                variables
                    .into_iter()
                    .any(|v| wanted.holds(&VariableRow(v, Cut::Never)))
            }),
            "tags" => wanted
                .as_array()
                .into_iter()
                .flatten()
                .all(|tag| instance.tags.iter().any(|t| tag == t.as_str())),
            "errorMessage" => {
                let wanted = sub("errorMessage");
                incidents().any(|incident| wanted.holds(&IncidentRow(engine, incident)))
            }
            "elementId" => {
                let wanted = sub("elementId");
                self.any_element(|e| wanted.holds(&ElementRow(e)))
            }
            "elementInstanceState" => {
                let wanted = sub("state");
                self.any_element(|e| wanted.holds(&ElementRow(e)))
            }
            "hasElementInstanceIncident" => {
                wanted.as_bool() == Some(self.any_element(|e| e.incident.is_some()))
            }
            "hasRetriesLeft" => {
                let mut jobs = instance
                    .jobs
                    .iter()
                    .filter_map(|key| engine.jobs.all.get(key));
                wanted.as_bool() == Some(jobs.any(|job| job.event == "FAILED" && job.retries > 0))
            }
            _ => return None,
        })
    }
}

pub(crate) struct ElementRow<'a>(pub(crate) &'a Element);

impl Row for ElementRow<'_> {
    fn key(&self) -> i64 {
        self.0.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(element) = self;
        let model = element.model();
        match name {
            "processDefinitionId" => (&*element.definition.process.id).into(),
            "processDefinitionKey" => Field::Key(element.definition.key),
            "startDate" => Field::Date(element.started),
            "endDate" => or_null(element.ended, Field::Date),
            "elementId" => (&*model.id).into(),
            "elementName" => (&**model.name.as_ref().unwrap_or(&model.id)).into(),
            "type" => Field::Word(model.element_type),
            "state" => Field::Word(element.state()),
            "hasIncident" => Field::Boolean(element.incident.is_some()),
            "tenantId" => TENANT.into(),
            "elementInstanceKey" => Field::Key(element.key),
            "processInstanceKey" | "rootProcessInstanceKey" => Field::Key(element.instance),
            "incidentKey" => or_null(element.incident, Field::Key),
            "elementInstanceScopeKey" => Field::Key(element.scope),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "processDefinitionId",
            "startDate",
            "endDate",
            "elementId",
            "elementName",
            "type",
            "state",
            "hasIncident",
            "tenantId",
            "elementInstanceKey",
            "processInstanceKey",
            "rootProcessInstanceKey",
            "processDefinitionKey",
            "incidentKey",
        ]
    }
}

pub(crate) struct JobRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Job);

impl Row for JobRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(engine, job) = self;
        match name {
            "customHeaders" => Field::Json(
                job.headers
                    .iter()
                    .map(|(k, v)| (k.clone(), Value::from(v.as_str())))
                    .collect(),
            ),
            "deadline" => or_null(job.deadline, Field::Date),
            "elementId" => (&*job.definition.process.nodes[job.node].id).into(),
            "elementInstanceKey" => Field::Key(job.element),
            "endTime" => or_null(job.ended, Field::Date),
            "errorCode" => or_null(job.error_code.as_deref(), Field::from),
            "errorMessage" => or_null(job.error_message.as_deref(), Field::from),
            "hasFailedWithRetriesLeft" => Field::Boolean(job.event == "FAILED" && job.retries > 0),
            "isDenied" => Field::Boolean(false),
            "jobKey" => Field::Key(job.key),
            "kind" => Field::Word("BPMN_ELEMENT"),
            "listenerEventType" => Field::Word("UNSPECIFIED"),
            "processDefinitionId" => (&*job.definition.process.id).into(),
            "processDefinitionKey" => Field::Key(job.definition.key),
            "processInstanceKey" | "rootProcessInstanceKey" => Field::Key(job.instance),
            "businessId" => {
                let id = engine
                    .instances
                    .get(&job.instance)
                    .and_then(|i| i.business_id.as_deref());
                or_null(id, Field::from)
            }
            "retries" => Field::Number(job.retries.into()),
            "state" => Field::Word(job.event),
            "tenantId" => TENANT.into(),
            "type" => (&*job.job_type).into(),
            "worker" => job.worker.as_str().into(),
            "creationTime" => Field::Date(job.created),
            "lastUpdateTime" => Field::Date(job.updated),
            "priority" => Field::Number(job.priority.into()),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "customHeaders",
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
            "processDefinitionId",
            "processDefinitionKey",
            "processInstanceKey",
            "rootProcessInstanceKey",
            "businessId",
            "retries",
            "state",
            "tenantId",
            "type",
            "worker",
            "creationTime",
            "lastUpdateTime",
            "priority",
        ]
    }
}

pub(crate) struct IncidentRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Incident);

impl IncidentRow<'_> {
    fn element(&self) -> Option<&Element> {
        self.0.elements.get(&self.1.element)
    }
}

impl Row for IncidentRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(_, incident) = self;
        match name {
            "errorType" => Field::Word(incident.kind),
            "errorMessage" => incident.message.as_str().into(),
            "elementId" => or_null(self.element(), |e| (&*e.model().id).into()),
            "processDefinitionId" => {
                or_null(self.element(), |e| (&*e.definition.process.id).into())
            }
            "processDefinitionKey" => or_null(self.element(), |e| Field::Key(e.definition.key)),
            "creationTime" => Field::Date(incident.created),
            "state" => Field::Word(if incident.active {
                "ACTIVE"
            } else {
                "RESOLVED"
            }),
            "tenantId" => TENANT.into(),
            "incidentKey" => Field::Key(incident.key),
            "processInstanceKey" | "rootProcessInstanceKey" => Field::Key(incident.instance),
            "elementInstanceKey" => Field::Key(incident.element),
            "jobKey" => or_null(incident.job, Field::Key),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "processDefinitionId",
            "errorType",
            "errorMessage",
            "elementId",
            "creationTime",
            "state",
            "tenantId",
            "incidentKey",
            "processDefinitionKey",
            "processInstanceKey",
            "rootProcessInstanceKey",
            "elementInstanceKey",
            "jobKey",
        ]
    }
}

/// How long values of variables are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Whole, and without a word about cutting.
    Never,
    /// Whole, in a search.
    Whole,
    /// Up to the preview's length, in a search.
    Preview,
}

/// What the store keeps as a preview.
const PREVIEW: usize = 8191;

pub(crate) struct VariableRow<'a>(pub(crate) &'a Variable, pub(crate) Cut);

impl Row for VariableRow<'_> {
    fn key(&self) -> i64 {
        self.0.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(variable, cut) = self;
        let text = || variable.value.to_string();
        match name {
            "name" => (&*variable.name).into(),
            "tenantId" => TENANT.into(),
            "variableKey" => Field::Key(variable.key),
            "scopeKey" => Field::Key(variable.scope),
            "processInstanceKey" | "rootProcessInstanceKey" => Field::Key(variable.instance),
            "value" => {
                let text = text();
                let end = text
                    .char_indices()
                    .nth(PREVIEW)
                    .map(|(end, _)| end)
                    .filter(|_| *cut == Cut::Preview);
                Field::Text(Cow::Owned(
                    end.and_then(|end| text.get(..end))
                        .unwrap_or(&text)
                        .to_owned(),
                ))
            }
            "isTruncated" => {
                Field::Boolean(*cut == Cut::Preview && text().chars().nth(PREVIEW).is_some())
            }
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        match self.1 {
            Cut::Never => &[
                "name",
                "tenantId",
                "variableKey",
                "scopeKey",
                "processInstanceKey",
                "rootProcessInstanceKey",
                "value",
            ],
            Cut::Whole | Cut::Preview => &[
                "name",
                "tenantId",
                "variableKey",
                "scopeKey",
                "processInstanceKey",
                "rootProcessInstanceKey",
                "value",
                "isTruncated",
            ],
        }
    }
}
