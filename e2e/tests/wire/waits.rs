//! Waiting over real sockets: for what reads do not show yet, for a cluster that starts, for a batch to be over; and what is
//! told of refusals on the way.

use std::time::Duration;

use camunda_emulator::{Emulator, Lag};
use camunda_hyper::api::{
    BatchOperationKey, CreateDeployment, CreateProcessInstance, DocumentReference, GetDocument, GetProcessInstance,
    ProcessInstanceState, SearchJobs,
};
use camunda_hyper::config::ConfigBuilder;
use camunda_hyper::{CallOptions, Config, Error};
use serde_json::{Value, json};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, json as answer};
use crate::reader::Reader;

on_every_adapter!(
    what_is_not_visible_yet_is_waited_for,
    a_cluster_whose_reads_lag_is_waited_for,
    an_empty_page_is_waited_out,
    a_state_is_waited_for,
    a_wait_in_vain_says_what_it_saw_last,
    a_refusal_is_not_waited_out,
    ready_means_that_the_api_answers,
    a_batch_operation_is_over_when_all_items_are_accounted_for,
    downloads_send_the_hash,
    too_many_files_is_final,
);

const LONG: Duration = Duration::from_secs(60);

fn quick(peer: &Peer) -> ConfigBuilder {
    peer.config().set("CAMUNDA_SDK_EVENTUAL_POLL_DEFAULT_MS", "10")
}

fn open<S: Reader>(peer: &Peer) -> S {
    S::open(quick(peer).build().unwrap())
}

const NOT_FOUND: &str = r#"{"title":"NOT_FOUND","detail":"Process Instance with key '7' not found"}"#;

fn instance(state: &str) -> Reply {
    Reply::Bytes(answer(200, &format!(r#"{{"processInstanceKey":"7","state":"{state}"}}"#)))
}

fn what_is_not_visible_yet_is_waited_for<S: Reader>() {
    let peer = Peer::start(|_, before| match before {
        0..3 => Reply::Bytes(answer(404, NOT_FOUND)),
        3 => Reply::Bytes(answer(429, "")),
        _ => instance("ACTIVE"),
    });
    let found = open::<S>(&peer).wait(GetProcessInstance::new("7"), LONG).unwrap();
    assert_eq!((found.process_instance_key.as_str(), peer.requests().len()), ("7", 5));
}

fn a_cluster_whose_reads_lag_is_waited_for<S: Reader>() {
    const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
        <process id="order" isExecutable="true"><startEvent id="start" /></process></definitions>"#;
    let cluster = Emulator::start().unwrap();
    cluster.deploy("order.bpmn", MODEL).unwrap();
    cluster.set_lag(Lag::Time(Duration::from_millis(100)));
    let settings = cluster.environment().into_iter().fold(Config::builder(), |all, (name, value)| all.set(name, value));
    let client = S::open(settings.set("CAMUNDA_SDK_EVENTUAL_POLL_DEFAULT_MS", "10").build().unwrap());
    let key = client.send(CreateProcessInstance::by_id("order")).unwrap().process_instance_key;
    assert!(client.send(GetProcessInstance::new(key)).unwrap_err().is_not_found());
    let found = client.wait(GetProcessInstance::new(key), LONG).unwrap();
    assert_eq!((found.process_instance_key, found.state), (key, ProcessInstanceState::Completed));
}

fn an_empty_page_is_waited_out<S: Reader>() {
    let peer = Peer::start(|_, before| {
        let items = if before < 2 { "" } else { r#"{"jobKey":"1"}"# };
        Reply::Bytes(answer(200, &format!(r#"{{"items":[{items}],"page":{{"totalItems":1}}}}"#)))
    });
    let page = open::<S>(&peer).wait(SearchJobs::new(), LONG).unwrap();
    assert_eq!((page.items.len(), peer.requests().len()), (1, 3));
}

fn a_state_is_waited_for<S: Reader>() {
    let peer = Peer::start(|_, before| match before {
        0 => Reply::Bytes(answer(404, NOT_FOUND)),
        1 | 2 => instance("ACTIVE"),
        _ => instance("COMPLETED"),
    });
    let completed = |instance: &camunda_hyper::api::ProcessInstance| instance.state == ProcessInstanceState::Completed;
    let ended = open::<S>(&peer).wait_until(GetProcessInstance::new("7"), LONG, completed).unwrap();
    assert_eq!((ended.state, peer.requests().len()), (ProcessInstanceState::Completed, 4));
}

fn a_wait_in_vain_says_what_it_saw_last<S: Reader>() {
    let peer = Peer::start(|_, _| Reply::Bytes(answer(404, NOT_FOUND)));
    let within = Duration::from_millis(60);
    let error = open::<S>(&peer).wait(GetProcessInstance::new("7"), within).unwrap_err();
    let Error::Wait(wait) = &error else { panic!("{error}") };
    assert!(wait.took() >= within && wait.reads() > 1, "{wait:?}");
    assert_eq!(u32::try_from(peer.requests().len()).unwrap(), wait.reads());
    let text = error.to_string();
    assert!(text.starts_with("get_process_instance: waited 60 ms in vain, read "), "{text}");
    assert!(text.ends_with("last seen: get_process_instance: 404 NOT_FOUND: Process Instance with key '7' not found"));

    // A peer that says nothing does not make it longer.
    let silent = Peer::start(|_, _| Reply::Hang(Vec::new()));
    let error = open::<S>(&silent).wait(GetProcessInstance::new("7"), within).unwrap_err();
    assert!(matches!(&error, Error::Wait(wait) if wait.last().contains("did not answer in time")), "{error}");
}

fn a_refusal_is_not_waited_out<S: Reader>() {
    let peer = Peer::start(|_, _| Reply::Bytes(answer(403, r#"{"title":"FORBIDDEN"}"#)));
    let error = open::<S>(&peer).wait(GetProcessInstance::new("7"), LONG).unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), peer.requests().len()), (403, 1));
}

fn ready_means_that_the_api_answers<S: Reader>() {
    let topology = |role: &str| {
        let partitions = json!([{ "partitionId": 1, "role": role, "health": "healthy" }]);
        let topology = json!({ "partitionsCount": 1, "brokers": [{ "nodeId": 0, "partitions": partitions }] });
        Reply::Bytes(answer(200, &topology.to_string()))
    };
    let peer = Peer::start(move |_, before| match before {
        0 | 1 => Reply::Close(Vec::new()),
        2 => Reply::Bytes(answer(503, r#"{"title":"UNAVAILABLE"}"#)),
        3 | 4 => topology("follower"),
        _ => topology("leader"),
    });
    let topology = open::<S>(&peer).wait_until_ready(LONG).unwrap();
    assert!(topology.is_ready());
    assert_eq!(peer.requests().len(), 6, "each look is one request");

    let leaderless = Peer::start(|_, _| Reply::Bytes(answer(200, crate::peer::TOPOLOGY)));
    let error = open::<S>(&leaderless).wait_until_ready(Duration::from_millis(30)).unwrap_err();
    assert!(error.to_string().ends_with("last seen: partition 1 has no healthy leader"), "{error}");
}

fn a_batch_operation_is_over_when_all_items_are_accounted_for<S: Reader>() {
    let batch = |failed: u32| {
        let batch = json!({
            "batchOperationKey": "7", "state": "COMPLETED", "errors": [], "operationsTotalCount": 5,
            "operationsCompletedCount": 3, "operationsFailedCount": failed
        });
        Reply::Bytes(answer(200, &batch.to_string()))
    };
    let items = |keys: &[&str]| {
        let items: Vec<Value> =
            keys.iter().map(|key| json!({ "itemKey": key, "state": "FAILED", "errorMessage": "gone" })).collect();
        let page = json!({ "items": items, "page": { "totalItems": keys.len() } });
        Reply::Bytes(answer(200, &page.to_string()))
    };
    let peer = Peer::start(move |request, before| match before {
        // The counts come later than the state, and the items later than the counts.
        0 | 1 => batch(0),
        2 => batch(2),
        3 => items(&["1"]),
        _ => {
            assert!(request.head.starts_with("POST /v2/batch-operation-items/search "), "{}", request.head);
            items(&["1", "2"])
        }
    });
    let key = BatchOperationKey::new("7").unwrap();
    let finished = open::<S>(&peer).wait_for_batch_operation(key, LONG).unwrap();
    assert_eq!(finished.operation.operations_failed_count, 2);
    let failed: Vec<_> = finished.failed.iter().map(|item| (&*item.item_key, item.error_message.as_deref())).collect();
    assert_eq!(failed, [("1", Some("gone")), ("2", Some("gone"))]);
    let filter: Value = serde_json::from_str(&peer.requests()[3].body).unwrap();
    assert_eq!(filter["filter"], json!({ "batchOperationKey": "7", "state": "FAILED" }));
}

fn downloads_send_the_hash<S: Reader>() {
    let peer = Peer::start(|request, _| {
        if request.head.starts_with("GET /v2/documents/d?storeId=s&contentHash=h%2B1 ") {
            Reply::Bytes(b"HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nContent-Length: 4\r\n\r\n%PDF".to_vec())
        } else {
            Reply::Bytes(answer(500, r#"{"title":"No document hash provided"}"#))
        }
    });
    let client = open::<S>(&peer);
    let reference = json!({ "documentId": "d", "storeId": "s", "contentHash": "h+1" });
    let reference: DocumentReference = serde_json::from_value(reference).unwrap();
    assert_eq!(&client.send(GetDocument::of(&reference).unwrap()).unwrap()[..], b"%PDF");
    let error = client.send(GetDocument::new("d")).unwrap_err();
    assert_eq!(error.to_string(), "get_document: 500 No document hash provided", "a title alone is shown");
}

fn too_many_files_is_final<S: Reader>() {
    let peer = Peer::start(|_, _| Reply::Bytes(answer(500, r#"{"title":"Filter issue","status":500}"#)));
    let client = S::open(peer.config().set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "3").build().unwrap());
    let deployment = (0..12).fold(CreateDeployment::new(), |deployment, number| {
        deployment.resource(format!("{number}.bpmn"), vec![b' '; 100])
    });
    let error = client.send(deployment).unwrap_err();
    assert_eq!((peer.requests().len(), error.is_retryable()), (1, false));
    let text = error.to_string();
    assert!(text.contains("Filter issue") && text.contains("12 files") && text.contains("smaller batches"), "{text}");
}

#[test]
fn a_wait_is_a_future_that_can_go_anywhere() {
    let peer =
        Peer::start(|_, before| if before == 0 { Reply::Bytes(answer(404, NOT_FOUND)) } else { instance("ACTIVE") });
    let client = camunda_hyper::Client::new(peer.config().build().unwrap()).unwrap();
    let client = client.with(CallOptions::new().poll_interval(Duration::from_millis(10)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let task = async move { client.wait(GetProcessInstance::new("7"), LONG).await };
    assert!(runtime.block_on(runtime.spawn(task)).unwrap().is_ok());
    assert_eq!(peer.requests().len(), 2);
}
