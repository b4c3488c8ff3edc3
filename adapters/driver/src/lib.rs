//! The call loop, the worker loop and the clients of a Camunda 8 SDK, without any runtime.
