//! How user tasks change: commands, listeners that may deny or correct, and what comes of it.
//! The task waits in a state of its own while its listeners are heard; so does the client.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::heard::Listener;
use crate::engine::command::CompleteJob;
use crate::engine::scope::Step;
use crate::engine::{Document, Engine, Rejection, Ticket};

/// How long a client waits for listeners, in milliseconds: what the gateway allows a request.
const REQUEST_TIMEOUT: i64 = 15_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Creating,
    Assigning,
    Updating,
    Completing,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Assigning => "assigning",
            Self::Updating => "updating",
            Self::Completing => "completing",
        }
    }

    fn state(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Assigning => "ASSIGNING",
            Self::Updating => "UPDATING",
            Self::Completing => "COMPLETING",
        }
    }

    fn intent(self) -> &'static str {
        match self {
            Self::Creating => "CREATE",
            Self::Assigning => "ASSIGN",
            Self::Updating => "UPDATE",
            Self::Completing => "COMPLETE",
        }
    }
}

/// New values of attributes; none where nothing changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct TaskChange {
    pub(crate) assignee: Option<Option<String>>,
    pub(crate) candidate_groups: Option<Vec<String>>,
    pub(crate) candidate_users: Option<Vec<String>>,
    pub(crate) due_date: Option<Option<String>>,
    pub(crate) follow_up_date: Option<Option<String>>,
    pub(crate) priority: Option<i32>,
}

impl TaskChange {
    /// Whether anything changes.
    pub(crate) fn is_some(&self) -> bool {
        !self.names().is_empty()
    }

    /// The names of the attributes that change, sorted.
    fn names(&self) -> Vec<&'static str> {
        let all = [
            ("assignee", self.assignee.is_some()),
            ("candidateGroups", self.candidate_groups.is_some()),
            ("candidateUsers", self.candidate_users.is_some()),
            ("dueDate", self.due_date.is_some()),
            ("followUpDate", self.follow_up_date.is_some()),
            ("priority", self.priority.is_some()),
        ];
        all.into_iter().filter(|(_, changes)| *changes).map(|(name, _)| name).collect()
    }
}

/// A change under way.
#[derive(Debug, Clone)]
pub(crate) struct Transition {
    event: Event,
    pub(crate) action: String,
    pub(crate) change: TaskChange,
    variables: Document,
    /// Those that are to be asked, and how many of them were heard.
    listeners: Vec<Listener>,
    heard: usize,
    pub(crate) ticket: Option<Ticket>,
}

impl Transition {
    pub(super) fn new(event: Event, action: &str) -> Self {
        let (change, variables) = (TaskChange::default(), Document::new());
        Self { event, action: action.to_owned(), change, variables, listeners: Vec::new(), heard: 0, ticket: None }
    }
}

impl Engine {
    /// Assigns to somebody, or to nobody; true if it is done, else the ticket will be answered.
    pub(crate) fn assign_task(
        &mut self,
        key: i64,
        assignee: Option<String>,
        override_allowed: bool,
        action: &str,
        ticket: Ticket,
        now: i64,
    ) -> Result<bool, Rejection> {
        self.enter(now);
        let verb = if override_allowed { "assign" } else { "claim" };
        let intent = if override_allowed { "ASSIGN" } else { "CLAIM" };
        self.open_task(key, intent, verb)?;
        let current = self.user_tasks.get(&key).and_then(|task| task.assignee.as_ref());
        if !override_allowed && current.is_some() && current != assignee.as_ref() {
            let text = format!("Expected to claim user task with key '{key}', but it has already been assigned");
            return Err(Rejection::invalid_state("CLAIM", text));
        }
        let mut transition = Transition::new(Event::Assigning, action);
        transition.change.assignee = Some(assignee);
        Ok(self.command_transition(key, transition, ticket))
    }

    pub(crate) fn update_task(
        &mut self,
        key: i64,
        change: TaskChange,
        action: &str,
        ticket: Ticket,
        now: i64,
    ) -> Result<bool, Rejection> {
        self.enter(now);
        self.open_task(key, "UPDATE", "update")?;
        let transition = Transition { change, ..Transition::new(Event::Updating, action) };
        Ok(self.command_transition(key, transition, ticket))
    }

    pub(crate) fn complete_task(
        &mut self,
        key: i64,
        variables: Document,
        action: &str,
        ticket: Ticket,
        now: i64,
    ) -> Result<bool, Rejection> {
        self.enter(now);
        self.open_task(key, "COMPLETE", "complete")?;
        let transition = Transition { variables, ..Transition::new(Event::Completing, action) };
        Ok(self.command_transition(key, transition, ticket))
    }

    fn open_task(&self, key: i64, intent: &'static str, verb: &str) -> Result<(), Rejection> {
        let task = self.user_tasks.get(&key).filter(|task| !matches!(task.state, "COMPLETED" | "CANCELED"));
        match task.map(|task| task.state) {
            Some("CREATED") if !task.is_some_and(|task| self.is_suspended(task.instance)) => Ok(()),
            Some("CREATED") => {
                let text =
                    format!("Expected to {verb} user task with key '{key}', but its process instance is suspended");
                Err(Rejection::invalid_state(intent, text))
            }
            Some(state) => {
                let text = format!("Expected to {verb} user task with key '{key}', but it is in state '{state}'");
                Err(Rejection::invalid_state(intent, text))
            }
            None => {
                let text = format!("Expected to {verb} user task with key '{key}', but no such user task was found");
                Err(Rejection::not_found(intent, text))
            }
        }
    }

    fn command_transition(&mut self, key: i64, mut transition: Transition, ticket: Ticket) -> bool {
        let listens = !self.task_listeners(key, transition.event).is_empty();
        if listens {
            transition.ticket = Some(ticket);
            self.settling.insert(ticket, self.real.saturating_add(REQUEST_TIMEOUT));
        }
        self.begin_transition(key, transition);
        self.settle();
        !listens
    }

    pub(super) fn begin_transition(&mut self, key: i64, mut transition: Transition) {
        transition.listeners = self.task_listeners(key, transition.event);
        if let Some(task) = self.user_tasks.get_mut(&key) {
            task.state = transition.event.state();
            task.transition = Some(transition);
            self.go_on(key);
        }
    }

    fn task_listeners(&self, key: i64, event: Event) -> Vec<Listener> {
        let model = self.user_tasks.get(&key).and_then(super::UserTask::model);
        model.map(|model| self.listeners(&model.listeners, event.word())).unwrap_or_default()
    }

    /// The next listener is asked, or the change happens.
    fn go_on(&mut self, key: i64) {
        let under_way = self.user_tasks.get(&key).and_then(|t| t.transition.as_ref());
        let Some((event, next)) = under_way.map(|t| (t.event, t.listeners.get(t.heard).cloned())) else { return };
        let Some(listener) = next else { return self.apply(key) };
        let Some(task) = self.user_tasks.get(&key) else { return };
        let (element, definition, node, headers) = (task.element, task.definition.clone(), task.node, task.headers());
        let crate::bpmn::Kind::UserTask(model) = &definition.process.nodes[node].kind else { return };
        match self.ask_listener(element, &model.listeners, &listener, event.state()) {
            Ok(job) => {
                if let Some(job) = self.jobs.all.get_mut(&job) {
                    let mut all = (*job.headers).clone();
                    all.extend(headers);
                    job.headers = Arc::new(all);
                }
            }
            Err(trouble) => self.raise(element, None, trouble),
        }
    }

    fn apply(&mut self, key: i64) {
        let time = self.time;
        let Some(task) = self.user_tasks.get_mut(&key) else { return };
        let Some(transition) = task.transition.take() else { return };
        let Transition { event, change, variables, ticket, .. } = transition;
        task.state = if event == Event::Completing { "COMPLETED" } else { "CREATED" };
        let assignee = change.assignee.clone();
        if event != Event::Creating {
            task.assignee = change.assignee.unwrap_or_else(|| task.assignee.take());
        }
        task.candidate_groups = change.candidate_groups.unwrap_or_else(|| std::mem::take(&mut task.candidate_groups));
        task.candidate_users = change.candidate_users.unwrap_or_else(|| std::mem::take(&mut task.candidate_users));
        task.due_date = change.due_date.unwrap_or_else(|| task.due_date.take());
        task.follow_up_date = change.follow_up_date.unwrap_or_else(|| task.follow_up_date.take());
        task.priority = change.priority.unwrap_or(task.priority);
        let (element, definition, node) = (task.element, task.definition.clone(), task.node);
        if event == Event::Completing {
            task.completed = Some(time);
            self.give_result(element, &definition.process.nodes[node], variables);
            self.queue.push_back(Step::Complete { element });
        }
        if let Some(ticket) = ticket {
            self.settled(ticket, Ok(()));
        }
        // The model's assignee comes after the task is there.
        if let (Event::Creating, Some(Some(assignee))) = (event, assignee) {
            let mut assigning = Transition::new(Event::Assigning, "assign");
            assigning.change.assignee = Some(Some(assignee));
            self.begin_transition(key, assigning);
        }
    }

    /// A listener is done: it may have denied the change, or corrected it.
    pub(crate) fn task_listener_heard(
        &mut self,
        element: i64,
        job: i64,
        command: CompleteJob,
    ) -> Result<(), Rejection> {
        let task = self.elements.get(&element).and_then(|e| e.user_task).unwrap_or_default();
        let event = self.user_tasks.get(&task).and_then(|t| t.transition.as_ref()).map(|t| t.event);
        let refuse = |text: &str| {
            let text = format!("Expected to complete task listener job with key '{job}', but {text}");
            Err(Rejection::invalid_argument("COMPLETE", text))
        };
        if !command.variables.is_empty() {
            return refuse("variables were provided");
        }
        let result = command.result.unwrap_or_default();
        let denied = result.get("denied").and_then(Value::as_bool) == Some(true);
        let corrections = result.get("corrections").and_then(Value::as_object);
        if denied && event == Some(Event::Creating) {
            return refuse("creating cannot be denied");
        }
        if denied && corrections.is_some_and(|c| c.values().any(|v| !v.is_null())) {
            return refuse("it was denied and corrected at once");
        }
        self.end_job(job, "COMPLETED");
        if let Some(element) = self.elements.get_mut(&element) {
            element.job = None;
        }
        if denied {
            let reason = result.get("deniedReason").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(job) = self.jobs.all.get_mut(&job) {
                job.denied = Some(reason.clone());
            }
            self.deny(task, &reason);
            return Ok(());
        }
        if let Some(transition) = self.user_tasks.get_mut(&task).and_then(|t| t.transition.as_mut()) {
            transition.heard += 1;
            for (name, value) in corrections.into_iter().flatten().filter(|(_, value)| !value.is_null()) {
                correct(&mut transition.change, name, value);
            }
        }
        self.go_on(task);
        Ok(())
    }

    fn deny(&mut self, key: i64, reason: &str) {
        let Some(task) = self.user_tasks.get_mut(&key) else { return };
        task.state = "CREATED";
        let Some(Transition { event, ticket: Some(ticket), .. }) = task.transition.take() else { return };
        let what = match event {
            Event::Completing => "Completion",
            Event::Assigning => "Assignment",
            Event::Updating | Event::Creating => "Update",
        };
        let text =
            format!("{what} of the User Task with key '{key}' was denied by Task Listener. Reason to deny: '{reason}'");
        let denied = Rejection::invalid_state(event.intent(), text);
        self.settled(ticket, Err(denied));
    }
}

fn correct(change: &mut TaskChange, name: &str, value: &Value) {
    let text = || Some(value.as_str().map(str::to_owned).filter(|text| !text.is_empty()));
    let texts = || Some(value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect());
    match name {
        "assignee" => change.assignee = text(),
        "candidateGroups" => change.candidate_groups = texts(),
        "candidateUsers" => change.candidate_users = texts(),
        "dueDate" => change.due_date = text(),
        "followUpDate" => change.follow_up_date = text(),
        "priority" => change.priority = value.as_i64().and_then(|n| i32::try_from(n).ok()),
        _ => {}
    }
}

impl super::UserTask {
    /// The names of the attributes that are about to change, and the action that changes them.
    pub(crate) fn changing(&self) -> (Vec<&'static str>, String) {
        let transition = self.transition.as_ref();
        transition.map(|t| (t.change.names(), t.action.clone())).unwrap_or_default()
    }

    /// An attribute as it will be when the change under way has happened.
    pub(crate) fn coming_assignee(&self) -> Option<String> {
        let coming = self.transition.as_ref().and_then(|t| t.change.assignee.clone());
        coming.unwrap_or_else(|| self.assignee.clone())
    }

    /// What listeners' jobs carry in their headers.
    fn headers(&self) -> BTreeMap<String, String> {
        let (changed, action) = self.changing();
        let list = |list: &[String]| serde_json::json!(list).to_string();
        let all = [
            ("action", Some(action)),
            ("assignee", self.coming_assignee()),
            ("candidateGroups", Some(list(&self.candidate_groups))),
            ("candidateUsers", Some(list(&self.candidate_users))),
            ("changedAttributes", Some(serde_json::json!(changed).to_string())),
            ("dueDate", self.due_date.clone()),
            ("followUpDate", self.follow_up_date.clone()),
            ("priority", Some(self.priority.to_string())),
            ("userTaskKey", Some(self.key.to_string())),
        ];
        all.into_iter().filter_map(|(name, value)| Some((format!("io.camunda.zeebe:{name}"), value?))).collect()
    }
}
