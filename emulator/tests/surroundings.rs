//! What is there besides workers: deployed files, messages, the clock, the cluster itself.
//! How requests are judged is tested elsewhere.

mod support;

use std::time::Duration;

use camunda_emulator::Emulator;
use serde_json::{Value, json};
use support::{Client, one_task};

fn cluster() -> (Emulator, Client) {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    client.deploy(&[("order.bpmn", &one_task("order", "charge"))]).ok();
    (emulator, client)
}

fn members(value: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = value.as_object().map(|o| o.keys().map(String::as_str).collect()).unwrap_or_default();
    members.sort_unstable();
    members
}

#[test]
fn a_deployment_is_answered_with_one_of_five_members() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let deployed = client.deploy(&[("order.bpmn", &one_task("order", "charge"))]).ok();
    let entry = &deployed["deployments"][0];
    assert_eq!(members(entry), ["decisionDefinition", "decisionRequirements", "form", "processDefinition", "resource"]);
    assert_eq!((&entry["form"], &entry["processDefinition"]["processDefinitionVersion"]), (&Value::Null, &json!(1)));
    let key = entry["processDefinition"]["processDefinitionKey"].as_str().expect("keys are texts");

    let definition = client.get(&format!("/v2/process-definitions/{key}")).ok();
    let wanted = json!({ "name": "Name of order", "resourceName": "order.bpmn", "version": 1, "versionTag": null,
        "processDefinitionId": "order", "tenantId": "<default>", "processDefinitionKey": key, "hasStartForm": false,
        "state": "ACTIVE" });
    assert_eq!(definition, wanted);
    let xml = client.get(&format!("/v2/process-definitions/{key}/xml"));
    assert_eq!((xml.status, xml.header("content-type")), (200, Some("text/xml")));
    assert_eq!(xml.text, one_task("order", "charge"));
}

#[test]
fn a_cancelled_instance_is_terminated() {
    let (_emulator, client) = cluster();
    let instance = client.start("order", json!({}));
    client.send("POST", &format!("/v2/process-instances/{instance}/cancellation"), None, b"").no_content();
    assert_eq!(client.state(&instance), "TERMINATED");
    let refused = client.post(&format!("/v2/process-instances/{instance}/cancellation"), json!({})).problem();
    let text = format!(
        "Command 'CANCEL' rejected with code 'NOT_FOUND': Expected to cancel a process instance with key '{instance}', but no such process was found"
    );
    assert_eq!(refused, (404, "NOT_FOUND".to_owned(), text));
}

#[test]
fn a_message_is_answered_with_a_key_and_its_id_is_taken_while_it_is_kept() {
    let (emulator, client) = cluster();
    let body = json!({ "name": "paid", "correlationKey": "7", "messageId": "m", "timeToLive": 60_000 });
    let published = client.post("/v2/messages/publication", &body).ok();
    assert!(published["messageKey"].is_string() && published["tenantId"] == "<default>", "{published}");
    let (status, _, detail) = client.post("/v2/messages/publication", &body).problem();
    assert_eq!(status, 409);
    assert!(
        detail.ends_with(
            "Expected to publish a new message with id 'm', but a message with that id was already published"
        )
    );
    // Expired messages are looked for once a minute.
    emulator.clock().advance(Duration::from_secs(121));
    assert_eq!(client.post("/v2/messages/publication", &body).status, 200);
}

#[test]
fn the_clock_can_be_pinned_and_reset() {
    let (_emulator, client) = cluster();
    let put = |body: &str| client.send("PUT", "/v2/clock", Some("application/json"), body.as_bytes());
    put(r#"{"timestamp":2082758400000}"#).no_content();
    let instance = client.start("order", json!({}));
    let read = client.get(&format!("/v2/process-instances/{instance}")).ok();
    assert_eq!(read["startDate"], "2036-01-01T00:00:00.000Z");
    client.send("POST", "/v2/clock/reset", None, b"").no_content();
    assert_eq!(put(r#"{"timestamp":-1}"#).problem().2, "The value for timestamp is '-1' but must be not negative.");
    assert_eq!(put("{}").problem().2, "No timestamp provided.");
}

#[test]
fn the_cluster_describes_itself() {
    let (_emulator, client) = cluster();
    let topology = client.get("/v2/topology").ok();
    let partition = &topology["brokers"][0]["partitions"][0];
    assert_eq!(partition, &json!({ "partitionId": 1, "role": "leader", "health": "healthy", "state": "active" }));
    assert_eq!(topology["lastCompletedChangeId"], "-1");
    client.get("/v2/status").no_content();
    let license = client.get("/v2/license").ok();
    assert_eq!(
        license,
        json!({ "validLicense": false, "licenseType": "unknown", "isCommercial": false, "expiresAt": null })
    );
}

#[test]
fn files_that_are_no_processes_can_be_read_and_deleted() {
    let (_emulator, client) = cluster();
    let script = r#"{"id": "bot", "script": "*** Tasks ***"}"#;
    let deployed = client.deploy(&[("bot.rpa", script), ("a.form", r#"{"id":"form"}"#), ("notes.md", "text")]).ok();
    let entries = deployed["deployments"].as_array().expect("a list");
    let member = |n: usize, member: &str| entries[n][member].clone();
    assert_eq!(
        (member(0, "form")["formId"].clone(), member(1, "resource")["resourceId"].clone()),
        (json!("form"), json!("bot"))
    );
    assert_eq!(member(2, "resource")["resourceId"], "notes.md");

    let key = member(1, "resource")["resourceKey"].as_str().expect("a text").to_owned();
    let read = client.get(&format!("/v2/resources/{key}")).ok();
    let wanted = json!({ "resourceName": "bot.rpa", "version": 1, "versionTag": null, "resourceId": "bot",
        "tenantId": "<default>", "resourceKey": key });
    assert_eq!(read, wanted);
    assert_eq!(client.get(&format!("/v2/resources/{key}/content")).text, script);
    let binary = client.get(&format!("/v2/resources/{key}/content/binary"));
    assert_eq!((binary.text.as_str(), binary.header("content-type")), (script, Some("application/octet-stream")));
    let found = client.search("resources", json!({ "filter": { "deploymentKey": deployed["deploymentKey"] } }));
    assert_eq!(found["page"]["totalItems"], 2);
    let form = member(0, "form")["formKey"].as_str().expect("a text").to_owned();
    assert_eq!(client.get(&format!("/v2/forms/{form}")).ok()["schema"], r#"{"id":"form"}"#);
    assert_eq!(
        client.get(&format!("/v2/resources/{form}")).problem().2,
        format!("Resource with key '{form}' not found")
    );

    let deleted = client.send("POST", &format!("/v2/resources/{key}/deletion"), None, b"").ok();
    assert_eq!(deleted, json!({ "resourceKey": key, "batchOperation": null }));
    assert_eq!(client.get(&format!("/v2/resources/{key}")).status, 404);
    let (status, _, text) = client.post(&format!("/v2/resources/{key}/deletion"), json!({})).problem();
    let wanted = format!(
        "Command 'DELETE' rejected with code 'NOT_FOUND': Expected to delete resource but no resource found with key `{key}`"
    );
    assert_eq!((status, text), (404, wanted));
}

#[test]
fn nobody_waits_for_messages_or_signals_yet() {
    let (_emulator, client) = cluster();
    let body = json!({ "name": "paid", "correlationKey": "7" });
    let (status, _, text) = client.post("/v2/messages/correlation", body).problem();
    let wanted = "Command 'CORRELATE' rejected with code 'NOT_FOUND': Expected to find subscription for message with name \
                  'paid' and correlation key '7', but none was found.";
    assert_eq!((status, text.as_str()), (404, wanted));
    assert_eq!(client.post("/v2/messages/correlation", json!({})).problem().2, "No messageName provided.");
    assert!(client.post("/v2/signals/broadcast", json!({ "signalName": "s" })).ok()["signalKey"].is_string());
    assert_eq!(client.post("/v2/signals/broadcast", json!({})).problem().2, "No signalName provided.");
}
