//! An embedded cluster that answers like Camunda 8, for tests, demos and simulation.
//!
//! It deploys BPMN, runs process instances, hands out jobs, raises incidents and answers searches over the REST API
//! of release 8.10, in memory and within microseconds. No Java, no containers, no network beyond this machine.
//!
//! # In a test
//!
//! ```
//! use camunda_emulator::Emulator;
//! use serde_json::json;
//! # const ORDER: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
//! #   <process id="order" isExecutable="true"><startEvent id="start"/><manualTask id="pack"/><endEvent id="shipped"/>
//! #   <sequenceFlow id="a" sourceRef="start" targetRef="pack"/><sequenceFlow id="b" sourceRef="pack" targetRef="shipped"/>
//! #   </process></definitions>"#;
//!
//! let cluster = Emulator::start()?; // a free port, a thread of its own; stops when dropped
//! let environment = cluster.environment(); // CAMUNDA_REST_ADDRESS and what else a client needs
//! assert_eq!(environment[0], ("CAMUNDA_REST_ADDRESS".to_owned(), cluster.address()));
//!
//! cluster.deploy("order.bpmn", ORDER)?;
//! let instance = cluster.create("order", json!({ "amount": 90 }));
//! cluster.assert(instance).passed("pack").has_variable("amount", 90).completed();
//!
//! cluster.faults().on("completeJob").times(2).answer(503, "RESOURCE_EXHAUSTED"); // and the worker must still get there
//! cluster.clock().advance(std::time::Duration::from_secs(3600)); // job time-outs and back-offs are over
//! assert!(cluster.requests().is_empty()); // what clients asked for, by operation
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # As a program
//!
//! ```text
//! camunda-emulator --port 8080 [--data DIR] [--multi-tenancy] [--authorizations]
//!                  [--basic USER:PASSWORD | --identity-provider TTL_SECONDS | --oidc ISSUER --audience AUD]
//! camunda-emulator --leases DIR    # which jobs were handed out, to whom, until when, and how that ended
//! ```
//!
//! # In a simulation
//!
//! [`Cluster`] is the same thing without a socket and without a clock: requests and the time go in, answers and the next
//! deadline come out.
//!
//! # What it can do
//!
//! In: all start, intermediate, boundary and end events by message, timer (dates, durations, cycles, cron), signal, error,
//! escalation, condition, link, compensation and terminate; service, send, script, business rule, user, receive, manual and
//! undefined tasks; exclusive, parallel, inclusive and event-based gateways; embedded, event and ad-hoc sub-processes, the
//! latter also by the results of jobs; call activities; multi-instance activities; input and output mappings; execution
//! listeners, and task listeners, global ones among them, but those on cancelling; incidents and their resolution,
//! modification, migration, suspension, batch operations; job priorities and leases; decision tables and literal
//! expressions; FEEL with decimal numbers, dates, lists, contexts and about ninety functions; messages with time to live,
//! unique ids and synchronous correlation; searches with every filter, sort and page of the API; statistics; an audit log;
//! users, groups, roles, mapping rules, cluster variables and documents as plain stores; tenants that are kept apart
//! ([`Builder::multi_tenancy`]) and authorizations that are asked for ([`Builder::authorizations`]) on request; basic
//! authentication, and bearer tokens by RS256 and ES256; a journal, so that a killed process goes on where it was
//! ([`Builder::data`]).
//!
//! Out: transactions, listeners of processes, functions of one's own and regular expressions in FEEL, time zones by name,
//! agents, backups, secrets, and the administration of clusters. A model that needs more than there is is refused when it is
//! deployed, by the id of the element; an operation that is not there answers 501 and is named.
//!
//! What a deployed model can do is bounded: 100,000 steps without waiting (large values count as many), 200 levels of nesting,
//! 1,000 calls within each other, 4 MB for a request and for any result of an expression. What goes beyond is an incident.
//!
//! # Faults and time over HTTP
//!
//! What [`Emulator::faults`] and [`Emulator::clock`] do can also be asked for from this machine, in any language:
//!
//! ```text
//! POST   /emulator/faults         {"operation": "completeJob" (or "token"), "type": "charge", "skip": 2,
//!                                  "every": 2, "times": 1, "chance": 0.5, "seed": 7, and one of
//!                                  "answer": {"status": 503, "title": "RESOURCE_EXHAUSTED"}, "page": 502,
//!                                  "delay": MILLISECONDS, "dropAfter": BYTES}
//! GET    /emulator/faults         the rules that are in force
//! DELETE /emulator/faults         forgets them
//! POST   /emulator/refusal        {"seconds": 5}: everything is 503 for so long
//! POST   /emulator/tokens/expiry  all tokens expire now
//! POST   /emulator/lag            {"milliseconds": 500}, {"changes": 3}, or {}: reads lag no more
//! POST   /emulator/clock/advance  {"milliseconds": 60000}
//! ```
//!
//! # Reads that lag
//!
//! What was answered is found at once. A real cluster exports first, so that reads find it some hundred milliseconds later: tests
//! that forget to poll pass here and fail there, unless reads are told to lag with [`Emulator::set_lag`].

mod api;
mod assertion;
mod auth;
mod bpmn;
mod breakable;
mod builder;
mod cluster;
mod control;
mod dmn;
mod emulator;
mod engine;
mod fault;
mod feel;
mod fetch;
mod journal;
mod lease;
mod rest;
mod server;
mod snapshot;

pub use assertion::Assertion;
pub use auth::{Authentication, IdentityProvider};
pub use builder::Builder;
pub use cluster::{Cluster, Lag, Recorded, RequestId};
pub use emulator::{Clock, Emulator};
pub use fault::{CutAfter, Faults, FaultsOf};
pub use lease::{Lease, leases};
pub use snapshot::Snapshot;
