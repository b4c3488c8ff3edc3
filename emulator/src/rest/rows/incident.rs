//! Incidents as rows: their members and where the values come from.
//! It only reads.

use crate::engine::{Element, Engine, Incident};
use crate::rest::row::{Field, Row, or_null};

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
            "processDefinitionId" => or_null(self.element(), |e| (&*e.definition.process.id).into()),
            "processDefinitionKey" => or_null(self.element(), |e| Field::Key(e.definition.key)),
            "creationTime" => Field::Date(incident.created),
            "state" => Field::Word(if incident.active { "ACTIVE" } else { "RESOLVED" }),
            "tenantId" => super::tenant_of(self.0, incident.instance),
            "incidentKey" => Field::Key(incident.key),
            "processInstanceKey" => Field::Key(incident.instance),
            "rootProcessInstanceKey" => Field::Key(self.0.root_of(incident.instance)),
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
