//! Element instances as rows: their members and where the values come from.
//! It only reads.

use std::borrow::Cow;

use crate::engine::{Element, Engine, Role};
use crate::rest::row::{Field, Row, or_null};

pub(crate) struct ElementRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Element);

impl Row for ElementRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(engine, element) = self;
        let model = element.model();
        match name {
            "processDefinitionId" => (&*element.definition.process.id).into(),
            "processDefinitionKey" => Field::Key(element.definition.key),
            "startDate" => Field::Date(element.started),
            "endDate" => or_null(element.ended, Field::Date),
            "elementId" if element.role == Role::AdHocInner => {
                Field::Text(Cow::Owned(format!("{}#innerInstance", model.id)))
            }
            "elementId" => (&*model.id).into(),
            "elementName" => (&**model.name.as_ref().unwrap_or(&model.id)).into(),
            "type" => Field::Word(element.element_type()),
            "state" => Field::Word(element.state()),
            "hasIncident" => Field::Boolean(element.open_incidents > 0),
            "tenantId" => (&*element.definition.tenant).into(),
            "elementInstanceKey" => Field::Key(element.key),
            "processInstanceKey" => Field::Key(element.instance),
            "rootProcessInstanceKey" => Field::Key(engine.root_of(element.instance)),
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
