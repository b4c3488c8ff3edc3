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
    pub(crate) body: Body,
}

impl Process {
    /// What is directly inside this node, or inside the process itself.
    pub(crate) fn body(&self, node: Option<usize>) -> &Body {
        match node.map(|node| &self.nodes[node].kind) {
            Some(Kind::SubProcess(body) | Kind::EventSubProcess(body)) => body,
            _ => &self.body,
        }
    }

    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| &*node.id == id)
    }
}

/// How a process or sub-process begins.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// The start event that needs no trigger; of an event sub-process its only start event.
    pub(crate) start: Option<usize>,
    /// Start events that something triggers.
    pub(crate) triggered: Vec<usize>,
    pub(crate) event_subs: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) id: Arc<str>,
    pub(crate) source: usize,
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
    /// The sub-process around it.
    pub(crate) parent: Option<usize>,
    pub(crate) incoming: Vec<usize>,
    pub(crate) outgoing: Vec<usize>,
    /// The boundary events attached to this node, in model order.
    pub(crate) boundaries: Vec<usize>,
    pub(crate) inputs: Vec<Mapping>,
    pub(crate) outputs: Vec<Mapping>,
    pub(crate) multi: Option<Multi>,
    /// Whether it only runs to undo something.
    pub(crate) is_handler: bool,
    pub(crate) start_listeners: Vec<JobDefinition>,
    pub(crate) end_listeners: Vec<JobDefinition>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// End and throw events without definition, manual and undefined tasks: entered and left at once.
    Pass,
    /// The trigger is none for a none start event.
    Start {
        trigger: Option<Trigger>,
        interrupting: bool,
    },
    /// Anything that a worker does.
    Job(JobDefinition),
    Exclusive {
        default: Option<usize>,
    },
    Inclusive {
        default: Option<usize>,
    },
    Parallel,
    EventGateway,
    /// Waits: an intermediate catch event or a receive task.
    Catch(Trigger),
    Boundary {
        attached: usize,
        interrupting: bool,
        trigger: Trigger,
    },
    /// An end event that throws the error with this code.
    ErrorEnd {
        code: Term,
    },
    Escalation {
        code: Term,
    },
    Signal {
        name: Term,
    },
    Terminate,
    /// Undoes what completed in its scope: all of it, or this activity.
    Compensate {
        activity: Option<usize>,
    },
    /// Goes on at the catch event of the same name.
    LinkThrow {
        target: usize,
    },
    SubProcess(Body),
    EventSubProcess(Body),
    AdHoc(Box<AdHoc>),
    Call(Call),
    UserTask(Box<UserTaskModel>),
    Script {
        expression: Expression,
        result: String,
    },
    Decision {
        id: Term,
        result: String,
    },
}

/// What an event waits for.
#[derive(Debug)]
pub(crate) enum Trigger {
    Timer(TimerKind, Term),
    Message {
        name: Term,
        key: Option<Expression>,
    },
    Signal {
        name: Term,
    },
    /// Without a code it catches all.
    Error {
        code: Option<Arc<str>>,
    },
    Escalation {
        code: Option<Arc<str>>,
    },
    /// Compensation of the activity, which this handler does.
    Compensation {
        handler: usize,
    },
    /// That this holds, judged whenever a variable changes.
    Condition(Expression),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimerKind {
    Date,
    Duration,
    Cycle,
}

#[derive(Debug)]
pub(crate) struct JobDefinition {
    pub(crate) job_type: Term,
    pub(crate) retries: Term,
    pub(crate) priority: Option<Term>,
    pub(crate) headers: Arc<BTreeMap<String, String>>,
    /// The event of a listener, in the lower case of models.
    pub(crate) event: String,
}

#[derive(Debug)]
pub(crate) struct Multi {
    pub(crate) sequential: bool,
    pub(crate) collection: Expression,
    pub(crate) element: Option<String>,
    pub(crate) output: Option<(String, Expression)>,
    pub(crate) completion: Option<Expression>,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) process: Term,
    pub(crate) binding: Binding,
    pub(crate) pass_all_down: bool,
    pub(crate) pass_all_up: bool,
}

/// Which version of something is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Binding {
    Latest,
    Deployment,
    VersionTag(String),
}

#[derive(Debug)]
pub(crate) struct AdHoc {
    pub(crate) elements: Vec<usize>,
    /// What the variable about these elements says of each.
    pub(crate) described: Vec<serde_json::Value>,
    /// The job that decides what begins; none where the engine does.
    pub(crate) job: Option<JobDefinition>,
    /// The list of outputs, and what each flow inside adds to it.
    pub(crate) output: Option<(String, Expression)>,
    pub(crate) active: Option<Expression>,
    pub(crate) completion: Option<Expression>,
    pub(crate) cancel_remaining: bool,
}

/// A user task of the engine's own kind, or one that a worker does.
#[derive(Debug, Default)]
pub(crate) struct UserTaskModel {
    pub(crate) as_job: bool,
    pub(crate) assignee: Option<Term>,
    pub(crate) candidate_groups: Option<Term>,
    pub(crate) candidate_users: Option<Term>,
    pub(crate) due_date: Option<Term>,
    pub(crate) follow_up_date: Option<Term>,
    pub(crate) priority: Option<Term>,
    pub(crate) form_id: Option<(Term, Binding)>,
    pub(crate) external_reference: Option<Term>,
    pub(crate) headers: Arc<BTreeMap<String, String>>,
    pub(crate) listeners: Vec<JobDefinition>,
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
