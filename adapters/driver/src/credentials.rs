//! Credentials of the program's own: who is asked for the headers of each request, and told when the cluster refuses them.
//! Tokens by client credentials are not here: those are the core's matter.
//!
//! ```
//! use camunda_driver::{Ask, Bearer, CredentialSource};
//! use camunda_core::http::HeaderMap;
//!
//! /// A file that somebody else keeps up to date.
//! struct Mounted(std::path::PathBuf);
//!
//! impl CredentialSource for Mounted {
//!     fn headers(&self, _: Ask<'_>) -> Result<HeaderMap, Box<dyn std::error::Error + Send + Sync>> {
//!         Ok(Bearer::new(std::fs::read_to_string(&self.0)?.trim())?.into())
//!     }
//! }
//! ```

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue, InvalidHeaderValue};

/// What a source is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    refused: Option<&'a HeaderMap>,
}

impl<'a> Ask<'a> {
    /// The headers that it gave for this very request and that the cluster refused with 401. Another answer than these is
    /// sent, once; the same answer lets the caller hear of the 401.
    pub fn refused(self) -> Option<&'a HeaderMap> {
        self.refused
    }
}

/// Gives the headers that authenticate a request. It is asked for each attempt of each request, by many at once, and never
/// under a lock: it may take its time, within the deadline of the call. It blocks the thread that it is called on: with an
/// asynchronous client, a source that waits for something is an [`AsyncCredentialSource`].
///
/// All its headers are sent, in place of ours of the same name; an `Authorization` that a request carries already, and what
/// describes its body, stay as they are.
pub trait CredentialSource: Send + Sync + 'static {
    /// The headers, such as `Authorization`.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from having any: the call fails with [`camunda_core::Error::Auth`] and these words.
    fn headers(&self, ask: Ask<'_>) -> Result<HeaderMap, Box<dyn Error + Send + Sync>>;
}

/// The same for asynchronous clients. Implementors just write `async fn`; every [`CredentialSource`] is one.
pub trait AsyncCredentialSource: Send + Sync + 'static {
    /// As [`CredentialSource::headers`]. The future is dropped at the deadline of the call.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from having any.
    fn headers(&self, ask: Ask<'_>) -> impl Future<Output = Result<HeaderMap, Box<dyn Error + Send + Sync>>> + Send;
}

impl<S: CredentialSource> AsyncCredentialSource for S {
    async fn headers(&self, ask: Ask<'_>) -> Result<HeaderMap, Box<dyn Error + Send + Sync>> {
        CredentialSource::headers(self, ask)
    }
}

/// The same headers for every request.
impl CredentialSource for HeaderMap {
    fn headers(&self, _: Ask<'_>) -> Result<HeaderMap, Box<dyn Error + Send + Sync>> {
        Ok(self.clone())
    }
}

/// A bearer token that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer(HeaderValue);

impl Bearer {
    /// From the token itself.
    ///
    /// # Errors
    ///
    /// A token that cannot be part of a header.
    pub fn new(token: impl AsRef<str>) -> Result<Self, InvalidHeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.as_ref()))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl From<Bearer> for HeaderMap {
    fn from(bearer: Bearer) -> Self {
        HeaderMap::from_iter([(AUTHORIZATION, bearer.0)])
    }
}

impl CredentialSource for Bearer {
    fn headers(&self, _: Ask<'_>) -> Result<HeaderMap, Box<dyn Error + Send + Sync>> {
        Ok(self.clone().into())
    }
}

/// A source of either kind, as the loop asks it.
#[derive(Clone)]
pub(crate) struct Source(Arc<dyn Erased>);

trait Erased: Send + Sync {
    fn headers<'a>(&'a self, ask: Ask<'a>) -> Pin<Box<dyn Future<Output = Result<HeaderMap, String>> + Send + 'a>>;
}

impl<S: AsyncCredentialSource> Erased for S {
    fn headers<'a>(&'a self, ask: Ask<'a>) -> Pin<Box<dyn Future<Output = Result<HeaderMap, String>> + Send + 'a>> {
        Box::pin(async move { AsyncCredentialSource::headers(self, ask).await.map_err(|error| error.to_string()) })
    }
}

impl Source {
    pub(crate) fn new(source: impl AsyncCredentialSource) -> Self {
        Self(Arc::new(source))
    }

    pub(crate) async fn headers(&self, refused: Option<&HeaderMap>) -> Result<HeaderMap, String> {
        self.0.headers(Ask { refused }).await
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}
