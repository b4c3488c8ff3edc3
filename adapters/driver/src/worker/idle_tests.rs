//! An idle worker through everything but sockets: machine, loop, session, call and client, over a transport in memory and in
//! virtual time, with every allocation counted.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use camunda_core::api::{ActivateJobs, UpdateJob};
use camunda_core::worker::{JobCommand, Outcome, WorkerSettings};
use camunda_core::{Answer, Body, CallOptions, Config, Error, Limits, Now, Route, TransportError, worker};

use super::job::Assignment;
use super::monitor::WorkerMonitor;
use super::signal::Signal;
use super::tasks::Task;
use super::work::{Desk, Host, work};
use crate::client::Client;
use crate::setup::Setup;
use crate::transport::{Chunks, Transport};

/// Answers every request with no jobs, or with 500.
struct Memory {
    requests: AtomicU64,
    failing: bool,
}

struct Once(Option<Bytes>);

impl Chunks for Once {
    async fn chunk(&mut self, _: Instant) -> Result<Option<Bytes>, TransportError> {
        Ok(self.0.take())
    }
}

impl Transport for Memory {
    type Body = Once;

    fn open(config: &Config) -> Result<Self, Error> {
        Ok(Self { requests: AtomicU64::new(0), failing: config.rest_address().contains("failing") })
    }

    async fn exchange(
        &self,
        _: http::Request<Body>,
        _: Route,
        _: Limits,
    ) -> Result<(http::Response<()>, Once), TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut head = http::Response::new(());
        if self.failing {
            *head.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
            return Ok((head, Once(None)));
        }
        Ok((head, Once(Some(Bytes::from_static(br#"{"jobs":[]}"#)))))
    }

    async fn sleep_until(&self, _: Instant) {}
}

/// A host whose time passes only by its polls and sleeps.
struct Virtual {
    client: Client<Memory>,
    clock: Arc<Mutex<Now>>,
}

impl Virtual {
    fn to(clock: &Mutex<Now>, at: Instant) {
        let mut now = clock.lock().unwrap();
        let by = at.saturating_duration_since(now.instant);
        (now.instant, now.unix) = (now.instant + by, now.unix + by);
    }
}

/// Once around the executor, so that whoever polls can count.
async fn turn() {
    let mut turned = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        match std::mem::replace(&mut turned, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
}

impl Host for Virtual {
    fn activate(&self, activation: ActivateJobs, _: bool) -> Task<Result<Answer, Error>> {
        let (client, clock) = (self.client.with(CallOptions::new().attempts(1)), Arc::clone(&self.clock));
        Box::pin(async move {
            turn().await;
            let answer = client.send_raw(activation).await;
            let held = clock.lock().unwrap().instant + Duration::from_secs(10);
            Self::to(&clock, held);
            answer
        })
    }

    fn cancel_activation(&self) {}

    fn run(&self, _: Assignment) -> Task<Outcome> {
        unreachable!("there are no jobs")
    }

    fn command(&self, _: JobCommand, _: CallOptions) -> Task<Result<(), Error>> {
        unreachable!("there are no jobs")
    }

    fn extend(&self, _: UpdateJob, _: CallOptions) -> Task<Result<(), Error>> {
        unreachable!("there are no jobs")
    }

    fn now(&self) -> Now {
        *self.clock.lock().unwrap()
    }

    async fn sleep_until(&self, at: Instant) {
        turn().await;
        Self::to(&self.clock, at);
    }
}

/// Lets an idle worker poll so often, and says what that left allocated, and how many requests there were.
fn idle(address: &str, polls: u64) -> (i64, u64) {
    let setup = Setup::new(Config::builder().rest_address(address).build().unwrap()).without_log();
    let client = Client::<Memory>::new(setup).unwrap();
    let clock = Arc::new(Mutex::new(Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) }));
    let machine = worker::Worker::new(WorkerSettings::new("idle"), client.config_arc(), 7, *clock.lock().unwrap());
    let desk = Desk {
        job_type: "idle".to_owned(),
        signal: Arc::new(Signal::default()),
        monitor: WorkerMonitor::default(),
        log: client.log().clone(),
        listener: None,
    };
    let host = Virtual { client: client.clone(), clock };
    let mut looping = pin!(work(machine, host, desk));
    let requests = || client.transport().requests.load(Ordering::Relaxed);
    let mut context = Context::from_waker(Waker::noop());
    let mut until = |count: u64| {
        while requests() < count {
            assert!(looping.as_mut().poll(&mut context).is_pending(), "never_silent");
        }
    };
    // What is made once is made by then.
    until(1000);
    let allocated = allocation_counter::measure(|| until(1000 + polls));
    (allocated.bytes_current, requests())
}

#[test]
fn idle_is_flat() {
    let (left, requests) = idle("http://memory", 100_000);
    assert_eq!(left, 0, "bytes after 100,000 empty polls");
    assert_eq!(requests, 101_000);
}

#[test]
fn an_outage_is_flat() {
    let (left, _) = idle("http://failing", 10_000);
    assert_eq!(left, 0, "bytes after 10,000 polls that failed");
}
