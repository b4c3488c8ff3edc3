//! The asynchronous client: what a user holds. Its methods for the operations are generated, in `api/asynchronous`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use camunda_core::api::{CreateDeployment, Deployment, DocumentReference, Paged, UploadDocument};
use camunda_core::config::ConfigBuilder;
use camunda_core::{Answer, CallOptions, Config, Error, Operation, Prepared};
use http::HeaderMap;

use crate::blocking;
use crate::credentials::{AsyncCredentialSource, Source};
use crate::deploy::Resources;
use crate::drive::{drive, drive_into};
use crate::flight::{Shared, TokenPlace};
use crate::log::Log;
use crate::pages::Pages;
use crate::setup::Setup;
use crate::stream::{self, NO_STREAMS, Sink, with_content};
use crate::transport::Transport;
use crate::worker::{Lent, Signal};

/// A client of one cluster. Clones are cheap and share the token, the connections and everything else.
#[derive(Debug)]
pub struct Client<T> {
    inner: Arc<Inner<T>>,
    options: CallOptions,
}

#[derive(Debug)]
struct Inner<T> {
    shared: Arc<Shared>,
    transport: T,
}

impl<T> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), options: self.options.clone() }
    }
}

impl<T: Transport> Client<T> {
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
    /// [`Error::Config`] for files that cannot be read and material that the transport cannot use.
    pub fn new(setup: impl Into<Setup>) -> Result<Self, Error> {
        Self::open(setup.into(), None)
    }

    /// With credentials of the program's own, whatever the configuration says of credentials.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_credentials(setup: impl Into<Setup>, source: impl AsyncCredentialSource) -> Result<Self, Error> {
        Self::open(setup.into(), Some(Source::new(source)))
    }

    fn open(setup: Setup, source: Option<Source>) -> Result<Self, Error> {
        let (config, audience) = setup.complete()?;
        let transport = T::open(&config)?;
        let shared = Arc::new(Shared::new(config, T::digests(), source, audience));
        Ok(Self { inner: Arc::new(Inner { shared, transport }), options: CallOptions::new() })
    }

    /// Fetches a new token now, though the one at hand may still work; a call that fetches one already is joined. Without
    /// OAuth there is nothing to fetch.
    ///
    /// # Errors
    ///
    /// [`Error::Auth`] if the identity provider gives none.
    pub async fn refresh_token(&self) -> Result<(), Error> {
        let Inner { shared, transport } = &*self.inner;
        drive(shared, transport, shared.refresh_token(&self.options)).await.map(drop)
    }

    /// The headers that authenticate a request of this client, for a request that the program sends by other means. A token is
    /// fetched, or renewed, if need be; without authentication there are none.
    ///
    /// # Errors
    ///
    /// [`Error::Auth`] if there is no token, or the program's own credentials fail.
    pub async fn auth_headers(&self) -> Result<HeaderMap, Error> {
        let Inner { shared, transport } = &*self.inner;
        let answer = drive(shared, transport, shared.auth_headers(&self.options)).await?;
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

    pub(crate) fn transport(&self) -> &T {
        &self.inner.transport
    }

    /// The same session for a thread of a worker's, whose exchanges the worker's loop polls.
    pub(crate) fn lend(&self, signal: &Arc<Signal>) -> blocking::Client<Lent<T>> {
        let lent = Lent::new(self.clone(), Arc::clone(signal));
        blocking::Client::lent(Arc::clone(&self.inner.shared), lent)
    }

    /// A view of this client with other options for the calls made through it: deadline, attempts, tenant.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { inner: Arc::clone(&self.inner), options }
    }

    /// Deploys files, and resources from memory, together: either everything is taken, or nothing. Files are read before
    /// anything is sent.
    pub fn deploy(&self, resources: impl Into<Resources>) -> Reply<'_, Deployment> {
        match resources.into().read() {
            Ok(operation) => self.send(operation),
            Err(error) => Reply { call: Box::pin(std::future::ready(Err(error))), decode: CreateDeployment::response },
        }
    }

    /// Sends any operation. The methods named after operations do just this.
    pub fn send<O: Operation>(&self, operation: O) -> Reply<'_, O::Output> {
        Reply { call: self.call(&operation), decode: O::response }
    }

    /// Sends any operation and hands out its answer undecoded, with members that this version does not know.
    pub fn send_raw<O: Operation>(&self, operation: O) -> Reply<'_, Answer> {
        Reply { call: self.call(&operation), decode: Ok }
    }

    /// The pages of a search, one after the other, each asked for when the one before has been taken. The limit of the search
    /// is the size of a page; where the search begins, the pages begin.
    pub fn pages<S: Paged>(&self, search: S) -> Pages<T, S> {
        Pages::new(self.clone(), search)
    }

    pub(crate) fn options(&self) -> &CallOptions {
        &self.options
    }

    /// A call that holds the client itself, and may be kept beside it.
    pub(crate) fn detached<O: Operation>(
        &self,
        operation: &O,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>> {
        let (client, prepared) = (self.clone(), Prepared::new(operation, self.config(), &self.options));
        Box::pin(async move {
            let Inner { shared, transport } = &*client.inner;
            drive(shared, transport, shared.begin(prepared?, &client.options)).await
        })
    }

    /// Stores a document that is read while it is sent, in memory that does not grow with it. It is sent once; the time for
    /// it is the call's deadline.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with; [`Error::Misuse`] on an adapter that does not stream.
    pub async fn upload_document(
        &self,
        document: UploadDocument,
        content: impl stream::Source,
    ) -> Result<DocumentReference, Error> {
        if !T::STREAMS {
            return Err(NO_STREAMS);
        }
        self.with(self.options.clone().streamed()).send(with_content(document, content)).await
    }

    /// Sends an operation whose answer is a file, and writes that while it comes; says how many bytes it has. When that
    /// fails, a part may have been written.
    ///
    /// # Errors
    ///
    /// Whatever a call can fail with.
    pub async fn download<O: Operation<Output = Bytes>>(&self, operation: O, mut to: impl Sink) -> Result<u64, Error> {
        let Inner { shared, transport } = &*self.inner;
        let options = self.options.clone().streamed();
        let prepared = Prepared::new(&operation, shared.config(), &options)?;
        let mut counted = 0;
        let mut sink = (&mut to).on_progress(|bytes| counted = bytes);
        drive_into(shared, transport, shared.begin(prepared, &options), Some(&mut sink)).await?;
        Ok(counted)
    }

    pub(crate) fn call<O: Operation>(
        &self,
        operation: &O,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + '_>> {
        let Inner { shared, transport } = &*self.inner;
        let prepared = Prepared::new(operation, shared.config(), &self.options);
        Box::pin(async move { drive(shared, transport, shared.begin(prepared?, &self.options)).await })
    }
}

/// A call under way. Dropping it abandons the call.
#[must_use = "a call does nothing until it is awaited"]
pub struct Reply<'a, O> {
    /// One box, so that the loop is compiled once and not for every operation.
    call: Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>,
    decode: fn(Answer) -> Result<O, Error>,
}

impl<O> Future for Reply<'_, O> {
    type Output = Result<O, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let decode = self.decode;
        self.call.as_mut().poll(context).map(|answer| answer.and_then(decode))
    }
}

impl<O> std::fmt::Debug for Reply<'_, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}
