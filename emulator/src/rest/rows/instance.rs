//! Process instances as rows: their members and where the values come from.
//! It only reads.

use serde_json::Value;

use super::{Cut, ElementRow, IncidentRow, VariableRow};
use crate::engine::{Element, Engine, Instance};
use crate::rest::filter::Filter;
use crate::rest::row::{Field, Row, or_null};

pub(crate) struct InstanceRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Instance);

impl InstanceRow<'_> {
    /// Whether some element of the instance satisfies the test.
    fn any_element(&self, test: impl Fn(&Element) -> bool) -> bool {
        self.1.elements.iter().filter_map(|key| self.0.elements.get(key)).any(test)
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
            "suspendedDate" => or_null(instance.suspended, Field::Date),
            "hasIncident" => Field::Boolean(instance.open_incidents > 0),
            "tenantId" => (&*instance.definition.tenant).into(),
            "processInstanceKey" => Field::Key(instance.key),
            "rootProcessInstanceKey" => Field::Key(instance.root),
            "parentProcessInstanceKey" => or_null(instance.caller, |caller| Field::Key(caller.instance)),
            "parentElementInstanceKey" => or_null(instance.caller, |caller| Field::Key(caller.element)),
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
        let incidents = || instance.incidents.iter().filter_map(|key| engine.incidents.get(key)).filter(|i| i.active);
        let filter = |value: &Value| Filter::compile(Some(value));
        let sub = |member: &str| filter(&serde_json::json!({ member: wanted }));
        Some(match name {
            "variables" => wanted.as_array().into_iter().flatten().all(|wanted| {
                let wanted = filter(wanted);
                let variables = instance.variables.iter().filter_map(|key| engine.variables.by_key.get(key));
                variables.into_iter().any(|v| wanted.holds(&VariableRow(engine, v, Cut::Never)))
            }),
            "tags" => {
                wanted.as_array().into_iter().flatten().all(|tag| instance.tags.iter().any(|t| tag == t.as_str()))
            }
            "errorMessage" => {
                let wanted = sub("errorMessage");
                incidents().any(|incident| wanted.holds(&IncidentRow(engine, incident)))
            }
            "elementId" => {
                let wanted = sub("elementId");
                self.any_element(|e| wanted.holds(&ElementRow(engine, e)))
            }
            "elementInstanceState" => {
                let wanted = sub("state");
                self.any_element(|e| wanted.holds(&ElementRow(engine, e)))
            }
            "hasElementInstanceIncident" => wanted.as_bool() == Some(self.any_element(|e| e.incident.is_some())),
            "hasRetriesLeft" => {
                let mut jobs = instance.jobs.iter().filter_map(|key| engine.jobs.all.get(key));
                wanted.as_bool() == Some(jobs.any(|job| job.event == "FAILED" && job.retries > 0))
            }
            _ => return None,
        })
    }
}
