//! Bodies in every dress that HTTP/1 has for them, and those that a client must refuse.

use std::time::Duration;

use camunda_hyper::Error;
use camunda_hyper::api::{CompleteJob, GetTopology, JobKey};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, TOPOLOGY, json};
use crate::subject::Subject;

on_every_adapter!(
    chunks_and_bodies_that_end_with_their_connection_are_whole,
    nothing_is_nothing,
    a_page_is_not_a_success,
    a_body_that_is_too_large_is_refused,
    a_body_that_stops_is_given_up,
    an_answer_that_trickles_is_read,
    an_answer_that_trickles_for_ever_is_given_up,
    chunks_closed_at_every_byte,
    what_is_not_http_is_told,
);

fn chunks_and_bodies_that_end_with_their_connection_are_whole<S: Subject>() {
    let (first, second) = TOPOLOGY.split_at(20);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x};x=y\r\n{second}\r\n0\r\nX-Trailer: 1\r\n\r\n",
        first.len(),
        second.len()
    );
    let answers = [
        Reply::Bytes(chunked.into_bytes()),
        Reply::Close(format!("HTTP/1.0 200 OK\r\n\r\n{TOPOLOGY}").into_bytes()),
        Reply::Close(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{TOPOLOGY}").into_bytes()),
        Reply::Bytes(
            format!("HTTP/1.1 200\r\ncontent-TYPE: text/plain\r\ncontent-length: {}\r\n\r\n{TOPOLOGY}", TOPOLOGY.len())
                .into_bytes(),
        ),
    ];
    for answer in answers {
        let (bytes, close) = match answer {
            Reply::Bytes(bytes) => (bytes, false),
            Reply::Close(bytes) | Reply::Hang(bytes) | Reply::Trickle(bytes) | Reply::Drip(bytes) => (bytes, true),
        };
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let peer =
            Peer::start(move |_, _| if close { Reply::Close(bytes.clone()) } else { Reply::Bytes(bytes.clone()) });
        let client = S::open(peer.config().build().unwrap());
        let topology = client.send(GetTopology::new()).unwrap_or_else(|error| panic!("{error}\n{shown}"));
        assert_eq!(topology.gateway_version, "8.10.0");
        client.send(GetTopology::new()).unwrap_or_else(|error| panic!("the second time: {error}\n{shown}"));
    }
}

fn nothing_is_nothing<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()));
    let client = S::open(peer.config().build().unwrap());
    for _ in 0..3 {
        client.send(CompleteJob::new(JobKey::new("1").unwrap())).unwrap();
    }
}

fn a_page_is_not_a_success<S: Subject>() {
    let page = "<!doctype html><title>Log in</title>";
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    let peer = Peer::start(move |_, _| Reply::Bytes(answer.clone().into_bytes()));
    let client = S::open(peer.config().build().unwrap());
    let error = client.send(CompleteJob::new(JobKey::new("1").unwrap())).unwrap_err().to_string();
    assert!(error.contains("text/html") && error.contains("Log in"), "{error}");
    let error = client.send(GetTopology::new()).unwrap_err();
    assert_eq!(error.status().unwrap(), 200);
}

fn a_body_that_is_too_large_is_refused<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let client = S::open(peer.config().set("CAMUNDA_SDK_MAX_BODY_BYTES", "50").build().unwrap());
    let error = client.send(GetTopology::new()).unwrap_err().to_string();
    assert!(error.contains("limit of 50 bytes"), "{error}");
}

fn a_body_that_stops_is_given_up<S: Subject>() {
    let whole = json(200, TOPOLOGY);
    let peer = Peer::start(move |_, _| Reply::Hang(whole[..whole.len() - 1].to_vec()));
    let client = S::open(peer.config().set("CAMUNDA_SDK_INACTIVITY_TIMEOUT_MS", "100").build().unwrap());
    let error = client.send(GetTopology::new()).unwrap_err();
    let Error::Network(error) = error else { panic!("{error}") };
    assert!(error.to_string().contains("timed out"), "{error}");
}

fn an_answer_that_trickles_is_read<S: Subject>() {
    for whole in [json(200, TOPOLOGY), chunks(TOPOLOGY)] {
        let peer = Peer::start(move |_, _| Reply::Trickle(whole.clone()));
        let client = S::open(peer.config().build().unwrap());
        for _ in 0..3 {
            client.send(GetTopology::new()).unwrap();
        }
    }
}

fn an_answer_that_trickles_for_ever_is_given_up<S: Subject>() {
    // No part of it is late; the whole of it is.
    for begin in ["HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"] {
        let peer = Peer::start(move |_, _| Reply::Drip(begin.as_bytes().to_vec()));
        let client = S::open(peer.config().set("CAMUNDA_SDK_ATTEMPT_TIMEOUT_MS", "150").build().unwrap());
        let error = client.send(GetTopology::new()).unwrap_err();
        assert!(error.may_have_executed() && error.to_string().contains("timed out"), "{error}");
    }
}

/// An answer in chunks of ten bytes, with an extension and a trailer.
fn chunks(body: &str) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.as_bytes().chunks(10) {
        bytes.extend(format!("{:X};x=y\r\n", chunk.len()).bytes());
        bytes.extend([chunk, b"\r\n"].concat());
    }
    bytes.extend(b"0\r\nX-Trailer: 1\r\n\r\n");
    bytes
}

fn chunks_closed_at_every_byte<S: Subject>() {
    let whole = chunks(TOPOLOGY);
    // What follows the last chunk says nothing that is wanted: an adapter may wait for it or not.
    let last = whole.len() - "X-Trailer: 1\r\n\r\n".len();
    for length in 0..=whole.len() {
        let bytes = whole[..length].to_vec();
        let peer = Peer::start(move |_, _| Reply::Close(bytes.clone()));
        match S::open(peer.config().build().unwrap()).send(GetTopology::new()) {
            Ok(_) => assert!(length >= last, "{length} bytes are no answer"),
            Err(error) => assert!(length < whole.len() && error.may_have_executed(), "{length} bytes: {error}"),
        }
    }
}

fn what_is_not_http_is_told<S: Subject>() {
    for bytes in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\r\n\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    ] {
        let peer = Peer::start(move |_, _| Reply::Close(bytes.as_bytes().to_vec()));
        let config = peer.config().call_timeout(Duration::from_secs(5));
        let error = S::open(config.build().unwrap()).send(GetTopology::new()).unwrap_err();
        assert!(error.may_have_executed(), "{bytes:?}: {error}");
    }
}
