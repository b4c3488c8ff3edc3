//! How a request comes to its credentials, and what is remembered of them until its answer. Where they come from is not
//! decided here: tokens are `token.rs`'s, headers of the program's own are asked of the driver.

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, TRANSFER_ENCODING};

use crate::Body;
use crate::error::ApiError;
use crate::token::Generation;

/// What a request is authenticated by.
#[derive(Debug)]
pub(crate) enum Carries {
    /// Nothing, or what never changes.
    Fixed,
    Token(Generation),
    /// The headers of the program's own.
    Custom(Box<HeaderMap>),
}

/// Headers of the program's own that the cluster refused, and how.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) headers: HeaderMap,
    pub(crate) error: ApiError,
}

/// Adds credentials, unless the request carries its own.
pub(crate) fn authorize(request: &mut http::Request<Body>, header: Option<HeaderValue>) {
    if let Some(header) = header
        && !request.headers().contains_key(AUTHORIZATION)
    {
        request.headers_mut().insert(AUTHORIZATION, header);
    }
}

/// Adds headers of the program's own. What describes the body stays as it is, and so does an `Authorization` that the request
/// carries already; of any other name, the program's values take the place of ours.
pub(crate) fn apply(request: &mut http::Request<Body>, headers: &mut HeaderMap) {
    let authorized = request.headers().contains_key(AUTHORIZATION);
    headers.values_mut().for_each(|value| value.set_sensitive(true));
    for name in headers.keys() {
        let body = [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name);
        if body || (authorized && *name == AUTHORIZATION) {
            continue;
        }
        request.headers_mut().remove(name);
        for value in headers.get_all(name) {
            request.headers_mut().append(name, value.clone());
        }
    }
}
