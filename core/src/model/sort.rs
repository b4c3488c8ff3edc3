//! In which order a search answers: fields by name, so that only what the search can sort by compiles.

use std::borrow::Cow;

use serde::Serialize;

use super::open_enum;

/// One field to sort by, ascending unless told otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "roundtrip", derive(serde::Deserialize))]
pub struct Sort {
    field: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<SortOrder>,
}

impl Sort {
    pub(crate) fn by(field: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), order: None }
    }

    /// The smallest first.
    #[must_use]
    pub fn ascending(mut self) -> Self {
        self.order = Some(SortOrder::Asc);
        self
    }

    /// The largest first.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.order = Some(SortOrder::Desc);
        self
    }
}

open_enum! {
    /// The direction of a sort.
    pub enum SortOrder {
        Asc = "ASC",
        Desc = "DESC",
    }
}

/// Defines what a search can sort by.
macro_rules! sort_fields {
    ($($(#[$meta:meta])* $name:ident { $($method:ident = $field:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default)]
        #[non_exhaustive]
        pub struct $name;

        impl $name {
            $(
                #[doc = concat!("By `", $field, "`.")]
                #[inline]
                pub fn $method(self) -> $crate::model::Sort {
                    $crate::model::Sort::by($field)
                }
            )*
        }
    )*};
}
pub(crate) use sort_fields;
