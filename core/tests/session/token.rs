//! Tokens: one request for many calls, renewed in time, given up in order, never shown.

use std::time::Duration;

use camunda_core::{CallOptions, Config, Error, Event, Step, TransportErrorKind};

use crate::world::{Look, World};

#[test]
fn basic_credentials_go_with_every_request() {
    let mut world = World::new(Config::builder().basic("demo", "p:ß "));
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Basic ZGVtbzpwOsOfIA==");
}

#[test]
fn one_refresh() {
    let mut world = World::oauth();
    let mut leader = world.begin(&Look);
    let form = world.asked_for_token(&mut leader);
    assert_eq!(form, "grant_type=client%5Fcredentials&client_id=id&client_secret=hunter2%21");
    let mut others: Vec<_> = (0..99).map(|_| world.begin(&Look)).collect();
    for call in &mut others {
        world.waits(call);
    }
    world.grant(&mut leader, "t1", 300);
    assert_eq!(world.woken().len(), 99, "nobody_forgotten");
    assert_eq!(world.sent(&mut leader), "Bearer t1");
    for call in &mut others {
        assert_eq!(world.sent(call), "Bearer t1");
    }
    // Ten of them are refused: one new token, and each is sent once more with it.
    for call in &mut others[..10] {
        world.answer(call, 401, "");
    }
    world.asked_for_token(&mut others[0]);
    for call in &mut others[1..10] {
        world.waits(call);
    }
    world.grant(&mut others[0], "t2", 300);
    assert_eq!(world.woken().len(), 9);
    for call in &mut others[..10] {
        assert_eq!(world.sent(call), "Bearer t2");
    }
    // A second refusal is the caller's: no token is asked for again.
    world.answer(&mut others[0], 401, "");
    let error = world.done(&mut others[0]).unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
}

#[test]
fn a_vanished_leader_hands_its_errand_on() {
    let mut world = World::oauth();
    let (mut leader, mut next, mut last) = (world.begin(&Look), world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    world.waits(&mut next);
    world.waits(&mut last);
    leader.abandon(&mut world.session, world.now);
    assert_eq!(world.woken(), [1, 2], "nobody_forgotten");
    world.asked_for_token(&mut next);
    world.waits(&mut last);
    world.grant(&mut next, "t", 300);
    assert_eq!(world.woken(), [2]);
    assert_eq!(world.sent(&mut last), "Bearer t");
}

#[test]
fn a_leader_that_is_not_polled_loses_its_errand() {
    let mut world = World::oauth();
    let (mut leader, mut next) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    let lease = world.waits(&mut next);
    assert_eq!(lease, Duration::from_secs(6), "the token request's time-out and a second");
    let head = http::Response::builder().status(200).body(()).unwrap();
    leader.handle(&mut world.session, world.now, Event::Head(head));
    let token = r#"{"access_token":"late","expires_in":300}"#;
    leader.handle(&mut world.session, world.now, Event::Chunk(token.into()));
    world.pass(lease);
    world.asked_for_token(&mut next);
    // The late answer is still good, and used.
    leader.handle(&mut world.session, world.now, Event::End);
    assert_eq!(world.sent(&mut leader), "Bearer late");
    world.grant(&mut next, "newer", 300);
    assert_eq!(world.sent(&mut next), "Bearer newer");
}

#[test]
fn a_token_is_renewed_while_it_still_works() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "old", 300);
    world.sent(&mut call);
    world.pass(Duration::from_secs(269));
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Bearer old", "30 s before its end it is renewed, not earlier");
    world.pass(Duration::from_secs(2));
    let (mut leader, mut other) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    assert_eq!(world.sent(&mut other), "Bearer old", "nobody waits for an early renewal");
    world.fail(&mut leader, true, TransportErrorKind::Timeout);
    assert_eq!(world.sent(&mut leader), "Bearer old", "a failed early renewal harms nobody");
    world.pass(Duration::from_secs(7));
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Bearer old", "the next attempt waits for a quarter of the remaining 29 s");
    world.pass(Duration::from_secs(1));
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "new", 300);
    assert_eq!(world.sent(&mut call), "Bearer new");
}

#[test]
fn a_short_token_serves_half_its_life() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "short", 5);
    world.sent(&mut call);
    world.pass(Duration::from_millis(2_400));
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Bearer short");
    world.pass(Duration::from_millis(200));
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
}

#[test]
fn an_expired_token_is_never_sent() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t", 60);
    world.sent(&mut call);
    world.pass(Duration::from_secs(60));
    let (mut leader, mut other) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    world.waits(&mut other);
}

#[test]
fn a_clock_that_went_back_makes_a_token_worthless() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t", 3600);
    world.sent(&mut call);
    world.now.unix -= Duration::from_secs(31);
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
}

#[test]
fn refused_credentials_are_remembered_for_half_a_minute() {
    let mut world = World::oauth();
    let (mut leader, mut waiter) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    world.waits(&mut waiter);
    world.answer(&mut leader, 401, r#"{"error":"invalid_client"}"#);
    assert_eq!(world.woken(), [1]);
    for call in [&mut leader, &mut waiter] {
        let error = world.done(call).unwrap_err();
        assert_eq!(
            error.to_string(),
            "look: the identity provider http://idp/token refused the credentials (401 invalid_client): \
             check CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET"
        );
        assert!(matches!(error, Error::Auth(_)) && !error.may_have_executed() && !error.is_retryable());
    }
    world.pass(Duration::from_secs(29));
    let mut call = world.begin(&Look);
    assert!(world.done(&mut call).is_err(), "without asking again");
    world.pass(Duration::from_secs(1));
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
}

#[test]
fn an_identity_provider_that_is_down_is_asked_again() {
    let mut world = World::oauth();
    let (mut leader, mut waiter) = (world.begin(&Look), world.begin(&Look));
    for attempt in 1..5 {
        world.asked_for_token(&mut leader);
        world.waits(&mut waiter);
        world.answer(&mut leader, 503, "");
        let wait = world.waits(&mut leader);
        let usual = Duration::from_secs(1 << (attempt - 1));
        assert!(wait >= usual.mul_f64(0.9) && wait <= usual.mul_f64(1.1), "{attempt}: {wait:?}");
        assert!(world.woken().is_empty(), "the errand is still its leader's");
        world.pass(wait);
    }
    world.asked_for_token(&mut leader);
    world.answer(&mut leader, 503, "");
    assert_eq!(world.woken(), [1]);
    for call in [&mut leader, &mut waiter] {
        let error = world.done(call).unwrap_err();
        assert!(error.to_string().contains("http://idp/token answered 503"), "{error}");
    }
    assert_eq!(world.session.live_calls(), 0, "nothing_leaks");
}

#[test]
fn an_identity_provider_is_asked_as_often_as_configured_however_long_the_waits() {
    let settings = Config::builder().oauth("id", "s").oauth_url("http://idp/token");
    let mut world = World::new(settings.set("CAMUNDA_OAUTH_RETRY_MAX", "12"));
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(3600)));
    for attempt in 1..12 {
        world.asked_for_token(&mut call);
        world.answer(&mut call, 503, "");
        let wait = world.waits(&mut call);
        assert!(wait <= Duration::from_secs(30), "{attempt}: {wait:?}");
        world.pass(wait);
    }
    world.asked_for_token(&mut call);
    world.answer(&mut call, 503, "");
    world.done(&mut call).unwrap_err();
}

#[test]
fn a_refused_token_is_replaced_once_a_minute_at_most() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t1", 3600);
    world.sent(&mut call);
    world.answer(&mut call, 401, "");
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t2", 3600);
    world.sent(&mut call);
    world.answer(&mut call, 401, "");
    assert!(world.done(&mut call).is_err());
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Bearer t2");
    world.answer(&mut call, 401, "");
    assert!(world.done(&mut call).is_err(), "not again within the minute");
    world.pass(Duration::from_secs(60));
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    world.answer(&mut call, 401, "");
    world.asked_for_token(&mut call);
}

#[test]
fn a_retry_after_of_the_identity_provider_is_heeded_by_whoever_asks_next() {
    let mut world = World::oauth();
    let (mut leader, mut next) = (world.begin(&Look), world.begin(&Look));
    world.asked_for_token(&mut leader);
    world.waits(&mut next);
    world.answer_with(&mut leader, 429, &[("retry-after", "20")], "");
    assert_eq!(world.waits(&mut leader), Duration::from_secs(20));
    world.pass(Duration::from_secs(5));
    leader.abandon(&mut world.session, world.now);
    assert_eq!(world.woken(), [1]);
    assert_eq!(world.waits(&mut next), Duration::from_secs(15), "not asked before, by nobody");
    let mut last = world.begin(&Look);
    assert_eq!(world.waits(&mut last), Duration::from_secs(16), "the errand is its leader's for so long");
    world.pass(Duration::from_secs(15));
    world.asked_for_token(&mut next);
    world.grant(&mut next, "t", 300);
    assert_eq!(world.sent(&mut next), "Bearer t");
}

#[test]
fn a_retry_after_beyond_reason_is_told_at_once() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.answer_with(&mut call, 503, &[("retry-after", "31")], "");
    let error = world.done(&mut call).unwrap_err();
    assert!(matches!(error, Error::Auth(_)) && error.is_retryable(), "{error}");
    world.pass(Duration::from_secs(29));
    let mut call = world.begin(&Look);
    assert!(world.done(&mut call).is_err(), "without asking");
    world.pass(Duration::from_secs(1));
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
}

#[test]
fn an_early_renewal_that_is_put_off_keeps_nobody_waiting() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "old", 300);
    world.sent(&mut call);
    world.pass(Duration::from_secs(271));
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.answer_with(&mut call, 429, &[("retry-after", "20")], "");
    assert_eq!(world.sent(&mut call), "Bearer old");
    assert!(world.warning().unwrap().contains("429"));
    world.pass(Duration::from_secs(19));
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Bearer old");
    world.pass(Duration::from_secs(1));
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
}

/// F18.
#[test]
fn the_challenge_of_a_401_is_for_display_only() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t1", 3600);
    world.sent(&mut call);
    let challenge = [("www-authenticate", "Bearer resource_metadata=\"http://h/.well-known/x\"")];
    world.answer_with(&mut call, 401, &challenge, "");
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t2", 3600);
    assert_eq!(world.sent(&mut call), "Bearer t2");
    world.answer_with(&mut call, 401, &challenge, "");
    let Error::Api(error) = world.done(&mut call).unwrap_err() else { panic!("not the cluster's answer") };
    assert_eq!(error.headers()["www-authenticate"], challenge[0].1);
}

/// F38.
#[test]
fn a_token_of_two_seconds_is_renewed_within_its_life() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t1", 2);
    world.sent(&mut call);
    world.pass(Duration::from_millis(1_990));
    let mut call = world.begin(&Look);
    let Step::Send { limits, .. } = world.poll(&mut call) else { panic!("no renewal") };
    assert_eq!(limits.head, world.now.instant + Duration::from_millis(10), "no longer than the old one lives");
    world.fail(&mut call, true, TransportErrorKind::Timeout);
    assert_eq!(world.sent(&mut call), "Bearer t1");
    world.pass(Duration::from_millis(50));
    world.answer(&mut call, 401, "");
    world.asked_for_token(&mut call);
    world.grant(&mut call, "t2", 2);
    assert_eq!(world.sent(&mut call), "Bearer t2", "one 401, one refresh, one repeat");
}

#[test]
fn a_forced_refresh_joins_the_one_that_runs_and_shares_its_error() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    let mut refresh = world.session.refresh_token(&CallOptions::new(), world.now);
    world.waits(&mut refresh);
    world.answer(&mut call, 401, "");
    assert!(world.done(&mut call).is_err());
    let error = world.done(&mut refresh).unwrap_err();
    assert!(error.to_string().starts_with("refresh_token: the identity provider"), "{error}");
    // Clearing forgets the refusal as well.
    world.session.clear_token(world.now);
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
}

#[test]
fn a_forced_refresh_does_not_make_do_with_a_renewal_that_failed() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.grant(&mut call, "old", 300);
    world.sent(&mut call);
    world.pass(Duration::from_secs(271));
    let mut early = world.begin(&Look);
    world.asked_for_token(&mut early);
    let mut refresh = world.session.refresh_token(&CallOptions::new(), world.now);
    world.waits(&mut refresh);
    world.fail(&mut early, false, TransportErrorKind::Connect);
    assert_eq!(world.sent(&mut early), "Bearer old");
    world.asked_for_token(&mut refresh);
    world.grant(&mut refresh, "new", 300);
    world.done(&mut refresh).unwrap();
    let mut call = world.begin(&Look);
    assert_eq!(world.sent(&mut call), "Bearer new");
}

#[test]
fn no_secret_in_logs() {
    let mut world = World::oauth();
    let mut call = world.begin(&Look);
    let mut shown = format!("{:?}", world.poll(&mut call));
    let part = Event::Chunk(r#"{"access_token":"t0ken","#.into());
    shown += &format!("{part:?}");
    call.handle(&mut world.session, world.now, Event::Head(http_ok()));
    call.handle(&mut world.session, world.now, part);
    shown += &format!("{call:?}");
    call.handle(&mut world.session, world.now, Event::Chunk(r#""expires_in":300}"#.into()));
    call.handle(&mut world.session, world.now, Event::End);
    let step = world.poll(&mut call);
    shown += &format!("{step:?} {:?} {:?} {:?}", world.session, call, world.session.config());
    assert!(!shown.contains("hunter2") && !shown.contains("t0ken"), "{shown}");
    // Where the secret goes in a header.
    let settings = Config::builder().oauth("id", "hunter2!").oauth_url("http://idp/token");
    let mut world = World::new(settings.oauth_client_auth(camunda_core::config::ClientAuth::Basic));
    let mut call = world.begin(&Look);
    let shown = format!("{:?}", world.poll(&mut call));
    assert!(shown.contains("Sensitive") && !shown.contains("aWQ6"), "{shown}");
}

fn http_ok() -> http::Response<()> {
    http::Response::new(())
}
