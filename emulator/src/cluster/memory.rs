//! What the cluster wants written down, and how it comes back from that.
//! It writes nothing itself: records come out like answers do, and whoever holds the cluster keeps them.

use http::{Method, Request, header};

use super::{Arrival, Cluster};
use crate::engine::{HandOut, Ticket};
use crate::journal::{Input, decode, encode};
use crate::rest::route::{self, Route};

impl Cluster {
    /// From now on every input that may change something comes out of [`Cluster::poll_record`].
    pub fn keep_records(&mut self) {
        self.records.get_or_insert_default();
    }

    /// The next record to write down. Write it before the answers that [`Cluster::poll_answer`] has at that time are sent:
    /// then whatever was answered comes back by [`Cluster::replay`].
    pub fn poll_record(&mut self) -> Option<Vec<u8>> {
        self.records.as_mut()?.pop_front()
    }

    /// Brings back what a record did, in the order in which the records came out, to a cluster that is otherwise new.
    /// Requests that waited for an answer are forgotten.
    ///
    /// # Errors
    ///
    /// If it is no record.
    pub fn replay(&mut self, record: &[u8]) -> Result<(), String> {
        let (at, input) = decode(record).ok_or("it is no record of this cluster")?;
        let records = self.records.take();
        let applied = self.apply(at, input);
        self.records = records;
        applied
    }

    /// Does what an input did.
    pub(super) fn apply(&mut self, at: i64, input: Input) -> Result<(), String> {
        match input {
            Input::Advance => self.advance(at),
            Input::Request { method, target, media_type, caller, body } => {
                let mut request = Request::builder().method(method.as_str()).uri(target);
                if let Some(media_type) = media_type {
                    request = request.header(header::CONTENT_TYPE, media_type);
                }
                let request = request.body(body).map_err(|error| error.to_string())?;
                let route = route::find(request.method(), request.uri().path());
                self.last_ticket += 1;
                let arrival = Arrival { ticket: Ticket(self.last_ticket), request, route };
                drop(self.serve(arrival, &caller, at));
            }
            Input::HandOut { jobs, worker, deadline, leased } => self.engine.hand_out(&jobs, &worker, deadline, leased),
            // What was refused then is refused now.
            Input::Deploy { name, content } => drop(self.deploy(&name, &content, at)),
            Input::Create { process, variables } => {
                let variables = serde_json::from_slice(&variables).map_err(|error| error.to_string())?;
                drop(self.create(&process, variables, at));
            }
            Input::Pin(to) => drop(self.pin_clock(to, at)),
            Input::Reset => self.reset_clock(at),
            Input::Move(by) => self.advance_clock(by, at),
        }
        self.collect();
        self.waiting.clear();
        self.answers.clear();
        Ok(())
    }

    /// A job as it is now; none for an unknown key.
    pub(crate) fn job(&self, key: i64) -> Option<&crate::engine::Job> {
        self.engine.jobs.all.get(&key)
    }

    pub(super) fn note(&mut self, now: i64, input: impl FnOnce() -> Input) {
        if !self.takes_notes() {
            return;
        }
        let input = input();
        if let Some(records) = &mut self.records {
            records.push_back(encode(now, &input));
        }
        if let Some(lagging) = &mut self.lagging {
            lagging.note(now, input);
        }
    }

    /// Whether anybody wants to know what changes.
    fn takes_notes(&self) -> bool {
        self.records.is_some() || self.lagging.is_some()
    }

    /// That time passed is worth a record only if something was due.
    pub(super) fn note_due(&mut self, now: i64) {
        if self.takes_notes() && self.engine.due().is_some_and(|due| due <= now) {
            self.note(now, || Input::Advance);
        }
    }

    pub(super) fn note_request(&mut self, route: &Route, request: &Request<Vec<u8>>, caller: &str, now: i64) {
        if !self.takes_notes() || only_reads(request.method(), route.operation) {
            return;
        }
        if route.operation == "activateJobs" {
            // A poll changes nothing by itself; the jobs that it gets have records of their own.
            return self.note_due(now);
        }
        self.note(now, || Input::Request {
            method: request.method().to_string(),
            target: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
            media_type: request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).map(str::to_owned),
            caller: caller.to_owned(),
            body: request.body().clone(),
        });
    }

    pub(super) fn note_hand_outs(&mut self) {
        for HandOut { at, jobs, worker, deadline, leased } in self.engine.take_hand_outs() {
            self.note(at, || Input::HandOut { jobs, worker, deadline, leased });
        }
    }
}

fn only_reads(method: &Method, operation: &str) -> bool {
    method == Method::GET
        || operation.starts_with("search")
        || operation.starts_with("get")
        || operation == "evaluateExpression"
}
