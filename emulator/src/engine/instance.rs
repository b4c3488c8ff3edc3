//! Process instances: created, awaited, completed, cancelled.
//! What happens inside them is the elements' business.

use std::sync::Arc;

use super::definition::DefinitionState;
use super::scope::Token;
use super::{Definition, Document, Engine, Outcome, Rejection, Ticket};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstanceState {
    Active,
    Completed,
    Terminated,
}

#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) key: i64,
    pub(crate) definition: Arc<Definition>,
    pub(crate) state: InstanceState,
    pub(crate) started: i64,
    pub(crate) ended: Option<i64>,
    /// Since when it is held.
    pub(crate) suspended: Option<i64>,
    pub(crate) tags: Vec<String>,
    pub(crate) business_id: Option<String>,
    /// The call activity that it belongs to, if it does not stand alone.
    pub(crate) caller: Option<Caller>,
    /// Whether it was moved to another definition.
    pub(crate) migrated: bool,
    /// The outermost instance.
    pub(crate) root: i64,
    /// How many calls lead to it.
    pub(crate) depth: usize,
    /// Elements at whose end it is terminated.
    pub(crate) end_after: Vec<String>,
    /// Of the message that started it, if the message had a key.
    pub(crate) correlation: Option<super::message::Place>,
    /// How many incidents are open, those of called instances among them.
    pub(crate) open_incidents: usize,
    /// The flows that were taken, by their index in the model.
    pub(crate) taken: std::collections::BTreeSet<usize>,
    pub(crate) elements: Vec<i64>,
    pub(crate) variables: Vec<i64>,
    pub(crate) jobs: Vec<i64>,
    pub(crate) incidents: Vec<i64>,
}

impl Instance {
    /// The state as searches write it.
    pub(crate) fn state(&self) -> &'static str {
        match self.state {
            InstanceState::Active if self.suspended.is_some() => "SUSPENDED",
            InstanceState::Active => "ACTIVE",
            InstanceState::Completed => "COMPLETED",
            InstanceState::Terminated => "TERMINATED",
        }
    }
}

/// What called an instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) element: i64,
    pub(crate) instance: i64,
    pub(crate) depth: usize,
}

/// Which definition to start.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// The latest version, or the one that is named.
    Id {
        id: String,
        version: Option<i32>,
    },
    Key(i64),
}

#[derive(Debug, Clone)]
pub(crate) struct CreateInstance {
    pub(crate) target: Target,
    pub(crate) tenant: Arc<str>,
    pub(crate) variables: Document,
    pub(crate) tags: Vec<String>,
    pub(crate) business_id: Option<String>,
    /// The elements to begin with instead of the start event.
    pub(crate) start_at: Vec<String>,
    pub(crate) end_after: Vec<String>,
    pub(crate) await_completion: Option<AwaitCompletion>,
}

impl CreateInstance {
    /// The latest version with these variables, and nothing special.
    pub(crate) fn latest(id: &str, variables: Document) -> Self {
        Self {
            target: Target::Id { id: id.to_owned(), version: None },
            tenant: super::DEFAULT_TENANT.into(),
            variables,
            tags: Vec::new(),
            business_id: None,
            start_at: Vec::new(),
            end_after: Vec::new(),
            await_completion: None,
        }
    }
}

/// The answer is to come when the instance completes.
#[derive(Debug, Clone)]
pub(crate) struct AwaitCompletion {
    pub(crate) ticket: Ticket,
    /// The variables to answer with; none named: all of them.
    pub(crate) fetch: Vec<String>,
    /// How long the client waits, in milliseconds of real time.
    pub(crate) timeout: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Awaiting {
    ticket: Ticket,
    fetch: Vec<String>,
    pub(crate) until: i64,
}

impl Engine {
    /// Creates an instance and runs it as far as it goes; answers its key.
    pub(crate) fn create_instance(&mut self, request: CreateInstance, now: i64) -> Result<i64, Rejection> {
        self.enter(now);
        let definition = self.target(&request.target, &request.tenant)?.clone();
        let process = &definition.process;
        let mut nodes = Vec::new();
        for id in &request.start_at {
            let node = process.place(id).ok_or_else(|| {
                let text = format!(
                    "Expected to create instance of process with start instructions but no element found with id '{id}'."
                );
                Rejection::invalid_argument("CREATE", text)
            })?;
            if let Some(reason) = super::modify::fault_of_target(process, node) {
                let text = format!(
                    "Expected to create instance of process with start instructions but the element with id '{id}' {reason}"
                );
                return Err(Rejection::invalid_argument("CREATE", text));
            }
            nodes.push(node);
        }
        if nodes.is_empty() && process.body.start.is_none() {
            let text = "Expected to create instance of process with none start event, but there is no such event";
            return Err(Rejection::invalid_state("CREATE", text.to_owned()));
        }
        let key = self.add_instance(definition.clone(), request.variables, None);
        if let Some(instance) = self.instances.get_mut(&key) {
            instance.tags = request.tags;
            instance.business_id = request.business_id;
            instance.end_after = request.end_after;
        }
        if let Some(AwaitCompletion { ticket, fetch, timeout }) = request.await_completion {
            let until = self.real.saturating_add(timeout);
            self.awaiting.entry(key).or_default().push(Awaiting { ticket, fetch, until });
        }
        if let (true, Some(start)) = (nodes.is_empty(), definition.process.body.start) {
            self.send_token(key, Token::to(start));
        }
        for node in nodes {
            self.activate_at(key, node, None, Document::new());
        }
        self.settle();
        Ok(key)
    }

    /// An instance with its variables, in which nothing has begun.
    pub(crate) fn add_instance(
        &mut self,
        definition: Arc<Definition>,
        variables: Document,
        caller: Option<Caller>,
    ) -> i64 {
        let key = self.keys.next();
        let parent = caller.and_then(|caller| self.instances.get(&caller.instance));
        let instance = Instance {
            key,
            definition: definition.clone(),
            state: InstanceState::Active,
            started: self.time,
            ended: None,
            suspended: None,
            tags: parent.map(|parent| parent.tags.clone()).unwrap_or_default(),
            business_id: parent.and_then(|parent| parent.business_id.clone()),
            migrated: false,
            root: parent.map_or(key, |parent| parent.root),
            depth: caller.map_or(0, |caller| caller.depth),
            caller,
            end_after: Vec::new(),
            correlation: None,
            open_incidents: 0,
            taken: std::collections::BTreeSet::new(),
            elements: Vec::new(),
            variables: Vec::new(),
            jobs: Vec::new(),
            incidents: Vec::new(),
        };
        self.instances.insert(key, instance);
        self.active_instances.insert(key);
        *self.running.entry(definition.key).or_default() += 1;
        self.open_scope(key, key, definition);
        self.set_locals(key, variables);
        key
    }

    fn target(&self, target: &Target, tenant: &str) -> Result<&Arc<Definition>, Rejection> {
        let (found, wanted) = match target {
            Target::Id { id, version: None | Some(-1) } => {
                (self.definitions.latest(tenant, id), format!("process ID '{id}'"))
            }
            Target::Id { id, version: Some(version) } => {
                (self.definitions.version(tenant, id, *version), format!("process ID '{id}' and version '{version}'"))
            }
            Target::Key(key) => (self.definitions.get(*key), format!("key '{key}'")),
        };
        let found = found
            .filter(|d| *d.tenant == *tenant && self.definitions.state(d.key) != DefinitionState::Deleted)
            .ok_or_else(|| {
                let text = format!("Expected to find process definition with {wanted}, but none found");
                Rejection::not_found("CREATE", text)
            })?;
        if self.definitions.state(found.key) == DefinitionState::Draining {
            let text =
                format!("Expected to create instance of process with key '{}', but it is being deleted", found.key);
            return Err(Rejection::invalid_state("CREATE", text));
        }
        Ok(found)
    }

    pub(crate) fn cancel_instance(&mut self, key: i64, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        let Some(instance) = self.instances.get(&key).filter(|_| self.active_instances.contains(&key)) else {
            let text = format!("Expected to cancel a process instance with key '{key}', but no such process was found");
            return Err(Rejection::not_found("CANCEL", text));
        };
        if instance.caller.is_some() {
            let text = format!(
                "Expected to cancel a process instance with key '{key}', but it is created by a parent process instance. \
                 Cancel the root process instance '{}' instead.",
                instance.root
            );
            return Err(Rejection::invalid_state("CANCEL", text));
        }
        self.terminate_instance(key);
        self.settle();
        Ok(())
    }

    /// Gives a business id to an instance that has none; once and for all, and not to called ones.
    pub(crate) fn set_business_id(&mut self, key: i64, id: &str, intent: &'static str) -> Result<(), Rejection> {
        let Some(instance) = self.instances.get_mut(&key).filter(|_| self.active_instances.contains(&key)) else {
            let text = format!(
                "Expected to assign a business id to a process instance with key '{key}', but no such process was found"
            );
            return Err(Rejection::not_found(intent, text));
        };
        let fault = match &instance.business_id {
            Some(own) if own == id => return Ok(()),
            Some(own) => format!("it has the business id '{own}' already"),
            None if instance.caller.is_some() => "it is created by a parent process instance".to_owned(),
            None => {
                instance.business_id = Some(id.to_owned());
                return Ok(());
            }
        };
        let text = format!("Expected to assign a business id to a process instance with key '{key}', but {fault}");
        Err(Rejection::invalid_state(intent, text))
    }

    /// Terminates everything that lives in the instance, and the instance last.
    pub(crate) fn terminate_instance(&mut self, key: i64) {
        let Some(scope) = self.scopes.remove(&key) else { return };
        self.forget_joins(key);
        for element in scope.living {
            self.terminate(element);
        }
        self.end_instance(key, InstanceState::Terminated);
    }

    pub(crate) fn complete_instance(&mut self, key: i64) {
        self.end_instance(key, InstanceState::Completed);
        if let Some(caller) = self.instances.get(&key).and_then(|instance| instance.caller) {
            self.called_completed(caller.element, key);
        }
        for waiting in self.awaiting.remove(&key).unwrap_or_default() {
            let variables = self.visible(key, &waiting.fetch);
            self.outcomes.push_back((waiting.ticket, Outcome::Completed { instance: key, variables }));
        }
    }

    pub(crate) fn end_instance(&mut self, key: i64, state: InstanceState) {
        if !self.active_instances.remove(&key) {
            return;
        }
        self.close_subscriptions(key);
        if let Some(place) = self.instances.get_mut(&key).and_then(|instance| instance.correlation.take()) {
            self.release_correlation(&place);
        }
        if let Some(instance) = self.instances.get_mut(&key) {
            instance.state = state;
            instance.ended = Some(self.time);
            let definition = instance.definition.key;
            self.one_less(definition);
        }
    }

    /// An instance of the definition is over, or has gone to another one.
    pub(crate) fn one_less(&mut self, definition: i64) {
        if let Some(running) = self.running.get_mut(&definition) {
            *running -= 1;
            if *running == 0 {
                self.running.remove(&definition);
                self.definitions.drained(definition);
            }
        }
    }

    /// Forgets an instance that has ended, with everything it left.
    pub(crate) fn forget_instance(&mut self, key: i64) {
        let Some(instance) = self.instances.remove(&key) else { return };
        for element in &instance.elements {
            if let Some(task) = self.elements.remove(element).and_then(|element| element.user_task) {
                self.user_tasks.remove(&task);
            }
        }
        for job in &instance.jobs {
            self.jobs.all.remove(job);
        }
        for incident in &instance.incidents {
            self.incidents.remove(incident);
        }
        for variable in &instance.variables {
            self.variables.forget(*variable);
        }
    }

    /// The outermost instance around this one.
    pub(crate) fn root_of(&self, instance: i64) -> i64 {
        self.instances.get(&instance).map_or(instance, |i| i.root)
    }

    /// Answers those that waited long enough; their instances live on.
    pub(crate) fn expire_awaiting(&mut self) {
        let real = self.real;
        for waiting in self.awaiting.values_mut() {
            for expired in waiting.extract_if(.., |w| w.until <= real) {
                self.outcomes.push_back((expired.ticket, Outcome::TimedOut));
            }
        }
        self.awaiting.retain(|_, waiting| !waiting.is_empty());
    }
}
