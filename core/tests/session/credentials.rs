//! Credentials of the program's own: asked for each request, told of a refusal, and never in the way of the caller's.

use std::time::Duration;

use camunda_core::http::{HeaderMap, Request};
use camunda_core::{
    Answer, Body, Call, CallOptions, Config, Error, Event, Operation, OperationInfo, RequestBuilder, Step,
    TransportError, TransportErrorKind, Verb,
};

use crate::world::{Look, World};

fn own() -> World {
    let World { session, now } = World::plain();
    let config = camunda_core::Config::clone(session.config()).custom_credentials();
    World { session: camunda_core::Session::new(std::sync::Arc::new(config), 7), now }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

impl World {
    /// Expects the program to be asked, and lets it answer. Whether headers of its had been refused.
    fn gives(&mut self, call: &mut Call, given: Result<HeaderMap, String>) -> Option<HeaderMap> {
        let Step::Credentials { refused, .. } = self.poll(call) else { panic!("the program is not asked") };
        call.handle(&mut self.session, self.now, Event::Credentials(given));
        refused
    }

    fn request(&mut self, call: &mut Call) -> HeaderMap {
        let Step::Send { request, .. } = self.poll(call) else { panic!("nothing is sent") };
        request.headers().clone()
    }
}

/// F29.
#[test]
fn custom_authentication_is_asked_each_time() {
    let mut world = own();
    let mut call = world.begin(&Look);
    assert_eq!(world.gives(&mut call, Ok(headers(&[("authorization", "Bearer t1")]))), None);
    assert_eq!(world.sent(&mut call), "Bearer t1");
    world.answer(&mut call, 401, "");
    let refused = world.gives(&mut call, Ok(headers(&[("authorization", "Bearer t2")]))).unwrap();
    assert_eq!(refused["authorization"], "Bearer t1", "it is told which");
    assert_eq!(world.sent(&mut call), "Bearer t2");
    // A repeat is a request of its own.
    world.answer(&mut call, 503, "");
    let wait = world.waits(&mut call);
    world.pass(wait);
    assert_eq!(world.gives(&mut call, Ok(headers(&[("authorization", "Bearer t3")]))), None);
    assert_eq!(world.sent(&mut call), "Bearer t3");
    world.answer(&mut call, 401, "");
    assert_eq!(world.done(&mut call).unwrap_err().status().unwrap(), 401, "once a call");
    assert_eq!(world.session.live_calls(), 0, "nothing_leaks");
}

#[test]
fn the_same_headers_again_are_not_sent_again() {
    let mut world = own();
    let mut call = world.begin(&Look);
    world.gives(&mut call, Ok(headers(&[("authorization", "Bearer t1")])));
    world.sent(&mut call);
    world.answer(&mut call, 401, "");
    world.gives(&mut call, Ok(headers(&[("authorization", "Bearer t1")])));
    let error = world.done(&mut call).unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (401, 1));
}

#[test]
fn all_headers_are_sent_but_the_callers_authorization_stays() {
    struct Authorized;
    impl Operation for Authorized {
        type Output = ();
        const INFO: OperationInfo = OperationInfo::new("own", "own", Verb::Post, "/own");
        fn request(&self, config: &Config, _: &CallOptions) -> Result<Request<Body>, Error> {
            let mut request = RequestBuilder::new(config, Self::INFO).json(&1)?;
            request.headers_mut().insert("authorization", "Bearer caller".parse().unwrap());
            Ok(request)
        }
        fn response(answer: Answer) -> Result<(), Error> {
            answer.nothing()
        }
    }
    let mut world = own();
    let given = headers(&[
        ("authorization", "Bearer program"),
        ("x-tenant", "a"),
        ("x-tenant", "b"),
        ("user-agent", "mine"),
        ("content-type", "text/plain"),
        ("content-length", "7"),
        ("transfer-encoding", "chunked"),
    ]);
    let mut call = world.begin(&Authorized);
    world.gives(&mut call, Ok(given.clone()));
    let sent = world.request(&mut call);
    assert_eq!(sent["authorization"], "Bearer caller");
    assert_eq!(sent.get_all("x-tenant").iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(sent["user-agent"], "mine");
    assert_eq!(sent["content-type"], "application/json", "what describes the body is the request's own");
    assert!(!sent.contains_key("content-length") && !sent.contains_key("transfer-encoding"));
    let mut call = world.begin(&Look);
    world.gives(&mut call, Ok(given));
    assert_eq!(world.sent(&mut call), "Bearer program");
    // OAuth and basic credentials give way as well.
    let mut world = World::new(Config::builder().basic("demo", "demo"));
    let mut call = world.begin(&Authorized);
    assert_eq!(world.sent(&mut call), "Bearer caller");
}

#[test]
fn a_program_without_credentials_is_told_in_its_own_words() {
    let mut world = own();
    let mut call = world.begin(&Look);
    world.gives(&mut call, Err("the vault is sealed".to_owned()));
    let error = world.done(&mut call).unwrap_err();
    assert_eq!(error.to_string(), "look: the program's own credentials: the vault is sealed");
    assert!(matches!(error, Error::Auth(_)) && !error.may_have_executed());
}

#[test]
fn a_program_that_does_not_answer_ends_with_the_deadline() {
    let mut world = own();
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(1)));
    let Step::Credentials { until, .. } = world.poll(&mut call) else { panic!("the program is not asked") };
    assert_eq!(until, world.now.instant + Duration::from_secs(1));
    let late = TransportError::not_sent(TransportErrorKind::Timeout, "late");
    call.handle(&mut world.session, world.now, Event::Failed(late));
    let error = world.done(&mut call).unwrap_err();
    assert!(error.to_string().contains("the program did not give its credentials in time"), "{error}");
    // Or nothing is said at all.
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(1)));
    assert!(matches!(world.poll(&mut call), Step::Credentials { .. }));
    world.pass(Duration::from_secs(1));
    assert!(world.done(&mut call).unwrap_err().to_string().contains("did not give its credentials in time"));
}

#[test]
fn a_token_is_not_fetched_where_there_is_none() {
    for mut world in [own(), World::plain(), World::new(Config::builder().basic("demo", "demo"))] {
        let mut refresh = world.session.refresh_token(&CallOptions::new(), world.now);
        world.done(&mut refresh).unwrap();
        assert_eq!(world.session.live_calls(), 0, "nothing_leaks");
    }
}

#[test]
fn wrong_order_is_a_sentence() {
    let mut world = own();
    let mut call = world.begin(&Look);
    assert!(matches!(world.poll(&mut call), Step::Credentials { .. }));
    assert!(matches!(world.done(&mut call), Err(Error::Misuse(_))));
    let mut call = world.begin(&Look);
    call.handle(&mut world.session, world.now, Event::Credentials(Ok(HeaderMap::new())));
    assert!(matches!(world.done(&mut call), Err(Error::Misuse(_))), "it was not asked yet");
}

#[test]
fn no_secret_in_logs() {
    let mut world = own();
    let mut call = world.begin(&Look);
    let event = Event::Credentials(Ok(headers(&[("x-api-key", "hunter2")])));
    let mut shown = format!("{event:?}");
    assert!(matches!(world.poll(&mut call), Step::Credentials { .. }));
    call.handle(&mut world.session, world.now, event);
    let step = world.poll(&mut call);
    shown += &format!("{step:?} {call:?}");
    world.answer(&mut call, 401, "");
    let step = world.poll(&mut call);
    assert!(matches!(step, Step::Credentials { refused: Some(_), .. }));
    shown += &format!("{step:?} {call:?} {:?}", world.session);
    assert!(!shown.contains("hunter2"), "{shown}");
}
