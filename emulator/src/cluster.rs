//! The cluster as a value: a request and the time go in, the answer comes out at once or later.
//! It has no socket and no clock, so whole deployments can be simulated in one thread; the server is a shell around it.
//!
//! After every call drain [`Cluster::poll_answer`]; then call [`Cluster::advance`] when [`Cluster::deadline`] has come.

use std::collections::{BTreeMap, VecDeque};

use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::Value;

use crate::engine::{Engine, Outcome, Ticket};
use crate::rest::operations::{self, Reply};
use crate::rest::problem::Problem;
use crate::rest::route;

/// An answer that a request gets.
pub type Answer = Response<Vec<u8>>;

/// The state of a cluster, and the requests that wait for an answer.
#[derive(Debug, Default)]
pub struct Cluster {
    engine: Engine,
    last_ticket: u64,
    /// The paths of requests that wait, for the problems that may end them.
    waiting: BTreeMap<Ticket, String>,
    answers: VecDeque<(RequestId, Answer)>,
    seen: BTreeMap<&'static str, u64>,
}

/// Names a request until its answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

impl Cluster {
    /// Takes a request at this time (epoch milliseconds); its answer comes out of [`Cluster::poll_answer`].
    pub fn handle(&mut self, request: &Request<Vec<u8>>, now: i64) -> RequestId {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        let path = request.uri().path();
        let reply = route::find(request.method(), path).and_then(|route| {
            *self.seen.entry(route.operation).or_default() += 1;
            let request = operations::Request {
                route: &route,
                ticket,
                headers: request.headers(),
                query: request.uri().query().unwrap_or_default(),
                bytes: request.body(),
                now,
                caller: "anonymous",
            };
            operations::handle(&mut self.engine, &request)
        });
        let answer = match reply {
            Ok(Reply::Json(value)) => Some(json(&value)),
            Ok(Reply::Xml(text)) => Some(content(StatusCode::OK, "text/xml", text.as_bytes().to_vec())),
            Ok(Reply::Empty) => {
                let mut response = Response::new(Vec::new());
                *response.status_mut() = StatusCode::NO_CONTENT;
                Some(response)
            }
            Ok(Reply::Later) => {
                self.waiting.insert(ticket, path.to_owned());
                None
            }
            Err(problem) => Some(problem.response(path)),
        };
        if let Some(answer) = answer {
            self.answers.push_back((RequestId(ticket.0), answer));
        }
        self.collect();
        RequestId(ticket.0)
    }

    /// Lets time pass: jobs time out, waiting requests are answered.
    pub fn advance(&mut self, now: i64) {
        self.engine.advance(now);
        self.collect();
    }

    /// The next answer, if there is one.
    pub fn poll_answer(&mut self) -> Option<(RequestId, Answer)> {
        self.answers.pop_front()
    }

    /// When [`Cluster::advance`] should be called at the latest, in epoch milliseconds.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        self.engine.deadline()
    }

    /// Moves the time that processes see forward, by milliseconds; what falls due happens.
    pub fn advance_clock(&mut self, by: i64, now: i64) {
        self.engine.advance_clock(by, now);
        self.collect();
    }

    /// How many requests were seen, by operation id.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.seen.clone()
    }

    /// Turns the engine's outcomes into answers.
    fn collect(&mut self) {
        while let Some((ticket, outcome)) = self.engine.poll_outcome() {
            let Some(path) = self.waiting.remove(&ticket) else {
                continue;
            };
            let answer = match outcome {
                Outcome::Jobs(jobs) => json(&operations::activated(&self.engine, jobs)),
                Outcome::Completed { instance, variables } => {
                    json(&operations::created(&self.engine, instance, variables))
                }
                Outcome::TimedOut => Problem::timed_out().response(&path),
            };
            self.answers.push_back((RequestId(ticket.0), answer));
        }
    }
}

fn json(value: &Value) -> Answer {
    content(StatusCode::OK, "application/json", value.to_string().into_bytes())
}

fn content(status: StatusCode, media_type: &'static str, bytes: Vec<u8>) -> Answer {
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
