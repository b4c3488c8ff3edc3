//! Waits in virtual time: what a read brings, and when the next is due.

#![allow(clippy::arithmetic_side_effects, clippy::disallowed_methods, reason = "a test starts its clock somewhere")]

use http::HeaderMap;

use super::*;
use crate::api::{GetProcessInstance, ProcessInstanceState, SearchJobs, SearchProcessInstanceIncidents};
use crate::problem::Problem;
use crate::{TransportError, TransportErrorKind};

struct Story {
    waiting: Waiting,
    begin: Instant,
    now: Now,
}

impl Story {
    fn new(within: u64) -> Self {
        let config = Config::builder().build().unwrap();
        let now = Now { instant: Instant::now(), unix: Duration::ZERO };
        let waiting = Waiting::new(Duration::from_millis(within), &config, &CallOptions::new(), now);
        Self { waiting, begin: now.instant, now }
    }

    /// One read that takes no time; when the next is due, in milliseconds since the beginning. Time moves on to then.
    fn visible<O: EventuallyConsistent>(
        &mut self,
        answer: Result<Answer, Error>,
    ) -> Result<Result<O::Output, Error>, u128> {
        let waited = self.waiting.visible::<O>(answer, self.now);
        self.follow(waited)
    }

    fn follow<T>(&mut self, waited: Waited<T>) -> Result<Result<T, Error>, u128> {
        match waited {
            Waited::Done(result) => Ok(result),
            Waited::Again(at) => {
                self.now.instant = at;
                Err((at - self.begin).as_millis())
            }
        }
    }
}

fn answer(body: &'static str) -> Result<Answer, Error> {
    Ok(Answer::new("get", StatusCode::OK, HeaderMap::new(), body.into()))
}

fn refusal(status: u16, body: &'static str, retry_after: Option<u64>) -> Result<Answer, Error> {
    let error = ApiError {
        operation: "get",
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: body.into(),
        problem: Problem::parse(body.as_bytes()),
        attempts: 1,
        unknown_outcome: false,
        retry_after: retry_after.map(Duration::from_millis),
        retryable: false,
        hint: None,
    };
    Err(error.into())
}

fn unreached() -> Result<Answer, Error> {
    let cause = TransportError::not_sent(TransportErrorKind::Connect, "refused");
    let error = crate::error::NetworkError {
        operation: "get",
        address: "http://h".to_owned(),
        cause,
        attempts: 1,
        default_address: false,
        earlier: false,
    };
    Err(error.into())
}

const ACTIVE: &str = r#"{"processInstanceKey":"1","state":"ACTIVE"}"#;
const ENDED: &str = r#"{"processInstanceKey":"1","state":"COMPLETED"}"#;
const EMPTY: &str = r#"{"items":[],"page":{"totalItems":0}}"#;

fn vain<T: std::fmt::Debug>(read: Result<Result<T, Error>, u128>) -> WaitError {
    match read {
        Ok(Err(Error::Wait(error))) => *error,
        other => panic!("not in vain: {other:?}"),
    }
}

#[test]
fn what_is_not_visible_yet_is_read_again_an_interval_later() {
    let mut story = Story::new(1200);
    assert_eq!(story.visible::<GetProcessInstance>(refusal(404, "", None)).unwrap_err(), 500);
    assert_eq!(story.visible::<GetProcessInstance>(refusal(404, "", None)).unwrap_err(), 1000);
    assert_eq!(story.visible::<GetProcessInstance>(refusal(404, "", None)).unwrap_err(), 1200, "no later than the end");
    let error = vain(story.visible::<GetProcessInstance>(refusal(404, "", None)));
    assert_eq!((error.reads(), error.took().as_millis(), error.status()), (4, 1200, Some(StatusCode::NOT_FOUND)));
    let text = error.to_string();
    assert_eq!(text, "get_process_instance: waited 1200 ms in vain, read 4 times; last seen: get: 404 Not Found");
}

#[test]
fn an_empty_page_is_nothing_yet() {
    let mut story = Story::new(1000);
    assert_eq!(story.visible::<SearchJobs>(answer(EMPTY)).unwrap_err(), 500);
    let page = story.visible::<SearchJobs>(answer(r#"{"items":[{"jobKey":"1"}]}"#)).unwrap().unwrap();
    assert_eq!(page.items.len(), 1);
}

#[test]
fn the_caller_says_what_is_looked_for() {
    let ended = |instance: &crate::api::ProcessInstance| instance.state == ProcessInstanceState::Completed;
    let mut story = Story::new(500);
    for answer in [refusal(404, "", None), answer(ACTIVE)] {
        let waited = story.waiting.until::<GetProcessInstance>(answer, ended, story.now);
        let _ = story.follow(waited);
    }
    let waited = story.waiting.until::<GetProcessInstance>(answer(ACTIVE), ended, story.now);
    let error = vain(story.follow(waited));
    assert_eq!((error.status(), error.snippet()), (Some(StatusCode::OK), ACTIVE));
    assert!(error.to_string().ends_with(&format!("last seen: 200 {ACTIVE}")), "{error}");

    let waited = Story::new(500).waiting.until::<GetProcessInstance>(answer(ENDED), ended, story.now);
    assert!(matches!(waited, Waited::Done(Ok(_))));
}

#[test]
fn a_refusal_for_load_backs_off_or_heeds_the_server() {
    let mut story = Story::new(60_000);
    let busy = || refusal(503, r#"{"title":"RESOURCE_EXHAUSTED"}"#, None);
    let mut waits = Vec::new();
    for _ in 0..3 {
        waits.push(story.visible::<GetProcessInstance>(busy()).unwrap_err());
    }
    assert_eq!(waits, [1000, 3000, 5000], "twice the interval, and never more than two seconds");
    assert_eq!(story.visible::<GetProcessInstance>(refusal(429, "", Some(9000))).unwrap_err(), 14_000);
    assert_eq!(story.visible::<GetProcessInstance>(refusal(404, "", None)).unwrap_err(), 14_500);
    assert_eq!(story.visible::<GetProcessInstance>(busy()).unwrap_err(), 15_500, "from the beginning");
    assert_eq!(story.visible::<GetProcessInstance>(refusal(429, "", Some(90_000))).unwrap_err(), 60_000);
}

#[test]
fn any_other_error_ends_the_wait() {
    for answer in [
        refusal(400, "", None),
        refusal(401, "", None),
        refusal(403, "", None),
        refusal(409, "", None),
        refusal(500, "", None),
        refusal(503, "", None),
        unreached(),
    ] {
        let expected = answer.as_ref().unwrap_err().to_string();
        let error = Story::new(1000).visible::<GetProcessInstance>(answer).unwrap().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let error = Story::new(1000).visible::<GetProcessInstance>(answer("<html>")).unwrap().unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
}

#[test]
fn a_404_is_not_yet_only_for_what_a_path_names() {
    assert!(Story::new(1000).visible::<SearchProcessInstanceIncidents>(refusal(404, "", None)).is_err());
    let error = Story::new(1000).visible::<SearchJobs>(refusal(404, "", None)).unwrap().unwrap_err();
    assert!(error.is_not_found(), "a wrong address: {error}");
}

#[test]
fn no_time_is_one_plain_call() {
    let options = Story::new(0).waiting.options(&CallOptions::new(), Story::new(0).now);
    assert_eq!(options.deadline, None);
    let error = Story::new(0).visible::<GetProcessInstance>(refusal(404, "", None)).unwrap().unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(Story::new(0).visible::<GetProcessInstance>(answer(ACTIVE)).unwrap().is_ok());
}

#[test]
fn a_read_has_as_long_as_is_left() {
    let mut story = Story::new(2000);
    let deadline = |story: &Story| story.waiting.options(&CallOptions::new(), story.now).deadline.unwrap().as_millis();
    assert_eq!(deadline(&story), 2000);
    story.now.instant += Duration::from_millis(1900);
    assert_eq!(deadline(&story), 500, "an interval at least");
    let own = CallOptions::new().deadline(Duration::from_millis(300)).poll_interval(Duration::from_millis(20));
    let config = Config::builder().build().unwrap();
    let waiting = Waiting::new(Duration::from_secs(9), &config, &own, story.now);
    assert_eq!(waiting.options(&own, story.now).deadline, Some(Duration::from_millis(300)), "no longer than ever");
}

#[test]
fn a_read_that_the_end_cuts_short_was_in_vain() {
    let late = |operation| crate::error::DeadlineError {
        operation,
        allowed: Duration::from_millis(500),
        doing: "the cluster did not answer in time",
        last: None,
        attempts: 1,
        sent: true,
    };
    let mut story = Story::new(1000);
    let early = story.visible::<GetProcessInstance>(Err(late("get").into())).unwrap().unwrap_err();
    assert!(matches!(early, Error::Deadline(_)), "a deadline of its own: {early}");
    story.now.instant += Duration::from_millis(1000);
    let error = vain(story.visible::<GetProcessInstance>(Err(late("get").into())));
    assert!(error.last().contains("did not answer in time") && error.status().is_none(), "{error}");
}

#[test]
fn ready_means_that_the_api_answers_and_each_partition_is_led() {
    const LEADERLESS: &str = r#"{"partitionsCount":2,"brokers":[{"partitions":[
        {"partitionId":1,"role":"leader","health":"healthy"},{"partitionId":2,"role":"leader","health":"unhealthy"}]}]}"#;
    const LED: &str = r#"{"partitionsCount":2,"brokers":[
        {"partitions":[{"partitionId":1,"role":"leader","health":"healthy"},{"partitionId":2,"role":"follower","health":"healthy"}]},
        {"partitions":[{"partitionId":1,"role":"follower","health":"healthy"},{"partitionId":2,"role":"leader","health":"healthy"}]}]}"#;
    let mut story = Story::new(60_000);
    let mut looks = 0;
    let mut look = |answer: Result<Answer, Error>| {
        looks += 1;
        let waited = story.waiting.ready(answer, story.now);
        story.follow(waited)
    };
    // Refused for forty seconds, then whatever comes up before the cluster, then a gateway that knows no partition.
    while look(unreached()).unwrap_err() < 40_000 {}
    for answer in [refusal(503, "", None), refusal(404, "", None), refusal(502, "<html>", None)] {
        look(answer).unwrap_err();
    }
    look(answer(r#"{"gatewayVersion":"8.10.0"}"#)).unwrap_err();
    look(answer(LEADERLESS)).unwrap_err();
    assert!(look(answer(LED)).unwrap().unwrap().is_ready());
    assert!(looks > 80);

    let mut story = Story::new(0);
    let waited = story.waiting.ready(answer(LEADERLESS), story.now);
    assert!(vain(story.follow(waited)).to_string().ends_with("partition 2 has no healthy leader"));
}

#[test]
fn a_wrong_configuration_is_not_waited_for() {
    for answer in [refusal(401, "", None), refusal(403, "", None), answer("<!doctype html>")] {
        let waited = Story::new(60_000).waiting.ready(answer, Story::new(0).now);
        assert!(matches!(&waited, Waited::Done(Err(error)) if !matches!(error, Error::Wait(_))), "{waited:?}");
    }
    assert_eq!(Story::new(0).waiting.look(&CallOptions::new(), Story::new(0).now).attempts, Some(1));
}
