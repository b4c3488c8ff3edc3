//! The pages of a search, one after the other, as they are asked for. Which page comes next is the core's [`Walk`]'s decision.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use camunda_core::api::{Page, Paged};
use camunda_core::{Answer, Error, Walk};

use crate::client::Client;
use crate::transport::Transport;

type UnderWay = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

/// The pages of a search: see [`Client::pages`]. With the feature `futures`, which the adapters switch on, it is a
/// `futures_core::Stream`.
#[must_use = "nothing is sent until a page is asked for"]
pub struct Pages<T, S> {
    client: Client<T>,
    walk: Walk<S>,
    /// Kept here and not in the future of `next`, so that a page whose wait is given up is not lost.
    under_way: Option<UnderWay>,
    failed: bool,
}

impl<T: Transport, S: Paged> Pages<T, S> {
    pub(crate) fn new(client: Client<T>, search: S) -> Self {
        Self { client, walk: Walk::new(search), under_way: None, failed: false }
    }

    /// The next page; `None` after the last, and after an error, which ends the pages until they are
    /// [`resume`](Self::resume)d. It may be given up and asked again: no page is lost by that.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with, after its usual attempts.
    pub async fn next(&mut self) -> Option<Result<Page<S::Item>, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Goes on after an error, with the page that failed: none is skipped, and none comes twice.
    pub fn resume(&mut self) {
        self.failed = false;
    }

    /// The results themselves, page after page.
    pub fn items(self) -> Items<T, S> {
        Items { pages: self, items: Vec::new().into_iter() }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<S::Item>, Error>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        if self.under_way.is_none() {
            let Some(search) = self.walk.due() else { return Poll::Ready(None) };
            self.under_way = Some(self.client.detached(search));
        }
        let Some(under_way) = &mut self.under_way else { return Poll::Ready(None) };
        let page = ready!(under_way.as_mut().poll(context)).and_then(S::response);
        self.under_way = None;
        match &page {
            Ok(page) => self.walk.answered(page),
            Err(_) => self.failed = true,
        }
        Poll::Ready(Some(page))
    }
}

impl<T, S> fmt::Debug for Pages<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("failed", &self.failed).finish_non_exhaustive()
    }
}

/// The results of a search over all its pages: see [`Pages::items`].
#[must_use = "nothing is sent until a result is asked for"]
pub struct Items<T, S: Paged> {
    pages: Pages<T, S>,
    items: vec::IntoIter<S::Item>,
}

impl<T: Transport, S: Paged> Items<T, S> {
    /// The next result; `None` after the last, and after an error, as with [`Pages::next`].
    ///
    /// # Errors
    ///
    /// As [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<S::Item, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// As [`Pages::resume`].
    pub fn resume(&mut self) {
        self.pages.resume();
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<S::Item, Error>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                Some(Ok(page)) => self.items = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T, S: Paged> fmt::Debug for Items<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("at_hand", &self.items.len()).finish_non_exhaustive()
    }
}

#[cfg(feature = "futures")]
mod futures {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use futures_core::Stream;

    use super::{Error, Items, Page, Paged, Pages, Transport};

    impl<T: Transport, S: Paged + Unpin> Stream for Pages<T, S> {
        type Item = Result<Page<S::Item>, Error>;

        fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll(context)
        }
    }

    impl<T: Transport, S: Paged + Unpin> Stream for Items<T, S>
    where
        S::Item: Unpin,
    {
        type Item = Result<S::Item, Error>;

        fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll(context)
        }
    }
}
