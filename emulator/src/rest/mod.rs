//! The REST side: requests are read and judged as the gateway does, answers and problems written as it writes them.
//! It does no I/O: a request is a value, and so is its answer.

pub(crate) mod access;
pub(crate) mod body;
pub(crate) mod filter;
pub(crate) mod multipart;
pub(crate) mod operations;
pub(crate) mod page;
pub(crate) mod problem;
pub(crate) mod route;
pub(crate) mod row;
pub(crate) mod rows;
pub(crate) mod search;
pub(crate) mod shape;
