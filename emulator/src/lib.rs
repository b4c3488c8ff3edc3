//! x
#![allow(dead_code, unused_imports, missing_docs)]
mod bpmn;
mod engine;
mod feel;
