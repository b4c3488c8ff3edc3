//! What is sent again, how often, and what never is.

use std::time::Duration;

use camunda_core::{CallOptions, Error, TransportErrorKind};

use crate::world::{Drain, Look, Start, World};

/// Sends and answers until the call is done; how often it was sent.
fn times(
    world: &mut World,
    call: &mut camunda_core::Call,
    mut outcome: impl FnMut(&mut World, &mut camunda_core::Call),
) -> (u32, Error) {
    let mut sent = 0;
    loop {
        match world.poll(call) {
            camunda_core::Step::Send { .. } => {
                sent += 1;
                outcome(world, call);
            }
            camunda_core::Step::Wait { until, .. } => {
                let wait = until - world.now.instant;
                world.pass(wait);
            }
            camunda_core::Step::Done(result) => return (sent, result.unwrap_err()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn sent_once() {
    let unknown: [fn(&mut World, &mut camunda_core::Call); 4] = [
        |world, call| world.fail(call, true, TransportErrorKind::Closed),
        |world, call| world.fail(call, true, TransportErrorKind::Timeout),
        |world, call| world.answer(call, 504, r#"{"title":"DEADLINE_EXCEEDED"}"#),
        |world, call| world.answer(call, 502, "<html>"),
    ];
    for outcome in unknown {
        let mut world = World::plain();
        let mut call = world.begin(&Start);
        let (sent, error) = times(&mut world, &mut call, outcome);
        assert_eq!(sent, 1, "{error}");
        assert!(error.may_have_executed(), "{error}");
        let mut call = world.begin(&Look);
        assert_eq!(times(&mut world, &mut call, outcome).0, 3, "what is harmless is repeated");
        let mut call = world.begin_with(&Start, &CallOptions::new().repeat_unknown());
        assert_eq!(times(&mut world, &mut call, outcome).0, 3, "so is what the caller says is harmless");
    }
}

#[test]
fn an_earlier_attempt_without_a_definite_answer_is_not_forgotten() {
    let ends: [fn(&mut World, &mut camunda_core::Call); 4] = [
        |world, call| world.fail(call, false, TransportErrorKind::Connect),
        |world, call| world.answer(call, 503, r#"{"title":"RESOURCE_EXHAUSTED"}"#),
        |world, call| world.answer(call, 409, ""),
        |world, call| world.answer(call, 401, ""),
    ];
    for end in ends {
        let mut world = World::plain();
        let mut call = world.begin_with(&Start, &CallOptions::new().repeat_unknown());
        world.sent(&mut call);
        world.answer(&mut call, 504, "");
        let wait = world.waits(&mut call);
        world.pass(wait);
        let (_, error) = times(&mut world, &mut call, end);
        assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
    }
}

#[test]
fn bounded_retries() {
    let turned_away: [fn(&mut World, &mut camunda_core::Call); 4] = [
        |world, call| world.answer(call, 503, r#"{"title":"RESOURCE_EXHAUSTED"}"#),
        |world, call| world.answer(call, 429, ""),
        |world, call| world.answer(call, 503, r#"{"title":"UNAVAILABLE","detail":"no leader"}"#),
        |world, call| world.fail(call, false, TransportErrorKind::Connect),
    ];
    for outcome in turned_away {
        let mut world = World::plain();
        let mut call = world.begin(&Start);
        let (sent, error) = times(&mut world, &mut call, outcome);
        assert_eq!((sent, error.attempts()), (3, 3), "{error}");
        assert!(error.is_retryable() && !error.may_have_executed(), "{error}");
        let mut call = world.begin_with(&Start, &CallOptions::new().attempts(1));
        assert_eq!(times(&mut world, &mut call, outcome).0, 1);
    }
}

#[test]
fn a_definite_no_is_not_repeated() {
    for status in [302, 400, 401, 403, 404, 409, 413, 500, 501] {
        let mut world = World::plain();
        let mut call = world.begin(&Look);
        let (sent, error) = times(&mut world, &mut call, |world, call| world.answer(call, status, ""));
        assert_eq!(sent, 1, "{error}");
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
}

#[test]
fn an_error_says_what_to_look_at() {
    let sentence = |status| {
        let mut world = World::plain();
        let mut call = world.begin(&Look);
        times(&mut world, &mut call, |world, call| world.answer(call, status, "")).1.to_string()
    };
    assert!(sentence(302).ends_with("redirects are never followed: is CAMUNDA_REST_ADDRESS right?"));
    assert!(sentence(401).contains("check the credentials"));
    assert_eq!(sentence(404), "look: 404 Not Found");
}

#[test]
fn what_an_earlier_attempt_may_have_ended_is_told_so() {
    let told = |answers: &[u16], drains: bool| {
        let (mut world, mut answers) = (World::plain(), answers.iter());
        let options = CallOptions::new();
        let mut call = if drains { world.begin_with(&Drain, &options) } else { world.begin_with(&Look, &options) };
        let outcome = |world: &mut World, call: &mut _| world.answer(call, *answers.next().unwrap(), "");
        times(&mut world, &mut call, outcome).1.to_string().contains("an earlier attempt may have got through")
    };
    assert!(told(&[504, 404], true) && told(&[504, 504, 409], true));
    assert!(!told(&[404], true), "there was no earlier one");
    assert!(!told(&[504, 400], true) && !told(&[504, 404], false));
}

#[test]
fn a_key_of_a_partition_that_is_not_there_is_tried_twice() {
    let mut world = World::plain();
    let mut call = world.begin(&Start);
    let body = r#"{"title":"UNAVAILABLE","detail":"Expected to handle request, but request could not be delivered"}"#;
    let (sent, error) = times(&mut world, &mut call, |world, call| world.answer(call, 503, body));
    assert_eq!(sent, 2);
    assert!(error.to_string().contains("partition"), "{error}");
}

#[test]
fn a_server_may_ask_for_time() {
    let mut world = World::plain();
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(100)));
    for seconds in [7, 30] {
        world.sent(&mut call);
        world.answer_with(&mut call, 429, &[("retry-after", &seconds.to_string())], "");
        assert_eq!(world.waits(&mut call), Duration::from_secs(seconds));
        world.pass(Duration::from_secs(seconds));
    }
    let mut call = world.begin_with(&Look, &CallOptions::new().deadline(Duration::from_secs(100)));
    world.sent(&mut call);
    world.answer_with(&mut call, 429, &[("retry-after", "31")], "");
    let Error::Api(error) = world.done(&mut call).unwrap_err() else { panic!("no answer") };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(31)), "too long to wait: the caller hears of it at once");
}

#[test]
fn the_last_answer_is_the_error() {
    let mut world = World::plain();
    let mut call = world.begin(&Start);
    let (_, error) = times(&mut world, &mut call, |world, call| {
        world.answer(call, 503, r#"{"title":"RESOURCE_EXHAUSTED","detail":"Reached maximum capacity"}"#);
    });
    assert_eq!(error.to_string(), "start: 503 RESOURCE_EXHAUSTED: Reached maximum capacity (sent 3 times)");
}

#[test]
fn a_long_outage_costs_a_tenth_more() {
    let mut world = World::plain();
    let (mut sent, calls) = (0, 500);
    for _ in 0..calls {
        let mut call = world.begin(&Start);
        sent += times(&mut world, &mut call, |world, call| world.fail(call, false, TransportErrorKind::Connect)).0;
    }
    assert!(sent <= calls + calls / 10 + 10, "bounded_retries: {sent} attempts for {calls} calls");
    assert!(sent >= calls + calls / 10, "but repeats there are: {sent}");
}
