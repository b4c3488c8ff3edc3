//! A session, a clock that moves only when told, and calls that are driven by hand.

use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::config::ConfigBuilder;
use camunda_core::observe::{Observation, Observed, TokenEvent};
use camunda_core::{
    Accept, Answer, Body, Call, CallOptions, Config, Error, Event, Now, Operation, OperationInfo, Prepared,
    RequestBuilder, Route, Session, Step, TransportError, TransportErrorKind, Verb,
};

pub(crate) struct World {
    pub(crate) session: Session,
    pub(crate) now: Now,
}

/// An operation that is harmless to repeat.
pub(crate) struct Look;
/// An operation that is not.
pub(crate) struct Start;
/// An operation that ends work already handed out.
pub(crate) struct Drain;
/// An operation that the server may hold for that many milliseconds.
pub(crate) struct Hold(pub(crate) i64);

macro_rules! operation {
    ($type:ty, $info:expr, $hold:expr) => {
        impl Operation for $type {
            type Output = ();
            const INFO: OperationInfo = $info;

            fn request(&self, config: &Config, _: &CallOptions) -> Result<http::Request<Body>, Error> {
                RequestBuilder::new(config, Self::INFO).empty()
            }

            fn response(answer: Answer) -> Result<(), Error> {
                answer.nothing()
            }

            fn hold(&self) -> Option<i64> {
                let hold: fn(&Self) -> Option<i64> = $hold;
                hold(self)
            }
        }
    };
}
operation!(Look, OperationInfo::new("look", "look", Verb::Get, "/look").accept(Accept::Json), |_| None);
operation!(Start, OperationInfo::new("start", "start", Verb::Post, "/start"), |_| None);
operation!(Drain, OperationInfo::new("drain", "drain", Verb::Post, "/drain").repeatable().drains(), |_| None);
operation!(Hold, OperationInfo::new("hold", "hold", Verb::Post, "/hold"), |hold| Some(hold.0));

impl World {
    pub(crate) fn new(settings: ConfigBuilder) -> Self {
        let config = settings.rest_address("http://cluster").build().unwrap();
        Self {
            session: Session::new(Arc::new(config), 7).observed(),
            now: Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) },
        }
    }

    /// Without authentication.
    pub(crate) fn plain() -> Self {
        Self::new(Config::builder())
    }

    pub(crate) fn oauth() -> Self {
        Self::new(Config::builder().oauth("id", "hunter2!").oauth_url("http://idp/token"))
    }

    pub(crate) fn pass(&mut self, duration: Duration) {
        self.now.instant += duration;
        self.now.unix += duration;
    }

    pub(crate) fn begin<O: Operation>(&mut self, operation: &O) -> Call {
        self.begin_with(operation, &CallOptions::new())
    }

    pub(crate) fn begin_with<O: Operation>(&mut self, operation: &O, options: &CallOptions) -> Call {
        let config = Arc::clone(self.session.config());
        let prepared = Prepared::new(operation, &config, options).unwrap();
        self.session.begin(prepared, options, self.now)
    }

    pub(crate) fn poll(&mut self, call: &mut Call) -> Step {
        let step = call.poll(&mut self.session, self.now);
        if let Step::Wait { until, .. } = &step {
            assert!(*until > self.now.instant, "waits_move_time: a wait that is already over");
        }
        step
    }

    /// Expects a request to the cluster and returns its `Authorization`.
    pub(crate) fn sent(&mut self, call: &mut Call) -> String {
        Self::authorization(self.poll(call))
    }

    pub(crate) fn authorization(step: Step) -> String {
        match step {
            Step::Send { request, route: Route::Cluster, .. } => {
                let value = request.headers().get("authorization");
                value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
            }
            other => panic!("no request to the cluster but {other:?}"),
        }
    }

    /// Expects a request to the identity provider and returns its form.
    pub(crate) fn asked_for_token(&mut self, call: &mut Call) -> String {
        Self::form(self.poll(call))
    }

    pub(crate) fn form(step: Step) -> String {
        match step {
            Step::Send { request, route: Route::Identity, .. } => {
                String::from_utf8(request.into_body().into_bytes().to_vec()).unwrap()
            }
            other => panic!("no request to the identity provider but {other:?}"),
        }
    }

    pub(crate) fn waits(&mut self, call: &mut Call) -> Duration {
        match self.poll(call) {
            Step::Wait { until, .. } => until - self.now.instant,
            other => panic!("no wait but {other:?}"),
        }
    }

    pub(crate) fn done(&mut self, call: &mut Call) -> Result<Answer, Error> {
        match self.poll(call) {
            Step::Done(result) => result,
            other => panic!("not done but {other:?}"),
        }
    }

    pub(crate) fn answer(&mut self, call: &mut Call, status: u16, body: &str) {
        self.answer_with(call, status, &[], body);
    }

    pub(crate) fn answer_with(&mut self, call: &mut Call, status: u16, headers: &[(&str, &str)], body: &str) {
        let mut head = http::Response::builder().status(status);
        for (name, value) in headers {
            head = head.header(*name, *value);
        }
        call.handle(&mut self.session, self.now, Event::Head(head.body(()).unwrap()));
        for chunk in body.as_bytes().chunks(7) {
            assert!(matches!(self.poll(call), Step::Read { .. }), "the body is wanted");
            call.handle(&mut self.session, self.now, Event::Chunk(chunk.to_vec().into()));
        }
        call.handle(&mut self.session, self.now, Event::End);
    }

    pub(crate) fn grant(&mut self, call: &mut Call, token: &str, seconds: u32) {
        self.answer(
            call,
            200,
            &format!(r#"{{"access_token":"{token}","expires_in":{seconds},"token_type":"Bearer"}}"#),
        );
    }

    pub(crate) fn fail(&mut self, call: &mut Call, sent: bool, kind: TransportErrorKind) {
        let error = if sent { TransportError::maybe_sent(kind, "x") } else { TransportError::not_sent(kind, "x") };
        call.handle(&mut self.session, self.now, Event::Failed(error));
    }

    /// What was told since the last time.
    pub(crate) fn told(&mut self) -> Vec<Observation> {
        std::iter::from_fn(|| self.session.poll_observation()).collect()
    }

    /// The first thing told that harms no call and that somebody should know.
    pub(crate) fn warning(&mut self) -> Option<String> {
        self.told().into_iter().find_map(|told| match told.what {
            Observed::Warning(text) => Some(text),
            Observed::Token(TokenEvent::Failed { message, early: true, .. }) => Some(message),
            _ => None,
        })
    }

    /// The indices of the calls that are to be polled again.
    pub(crate) fn woken(&mut self) -> Vec<usize> {
        std::iter::from_fn(|| self.session.poll_woken()).map(|id| id.index()).collect()
    }
}
