//! The adapters side by side: the same calls, against the same answers, make the same requests in the same order and end in
//! the same words.

use std::time::Duration;

use camunda_hyper::api::{
    CompleteJob, CreateDeployment, CreateProcessInstance, GetTopology, JobKey, SearchProcessInstances,
};
use camunda_hyper::{CallOptions, Config, Error};

use crate::peer::{CREATED, Peer, Reply, Request, TOPOLOGY, json};
use crate::subject::executors::{AsyncStd, Bare, Smol as SmolExecutor};
use crate::subject::{Hyper, Smol, Subject, Ureq};

/// What a peer does with its first requests, one after the other, and with all that come later.
type Script = Vec<fn() -> Reply>;

const PROBLEM: &str =
    r#"{"type":"about:blank","title":"INVALID_STATE","status":409,"detail":"not now","instance":"/v2/x"}"#;
const OVERLOAD: &str = r#"{"type":"about:blank","title":"RESOURCE_EXHAUSTED","status":503,"detail":"wait"}"#;

fn scripts() -> Vec<(&'static str, Script)> {
    vec![
        ("answered", vec![|| Reply::Bytes(json(200, TOPOLOGY))]),
        ("created", vec![|| Reply::Bytes(json(200, CREATED))]),
        ("nothing", vec![|| Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())]),
        ("conflict", vec![|| Reply::Bytes(json(409, PROBLEM))]),
        (
            "overloaded for a while",
            vec![|| Reply::Bytes(json(503, OVERLOAD)), || Reply::Bytes(json(503, OVERLOAD)), || {
                Reply::Bytes(json(200, TOPOLOGY))
            }],
        ),
        ("out of order", vec![|| Reply::Bytes(json(500, "{}"))]),
        (
            "a page",
            vec![|| {
                Reply::Bytes(b"HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>".to_vec())
            }],
        ),
        (
            "elsewhere",
            vec![|| {
                Reply::Bytes(b"HTTP/1.1 307 Go\r\nLocation: http://else.test/\r\nContent-Length: 0\r\n\r\n".to_vec())
            }],
        ),
        ("closed at once, then answered", vec![|| Reply::Close(Vec::new()), || Reply::Bytes(json(200, TOPOLOGY))]),
        ("closed at once", vec![|| Reply::Close(Vec::new())]),
        ("closed within the head", vec![|| Reply::Close(json(200, TOPOLOGY)[..20].to_vec())]),
        ("closed within the body", vec![|| Reply::Close(json(200, TOPOLOGY)[..100].to_vec())]),
        (
            "closed within a chunk",
            vec![|| Reply::Close(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"b".to_vec())],
        ),
        ("no chunk", vec![|| Reply::Close(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n".to_vec())]),
        ("not HTTP", vec![|| Reply::Close(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())]),
        ("not a status", vec![|| Reply::Close(b"HTTP/1.1 abc\r\n\r\n".to_vec())]),
        ("not a length", vec![|| Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n".to_vec())]),
        ("silence", vec![|| Reply::Hang(Vec::new())]),
        ("silence within the body", vec![|| Reply::Hang(json(200, TOPOLOGY)[..100].to_vec())]),
    ]
}

/// A request as all adapters have to send it; the order of headers means nothing.
fn shown(request: &Request) -> String {
    let mut lines: Vec<String> = request.head.lines().map(str::to_owned).collect();
    lines[1..].sort_by_key(|line| line.to_ascii_lowercase());
    for line in &mut lines[1..] {
        let (name, value) = line.split_once(':').unwrap();
        *line = format!("{}:{value}", name.to_ascii_lowercase());
    }
    format!("{}\n{}", lines.join("\n"), request.body)
}

fn ended<T>(result: Result<T, Error>) -> String {
    let Err(error) = result else { return "done".to_owned() };
    let mut text = error.to_string();
    // What is wrong with the HTTP of an answer is said in the words of the library that reads it.
    if let Some((before, library)) = text.split_once("the answer is not HTTP: ") {
        let after = library.find([';', '(']).map_or("", |end| &library[end..]);
        text = format!("{before}the answer is not HTTP: … {after}");
    }
    format!("{text} [{} attempts, perhaps executed: {}]", error.attempts(), error.may_have_executed())
}

/// Everything that can be seen of an adapter.
fn transcript<S: Subject>() -> Vec<String> {
    let mut all = Vec::new();
    for (name, script) in scripts() {
        let peer = Peer::start(move |_, before| script[before.min(script.len() - 1)]());
        let config = || {
            Config::builder()
                .rest_address(peer.address())
                .basic("demo", "p:ß w")
                .set("CAMUNDA_TENANT_ID", "t1")
                .set("CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS", "1")
                .set("CAMUNDA_SDK_INACTIVITY_TIMEOUT_MS", "150")
                .set("CAMUNDA_SDK_ATTEMPT_TIMEOUT_MS", "200")
        };
        let client = S::open(config().build().unwrap());
        let patient = CallOptions::new().deadline(Duration::from_secs(20));
        let results = [
            ended(client.send_with(GetTopology::new(), patient.clone())),
            ended(client.send_with(CreateProcessInstance::by_id("order"), patient.clone())),
            ended(client.send_with(SearchProcessInstances::new(), patient.clone())),
            ended(client.send_with(CompleteJob::new(JobKey::new("1").unwrap()), patient.clone())),
            ended(client.send_with(CreateDeployment::new().resource("a.bpmn", "<x/>"), patient)),
        ];
        let requests = peer.requests();
        let said = requests.iter().map(shown).chain(results);
        let port = peer.address().rsplit(':').next().unwrap().to_owned();
        all.extend(said.map(|line| format!("{name}: {}", line.replace(&port, "PORT"))));
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [format!("http://{free}"), "http://cluster.invalid".to_owned()] {
        let config = Config::builder().rest_address(address).set("CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS", "1");
        let result = S::open(config.build().unwrap()).send(CreateProcessInstance::by_id("order"));
        all.push(format!("nobody: {}", ended(result).replace(&free.port().to_string(), "PORT")));
    }
    all
}

fn is_the_same<S: Subject>() {
    let (ours, other) = (transcript::<S>(), transcript::<Ureq>());
    let pairs = ours.iter().zip(&other).filter(|(ours, other)| ours != other);
    let differences: Vec<String> = pairs.map(|(ours, other)| format!("{ours}\n    {other}")).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(ours.len(), other.len());
}

#[test]
fn hyper_is_as_ureq() {
    is_the_same::<Hyper>();
}

#[test]
fn smol_is_as_ureq() {
    is_the_same::<Smol<SmolExecutor>>();
}

#[test]
fn smol_under_async_std_is_as_ureq() {
    is_the_same::<Smol<AsyncStd>>();
}

#[test]
fn smol_without_an_executor_is_as_ureq() {
    is_the_same::<Smol<Bare>>();
}
