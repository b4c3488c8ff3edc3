//! Process definitions as rows: their members and where the values come from.
//! It only reads.

use std::sync::Arc;

use serde_json::Value;

use crate::engine::{Definition, Engine};
use crate::rest::row::{Field, Row, or_null};

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
            "tenantId" => (&*definition.tenant).into(),
            "processDefinitionKey" => Field::Key(definition.key),
            "hasStartForm" => Field::Boolean(false),
            "state" => Field::Word(self.0.definitions.state(definition.key).word()),
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
            .latest_known(&definition.tenant, &definition.process.id)
            .is_some_and(|l| l.key == definition.key);
        (name == "isLatestVersion").then(|| wanted.as_bool() == Some(latest))
    }
}
