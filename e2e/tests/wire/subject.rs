//! What is tested: a client on an adapter, called in the one way that both kinds share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use camunda_driver::{Exchange, Sink, Source, Transport};
use camunda_hyper::api::{DocumentReference, GetDocument, UploadDocument};
use camunda_hyper::http::HeaderMap;
use camunda_hyper::worker::{Report, Stop};
use camunda_hyper::{CallOptions, CredentialSource, Error, Operation, Setup, StopHandle};
use serde_json::Value;

/// A handler that both kinds of workers can run: variables in, variables out.
pub(crate) type Handler = Arc<dyn Fn(Value) -> Result<Value, Stop> + Send + Sync>;

/// A client on one adapter.
pub(crate) trait Subject: Clone + Send + 'static {
    fn try_open(setup: impl Into<Setup>) -> Result<Self, Error>;

    fn open(setup: impl Into<Setup>) -> Self {
        Self::try_open(setup).expect("a usable configuration")
    }

    /// With credentials of the program's own.
    fn open_with(setup: impl Into<Setup>, source: impl CredentialSource) -> Self;

    fn refresh_token(&self) -> Result<(), Error>;

    fn auth_headers(&self) -> Result<HeaderMap, Error>;

    fn clear_token(&self);

    fn send_with<O: Operation + Send + 'static>(&self, operation: O, options: CallOptions) -> Result<O::Output, Error>;

    fn send<O: Operation + Send + 'static>(&self, operation: O) -> Result<O::Output, Error> {
        self.send_with(operation, CallOptions::new())
    }

    /// Sends a document that is read meanwhile.
    fn upload(&self, document: UploadDocument, content: impl Source) -> Result<DocumentReference, Error>;

    /// Writes the answer while it comes.
    fn download(&self, operation: GetDocument, to: impl Sink) -> Result<u64, Error>;

    /// Sends the same operation so many times at once.
    fn send_at_once<O>(&self, times: usize, make: fn() -> O) -> Vec<Result<O::Output, Error>>
    where
        O: Operation + Send + 'static,
        O::Output: Send + 'static;

    /// Runs a worker until it is stopped.
    fn work(&self, job_type: &str, max_jobs: u32, handler: Handler) -> Working;
}

/// A worker on a thread of its own.
pub(crate) struct Working {
    pub(crate) stop: StopHandle,
    pub(crate) thread: JoinHandle<Result<Report, Error>>,
}

impl Working {
    pub(crate) fn stop(self, within: Duration) -> Result<Report, Error> {
        self.stop.stop(within);
        self.thread.join().expect("the loop does not panic")
    }

    pub(crate) fn is_running(&self) -> bool {
        !self.thread.is_finished()
    }
}

/// A blocking adapter.
pub(crate) struct Blocking<E>(pub(crate) camunda_driver::blocking::Client<E>);

/// The adapter on ureq.
pub(crate) type Ureq = Blocking<camunda_ureq::Ureq>;
/// The adapter that the examples write from scratch.
pub(crate) type Own = Blocking<own_adapter::Own>;

#[path = "../../../examples/own_adapter.rs"]
#[allow(dead_code, reason = "it is a program as well")]
mod own_adapter;

impl<E> Clone for Blocking<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Exchange> Subject for Blocking<E> {
    fn try_open(setup: impl Into<Setup>) -> Result<Self, Error> {
        camunda_driver::blocking::Client::new(setup).map(Self)
    }

    fn open_with(setup: impl Into<Setup>, source: impl CredentialSource) -> Self {
        Self(camunda_driver::blocking::Client::with_credentials(setup, source).expect("a usable configuration"))
    }

    fn refresh_token(&self) -> Result<(), Error> {
        self.0.refresh_token()
    }

    fn auth_headers(&self) -> Result<HeaderMap, Error> {
        self.0.auth_headers()
    }

    fn clear_token(&self) {
        self.0.clear_token();
    }

    fn send_with<O: Operation + Send + 'static>(&self, operation: O, options: CallOptions) -> Result<O::Output, Error> {
        self.0.with(options).send(operation)
    }

    fn upload(&self, document: UploadDocument, content: impl Source) -> Result<DocumentReference, Error> {
        self.0.upload_document(document, content)
    }

    fn download(&self, operation: GetDocument, to: impl Sink) -> Result<u64, Error> {
        self.0.download(operation, to)
    }

    fn send_at_once<O>(&self, times: usize, make: fn() -> O) -> Vec<Result<O::Output, Error>>
    where
        O: Operation + Send + 'static,
        O::Output: Send + 'static,
    {
        let start = Arc::new(AtomicBool::new(false));
        let threads: Vec<_> = (0..times)
            .map(|_| {
                let (client, start) = (self.0.clone(), Arc::clone(&start));
                thread::spawn(move || {
                    while !start.load(Ordering::Acquire) {
                        thread::yield_now();
                    }
                    client.send(make())
                })
            })
            .collect();
        start.store(true, Ordering::Release);
        threads.into_iter().map(|thread| thread.join().expect("a call does not panic")).collect()
    }

    fn work(&self, job_type: &str, max_jobs: u32, handler: Handler) -> Working {
        let worker = self.0.worker(job_type).max_concurrent_jobs(max_jobs).on_event(|_, _| {});
        let worker = worker.handle(move |job: camunda_driver::Job<Value, _>| handler(job.variables));
        let stop = worker.stop_handle();
        Working { stop, thread: thread::spawn(|| worker.run()) }
    }
}

/// An asynchronous adapter, under an executor.
pub(crate) struct Asynchronous<T, E>(pub(crate) camunda_driver::Client<T>, pub(crate) Arc<E>);

/// The adapter on tokio.
pub(crate) type Hyper = Asynchronous<camunda_hyper::Hyper, executors::Tokio>;
/// The adapter on async-io, which runs under any executor.
pub(crate) type Smol<E> = Asynchronous<camunda_smol::Smol, E>;

impl<T, E> Clone for Asynchronous<T, E> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), Arc::clone(&self.1))
    }
}

impl<T: Transport, E: Executor> Subject for Asynchronous<T, E> {
    fn try_open(setup: impl Into<Setup>) -> Result<Self, Error> {
        Ok(Self(camunda_driver::Client::new(setup)?, Arc::new(E::start())))
    }

    fn open_with(setup: impl Into<Setup>, source: impl CredentialSource) -> Self {
        let client = camunda_driver::Client::with_credentials(setup, source);
        Self(client.expect("a usable configuration"), Arc::new(E::start()))
    }

    fn refresh_token(&self) -> Result<(), Error> {
        self.1.block_on(self.0.refresh_token())
    }

    fn auth_headers(&self) -> Result<HeaderMap, Error> {
        self.1.block_on(self.0.auth_headers())
    }

    fn clear_token(&self) {
        self.0.clear_token();
    }

    fn send_with<O: Operation + Send + 'static>(&self, operation: O, options: CallOptions) -> Result<O::Output, Error> {
        let client = self.0.with(options);
        self.1.block_on(async { client.send(operation).await })
    }

    fn upload(&self, document: UploadDocument, content: impl Source) -> Result<DocumentReference, Error> {
        self.1.block_on(self.0.upload_document(document, content))
    }

    fn download(&self, operation: GetDocument, to: impl Sink) -> Result<u64, Error> {
        self.1.block_on(self.0.download(operation, to))
    }

    fn send_at_once<O>(&self, times: usize, make: fn() -> O) -> Vec<Result<O::Output, Error>>
    where
        O: Operation + Send + 'static,
        O::Output: Send + 'static,
    {
        let call = |client: camunda_driver::Client<T>| async move { client.send(make()).await };
        self.1.all((0..times).map(|_| call(self.0.clone())).collect())
    }

    fn work(&self, job_type: &str, max_jobs: u32, handler: Handler) -> Working {
        let worker = self.0.worker(job_type).max_concurrent_jobs(max_jobs).on_event(|_, _| {});
        let worker = worker.handle(move |job: camunda_driver::Job<Value, _>| {
            let handler = Arc::clone(&handler);
            async move { handler(job.variables) }
        });
        let (stop, executor) = (worker.stop_handle(), Arc::clone(&self.1));
        Working { stop, thread: thread::spawn(move || executor.block_on(worker.run())) }
    }
}

/// Polls futures.
pub(crate) trait Executor: Send + Sync + 'static {
    fn start() -> Self;

    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Runs futures at once and returns what they bring, in their order.
    fn all<F>(&self, futures: Vec<F>) -> Vec<F::Output>
    where
        F: Future<Output: Send> + Send + 'static;
}

/// The executors that the asynchronous adapters are said to run under.
pub(crate) mod executors {
    use std::thread;

    use super::Executor;

    pub(crate) struct Tokio(tokio::runtime::Runtime);

    impl Executor for Tokio {
        fn start() -> Self {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            Self(runtime.expect("a runtime"))
        }

        fn block_on<F: Future>(&self, future: F) -> F::Output {
            self.0.block_on(future)
        }

        fn all<F>(&self, futures: Vec<F>) -> Vec<F::Output>
        where
            F: Future<Output: Send> + Send + 'static,
        {
            let tasks: Vec<_> = futures.into_iter().map(|future| self.0.spawn(future)).collect();
            tasks.into_iter().map(|task| self.0.block_on(task).expect("a call does not panic")).collect()
        }
    }

    pub(crate) struct Smol;

    impl Executor for Smol {
        fn start() -> Self {
            Self
        }

        fn block_on<F: Future>(&self, future: F) -> F::Output {
            smol::block_on(future)
        }

        fn all<F>(&self, futures: Vec<F>) -> Vec<F::Output>
        where
            F: Future<Output: Send> + Send + 'static,
        {
            let tasks: Vec<_> = futures.into_iter().map(smol::spawn).collect();
            tasks.into_iter().map(smol::block_on).collect()
        }
    }

    pub(crate) struct AsyncStd;

    impl Executor for AsyncStd {
        fn start() -> Self {
            Self
        }

        fn block_on<F: Future>(&self, future: F) -> F::Output {
            async_std::task::block_on(future)
        }

        fn all<F>(&self, futures: Vec<F>) -> Vec<F::Output>
        where
            F: Future<Output: Send> + Send + 'static,
        {
            let tasks: Vec<_> = futures.into_iter().map(async_std::task::spawn).collect();
            tasks.into_iter().map(async_std::task::block_on).collect()
        }
    }

    /// No runtime at all: a loop that polls, parked in between.
    pub(crate) struct Bare;

    impl Executor for Bare {
        fn start() -> Self {
            Self
        }

        fn block_on<F: Future>(&self, future: F) -> F::Output {
            futures_executor::block_on(future)
        }

        fn all<F>(&self, futures: Vec<F>) -> Vec<F::Output>
        where
            F: Future<Output: Send> + Send + 'static,
        {
            let run = |future| thread::spawn(move || futures_executor::block_on(future));
            let threads: Vec<_> = futures.into_iter().map(run).collect();
            threads.into_iter().map(|thread| thread.join().expect("a call does not panic")).collect()
        }
    }
}
