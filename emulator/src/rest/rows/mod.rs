//! The entities of the engine as rows: one view for each kind.
//! Filtering, sorting and paging are the same for all of them and elsewhere.

mod definition;
mod element;
mod file;
mod incident;
mod instance;
mod job;
mod variable;

pub(crate) use definition::DefinitionRow;
pub(crate) use element::ElementRow;
pub(crate) use file::FileRow;
pub(crate) use incident::IncidentRow;
pub(crate) use instance::InstanceRow;
pub(crate) use job::JobRow;
pub(crate) use variable::{Cut, VariableRow};

/// The only tenant.
pub(crate) const TENANT: &str = "<default>";
