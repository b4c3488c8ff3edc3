//! What is tested: a client on an adapter, called in the one way that both kinds share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use camunda_hyper::http::HeaderMap;
use camunda_hyper::worker::{Report, Stop};
use camunda_hyper::{CallOptions, CredentialSource, Error, Operation, Setup, StopHandle};
use serde_json::Value;

/// A handler that both kinds of workers can run: variables in, variables out.
pub(crate) type Handler = Arc<dyn Fn(Value) -> Result<Value, Stop> + Send + Sync>;

/// A client on one adapter.
pub(crate) trait Subject: Clone + Send + 'static {
    fn open(setup: impl Into<Setup>) -> Self;

    /// With credentials of the program's own.
    fn open_with(setup: impl Into<Setup>, source: impl CredentialSource) -> Self;

    fn refresh_token(&self) -> Result<(), Error>;

    fn auth_headers(&self) -> Result<HeaderMap, Error>;

    fn clear_token(&self);

    fn send_with<O: Operation + Send + 'static>(&self, operation: O, options: CallOptions) -> Result<O::Output, Error>;

    fn send<O: Operation + Send + 'static>(&self, operation: O) -> Result<O::Output, Error> {
        self.send_with(operation, CallOptions::new())
    }

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
    stop: StopHandle,
    thread: JoinHandle<Result<Report, Error>>,
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

#[derive(Clone)]
pub(crate) struct Blocking(camunda_ureq::Client);

impl Subject for Blocking {
    fn open(setup: impl Into<Setup>) -> Self {
        Self(camunda_ureq::Client::new(setup).expect("a usable configuration"))
    }

    fn open_with(setup: impl Into<Setup>, source: impl CredentialSource) -> Self {
        Self(camunda_ureq::Client::with_credentials(setup, source).expect("a usable configuration"))
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
        let worker = worker.handle(move |job: camunda_ureq::Job<Value>| handler(job.variables));
        let stop = worker.stop_handle();
        Working { stop, thread: thread::spawn(|| worker.run()) }
    }
}

#[derive(Clone)]
pub(crate) struct Asynchronous(camunda_hyper::Client, Arc<tokio::runtime::Runtime>);

fn runtime() -> Arc<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    Arc::new(runtime.expect("a runtime"))
}

impl Subject for Asynchronous {
    fn open(setup: impl Into<Setup>) -> Self {
        Self(camunda_hyper::Client::new(setup).expect("a usable configuration"), runtime())
    }

    fn open_with(setup: impl Into<Setup>, source: impl CredentialSource) -> Self {
        let client = camunda_hyper::Client::with_credentials(setup, source);
        Self(client.expect("a usable configuration"), runtime())
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

    fn send_at_once<O>(&self, times: usize, make: fn() -> O) -> Vec<Result<O::Output, Error>>
    where
        O: Operation + Send + 'static,
        O::Output: Send + 'static,
    {
        let tasks: Vec<_> = (0..times)
            .map(|_| {
                let client = self.0.clone();
                self.1.spawn(async move { client.send(make()).await })
            })
            .collect();
        tasks.into_iter().map(|task| self.1.block_on(task).expect("a call does not panic")).collect()
    }

    fn work(&self, job_type: &str, max_jobs: u32, handler: Handler) -> Working {
        let worker = self.0.worker(job_type).max_concurrent_jobs(max_jobs).on_event(|_, _| {});
        let worker = worker.handle(move |job: camunda_hyper::Job<Value>| {
            let handler = Arc::clone(&handler);
            async move { handler(job.variables) }
        });
        let (stop, runtime) = (worker.stop_handle(), Arc::clone(&self.1));
        Working { stop, thread: thread::spawn(move || runtime.block_on(worker.run())) }
    }
}
