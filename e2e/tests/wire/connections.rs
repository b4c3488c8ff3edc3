//! Connections: kept, lost, refused, silent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use camunda_hyper::api::{CompleteJob, CreateProcessInstance, GetTopology, JobKey};
use camunda_hyper::{CallOptions, Error};

use crate::on_every_adapter;
use crate::peer::{CREATED, Peer, Reply, TOPOLOGY, json};
use crate::subject::Subject;

on_every_adapter!(
    a_connection_that_the_peer_closed_costs_nothing,
    closed_at_every_byte,
    a_silent_peer_is_given_up_at_the_deadline,
    a_refused_connection_is_not_sent,
    a_host_without_an_address_is_not_sent,
    no_thread_is_started_for_a_call,
    redirects_are_not_followed,
    a_call_that_is_given_up_closes_its_connection,
);

fn a_connection_that_the_peer_closed_costs_nothing<S: Subject>() {
    // It says that it keeps the connection, and closes it all the same.
    let peer = Peer::start(|_, _| Reply::Close(json(200, CREATED)));
    let client = S::open(peer.config().build().unwrap());
    for _ in 0..10 {
        client.send(CreateProcessInstance::by_id("order")).unwrap();
        // Long enough for the end of the connection to have arrived; sooner, the call would say that its outcome is open.
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(peer.requests().len(), 10, "no request was sent twice");
}

fn closed_at_every_byte<S: Subject>() {
    let whole = json(200, CREATED);
    for length in (0..=whole.len()).step_by(if whole.len() > 200 { 7 } else { 1 }).chain([whole.len()]) {
        let (bytes, complete) = (whole[..length].to_vec(), length == whole.len());
        let peer = Peer::start(move |_, _| Reply::Close(bytes.clone()));
        let config = peer.config().set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "3");
        let result = S::open(config.build().unwrap()).send(CreateProcessInstance::by_id("order"));
        assert_eq!(peer.requests().len(), 1, "sent_once, {length} bytes");
        match result {
            Ok(_) => assert!(complete, "{length} bytes are no answer"),
            Err(error) => assert!(!complete && error.may_have_executed(), "{length} bytes: {error}"),
        }
    }
}

fn a_silent_peer_is_given_up_at_the_deadline<S: Subject>() {
    let whole = json(200, TOPOLOGY);
    for length in [0, 10, whole.len() - 5] {
        let bytes = whole[..length].to_vec();
        let peer = Peer::start(move |_, _| Reply::Hang(bytes.clone()));
        let client = S::open(peer.config().build().unwrap());
        let options = CallOptions::new().deadline(Duration::from_millis(150));
        let error = client.send_with(GetTopology::new(), options).unwrap_err();
        assert!(matches!(error, Error::Deadline(_)) && error.may_have_executed(), "{length} bytes: {error}");
    }
}

fn a_refused_connection_is_not_sent<S: Subject>() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = camunda_hyper::Config::builder().rest_address(format!("http://{free}"));
    let client = S::open(config.build().unwrap());
    let error = client.send(CreateProcessInstance::by_id("order")).unwrap_err();
    assert!(error.is_retryable() && !error.may_have_executed(), "{error}");
    assert_eq!(error.attempts(), 3, "what was not sent is tried again, whatever it is");
    let text = error.to_string();
    assert!(text.contains("connection refused") && text.contains(&free.to_string()), "{text}");
}

fn a_host_without_an_address_is_not_sent<S: Subject>() {
    let config = camunda_hyper::Config::builder().rest_address("http://cluster.invalid:8080");
    let error = S::open(config.build().unwrap()).send(CreateProcessInstance::by_id("order")).unwrap_err();
    assert!(error.is_retryable() && !error.may_have_executed(), "{error}");
    let text = error.to_string();
    assert!(text.contains("the host of http://cluster.invalid:8080/v2 is not known"), "{text}");
}

/// The threads of this process.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let mut names: Vec<_> = tasks.map(|task| task.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn no_thread_is_started_for_a_call<S: Subject>() {
    if !std::path::Path::new("/proc/self/task").exists() || crate::alone() {
        return;
    }
    // Seen while the calls are under way: a thread that helps one would be there.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let peer = {
        let seen = Arc::clone(&seen);
        Peer::start(move |_, _| {
            seen.lock().unwrap().push(threads());
            Reply::Bytes(json(200, TOPOLOGY))
        })
    };
    let client = S::open(peer.config().build().unwrap());
    for _ in 0..10 {
        client.send(GetTopology::new()).unwrap();
    }
    let seen = seen.lock().unwrap();
    // The peer starts a thread for each connection; the first call may start a reactor.
    let most = seen[1..].iter().map(Vec::len).max().unwrap();
    assert!(most <= seen[1].len() + 1, "{seen:?}");
}

fn redirects_are_not_followed<S: Subject>() {
    let elsewhere = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let location = format!("{}/login", elsewhere.address());
    let peer = Peer::start(move |_, _| {
        Reply::Bytes(format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into_bytes())
    });
    let client = S::open(peer.config().basic("demo", "hunter2").build().unwrap());
    let error = client.send(CompleteJob::new(JobKey::new("1").unwrap())).unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert!(error.to_string().contains("never followed"), "{error}");
    assert_eq!(elsewhere.connections(), 0, "credentials never leave the configured origin");
}

fn a_call_that_is_given_up_closes_its_connection<S: Subject>() {
    let peer =
        Peer::start(|_, before| if before == 0 { Reply::Hang(Vec::new()) } else { Reply::Bytes(json(200, TOPOLOGY)) });
    let client = S::open(peer.config().build().unwrap());
    let options = CallOptions::new().deadline(Duration::from_millis(50));
    client.send_with(GetTopology::new(), options).unwrap_err();
    client.send(GetTopology::new()).unwrap();
    let requests = peer.requests();
    assert_ne!(requests[0].connection, requests[1].connection, "an unanswered connection is not used again");
}
