//! What a request carries. Not what a response carries: that arrives in chunks, as [`Event`](crate::Event)s.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The body of a request.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Body {
    /// No body at all: neither `Content-Type` nor a length is sent for it.
    #[default]
    Empty,
    /// The whole body, in memory; cheap to clone, so that a repeat costs nothing.
    Full(Bytes),
    /// A body that the driver reads from somewhere while it is sent.
    Streamed(Box<Streamed>),
}

/// A body that is read while it is sent, so that it can be sent only once.
#[derive(Clone)]
pub struct Streamed {
    /// What is sent first.
    pub before: Bytes,
    /// Where the driver reads what follows: the driver put it here, and knows what it is.
    pub source: Arc<dyn Any + Send + Sync>,
    /// How many bytes that is; unknown, the body is sent in chunks.
    pub length: Option<u64>,
    /// What is sent last.
    pub after: Bytes,
}

impl Body {
    /// The bytes of the body that are in memory; of a streamed one, none.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Body::Empty | Body::Streamed(_) => Bytes::new(),
            Body::Full(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Body {
    /// Its size only: a token request carries a secret, variables may.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => f.write_str("Empty"),
            Body::Full(bytes) => write!(f, "Full({} bytes)", bytes.len()),
            Body::Streamed(streamed) => streamed.fmt(f),
        }
    }
}

impl Streamed {
    /// The length of the whole body, if it is known.
    pub fn total(&self) -> Option<u64> {
        let around = self.before.len().saturating_add(self.after.len());
        self.length?.checked_add(u64::try_from(around).ok()?)
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.total() {
            Some(length) => write!(f, "Streamed({length} bytes)"),
            None => f.write_str("Streamed"),
        }
    }
}
