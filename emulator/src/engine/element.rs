//! The life of an element instance: activated, completed, or terminated, with the flows it takes afterwards.
//! What is special about each kind of element begins in its own file.

use std::sync::Arc;

use super::boundary::Thrown;
use super::incident::Trouble;
use super::multi::MultiState;
use super::scope::{Step, Token};
use super::{Definition, Document, Engine};
use crate::bpmn::{Kind, Node};

/// Where an element instance is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Activating,
    Active,
    Completing,
    Completed,
    Terminated,
}

/// What an element instance is among those of the same element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    /// Holds the inner instances of a multi-instance activity.
    MultiBody,
    /// One of them, by its place from 1.
    MultiInner(usize),
    /// Holds one flow inside an ad-hoc sub-process.
    AdHocInner,
}

#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) key: i64,
    pub(crate) instance: i64,
    /// The key of the flow scope.
    pub(crate) scope: i64,
    pub(crate) definition: Arc<Definition>,
    pub(crate) node: usize,
    pub(crate) role: Role,
    pub(crate) phase: Phase,
    pub(crate) started: i64,
    pub(crate) ended: Option<i64>,
    pub(crate) incident: Option<i64>,
    /// How many incidents are open in it and in everything inside.
    pub(crate) open_incidents: usize,
    pub(crate) job: Option<i64>,
    pub(crate) user_task: Option<i64>,
    /// The instance that a call activity called.
    pub(crate) child: Option<i64>,
    /// The flows that a gateway decided for.
    pub(crate) chosen: Vec<usize>,
    /// The event that an event-based gateway goes on with.
    pub(crate) chosen_event: Option<(usize, Document)>,
    /// What the event that was waited for brought along.
    pub(crate) payload: Option<Document>,
    pub(crate) multi: Option<MultiState>,
    /// The compensation event that waits for it.
    pub(crate) thrower: Option<i64>,
    /// How many handlers a compensation event waits for.
    pub(crate) undoing: usize,
    /// What can be undone of what was inside.
    pub(crate) undoable: Vec<super::compensation::Undoable>,
    /// A job decided that an ad-hoc sub-process is to complete.
    pub(crate) fulfilled: bool,
    /// How many listeners of the phase have been heard.
    pub(crate) heard: usize,
    /// Whether the output mappings were carried out.
    pub(crate) mapped: bool,
}

impl Element {
    pub(crate) fn model(&self) -> &Node {
        &self.definition.process.nodes[self.node]
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Completed | Phase::Terminated)
    }

    pub(crate) fn is_ad_hoc(&self) -> bool {
        self.role != Role::AdHocInner && matches!(self.model().kind, Kind::AdHoc(_))
    }

    /// The type as searches write it.
    pub(crate) fn element_type(&self) -> &'static str {
        match self.role {
            Role::MultiBody => "MULTI_INSTANCE_BODY",
            Role::AdHocInner => "AD_HOC_SUB_PROCESS_INNER_INSTANCE",
            Role::Plain | Role::MultiInner(_) => self.model().element_type,
        }
    }

    /// The state as searches write it.
    pub(crate) fn state(&self) -> &'static str {
        match self.phase {
            Phase::Completed => "COMPLETED",
            Phase::Terminated => "TERMINATED",
            Phase::Activating | Phase::Active | Phase::Completing => "ACTIVE",
        }
    }
}

/// How far the beginning of an element went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// A listener must be heard first.
    Listening,
    /// It waits for something.
    Active,
    /// There is nothing to wait for.
    Done,
}

impl Engine {
    /// A token arrives: the element begins, unless it is a join that still waits for others.
    pub(crate) fn activate(&mut self, scope: i64, epoch: usize, token: Token) {
        // The scope may have ended or been interrupted while the token was on its way.
        let Some(open) = self.scopes.get_mut(&scope).filter(|open| open.epoch == epoch) else {
            return;
        };
        let definition = open.definition.clone();
        let model = &definition.process.nodes[token.node];
        match model.kind {
            Kind::Parallel if !super::gateway::joined(open, model, token.flow) => return,
            Kind::Inclusive { .. } if model.incoming.len() > 1 && token.flow.is_some() => {
                if let Some(flow) = token.flow {
                    *open.waiting.entry(flow).or_default() += 1;
                }
                self.joining.insert((scope, token.node));
                self.moved.insert(scope);
                return;
            }
            _ => {}
        }
        open.tokens -= 1;
        let role = if token.role == Role::Plain && model.multi.is_some() { Role::MultiBody } else { token.role };
        let key = self.add_element(scope, token.node, role);
        self.set_locals(key, token.locals);
        if let Some(element) = self.elements.get_mut(&key) {
            element.payload = token.payload;
            element.thrower = token.thrower;
        }
        self.enter_element(key);
    }

    /// A new element instance in an open scope, not begun yet.
    pub(crate) fn add_element(&mut self, scope: i64, node: usize, role: Role) -> i64 {
        let key = self.keys.next();
        let Some(open) = self.scopes.get_mut(&scope) else {
            return key;
        };
        open.living.insert(key);
        let (instance, definition) = (open.instance, open.definition.clone());
        let element = Element {
            key,
            instance,
            scope,
            definition,
            node,
            role,
            phase: Phase::Activating,
            started: self.time,
            ended: None,
            incident: None,
            open_incidents: 0,
            job: None,
            user_task: None,
            child: None,
            chosen: Vec::new(),
            chosen_event: None,
            payload: None,
            multi: None,
            thrower: None,
            undoing: 0,
            undoable: Vec::new(),
            fulfilled: false,
            heard: 0,
            mapped: false,
        };
        self.elements.insert(key, element);
        if let Some(instance) = self.instances.get_mut(&instance) {
            instance.elements.push(key);
        }
        key
    }

    /// The activation of an element; after an incident it is repeated from here.
    pub(crate) fn enter_element(&mut self, key: i64) {
        let Some(element) = self.elements.get(&key).filter(|e| e.phase == Phase::Activating) else {
            return;
        };
        let definition = element.definition.clone();
        let model = &definition.process.nodes[element.node];
        if self.exhausted {
            return self.raise(key, None, Trouble::endless(&model.id));
        }
        match self.begin(key, model) {
            Ok(Begun::Listening) => {}
            Ok(begun) => {
                if let Some(element) = self.elements.get_mut(&key).filter(|e| e.phase == Phase::Activating) {
                    element.phase = Phase::Active;
                }
                if begun == Begun::Done {
                    self.queue.push_back(Step::Complete { element: key });
                }
            }
            Err(trouble) => {
                self.close_subscriptions(key);
                self.raise(key, None, trouble);
            }
        }
    }

    fn begin(&mut self, key: i64, model: &Node) -> Result<Begun, Trouble> {
        let Some((role, heard)) = self.elements.get(&key).map(|e| (e.role, e.heard)) else {
            return Ok(Begun::Listening);
        };
        match role {
            Role::MultiBody => return self.begin_multi(key, model),
            Role::AdHocInner => return Ok(Begun::Active),
            Role::MultiInner(place) if heard == 0 => self.prepare_inner(key, model, place)?,
            Role::MultiInner(_) | Role::Plain => {}
        }
        if heard == 0 {
            self.map_inputs(key, &model.inputs)?;
        }
        if let Some(listener) = model.start_listeners.get(heard) {
            self.create_listener_job(key, listener, super::job::JobKind::ExecutionListener)?;
            return Ok(Begun::Listening);
        }
        match &model.kind {
            Kind::Pass | Kind::Parallel | Kind::LinkThrow { .. } | Kind::Terminate => {}
            Kind::Start { .. } | Kind::Boundary { .. } => self.take_payload(key, model),
            Kind::Exclusive { default } => {
                let chosen = self.choose(key, model, *default)?;
                self.set_chosen(key, chosen.into_iter().collect());
            }
            Kind::Inclusive { default } => {
                let chosen = self.choose_all(key, model, *default)?;
                self.set_chosen(key, chosen);
            }
            Kind::Job(job) => {
                let prepared = self.prepare_job(key, job)?;
                self.subscribe_boundaries(key, model)?;
                self.add_job(key, prepared);
                return Ok(Begun::Active);
            }
            Kind::UserTask(task) => return self.begin_user_task(key, model, task),
            Kind::Compensate { activity } => return Ok(self.begin_compensation(key, *activity)),
            Kind::ErrorEnd { code } => {
                let code = self.text(key, code)?;
                self.throw_from(key, &Thrown { code: &code, message: "", payload: Document::new() })?;
                return Ok(Begun::Active);
            }
            Kind::Escalation { code } => {
                let code = self.text(key, code)?;
                if self.escalate(key, &code) {
                    return Ok(Begun::Active);
                }
            }
            Kind::Signal { name } => {
                let name = self.text(key, name)?;
                let payload = self.locals(key);
                let tenant = self.elements.get(&key).map(|e| e.definition.tenant.clone()).unwrap_or_default();
                self.signal_all(&tenant, &name, &payload);
            }
            Kind::EventGateway => {
                self.subscribe_gateway(key, model)?;
                return Ok(Begun::Active);
            }
            Kind::Catch(trigger) => {
                if self.elements.get(&key).is_some_and(|e| e.payload.is_some()) {
                    self.take_payload(key, model);
                } else {
                    self.subscribe_boundaries(key, model)?;
                    self.subscribe_itself(key, trigger)?;
                    return Ok(Begun::Active);
                }
            }
            Kind::SubProcess(body) => {
                self.subscribe_boundaries(key, model)?;
                self.begin_scope(key, body.start, None);
                return Ok(Begun::Active);
            }
            Kind::EventSubProcess(body) => {
                let payload = self.elements.get_mut(&key).and_then(|e| e.payload.take());
                self.begin_scope(key, body.start, payload);
                return Ok(Begun::Active);
            }
            Kind::AdHoc(ad_hoc) => return self.begin_ad_hoc(key, model, ad_hoc),
            Kind::Call(call) => return self.begin_call(key, model, call),
            Kind::Script { expression, result } => {
                let value = self.value(key, expression)?.into_json();
                self.give_result(key, model, Document::from_iter([(result.clone(), value)]));
            }
            Kind::Decision { id, result } => {
                let value = self.decide(key, id)?;
                self.give_result(key, model, Document::from_iter([(result.clone(), value)]));
            }
        }
        Ok(Begun::Done)
    }

    fn set_chosen(&mut self, key: i64, chosen: Vec<usize>) {
        if let Some(element) = self.elements.get_mut(&key) {
            element.chosen = chosen;
        }
    }

    fn begin_scope(&mut self, key: i64, start: Option<usize>, payload: Option<Document>) {
        let Some((instance, definition)) = self.elements.get(&key).map(|e| (e.instance, e.definition.clone())) else {
            return;
        };
        self.open_scope(key, instance, definition);
        if let Some(start) = start {
            self.send_token(key, Token { payload, ..Token::to(start) });
        }
    }

    /// What work came to: seen by the output mappings if there are any, else merged outwards.
    pub(crate) fn give_result(&mut self, key: i64, model: &Node, result: Document) {
        if model.outputs.is_empty() { self.merge(key, result) } else { self.set_locals(key, result) }
    }

    /// The same with what an event brought along; that of an error stays with the event that caught it.
    pub(crate) fn take_payload(&mut self, key: i64, model: &Node) {
        let Some(payload) = self.elements.get_mut(&key).and_then(|e| e.payload.take()) else {
            return;
        };
        let trigger = match &model.kind {
            Kind::Boundary { trigger, .. } => Some(trigger),
            _ => None,
        };
        if matches!(trigger, Some(crate::bpmn::Trigger::Error { .. })) {
            self.set_locals(key, payload);
        } else {
            self.give_result(key, model, payload);
        }
    }
}
