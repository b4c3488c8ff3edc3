//! The blocking client: what a user holds. Its methods for the operations are generated, in `api/blocking`.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use camunda_core::api::{Deployment, DocumentReference, Paged, UploadDocument};
use camunda_core::config::ConfigBuilder;
use camunda_core::{
    Answer, Body, CallOptions, Config, Digests, Error, Limits, Operation, Prepared, Route, TransportError,
};
use http::HeaderMap;

use super::pages::Pages;
use super::{block_on, sleep_until};
use crate::credentials::{CredentialSource, Source};
use crate::deploy::Resources;
use crate::drive::{drive, drive_into};
use crate::flight::{Shared, TokenPlace};
use crate::log::Log;
use crate::setup::Setup;
use crate::stream::{self, NO_STREAMS, Sink, with_content};
use crate::transport::{BlockingChunks, Chunks, Exchange, Transport};

/// A client of one cluster. Clones are cheap and share the token, the connections and everything else.
#[derive(Debug)]
pub struct Client<E> {
    inner: Arc<Inner<E>>,
    options: CallOptions,
}

#[derive(Debug)]
struct Inner<E> {
    shared: Arc<Shared>,
    exchange: Blocking<E>,
}

impl<E> Clone for Client<E> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), options: self.options.clone() }
    }
}

impl<E: Exchange> Client<E> {
    /// From the `CAMUNDA_*` variables of the process, and the dotenv file that they may ask for; without any, the cluster at
    /// `http://localhost:8080/v2`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_env_with(Config::builder())
    }

    /// As [`from_env`](Self::from_env), with settings that win over the environment's.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn from_env_with(settings: ConfigBuilder) -> Result<Self, Error> {
        Self::new(Setup::from_env_with(settings)?)
    }

    /// With this configuration, or [`Setup`], and nothing else. Files that it names are read.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for files that cannot be read and material that the adapter cannot use.
    pub fn new(setup: impl Into<Setup>) -> Result<Self, Error> {
        Self::open(setup.into(), None)
    }

    /// With credentials of the program's own, whatever the configuration says of credentials.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_credentials(setup: impl Into<Setup>, source: impl CredentialSource) -> Result<Self, Error> {
        Self::open(setup.into(), Some(Source::new(source)))
    }

    fn open(setup: Setup, source: Option<Source>) -> Result<Self, Error> {
        let (config, audience) = setup.complete()?;
        let exchange = Blocking(E::open(&config)?);
        let inner = Inner { shared: Arc::new(Shared::new(config, E::digests(), source, audience)), exchange };
        Ok(Self { inner: Arc::new(inner), options: CallOptions::new() })
    }

    /// Fetches a new token now, though the one at hand may still work; a call that fetches one already is joined. Without
    /// OAuth there is nothing to fetch.
    ///
    /// # Errors
    ///
    /// [`Error::Auth`] if the identity provider gives none.
    pub fn refresh_token(&self) -> Result<(), Error> {
        let Inner { shared, exchange } = &*self.inner;
        block_on(drive(shared, exchange, shared.refresh_token(&self.options))).map(drop)
    }

    /// The headers that authenticate a request of this client, for a request that the program sends by other means. A token is
    /// fetched, or renewed, if need be; without authentication there are none.
    ///
    /// # Errors
    ///
    /// [`Error::Auth`] if there is no token, or the program's own credentials fail.
    pub fn auth_headers(&self) -> Result<HeaderMap, Error> {
        let Inner { shared, exchange } = &*self.inner;
        let answer = block_on(drive(shared, exchange, shared.auth_headers(&self.options)))?;
        Ok(answer.headers().clone())
    }

    /// Forgets the token: the next call fetches one, whatever files say. Also forgets that the identity provider refused.
    pub fn clear_token(&self) {
        self.clear_token_in(TokenPlace::Everywhere);
    }

    /// Forgets the token in this place.
    pub fn clear_token_in(&self, place: TokenPlace) {
        self.inner.shared.clear_token(place);
    }

    /// The log: for what the program itself has to say beside the client.
    pub fn log(&self) -> &Log {
        self.inner.shared.log()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        self.inner.shared.config()
    }

    pub(crate) fn config_arc(&self) -> &Arc<Config> {
        self.inner.shared.config()
    }

    /// The same session over connections of its own, which [`interrupt`](Self::interrupt) ends.
    pub(crate) fn fork(&self) -> Self {
        let inner = Inner { shared: Arc::clone(&self.inner.shared), exchange: Blocking(self.inner.exchange.0.fork()) };
        Self { inner: Arc::new(inner), options: self.options.clone() }
    }

    /// A client on what an asynchronous one lends.
    pub(crate) fn lent(shared: Arc<Shared>, exchange: E) -> Self {
        let inner = Inner { shared, exchange: Blocking(exchange) };
        Self { inner: Arc::new(inner), options: CallOptions::new() }
    }

    /// As [`send_raw`](Self::send_raw), for a loop that is itself under [`block_on`]: only an exchange keeps its thread.
    pub(crate) async fn send_within_loop<O: Operation>(&self, operation: &O) -> Result<Answer, Error> {
        let Inner { shared, exchange } = &*self.inner;
        let prepared = Prepared::new(operation, shared.config(), &self.options)?;
        drive(shared, exchange, shared.begin(prepared, &self.options)).await
    }

    pub(crate) fn interrupt(&self) {
        self.inner.exchange.0.interrupt();
    }

    /// A view of this client with other options for the calls made through it: deadline, attempts, tenant.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { inner: Arc::clone(&self.inner), options }
    }

    /// Deploys files, and resources from memory, together: either everything is taken, or nothing. Files are read before
    /// anything is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a file that cannot be read, and whatever else a call can fail with.
    pub fn deploy(&self, resources: impl Into<Resources>) -> Result<Deployment, Error> {
        self.send(resources.into().read()?)
    }

    /// Stores a document that is read while it is sent, in memory that does not grow with it. It is sent once; the time for
    /// it is the call's deadline.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with; [`Error::Misuse`] on an adapter that does not stream.
    pub fn upload_document(
        &self,
        document: UploadDocument,
        content: impl stream::Source,
    ) -> Result<DocumentReference, Error> {
        if !E::STREAMS {
            return Err(NO_STREAMS);
        }
        self.with(self.options.clone().streamed()).send(with_content(document, content))
    }

    /// Sends an operation whose answer is a file, and writes that while it comes; says how many bytes it has. When that
    /// fails, a part may have been written.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with.
    pub fn download<O: Operation<Output = Bytes>>(&self, operation: O, mut to: impl Sink) -> Result<u64, Error> {
        let Inner { shared, exchange } = &*self.inner;
        let options = self.options.clone().streamed();
        let prepared = Prepared::new(&operation, shared.config(), &options)?;
        let mut counted = 0;
        let mut sink = (&mut to).on_progress(|bytes| counted = bytes);
        block_on(drive_into(shared, exchange, shared.begin(prepared, &options), Some(&mut sink)))?;
        Ok(counted)
    }

    /// Sends any operation. The methods named after operations do just this.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with: see [`Error`].
    pub fn send<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        O::response(self.send_raw(operation)?)
    }

    /// Sends any operation and hands out its answer undecoded, with members that this version does not know.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with, but for [`Error::Decode`].
    pub fn send_raw<O: Operation>(&self, operation: O) -> Result<Answer, Error> {
        self.call(&operation)
    }

    /// The pages of a search, one after the other, each asked for when the one before has been taken. The limit of the search
    /// is the size of a page; where the search begins, the pages begin.
    pub fn pages<S: Paged>(&self, search: S) -> Pages<E, S> {
        Pages::new(self.clone(), search)
    }

    pub(crate) fn options(&self) -> &CallOptions {
        &self.options
    }

    pub(crate) fn call<O: Operation>(&self, operation: &O) -> Result<Answer, Error> {
        let Inner { shared, exchange } = &*self.inner;
        let prepared = Prepared::new(operation, shared.config(), &self.options)?;
        block_on(drive(shared, exchange, shared.begin(prepared, &self.options)))
    }
}

/// A blocking adapter as the loop sees it: every exchange is complete when it is first polled.
#[derive(Debug)]
struct Blocking<E>(E);

impl<E: Exchange> Transport for Blocking<E> {
    type Body = BlockingBody<E::Body>;
    const STREAMS: bool = E::STREAMS;

    fn open(config: &Config) -> Result<Self, Error> {
        E::open(config).map(Self)
    }

    fn digests() -> Option<Digests> {
        E::digests()
    }

    async fn exchange(
        &self,
        request: http::Request<Body>,
        route: Route,
        limits: Limits,
    ) -> Result<(http::Response<()>, Self::Body), TransportError> {
        let (head, body) = self.0.exchange(request, route, limits)?;
        Ok((head, BlockingBody(body)))
    }

    async fn sleep_until(&self, at: Instant) {
        sleep_until(at).await;
    }
}

#[derive(Debug)]
struct BlockingBody<B>(B);

impl<B: BlockingChunks> Chunks for BlockingBody<B> {
    async fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError> {
        self.0.chunk(until)
    }
}
