//! Element instances as rows: their members and where the values come from.
//! It only reads.

use super::TENANT;
use crate::engine::Element;
use crate::rest::row::{Field, Row, or_null};

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
