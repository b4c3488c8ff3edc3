//! What the generated types are made of: ids, open enums, conditions, pages, JSON that stays as it came. Nothing here knows
//! an operation.

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
#[cfg(feature = "roundtrip")]
pub mod roundtrip;
mod scalar;
mod setters;
mod sort;
mod tagged;
mod timestamp;

pub use change::Change;
pub use condition::Condition;
pub use given::Given;
pub use id::{Id, InvalidId};
pub use json::{Json, JsonError};
pub use page::{Page, PageInfo, PageRequest, Paged};
pub use scalar::Scalar;
pub use sort::{Sort, SortOrder};
pub use timestamp::Timestamp;

pub(crate) use id::ids;
pub(crate) use json::written;
pub(crate) use key::keys;
pub(crate) use lenient::{object, plain};
pub(crate) use number::numbers;
pub(crate) use open_enum::{open_enum, text as enum_text};
pub(crate) use page::{paged, paging};
pub(crate) use setters::setters;
pub(crate) use sort::sort_fields;
pub(crate) use tagged::{Tag, tagged};
