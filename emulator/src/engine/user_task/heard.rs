//! Who is heard when a user task changes: the listeners of its model, and before and after them those of all tasks.
//! Asking them one by one is the transition's business.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::bpmn::JobDefinition;
use crate::engine::Engine;
use crate::engine::incident::Trouble;
use crate::engine::job::{JobKind, PreparedJob};

/// The kind under which listeners of all tasks are stored.
pub(crate) const GLOBAL_LISTENER: &str = "global task listener";

/// Somebody to ask.
#[derive(Debug, Clone)]
pub(super) enum Listener {
    /// By its place in the model.
    Own(usize),
    Global {
        job_type: Arc<str>,
        retries: i32,
    },
}

impl Engine {
    /// All that are asked about an event of a task, in their order.
    pub(super) fn listeners(&self, own: &[JobDefinition], event: &str) -> Vec<Listener> {
        let hears = |value: &Value| {
            let events = value["eventTypes"].as_array().into_iter().flatten().filter_map(Value::as_str);
            events.into_iter().any(|own| own == event || own == "all")
        };
        let mut global: Vec<&Value> = self.store.all(GLOBAL_LISTENER).into_iter().map(|e| &e.value).collect();
        global.retain(|value| hears(value));
        // Higher priorities go first, and equal ones by their ids.
        global.sort_by_key(|value| (-value["priority"].as_i64().unwrap_or_default(), value["id"].to_string()));
        let around = |after: bool| {
            let wanted = global.iter().filter(move |value| (value["afterNonGlobal"] == true) == after);
            wanted.map(|value| Listener::Global {
                job_type: value["type"].as_str().unwrap_or_default().into(),
                retries: value["retries"].as_i64().and_then(|n| i32::try_from(n).ok()).unwrap_or(3),
            })
        };
        let own = own.iter().enumerate().filter(|(_, listener)| listener.event == event);
        around(false).chain(own.map(|(place, _)| Listener::Own(place))).chain(around(true)).collect()
    }

    /// Makes the job of a listener.
    pub(super) fn ask_listener(
        &mut self,
        element: i64,
        own: &[JobDefinition],
        listener: &Listener,
        listens_to: &'static str,
    ) -> Result<i64, Trouble> {
        match listener {
            Listener::Own(place) => match own.get(*place) {
                Some(listener) => self.create_listener_job(element, listener, JobKind::TaskListener),
                None => Err(Trouble::extract("The listener is gone".to_owned())),
            },
            Listener::Global { job_type, retries } => {
                let (job_type, retries) = (job_type.clone(), *retries);
                let headers = Arc::new(BTreeMap::new());
                let kind = JobKind::TaskListener;
                Ok(self.add_job(element, PreparedJob { kind, listens_to, job_type, retries, priority: 0, headers }))
            }
        }
    }
}
