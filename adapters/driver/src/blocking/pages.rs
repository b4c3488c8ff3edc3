//! The pages of a search as an iterator. Which page comes next is the core's [`Walk`]'s decision.

use std::fmt;
use std::vec;

use camunda_core::api::{Page, Paged};
use camunda_core::{Error, Walk};

use super::Client;
use crate::transport::Exchange;

/// The pages of a search: see [`Client::pages`].
#[must_use = "nothing is sent until a page is asked for"]
pub struct Pages<E, S> {
    client: Client<E>,
    walk: Walk<S>,
    failed: bool,
}

impl<E: Exchange, S: Paged> Pages<E, S> {
    pub(crate) fn new(client: Client<E>, search: S) -> Self {
        Self { client, walk: Walk::new(search), failed: false }
    }

    /// Goes on after an error, with the page that failed: none is skipped, and none comes twice.
    pub fn resume(&mut self) {
        self.failed = false;
    }

    /// The results themselves, page after page.
    pub fn items(self) -> Items<E, S> {
        Items { pages: self, items: Vec::new().into_iter() }
    }
}

/// Ends after the last page, and after an error, until it is [`resume`](Pages::resume)d.
impl<E: Exchange, S: Paged> Iterator for Pages<E, S> {
    type Item = Result<Page<S::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let search = self.walk.due().filter(|_| !self.failed)?;
        let page = self.client.call(search).and_then(S::response);
        match &page {
            Ok(page) => self.walk.answered(page),
            Err(_) => self.failed = true,
        }
        Some(page)
    }
}

impl<E, S> fmt::Debug for Pages<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("failed", &self.failed).finish_non_exhaustive()
    }
}

/// The results of a search over all its pages: see [`Pages::items`].
#[must_use = "nothing is sent until a result is asked for"]
pub struct Items<E, S: Paged> {
    pages: Pages<E, S>,
    items: vec::IntoIter<S::Item>,
}

impl<E: Exchange, S: Paged> Items<E, S> {
    /// As [`Pages::resume`].
    pub fn resume(&mut self) {
        self.pages.resume();
    }
}

/// Ends after the last result, and after an error, until it is [`resume`](Items::resume)d.
impl<E: Exchange, S: Paged> Iterator for Items<E, S> {
    type Item = Result<S::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(page) => self.items = page.items.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<E, S: Paged> fmt::Debug for Items<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("at_hand", &self.items.len()).finish_non_exhaustive()
    }
}
