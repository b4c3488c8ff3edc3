//! What a request carries. Not what a response carries: that arrives in chunks, as [`Event`](crate::Event)s.

use std::fmt;

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
}

impl Body {
    /// The bytes of the body; none if it is empty.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Body::Empty => Bytes::new(),
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
        }
    }
}
