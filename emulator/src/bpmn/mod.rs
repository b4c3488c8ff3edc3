//! BPMN: from the XML of a file to executable processes.
//! It knows nothing of running instances; what this emulator cannot execute is refused here, at deployment.

mod activity;
mod check;
mod cycle;
mod element;
mod event;
mod model;
mod parse;
mod report;
mod tool;
mod xml;

pub(crate) use model::{
    AdHoc, Binding, Call, JobDefinition, Kind, Mapping, Multi, Node, Process, Source, TimerKind, Trigger, UserTaskModel,
};
pub(crate) use parse::parse;
pub(crate) use xml::read as read_xml;
