//! The engine: commands and the time go in, results, parked answers and the next deadline come out.
//! It reads no clock, opens no socket, starts no thread and has no randomness: the same calls give the same keys and states.
//!
//! Every public command first lets happen what is due, then acts, then runs what follows until nothing moves, and at last
//! serves the polls that wait for jobs. Answers that come later carry the ticket of their request and are taken out with
//! [`Engine::poll_outcome`].

mod activation;
mod ad_hoc;
mod audit;
mod boundary;
mod call;
mod clock;
mod command;
mod compensation;
mod condition;
mod cron;
mod decision;
mod definition;
mod deploy;
mod element;
mod ending;
mod gateway;
mod incident;
mod instance;
mod invariants;
mod job;
mod key;
mod mapping;
mod message;
mod metrics;
mod migrate;
mod modify;
mod multi;
mod rejection;
mod resource;
mod scope;
mod settings;
mod store;
#[cfg(test)]
mod stories;
mod subscription;
mod timer;
mod trigger;
mod user_task;
mod variable;

use std::collections::{BTreeMap, VecDeque};

pub(crate) use activation::{ActivatedJob, Activation, HandOut, Within};
pub(crate) use audit::AuditEntry;
pub(crate) use command::{CompleteJob, FailJob, ThrowError, UpdateJob};
pub(crate) use decision::{Requirements, details};
pub(crate) use definition::Definition;
pub(crate) use deploy::Resource;
pub(crate) use element::{Element, Role};
pub(crate) use incident::Incident;
pub(crate) use instance::{AwaitCompletion, CreateInstance, Instance, Target};
pub(crate) use job::{Job, JobKind, JobState};
pub(crate) use key::partition;
pub(crate) use message::PublishMessage;
pub(crate) use metrics::{BUCKET, Count, Counts};
pub(crate) use modify::{Activation as ModifyActivation, Modification, Termination};
pub(crate) use rejection::{Reason, Rejection};
pub(crate) use resource::{FileKind, StoredFile};
pub(crate) use settings::{CallerKind, LIBRARY, Settings};
pub(crate) use store::{Entity, StoredDocument};
pub(crate) use subscription::{Subscription, Wait};
pub(crate) use timer::is_timer;
pub(crate) use user_task::{GLOBAL_LISTENER, TaskChange, UserTask};
pub(crate) use variable::Variable;

/// The tenant of everything where there are no tenants, and of what names none.
pub(crate) const DEFAULT_TENANT: &str = "<default>";

/// A JSON object of variables.
pub(crate) type Document = serde_json::Map<String, serde_json::Value>;

/// Names a request whose answer may come later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket(pub(crate) u64);

/// An answer that was waited for.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// The jobs of an activation, none if its time was over.
    Jobs(Vec<ActivatedJob>),
    /// The instance completed; these are the variables that were asked for.
    Completed { instance: i64, variables: Document },
    /// The time of the request was over.
    TimedOut,
    /// What was asked for has happened, or was refused.
    Settled(Result<(), Rejection>),
}

/// The whole state of the cluster.
#[derive(Debug, Clone, Default)]
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    clock: clock::Clock,
    /// The latest real time that was seen.
    real: i64,
    /// The time that processes see.
    time: i64,
    keys: key::Keys,
    pub(crate) definitions: definition::Definitions,
    pub(crate) decisions: decision::Decisions,
    pub(crate) files: resource::FileStore,
    /// How many instances run, by the key of their definition; none where none does.
    running: BTreeMap<i64, usize>,
    pub(crate) instances: BTreeMap<i64, Instance>,
    pub(crate) active_instances: std::collections::BTreeSet<i64>,
    pub(crate) elements: BTreeMap<i64, Element>,
    scopes: BTreeMap<i64, scope::Scope>,
    pub(crate) variables: variable::VariableStore,
    pub(crate) jobs: job::JobStore,
    pub(crate) incidents: BTreeMap<i64, Incident>,
    pub(crate) messages: message::MessageStore,
    pub(crate) subscriptions: subscription::SubscriptionStore,
    pub(crate) store: store::Store,
    pub(crate) audit: audit::AuditLog,
    pub(crate) metrics: metrics::JobMetrics,
    pub(crate) user_tasks: BTreeMap<i64, UserTask>,
    /// Inclusive joins at which tokens wait, by scope and node.
    joining: std::collections::BTreeSet<(i64, usize)>,
    /// Scopes that something has arrived in or left since joins were looked at; only kept where there are joins.
    moved: std::collections::BTreeSet<i64>,
    /// Steps since the last command, and whether there were too many.
    steps: usize,
    exhausted: bool,
    polls: activation::Polls,
    awaiting: BTreeMap<i64, Vec<instance::Awaiting>>,
    queue: VecDeque<scope::Step>,
    /// Requests that wait until listeners were heard, and until when.
    settling: BTreeMap<Ticket, i64>,
    outcomes: VecDeque<(Ticket, Outcome)>,
    handed: Vec<activation::HandOut>,
}

impl Engine {
    /// Lets time pass: everything that is due happens.
    pub(crate) fn advance(&mut self, now: i64) {
        self.enter(now);
        self.settle();
    }

    /// Lets time pass before something that follows nothing.
    pub(crate) fn pass_time(&mut self, now: i64) {
        self.enter(now);
        self.settle();
    }

    /// A key for something that is no part of a process.
    pub(crate) fn next_key(&mut self) -> i64 {
        self.keys.next()
    }

    /// The next answer that was waited for, if there is one; drain after every command.
    pub(crate) fn poll_outcome(&mut self) -> Option<(Ticket, Outcome)> {
        self.outcomes.pop_front()
    }

    /// The real time at which [`Engine::advance`] has something to do.
    pub(crate) fn deadline(&self) -> Option<i64> {
        let awaiting = self.awaiting.values().flatten().map(|a| a.until);
        let requests = [self.polls.deadline(), awaiting.chain(self.settling.values().copied()).min()];
        requests.into_iter().chain([self.due()]).flatten().min()
    }

    /// The same without the requests that wait: when the state will change by itself.
    pub(crate) fn due(&self) -> Option<i64> {
        let due = self.jobs.due().into_iter().chain(self.timer_due()).min()?;
        self.clock.real(due)
    }

    /// The start of every command.
    fn enter(&mut self, now: i64) {
        self.real = self.real.max(now);
        self.time = self.clock.engine(self.real);
        self.steps = 0;
        self.release_due_jobs();
        self.expire_messages();
        self.expire_polls();
        self.expire_awaiting();
        self.expire_settling();
        self.proceed();
    }

    /// The answer to a request that waited for listeners, unless its time was over before.
    fn settled(&mut self, ticket: Ticket, result: Result<(), Rejection>) {
        if self.settling.remove(&ticket).is_some() {
            self.outcomes.push_back((ticket, Outcome::Settled(result)));
        }
    }

    /// Requests whose time is over are told so; what they asked for goes on.
    fn expire_settling(&mut self) {
        let real = self.real;
        let over: Vec<Ticket> = self.settling.iter().filter(|(_, until)| **until <= real).map(|(t, _)| *t).collect();
        for ticket in over {
            self.settling.remove(&ticket);
            self.outcomes.push_back((ticket, Outcome::TimedOut));
        }
    }

    /// The end of every command: what follows happens, and polls are served.
    fn settle(&mut self) {
        self.proceed();
        self.serve_polls();
    }

    /// Everything that follows, and every timer that is due by then.
    fn proceed(&mut self) {
        self.run();
        while self.fire_timers() {
            self.run();
        }
    }
}
