//! Call activities: an instance of another process that belongs to an element of this one.
//! How instances run is the same for called ones.

use std::sync::Arc;

use super::definition::DefinitionState;
use super::element::Begun;
use super::incident::Trouble;
use super::instance::Caller;
use super::scope::{Step, Token};
use super::{Definition, Engine};
use crate::bpmn::{Binding, Call, Node};

/// How deeply calls may be nested.
const DEPTH_LIMIT: usize = 1000;

impl Engine {
    pub(crate) fn begin_call(&mut self, key: i64, model: &Node, call: &Call) -> Result<Begun, Trouble> {
        let id = self.text(key, &call.process)?;
        let Some(element) = self.elements.get(&key) else { return Ok(Begun::Listening) };
        let (instance, definition) = (element.instance, element.definition.clone());
        let called = self.called(&id, &call.binding, &definition)?;
        let Some(start) = called.process.body.start else {
            return Err(called_element(format!(
                "Expected process with BPMN process id '{id}' to have a none start event, but not found."
            )));
        };
        let depth = self.instances.get(&instance).map_or(0, |i| i.depth) + 1;
        if depth > DEPTH_LIMIT {
            return Err(called_element(format!(
                "The call activity has reached the maximum depth of {DEPTH_LIMIT}. This is likely due to a recursive call. \
                 Cancel the root process instance if this was unintentional. Otherwise, consider increasing the maximum depth."
            )));
        }
        self.subscribe_boundaries(key, model)?;
        let variables = if call.pass_all_down { self.visible(key, &[]) } else { self.locals(key) };
        let child = self.add_instance(called, variables, Some(Caller { element: key, instance, depth }));
        if let Some(element) = self.elements.get_mut(&key) {
            element.child = Some(child);
        }
        self.send_token(child, Token::to(start));
        Ok(Begun::Active)
    }

    fn called(&self, id: &str, binding: &Binding, caller: &Definition) -> Result<Arc<Definition>, Trouble> {
        let (found, missing) = match binding {
            Binding::Latest => {
                let known = self.definitions.latest_known(&caller.tenant, id);
                if let Some(known) = known.filter(|d| self.definitions.state(d.key) == DefinitionState::Draining)
                    && self.definitions.latest(&caller.tenant, id).is_none()
                {
                    return Err(called_element(format!(
                        "Expected to call process with BPMN process id '{id}' and version {} (key {}), but it is being deleted.",
                        known.version, known.key
                    )));
                }
                let text = format!("Expected process with BPMN process id '{id}' to be deployed, but not found.");
                (self.definitions.latest(&caller.tenant, id), text)
            }
            Binding::VersionTag(tag) => {
                let mut all: Vec<_> =
                    self.definitions.all().filter(|d| d.tenant == caller.tenant && *d.process.id == *id).collect();
                all.retain(|d| d.process.version_tag.as_deref() == Some(tag.as_str()));
                let text = format!(
                    "Expected to call process with BPMN process id '{id}' and version tag '{tag}', but no such process found."
                );
                (all.last().copied(), text)
            }
            Binding::Deployment => {
                let same = |d: &&Arc<Definition>| *d.process.id == *id && d.deployment == caller.deployment;
                let text = format!(
                    "Expected to call process with BPMN process id '{id}' with binding type 'deployment', but no such process \
                     found in the deployment with key {} which contained the current process.",
                    caller.deployment
                );
                (self.definitions.all().find(same), text)
            }
        };
        found.cloned().ok_or_else(|| called_element(missing))
    }

    /// The called instance has completed: its variables go up, and the call goes on.
    pub(crate) fn called_completed(&mut self, element: i64, child: i64) {
        let Some(host) = self.elements.get_mut(&element).filter(|e| !e.is_ended()) else {
            return;
        };
        host.child = None;
        let definition = host.definition.clone();
        let model = &definition.process.nodes[host.node];
        let crate::bpmn::Kind::Call(call) = &model.kind else { return };
        if call.pass_all_up || !model.outputs.is_empty() {
            let variables = self.locals(child);
            self.give_result(element, model, variables);
        }
        self.queue.push_back(Step::Complete { element });
    }
}

fn called_element(message: String) -> Trouble {
    Trouble { kind: "CALLED_ELEMENT_ERROR", message }
}
