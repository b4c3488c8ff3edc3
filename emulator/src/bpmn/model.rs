//! The executable form of a process: nodes and flows that refer to each other by index.
//! It is immutable after parsing and shared by all instances; it holds no run-time state.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::feel::{Expression, Term};

/// One executable process of a file.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) version_tag: Option<Arc<str>>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) flows: Vec<Flow>,
    /// The none start event, if there is one.
    pub(crate) start: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) id: Arc<str>,
    pub(crate) target: usize,
    pub(crate) condition: Option<Expression>,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) kind: Kind,
    /// The type as searches write it, for example `SERVICE_TASK`.
    pub(crate) element_type: &'static str,
    pub(crate) incoming: Vec<usize>,
    pub(crate) outgoing: Vec<usize>,
    /// The boundary events attached to this node, in model order.
    pub(crate) boundaries: Vec<usize>,
    pub(crate) inputs: Vec<Mapping>,
    pub(crate) outputs: Vec<Mapping>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// Start, end and throw events without definition, manual and undefined tasks: entered and left at once.
    Pass,
    /// Anything that a worker does.
    Job(JobDefinition),
    Exclusive {
        default: Option<usize>,
    },
    Parallel,
    /// An end event that throws the error with this code.
    ErrorEnd {
        code: Term,
    },
    /// A boundary event that catches errors; without a code it catches all.
    ErrorBoundary {
        attached: usize,
        code: Option<Arc<str>>,
    },
}

#[derive(Debug)]
pub(crate) struct JobDefinition {
    pub(crate) job_type: Term,
    pub(crate) retries: Term,
    pub(crate) priority: Option<Term>,
    pub(crate) headers: Arc<BTreeMap<String, String>>,
}

/// One input or output mapping.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) source: Source,
    /// The parts of the dotted path.
    pub(crate) target: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum Source {
    Static(serde_json::Value),
    Expression(Expression),
}
