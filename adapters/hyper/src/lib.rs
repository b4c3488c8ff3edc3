//! An asynchronous Camunda 8 client on hyper and tokio.
