//! Any answers of a token endpoint, one after the other: the calls that wait for a token end, with a token that was granted or
//! with a short error, after a bounded number of token requests. The same function is fuzzed, and replayed over the corpus by
//! the ordinary tests.
//!
//! Layout of an input: answers with a line `--` between them. The first line of an answer is its status, or `lost` or `down`;
//! then the size of its chunks; then `retry-after` or the word `cut` for an end in the middle. The rest is its body. When all
//! are used up, the endpoint grants a token.

use std::collections::BTreeMap;

use bytes::Bytes;
use camunda_core::{Call, Config, Error, Event, Route, Step, TransportError, TransportErrorKind};
use serde_json::Value;

use super::wallet::{SECRET, Wallet, authorization};

const LAST: &[u8] = br#"200 64
{"access_token":"last-of-all-tokens","expires_in":"3600"}"#;

/// Runs one input.
pub fn run(data: &[u8]) {
    // An endpoint that echoes the secret is not what is tested.
    if data.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()) {
        return;
    }
    for url in ["http://idp/token", "https://login.cloud.camunda.io/oauth/token"] {
        let settings = || Config::builder().oauth("id", format!("{SECRET}!tail")).oauth_url(url);
        let mut peer = Peer { answers: answers(data), granted: Vec::new(), requests: 0, refused: false };
        let mut wallet = Wallet::open(settings(), BTreeMap::new());
        let (mut leader, mut other) = (wallet.begin(), wallet.begin());
        let first = peer.drive(&mut wallet, &mut leader, Some(&mut other));
        let second = peer.drive(&mut wallet, &mut other, None);
        assert!(peer.requests <= 5, "{} token requests of one errand", peer.requests);
        assert_eq!(first.is_ok(), second.is_ok(), "a result is shared");
        assert_eq!(wallet.session.live_calls(), 0, "nothing leaks");
        // The next program: it uses what was granted, heeds what was refused, and is well otherwise.
        let (requests, refused) = (peer.requests, peer.refused);
        let mut next = Wallet::open(settings(), wallet.files);
        next.now = wallet.now;
        let mut call = next.begin();
        let third = peer.drive(&mut next, &mut call, None);
        if first.is_ok() {
            assert!(peer.requests == requests || short(&peer), "what was granted is kept");
        } else if refused && url.starts_with("https") {
            assert!(third.is_err() && peer.requests == requests, "what was refused is heeded");
        }
    }
}

/// Whether a token may have run out by itself.
fn short(peer: &Peer<'_>) -> bool {
    peer.granted.iter().any(|(_, seconds)| *seconds < 600.0)
}

struct Answer<'a> {
    kind: &'a str,
    chunk: usize,
    retry_after: Option<&'a str>,
    cut: bool,
    body: &'a [u8],
}

fn answers(data: &[u8]) -> std::vec::IntoIter<Answer<'_>> {
    let mut answers = Vec::new();
    let mut rest = data;
    loop {
        let end = rest.windows(4).position(|window| window == b"\n--\n").filter(|_| answers.len() < 20);
        answers.push(answer(&rest[..end.unwrap_or(rest.len())]));
        match end {
            Some(end) => rest = &rest[end + 4..],
            None => return answers.into_iter(),
        }
    }
}

fn answer(text: &[u8]) -> Answer<'_> {
    let end = text.iter().position(|byte| *byte == b'\n');
    let (line, body) = end.map_or((text, &b""[..]), |end| (&text[..end], &text[end + 1..]));
    let mut words = std::str::from_utf8(line).unwrap_or_default().splitn(3, ' ');
    let kind = words.next().unwrap_or_default();
    let chunk = words.next().and_then(|word| word.parse().ok()).unwrap_or(0_usize).max(1);
    let more = words.next().filter(|word| !word.is_empty());
    Answer { kind, chunk, retry_after: more.filter(|word| *word != "cut"), cut: more == Some("cut"), body }
}

struct Peer<'a> {
    answers: std::vec::IntoIter<Answer<'a>>,
    /// Token and lifetime.
    granted: Vec<(String, f64)>,
    requests: u32,
    /// Whether a 401 was among the answers.
    refused: bool,
}

impl<'a> Peer<'a> {
    /// Drives a call to its end; `other` is polled meanwhile, and waits.
    fn drive(&mut self, wallet: &mut Wallet, call: &mut Call, mut other: Option<&mut Call>) -> Result<(), Error> {
        for _ in 0..40 {
            match wallet.step(call, false) {
                Some(Step::Send { request, route: Route::Identity, .. }) => {
                    assert!(!request.headers().contains_key("authorization"));
                    self.requests += 1;
                    if let Some(other) = other.as_deref_mut() {
                        assert!(wallet.step(other, true).is_none(), "one refresh");
                    }
                    let answer = self.answers.next().unwrap_or_else(|| answer(LAST));
                    self.answered(wallet, call, &answer);
                }
                Some(Step::Send { request, .. }) => {
                    let used = authorization(&request);
                    assert!(self.granted.iter().any(|(token, _)| token == used), "{used:?} was not granted");
                    let head = http::Response::builder().status(204).body(()).unwrap();
                    call.handle(&mut wallet.session, wallet.now, Event::Head(head));
                    call.handle(&mut wallet.session, wallet.now, Event::End);
                }
                Some(Step::Done(Ok(_))) => return Ok(()),
                Some(Step::Done(Err(error))) => {
                    let text = error.to_string();
                    assert!(text.starts_with("get_topology: ") && text.len() < 4_500, "{text}");
                    assert!(!text.contains(SECRET), "{text}");
                    return Err(error);
                }
                step => panic!("what is to be done with {step:?}?"),
            }
        }
        panic!("the call does not end");
    }

    fn answered(&mut self, wallet: &mut Wallet, call: &mut Call, answer: &Answer<'a>) {
        let lost = |wallet: &mut Wallet, call: &mut Call, sent: bool| {
            let error = if sent { TransportError::maybe_sent } else { TransportError::not_sent };
            call.handle(&mut wallet.session, wallet.now, Event::Failed(error(TransportErrorKind::Closed, "gone")));
        };
        let status = match answer.kind {
            "lost" => return lost(wallet, call, true),
            "down" => return lost(wallet, call, false),
            kind => kind.parse::<u16>().unwrap_or(200).clamp(200, 599),
        };
        let mut head = http::Response::builder().status(status);
        if let Some(Ok(value)) = answer.retry_after.map(http::HeaderValue::try_from) {
            head = head.header("retry-after", value);
        }
        call.handle(&mut wallet.session, wallet.now, Event::Head(head.body(()).unwrap()));
        for chunk in answer.body.chunks(answer.chunk) {
            assert!(matches!(wallet.step(call, false), Some(Step::Read { .. })));
            call.handle(&mut wallet.session, wallet.now, Event::Chunk(Bytes::copy_from_slice(chunk)));
        }
        if answer.cut {
            return lost(wallet, call, true);
        }
        self.refused |= status == 401;
        if status < 300 {
            self.granted.extend(grant(answer.body));
        }
        call.handle(&mut wallet.session, wallet.now, Event::End);
    }
}

/// The token and the lifetime of an answer that grants one.
fn grant(body: &[u8]) -> Option<(String, f64)> {
    let document: Value = serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).ok()?;
    let seconds = match document.get("expires_in")? {
        Value::String(text) => text.trim().parse().ok()?,
        number => number.as_f64()?,
    };
    let token = document.get("access_token")?.as_str()?;
    (seconds > 0.0 && !token.is_empty()).then(|| (token.to_owned(), seconds))
}
