//! Troubles that users met on the wire, where no other story tells them: `docs/field-reports.md` lists all of them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use camunda_hyper::Config;
use camunda_hyper::api::{CreateProcessInstance, GetTopology};
use serde_json::Value;

use crate::on_every_adapter;
use crate::peer::{CREATED, Peer, Reply, TOPOLOGY, json as answer};
use crate::reader::Reader;

on_every_adapter!(
    what_came_after_the_answer_changes_nothing,
    a_reset_of_an_idle_connection_costs_nothing,
    members_that_are_not_known_are_in_the_raw_answer,
    a_page_for_people_is_told_with_the_address,
);

/// `Connection: close`, and one byte too many: whoever notices first, the answer was whole.
fn what_came_after_the_answer_changes_nothing<S: Reader>() {
    let length = CREATED.len();
    let head = format!(
        "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    let peer = Peer::start(move |_, _| Reply::Close(format!("{head}{CREATED}X").into_bytes()));
    let client = S::open(peer.config().build().unwrap());
    for round in 0..50 {
        let created = client.send(CreateProcessInstance::by_id("order"));
        assert!(created.is_ok(), "round {round}: {}", created.unwrap_err());
    }
    assert_eq!(peer.requests().len(), 50, "no request was sent twice");
}

/// A socket that is closed with bytes unread is reset.
fn a_reset_of_an_idle_connection_costs_nothing<S: Reader>() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (reset, is_reset) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).unwrap_or(0) == 0 {
                    return;
                }
                head.push(byte[0]);
            }
            // The body stays where it is.
            stream.write_all(&answer(200, CREATED)).unwrap();
            thread::sleep(Duration::from_millis(20));
            drop(stream);
            if reset.send(()).is_err() {
                return;
            }
        }
    });
    let config = Config::builder().rest_address(address).set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "1");
    let client = S::open(config.build().unwrap());
    for _ in 0..5 {
        client.send(CreateProcessInstance::by_id("order")).unwrap();
        is_reset.recv().unwrap();
        // Long enough for the reset to have arrived.
        thread::sleep(Duration::from_millis(20));
    }
}

fn members_that_are_not_known_are_in_the_raw_answer<S: Reader>() {
    let peer = Peer::start(|_, _| Reply::Bytes(answer(200, &TOPOLOGY.replacen('{', r#"{"x":1,"#, 1))));
    let client = S::open(peer.config().build().unwrap());
    assert_eq!(client.send(GetTopology::new()).unwrap().gateway_version, "8.10.0");
    let raw: Value = client.send_raw(GetTopology::new()).unwrap().json().unwrap();
    assert_eq!(raw["x"], 1);
}

fn a_page_for_people_is_told_with_the_address<S: Reader>() {
    let peer = Peer::start(|_, _| {
        let page = "<!doctype html><title>Operate</title>";
        let length = page.len();
        let head = format!("HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{page}");
        Reply::Bytes(head.into_bytes())
    });
    let error = S::open(peer.config().build().unwrap()).send(GetTopology::new()).unwrap_err().to_string();
    assert!(error.contains("text/html") && error.contains(peer.address()), "{error}");
}

/// A handler that never returns: a stop ends in time all the same, and says what was left.
#[test]
fn a_stop_ends_though_a_handler_does_not() {
    let job = r#"{"jobs":[{"jobKey":"7","type":"charge","retries":1,"variables":{}}]}"#;
    let peer = Peer::start(move |_, before| match before {
        0 => Reply::Bytes(answer(200, job)),
        _ => Reply::Hang(Vec::new()),
    });
    let client = camunda_ureq::Client::new(peer.config().build().unwrap()).unwrap();
    let (begun, has_begun) = channel();
    let worker = client.worker("charge").max_concurrent_jobs(2).on_event(|_, _| {}).handle(
        move |_: camunda_ureq::Job<Value>| -> Result<(), camunda_ureq::worker::Stop> {
            let _ = begun.send(());
            loop {
                thread::park();
            }
        },
    );
    let stop = worker.stop_handle();
    let running = worker.spawn();
    has_begun.recv().unwrap();
    // The first signal gives time, the second takes it back.
    stop.stop(Duration::from_secs(3600));
    let report = running.stop(Duration::from_millis(20)).unwrap();
    assert_eq!(report.left.iter().map(|key| key.to_string()).collect::<Vec<_>>(), ["7"]);
    drop(client);
}
