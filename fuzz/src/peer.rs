//! A peer that answers whatever it is asked with the same bytes, in chunks, and a call of ours that is driven against it to
//! its end, without a socket. What is asked and how the answer is judged is the targets' matter.
//!
//! Layout of an input's head: status, headers, size of a chunk.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use camunda_core::{
    Answer, CallOptions, Config, Error, Event, Now, Prepared, Route, Session, Step, TransportError, TransportErrorKind,
};
use http::HeaderValue;

/// What it may answer.
pub const STATUSES: [u16; 16] = [200, 201, 204, 207, 302, 304, 400, 401, 404, 409, 429, 500, 502, 503, 504, 524];
const CONTENT_TYPES: [Option<&str>; 4] =
    [Some("application/json"), Some("application/problem+json"), Some("text/html"), None];
const RETRY_AFTER: [Option<&str>; 4] =
    [None, Some("1"), Some("99999999999999999999"), Some("Wed, 21 Oct 2026 07:28:00 GMT")];

/// When calls begin, since 1970.
pub const EPOCH: Duration = Duration::from_secs(1_800_000_000);

/// What the peer answers, whatever it is asked.
pub struct Peer<'a> {
    status: u16,
    content_type: Option<&'static str>,
    retry_after: Option<HeaderValue>,
    /// What it says the time is.
    date: Option<HeaderValue>,
    chunk: usize,
    body: &'a [u8],
    /// Whether the connection breaks instead of ending the body.
    breaks: bool,
    /// Whether it is the identity provider that answers so.
    identity: bool,
}

impl<'a> Peer<'a> {
    /// A peer as an input describes it.
    pub fn new(status: u8, headers: u8, chunk: u8, body: &'a [u8], identity: bool) -> Self {
        Self {
            status: STATUSES[usize::from(status) % STATUSES.len()],
            content_type: CONTENT_TYPES[usize::from(headers & 3)],
            retry_after: RETRY_AFTER[usize::from((headers >> 2) & 3)].map(HeaderValue::from_static),
            date: None,
            chunk: usize::from(chunk).max(1),
            body,
            breaks: headers & 16 != 0,
            identity,
        }
    }

    /// With these headers, whatever they are.
    pub fn asking(self, retry_after: Option<HeaderValue>, date: Option<HeaderValue>) -> Self {
        Self { retry_after, date, ..self }
    }
}

/// Drives a call to its end. It always ends, waits only for what is still to come, and leaves nothing behind.
pub fn call(
    peer: &Peer<'_>,
    prepared: impl Fn(&Config, &CallOptions) -> Result<Prepared, Error>,
) -> Result<Answer, Error> {
    timed_call(peer, prepared).0
}

/// As [`call`]; also how long was waited.
pub fn timed_call(
    peer: &Peer<'_>,
    prepared: impl Fn(&Config, &CallOptions) -> Result<Prepared, Error>,
) -> (Result<Answer, Error>, Duration) {
    let settings = Config::builder().set("CAMUNDA_SDK_MAX_BODY_BYTES", "65536");
    let settings =
        if peer.identity { settings.oauth("id", "hunter2!").oauth_url("http://idp/token") } else { settings };
    let config = Arc::new(settings.build().unwrap());
    let options = CallOptions::new();
    let mut session = Session::new(Arc::clone(&config), 1);
    let mut now = Now { instant: Instant::now(), unix: EPOCH };
    let mut call = session.begin(prepared(&config, &options).unwrap(), &options, now);
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
                return (result, now.unix - EPOCH);
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
    for (name, value) in [("retry-after", &peer.retry_after), ("date", &peer.date)] {
        if let Some(value) = value {
            head = head.header(name, value);
        }
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
pub fn brief(error: &Error) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains("hunter2"), "{text}");
    if let Some(problem) = error.problem() {
        let told = [problem.kind(), problem.title(), problem.detail(), problem.instance()];
        assert!(told.iter().all(|text| text.len() <= 65_536) && problem.extensions().len() <= 65_536);
    }
    // The detail of a problem may be a report of some length; everything else is a line or two.
    let detail = error.problem().map_or(0, |problem| problem.detail().len().min(4 * (16 << 10)));
    assert!(text.len() < 4_500 + detail, "{} bytes of error", text.len());
}
