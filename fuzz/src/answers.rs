//! Any bytes as the answer of any peer: a call takes them in chunks and decodes them. It never panics, always ends, keeps the
//! status, and tells errors in few words. The same function is fuzzed, and replayed over the corpus by the ordinary tests.
//!
//! Layout of an input: operation, status, headers, size of a chunk, then the body.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use camunda_core::api::{
    ActivateJobs, CancelProcessInstance, CompleteJob, CreateDeployment, CreateProcessInstance, FailJob,
    GetProcessInstance, GetTopology, JobKey, ProcessInstanceKey, PublishMessage, SearchProcessInstances, ThrowJobError,
};
use camunda_core::worker::split_jobs;
use camunda_core::{
    Answer, CallOptions, Config, Error, Event, Now, Operation, Prepared, Route, Session, Step, TransportError,
    TransportErrorKind,
};

const STATUSES: [u16; 16] = [200, 201, 204, 207, 302, 304, 400, 401, 404, 409, 429, 500, 502, 503, 504, 524];
const CONTENT_TYPES: [Option<&str>; 4] =
    [Some("application/json"), Some("application/problem+json"), Some("text/html"), None];
const RETRY_AFTER: [Option<&str>; 4] =
    [None, Some("1"), Some("99999999999999999999"), Some("Wed, 21 Oct 2026 07:28:00 GMT")];

/// What the peer answers, whatever it is asked.
struct Peer<'a> {
    status: u16,
    content_type: Option<&'static str>,
    retry_after: Option<&'static str>,
    chunk: usize,
    body: &'a [u8],
    /// Whether the connection breaks instead of ending the body.
    breaks: bool,
    /// Whether it is the identity provider that answers so.
    identity: bool,
}

/// Runs one input.
pub fn run(data: &[u8]) {
    let [operation, status, headers, chunk, body @ ..] = data else { return };
    let peer = Peer {
        status: STATUSES[usize::from(status % 16)],
        content_type: CONTENT_TYPES[usize::from(headers & 3)],
        retry_after: RETRY_AFTER[usize::from((headers >> 2) & 3)],
        chunk: usize::from(*chunk).max(1),
        body,
        breaks: headers & 16 != 0,
        identity: operation % 13 == 12,
    };
    let (job, instance) = (JobKey::new("1").unwrap(), ProcessInstanceKey::new("2").unwrap());
    match operation % 13 {
        0 | 12 => exchange(&GetTopology::new(), &peer),
        1 => exchange(&CreateDeployment::new().resource("a.bpmn", "x"), &peer),
        2 => exchange(&CreateProcessInstance::by_id("order"), &peer),
        3 => exchange(&CancelProcessInstance::new(instance), &peer),
        4 => exchange(&ActivateJobs::new("type", 1000, 10), &peer),
        5 => exchange(&CompleteJob::new(job), &peer),
        6 => exchange(&FailJob::new(job), &peer),
        7 => exchange(&ThrowJobError::new(job, "code"), &peer),
        8 => exchange(&PublishMessage::new("name"), &peer),
        9 => exchange(&SearchProcessInstances::new(), &peer),
        10 => exchange(&GetProcessInstance::new(instance), &peer),
        _ => split(&peer),
    }
}

/// A call to its end, and the decoding of what it ends with.
fn exchange<O: Operation>(operation: &O, peer: &Peer<'_>) {
    match call(operation, peer) {
        Ok(answer) => {
            let status = answer.status();
            if let Err(error) = O::response(answer) {
                assert_eq!(error.status(), Some(status), "the status is kept");
                brief(&error);
            }
        }
        Err(error) => brief(&error),
    }
}

/// An activation, split into its jobs: one that cannot be read does not harm the others.
fn split(peer: &Peer<'_>) {
    let Ok(answer) = call(&ActivateJobs::new("type", 1000, 10), peer) else { return };
    let whole = ActivateJobs::response(answer.clone());
    match split_jobs(&answer) {
        Ok(jobs) => {
            for job in jobs.iter().flatten() {
                let _ = job.variables.read::<std::collections::BTreeMap<String, camunda_core::model::Json>>();
            }
            assert!(whole.is_err() || jobs.iter().all(Result::is_ok), "what decodes together decodes one by one");
        }
        Err(error) => brief(&error),
    }
}

fn call<O: Operation>(operation: &O, peer: &Peer<'_>) -> Result<Answer, Error> {
    let settings = Config::builder().set("CAMUNDA_SDK_MAX_BODY_BYTES", "65536");
    let settings =
        if peer.identity { settings.oauth("id", "hunter2!").oauth_url("http://idp/token") } else { settings };
    let config = Arc::new(settings.build().unwrap());
    let options = CallOptions::new();
    let mut session = Session::new(Arc::clone(&config), 1);
    let mut now = Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) };
    let mut call = session.begin(Prepared::new(operation, &config, &options).unwrap(), &options, now);
    let mut parts = body(peer, Route::Cluster);
    // Three attempts of the call, five for a token, a few events each: beyond that it is not going to end.
    for _ in 0..(peer.body.len() + 8) * 12 {
        match call.poll(&mut session, now) {
            Step::Send { route, .. } => {
                parts = body(peer, route);
                call.handle(&mut session, now, Event::Head(head(peer, route)));
            }
            Step::Read { .. } => {
                let event = match parts.next() {
                    Some(part) => Event::Chunk(part),
                    None if peer.breaks => {
                        Event::Failed(TransportError::maybe_sent(TransportErrorKind::Closed, "closed"))
                    }
                    None => Event::End,
                };
                call.handle(&mut session, now, event);
            }
            Step::Wait { until, .. } => {
                assert!(until > now.instant, "a wait that is already over");
                now.unix += until - now.instant;
                now.instant = until;
            }
            Step::File(_) | Step::Credentials { .. } => panic!("nobody configured that"),
            Step::Done(result) => {
                assert_eq!(session.live_calls(), 0, "nothing leaks");
                return result;
            }
        }
    }
    panic!("the call does not end");
}

fn head(peer: &Peer<'_>, route: Route) -> http::Response<()> {
    let kind = route == Route::Identity;
    if kind != peer.identity {
        return http::Response::builder().status(204).body(()).unwrap();
    }
    let mut head = http::Response::builder().status(peer.status);
    if let Some(value) = peer.content_type {
        head = head.header("content-type", value);
    }
    if let Some(value) = peer.retry_after {
        head = head.header("retry-after", value);
    }
    head.body(()).unwrap()
}

fn body<'a>(peer: &Peer<'a>, route: Route) -> std::vec::IntoIter<Bytes> {
    if (route == Route::Identity) != peer.identity {
        return Vec::new().into_iter();
    }
    peer.body.chunks(peer.chunk).map(Bytes::copy_from_slice).collect::<Vec<_>>().into_iter()
}

/// An error says something, in a bounded number of words, and shows no secret.
fn brief(error: &Error) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains("hunter2"), "{text}");
    // The detail of a problem may be a report of some length; everything else is a line or two.
    let detail = error.problem().map_or(0, |problem| problem.detail().len().min(4 * (16 << 10)));
    assert!(text.len() < 4_500 + detail, "{} bytes of error", text.len());
}
