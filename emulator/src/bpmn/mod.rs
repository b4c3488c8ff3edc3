//! BPMN: from the XML of a file to executable processes.
//! It knows nothing of running instances; what this emulator cannot execute is refused here, at deployment.

mod cycle;
mod element;
mod model;
mod parse;
mod report;
mod xml;

pub(crate) use model::{JobDefinition, Kind, Mapping, Node, Process, Source};
pub(crate) use parse::parse;
