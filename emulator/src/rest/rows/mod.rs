//! The entities of the engine as rows: one view for each kind.
//! Filtering, sorting and paging are the same for all of them and elsewhere.

mod definition;
mod element;
mod file;
mod incident;
mod instance;
mod job;
mod json;
mod user_task;
mod variable;

pub(crate) use definition::DefinitionRow;
pub(crate) use element::ElementRow;
pub(crate) use file::FileRow;
pub(crate) use incident::IncidentRow;
pub(crate) use instance::InstanceRow;
pub(crate) use job::JobRow;
pub(crate) use json::JsonRow;
pub(crate) use user_task::UserTaskRow;
pub(crate) use variable::{Cut, VariableRow};

/// The tenant of an instance.
fn tenant_of(engine: &crate::engine::Engine, instance: i64) -> crate::rest::row::Field<'_> {
    crate::rest::row::or_null(engine.instances.get(&instance), |i| (&*i.definition.tenant).into())
}
