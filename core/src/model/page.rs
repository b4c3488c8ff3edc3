//! Pages of results: what to ask for, what comes back, and how the next page is asked for. Fetching it is not done here.

use serde::{Deserialize, Serialize};

use super::{Given, answer, plain};
use crate::Operation;
use crate::api::{EndCursor, StartCursor};

/// One page of a search's results.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "roundtrip", derive(Serialize))]
#[non_exhaustive]
pub struct Page<T> {
    /// The results.
    pub items: Vec<T>,
    /// Where the page is among all results.
    #[serde(default, deserialize_with = "plain")]
    pub page: PageInfo,
}

answer! {
    /// Where a page is among all results.
    #[derive(Default, PartialEq, Eq)]
    pub struct PageInfo {
        /// How many results there are; a cluster may stop counting at a limit of its own.
        total_items: i64 = "totalItems" plain,
        /// Whether there are more results than `total_items`.
        has_more_total_items: bool = "hasMoreTotalItems" plain,
        /// The place before the first item, for the page before.
        start_cursor: Option<StartCursor> = "startCursor" maybe,
        /// The place after the last item, for the page after.
        end_cursor: Option<EndCursor> = "endCursor" maybe,
    }
}

/// Which page a search asks for. Only what was set is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "roundtrip", derive(Deserialize))]
pub struct PageRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Given<EndCursor>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Given<StartCursor>>,
}

impl PageRequest {
    /// Whether nothing was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn set_limit(&mut self, limit: i32) {
        self.limit = Some(limit);
    }

    pub(crate) fn set_from(&mut self, from: i32) {
        self.from = Some(from);
    }

    pub(crate) fn set_after(&mut self, cursor: Given<EndCursor>) {
        self.after = Some(cursor);
    }

    pub(crate) fn set_before(&mut self, cursor: Given<StartCursor>) {
        self.before = Some(cursor);
    }

    /// Whether a page of so many items is the last, by their number alone.
    fn ends_with(&self, items: usize) -> bool {
        /// What clusters give at most, whatever is asked for.
        const MOST: i32 = 10_000;
        let short = |limit: i32| limit <= MOST && usize::try_from(limit).is_ok_and(|limit| items < limit);
        items == 0 || self.limit.is_some_and(short)
    }

    /// Turns to the next page by its cursor. False after the last page.
    fn follow(&mut self, page: &PageInfo, items: usize) -> bool {
        let last = self.ends_with(items);
        match &page.end_cursor {
            // A cluster that answers the same cursor again would be asked for ever.
            Some(cursor) if !last && self.after.as_ref().is_none_or(|old| old.as_str() != cursor.as_str()) => {
                *self = Self { limit: self.limit, after: Some(cursor.into()), ..Self::default() };
                true
            }
            _ => false,
        }
    }

    /// Turns to the next page by counting. False after the last page.
    fn skip(&mut self, page: &PageInfo, items: usize) -> bool {
        let next = i64::from(self.from.unwrap_or(0)).saturating_add(i64::try_from(items).unwrap_or(i64::MAX));
        let last = self.ends_with(items);
        self.from = i32::try_from(next).ok();
        !last && self.from.is_some() && (page.has_more_total_items || next < page.total_items)
    }
}

/// A search whose results come in pages.
pub trait Paged: Operation<Output = Page<Self::Item>> {
    /// One result.
    type Item;

    #[doc(hidden)]
    const BY_CURSOR: bool;

    #[doc(hidden)]
    fn page_request(&mut self) -> &mut PageRequest;

    /// Turns to the page after the one that was answered. False if that was the last.
    fn turn(&mut self, answered: &Page<Self::Item>) -> bool {
        let request = self.page_request();
        if Self::BY_CURSOR {
            request.follow(&answered.page, answered.items.len())
        } else {
            request.skip(&answered.page, answered.items.len())
        }
    }
}

/// Implements [`Paged`] for a search; `cursor` or `offset` says how it turns pages.
macro_rules! paged {
    ($name:ident, $item:ty, $how:ident) => {
        impl $crate::model::Paged for $name {
            type Item = $item;
            const BY_CURSOR: bool = $crate::model::paged!(@$how);

            #[inline]
            fn page_request(&mut self) -> &mut $crate::model::PageRequest {
                &mut self.page
            }
        }
    };
    (@cursor) => {
        true
    };
    (@offset) => {
        false
    };
}
pub(crate) use paged;

/// The setters for the kinds of paging that a search supports.
macro_rules! paging {
    (any) => {
        $crate::model::paging!(limit from after before);
    };
    (offset) => {
        $crate::model::paging!(limit from);
    };
    (forward) => {
        $crate::model::paging!(limit after);
    };
    ($($setter:ident)+) => {
        $($crate::model::paging!(@$setter);)+
    };
    (@limit) => {
        /// How many results a page has at most; 100 if not set.
        #[inline]
        pub fn limit(mut self, limit: i32) -> Self {
            self.page.set_limit(limit);
            self
        }
    };
    (@from) => {
        /// How many results to skip.
        #[inline]
        pub fn from(mut self, from: i32) -> Self {
            self.page.set_from(from);
            self
        }
    };
    (@after) => {
        /// The results after this place: the `end_cursor` of a page.
        #[inline]
        pub fn after(mut self, cursor: impl Into<$crate::model::Given<$crate::api::EndCursor>>) -> Self {
            self.page.set_after(cursor.into());
            self
        }
    };
    (@before) => {
        /// The results before this place: the `start_cursor` of a page.
        #[inline]
        pub fn before(mut self, cursor: impl Into<$crate::model::Given<$crate::api::StartCursor>>) -> Self {
            self.page.set_before(cursor.into());
            self
        }
    };
}
pub(crate) use paging;
