//! HTTP/1.1 connections kept and polled without an executor, for the asynchronous Camunda 8 adapters.
