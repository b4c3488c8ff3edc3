//! Searching: filters, sorting, pages by offset and by cursor, totals.
//! How a search is refused is tested with the other requests.

mod support;

use camunda_emulator::Emulator;
use serde_json::{Value, json};
use support::{Client, one_task};

/// Five instances with the variable `n` from 1 to 5, started in that order.
fn five() -> (Emulator, Client, Vec<String>) {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    client.deploy(&[("order.bpmn", &one_task("order", "charge"))]).ok();
    let keys = (1..=5).map(|n| client.start("order", json!({ "n": n, "name": format!("v{}", n % 2) }))).collect();
    (emulator, client, keys)
}

fn keys(found: &Value) -> Vec<&str> {
    let items = found["items"].as_array().expect("a list");
    items.iter().map(|item| item["processInstanceKey"].as_str().expect("a key")).collect()
}

#[test]
fn without_a_sort_items_come_by_key() {
    let (_emulator, client, started) = five();
    let found = client.send("POST", "/v2/process-instances/search", None, b"").ok();
    assert_eq!(keys(&found), started);
    assert_eq!((&found["page"]["totalItems"], &found["page"]["hasMoreTotalItems"]), (&json!(5), &json!(false)));
}

#[test]
fn cursors_walk_forward_and_back() {
    let (_emulator, client, started) = five();
    for sort in [json!([]), json!([{ "field": "startDate" }]), json!([{ "field": "state", "order": "asc" }])] {
        let page = |page: Value| client.search("process-instances", json!({ "sort": sort, "page": page }));
        let first = page(json!({ "limit": 2 }));
        let second = page(json!({ "limit": 2, "after": first["page"]["endCursor"] }));
        let third = page(json!({ "limit": 2, "after": second["page"]["endCursor"] }));
        assert_eq!([keys(&first), keys(&second), keys(&third)].concat(), started, "{sort}");
        assert_eq!(third["page"]["totalItems"], 5);
        let fourth = page(json!({ "limit": 2, "after": third["page"]["endCursor"] }));
        assert_eq!((&fourth["items"], &fourth["page"]["endCursor"]), (&json!([]), &Value::Null));
        let back = page(json!({ "limit": 2, "before": third["page"]["startCursor"] }));
        assert_eq!(keys(&back), keys(&second), "{sort}");
    }
}

#[test]
fn offsets_and_limits() {
    let (_emulator, client, started) = five();
    let page = |page: Value| client.search("process-instances", json!({ "page": page }));
    assert_eq!(keys(&page(json!({ "from": 3, "limit": 10 }))), started[3..]);
    assert_eq!(keys(&page(json!({ "from": 9 }))), Vec::<&str>::new());
    let none = page(json!({ "limit": 0 }));
    assert_eq!((&none["items"], &none["page"]["totalItems"]), (&json!([]), &json!(5)));
}

#[test]
fn sorting_goes_both_ways_and_what_is_missing_comes_last() {
    let (_emulator, client, started) = five();
    client.post(&format!("/v2/process-instances/{}/cancellation", started[1]), json!({})).no_content();
    let other = client.start("order", json!({}));
    client.post(&format!("/v2/process-instances/{other}/cancellation"), json!({})).no_content();
    for order in ["ASC", "DESC"] {
        let body = json!({ "sort": [{ "field": "endDate", "order": order }, { "field": "processInstanceKey", "order": order }] });
        let found = client.search("process-instances", body);
        let keys = keys(&found);
        assert!(keys[..2].contains(&started[1].as_str()) && keys[..2].contains(&other.as_str()), "{keys:?}");
        assert_eq!(keys.len(), 6);
        let open: Vec<&str> = [0, 2, 3, 4].iter().map(|n| started[*n].as_str()).collect();
        let rest: Vec<&str> = if order == "ASC" { open } else { open.into_iter().rev().collect() };
        assert_eq!(keys[2..], rest);
    }
    let found =
        client.search("process-instances", json!({ "sort": [{ "field": "processInstanceKey", "order": "DESC" }] }));
    assert_eq!(keys(&found)[1..], started.iter().rev().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn filters_of_instances() {
    let (_emulator, client, started) = five();
    let total =
        |filter: Value| client.search("process-instances", json!({ "filter": filter }))["page"]["totalItems"].clone();
    assert_eq!(total(json!({ "processInstanceKey": started[2] })), 1);
    assert_eq!(total(json!({ "processInstanceKey": { "$notIn": [started[2], started[3]] } })), 3);
    assert_eq!(
        total(json!({ "$or": [{ "processInstanceKey": started[0] }, { "processInstanceKey": started[4] }] })),
        2
    );
    assert_eq!(total(json!({ "state": "active", "processDefinitionId": { "$like": "o?d*" } })), 5);
    assert_eq!(total(json!({ "processDefinitionVersion": { "$gt": 1 } })), 0);
    assert_eq!(
        total(json!({ "startDate": { "$gte": "2020-01-01T00:00:00Z", "$lt": "2090-01-01T00:00:00+02:00" } })),
        5
    );
    assert_eq!(total(json!({ "endDate": { "$exists": false }, "hasIncident": false })), 5);
    assert_eq!(total(json!({ "variables": [{ "name": "n", "value": "3" }] })), 1);
    assert_eq!(
        total(
            json!({ "variables": [{ "name": "name", "value": "\"v1\"" }, { "name": "n", "value": { "$neq": "1" } }] })
        ),
        2
    );
    assert_eq!(total(json!({ "variables": [{ "name": "name", "value": "v1" }] })), 0, "JSON texts are compared");
    assert_eq!(total(json!({ "elementId": "work", "elementInstanceState": "ACTIVE" })), 5);
    assert_eq!(total(json!({ "processDefinitionName": { "$neq": "Name of order" } })), 0);
    let empty = json!({ "$eq": "ACTIVE", "$in": [], "$notIn": [] });
    assert_eq!(total(json!({ "state": empty, "$or": [], "tags": [], "variables": [] })), 5, "empty lists ask nothing");
}

#[test]
fn filters_of_jobs_and_elements_by_their_instance() {
    let (_emulator, client, started) = five();
    let jobs =
        client.search("jobs", json!({ "filter": { "processInstanceKey": started[2], "type": { "$like": "ch*" } } }));
    assert_eq!((keys(&jobs), &jobs["items"][0]["state"]), (vec![started[2].as_str()], &json!("CREATED")));
    let elements = json!({ "filter": { "processInstanceKey": started[2], "$or": [{ "elementId": "work" }, { "type": "END_EVENT" }] } });
    assert_eq!(client.search("element-instances", elements)["page"]["totalItems"], 1);
}

#[test]
fn long_values_are_cut_unless_wanted_whole() {
    let (_emulator, client, _) = five();
    let instance = client.start("order", json!({ "long": "x".repeat(9000) }));
    let body = json!({ "filter": { "processInstanceKey": instance, "name": "long" } });
    let found = client.search("variables", &body)["items"][0].clone();
    assert_eq!((found["value"].as_str().map(str::len), &found["isTruncated"]), (Some(8191), &json!(true)));
    let whole = client.post("/v2/variables/search?truncateValues=false", &body).ok()["items"][0].clone();
    assert_eq!((whole["value"].as_str().map(str::len), &whole["isTruncated"]), (Some(9002), &json!(false)));
    let read = client.get(&format!("/v2/variables/{}", found["variableKey"].as_str().expect("a key"))).ok();
    assert_eq!((read["value"].as_str().map(str::len), read.get("isTruncated")), (Some(9002), None));
    let (_, _, text) = client.post("/v2/variables/search?truncateValues=maybe", &body).problem();
    assert_eq!(text, "Failed to convert 'truncateValues' with value: 'maybe'");
}

#[test]
fn latest_versions() {
    let (_emulator, client, _) = five();
    client.deploy(&[("order.bpmn", &one_task("order", "other"))]).ok();
    let body = json!({ "filter": { "processDefinitionId": "order", "isLatestVersion": true } });
    let found = client.search("process-definitions", body);
    assert_eq!((&found["page"]["totalItems"], &found["items"][0]["version"]), (&json!(1), &json!(2)));
    let (_, _, text) = client
        .post("/v2/process-definitions/search", json!({ "filter": { "isLatestVersion": true }, "page": { "from": 0 } }))
        .problem();
    assert!(text.ends_with("The field 'from' is not supported."), "{text}");
}

#[test]
fn flows_counts_and_hierarchy_of_an_instance() {
    let (_emulator, client, started) = five();
    let job = client.job_of(&started[0]);
    client.post(&format!("/v2/jobs/{job}/completion"), json!({})).no_content();
    let path = format!("/v2/process-instances/{}", started[0]);
    let flows = client.get(&format!("{path}/sequence-flows")).ok();
    let ids: Vec<_> = flows["items"].as_array().expect("a list").iter().map(|f| f["elementId"].as_str()).collect();
    assert_eq!(ids, [Some("f1"), Some("f2")]);
    let counts = client.get(&format!("{path}/statistics/element-instances")).ok();
    let wanted = json!({ "elementId": "work", "active": 0, "canceled": 0, "incidents": 0, "completed": 1 });
    assert!(counts["items"].as_array().is_some_and(|items| items.len() == 3 && items.contains(&wanted)), "{counts}");
    assert_eq!(client.get("/v2/process-instances/7/statistics/element-instances").ok(), json!({ "items": [] }));
    let hierarchy = client.get(&format!("{path}/call-hierarchy")).ok();
    assert_eq!(
        (hierarchy.as_array().map(Vec::len), &hierarchy[0]["processInstanceKey"]),
        (Some(1), &json!(started[0]))
    );
    assert_eq!(client.get("/v2/process-instances/7/call-hierarchy").status, 404);

    let definition = hierarchy[0]["processDefinitionKey"].as_str().expect("a key");
    let path = format!("/v2/process-definitions/{definition}/statistics/element-instances");
    let counts =
        client.post(&path, json!({ "filter": { "$or": [{ "elementId": "work" }, { "elementId": "nothing" }] } })).ok();
    assert_eq!(
        counts,
        json!({ "items": [{ "elementId": "work", "active": 4, "canceled": 0, "incidents": 0, "completed": 1 }] })
    );
}

#[test]
fn incidents_of_an_instance_and_of_an_element() {
    let (_emulator, client, started) = five();
    let job = client.job_of(&started[0]);
    client.post(&format!("/v2/jobs/{job}/failure"), json!({})).no_content();
    let found = client.search(&format!("process-instances/{}/incidents", started[0]), json!({}));
    assert_eq!(found["page"]["totalItems"], 1);
    let element = found["items"][0]["elementInstanceKey"].as_str().expect("a key");
    assert_eq!(client.search(&format!("element-instances/{element}/incidents"), json!({}))["page"]["totalItems"], 1);
    assert_eq!(
        client.search(&format!("process-instances/{}/incidents", started[1]), json!({}))["page"]["totalItems"],
        0
    );
    let unknown = client.post("/v2/process-instances/7/incidents/search", json!({})).problem();
    assert_eq!(unknown, (404, "NOT_FOUND".to_owned(), "Process Instance with key '7' not found".to_owned()));
}
