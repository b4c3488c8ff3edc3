//! How requests are judged before an operation sees them: paths, methods, media types, bodies, one-of, page.
//! What the operations do is tested elsewhere.

mod support;

use camunda_emulator::Emulator;
use serde_json::json;
use support::Client;

const JSON: Option<&str> = Some("application/json");

fn bad(detail: &str) -> (u16, String, String) {
    (400, "Bad Request".to_owned(), detail.to_owned())
}

fn invalid(detail: &str) -> (u16, String, String) {
    (400, "INVALID_ARGUMENT".to_owned(), detail.to_owned())
}

#[test]
fn a_problem_has_five_members_and_tells_the_path() {
    let emulator = Emulator::start().expect("starts");
    let problem = Client::new(&emulator).get("/v2/incidents/7?x=y");
    let wanted = json!({ "type": "about:blank", "title": "NOT_FOUND", "status": 404,
        "detail": "Incident with key '7' not found", "instance": "/v2/incidents/7" });
    assert_eq!(problem.json(), wanted);
}

#[test]
fn unknown_paths_and_methods() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let unknown = (404, "Not Found".to_owned(), "No static resource v2/nowhere.".to_owned());
    assert_eq!(client.get("/v2/nowhere").problem(), unknown);
    assert_eq!(client.get("/topology").status, 404);
    let wrong = client.post("/v2/topology", json!({}));
    assert_eq!((wrong.problem().0, wrong.header("allow")), (405, Some("GET")));
}

#[test]
fn what_exists_but_is_not_done_here_is_named() {
    let emulator = Emulator::start().expect("starts");
    let (status, title, detail) = Client::new(&emulator).get("/v2/backups/runtime/1").problem();
    assert_eq!((status, title.as_str()), (501, "NOT_IMPLEMENTED"));
    assert_eq!(detail, "The operation 'getRuntimeBackup' is not supported by this emulator");
}

#[test]
fn media_types_of_bodies() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let search = |media, body: &str| client.send("POST", "/v2/jobs/search", media, body.as_bytes());
    assert_eq!(search(None, "").status, 200);
    assert_eq!(search(JSON, "").status, 200);
    assert_eq!(search(Some("application/json; charset=UTF-8"), "{}").status, 200);
    let title = "Unsupported Media Type".to_owned();
    let refused = |kind: &str| (415, title.clone(), format!("Content-Type '{kind}' is not supported."));
    assert_eq!(search(Some("text/plain"), "words").problem(), refused("text/plain"));
    assert_eq!(search(None, "{}").problem(), refused("application/octet-stream"));
    let deployment = client.post("/v2/deployments", json!({}));
    assert_eq!(deployment.problem(), refused("application/json"));
}

#[test]
fn bodies_that_cannot_be_read() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let create = |body: &str| client.send("POST", "/v2/process-instances", JSON, body.as_bytes()).problem();
    assert_eq!(create(""), bad("Required request body is missing"));
    assert_eq!(create("{broken"), bad("Failed to read request"));
    assert_eq!(create("{} trailing"), bad("Failed to read request"));
    assert_eq!(create(r#"{"surprise":1}"#), bad("Request property [surprise] cannot be parsed"));
    assert_eq!(
        create(r#"{"processDefinitionKey":1}"#),
        bad("Request property [processDefinitionKey] cannot be parsed")
    );
    let text = "The provided processDefinitionKey '' is not a valid key. Expected a numeric value. \
                Did you pass an entity id instead of an entity key?.";
    assert_eq!(create(r#"{"processDefinitionKey":""}"#), invalid(text));
}

#[test]
fn deployments_need_a_file() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    assert_eq!(client.deploy(&[]).problem(), bad("Required part 'resources' is not present."));
    let cut = client.send("POST", "/v2/deployments", Some("multipart/form-data; boundary=b"), b"--b\r\nnothing");
    assert_eq!(cut.problem().0, 400);
}

#[test]
fn one_of_and_collected_violations() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let create = |body| client.post("/v2/process-instances", body).problem();
    assert_eq!(create(json!({})), invalid("At least one of [processDefinitionId, processDefinitionKey] is required."));
    let both = json!({ "processDefinitionId": "a", "processDefinitionKey": "1", "operationReference": 0 });
    let text = "Only one of [processDefinitionId, processDefinitionKey] is allowed. \
                The value for operationReference is '0' but must be > 0.";
    assert_eq!(create(both), invalid(text));
    let tenant = json!({ "processDefinitionId": "a", "tenantId": "t" });
    let text =
        "Expected to handle request Create Process Instance with tenant identifier 't', but multi-tenancy is disabled";
    assert_eq!(create(tenant), invalid(text));
    let tags: Vec<String> = (0..11).map(|n| format!("t{n}")).collect();
    let (_, _, text) = create(json!({ "processDefinitionId": "a", "tags": tags }));
    assert_eq!(text, "The provided number of tags '11' is not supported. Ensure to not add more than 10 tags.");
    let (_, _, text) = create(json!({ "processDefinitionId": "a", "tags": ["1x"] }));
    assert!(text.starts_with("The provided tag '1x' is not valid. Tags must start with a letter"), "{text}");
}

#[test]
fn job_requests_are_judged_before_the_engine_sees_them() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let activate = |body| client.post("/v2/jobs/activation", body).problem();
    assert_eq!(activate(json!({})), invalid("No type provided. No timeout provided. No maxJobsToActivate provided."));
    let text = "The value for timeout is '0' but must be greater than 0. \
                The value for maxJobsToActivate is '0' but must be greater than 0.";
    assert_eq!(activate(json!({ "type": "a", "timeout": 0, "maxJobsToActivate": 0 })), invalid(text));
    let text = "The value for maxJobsToActivate is '5' but must be greater than 0.";
    assert_eq!(activate(json!({ "type": "a", "timeout": 5, "maxJobsToActivate": 0 })), invalid(text));
    assert_eq!(client.post("/v2/jobs/5/error", json!({})).problem(), invalid("No errorCode provided."));
    let update = client.send("PATCH", "/v2/jobs/5", JSON, br#"{"changeset":{}}"#).problem();
    assert_eq!(update, invalid("At least one of [retries, timeout, priority] is required."));
    assert_eq!(
        client.post("/v2/jobs/x/failure", json!({ "y": 1 })).problem(),
        bad("Failed to convert 'jobKey' with value: 'x'")
    );
}

#[test]
fn keys_of_partitions_that_do_not_exist_cannot_be_delivered() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let complete = |key: i64| client.post(&format!("/v2/jobs/{key}/completion"), json!({})).problem();
    let text = "Expected to handle request, but request could not be delivered";
    assert_eq!(complete(9_999_999_999_999_999), (503, "UNAVAILABLE".to_owned(), text.to_owned()));
    assert_eq!(complete(4_503_599_627_370_497).0, 503);
    for key in [5, -1, 2_251_799_813_999_999] {
        let text = format!(
            "Command 'COMPLETE' rejected with code 'NOT_FOUND': Expected to complete job with key '{key}', but no such job was found"
        );
        assert_eq!(complete(key), (404, "NOT_FOUND".to_owned(), text));
    }
}

#[test]
fn page_and_sort() {
    let emulator = Emulator::start().expect("starts");
    let client = Client::new(&emulator);
    let search = |body| client.post("/v2/process-definitions/search", body).problem();
    let cursor = json!({ "page": { "from": 1, "after": "WzFd" } });
    assert_eq!(search(cursor), invalid("Only one of [from, after, before] is allowed."));
    assert_eq!(
        search(json!({ "page": { "limit": -1 } })),
        invalid("The value for page.limit is '-1' but must be a non-negative number.")
    );
    assert_eq!(search(json!({ "page": { "after": "invalid" } })), invalid("Cannot decode pagination cursor 'invalid'"));
    assert_eq!(search(json!({ "page": 7 })), bad("Request property [page] cannot be parsed"));
    assert_eq!(search(json!({ "sort": [{ "order": "DESC" }] })), invalid("Sort field must not be null."));
    let text = "Unexpected value 'nonsense' for enum field 'field'. Use any of the following values: \
                [processDefinitionKey, name, resourceName, version, versionTag, processDefinitionId, tenantId]";
    assert_eq!(search(json!({ "sort": [{ "field": "nonsense" }] })), invalid(text));
}
