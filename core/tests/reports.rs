//! Troubles that users of such clients met, where no other story tells them: `docs/field-reports.md` lists all of them.

#![allow(clippy::disallowed_methods, reason = "a test starts its clock somewhere")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::api::{CreateProcessInstance, GetTopology, PublishMessage, SearchProcessInstances};
use camunda_core::config::ConfigBuilder;
use camunda_core::worker::{Action, Worker, WorkerSettings};
use camunda_core::{
    CallOptions, Config, Error, Event, Now, Operation, Prepared, Route, Session, Step, TransportError,
    TransportErrorKind,
};

struct World {
    config: Arc<Config>,
    session: Session,
    now: Now,
    /// Requests to the cluster, and to the identity provider.
    sent: [usize; 2],
}

/// What a peer does with a request.
enum Fate {
    Answer(u16, &'static str),
    Refused,
}

impl World {
    fn new(settings: ConfigBuilder) -> Self {
        let config = Arc::new(settings.build().unwrap());
        let now = Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) };
        Self { session: Session::new(Arc::clone(&config), 1), config, now, sent: [0, 0] }
    }

    /// Carries a call through; `fate` is told for whom a request is, and how many came before.
    fn call<O: Operation>(
        &mut self,
        operation: &O,
        options: &CallOptions,
        fate: impl Fn(&Self, Route) -> Fate,
    ) -> Result<O::Output, Error> {
        let prepared = Prepared::new(operation, &self.config, options).unwrap();
        let mut call = self.session.begin(prepared, options, self.now);
        loop {
            match call.poll(&mut self.session, self.now) {
                Step::Send { route, .. } => {
                    let fate = fate(self, route);
                    self.sent[usize::from(route == Route::Identity)] += 1;
                    let Fate::Answer(status, body) = fate else {
                        let error = TransportError::not_sent(TransportErrorKind::Connect, "connection refused");
                        call.handle(&mut self.session, self.now, Event::Failed(error));
                        continue;
                    };
                    let head = http::Response::builder().status(status).body(()).unwrap();
                    call.handle(&mut self.session, self.now, Event::Head(head));
                    if matches!(call.poll(&mut self.session, self.now), Step::Read { .. }) {
                        call.handle(&mut self.session, self.now, Event::Chunk(body.into()));
                        call.handle(&mut self.session, self.now, Event::End);
                    }
                }
                Step::Wait { until, .. } => {
                    self.now.unix += until - self.now.instant;
                    self.now.instant = until;
                }
                Step::Done(result) => return result.and_then(O::response),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_time_out_of_a_start_is_an_unknown_outcome() {
    let mut world = World::new(Config::builder());
    let start = CreateProcessInstance::by_id("order").await_completion(["receipt"]).request_timeout(600_000);
    let answer = r#"{"title":"DEADLINE_EXCEEDED","detail":"Time out between gateway and broker","status":504}"#;
    let error = world.call(&start, &CallOptions::new(), |_, _| Fate::Answer(504, answer)).unwrap_err();
    assert_eq!((error.attempts(), world.sent), (1, [1, 0]), "never repeated by itself");
    assert!(error.may_have_executed() && !error.is_retryable());
    assert!(error.to_string().ends_with("; the command may have been carried out"), "{error}");
}

#[test]
fn what_is_not_set_is_not_sent_and_what_is_refused_is_named() {
    let search = SearchProcessInstances::new().filter(|f| f.process_definition_id("order"));
    let config = Config::builder().build().unwrap();
    let request = search.request(&config, &CallOptions::new()).unwrap();
    let body = String::from_utf8(request.into_body().into_bytes().to_vec()).unwrap();
    assert_eq!(body, r#"{"filter":{"processDefinitionId":"order"}}"#);

    let mut world = World::new(Config::builder());
    let newer = SearchProcessInstances::new().filter(|f| f.business_id("b"));
    let answer = r#"{"title":"Bad Request","detail":"Request property [filter.businessId] cannot be parsed"}"#;
    let error = world.call(&newer, &CallOptions::new(), |_, _| Fate::Answer(400, answer)).unwrap_err();
    assert!(error.to_string().contains("[filter.businessId]"), "{error}");
}

#[test]
fn one_operation_that_says_401_for_ever_costs_one_refresh_a_minute() {
    let mut world = World::new(Config::builder().oauth("id", "secret").oauth_url("http://idp/token"));
    let tokens = |_: &World, route| match route {
        Route::Identity => Fate::Answer(200, r#"{"access_token":"t","expires_in":3600}"#),
        Route::Cluster => Fate::Answer(401, ""),
    };
    for _ in 0..50 {
        let error = world.call(&GetTopology::new(), &CallOptions::new(), tokens).unwrap_err();
        assert_eq!(error.status().unwrap(), 401);
        assert!(
            error.to_string().starts_with("get_topology: 401 Unauthorized"),
            "an empty body is a fine error: {error}"
        );
    }
    assert_eq!(world.sent, [51, 2], "the first token, one refresh, one repeat");
}

#[test]
fn nothing_outlives_its_poll() {
    let mut world = World::new(Config::builder());
    let mut worker = Worker::new(WorkerSettings::new("charge"), &world.config, 7, world.now);
    let once = CallOptions::new().attempts(1);
    for polls in 0..10_000 {
        let Action::Activate(activation) = worker.poll(world.now) else { panic!("no poll after {polls}") };
        let result = world.call(&activation, &once, |_, _| Fate::Refused);
        let Err(error) = result else { panic!("it was refused") };
        worker.handle_activation(Err(error), world.now);
        let Action::Wait(Some(until)) = worker.poll(world.now) else { panic!("one timer, for the next poll") };
        assert!(matches!(worker.poll(world.now), Action::Wait(Some(again)) if again == until));
        world.now.instant = until;
        while worker.poll_event().is_some() {}
    }
    assert_eq!((world.session.live_calls(), worker.active_jobs()), (0, 0));
    assert_eq!(world.sent, [10_000, 0]);
}

#[test]
fn a_message_with_an_id_gets_through_a_window_of_refusals() {
    let mut world = World::new(Config::builder().set("CAMUNDA_SDK_HTTP_RETRY_MAX_DELAY_MS", "30000"));
    let begun = world.now.instant;
    let options = CallOptions::new().deadline(Duration::from_secs(120)).attempts(20).repeat_unknown();
    let message = PublishMessage::new("paid").correlation_key("7").message_id("once");
    let fate = move |world: &World, _| {
        if world.now.instant - begun < Duration::from_secs(8) {
            return if world.sent[0].is_multiple_of(2) { Fate::Refused } else { Fate::Answer(502, "") };
        }
        Fate::Answer(200, r#"{"messageKey":"9"}"#)
    };
    assert_eq!(world.call(&message, &options, fate).unwrap().message_key.as_str(), "9");
    assert!(world.now.instant - begun >= Duration::from_secs(8) && world.sent[0] > 2);
}
