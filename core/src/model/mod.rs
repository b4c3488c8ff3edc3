//! What the generated types are made of: ids, open enums, conditions, pages, JSON that stays as it came. Nothing here knows
//! an operation.
//!
//! What makes no sense does not compile. Keys are not mixed up:
//!
//! ```compile_fail,E0277
//! use camunda_core::api::{CompleteJob, JobKey, UserTaskKey};
//! # fn f(job: JobKey, task: UserTaskKey) {
//! CompleteJob::new(task);
//! # }
//! ```
//!
//! ```
//! # use camunda_core::api::{CompleteJob, JobKey, UserTaskKey};
//! # fn f(job: JobKey, task: UserTaskKey) {
//! CompleteJob::new(job);
//! # }
//! ```
//!
//! A search pages only as the cluster can; this one has no cursors:
//!
//! ```compile_fail,E0599
//! use camunda_core::api::GetProcessInstanceStatisticsByError;
//! GetProcessInstanceStatisticsByError::new().after("YQ==");
//! ```
//!
//! ```
//! # use camunda_core::api::GetProcessInstanceStatisticsByError;
//! GetProcessInstanceStatisticsByError::new().from(10);
//! ```
//!
//! A condition has only the operators that its member knows; keys are not compared:
//!
//! ```compile_fail,E0277
//! use camunda_core::api::{SearchIncidents, gt};
//! SearchIncidents::new().filter(|f| f.incident_key(gt("1")));
//! ```
//!
//! ```
//! # use camunda_core::api::{SearchIncidents, gt};
//! SearchIncidents::new().filter(|f| f.creation_time(gt("2026-01-01T00:00:00Z")));
//! ```

pub(crate) mod answer;
mod change;
pub mod condition;
mod given;
pub(crate) mod id;
mod json;
pub(crate) mod key;
mod lenient;
mod number;
mod open_enum;
mod page;
pub(crate) mod pattern;
pub(crate) mod request;
#[cfg(feature = "roundtrip")]
pub mod roundtrip;
mod scalar;
mod setters;
mod sort;
mod tagged;
mod timestamp;
mod variable_value;

pub use change::Change;
pub use condition::Condition;
pub use given::Given;
pub use id::{Id, InvalidId};
pub use json::{Json, JsonError};
pub use page::{Page, PageInfo, PageRequest, Paged};
pub use scalar::Scalar;
pub use sort::{Sort, SortOrder};
pub use timestamp::Timestamp;
pub use variable_value::VariableValue;

pub(crate) use answer::{answer, reads, shared};
pub(crate) use id::ids;
pub(crate) use json::written;
pub(crate) use key::keys;
pub(crate) use lenient::plain;
pub(crate) use number::numbers;
pub(crate) use open_enum::{open_enum, text as enum_text};
pub(crate) use page::{paged, paging};
pub(crate) use request::{Members, request};
pub(crate) use setters::setters;
pub(crate) use sort::sort_fields;
pub(crate) use tagged::{Tag, tagged};
