//! Connections that are used again: by whom, and by whom not.

use std::time::Duration;

use camunda_hyper::api::{CompleteJob, GetTopology, JobKey};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, TOPOLOGY, json};
use crate::subject::Subject;

on_every_adapter!(
    Kept:
    a_connection_is_kept,
    an_answer_without_a_body_keeps_its_connection,
    a_connection_is_not_kept_for_ever,
    what_nobody_asked_for_ends_a_connection,
);

fn a_connection_is_kept<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let client = S::open(peer.config().build().unwrap());
    for _ in 0..20 {
        client.send(GetTopology::new()).unwrap();
    }
    assert_eq!((peer.requests().len(), peer.connections()), (20, 1));
    let first = &peer.requests()[0];
    assert!(first.head.starts_with("GET /v2/topology HTTP/1.1\r\n"), "{}", first.head);
    assert_eq!(first.header("accept"), Some("application/json"));
    assert_eq!(first.header("host"), peer.address().strip_prefix("http://"));
    assert_eq!(first.header("authorization"), None);
}

fn an_answer_without_a_body_keeps_its_connection<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()));
    let client = S::open(peer.config().build().unwrap());
    for _ in 0..3 {
        client.send(CompleteJob::new(JobKey::new("1").unwrap())).unwrap();
    }
    assert_eq!(peer.connections(), 1);
}

fn a_connection_is_not_kept_for_ever<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let client = S::open(peer.config().set("CAMUNDA_SDK_POOL_IDLE_MS", "1").build().unwrap());
    for _ in 0..3 {
        client.send(GetTopology::new()).unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(peer.connections(), 3);
}

fn what_nobody_asked_for_ends_a_connection<S: Subject>() {
    // A second answer to one request would be taken for that of the next.
    let twice = [json(200, TOPOLOGY), json(200, &TOPOLOGY.replace("8.10.0", "6.6.6"))].concat();
    let peer = Peer::start(move |_, _| Reply::Bytes(twice.clone()));
    let client = S::open(peer.config().build().unwrap());
    for _ in 0..3 {
        assert_eq!(client.send(GetTopology::new()).unwrap().gateway_version, "8.10.0");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(peer.connections(), 3);
}
