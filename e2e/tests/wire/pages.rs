//! Searches over all their pages: nothing twice, nothing left out, and an end.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use camunda_emulator::Emulator;
use camunda_hyper::Config;
use camunda_hyper::api::{ProcessInstance, SearchProcessInstances};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, Request, json as answer};
use crate::reader::{Reader, Results};

on_every_adapter!(
    every_result_comes_once_and_in_order,
    an_iterator_ends_at_an_error_and_keeps_its_place,
    an_empty_search_asks_once,
    a_cursor_that_comes_again_ends_the_pages,
    a_cluster_of_many_instances_is_read_to_its_end,
);

const CURSORS: [&str; 4] = ["", "YQ==", "Yg==", "Yw=="];

/// The page that a request asks for, from 0.
fn asked(request: &Request) -> usize {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let after = body["page"]["after"].as_str().unwrap_or_default();
    CURSORS.iter().position(|cursor| *cursor == after).unwrap()
}

/// Of five results, two on a page.
fn page(number: usize) -> Reply {
    let keys = [["1", "2"].as_slice(), &["3", "4"], &["5"], &[]][number];
    let items: Vec<Value> = keys.iter().map(|key| json!({ "processInstanceKey": key })).collect();
    let cursor = CURSORS.get(number + 1).filter(|_| !items.is_empty());
    let page = json!({ "items": items, "page": { "totalItems": 5, "endCursor": cursor } });
    Reply::Bytes(answer(200, &page.to_string()))
}

fn search() -> SearchProcessInstances {
    SearchProcessInstances::new().filter(|f| f.process_definition_id("order")).limit(2)
}

fn key(instance: &ProcessInstance) -> String {
    instance.process_instance_key.to_string()
}

fn keys(items: &mut impl Results<SearchProcessInstances>) -> Vec<String> {
    std::iter::from_fn(|| items.next()).map(|item| key(&item.unwrap())).collect()
}

fn every_result_comes_once_and_in_order<S: Reader>() {
    let peer = Peer::start(|request, _| page(asked(request)));
    let client = S::open(peer.config().build().unwrap());
    let mut items = client.items(search());
    assert!(peer.requests().is_empty(), "nothing is sent until something is asked for");
    assert_eq!(keys(&mut items), ["1", "2", "3", "4", "5"]);
    assert!(items.next().is_none());
    let requests = peer.requests();
    assert_eq!(requests.iter().map(asked).collect::<Vec<_>>(), [0, 1, 2]);
    for request in &requests {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!((&body["page"]["limit"], &body["filter"]), (&json!(2), &json!({ "processDefinitionId": "order" })));
    }
    assert_eq!(client.sizes(search()), [2, 2, 1]);
}

fn an_iterator_ends_at_an_error_and_keeps_its_place<S: Reader>() {
    let peer = Peer::start(|request, before| match asked(request) {
        // The second page fails until it was asked for three times.
        1 if before < 4 => Reply::Bytes(answer(500, r#"{"title":"cursor"}"#)),
        number => page(number),
    });
    let mut items = S::open(peer.config().build().unwrap()).items(search());
    let first: Vec<_> = (0..2).map(|_| key(&items.next().unwrap().unwrap())).collect();
    assert_eq!(first, ["1", "2"]);
    for _ in 0..3 {
        assert_eq!(items.next().unwrap().unwrap_err().status().unwrap(), 500);
        assert!(items.next().is_none() && items.next().is_none(), "an error is the end");
        items.resume();
    }
    assert_eq!(keys(&mut items), ["3", "4", "5"], "no result is skipped, and none comes twice");
    assert_eq!(peer.requests().iter().map(asked).collect::<Vec<_>>(), [0, 1, 1, 1, 1, 2], "it does not start over");
}

fn an_empty_search_asks_once<S: Reader>() {
    let peer = Peer::start(|_, _| Reply::Bytes(answer(200, r#"{"items":[],"page":{"totalItems":0}}"#)));
    let client = S::open(peer.config().build().unwrap());
    assert!(client.items(search()).next().is_none());
    assert_eq!(peer.requests().len(), 1);
}

fn a_cursor_that_comes_again_ends_the_pages<S: Reader>() {
    // Full pages, and cursors in a circle.
    let peer = Peer::start(|_, before| {
        let items = json!([{ "processInstanceKey": before.to_string() }, { "processInstanceKey": "9" }]);
        let page = json!({ "items": items, "page": { "totalItems": 9, "endCursor": CURSORS[1 + before % 2] } });
        Reply::Bytes(answer(200, &page.to_string()))
    });
    let client = S::open(peer.config().build().unwrap());
    assert_eq!(client.sizes(search()), [2, 2, 2]);
}

fn a_cluster_of_many_instances_is_read_to_its_end<S: Reader>() {
    const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
        <process id="order" isExecutable="true"><startEvent id="start" /></process></definitions>"#;
    let cluster = Emulator::start().unwrap();
    cluster.deploy("order.bpmn", MODEL).unwrap();
    let mut started: Vec<String> = (0..25).map(|_| cluster.create("order", json!({})).to_string()).collect();
    let client = S::open(Config::from_pairs(cluster.environment()).unwrap());
    let mut found = keys(&mut client.items(search().limit(10)));
    assert_eq!(client.sizes(search().limit(5)), [5, 5, 5, 5, 5, 0], "a full last page leads to an empty one");
    found.sort();
    started.sort();
    assert_eq!(found, started);
}

#[test]
fn a_page_whose_wait_is_given_up_is_not_lost() {
    let peer = Peer::start(|request, _| page(asked(request)));
    let client = camunda_hyper::Client::new(peer.config().build().unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut items = client.pages(search()).items();
        {
            let mut next = pin!(items.next());
            poll_fn(|context| {
                assert!(next.as_mut().poll(context).is_pending(), "it is under way");
                Poll::Ready(())
            })
            .await;
        }
        // As a stream from here on, on a task of its own.
        let keys = tokio::spawn(items.map(|item| key(&item.unwrap())).collect::<Vec<_>>()).await.unwrap();
        assert_eq!(keys, ["1", "2", "3", "4", "5"]);
    });
    assert_eq!(peer.requests().len(), 3, "the first page was asked for once");
}
