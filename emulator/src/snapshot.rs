//! A process instance at one moment, as tests look at it.
//! It is a copy: it does not change when the instance goes on.

use serde_json::{Map, Value};

use crate::engine::Engine;

/// A process instance as it was when looked at.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Snapshot {
    /// The key of the instance.
    pub key: i64,
    /// The id of its process.
    pub process_id: String,
    /// `ACTIVE`, `COMPLETED` or `TERMINATED`.
    pub state: &'static str,
    /// The ids of elements that are active, in the order in which they began.
    pub active: Vec<String>,
    /// The ids of elements that completed, in the order in which they began.
    pub completed: Vec<String>,
    /// The ids of elements that were terminated, in the order in which they began.
    pub terminated: Vec<String>,
    /// The variables of the process.
    pub variables: Map<String, Value>,
    /// The messages of open incidents.
    pub incidents: Vec<String>,
}

impl Snapshot {
    pub(crate) fn of(engine: &Engine, key: i64) -> Option<Self> {
        let instance = engine.instances.get(&key)?;
        let elements = |state: &str| {
            let own = instance.elements.iter().filter_map(|key| engine.elements.get(key));
            own.filter(|element| element.state() == state).map(|element| element.model().id.to_string()).collect()
        };
        let incidents = instance.incidents.iter().filter_map(|key| engine.incidents.get(key));
        Some(Self {
            key,
            process_id: instance.definition.process.id.to_string(),
            state: instance.state(),
            active: elements("ACTIVE"),
            completed: elements("COMPLETED"),
            terminated: elements("TERMINATED"),
            variables: engine.visible(key, &[]),
            incidents: incidents.filter(|incident| incident.active).map(|incident| incident.message.clone()).collect(),
        })
    }
}
