//! How elements end: completed with their mappings, listeners and flows, or terminated with all that is inside.
//! How they begin is elsewhere.

use super::element::{Phase, Role};
use super::incident::Trouble;
use super::instance::InstanceState;
use super::job::JobKind;
use super::scope::Token;
use super::{Document, Engine};
use crate::bpmn::{Kind, Node};

/// What ends when an element is terminated.
enum Ending {
    Element(i64),
    /// An instance that was called from within.
    Instance(i64),
}

impl Engine {
    /// The element has done its work: its results go outwards, and its flows are taken.
    pub(crate) fn complete(&mut self, key: i64) {
        let Some(element) = self.elements.get_mut(&key).filter(|e| !e.is_ended()) else {
            return;
        };
        if element.phase != Phase::Completing {
            element.phase = Phase::Completing;
            element.heard = 0;
            element.mapped = false;
        }
        let (role, definition) = (element.role, element.definition.clone());
        let model = &definition.process.nodes[element.node];
        if self.exhausted {
            return self.raise(key, None, Trouble::endless(&model.id));
        }
        let outcome = match role {
            Role::MultiBody => {
                self.close_subscriptions(key);
                self.complete_multi(key, model);
                Ok(true)
            }
            Role::AdHocInner => self.collect_ad_hoc_output(key, model).map(|()| true),
            Role::Plain | Role::MultiInner(_) => self.complete_plain(key, model),
        };
        match outcome {
            Ok(true) => self.finish(key, model),
            Ok(false) => {}
            Err(trouble) => self.raise(key, None, trouble),
        }
    }

    /// False if a listener must be heard first.
    fn complete_plain(&mut self, key: i64, model: &Node) -> Result<bool, Trouble> {
        let Some((role, scope, heard, mapped)) = self.elements.get(&key).map(|e| (e.role, e.scope, e.heard, e.mapped))
        else {
            return Ok(false);
        };
        if !mapped {
            let results = self.map_outputs(key, &model.outputs, scope)?;
            // What an inner instance maps stays with it.
            if matches!(role, Role::MultiInner(_)) {
                self.set_locals(key, results);
            } else {
                self.merge(scope, results);
                self.merge(scope, self.ad_hoc_outputs(key, model));
            }
            if matches!(model.kind, Kind::Start { .. }) {
                self.subscribe_event_subs(scope, model.parent)?;
            }
            if role == Role::Plain {
                self.close_subscriptions(key);
            }
            if let Some(element) = self.elements.get_mut(&key) {
                element.mapped = true;
            }
        }
        if let Some(listener) = model.end_listeners.get(heard) {
            self.create_listener_job(key, listener, JobKind::ExecutionListener)?;
            return Ok(false);
        }
        if let Role::MultiInner(place) = role {
            self.collect_output(key, model, place)?;
        }
        Ok(true)
    }

    /// The element is over, and what comes after it begins.
    fn finish(&mut self, key: i64, model: &Node) {
        let Some(element) = self.elements.get_mut(&key) else {
            return;
        };
        let (scope, instance, role) = (element.scope, element.instance, element.role);
        let (chosen, event) = (std::mem::take(&mut element.chosen), element.chosen_event.take());
        let definition = element.definition.clone();
        self.keep_undoable(key, model);
        self.end_element(key, Phase::Completed);
        if matches!(role, Role::MultiInner(_) | Role::AdHocInner) {
            return self.leave_scope(scope, key);
        }
        let flows = match &model.kind {
            Kind::Exclusive { .. } | Kind::Inclusive { .. } => chosen.as_slice(),
            Kind::EventGateway => &[],
            _ => model.outgoing.as_slice(),
        };
        for &flow in flows {
            // A flow taken is an event with a key of its own.
            self.keys.next();
            if let Some(owner) = self.instances.get_mut(&instance) {
                owner.taken.insert(flow);
            }
            self.send_token(scope, Token::along(flow, definition.process.flows[flow].target));
        }
        match &model.kind {
            Kind::LinkThrow { target } => self.send_token(scope, Token::to(*target)),
            Kind::EventGateway => {
                if let Some((node, payload)) = event {
                    self.send_token(scope, Token::triggered(node, payload));
                }
            }
            Kind::Terminate => self.clear_scope(scope),
            _ => {}
        }
        self.end_after(instance, &model.id);
        self.leave_scope(scope, key);
    }

    /// Some instances are to end when a certain element has.
    fn end_after(&mut self, instance: i64, id: &str) {
        let over = self.instances.get(&instance).is_some_and(|i| i.end_after.iter().any(|wanted| wanted == id));
        if over {
            self.terminate_instance(instance);
        }
    }

    /// Interrupts an element with everything inside: jobs are cancelled, incidents are over. The scope is left by the caller.
    pub(crate) fn terminate(&mut self, key: i64) {
        let mut open = vec![Ending::Element(key)];
        let mut endings = Vec::new();
        // Without recursion: calls may be nested deeply.
        while let Some(ending) = open.pop() {
            let key = match ending {
                Ending::Element(key) => {
                    let Some(element) = self.elements.get(&key).filter(|e| !e.is_ended()) else {
                        continue;
                    };
                    open.extend(element.child.map(Ending::Instance));
                    key
                }
                Ending::Instance(key) => {
                    self.close_subscriptions(key);
                    key
                }
            };
            endings.push(ending);
            if let Some(scope) = self.scopes.remove(&key) {
                self.forget_joins(key);
                open.extend(scope.living.into_iter().map(Ending::Element));
            }
        }
        for ending in endings.into_iter().rev() {
            match ending {
                Ending::Element(key) => self.terminate_alone(key),
                Ending::Instance(key) => self.end_instance(key, InstanceState::Terminated),
            }
        }
    }

    fn terminate_alone(&mut self, key: i64) {
        let Some(element) = self.elements.get(&key) else {
            return;
        };
        let (job, task, instance) = (element.job, element.user_task, element.instance);
        let id = element.model().id.clone();
        if let Some(job) = job {
            self.cancel_job(job);
        }
        if let Some(task) = task {
            self.cancel_user_task(task);
        }
        self.end_element(key, Phase::Terminated);
        let wanted = self.instances.get(&instance).is_some_and(|i| i.end_after.iter().any(|w| **w == *id));
        if wanted && self.scopes.contains_key(&instance) {
            self.terminate_instance(instance);
        }
    }

    pub(crate) fn end_element(&mut self, key: i64, phase: Phase) {
        self.close_subscriptions(key);
        let Some(element) = self.elements.get_mut(&key) else {
            return;
        };
        element.phase = phase;
        element.ended = Some(self.time);
        element.payload = None;
        let thrower = element.thrower;
        if let Some(incident) = element.incident {
            self.close_incident(incident);
        }
        if phase == Phase::Terminated
            && let Some(element) = self.elements.get(&key)
        {
            let (body, inner) = (element.scope, matches!(element.role, Role::MultiInner(_)));
            if let Some(multi) = self.elements.get_mut(&body).filter(|_| inner).and_then(|body| body.multi.as_mut()) {
                multi.terminated += 1;
            }
        }
        if let Some(thrower) = thrower {
            self.undone(thrower);
        }
    }

    /// The variables of the scope itself.
    pub(crate) fn locals(&self, scope: i64) -> Document {
        self.variables.of(scope).map(|v| (v.name.to_string(), v.value.clone())).collect()
    }
}
