//! The one worker loop. It does what the machine says and tells it how things went; it decides nothing. What an activation,
//! a handler and a command run on is its host's business.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use camunda_core::api::{ActivateJobs, ActivatedJob};
use camunda_core::worker::{Action, JobCommand, Outcome, Report, Ticket, Worker, WorkerEvent};
use camunda_core::{Answer, CallOptions, Error};

use super::tasks::{Task, Tasks};
use crate::flight::now;

/// What a worker's loop stands on.
pub(crate) trait Host: Send + Sync {
    /// Sends an activation once.
    fn activate(&self, activation: ActivateJobs) -> Task<Result<Answer, Error>>;
    /// Ends the activation under way.
    fn cancel_activation(&self);
    /// Runs the handler, whatever it does.
    fn run(&self, job: ActivatedJob) -> Task<Outcome>;
    /// Sends a command.
    fn command(&self, command: JobCommand, options: CallOptions) -> Task<Result<(), Error>>;
    /// Completes at that instant.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send;
}

/// Told what a worker has to tell.
pub(crate) type Listener = Arc<dyn Fn(&str, &WorkerEvent) + Send + Sync>;

enum Done {
    Outcome(Ticket, Outcome),
    Command(Ticket, Result<(), Error>),
}

enum Woken {
    Activation(Result<Answer, Error>),
    Done(Done),
    Stop(Instant),
    Due,
}

pub(crate) async fn work<H: Host>(
    mut worker: Worker,
    host: H,
    signal: Arc<StopSignal>,
    listener: Listener,
    job_type: String,
) -> Report {
    let mut activation: Option<Task<Result<Answer, Error>>> = None;
    let mut tasks = Tasks::new();
    loop {
        let until = loop {
            match worker.poll(now()) {
                Action::Activate(operation) => activation = Some(host.activate(operation)),
                Action::CancelPoll => {
                    activation = None;
                    host.cancel_activation();
                }
                Action::Run(ticket, job) => {
                    let outcome = host.run(*job);
                    tasks.push(Box::pin(async move { Done::Outcome(ticket, outcome.await) }));
                }
                Action::Command(ticket, command, options) => {
                    let result = host.command(command, options);
                    tasks.push(Box::pin(async move { Done::Command(ticket, result.await) }));
                }
                Action::Wait(until) => break until,
                Action::Stopped(report) => return report,
            }
        };
        while let Some(event) = worker.poll_event() {
            listener(&job_type, &event);
        }
        match woken(&host, &mut activation, &mut tasks, &signal, until).await {
            Woken::Activation(result) => {
                activation = None;
                worker.handle_activation(result, now());
            }
            Woken::Done(Done::Outcome(ticket, outcome)) => worker.handle_outcome(ticket, outcome),
            Woken::Done(Done::Command(ticket, result)) => worker.handle_command(ticket, result),
            Woken::Stop(deadline) => worker.stop(deadline),
            Woken::Due => {}
        }
    }
}

/// What happens first.
async fn woken<H: Host>(
    host: &H,
    activation: &mut Option<Task<Result<Answer, Error>>>,
    tasks: &mut Tasks<Done>,
    signal: &StopSignal,
    until: Option<Instant>,
) -> Woken {
    let sleep = async {
        match until {
            Some(until) => host.sleep_until(until).await,
            None => std::future::pending().await,
        }
    };
    let mut sleep = pin!(sleep);
    poll_fn(|context| {
        if let Poll::Ready(done) = tasks.poll_next(context) {
            return Poll::Ready(Woken::Done(done));
        }
        if let Some(Poll::Ready(result)) = activation.as_mut().map(|activation| activation.as_mut().poll(context)) {
            return Poll::Ready(Woken::Activation(result));
        }
        if let Poll::Ready(deadline) = signal.poll(context) {
            return Poll::Ready(Woken::Stop(deadline));
        }
        sleep.as_mut().poll(context).map(|()| Woken::Due)
    })
    .await
}

/// Carries the wish to stop to a worker's loop.
#[derive(Debug, Default)]
pub(crate) struct StopSignal(Mutex<Signal>);

#[derive(Debug, Default)]
struct Signal {
    deadline: Option<Instant>,
    /// Whether the loop has heard of the deadline.
    heard: bool,
    waker: Option<Waker>,
}

impl StopSignal {
    pub(crate) fn stop(&self, within: Duration) {
        let deadline = Instant::now() + within.min(Duration::from_secs(365 * 24 * 3600));
        let waker = {
            let mut signal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if signal.deadline.is_some_and(|earlier| earlier <= deadline) {
                return;
            }
            signal.deadline = Some(deadline);
            signal.heard = false;
            signal.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Instant> {
        let mut signal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match signal.deadline {
            Some(deadline) if !signal.heard => {
                signal.heard = true;
                Poll::Ready(deadline)
            }
            _ => {
                signal.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Stops a worker from anywhere. Clones stop the same worker.
#[derive(Clone, Debug)]
pub struct StopHandle(pub(crate) Arc<StopSignal>);

impl StopHandle {
    /// Asks the worker to end: it polls no more, gives back what it has not started, and waits that long for what runs. Asked
    /// again, the earlier end holds.
    pub fn stop(&self, within: Duration) {
        self.0.stop(within);
    }
}

/// Tells of failures on standard error, unless the worker has a listener of its own.
pub(crate) fn tell(job_type: &str, event: &WorkerEvent) {
    match event {
        WorkerEvent::PollsFail(error) => eprintln!("camunda: worker {job_type}: polls fail, and go on: {error}"),
        WorkerEvent::PollsRecovered(failures) => {
            eprintln!("camunda: worker {job_type}: polls succeed again after {failures} failures");
        }
        WorkerEvent::JobUndecodable(Some(key), error) => {
            eprintln!("camunda: worker {job_type}: job {key} is failed, since it cannot be read: {error}");
        }
        WorkerEvent::JobUndecodable(None, error) => {
            eprintln!("camunda: worker {job_type}: a job cannot be read, nor its key: {error}");
        }
        WorkerEvent::CommandFailed(key, error) => {
            eprintln!("camunda: worker {job_type}: the result of job {key} was not delivered: {error}");
        }
        _ => {}
    }
}
