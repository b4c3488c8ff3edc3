//! Variables as rows, cut or whole: their members and where the values come from.
//! It only reads.

use std::borrow::Cow;

use crate::engine::{Engine, Variable};
use crate::rest::row::{Field, Row, or_null};

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

pub(crate) struct VariableRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Variable, pub(crate) Cut);

impl Row for VariableRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(engine, variable, cut) = self;
        let text = || variable.value.to_string();
        match name {
            "name" => (&*variable.name).into(),
            "processDefinitionId" => {
                or_null(engine.instances.get(&variable.instance), |i| (&*i.definition.process.id).into())
            }
            "tenantId" => super::tenant_of(engine, variable.instance),
            "variableKey" => Field::Key(variable.key),
            "scopeKey" => Field::Key(variable.scope),
            "processInstanceKey" => Field::Key(variable.instance),
            "rootProcessInstanceKey" => Field::Key(engine.root_of(variable.instance)),
            "value" => {
                let text = text();
                let end = text.char_indices().nth(PREVIEW).map(|(end, _)| end).filter(|_| *cut == Cut::Preview);
                Field::Text(Cow::Owned(end.and_then(|end| text.get(..end)).unwrap_or(&text).to_owned()))
            }
            "isTruncated" => Field::Boolean(*cut == Cut::Preview && text().chars().nth(PREVIEW).is_some()),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        match self.2 {
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
