//! The life of an element instance: activated, completed, or terminated, with the flows it takes afterwards.
//! What is special about gateways, jobs and errors is elsewhere.

use std::sync::Arc;

use super::incident::Trouble;
use super::scope::Step;
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

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) key: i64,
    pub(crate) instance: i64,
    /// The key of the flow scope.
    pub(crate) scope: i64,
    pub(crate) definition: Arc<Definition>,
    pub(crate) node: usize,
    pub(crate) phase: Phase,
    pub(crate) started: i64,
    pub(crate) ended: Option<i64>,
    pub(crate) incident: Option<i64>,
    pub(crate) job: Option<i64>,
    /// The flow that an exclusive gateway decided for.
    pub(crate) chosen: Option<usize>,
}

impl Element {
    pub(crate) fn model(&self) -> &Node {
        &self.definition.process.nodes[self.node]
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Completed | Phase::Terminated)
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

impl Engine {
    /// A token arrives: the element begins, unless it is a join that still waits for others.
    pub(crate) fn activate(&mut self, scope: i64, node: usize, flow: Option<usize>, payload: Document) {
        // The scope may have ended while the token was on its way.
        let Some(open) = self.scopes.get_mut(&scope) else {
            return;
        };
        let definition = open.definition.clone();
        let model = &definition.process.nodes[node];
        if matches!(model.kind, Kind::Parallel) && !super::gateway::joined(open, model, flow) {
            return;
        }
        open.tokens -= 1;
        let (instance, key) = (open.instance, self.keys.next());
        open.living.insert(key);
        self.elements.insert(
            key,
            Element {
                key,
                instance,
                scope,
                definition: definition.clone(),
                node,
                phase: Phase::Activating,
                started: self.time,
                ended: None,
                incident: None,
                job: None,
                chosen: None,
            },
        );
        if let Some(instance) = self.instances.get_mut(&instance) {
            instance.elements.push(key);
        }
        self.set_locals(key, payload);
        self.enter_element(key);
    }

    /// The activation of an element; after an incident it is repeated from here.
    pub(crate) fn enter_element(&mut self, key: i64) {
        let Some(element) = self.elements.get(&key).filter(|e| !e.is_ended()) else {
            return;
        };
        let definition = element.definition.clone();
        let model = &definition.process.nodes[element.node];
        match self.begin(key, model) {
            Ok(()) => {
                if let Some(element) = self.elements.get_mut(&key).filter(|e| e.phase == Phase::Activating) {
                    element.phase = Phase::Active;
                }
            }
            Err(trouble) => self.raise(key, None, trouble),
        }
    }

    fn begin(&mut self, key: i64, model: &Node) -> Result<(), Trouble> {
        self.map_inputs(key, &model.inputs)?;
        match &model.kind {
            Kind::Pass | Kind::Parallel | Kind::ErrorBoundary { .. } => {}
            Kind::Exclusive { default } => {
                let chosen = self.choose(key, model, *default)?;
                if let Some(element) = self.elements.get_mut(&key) {
                    element.chosen = chosen;
                }
            }
            Kind::Job(job) => return self.create_job(key, job),
            Kind::ErrorEnd { code } => {
                let code = self.text(key, code)?;
                return self.throw_from(key, &code, "", Document::new());
            }
        }
        self.queue.push_back(Step::Complete { element: key });
        Ok(())
    }

    /// The element has done its work: its results go outwards, and its flows are taken.
    pub(crate) fn complete(&mut self, key: i64) {
        let Some(element) = self.elements.get_mut(&key).filter(|e| !e.is_ended()) else {
            return;
        };
        element.phase = Phase::Completing;
        let (scope, instance) = (element.scope, element.instance);
        let (chosen, definition) = (element.chosen, element.definition.clone());
        let model = &definition.process.nodes[element.node];
        if let Err(trouble) = self.map_outputs(key, &model.outputs, scope) {
            return self.raise(key, None, trouble);
        }
        self.end_element(key, Phase::Completed);
        let flows = match model.kind {
            Kind::Exclusive { .. } => chosen.as_slice(),
            _ => model.outgoing.as_slice(),
        };
        for &flow in flows {
            // A flow taken is an event with a key of its own.
            self.keys.next();
            if let Some(owner) = self.instances.get_mut(&instance) {
                owner.taken.insert(flow);
            }
            self.send_token(scope, definition.process.flows[flow].target, Some(flow), Document::new());
        }
        self.leave_scope(scope, key);
    }

    /// Interrupts an element: its job is cancelled and its incident is over. The scope is left by the caller.
    pub(crate) fn terminate(&mut self, key: i64) {
        let Some(element) = self.elements.get(&key).filter(|e| !e.is_ended()) else {
            return;
        };
        if let Some(job) = element.job {
            self.cancel_job(job);
        }
        self.end_element(key, Phase::Terminated);
    }

    fn end_element(&mut self, key: i64, phase: Phase) {
        let Some(element) = self.elements.get_mut(&key) else {
            return;
        };
        element.phase = phase;
        element.ended = Some(self.time);
        if let Some(incident) = element.incident.take() {
            self.close_incident(incident);
        }
    }
}
