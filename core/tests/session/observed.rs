//! What is told to those who listen: each story in the order in which it happened, with the numbers of its clock.

use std::time::Duration;

use camunda_core::observe::{AttemptEnd, CallEnd, Observation, Observed, TokenEvent};
use camunda_core::{CallOptions, Config, Event, Route, Step, TransportErrorKind};

use crate::world::{Drain, Look, Start, World};

/// One line for each thing told: the call's number, and what happened.
fn story(told: Vec<Observation>) -> Vec<String> {
    told.into_iter().map(|told| line(&told)).collect()
}

fn line(told: &Observation) -> String {
    let call = told.call.as_ref().map(|call| format!("{}: ", call.number)).unwrap_or_default();
    let what = match &told.what {
        Observed::AttemptStarted { attempt, method, path, .. } => format!("attempt {attempt}, {method} {path}"),
        Observed::AttemptEnded { attempt, end, duration, .. } => {
            let end = match end {
                AttemptEnd::Answered(status) => status.as_u16().to_string(),
                AttemptEnd::Failed(error) => format!("{:?}", error.kind()),
                end => format!("{end:?}"),
            };
            format!("attempt {attempt} ended, {end} after {duration:?}")
        }
        Observed::Retry { attempt, verdict, delay, retry_after, .. } => {
            let jitter =
                if retry_after.is_some() || delay.is_zero() { format!("{delay:?}") } else { "a while".to_owned() };
            format!("retry after attempt {attempt}, {verdict:?}, in {jitter}")
        }
        Observed::Waited { why, duration, .. } => format!("waited for {why:?}, {duration:?}"),
        Observed::NotAdmitted { limit, .. } => format!("not admitted, {limit} wait"),
        Observed::GateChanged { profile, before, after, .. } => {
            format!(
                "{profile:?} {:?} to {:?}, cap {:?} to {:?}",
                before.severity, after.severity, before.cap, after.cap
            )
        }
        Observed::Token(TokenEvent::Failed { status, again, early, .. }) => {
            let status = status.map(|status| status.as_u16());
            format!("token failed, {status:?}, again {}, early {early}", again.is_some())
        }
        Observed::Token(event) => format!("token {event:?}"),
        Observed::CallEnded { end, attempts, duration, .. } => {
            let end = match end {
                CallEnd::Succeeded(status) => status.as_u16().to_string(),
                CallEnd::Failed { message, .. } => message.clone(),
                end => format!("{end:?}"),
            };
            format!("ended, {end}, {attempts} attempts, {duration:?}")
        }
        other => format!("{other:?}"),
    };
    call + &what
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_call_that_is_sent_three_times() {
    let mut world = World::plain();
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    world.pass(Duration::from_millis(30));
    world.answer(&mut call, 504, "<html>");
    let wait = world.waits(&mut call);
    world.pass(wait);
    world.sent(&mut call);
    world.pass(secs(1));
    world.answer_with(&mut call, 429, &[("retry-after", "7")], "");
    world.waits(&mut call);
    world.pass(secs(3));
    // Asked again too early, it goes on waiting: it is one wait.
    world.waits(&mut call);
    world.pass(secs(4));
    world.sent(&mut call);
    world.pass(Duration::from_millis(5));
    world.fail(&mut call, true, TransportErrorKind::Closed);
    let error = world.done(&mut call).unwrap_err();
    let told = story(world.told());
    let total = Duration::from_millis(30 + 1_000 + 7_000 + 5) + wait;
    assert_eq!(
        told,
        [
            "1: attempt 1, GET /v2/look".to_owned(),
            "1: attempt 1 ended, 504 after 30ms".to_owned(),
            "1: retry after attempt 1, Unknown, in a while".to_owned(),
            format!("1: waited for Backoff, {wait:?}"),
            "1: attempt 2, GET /v2/look".to_owned(),
            "1: attempt 2 ended, 429 after 1s".to_owned(),
            "1: Balanced Healthy to Soft, cap None to Some(12)".to_owned(),
            "1: retry after attempt 2, Busy, in 7s".to_owned(),
            "1: waited for RetryAfter, 7s".to_owned(),
            "1: attempt 3, GET /v2/look".to_owned(),
            "1: attempt 3 ended, Closed after 5ms".to_owned(),
            format!("1: ended, {error}, 3 attempts, {total:?}"),
        ]
    );
}

#[test]
fn a_token_from_its_first_request_to_its_refusal() {
    let mut world = World::oauth();
    let (mut leader, mut other) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    world.waits(&mut other);
    world.pass(Duration::from_millis(40));
    world.answer(&mut leader, 503, "");
    let wait = world.waits(&mut leader);
    world.pass(wait);
    world.asked_for_token(&mut leader);
    world.pass(Duration::from_millis(60));
    world.grant(&mut leader, "t1", 300);
    world.sent(&mut leader);
    world.sent(&mut other);
    world.answer(&mut leader, 200, "");
    world.done(&mut leader).unwrap();
    assert_eq!(
        story(world.told()),
        [
            "1: token Asked { attempt: 1, early: false }".to_owned(),
            "1: token failed, Some(503), again true, early false".to_owned(),
            format!("1: waited for Token, {wait:?}"),
            "1: token Asked { attempt: 2, early: false }".to_owned(),
            "1: token Granted { lifetime: 300s, duration: 60ms, early: false }".to_owned(),
            "1: attempt 1, GET /v2/look".to_owned(),
            format!("2: waited for Token, {:?}", Duration::from_millis(100) + wait),
            "2: attempt 1, GET /v2/look".to_owned(),
            "1: attempt 1 ended, 200 after 0ns".to_owned(),
            format!("1: ended, 200, 1 attempts, {:?}", Duration::from_millis(100) + wait),
        ]
    );
    // The cluster refuses the token: one new one, and the request once more.
    world.answer(&mut other, 401, "");
    world.asked_for_token(&mut other);
    world.grant(&mut other, "t2", 300);
    world.sent(&mut other);
    other.abandon(&mut world.session, world.now);
    let end = format!("2: ended, Abandoned, 2 attempts, {:?}", Duration::from_millis(100) + wait);
    assert_eq!(
        story(world.told()),
        [
            "2: attempt 1 ended, 401 after 0ns",
            "2: token Rejected",
            "2: retry after attempt 1, Unauthorized, in 0ns",
            "2: token Asked { attempt: 1, early: false }",
            "2: token Granted { lifetime: 300s, duration: 0ns, early: false }",
            "2: attempt 2, GET /v2/look",
            "2: attempt 2 ended, GivenUp after 0ns",
            &end,
        ]
    );
    // Renewed ahead of its end, in vain; then its leader goes; then the program forgets it.
    world.pass(secs(271));
    let (mut early, mut next) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut early);
    world.fail(&mut early, true, TransportErrorKind::Timeout);
    world.session.clear_token(world.now);
    world.asked_for_token(&mut next);
    next.abandon(&mut world.session, world.now);
    let mut last = world.begin(&Look);
    world.asked_for_token(&mut last);
    assert_eq!(
        story(world.told()),
        [
            "3: token Asked { attempt: 1, early: true }",
            "3: token failed, None, again false, early true",
            "token Cleared",
            "4: token Asked { attempt: 1, early: false }",
            "4: ended, Abandoned, 0 attempts, 0ns",
            "5: token TakenOver",
            "5: token Asked { attempt: 1, early: false }",
        ]
    );
}

#[test]
fn an_errand_that_is_taken_over_is_told_once() {
    let mut world = World::oauth();
    let (mut late, mut next) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut late);
    let lease = world.waits(&mut next);
    let head = http::Response::builder().status(200).body(()).unwrap();
    late.handle(&mut world.session, world.now, Event::Head(head));
    let token = r#"{"access_token":"late","expires_in":300}"#;
    late.handle(&mut world.session, world.now, Event::Chunk(token.into()));
    world.pass(lease);
    world.asked_for_token(&mut next);
    next.abandon(&mut world.session, world.now);
    // What the late one brings is good; who renews it does so of his own.
    late.handle(&mut world.session, world.now, Event::End);
    world.sent(&mut late);
    world.told();
    world.pass(secs(271));
    let mut early = world.begin(&Look);
    world.asked_for_token(&mut early);
    assert_eq!(story(world.told()), ["3: token Asked { attempt: 1, early: true }"]);
    let mut world = World::oauth();
    let (mut late, mut next) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut late);
    let lease = world.waits(&mut next);
    world.pass(lease);
    world.asked_for_token(&mut next);
    assert_eq!(
        story(world.told())[1..],
        ["2: waited for Token, 6s", "2: token TakenOver", "2: token Asked { attempt: 1, early: false }"]
    );
}

#[test]
fn a_cap_that_sinks_and_rises() {
    let mut world = World::plain();
    for _ in 0..2 {
        let mut drain = world.begin_with(&Drain, &CallOptions::new().attempts(1));
        world.sent(&mut drain);
        world.answer(&mut drain, 429, "");
    }
    world.pass(secs(1));
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    world.answer(&mut call, 200, "");
    let told = story(world.told());
    let caps: Vec<_> = told.iter().filter(|line| line.contains("Balanced")).collect();
    assert_eq!(
        caps,
        [
            "1: Balanced Healthy to Soft, cap None to Some(12)",
            "2: Balanced Soft to Soft, cap Some(12) to Some(9)",
            "3: Balanced Soft to Soft, cap Some(9) to Some(10)",
        ]
    );
}

#[test]
fn a_gate_that_closes_and_opens() {
    let settings = Config::builder()
        .set("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", "1")
        .set("CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS", "1");
    let mut world = World::new(settings);
    let mut drain = world.begin_with(&Drain, &CallOptions::new().attempts(1));
    world.sent(&mut drain);
    world.answer(&mut drain, 503, r#"{"title":"RESOURCE_EXHAUSTED"}"#);
    let (mut first, mut second, mut third) = (world.begin(&Start), world.begin(&Start), world.begin(&Start));
    world.sent(&mut first);
    world.waits(&mut second);
    let full = world.done(&mut third).unwrap_err();
    world.pass(secs(3));
    world.answer(&mut first, 200, "");
    world.sent(&mut second);
    assert_eq!(
        story(world.told()),
        [
            "1: attempt 1, POST /v2/drain",
            "1: attempt 1 ended, 503 after 0ns",
            "1: Balanced Healthy to Soft, cap None to Some(1)",
            "1: ended, drain: 503 RESOURCE_EXHAUSTED, 1 attempts, 0ns",
            "2: attempt 1, POST /v2/start",
            "4: not admitted, 1 wait",
            &format!("4: ended, {full}, 0 attempts, 0ns"),
            "2: attempt 1 ended, 200 after 3s",
            "2: Balanced Soft to Healthy, cap Some(1) to Some(2)",
            "2: ended, 200, 1 attempts, 3s",
            "3: waited for Permit, 3s",
            "3: attempt 1, POST /v2/start",
        ]
    );
}

/// What the program was asked for, and that only tokens are told to be refused.
#[test]
fn credentials_that_are_no_token() {
    let mut world = World::plain();
    let config = Config::clone(world.session.config()).custom_credentials();
    world.session = camunda_core::Session::new(std::sync::Arc::new(config), 7).observed();
    let mut call = world.begin_with(&Look, &CallOptions::new().attempts(1));
    assert!(matches!(world.poll(&mut call), Step::Credentials { .. }));
    world.pass(secs(2));
    call.handle(&mut world.session, world.now, Event::Credentials(Ok(http::HeaderMap::new())));
    world.sent(&mut call);
    assert_eq!(story(world.told()), ["1: waited for Credentials, 2s", "1: attempt 1, GET /v2/look"]);
    let rejected = |mut world: World, status| {
        let mut call = world.begin_with(&Look, &CallOptions::new().attempts(1));
        if matches!(world.poll(&mut call), Step::Send { route: Route::Identity, .. }) {
            world.grant(&mut call, "t", 300);
            world.sent(&mut call);
        }
        world.answer(&mut call, status, "");
        story(world.told()).iter().any(|line| line.contains("Rejected"))
    };
    assert!(rejected(World::oauth(), 401) && !rejected(World::oauth(), 404));
    assert!(!rejected(World::new(Config::builder().basic("demo", "demo")), 401));
}

#[test]
fn a_call_is_told_by_what_its_caller_knows_it_by() {
    let correlations = |settings, options: &CallOptions| {
        let mut world = World::new(settings);
        for _ in 0..2 {
            let mut call = world.begin_with(&Look, options);
            world.sent(&mut call);
        }
        let told = world.told().into_iter().map(|told| told.call.unwrap().correlation);
        told.map(|id| id.map(|id| id.to_string())).collect::<Vec<_>>()
    };
    let asked = || Config::builder().set("CAMUNDA_SDK_TELEMETRY_CORRELATION", "true");
    let own = CallOptions::new().correlation("order 7");
    assert_eq!(correlations(Config::builder(), &own), [Some("order 7".to_owned()), Some("order 7".to_owned())]);
    assert_eq!(correlations(asked(), &own), [Some("order 7".to_owned()), Some("order 7".to_owned())]);
    assert_eq!(correlations(Config::builder(), &CallOptions::new()), [None, None]);
    let made = correlations(asked(), &CallOptions::new());
    assert!(made.iter().flatten().all(|id| id.len() == 16) && made[0] != made[1], "{made:?}");
}

/// The deadline finds a call at whatever it does; what was begun is told to be over.
#[test]
fn everything_that_begins_ends() {
    let mut world = World::plain();
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(secs(5)));
    world.sent(&mut call);
    world.pass(secs(5));
    let error = world.done(&mut call).unwrap_err();
    assert_eq!(
        story(world.told())[1..],
        ["1: attempt 1 ended, Timeout after 5s".to_owned(), format!("1: ended, {error}, 1 attempts, 5s")]
    );
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    world.answer(&mut call, 503, r#"{"title":"UNAVAILABLE"}"#);
    let wait = world.waits(&mut call);
    call.abandon(&mut world.session, world.now);
    call.abandon(&mut world.session, world.now);
    assert_eq!(
        story(world.told())[3..],
        ["2: waited for Backoff, 0ns", "2: ended, Abandoned, 1 attempts, 0ns"],
        "{wait:?}"
    );
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    call.handle(&mut world.session, world.now, Event::End);
    assert!(world.done(&mut call).is_err());
    assert_eq!(story(world.told())[1], "3: attempt 1 ended, GivenUp after 0ns");
}

#[test]
fn no_secret_in_logs() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t0ken", 300);
    world.sent(&mut call);
    world.answer(&mut call, 401, "");
    world.asked_for_token(&mut call);
    world.answer(&mut call, 401, r#"{"error":"invalid_client","error_description":"no"}"#);
    assert!(world.done(&mut call).is_err());
    let told = format!("{:?}", world.told());
    assert!(told.contains("invalid_client") && !told.contains("hunter2") && !told.contains("t0ken"), "{told}");
}

/// Where nobody listens, nothing is kept; and nobody who listens changes what is sent.
#[test]
fn observing_changes_nothing() {
    let requests = |observed: bool| {
        let mut world = World::new(Config::builder().set("CAMUNDA_SDK_TELEMETRY_CORRELATION", "true"));
        if !observed {
            world.session = camunda_core::Session::new(std::sync::Arc::clone(world.session.config()), 7);
        }
        let mut waits = Vec::new();
        for _ in 0..3 {
            let mut call = world.begin(&Look);
            while let Step::Send { .. } = world.poll(&mut call) {
                world.answer(&mut call, 504, "");
                if let Step::Wait { until, .. } = world.poll(&mut call) {
                    waits.push(until - world.now.instant);
                    world.pass(*waits.last().unwrap());
                }
            }
        }
        (waits, world.told().len())
    };
    let ((waits, told), (same, nothing)) = (requests(true), requests(false));
    assert_eq!(waits, same);
    assert!(told > 20 && nothing == 0, "{told} {nothing}");
}
