//! Time limits, sizes, and what an ended call leaves behind.

use std::time::Duration;

use camunda_core::{CallOptions, Config, Error, Event, Step, TransportErrorKind};

use crate::world::{Hold, Look, Start, World};

fn limit(step: &Step, world: &World) -> (Duration, Duration) {
    match step {
        Step::Send { limits, .. } => (limits.connect - world.now.instant, limits.head - world.now.instant),
        other => panic!("nothing to send but {other:?}"),
    }
}

#[test]
fn bounded_time() {
    // At whatever point the peer goes silent, the call ends with its deadline.
    for silent_after in 0..5 {
        let mut world = World::oauth();
        let mut call = world.begin_with(&Start, &CallOptions::new().deadline(Duration::from_secs(20)));
        let mut events: Vec<fn(&mut World, &mut camunda_core::Call)> = vec![
            |world, call| world.asked_for_token(call).truncate(0),
            |world, call| world.grant(call, "t", 300),
            |world, call| world.sent(call).truncate(0),
            |world, call| {
                let head = http::Response::builder().status(200).body(()).unwrap();
                call.handle(&mut world.session, world.now, Event::Head(head));
            },
            |world, call| call.handle(&mut world.session, world.now, Event::Chunk("{".into())),
        ];
        for event in events.drain(..silent_after) {
            event(&mut world, &mut call);
        }
        world.pass(Duration::from_secs(20));
        let error = world.done(&mut call).unwrap_err();
        assert!(matches!(error, Error::Deadline(_)), "{silent_after}: {error}");
        assert_eq!(error.may_have_executed(), silent_after >= 3, "{silent_after}: {error}");
        assert_eq!(world.session.live_calls(), 0, "nothing_leaks");
    }
}

/// Attempts before the one that the deadline ends: whether one of them was carried out nobody can say.
#[test]
fn the_deadline_remembers_earlier_attempts() {
    let earlier: [fn(&mut World, &mut camunda_core::Call); 4] = [
        |world, call| world.fail(call, true, TransportErrorKind::Closed),
        |world, call| world.answer(call, 504, ""),
        |world, call| world.fail(call, false, TransportErrorKind::Connect),
        |world, call| world.answer(call, 429, ""),
    ];
    for (outcome, unknown) in earlier.into_iter().zip([true, true, false, false]) {
        let mut world = World::plain();
        let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(5)));
        world.sent(&mut call);
        outcome(&mut world, &mut call);
        world.waits(&mut call);
        world.pass(Duration::from_secs(5));
        let error = world.done(&mut call).unwrap_err();
        assert!(error.to_string().contains("waiting before the next attempt"), "{error}");
        assert_eq!(error.may_have_executed(), unknown, "{error}");
    }
}

#[test]
fn who_waits_for_a_token_is_told_so() {
    let mut world = World::oauth();
    let options = CallOptions::new().deadline(Duration::from_secs(5));
    let (mut leader, mut other) = (world.begin_with(&Look, &options), world.begin_with(&Look, &options));
    world.asked_for_token(&mut leader);
    world.waits(&mut other);
    world.pass(Duration::from_secs(5));
    for call in [&mut leader, &mut other] {
        let error = world.done(call).unwrap_err();
        assert!(error.to_string().contains("waiting for a token"), "{error}");
    }
}

#[test]
fn a_time_out_at_the_deadline_is_the_deadlines() {
    for (seconds, kind, deadline) in [
        (3, TransportErrorKind::Timeout, true),
        (2, TransportErrorKind::Timeout, false),
        (3, TransportErrorKind::Closed, false),
    ] {
        let mut world = World::plain();
        let mut call = world.begin_with(&Start, &CallOptions::new().deadline(Duration::from_secs(3)));
        world.sent(&mut call);
        world.pass(Duration::from_secs(seconds));
        world.fail(&mut call, true, kind);
        let error = world.done(&mut call).unwrap_err();
        assert_eq!(matches!(error, Error::Deadline(_)), deadline, "{error}");
        assert!(error.may_have_executed());
    }
}

#[test]
fn an_attempt_is_shorter_than_its_call() {
    let mut world = World::plain();
    let mut call = world.begin(&Look);
    let step = world.poll(&mut call);
    assert_eq!(limit(&step, &world), (Duration::from_secs(10), Duration::from_secs(30)));
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(3)));
    let step = world.poll(&mut call);
    assert_eq!(limit(&step, &world), (Duration::from_secs(3), Duration::from_secs(3)));
}

#[test]
fn a_held_request_has_the_time_that_it_asked_for_and_some_more() {
    for (hold, seconds) in [(30_000, 40), (0, 60), (-1, 10), (600_000, 610)] {
        let mut world = World::plain();
        let mut call = world.begin(&Hold(hold));
        let step = world.poll(&mut call);
        assert_eq!(limit(&step, &world).1, Duration::from_secs(seconds), "{hold}");
    }
}

#[test]
fn a_body_must_go_on() {
    let mut world = World::plain();
    let mut call = world.begin(&Hold(120_000));
    world.sent(&mut call);
    let head = http::Response::builder().status(200).body(()).unwrap();
    call.handle(&mut world.session, world.now, Event::Head(head));
    let Step::Read { until } = world.poll(&mut call) else { panic!("no read") };
    assert_eq!(until - world.now.instant, Duration::from_secs(30));
    world.pass(Duration::from_secs(20));
    call.handle(&mut world.session, world.now, Event::Chunk("x".into()));
    let Step::Read { until } = world.poll(&mut call) else { panic!("no read") };
    assert_eq!(until - world.now.instant, Duration::from_secs(30));
}

#[test]
fn of_a_long_error_the_beginning_is_kept() {
    for (length, kept) in [(100, 100), (100_000, 65_536)] {
        let mut world = World::plain();
        let mut call = world.begin(&Look);
        world.sent(&mut call);
        world.answer(&mut call, 404, &"x".repeat(length));
        let Error::Api(error) = world.done(&mut call).unwrap_err() else { panic!("not the cluster's answer") };
        assert_eq!(error.body().len(), kept);
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_at_its_head_or_on_the_way() {
    let settings = || Config::builder().set("CAMUNDA_SDK_MAX_BODY_BYTES", "10");
    let mut world = World::new(settings());
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    let head = http::Response::builder().status(200).header("content-length", "11").body(()).unwrap();
    call.handle(&mut world.session, world.now, Event::Head(head));
    let error = world.done(&mut call).unwrap_err();
    assert!(error.to_string().contains("CAMUNDA_SDK_MAX_BODY_BYTES"), "{error}");

    let mut call = world.begin(&Look);
    world.sent(&mut call);
    let head = http::Response::builder().status(200).body(()).unwrap();
    call.handle(&mut world.session, world.now, Event::Head(head));
    call.handle(&mut world.session, world.now, Event::Chunk("0123456789".into()));
    assert!(matches!(world.poll(&mut call), Step::Read { .. }));
    call.handle(&mut world.session, world.now, Event::Chunk("0".into()));
    assert!(world.done(&mut call).is_err());
}

#[test]
fn nothing_leaks() {
    let mut world = World::oauth();
    let mut leader = world.begin(&Look);
    world.asked_for_token(&mut leader);
    let mut calls: Vec<_> = (0..5).map(|_| world.begin(&Look)).collect();
    for call in &mut calls {
        world.waits(call);
    }
    leader.abandon(&mut world.session, world.now);
    leader.abandon(&mut world.session, world.now);
    calls.iter_mut().for_each(|call| call.abandon(&mut world.session, world.now));
    assert_eq!(world.session.live_calls(), 0);
    assert!(world.woken().is_empty(), "nobody is there to be woken");
    let mut call = world.begin(&Look);
    assert!(call.id().index() < 6, "ids are used again");
    world.asked_for_token(&mut call);
}

#[test]
fn the_wrong_order_is_an_error_with_a_sentence() {
    let mut world = World::plain();
    let mut call = world.begin(&Look);
    call.handle(&mut world.session, world.now, Event::End);
    assert!(world.done(&mut call).unwrap_err().to_string().contains("misuse"));
    let mut call = world.begin(&Look);
    world.sent(&mut call);
    call.handle(&mut world.session, world.now, Event::Chunk("x".into()));
    assert!(world.done(&mut call).unwrap_err().to_string().contains("before the head"));
    assert!(world.done(&mut call).unwrap_err().to_string().contains("after its end"));
}

#[test]
fn what_comes_after_the_end_is_ignored() {
    let mut world = World::plain();
    let (mut call, _other) = (world.begin(&Look), world.begin(&Look));
    world.sent(&mut call);
    world.answer(&mut call, 404, "");
    call.handle(&mut world.session, world.now, Event::End);
    assert_eq!(world.done(&mut call).unwrap_err().status().unwrap(), 404);
    call.handle(&mut world.session, world.now, Event::End);
    assert_eq!(world.session.live_calls(), 1, "nothing_leaks");
    assert!(world.done(&mut call).unwrap_err().to_string().contains("after its end"));
}

#[test]
fn an_unreachable_cluster_is_explained() {
    let mut world = World::plain();
    let mut call = world.begin_with(&Look, &CallOptions::new().attempts(1));
    world.sent(&mut call);
    world.fail(&mut call, false, TransportErrorKind::Connect);
    let error = world.done(&mut call).unwrap_err();
    assert_eq!(error.to_string(), "look: could not connect to http://cluster/v2: x; is the cluster running?");
}
