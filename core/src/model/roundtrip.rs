//! Every operation behind one kind of function: for the tests that count all of them and for fuzz targets. Compiled only
//! with the feature `roundtrip`; nothing of it is for applications.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Answer, Body, CallOptions, Config, Error, Operation, OperationInfo, Prepared};

/// One operation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// What is known of it.
    pub info: OperationInfo,
    /// The request for its members, given as one object whatever their place is; none where the request is made by hand.
    pub request: Option<Encode>,
    /// The answer, read and written back.
    pub answer: fn(Answer) -> Result<Option<String>, Error>,
}

impl Entry {
    /// A call of it whose request has no members: where only the answer matters.
    pub fn prepared(&self) -> Prepared {
        let mut request = http::Request::new(Body::Empty);
        *request.method_mut() = self.info.method.into();
        Prepared { request, info: self.info, hold: None, files: 0 }
    }
}

/// Makes a request of an object's text.
pub type Encode = fn(&str, &Config, &CallOptions) -> Result<Result<http::Request<Body>, Error>, serde_json::Error>;

/// An operation whose members and answer can be written both ways.
pub const fn entry<O: Operation<Output: Serialize> + DeserializeOwned>() -> Entry {
    Entry { info: O::INFO, request: Some(encode::<O>), answer: written::<O> }
}

/// An operation that answers with bytes.
pub const fn bytes<O: Operation<Output = bytes::Bytes> + DeserializeOwned>() -> Entry {
    Entry { info: O::INFO, request: Some(encode::<O>), answer: |answer| O::response(answer).map(|_| None) }
}

/// An operation whose request is made by hand.
pub const fn by_hand<O: Operation<Output: Serialize>>() -> Entry {
    Entry { info: O::INFO, request: None, answer: written::<O> }
}

fn encode<O: Operation + DeserializeOwned>(
    members: &str,
    config: &Config,
    options: &CallOptions,
) -> Result<Result<http::Request<Body>, Error>, serde_json::Error> {
    serde_json::from_str::<O>(members).map(|operation| operation.request(config, options))
}

fn written<O: Operation<Output: Serialize>>(answer: Answer) -> Result<Option<String>, Error> {
    O::response(answer).map(|output| serde_json::to_string(&output).ok())
}
