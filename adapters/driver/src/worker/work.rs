//! The one worker loop. It does what the machine says and tells it how things went; it decides nothing. What an activation,
//! a handler and a command run on is its host's business.

use std::collections::HashMap;
use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use camunda_core::api::{ActivateJobs, UpdateJob};
use camunda_core::config::LogLevel;
use camunda_core::worker::{Action, CommandEnd, JobCommand, Outcome, Report, Ticket, Worker, WorkerEvent};
use camunda_core::{Answer, CallOptions, Error, Now};

use super::job::Assignment;
use super::lease::{Cancellation, Lease};
use super::monitor::WorkerMonitor;
use super::signal::{Note, Signal};
use super::tasks::{Task, Tasks};
use super::threads::Panic;
use super::{panic_text, panicked, tell};
use crate::flight::now;
use crate::log::Log;

/// What a worker's loop stands on. Whatever panics is told, and ends nothing.
pub(crate) trait Host: Send + Sync {
    /// Sends an activation once; `alone` if nothing else is under way, so that the loop's own thread may wait for it.
    fn activate(&self, activation: ActivateJobs, alone: bool) -> Task<Result<Answer, Error>>;
    /// Ends the activation under way.
    fn cancel_activation(&self);
    /// Runs the handler, whatever it does.
    fn run(&self, assignment: Assignment) -> Task<Outcome>;
    /// Sends a command.
    fn command(&self, command: JobCommand, options: CallOptions) -> Task<Result<(), Error>>;
    /// Sends an extension.
    fn extend(&self, extension: UpdateJob, options: CallOptions) -> Task<Result<(), Error>>;
    /// What its clocks say.
    fn now(&self) -> Now {
        now()
    }
    /// Completes at that instant.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send;
}

/// Told what a worker has to tell.
pub(crate) type Listener = Arc<dyn Fn(&str, &WorkerEvent) + Send + Sync>;

/// What a loop has beside its machine and its host.
pub(crate) struct Desk {
    pub(crate) job_type: String,
    pub(crate) signal: Arc<Signal>,
    pub(crate) monitor: WorkerMonitor,
    pub(crate) log: Log,
    pub(crate) listener: Option<Listener>,
}

enum Done {
    Outcome(Ticket, Outcome),
    Command(Ticket, CommandEnd),
    Extension(Ticket, CommandEnd),
    Lent,
}

enum Woken {
    Activation(Result<Result<Answer, Error>, Panic>),
    Done(Done),
    Note(Note),
    Due,
}

/// The jobs whose handlers run. Dropped, however the loop ends, it tells all who count on the loop that it is gone.
struct Running<'a> {
    leases: HashMap<Ticket, Arc<Lease>>,
    desk: &'a Desk,
}

impl Running<'_> {
    fn take_note(&self, note: Note, worker: &mut Worker, tasks: &mut Tasks<Done>) {
        match note {
            Note::Stop(deadline) => {
                worker.stop(deadline);
                self.leases.values().for_each(|lease| lease.cancel(Cancellation::Stopping));
            }
            Note::Extended(ticket, until) => worker.handle_extended(ticket, until, now()),
            Note::Lent(task) => tasks.push(Box::pin(async move {
                // A panic is told to whoever waits, by silence.
                let _ = caught(task).await;
                Done::Lent
            })),
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.desk.monitor.ended();
        self.leases.values().for_each(|lease| lease.abandon());
        self.desk.signal.close();
    }
}

pub(crate) async fn work<H: Host>(mut worker: Worker, host: H, desk: Desk) -> Report {
    let mut activation: Option<Task<Result<Answer, Error>>> = None;
    let mut tasks = Tasks::new();
    let mut running = Running { leases: HashMap::new(), desk: &desk };
    let (timeout, jobs) = (worker.timeout().as_millis(), worker.max_concurrent_jobs());
    desk.log.log(LogLevel::Debug, "a worker begins", &[("timeout_ms", &timeout), ("max_concurrent_jobs", &jobs)]);
    loop {
        let until = loop {
            match worker.poll(host.now()) {
                Action::Activate(operation) => {
                    activation = Some(host.activate(operation, tasks.is_empty()));
                }
                Action::CancelPoll => {
                    activation = None;
                    host.cancel_activation();
                }
                Action::Run(ticket, job, until) => {
                    let lease = Arc::new(Lease::new(ticket, until, Arc::clone(&desk.signal)));
                    running.leases.insert(ticket, Arc::clone(&lease));
                    let outcome = host.run(Assignment { job: *job, lease, log: desk.log.clone() });
                    tasks.push(Box::pin(async move { Done::Outcome(ticket, outcome.await) }));
                }
                Action::LeaseLost(ticket) => {
                    if let Some(lease) = running.leases.get(&ticket) {
                        lease.cancel(Cancellation::LeaseLost);
                    }
                }
                Action::Command(ticket, command, options) => {
                    let end = ended(host.command(command, options));
                    tasks.push(Box::pin(async move { Done::Command(ticket, end.await) }));
                }
                Action::Extend(ticket, extension, options) => {
                    let end = ended(host.extend(extension, options));
                    tasks.push(Box::pin(async move { Done::Extension(ticket, end.await) }));
                }
                Action::Wait(until) => break until,
                Action::Stopped(report) => {
                    desk.monitor.set(worker.status());
                    tell_all(&mut worker, &desk);
                    let fields: [(_, &dyn Display); 3] =
                        [("activated", &report.activated), ("over", &report.over()), ("left", &report.left.len())];
                    desk.log.log(LogLevel::Debug, "a worker has ended", &fields);
                    return report;
                }
            }
        };
        desk.monitor.set(worker.status());
        tell_all(&mut worker, &desk);
        match woken(&host, &mut activation, &mut tasks, &desk.signal, until).await {
            Woken::Activation(result) => {
                activation = None;
                // A stop that came while the poll kept the thread comes before the jobs that it brought.
                while let Some(note) = desk.signal.note() {
                    running.take_note(note, &mut worker, &mut tasks);
                }
                match result {
                    Ok(result) => worker.handle_activation(result, host.now()),
                    Err(panic) => worker.handle_activation_lost(&panic_text("a poll panicked", &*panic), host.now()),
                }
            }
            Woken::Done(Done::Outcome(ticket, outcome)) => {
                let answer = running.leases.remove(&ticket).and_then(|lease| lease.take_answer());
                match answer {
                    Some((ended, end)) => worker.handle_answered(ticket, ended, end),
                    None => worker.handle_outcome(ticket, outcome),
                }
            }
            Woken::Done(Done::Command(ticket, end)) => worker.handle_command(ticket, end),
            Woken::Done(Done::Extension(ticket, end)) => {
                worker.handle_extension(ticket, end);
                if let (Some(lease), Some(until)) = (running.leases.get(&ticket), worker.locked_until(ticket)) {
                    lease.set_until(until);
                }
            }
            Woken::Note(note) => running.take_note(note, &mut worker, &mut tasks),
            Woken::Done(Done::Lent) | Woken::Due => {}
        }
    }
}

fn tell_all(worker: &mut Worker, desk: &Desk) {
    while let Some(event) = worker.poll_event() {
        match &desk.listener {
            // A listener that panics is no reason for a worker to end.
            Some(listener) => {
                let _ = catch_unwind(AssertUnwindSafe(|| listener(&desk.job_type, &event)));
            }
            None => tell(&desk.log, &event),
        }
    }
}

/// What happens first.
async fn woken<H: Host>(
    host: &H,
    activation: &mut Option<Task<Result<Answer, Error>>>,
    tasks: &mut Tasks<Done>,
    signal: &Signal,
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
        if let Poll::Ready(note) = signal.poll(context) {
            return Poll::Ready(Woken::Note(note));
        }
        // Last but for the timer, since it may keep the thread.
        if let Some(activation) = activation {
            match catch_unwind(AssertUnwindSafe(|| activation.as_mut().poll(context))) {
                Ok(Poll::Ready(result)) => return Poll::Ready(Woken::Activation(Ok(result))),
                Ok(Poll::Pending) => {}
                Err(panic) => return Poll::Ready(Woken::Activation(Err(panic))),
            }
        }
        sleep.as_mut().poll(context).map(|()| Woken::Due)
    })
    .await
}

/// What a command's end means, also if sending it panics.
async fn ended(command: Task<Result<(), Error>>) -> CommandEnd {
    match caught(command).await {
        Ok(result) => CommandEnd::of(&result),
        Err(panic) => CommandEnd::unknown(panic_text("a command panicked", &*panic)),
    }
}

/// What a future brings, or its panic.
async fn caught<T>(mut future: Pin<Box<dyn Future<Output = T> + Send>>) -> Result<T, Panic> {
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// What a handler's future brings; a panic is a failure of its job.
pub(crate) async fn contained(handler: Task<Outcome>) -> Outcome {
    caught(handler).await.unwrap_or_else(|panic| panicked(&*panic))
}
