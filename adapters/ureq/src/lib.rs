//! A blocking Camunda 8 client on ureq: no runtime, no extra thread for a call.
