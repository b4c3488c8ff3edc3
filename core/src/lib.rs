//! The state machines, operations and types of a Camunda 8 client, without any I/O.
