//! What a peer may send, and what is made of it: one test for each input, named after it. What needs a session or a socket is
//! tested where those are:
//!
//! | input | test |
//! |---|---|
//! | one job of many that does not decode | `one_bad_job_is_one_bad_job` in `src/activation.rs` and `worker/polls.rs` |
//! | 429 or 503 with `Retry-After` | `a_server_may_ask_for_time` in `session/retry.rs`, dates in `src/retry.rs` |
//! | a body of 512 MiB | `a_body_that_is_too_large_is_refused_at_its_head_or_on_the_way` in `session/deadline.rs` |
//! | a body of one byte a second | `a_body_must_go_on` and `bounded_time` in `session/deadline.rs` |
//! | 502 with a page, repeated or not | `sent_once` and `bounded_retries` in `session/retry.rs` |
//! | all of them in any order | `corpus.rs`, and the fuzz targets whose inputs it replays |

#![allow(clippy::disallowed_methods, reason = "a test starts its clock somewhere")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::api::*;
use camunda_core::error::Kind;
use camunda_core::{Answer, CallOptions, Config, Error, Event, Now, Operation, Prepared, Session, Step};
use http::{HeaderMap, StatusCode};

fn answer(status: u16, body: impl Into<bytes::Bytes>) -> Answer {
    Answer::new("op", StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.into())
}

fn read<O: Operation>(body: &str) -> Result<O::Output, Error> {
    O::response(answer(200, body.to_owned()))
}

fn refused<O: Operation>(body: &str) -> String {
    match read::<O>(body) {
        Err(error @ Error::Decode(_)) => error.to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was taken"),
    }
}

/// What a call ends with when it is answered so, each time that it asks.
fn called<O: Operation>(
    operation: &O,
    status: u16,
    content_type: Option<&str>,
    body: &'static str,
) -> Result<O::Output, Error> {
    called_by(Config::builder().build().unwrap(), operation, status, content_type, body)
}

fn called_by<O: Operation>(
    config: Config,
    operation: &O,
    status: u16,
    content_type: Option<&str>,
    body: &'static str,
) -> Result<O::Output, Error> {
    let config = Arc::new(config);
    let mut session = Session::new(Arc::clone(&config), 1);
    let options = CallOptions::new();
    let mut now = Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) };
    let mut call = session.begin(Prepared::new(operation, &config, &options).unwrap(), &options, now);
    loop {
        match call.poll(&mut session, now) {
            Step::Send { .. } => {
                let mut head = http::Response::builder().status(status);
                if let Some(content_type) = content_type {
                    head = head.header("Content-Type", content_type);
                }
                call.handle(&mut session, now, Event::Head(head.body(()).unwrap()));
                if matches!(call.poll(&mut session, now), Step::Read { .. }) {
                    call.handle(&mut session, now, Event::Chunk(body.into()));
                    call.handle(&mut session, now, Event::End);
                }
            }
            Step::Wait { until, .. } => now.instant = until,
            Step::File(_) | Step::Credentials { .. } => panic!("nobody configured that"),
            Step::Done(result) => return result.and_then(O::response),
            Step::Read { .. } => call.handle(&mut session, now, Event::End),
        }
    }
}

#[test]
fn unknown_member_and_unknown_enum_value() {
    let body = r#"{"items":[{"incidentKey":"1","state":"MOLTEN","brandNew":{"a":[1]}}]}"#;
    let page = read::<SearchIncidents>(body).unwrap();
    assert_eq!(page.items[0].state, IncidentState::Other("MOLTEN".into()));
    assert_eq!(serde_json::to_string(&page.items[0].state).unwrap(), r#""MOLTEN""#, "it goes back as it came");
    // What `send_raw` gives: the answer, and so the member.
    assert!(answer(200, body).json::<serde_json::Value>().unwrap()["items"][0]["brandNew"]["a"][0] == 1);
}

#[test]
fn member_absent_that_this_release_requires() {
    let job = read::<ActivateJobs>(r#"{"jobs":[{"jobKey":"1"}]}"#).unwrap().jobs.remove(0);
    assert_eq!((job.job_type.as_str(), job.retries, job.variables.as_str(), job.tags.len()), ("", 0, "{}", 0));
    assert!(job.process_instance_key.is_none() && job.kind == JobKind::default());
    for (error, path) in [
        (refused::<CreateProcessInstance>(r#"{"processInstanceKey":"1"}"#), "processDefinitionKey"),
        (refused::<PublishMessage>("{}"), "messageKey"),
        (refused::<CreateDeployment>(r#"{"deploymentKey":"1"}"#), "deployments"),
        (refused::<ActivateJobs>("{}"), "jobs"),
        (refused::<SearchJobs>(r#"{"page":{}}"#), "items"),
        (refused::<SearchJobs>(r#"{"items":[{"jobKey":"1"},{}]}"#), "items[1]"),
    ] {
        assert!(error.contains(path), "{path}: {error}");
    }
}

#[test]
fn null_where_a_value_is_required() {
    let found = read::<SearchVariables>(r#"{"items":[{"variableKey":"1","name":null,"value":null}]}"#).unwrap();
    assert_eq!((found.items[0].name.as_str(), found.items[0].value.as_str()), ("", ""));
    let items = r#"{"processInstanceKey":"1"},"#.repeat(3);
    let error = refused::<SearchProcessInstances>(&format!(r#"{{"items":[{items}{{"startDate":7}}]}}"#));
    assert!(error.contains("items[3].startDate"), "{error}");
}

#[test]
fn key_as_a_number() {
    let body = r#"{"processInstanceKey":9223372036854775807,"processDefinitionKey":2251799813685249}"#;
    let created = read::<CreateProcessInstance>(body).unwrap();
    assert_eq!(created.process_instance_key.as_str(), "9223372036854775807");
    assert_eq!(created.process_definition_key.as_str(), "2251799813685249");
}

#[test]
fn duplicate_member() {
    let body = r#"{"processInstanceKey":"1","processDefinitionKey":"2","variables":{"a":1,"a":2}}"#;
    let created = read::<CreateProcessInstance>(body).unwrap();
    assert_eq!(created.variables.read::<BTreeMap<String, u8>>().unwrap()["a"], 2);
    let error = refused::<CreateProcessInstance>(r#"{"processInstanceKey":"1","processInstanceKey":"2"}"#);
    assert!(error.contains("duplicate field `processInstanceKey`"), "{error}");
}

#[test]
fn malformed_empty_or_truncated_json_and_a_mark_of_byte_order() {
    for (body, reason) in [
        ("", "the body is empty"),
        (r#"{"items":[{"jobKey":"#, "items[0].jobKey: EOF while parsing a value at line 1 column 20"),
        (r#"{"items":]}"#, "items: expected value at line 1 column 10"),
    ] {
        let error = refused::<SearchJobs>(body);
        assert!(error.contains("200 was answered") && error.contains(reason), "{error}");
    }
    let long = refused::<SearchJobs>(&format!(r#"{{"items":"{}""#, "x".repeat(100_000)));
    assert!(long.len() < 1_000 && long.contains(r#"the body begins: {"items":"xxx"#), "{long}");
    assert!(read::<SearchJobs>("\u{feff}{\"items\":[]}").is_ok());
}

#[test]
fn missing_or_odd_cased_content_type() {
    for content_type in [None, Some("APPLICATION/Json; CHARSET=utf-8"), Some("text/plain")] {
        assert!(called(&SearchJobs::new(), 200, content_type, r#"{"items":[]}"#).is_ok(), "{content_type:?}");
    }
}

#[test]
fn success_without_a_body_for_an_operation_that_has_one() {
    for status in [200, 204] {
        let error = called(&GetTopology::new(), status, None, "").unwrap_err();
        assert_eq!(error.status().unwrap(), status);
    }
    let error = called(&GetTopology::new(), 304, None, "").unwrap_err();
    assert_eq!(error.kind(), Some(Kind::Other(304)));
    assert!(called(&GetStartProcessForm::new("1"), 204, None, "").unwrap().is_none());
}

#[test]
fn page_from_a_proxy_instead_of_a_problem() {
    let error =
        called(&GetTopology::new(), 502, Some("text/html"), "<html>\n<body>\n<h1>Bad Gateway</h1>").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("502 Bad Gateway") && !text.contains('\n'), "{text}");
    assert!(error.attempts() > 1, "a read is harmless to repeat");
    let start = CreateProcessInstance::by_id("order");
    let error = called(&start, 502, Some("text/html"), "<html>").unwrap_err();
    assert!(error.attempts() == 1 && error.may_have_executed(), "{error}");
}

#[test]
fn problem_without_instance_with_more_members_or_none_at_all() {
    let body = r#"{"title":"NOT_FOUND","detail":null,"traceId":"7"}"#;
    let error = called(&GetTopology::new(), 404, None, body).unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!((problem.title(), problem.detail(), problem.instance()), ("NOT_FOUND", "", ""));
    assert_eq!(problem.extensions()["traceId"], "7");
    let Error::Api(error) = called(&GetTopology::new(), 404, None, "no problem").unwrap_err() else {
        panic!("no answer")
    };
    assert_eq!((error.problem().title(), &error.body()[..]), ("", &b"no problem"[..]));
}

#[test]
fn text_that_is_not_utf_8() {
    let body = b"{\"items\":[{\"jobKey\":\"1\",\"worker\":\"\xc3\x28\"}]}".as_slice();
    let error = SearchJobs::response(answer(200, body)).unwrap_err().to_string();
    assert!(error.contains("not UTF-8 from byte 34"), "{error}");
    let error = GetProcessDefinitionXml::response(answer(200, b"<a>\xff".as_slice())).unwrap_err().to_string();
    assert!(error.contains("not UTF-8 from byte 3"), "{error}");
}

#[test]
fn numbers_of_many_digits_in_variables() {
    let body = r#"{"jobs":[{"jobKey":"1","variables":{"a":12345678901234567890123,"b":9007199254740993}}]}"#;
    let job = read::<ActivateJobs>(body).unwrap().jobs.remove(0);
    let read: BTreeMap<String, Json> = job.variables.read().unwrap();
    assert_eq!(read["a"].as_str(), "12345678901234567890123");
    assert_eq!(read["b"].read::<u64>().unwrap(), 9_007_199_254_740_993);
    let complete = CompleteJob::new("1").variables(&job.variables).unwrap();
    let request = complete.request(&Config::builder().build().unwrap(), &CallOptions::new()).unwrap();
    let sent = request.into_body().into_bytes();
    assert!(std::str::from_utf8(&sent).unwrap().contains("12345678901234567890123"));
}

#[test]
fn nesting_of_any_depth_in_variables() {
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let body = format!(r#"{{"jobs":[{{"jobKey":"1","variables":{{"a":{deep}}}}},{{"jobKey":"2"}}]}}"#);
    let jobs = read::<ActivateJobs>(&body).unwrap().jobs;
    assert!(jobs.len() == 2 && jobs[0].variables.read::<serde_json::Value>().is_err());
    assert!(jobs[0].variables.read::<BTreeMap<String, Json>>().is_ok());
    let deepest = format!(r#"{{"items":[],"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let _ = read::<SearchJobs>(&deepest);
}

#[test]
fn odd_text_in_an_address() {
    let config = Config::builder().rest_address("http://h/v2").build().unwrap();
    let path = |id: &str| GetDocument::new(id).request(&config, &CallOptions::new());
    for (id, sent) in [("a b", "a%20b"), ("a/b", "a%2Fb"), ("%2e", "%252e"), ("...a", "...a"), ("ä?#", "%C3%A4%3F%23")]
    {
        assert_eq!(path(id).unwrap().uri().path(), format!("/v2/documents/{sent}"));
    }
    for id in ["..", ".", ""] {
        assert!(matches!(path(id), Err(Error::Request(_))), "{id:?}");
    }
}

#[test]
fn line_breaks_in_headers() {
    let config = Config::builder().oauth("id", "s").oauth_url("http://idp").build().unwrap();
    let token = r#"{"access_token":"a\r\nX-Evil: 1","expires_in":60}"#;
    let error = called_by(config, &GetTopology::new(), 200, None, token).unwrap_err();
    assert!(matches!(error, Error::Auth(_)) && !error.to_string().contains("Evil"), "{error}");
    assert!(!format!("{error:?}").contains("Evil"), "{error:?}");
    let upload = CreateDeployment::new().resource("a\r\nX-Evil: 1.bpmn", "");
    let request = upload.request(&Config::builder().build().unwrap(), &CallOptions::new()).unwrap();
    let body = request.into_body().into_bytes();
    assert!(!std::str::from_utf8(&body).unwrap().contains("\r\nX-Evil"));
}

#[test]
fn page_request_with_from_and_limit() {
    let search = SearchIncidents::new().from(100).limit(10);
    let request = search.request(&Config::builder().build().unwrap(), &CallOptions::new()).unwrap();
    assert_eq!(&request.into_body().into_bytes()[..], br#"{"page":{"from":100,"limit":10}}"#);
}
