//! Writes the seeds of the target `operations`, under names that say what they show: the fullest answer of each operation,
//! requests of many shapes, and what any operation may meet. Finding more is the fuzzer's work.

use camunda_core::api::roundtrip::ENTRIES;
use serde_json::{Map, Value, json};

use crate::folder;
use crate::peer::STATUSES;

/// Bits of an input's headers.
const PROBLEM: u8 = 1;
const PAGE: u8 = 2;
const UNTYPED: u8 = 3;
const RETRY_AFTER_DATE: u8 = 12;
const BREAKS: u8 = 16;

/// Successes and refusals that are not of one operation: name, status, headers, size of a chunk, body.
const ANY: [(&str, u16, u8, u8, &[u8]); 32] = [
    ("nothing", 204, 0, 1, b""),
    ("object", 200, 0, 255, b"{}"),
    ("object-unasked", 201, UNTYPED, 1, b" {\"a\": 1} "),
    ("list", 200, 0, 255, b"[]"),
    ("page-of-results", 200, 0, 255, br#"{"items":[],"page":{"totalItems":0,"endCursor":null}}"#),
    (
        "page-of-results-by-numbers",
        200,
        UNTYPED,
        1,
        br#"{"items":[{"jobKey":7,"incidentKey":8,"tags":null}],"page":null}"#,
    ),
    ("page-of-results-without-items", 200, 0, 255, br#"{"page":{"totalItems":1}}"#),
    ("page-of-results-of-wrong-types", 200, 0, 255, br#"{"items":[{"processInstanceKey":{}},7],"page":[]}"#),
    ("text", 200, PAGE, 255, b"<definitions/>"),
    ("bytes", 200, UNTYPED, 7, b"\0\xff\xfe{"),
    ("web-page", 200, PAGE, 255, b"<!doctype html><title>Log in</title>"),
    ("web-page-of-no-encoding", 200, PAGE, 3, b"<!doctype html>\xff"),
    ("empty", 200, 0, 1, b""),
    ("blank", 200, 0, 1, b" \r\n\t"),
    ("mark-of-byte-order", 200, 0, 2, b"\xef\xbb\xbf{\"items\":[]}"),
    ("only-a-mark-of-byte-order", 200, 0, 1, b"\xef\xbb\xbf"),
    ("truncated", 200, 0, 255, br#"{"items":[{"proce"#),
    ("broken-off", 200, BREAKS, 255, br#"{"items":[{"proce"#),
    ("text-of-no-encoding", 200, 0, 255, b"{\"tenantId\":\"\xc3\x28\"}"),
    ("null", 200, 0, 255, b"null"),
    ("number-of-a-million-digits", 200, 0, 255, b"1e1000000"),
    ("twice-a-member", 200, 0, 255, br#"{"items":[],"items":[]}"#),
    ("escaped-names", 200, 0, 255, br#"{"it\u0065ms":[{"j\u006fbKey":"1"}]}"#),
    ("trailing", 200, 0, 255, b"{} {}"),
    (
        "some-documents-failed",
        207,
        0,
        255,
        br#"{"createdDocuments":[],"failedDocuments":[{"fileName":"a","status":409}]}"#,
    ),
    (
        "jobs-of-which-one-is-odd",
        200,
        0,
        255,
        br#"{"jobs":[{"jobKey":1,"kind":"NEW"},{"jobKey":"2","retries":"x"},7,{"variables":{}}]}"#,
    ),
    ("unknown-choice", 200, 0, 255, br#"{"items":[{"elementInstanceKey":"1","details":{"waitStateType":"MOON"}}]}"#),
    ("choice-that-is-no-object", 200, 0, 255, br#"{"items":[{"elementInstanceKey":"1","details":7}]}"#),
    (
        "choice-without-a-type",
        200,
        0,
        255,
        br#"{"items":[{"elementInstanceKey":"1","details":{"\u0077aitStateType":null}}]}"#,
    ),
    ("pages-to-turn", 200, 0, 255, br#"{"items":[{"jobKey":"1"}],"page":{"totalItems":9,"hasMoreTotalItems":true,"startCursor":"YQ==","endCursor":"YWI="}}"#),
    ("hash-that-is-text", 200, 0, 255, br#"{"items":[{"errorHashCode":"x","errorMessage":null}]}"#),
    (
        "key-that-is-too-long",
        200,
        0,
        255,
        br#"{"jobKey":"123456789012345678901234567890123456789012345678901234567890","jobs":[{"jobKey":[]}]}"#,
    ),
];

/// Bodies of errors, each answered with every status that is one: name, headers, body.
const ERRORS: [(&str, u8, &[u8]); 5] = [
    ("problem", PROBLEM, br#"{"type":"about:blank","title":"INVALID_STATE","status":409,"detail":"no `x`","instance":"/v2/x","more":[1]}"#),
    ("problem-of-odd-types", RETRY_AFTER_DATE, br#"{"type":null,"title":"T","status":"x","detail":7,"instance":{}}"#),
    ("web-page", PAGE, b"<html><h1>Bad gateway</h1>"),
    ("nothing", UNTYPED, b""),
    ("no-encoding", BREAKS, b"{\"title\":\"\xff"),
];

/// Operations whose fullest requests are of unlike shapes.
const ASKED: [&str; 41] = [
    "getRuntimeBackup",
    "activateAdHocSubProcessActivities",
    "activateJobs",
    "assignUserTask",
    "broadcastSignal",
    "cancelBatchOperation",
    "cancelProcessInstance",
    "completeJob",
    "correlateMessage",
    "createAgentInstance",
    "createAuthorization",
    "createDocumentLink",
    "createElementInstanceVariables",
    "createGlobalTaskListener",
    "createProcessInstance",
    "createUser",
    "deleteResource",
    "evaluateConditionals",
    "evaluateDecision",
    "evaluateExpression",
    "failJob",
    "getClusterTopology",
    "getTenantClusterVariable",
    "getUsageMetrics",
    "migrateProcessInstance",
    "modifyProcessInstance",
    "modifyProcessInstancesBatchOperation",
    "pinClock",
    "publishMessage",
    "searchAuditLogs",
    "searchDecisionInstances",
    "searchElementInstances",
    "searchIncidents",
    "searchJobs",
    "searchProcessInstances",
    "searchUserTasks",
    "searchVariables",
    "takeRuntimeBackup",
    "throwJobError",
    "updateJob",
    "updateUserTask",
];

/// Requests that are not sent, or only after some thought: name, operation, members.
const ODD: [(&str, &str, &[u8]); 24] = [
    ("two-dots", "getDocument", br#"{"documentId":".."}"#),
    ("a-slash", "getDocument", br#"{"documentId":"a/b?c#d%2e","storeId":"a&b=c d"}"#),
    ("no-id", "getProcessInstance", br#"{"processInstanceKey":"order"}"#),
    ("empty-id", "getProcessInstance", br#"{"processInstanceKey":""}"#),
    ("long-key", "getProcessInstance", br#"{"processInstanceKey":"123456789012345678901234567890"}"#),
    ("negative-key", "getProcessInstance", br#"{"processInstanceKey":"-1"}"#),
    ("spaces", "getTenant", br#"{"tenantId":"a b"}"#),
    ("default-tenant", "getTenant", br#"{"tenantId":"<default>"}"#),
    ("odd-user", "getUser", br#"{"username":"jo e"}"#),
    ("odd-process", "createProcessInstance", br#"{"processDefinitionId":"1a"}"#),
    ("odd-evaluation", "getDecisionInstance", br#"{"decisionEvaluationInstanceKey":"1"}"#),
    ("evaluation", "getDecisionInstance", br#"{"decisionEvaluationInstanceKey":"1-2"}"#),
    ("variables-null", "completeJob", br#"{"jobKey":"1","variables":null}"#),
    ("odd-prefix", "listRuntimeBackups", br#"{"prefix":"x"}"#),
    ("cursor", "searchJobs", br#"{"page":{"before":"YQ==","limit":1}}"#),
    ("odd-cursor", "searchJobs", br#"{"page":{"after":"no cursor"}}"#),
    ("operators", "searchProcessInstances", br#"{"filter":{"state":{"$in":["ACTIVE","X"],"$neq":"Y","$like":"a*","$exists":true},"startDate":{"$gte":"a","$lt":"b"},"processInstanceKey":{"$notIn":["1"]}},"sort":[{"field":"state","order":"DESC"}]}"#),
    ("odd-filter", "searchProcessInstances", br#"{"filter":{"processInstanceKey":{"$eq":"x"}}}"#),
    ("reset", "updateUserTask", br#"{"userTaskKey":"1","changeset":{"dueDate":null,"priority":1}}"#),
    ("upload", "createDeployment", b"m/a.bpmn=<a/>\nb.form={}\nc=--camunda-rust-boundary\n"),
    ("same-names", "createDeployment", b"a.bpmn=1\nx/a.bpmn=2"),
    ("upload", "createDocument", b"a\"\r.json={}\nb"),
    ("upload", "createDocuments", b"a.json={}\nb=!1"),
    ("no-json", "searchJobs", b"{\"filter\":\xff"),
];

/// Texts that are values of some kind, or nearly: name, text.
const VALUES: [(&str, &str); 20] = [
    ("key", "2251799813685249"),
    ("long-key", "12345678901234567890123456789012345"),
    ("evaluation", "2251799813685249-1"),
    ("date", "2026-03-01T12:00:00.000Z"),
    ("date-with-offset", "1969-12-31T22:30:00.1234567-01:30"),
    ("date-in-january", "2026-01-31t00:00:00+05:30"),
    ("date-of-no-calendar", "2026-13-01T00:00:00Z"),
    ("date-without-zone", "2026-03-01T12:00:00"),
    ("date-with-odd-zone", "2026-03-01T12:00:00.5+x"),
    ("tenant", "<default>"),
    ("user", "jo+e@x.y"),
    ("process", "größe_1.b-c"),
    ("cursor", "YWJj"),
    ("padded-cursor", "YQ=="),
    ("odd-cursor", "YQ=a"),
    ("object", " {\"a\":[1,-1],\"b\":9007199254740993} "),
    ("number", "-9223372036854775808"),
    ("fraction", "1.50"),
    ("json-text", "\"7\""),
    ("line-break", "a\r\nx: y"),
];

/// Run it after a new description: `cargo test -p camunda-core --features roundtrip --test corpus -- --ignored`.
#[test]
#[ignore = "writes the seeds"]
fn write() {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/8.10.json");
    let samples: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(samples).unwrap()).unwrap();
    std::fs::create_dir_all(folder("operations")).unwrap();
    let seed = |name: String, id: &str, head: &[u8], body: &[u8]| {
        let index = ENTRIES.iter().position(|entry| entry.info.id == id).unwrap_or_else(|| panic!("{id}"));
        let index = u16::try_from(index).unwrap().to_be_bytes();
        std::fs::write(folder("operations").join(name), [&index, head, body].concat()).unwrap();
    };
    let status = |status: u16| u8::try_from(STATUSES.iter().position(|known| *known == status).unwrap()).unwrap();
    for sample in &samples {
        let id = sample["op"].as_str().unwrap();
        let fullest = sample["responses"].as_array().unwrap().iter().map(|answer| answer["body"].to_string());
        // Shorter ones show nothing that is not of any operation.
        if let Some(answer) = fullest.max_by_key(String::len).filter(|answer| answer.len() > 40) {
            seed(format!("answered-{id}"), id, &[0, 0, 64], answer.as_bytes());
        }
        if ASKED.contains(&id) {
            let mut members = Map::new();
            for part in ["pathParams", "queryFull", "requestFull"] {
                members.extend(sample[part].as_object().cloned().unwrap_or_default());
            }
            seed(format!("asked-{id}"), id, &[255], json!(members).to_string().as_bytes());
        }
    }
    for (name, code, headers, chunk, body) in ANY {
        seed(format!("any-{name}"), "getTopology", &[status(code), headers, chunk], body);
    }
    for code in STATUSES.into_iter().filter(|code| *code >= 300) {
        for (name, headers, body) in ERRORS {
            seed(format!("any-{code}-{name}"), "getTopology", &[status(code), headers, 64], body);
        }
    }
    for (name, text) in VALUES {
        seed(format!("value-{name}"), "getTopology", &[254], text.as_bytes());
    }
    for (name, id, members) in ODD {
        seed(format!("odd-{id}-{name}"), id, &[255], members);
    }
}
