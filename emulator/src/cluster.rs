//! The cluster as a value: a request and the time go in, the answer comes out at once or later.
//! It has no socket and no clock, so whole deployments can be simulated in one thread; the server is a shell around it.
//!
//! After every call drain [`Cluster::poll_answer`]; then call [`Cluster::advance`] when [`Cluster::deadline`] has come.

use std::collections::{BTreeMap, VecDeque};

use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Map, Value};

use crate::auth::{Authentication, Guard, IdentityProvider, Verdict};
use crate::control;
use crate::engine::{CallerKind, CreateInstance, DEFAULT_TENANT, Engine, LIBRARY, Outcome, Resource, Settings, Ticket};
use crate::fault::{CutAfter, FaultSet};
use crate::journal::Input;
use crate::rest::access::Reach;
use crate::rest::operations::{self, Reply};
use crate::rest::problem::Problem;
use crate::rest::route::{self, Route};
use crate::snapshot::Snapshot;
pub use lag::Lag;

mod lag;
mod memory;
mod mishap;

/// The state of a cluster, and the requests that wait for an answer.
#[derive(Debug)]
pub struct Cluster {
    engine: Engine,
    guard: Guard,
    provider: Option<IdentityProvider>,
    /// Requests that cannot be judged before a document of the identity provider was fetched.
    undecided: Vec<Arrival>,
    last_ticket: u64,
    /// The paths of requests that wait, for the problems that may end them.
    waiting: BTreeMap<Ticket, String>,
    answers: VecDeque<(RequestId, Response<Vec<u8>>)>,
    seen: BTreeMap<&'static str, u64>,
    recorded: VecDeque<Recorded>,
    faults: FaultSet,
    /// Requests that are carried out later than they came.
    delayed: BTreeMap<(i64, Ticket), Arrival>,
    /// Requests in whose answer the connection is to break.
    cuts: BTreeMap<Ticket, CutAfter>,
    /// What reads see where they lag behind.
    lagging: Option<lag::Lagging>,
    /// Inputs that are to be written down; none if nobody wants them.
    records: Option<VecDeque<Vec<u8>>>,
}

/// A request on its way in.
#[derive(Debug)]
struct Arrival {
    ticket: Ticket,
    request: Request<Vec<u8>>,
    route: Result<Route, Problem>,
}

/// A request that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The path, without query.
    pub path: String,
    /// The id of the operation; none for a path or method that is no operation.
    pub operation: Option<&'static str>,
}

/// How many requests are kept in the record.
const RECORD_LIMIT: usize = 10_000;

/// Names a request until its answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

impl Cluster {
    /// A cluster with this authentication that may be an identity provider as well.
    #[must_use]
    pub fn new(authentication: Authentication, provider: Option<IdentityProvider>) -> Self {
        let (callers, admin) = match &authentication {
            Authentication::None => (CallerKind::Anonymous, None),
            Authentication::Basic { user, .. } => (CallerKind::User, Some(user.clone())),
            Authentication::Oidc { .. } => (CallerKind::Client, provider.as_ref().map(IdentityProvider::client)),
        };
        let settings = Settings { callers, admin, ..Settings::default() };
        let mut engine = Engine::default();
        engine.settings = settings;
        Self {
            engine,
            guard: authentication.into(),
            provider,
            undecided: Vec::new(),
            last_ticket: 0,
            waiting: BTreeMap::new(),
            answers: VecDeque::new(),
            seen: BTreeMap::new(),
            recorded: VecDeque::new(),
            faults: FaultSet::default(),
            delayed: BTreeMap::new(),
            cuts: BTreeMap::new(),
            lagging: None,
            records: None,
        }
    }

    /// Keeps tenants apart: requests must name theirs, and callers see those that they are assigned to. Without
    /// authentication everybody sees all. The user that was configured belongs to `<default>`.
    #[must_use]
    pub fn with_multi_tenancy(mut self) -> Self {
        self.engine.settings.multi_tenancy = true;
        self
    }

    /// Asks for authorizations: callers may do what they, their groups or their roles were given. The user or client that was
    /// configured may do everything, and so may members of the role `admin`; without authentication everybody may.
    #[must_use]
    pub fn with_authorizations(mut self) -> Self {
        self.engine.settings.authorizations = true;
        self
    }

    /// Takes a request at this time (epoch milliseconds); its answer comes out of [`Cluster::poll_answer`].
    pub fn handle(&mut self, mut request: Request<Vec<u8>>, now: i64) -> RequestId {
        if let Some(credentials) = request.headers_mut().get_mut(header::AUTHORIZATION) {
            credentials.set_sensitive(true);
        }
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        if request.uri().path().starts_with(control::BASE) {
            let answer = control::answer(self, &request, now);
            self.reply(ticket, answer);
        } else {
            let route = route::find(request.method(), request.uri().path());
            if self.provider.as_ref().is_none_or(|provider| !provider.owns(request.uri().path())) {
                self.record(&request, route.as_ref().ok().map(|route| route.operation));
            }
            self.meet_faults(Arrival { ticket, request, route }, now);
        }
        self.collect();
        RequestId(ticket.0)
    }

    /// Keeps a record of the request.
    fn record(&mut self, request: &Request<Vec<u8>>, operation: Option<&'static str>) {
        if self.recorded.len() >= RECORD_LIMIT {
            self.recorded.pop_front();
        }
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        self.recorded.push_back(Recorded { method, path, operation });
        if let Some(operation) = operation {
            *self.seen.entry(operation).or_default() += 1;
        }
    }

    fn reply(&mut self, ticket: Ticket, mut answer: Response<Vec<u8>>) {
        if let Some(cut) = self.cuts.remove(&ticket) {
            answer.extensions_mut().insert(cut);
        }
        self.answers.push_back((RequestId(ticket.0), answer));
    }

    /// Judges the caller, and serves him if he may pass.
    fn judge(&mut self, arrival: Arrival, now: i64, fetched: bool) {
        if let Some(answer) = self.provider.as_mut().and_then(|provider| provider.answer(&arrival.request, now)) {
            return self.reply(arrival.ticket, answer);
        }
        let (path, headers) = (arrival.request.uri().path(), arrival.request.headers());
        let store = &self.engine.store;
        let knows = |name: &str, password: &str| store.has_password(name, password);
        let mut verdict = self.guard.judge(path, headers, now, fetched, knows);
        if let (Verdict::Undecided, Guard::Oidc(oidc), Some(provider)) = (&verdict, &mut self.guard, &self.provider)
            && oidc.trusts(provider.issuer())
        {
            oidc.set_keys(&provider.key_set());
            verdict = self.guard.judge(path, headers, now, true, knows);
        }
        let ticket = arrival.ticket;
        let answer = match verdict {
            Verdict::Refuse(answer) => Some(answer),
            Verdict::Pass(caller) => self.serve(arrival, &caller, now),
            Verdict::Undecided => {
                self.undecided.push(arrival);
                None
            }
        };
        if let Some(answer) = answer {
            self.reply(ticket, answer);
        }
    }

    fn serve(&mut self, arrival: Arrival, caller: &str, now: i64) -> Option<Response<Vec<u8>>> {
        let Arrival { ticket, request, route } = arrival;
        let path = request.uri().path();
        if let Ok(route) = &route {
            self.note_request(route, &request, caller, now);
        }
        let reply = route.and_then(|route| {
            let request = operations::Request {
                route: &route,
                ticket,
                headers: request.headers(),
                query: request.uri().query().unwrap_or_default(),
                bytes: request.body(),
                now,
                caller,
                reach: Reach::default(),
            };
            match self.shown_at(now).filter(|_| lag::lags(request.route.operation)) {
                Some(shown) => operations::handle(shown, &request),
                None => operations::handle(&mut self.engine, &request),
            }
        });
        match reply {
            Ok(Reply::Json(value)) => Some(json(&value)),
            Ok(Reply::Xml(text)) => Some(content(StatusCode::OK, "text/xml", text.as_bytes().to_vec())),
            Ok(Reply::Bytes(media_type, bytes)) => Some(content(StatusCode::OK, media_type, bytes.to_vec())),
            Ok(Reply::Status(status, value)) => {
                Some(content(status, "application/json", value.to_string().into_bytes()))
            }
            Ok(Reply::Content(media_type, bytes)) => {
                let mut answer = content(StatusCode::OK, "application/octet-stream", bytes.to_vec());
                if let Ok(media_type) = HeaderValue::from_str(&media_type) {
                    answer.headers_mut().insert(header::CONTENT_TYPE, media_type);
                }
                Some(answer)
            }
            Ok(Reply::Empty) => Some(no_content()),
            Ok(Reply::Nothing(status)) => {
                let mut answer = no_content();
                *answer.status_mut() = status;
                Some(answer)
            }
            Ok(Reply::Later) => {
                self.waiting.insert(ticket, path.to_owned());
                None
            }
            Err(problem) => Some(problem.response(path)),
        }
    }

    /// The address of a document that must be fetched before some requests can be judged; give it to
    /// [`Cluster::take_document`]. There is nothing to fetch if the cluster is its own identity provider.
    #[must_use]
    pub fn wanted_document(&self) -> Option<String> {
        if let Guard::Oidc(oidc) = &self.guard { oidc.wanted() } else { None }
    }

    /// Takes the document that was wanted, or why it could not be fetched.
    pub fn take_document(&mut self, document: Result<&[u8], &str>, now: i64) {
        let Guard::Oidc(oidc) = &mut self.guard else {
            return;
        };
        if oidc.take(document) {
            for arrival in std::mem::take(&mut self.undecided) {
                self.judge(arrival, now, true);
            }
        }
        self.collect();
    }

    /// The identity provider, if the cluster is one.
    pub fn provider(&mut self) -> Option<&mut IdentityProvider> {
        self.provider.as_mut()
    }

    /// Lets time pass: jobs time out, waiting requests are answered.
    pub fn advance(&mut self, now: i64) {
        self.note_due(now);
        self.engine.advance(now);
        self.serve_delayed(now);
        self.collect();
    }

    /// The next answer, if there is one.
    pub fn poll_answer(&mut self) -> Option<(RequestId, Response<Vec<u8>>)> {
        self.answers.pop_front()
    }

    /// When [`Cluster::advance`] should be called at the latest, in epoch milliseconds.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        let delayed = self.delayed.first_key_value().map(|((at, _), _)| *at);
        self.engine.deadline().into_iter().chain(delayed).min()
    }

    /// Stops the time that processes see at this instant (epoch milliseconds, not negative).
    ///
    /// # Errors
    ///
    /// If the instant is negative.
    pub fn pin_clock(&mut self, at: i64, now: i64) -> Result<(), String> {
        self.note(now, || Input::Pin(at));
        let pinned = self.engine.pin_clock(at, now);
        self.collect();
        pinned.map_err(|rejection| rejection.text)
    }

    /// Lets the time that processes see run with the real one again.
    pub fn reset_clock(&mut self, now: i64) {
        self.note(now, || Input::Reset);
        self.engine.reset_clock(now);
        self.collect();
    }

    /// Moves the time that processes see forward, by milliseconds; what falls due happens.
    pub fn advance_clock(&mut self, by: i64, now: i64) {
        self.note(now, || Input::Move(by));
        self.engine.advance_clock(by, now);
        self.collect();
    }

    /// Deploys a file without a request; the error is the report of what is wrong with it.
    pub fn deploy(&mut self, name: &str, content: &[u8], now: i64) -> Result<(), String> {
        self.note(now, || Input::Deploy { name: name.to_owned(), content: content.to_vec() });
        let resource = Resource { name: name.to_owned(), bytes: content.to_vec() };
        let deployed = self.engine.deploy(vec![resource], &DEFAULT_TENANT.into(), now);
        self.collect();
        deployed.map(drop).map_err(|rejection| rejection.text)
    }

    /// Starts the latest version of a process without a request; the key of the instance, or why not.
    pub fn create(&mut self, process_id: &str, variables: Value, now: i64) -> Result<i64, String> {
        let variables = match variables {
            Value::Object(variables) => variables,
            Value::Null => Map::new(),
            other => return Err(format!("the variables must be an object, not {other}")),
        };
        self.note(now, || Input::Create {
            process: process_id.to_owned(),
            variables: Value::Object(variables.clone()).to_string().into_bytes(),
        });
        let request = CreateInstance::latest(process_id, variables);
        let created = self.engine.create_instance(request, now);
        self.collect();
        created.map_err(|rejection| rejection.text)
    }

    /// A command of the API without a client: no authentication, no faults. The error is the detail of the problem.
    pub(crate) fn command(&mut self, path: &str, body: &Value, now: i64) -> Result<(), String> {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let request = request.body(body.to_string().into_bytes()).map_err(|error| error.to_string())?;
        self.last_ticket += 1;
        let route = route::find(request.method(), request.uri().path());
        let answer = self.serve(Arrival { ticket: Ticket(self.last_ticket), request, route }, LIBRARY, now);
        self.collect();
        match answer {
            Some(answer) if !answer.status().is_success() => Err(String::from_utf8_lossy(answer.body()).into_owned()),
            _ => Ok(()),
        }
    }

    /// What is wrong with the state, if the emulator has a fault: for fuzzers and simulations, which ask after every step.
    #[must_use]
    pub fn inconsistencies(&self) -> Vec<String> {
        self.engine.inconsistencies()
    }

    /// An instance as it is now.
    #[must_use]
    pub fn snapshot(&self, key: i64) -> Option<Snapshot> {
        Snapshot::of(&self.engine, key)
    }

    /// All instances as they are now, oldest first.
    #[must_use]
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.engine.instances.keys().filter_map(|key| self.snapshot(*key)).collect()
    }

    /// The latest requests, oldest first.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.recorded.iter().cloned().collect()
    }

    /// How many requests were seen, by operation id.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.seen.clone()
    }

    /// Turns the engine's outcomes into answers.
    fn collect(&mut self) {
        self.note_hand_outs();
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
                Outcome::Settled(Ok(())) => no_content(),
                Outcome::Settled(Err(rejection)) => Problem::from(rejection).response(&path),
            };
            self.reply(ticket, answer);
        }
    }
}

impl Default for Cluster {
    fn default() -> Self {
        Self::new(Authentication::None, None)
    }
}

pub(crate) fn json(value: &Value) -> Response<Vec<u8>> {
    content(StatusCode::OK, "application/json", value.to_string().into_bytes())
}

pub(crate) fn no_content() -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn content(status: StatusCode, media_type: &'static str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
