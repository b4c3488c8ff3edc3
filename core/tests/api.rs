//! Requests as callers write them and as they go out, and answers as other releases send them: the stories that the typed
//! API is judged by.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail")]

use camunda_core::api::*;
use camunda_core::{Answer, CallOptions, Config, Error, Operation, OperationInfo, Prepared};
use serde_json::{Value, json};

fn config() -> Config {
    Config::builder().rest_address("http://h/base/v2").build().unwrap()
}

fn send(operation: &impl Operation) -> Result<(String, Value), Error> {
    send_with(operation, &config(), &CallOptions::new())
}

fn send_with(operation: &impl Operation, config: &Config, options: &CallOptions) -> Result<(String, Value), Error> {
    let request = operation.request(config, options)?;
    let line = format!("{} {}", request.method(), request.uri());
    let body = request.into_body().into_bytes();
    Ok((line, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() }))
}

fn read<O: Operation>(body: &str) -> Result<O::Output, Error> {
    O::response(Answer::new(O::INFO.name, http::StatusCode::OK, http::HeaderMap::new(), body.to_owned().into()))
}

#[test]
fn a_search_says_what_and_in_which_order() {
    let search = SearchProcessInstances::new()
        .filter(|f| {
            f.state(ProcessInstanceState::Active)
                .start_date(gte("2026-01-01T00:00:00Z").and(lt("2026-02-01T00:00:00Z")))
                .process_definition_id(like("order*"))
                .process_instance_key(not_in(["1", "2"]))
                .variables([VariableMatch::new("amount", 90)])
                .or(|f| f.has_incident(true))
                .or(|f| f.tenant_id(exists(false)))
        })
        .sort(|s| s.start_date().descending())
        .sort(|s| s.process_instance_key())
        .limit(50);
    let (line, body) = send(&search).unwrap();
    assert_eq!(line, "POST http://h/base/v2/process-instances/search");
    assert_eq!(
        body,
        json!({
            "filter": {
                "state": "ACTIVE",
                "startDate": { "$gte": "2026-01-01T00:00:00Z", "$lt": "2026-02-01T00:00:00Z" },
                "processDefinitionId": { "$like": "order*" },
                "processInstanceKey": { "$notIn": ["1", "2"] },
                "variables": [{ "name": "amount", "value": "90" }],
                "$or": [{ "hasIncident": true }, { "tenantId": { "$exists": false } }],
            },
            "sort": [{ "field": "startDate", "order": "DESC" }, { "field": "processInstanceKey" }],
            "page": { "limit": 50 },
        })
    );
    assert_eq!(send(&SearchProcessInstances::new()).unwrap().1, json!({}));
}

#[test]
fn a_page_asks_for_all_that_was_set() {
    let (_, body) = send(&SearchIncidents::new().from(100).limit(10)).unwrap();
    assert_eq!(body, json!({ "page": { "from": 100, "limit": 10 } }));
    let (_, body) = send(&SearchIncidents::new().after("YQ==")).unwrap();
    assert_eq!(body, json!({ "page": { "after": "YQ==" } }));
    assert!(send(&SearchIncidents::new().after("no cursor")).is_err());
}

#[test]
fn pages_are_turned_until_the_last() {
    let page = |items: &str, cursor: &str| -> Page<Incident> {
        read::<SearchIncidents>(&format!(r#"{{"items":[{items}],"page":{{"totalItems":2,"endCursor":{cursor}}}}}"#))
            .unwrap()
    };
    let mut search = SearchIncidents::new().limit(1).from(0);
    assert!(search.turn(&page(r#"{"incidentKey":"1"}"#, r#""YQ==""#)));
    assert_eq!(send(&search).unwrap().1, json!({ "page": { "limit": 1, "after": "YQ==" } }));
    assert!(!search.turn(&page("", r#""YWI=""#)), "an empty page is the last");
    assert!(!search.turn(&page(r#"{"incidentKey":"2"}"#, "null")), "no cursor, no page");
    assert!(!search.turn(&page(r#"{"incidentKey":"2"}"#, r#""YQ==""#)), "the same cursor again leads nowhere");
}

#[test]
fn a_job_is_completed_by_its_key() {
    let job: ActivatedJob = serde_json::from_str(r#"{"jobKey":2251799813685249,"variables":{"a":1}}"#).unwrap();
    let complete = CompleteJob::new(job.job_key).variables(json!({ "receipt": "r" })).unwrap();
    let (line, body) = send(&complete).unwrap();
    assert_eq!(line, "POST http://h/base/v2/jobs/2251799813685249/completion");
    assert_eq!(body, json!({ "variables": { "receipt": "r" } }));
    assert_eq!(send(&CompleteJob::from(job.job_key)).unwrap().1, json!({}));
    assert_eq!(CompleteJob::INFO.id, "completeJob");
    let facts = |info: OperationInfo| (info.repeatable, info.drains, info.eventual);
    assert_eq!(facts(CompleteJob::INFO), (true, true, false));
    assert_eq!(facts(CreateProcessInstance::INFO), (false, false, false));
    assert_eq!(facts(SearchJobs::INFO), (true, false, true));
}

#[test]
fn a_listener_says_what_kind_of_result_it_has() {
    let corrections = JobResultCorrections::new().assignee("jo").candidate_groups([] as [&str; 0]);
    let result = JobResultUserTask::new().denied(false).corrections(corrections);
    let (_, body) = send(&CompleteJob::new("1").result(result)).unwrap();
    let corrections = json!({ "assignee": "jo", "candidateGroups": [] });
    assert_eq!(body, json!({ "result": { "type": "userTask", "denied": false, "corrections": corrections } }));
}

#[test]
fn an_update_tells_keeping_from_resetting() {
    let changes = UserTaskChangeset::new().due_date(Change::Reset).priority(80);
    let (line, body) = send(&UpdateUserTask::new("7").changeset(changes)).unwrap();
    assert_eq!(line, "PATCH http://h/base/v2/user-tasks/7");
    assert_eq!(body, json!({ "changeset": { "dueDate": null, "priority": 80 } }));
}

#[test]
fn what_is_no_id_is_refused_by_name() {
    for (error, start) in [
        (send(&GetProcessInstance::new("order")).unwrap_err(), "get_process_instance: processInstanceKey is not valid"),
        (send(&CreateProcessInstance::by_id("1 2")).unwrap_err(), "create_process_instance: processDefinitionId"),
        (
            send(&CreateElementInstanceVariables::new("1")).unwrap_err(),
            "create_element_instance_variables: variables is needed",
        ),
        (send(&GetDocument::new("..")).unwrap_err(), "get_document: documentId must not consist of dots only"),
    ] {
        assert!(error.to_string().starts_with(start), "{error}");
        assert!(matches!(error, Error::Request(_)) && !error.may_have_executed());
    }
    let error = CompleteJob::new("1").variables([1]).unwrap_err().to_string();
    assert!(error.starts_with("complete_job: variables must be an object"), "{error}");
    let deep = SearchProcessInstances::new().filter(|f| f.process_definition_key("one"));
    assert!(send(&deep).unwrap_err().to_string().contains("\"one\" is not a ProcessDefinitionKey"));
}

#[test]
fn what_is_needed_deep_inside_is_asked_for() {
    let instance = ModifyProcessInstance::new("1");
    let set = || ActivateElement::new("task").variable_instructions([SetVariables::new().scope_id("sub")]);
    let error = send(&instance.activate_instructions([set()])).unwrap_err();
    assert!(matches!(error, Error::Request(_)) && error.to_string().contains("variables is needed"), "{error}");
}

#[test]
fn the_kind_of_a_choice_is_written_once() {
    let moved = MoveElement::new(SourceElementById::new("a"), "b").ancestor_scope_instruction(AncestorByKey::new("7"));
    let request = ModifyProcessInstance::new("1").move_instructions([moved]);
    let body = request.request(&config(), &CallOptions::new()).unwrap().into_body().into_bytes();
    let text = std::str::from_utf8(&body).unwrap();
    assert_eq!((text.matches("byId").count(), text.matches("sourceType").count()), (1, 1), "{text}");
    assert_eq!((text.matches("direct").count(), text.matches("ancestorScopeType").count()), (1, 1), "{text}");
}

#[test]
fn values_in_addresses_are_encoded() {
    let (line, _) = send(&GetTenantClusterVariable::new("<default>", "a+b@c")).unwrap();
    assert_eq!(line, "GET http://h/base/v2/cluster-variables/tenants/%3Cdefault%3E/a%2Bb%40c");
    let (line, _) = send(&GetUsageMetrics::new("2026-01-01T00:00:00+01:00", "b").with_tenants(true)).unwrap();
    let query = "startTime=2026-01-01T00%3A00%3A00%2B01%3A00&endTime=b&withTenants=true";
    assert_eq!(line, format!("GET http://h/base/v2/system/usage-metrics?{query}"));
    assert_eq!(send(&GetClusterTopology::new()).unwrap().0, "GET http://h/base/cluster/v2/topology");
}

#[test]
fn the_tenant_is_the_nearest_that_was_named() {
    let config = Config::builder().tenant_id("acme").build().unwrap();
    let options = CallOptions::new().tenant(TenantId::new("mine").unwrap());
    let tenant = |operation: &dyn Fn() -> PublishMessage, options: &CallOptions| {
        send_with(&operation(), &config, options).unwrap().1["tenantId"].clone()
    };
    let bare: &dyn Fn() -> PublishMessage = &|| PublishMessage::new("paid");
    assert_eq!(tenant(bare, &CallOptions::new()), "acme");
    assert_eq!(tenant(bare, &options), "mine");
    assert_eq!(tenant(&|| PublishMessage::new("paid").tenant_id("given"), &options), "given");
    assert_eq!(send(&PublishMessage::new("paid")).unwrap().1, json!({ "name": "paid" }));
    let tenants =
        |operation: &ActivateJobs| send_with(operation, &config, &CallOptions::new()).unwrap().1["tenantIds"].clone();
    assert_eq!(tenants(&ActivateJobs::new("t", 1, 1)), json!(["acme"]));
    assert_eq!(tenants(&ActivateJobs::new("t", 1, 1).tenant_ids([] as [&str; 0])), json!(["acme"]));
    assert_eq!(tenants(&ActivateJobs::new("t", 1, 1).tenant_ids(["a"])), json!(["a"]));
    assert_eq!(tenants(&ActivateJobs::new("t", 1, 1).tenant_filter(JobTenantFilter::Assigned)), Value::Null);
}

#[test]
fn a_poll_says_how_long_it_may_be_held() {
    assert_eq!(ActivateJobs::new("t", 60_000, 3).hold(), Some(0));
    assert_eq!(ActivateJobs::new("t", 60_000, 3).request_timeout(-1).hold(), Some(-1));
    assert_eq!(CompleteJob::new("1").hold(), None);
}

#[test]
fn answers_of_other_releases_are_read() {
    let instance =
        read::<GetProcessInstance>(r#"{"processInstanceKey":7,"state":"MELTED","tags":null,"new":{}}"#).unwrap();
    assert_eq!(instance.process_instance_key.as_str(), "7");
    assert_eq!(instance.state, ProcessInstanceState::Other("MELTED".into()));
    assert!(instance.process_definition_key.is_none() && instance.start_date.is_none());
    let error = read::<GetProcessInstance>("{}").unwrap_err().to_string();
    assert!(error.contains("processInstanceKey"), "{error}");
    let error = read::<SearchIncidents>("{}").unwrap_err().to_string();
    assert!(error.contains("items"), "{error}");
    let error = read::<SearchProcessInstances>(r#"{"items":[{"processInstanceKey":null}]}"#).unwrap_err().to_string();
    assert!(error.contains("items[0].processInstanceKey"), "{error}");
    let error =
        read::<GetProcessInstance>(r#"{"processInstanceKey":"1","state":"A","state":"B"}"#).unwrap_err().to_string();
    assert!(error.contains("duplicate field"), "{error}");
    // Alphas of 8.8 did not name the document; alphas of 8.9 sent a text for a hash.
    let document = serde_json::from_str::<DocumentReference>(r#"{"camunda.document.type":"camunda"}"#).unwrap();
    assert!(document.document_id.is_none());
    let page = read::<GetProcessInstanceStatisticsByError>(r#"{"items":[{"errorHashCode":"x"}]}"#).unwrap();
    assert_eq!(page.items[0].error_hash_code.as_str(), Some("x"));
}

#[test]
fn what_an_older_cluster_does_not_answer_is_none() {
    let empty = Answer::new("delete_resource", http::StatusCode::NO_CONTENT, http::HeaderMap::new(), "".into());
    assert!(DeleteResource::response(empty).unwrap().is_none());
    let none = Answer::new("get_user_task_form", http::StatusCode::NO_CONTENT, http::HeaderMap::new(), "".into());
    assert!(GetUserTaskForm::response(none).unwrap().is_none());
}

#[test]
fn a_choice_that_is_not_known_stays_as_it_came() {
    let wait = |details: &str| {
        let body = format!(r#"{{"items":[{{"elementInstanceKey":"1","details":{details}}}]}}"#);
        read::<SearchElementInstanceWaitStates>(&body).unwrap().items.remove(0).details
    };
    match wait(r#"{"retries":3,"jobType":"t","waitStateType":"JOB","jobKey":"2"}"#) {
        WaitStateDetails::Job(job) => assert_eq!((job.job_type.as_str(), job.retries), ("t", Some(3))),
        other => panic!("{other:?}"),
    }
    match wait(r#"{"waitStateType":"MOON","phase":12345678901234567890123}"#) {
        WaitStateDetails::Other(json) => assert!(json.as_str().contains("12345678901234567890123")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_debug_print_shows_no_secret() {
    let config = Config::builder().build().unwrap();
    let create = CreateUser::new("correct horse", Username::new("ada").unwrap());
    let update = UpdateUser::new(Username::new("ada").unwrap()).password("correct horse");
    let request = create.request(&config, &CallOptions::new()).unwrap();
    let body = String::from_utf8(request.body().clone().into_bytes().to_vec()).unwrap();
    assert!(body.contains(r#""password":"correct horse""#), "it is sent: {body}");
    let prepared = Prepared::new(&create, &config, &CallOptions::new()).unwrap();
    let found: ResolvedSecret = serde_json::from_str(r#"{"reference":"db","value":"correct horse"}"#).unwrap();
    assert_eq!(found.value.expose(), "correct horse");
    let text = format!("{create:?} {update:?} {request:?} {prepared:?} {found:?}");
    assert!(!text.contains("correct"), "{text}");
}
