//! Admission under load: who waits, who is let in, and who is never held back.

use std::time::Duration;

use camunda_core::{Call, Config, Error, Severity, Step, Why};

use crate::world::{Drain, Hold, Look, World};

/// A session that lets one call in at a time, without spacing them out.
fn at_the_floor() -> World {
    let mut world = World::new(Config::builder().set("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", "1"));
    overload(&mut world, 1);
    assert_eq!((world.session.gate().cap, world.session.gate().back_off), (Some(1), Duration::ZERO));
    world
}

fn overload(world: &mut World, signals: usize) {
    for _ in 0..signals {
        // Those that end handed-out work are let in whatever the gate says, and their refusals count.
        let mut call = world.begin_with(&Drain, &camunda_core::CallOptions::new().attempts(1));
        world.sent(&mut call);
        world.answer(&mut call, 503, r#"{"title":"RESOURCE_EXHAUSTED"}"#);
        assert!(world.done(&mut call).is_err());
    }
}

fn reason(world: &mut World, call: &mut Call) -> Why {
    match world.poll(call) {
        Step::Wait { why, .. } => why,
        other => panic!("no wait but {other:?}"),
    }
}

/// Passes the pace, so that only permits matter.
fn rested(world: &mut World) {
    world.pass(Duration::from_secs(3));
}

#[test]
fn a_client_begins_without_a_limit() {
    let mut world = World::plain();
    let mut calls: Vec<_> = (0..500).map(|_| world.begin(&Look)).collect();
    for call in &mut calls {
        world.sent(call);
    }
    assert_eq!(world.session.gate().in_use, 500, "B7: counted all the same");
    for call in &mut calls {
        world.answer(call, 200, "{}");
    }
    let gate = world.session.gate();
    assert_eq!((gate.in_use, gate.cap), (0, None), "nothing_leaks");
}

#[test]
fn never_over_capacity() {
    let mut world = at_the_floor();
    rested(&mut world);
    let mut calls: Vec<_> = (0..4).map(|_| world.begin(&Look)).collect();
    world.sent(&mut calls[0]);
    for call in &mut calls[1..] {
        assert_eq!(reason(&mut world, call), Why::Permit);
    }
    assert_eq!(world.session.gate().waiters, 3);
    // In order, each as the one before it ends.
    for index in 0..3 {
        world.answer(&mut calls[index], 404, "");
        assert_eq!(world.woken(), [calls[index + 1].id().index()], "nobody_forgotten");
        world.sent(&mut calls[index + 1]);
        assert_eq!(world.session.gate().in_use, 1);
    }
}

#[test]
fn a_new_call_does_not_overtake() {
    let mut world = at_the_floor();
    rested(&mut world);
    let (mut first, mut second, mut third) = (world.begin(&Look), world.begin(&Look), world.begin(&Look));
    world.sent(&mut first);
    world.waits(&mut second);
    world.answer(&mut first, 404, "");
    assert_eq!(world.woken(), [1]);
    // The permit is the second's, although it has not noticed yet.
    assert_eq!(reason(&mut world, &mut third), Why::Permit);
    world.sent(&mut second);
}

#[test]
fn a_waiting_call_that_goes_gives_its_place_and_its_grant_away() {
    let mut world = at_the_floor();
    rested(&mut world);
    let (mut first, mut second, mut third) = (world.begin(&Look), world.begin(&Look), world.begin(&Look));
    world.sent(&mut first);
    world.waits(&mut second);
    world.waits(&mut third);
    first.abandon(&mut world.session, world.now);
    assert_eq!(world.woken(), [1]);
    second.abandon(&mut world.session, world.now);
    assert_eq!(world.woken(), [2]);
    world.sent(&mut third);
    third.abandon(&mut world.session, world.now);
    let gate = world.session.gate();
    assert_eq!((gate.in_use, gate.waiters), (0, 0), "nothing_leaks");
}

#[test]
fn a_call_that_is_never_polled_again_holds_nobody_up() {
    let mut world = at_the_floor();
    rested(&mut world);
    let (mut paused, mut head, mut last) = (world.begin(&Look), world.begin(&Look), world.begin(&Look));
    world.sent(&mut paused);
    world.waits(&mut head);
    // The one under way is paused for ever: its permit ends with its attempt. So is the head of the queue, once it was let in.
    let mut waited = Duration::ZERO;
    loop {
        match world.poll(&mut last) {
            Step::Wait { until, .. } => {
                let wait = until - world.now.instant;
                waited += wait;
                world.pass(wait);
            }
            Step::Send { .. } => break,
            other => panic!("{other:?}"),
        }
        assert!(waited < Duration::from_secs(60), "nobody_forgotten");
    }
    assert!(waited >= Duration::from_secs(30) && waited <= Duration::from_secs(33), "{waited:?}");
}

#[test]
fn health_without_a_limit_lets_everybody_in() {
    let mut world = World::new(Config::builder().set("CAMUNDA_SDK_BACKPRESSURE_UNLIMITED_AFTER_HEALTHY_MS", "0"));
    overload(&mut world, 6);
    rested(&mut world);
    let mut first = world.begin(&Look);
    world.sent(&mut first);
    let mut others: Vec<_> = (0..50).map(|_| world.begin(&Look)).collect();
    for call in &mut others {
        world.waits(call);
    }
    // Three checks apart from each other: severe, soft, healthy, unlimited.
    let mut now = first;
    for _ in 0..3 {
        world.answer(&mut now, 200, "{}");
        world.pass(Duration::from_millis(1100));
        now = world.begin(&Look);
        while !matches!(world.poll(&mut now), Step::Send { .. }) {
            world.pass(Duration::from_millis(1100));
        }
    }
    world.answer(&mut now, 200, "{}");
    assert_eq!(world.session.gate().cap, None);
    world.woken();
    for call in &mut others {
        world.sent(call);
    }
}

#[test]
fn at_the_floor_calls_are_spaced_out() {
    let mut world = World::plain();
    overload(&mut world, 8);
    assert_eq!(world.session.gate().back_off, Duration::from_millis(100));
    let (mut first, mut second) = (world.begin(&Look), world.begin(&Look));
    world.sent(&mut first);
    world.waits(&mut second);
    world.answer(&mut first, 404, "");
    assert!(world.woken().is_empty(), "a permit is free, but it is too early for it");
    assert_eq!(reason(&mut world, &mut second), Why::Pace);
    assert_eq!(world.waits(&mut second), Duration::from_millis(100));
    world.pass(Duration::from_millis(100));
    world.sent(&mut second);
}

#[test]
fn a_long_poll_keeps_nobody_out() {
    let mut world = at_the_floor();
    rested(&mut world);
    let (mut poll, mut other) = (world.begin(&Hold(0)), world.begin(&Look));
    world.sent(&mut poll);
    assert_eq!(world.session.gate().in_use, 0);
    world.sent(&mut other);
}

#[test]
fn what_ends_handed_out_work_is_never_held_back() {
    let mut world = World::plain();
    overload(&mut world, 6);
    let mut calls: Vec<_> = (0..20).map(|_| world.begin(&Drain)).collect();
    for call in &mut calls {
        world.sent(call);
    }
    assert_eq!(world.session.gate().severity, Severity::Severe);
    for call in &mut calls {
        world.pass(Duration::from_secs(3));
        world.answer(call, 204, "");
    }
    assert_eq!(world.session.gate().severity, Severity::Severe, "nor does its success say anything of the load");
}

#[test]
fn a_full_queue_refuses_before_anything_is_sent() {
    let mut world = World::new(Config::builder().set("CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS", "2"));
    overload(&mut world, 6);
    rested(&mut world);
    let mut calls: Vec<_> = (0..3).map(|_| world.begin(&Look)).collect();
    world.sent(&mut calls[0]);
    world.waits(&mut calls[1]);
    world.waits(&mut calls[2]);
    let mut call = world.begin(&Look);
    let error = world.done(&mut call).unwrap_err();
    let Error::QueueFull(full) = &error else { panic!("{error}") };
    assert_eq!(full.limit(), 2);
    assert!(error.is_retryable() && !error.may_have_executed());
}

#[test]
fn each_refusal_counts_once() {
    let mut world = World::plain();
    let mut call = world.begin(&Look);
    for signals in 1..=3 {
        loop {
            match world.poll(&mut call) {
                Step::Send { .. } => break,
                Step::Wait { until, .. } => {
                    let wait = until - world.now.instant;
                    world.pass(wait);
                }
                other => panic!("{other:?}"),
            }
        }
        world.answer(&mut call, 503, "");
        assert_eq!(world.session.gate().signals, signals);
    }
    assert!(world.done(&mut call).is_err());
    let mut call = world.begin_with(&Look, &camunda_core::CallOptions::new().attempts(1));
    rested(&mut world);
    world.sent(&mut call);
    world.answer(&mut call, 503, "<html>");
    assert_eq!(world.session.gate().signals, 3, "a page in place of an answer says nothing of the load");
}

#[test]
fn a_call_that_waits_for_a_permit_ends_at_its_deadline() {
    let mut world = at_the_floor();
    rested(&mut world);
    let options = camunda_core::CallOptions::new().deadline(Duration::from_secs(2));
    let (mut first, mut second) = (world.begin(&Look), world.begin_with(&Look, &options));
    world.sent(&mut first);
    world.waits(&mut second);
    world.pass(Duration::from_secs(2));
    let error = world.done(&mut second).unwrap_err();
    assert!(error.to_string().contains("waiting for a permit"), "{error}");
    assert!(!error.may_have_executed());
}
