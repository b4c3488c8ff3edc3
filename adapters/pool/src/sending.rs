//! The body of a request as hyper takes it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use camunda_driver::{Outgoing, Parts};
use hyper::body::{Body, Frame, SizeHint};

/// What is still to be sent.
pub(crate) enum Sending {
    /// `None` once it was sent.
    Whole(Option<Bytes>),
    Parts(Parts),
}

impl From<Outgoing> for Sending {
    fn from(outgoing: Outgoing) -> Self {
        match outgoing {
            Outgoing::Empty => Self::Whole(None),
            Outgoing::Whole(bytes) => Self::Whole(Some(bytes)),
            Outgoing::Parts(parts) => Self::Parts(parts),
        }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Parts(parts) => {
                parts.poll_part(context).map(|part| part.map(|part| part.map(Frame::data)).transpose())
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Parts(parts) => parts.length().map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}
