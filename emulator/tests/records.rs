//! What is kept about what happened: the audit log, what became of jobs, and how much the cluster was used.

mod support;

use std::time::Duration;

use camunda_emulator::Emulator;
use serde_json::{Value, json};
use support::{Client, one_task};

fn cluster() -> (Emulator, Client) {
    let emulator = Emulator::start().expect("a free port");
    emulator.clock().pin(Duration::from_secs(1_700_000_000));
    let client = Client::new(&emulator);
    client.deploy(&[("order.bpmn", &one_task("order", "work"))]).ok();
    (emulator, client)
}

const WINDOW: &str = r#"{ "from": "2023-11-14T22:00:00Z", "to": "2023-11-15T22:00:00Z" }"#;

fn window(more: Value) -> Value {
    let mut filter: Value = serde_json::from_str(WINDOW).expect("JSON");
    filter.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    json!({ "filter": filter })
}

#[test]
fn commands_are_written_down_and_reads_are_not() {
    let (_emulator, client) = cluster();
    let instance = client.start("order", json!({}));
    client.get(&format!("/v2/process-instances/{instance}")).ok();
    client.activate("work");
    client.post(&format!("/v2/process-instances/{instance}/cancellation"), json!({})).no_content();
    assert_eq!(client.post("/v2/process-instances/7/cancellation", json!({})).status, 404);
    client.post("/v2/groups", json!({ "groupId": "clerks", "name": "Clerks" }));
    let found = client.search("audit-logs", json!({}));
    let entries: Vec<(&Value, &Value, &Value)> = found["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| (&entry["entityType"], &entry["operationType"], &entry["category"]))
        .collect();
    let (resources, admin) = (json!("DEPLOYED_RESOURCES"), json!("ADMIN"));
    let expected = [
        (&json!("RESOURCE"), &json!("CREATE"), &resources),
        (&json!("PROCESS_INSTANCE"), &json!("CREATE"), &resources),
        (&json!("PROCESS_INSTANCE"), &json!("CANCEL"), &resources),
        (&json!("GROUP"), &json!("CREATE"), &admin),
    ];
    assert_eq!(entries, expected);
    let cancelled = &found["items"][2];
    assert_eq!((&cancelled["entityKey"], &cancelled["processInstanceKey"]), (&json!(instance), &json!(instance)));
    assert_eq!((&cancelled["processDefinitionId"], &cancelled["result"]), (&json!("order"), &json!("SUCCESS")));
    assert_eq!((&cancelled["actorId"], &cancelled["actorType"]), (&json!("anonymous"), &json!("ANONYMOUS")));
    assert_eq!(cancelled.as_object().map(serde_json::Map::len), Some(33), "all members of the description");
    let key = cancelled["auditLogKey"].as_str().expect("a key");
    assert_eq!(&client.get(&format!("/v2/audit-logs/{key}")).ok(), cancelled);
    let (status, _, detail) = client.get("/v2/audit-logs/x").problem();
    assert_eq!((status, detail.as_str()), (404, "Audit log with id 'x' not found"));
    let filtered = client.search("audit-logs", json!({ "filter": { "operationType": "CANCEL" } }));
    assert_eq!(filtered["page"]["totalItems"], 1);
}

#[test]
fn jobs_are_counted_by_what_became_of_them() {
    let (emulator, client) = cluster();
    for _ in 0..3 {
        client.start("order", json!({}));
    }
    let body = json!({ "type": "work", "worker": "w", "timeout": 60_000, "maxJobsToActivate": 3 });
    let jobs = client.post("/v2/jobs/activation", body).ok()["jobs"].clone();
    let path = |at: usize, what: &str| format!("/v2/jobs/{}/{what}", jobs[at]["jobKey"].as_str().expect("a key"));
    client.post(&path(0, "completion"), json!({})).no_content();
    client.post(&path(1, "failure"), json!({ "retries": 1, "errorMessage": "no luck" })).no_content();
    emulator.clock().advance(Duration::from_secs(120));
    client.post(&path(2, "error"), json!({ "errorCode": "REFUSED", "errorMessage": "why" })).no_content();

    let global =
        client.get("/v2/jobs/statistics/global?from=2023-11-14T22:00:00Z&to=2023-11-15T22:00:00Z&jobType=work").ok();
    let counts =
        |row: &Value| ["created", "completed", "failed"].map(|name| row[name]["count"].as_u64().expect("a count"));
    assert_eq!(counts(&global), [3, 1, 2]);
    assert_eq!(global["failed"]["lastUpdatedAt"], "2023-11-14T22:15:20.000Z");
    assert_eq!(client.get("/v2/jobs/statistics/global?from=2023-11-14T22:00:00Z").status, 400);

    let types = client.post("/v2/jobs/statistics/by-types", window(json!({ "jobType": { "$like": "w*" } }))).ok();
    assert_eq!((&types["items"][0]["jobType"], &types["items"][0]["workers"]), (&json!("work"), &json!(1)));
    let workers = client.post("/v2/jobs/statistics/by-workers", window(json!({ "jobType": "work" }))).ok();
    let of_worker = workers["items"].as_array().expect("a list").iter().find(|row| row["worker"] == "w");
    assert_eq!(of_worker.map(counts), Some([0, 1, 2]));
    let series =
        client.post("/v2/jobs/statistics/time-series", window(json!({ "jobType": "work", "resolution": "PT1M" }))).ok();
    let points: Vec<(&Value, [u64; 3])> =
        series["items"].as_array().expect("a list").iter().map(|row| (&row["time"], counts(row))).collect();
    assert_eq!(
        points,
        [(&json!("2023-11-14T22:13:00.000Z"), [3, 1, 1]), (&json!("2023-11-14T22:15:00.000Z"), [0, 0, 1])]
    );
    let errors = client.post("/v2/jobs/statistics/errors", window(json!({ "jobType": "work" }))).ok();
    assert_eq!(errors["items"][0], json!({ "errorCode": "", "errorMessage": "no luck", "workers": 1 }));
    assert_eq!(errors["items"][1], json!({ "errorCode": "REFUSED", "errorMessage": "why", "workers": 1 }));
    let (status, title, detail) = client.post("/v2/jobs/statistics/errors", json!({ "filter": {} })).problem();
    assert_eq!((status, title.as_str(), detail.as_str()), (400, "Bad Request", "from must not be null"));
}

#[test]
fn use_is_counted_and_needs_both_dates() {
    let (_emulator, client) = cluster();
    client.start("order", json!({ "amount": 1 }));
    let usage = client
        .get("/v2/system/usage-metrics?startTime=2023-11-14T22:00:00Z&endTime=2023-11-15T22:00:00Z&withTenants=true")
        .ok();
    assert_eq!((&usage["processInstances"], &usage["activeTenants"]), (&json!(1), &json!(1)));
    assert_eq!(usage["tenants"]["<default>"]["processInstances"], 1);
    let (status, _, detail) = client.get("/v2/system/usage-metrics").problem();
    assert_eq!((status, detail.as_str()), (400, "The startTime and endTime must both be specified."));
    assert_eq!(client.get("/v2/system/configuration").ok()["deployment"]["isMultiTenancyEnabled"], false);
    let definition = client.search("process-definitions", json!({}))["items"][0]["processDefinitionKey"].clone();
    let names = format!("/v2/process-definitions/{}/variable-names/search", definition.as_str().expect("a key"));
    assert_eq!(client.post(&names, json!({})).ok()["items"], json!([{ "name": "amount" }]));
}

#[test]
fn jobs_of_a_filter_are_updated_together() {
    let (_emulator, client) = cluster();
    for _ in 0..2 {
        client.start("order", json!({}));
    }
    let body = json!({ "filter": { "type": "work" }, "changeset": { "retries": 9 } });
    let operation = client.post("/v2/jobs/batch-update", body).ok();
    assert_eq!(operation["batchOperationType"], "UPDATE_JOB");
    assert!(client.activate("work").iter().all(|job| job["retries"] == 9));
    let items = client.search("batch-operation-items", json!({}));
    assert_eq!(items["page"]["totalItems"], 2);
    assert!(items["items"].as_array().expect("a list").iter().all(|item| item["processInstanceKey"].is_string()));
}

#[test]
fn own_authorizations_are_those_of_somebody() {
    let (_emulator, client) = cluster();
    let nobody = client.post("/v2/authentication/me/authorizations/search", json!({}));
    assert_eq!((nobody.status, nobody.text.as_str()), (401, ""));
    let emulator = Emulator::builder().basic("demo", "demo").start().expect("a free port");
    let mut client = Client::new(&emulator);
    client.authorization = Some("Basic ZGVtbzpkZW1v".to_owned());
    client.post("/v2/users", json!({ "username": "demo", "password": "demo" }));
    let body = json!({
        "ownerType": "USER", "ownerId": "demo", "resourceType": "PROCESS_DEFINITION", "resourceId": "order",
        "permissionTypes": ["READ_PROCESS_INSTANCE"]
    });
    assert_eq!(client.post("/v2/authorizations", body).status, 201);
    let filter = json!({ "filter": { "resourceIds": ["order", "other"] } });
    let own = client.post("/v2/authentication/me/authorizations/search", filter).ok();
    assert_eq!((&own["items"][0]["resourceId"], &own["authorizationsEnabled"]), (&json!("order"), &json!(false)));
}

#[test]
fn the_first_administrator_is_made_without_credentials_and_only_once() {
    let (_emulator, client) = cluster();
    let body = json!({ "username": "root", "password": "secret", "name": "Root", "email": "root@example.com" });
    assert_eq!(client.post("/v2/setup/user", &body).status, 201);
    let (status, ..) = client.post("/v2/setup/user", json!({ "username": "other", "password": "secret" })).problem();
    assert_eq!(status, 403);
}
