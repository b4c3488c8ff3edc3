//! Tenants kept apart, and what callers are permitted to do.

mod support;

use base64::Engine as _;
use camunda_emulator::Emulator;
use serde_json::{Value, json};
use support::{Answer, Client, one_task};

fn as_user(emulator: &Emulator, user: &str, password: &str) -> Client {
    let mut client = Client::new(emulator);
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    client.authorization = Some(format!("Basic {encoded}"));
    client
}

/// A client of the user that was configured.
fn admin(emulator: &Emulator) -> Client {
    as_user(emulator, "demo", "demo")
}

/// A client of a user that the administrator makes.
fn user(emulator: &Emulator, name: &str) -> Client {
    let body = json!({ "username": name, "password": "secret", "name": name });
    assert_eq!(admin(emulator).post("/v2/users", body).status, 201);
    as_user(emulator, name, "secret")
}

fn grant(emulator: &Emulator, owner: (&str, &str), resource: (&str, &str), permissions: &[&str]) {
    let body = json!({
        "ownerType": owner.0, "ownerId": owner.1, "resourceType": resource.0, "resourceId": resource.1,
        "permissionTypes": permissions
    });
    let answer = admin(emulator).post("/v2/authorizations", body);
    assert_eq!(answer.status, 201, "{answer:?}");
}

fn put(client: &Client, path: &str) -> Answer {
    client.send("PUT", path, None, b"")
}

/// Starts a process of a tenant.
fn start_in(client: &Client, tenant: &str) -> Answer {
    client.post("/v2/process-instances", json!({ "processDefinitionId": "order", "tenantId": tenant }))
}

fn deploy_in(client: &Client, tenant: &str) -> Answer {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"order.bpmn\"\r\n\r\n{}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"tenantId\"\r\n\r\n{tenant}\r\n--b--\r\n",
        one_task("order", "work")
    );
    client.send("POST", "/v2/deployments", Some("multipart/form-data; boundary=b"), body.as_bytes())
}

fn with_tenants() -> Emulator {
    let emulator = Emulator::builder().basic("demo", "demo").multi_tenancy().start().expect("a free port");
    let admin = admin(&emulator);
    for tenant in ["red", "blue"] {
        assert_eq!(admin.post("/v2/tenants", json!({ "tenantId": tenant, "name": tenant })).status, 201);
        assert_eq!(put(&admin, &format!("/v2/tenants/{tenant}/users/demo")).status, 404, "demo is in no store");
    }
    emulator
}

fn member(emulator: &Emulator, name: &str, tenant: &str) -> Client {
    let client = user(emulator, name);
    assert_eq!(put(&admin(emulator), &format!("/v2/tenants/{tenant}/users/{name}")).status, 204);
    client
}

#[test]
fn a_tenant_has_versions_of_its_own_and_its_members_see_only_those() {
    let emulator = with_tenants();
    let (red, blue) = (member(&emulator, "rita", "red"), member(&emulator, "bob", "blue"));
    assert_eq!(deploy_in(&red, "red").ok()["tenantId"], "red");
    let deployed = deploy_in(&blue, "blue").ok();
    assert_eq!(deployed["deployments"][0]["processDefinition"]["processDefinitionVersion"], 1);
    let instance = start_in(&red, "red").ok();
    assert_eq!(instance["tenantId"], "red");
    let key = instance["processInstanceKey"].as_str().expect("a key").to_owned();
    start_in(&blue, "blue").ok();
    for (client, tenant) in [(&red, "red"), (&blue, "blue")] {
        for what in ["process-definitions", "process-instances", "element-instances", "jobs"] {
            let found = client.search(what, json!({}));
            let items = found["items"].as_array().expect("a list");
            assert!(!items.is_empty() && items.iter().all(|item| item["tenantId"] == tenant), "{what} of {tenant}");
        }
    }
    // What belongs to others is not there.
    let (status, _, detail) = blue.get(&format!("/v2/process-instances/{key}")).problem();
    assert_eq!((status, detail), (404, format!("Process Instance with key '{key}' not found")));
    assert_eq!(blue.post(&format!("/v2/process-instances/{key}/cancellation"), json!({})).status, 404);
    assert_eq!(start_in(&blue, "red").status, 403);
    assert_eq!(deploy_in(&blue, "red").status, 403);
    assert_eq!(red.state(&key), "ACTIVE");
}

#[test]
fn jobs_go_to_workers_of_their_tenants() {
    let emulator = with_tenants();
    let (red, blue) = (member(&emulator, "rita", "red"), member(&emulator, "bob", "blue"));
    for (client, tenant) in [(&red, "red"), (&blue, "blue")] {
        deploy_in(client, tenant).ok();
        start_in(client, tenant).ok();
    }
    let poll = |client: &Client, more: Value| {
        let mut body = json!({ "type": "work", "timeout": 60_000, "maxJobsToActivate": 10, "requestTimeout": -1 });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        client.post("/v2/jobs/activation", body)
    };
    let (status, _, detail) = poll(&red, json!({})).problem();
    assert_eq!(status, 400);
    assert_eq!(
        detail,
        "Expected to handle request Activate Jobs with multi-tenancy enabled, but no tenant identifier was provided."
    );
    assert_eq!(poll(&red, json!({ "tenantIds": ["blue"] })).status, 403);
    let jobs = poll(&red, json!({ "tenantFilter": "ASSIGNED" })).ok();
    assert_eq!(jobs["jobs"].as_array().map(Vec::len), Some(1));
    let job = &jobs["jobs"][0];
    assert_eq!(job["tenantId"], "red");
    let completion = format!("/v2/jobs/{}/completion", job["jobKey"].as_str().expect("a key"));
    assert_eq!(blue.post(&completion, json!({})).status, 404);
    red.post(&completion, json!({})).no_content();
    assert_eq!(poll(&blue, json!({ "tenantIds": ["blue"] })).ok()["jobs"][0]["tenantId"], "blue");
}

#[test]
fn messages_and_signals_stay_in_their_tenant() {
    let emulator = Emulator::builder().multi_tenancy().start().expect("a free port");
    let client = Client::new(&emulator);
    let start = r#"<startEvent id="start"><messageEventDefinition messageRef="m"/></startEvent><endEvent id="end"/>
        <sequenceFlow id="f" sourceRef="start" targetRef="end"/>"#;
    let model = support::process("order", start).replace("<process", r#"<message id="m" name="ordered"/><process"#);
    for tenant in ["red", "blue"] {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"m.bpmn\"\r\n\r\n{model}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"tenantId\"\r\n\r\n{tenant}\r\n--b--\r\n"
        );
        client.send("POST", "/v2/deployments", Some("multipart/form-data; boundary=b"), body.as_bytes()).ok();
    }
    assert_eq!(client.post("/v2/messages/publication", json!({ "name": "ordered" })).status, 400);
    let published = client.post("/v2/messages/publication", json!({ "name": "ordered", "tenantId": "blue" })).ok();
    assert_eq!(published["tenantId"], "blue");
    let found = client.search("process-instances", json!({}));
    let tenants: Vec<&Value> = found["items"].as_array().expect("a list").iter().map(|i| &i["tenantId"]).collect();
    assert_eq!(tenants, ["blue"]);
}

#[test]
fn without_authorizations_everything_is_permitted() {
    let emulator = Emulator::builder().basic("demo", "demo").start().expect("a free port");
    let rita = user(&emulator, "rita");
    rita.deploy(&[("order.bpmn", &one_task("order", "work"))]).ok();
    let wrong = as_user(&emulator, "rita", "other");
    assert_eq!(wrong.get("/v2/topology").status, 401);
}

#[test]
fn commands_and_reads_ask_for_permissions_and_searches_leave_out() {
    let emulator = Emulator::builder().basic("demo", "demo").authorizations().start().expect("a free port");
    let (admin, rita) = (admin(&emulator), user(&emulator, "rita"));
    for id in ["order", "other"] {
        admin.deploy(&[(&format!("{id}.bpmn"), &one_task(id, "work"))]).ok();
    }
    let order = admin.start("order", json!({}));
    let other = admin.start("other", json!({}));
    let (status, title, detail) = rita.deploy(&[("x.bpmn", &one_task("x", "work"))]).problem();
    assert_eq!((status, title.as_str()), (403, "FORBIDDEN"));
    assert_eq!(
        detail,
        "Command 'CREATE' rejected with code 'FORBIDDEN': Insufficient permissions to perform operation 'CREATE' on resource \
         'RESOURCE'"
    );
    let (status, _, detail) = rita.get(&format!("/v2/process-instances/{order}")).problem();
    assert_eq!(
        (status, detail.as_str()),
        (403, "Unauthorized to perform operation 'READ_PROCESS_INSTANCE' on resource 'PROCESS_DEFINITION'")
    );
    assert_eq!(rita.search("process-instances", json!({}))["page"]["totalItems"], 0);

    let on_order = ("PROCESS_DEFINITION", "order");
    grant(&emulator, ("USER", "rita"), on_order, &["READ_PROCESS_INSTANCE", "CREATE_PROCESS_INSTANCE"]);
    assert_eq!(rita.state(&order), "ACTIVE");
    let found = rita.search("process-instances", json!({}));
    assert_eq!((&found["page"]["totalItems"], &found["items"][0]["processInstanceKey"]), (&json!(1), &json!(order)));
    assert_eq!(rita.get(&format!("/v2/process-instances/{other}")).status, 403);
    rita.start("order", json!({}));
    let refused = rita.post("/v2/process-instances", json!({ "processDefinitionId": "other" })).problem();
    assert!(
        refused.2.ends_with("on resource 'PROCESS_DEFINITION', required resource identifiers are one of '[*, other]'")
    );
    // Jobs of what may not be updated are not handed out.
    assert_eq!(rita.activate("work").len(), 0);
    grant(&emulator, ("USER", "rita"), ("PROCESS_DEFINITION", "*"), &["UPDATE_PROCESS_INSTANCE"]);
    assert_eq!(rita.activate("work").len(), 3);
}

#[test]
fn permissions_come_through_groups_and_roles() {
    let emulator = Emulator::builder().basic("demo", "demo").authorizations().start().expect("a free port");
    let (admin, rita, bob) = (admin(&emulator), user(&emulator, "rita"), user(&emulator, "bob"));
    admin.deploy(&[("order.bpmn", &one_task("order", "work"))]).ok();
    assert_eq!(admin.post("/v2/groups", json!({ "groupId": "clerks", "name": "Clerks" })).status, 201);
    assert_eq!(admin.post("/v2/roles", json!({ "roleId": "starter", "name": "Starter" })).status, 201);
    for path in ["/v2/groups/clerks/users/rita", "/v2/roles/starter/groups/clerks"] {
        assert_eq!(put(&admin, path).status, 204, "{path}");
    }
    grant(&emulator, ("ROLE", "starter"), ("PROCESS_DEFINITION", "*"), &["CREATE_PROCESS_INSTANCE"]);
    rita.start("order", json!({}));
    assert_eq!(bob.post("/v2/process-instances", json!({ "processDefinitionId": "order" })).status, 403);
    assert_eq!(put(&admin, "/v2/roles/admin/users/bob").status, 204);
    bob.start("order", json!({}));
    assert_eq!(bob.search("process-instances", json!({}))["page"]["totalItems"], 2);
}
