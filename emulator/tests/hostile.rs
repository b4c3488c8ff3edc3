//! Requests and files that nobody in good faith would send: they are refused or carried out, and never break the cluster.
//! Which answer is right is tested elsewhere.

mod support;

use camunda_emulator::Cluster;
use http::{Request, Response};
use support::{one_task, process};

/// A small generator, so that every run tries the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides.max(1)
    }

    /// Some bytes deleted, doubled, swapped or replaced.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.roll(4) {
            let (at, length) = (self.roll(bytes.len()), self.roll(20));
            let end = bytes.len().min(at + length);
            match self.roll(4) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
                2 => bytes.splice(at..end, b"\"<>&=\\{}[]$\xff\0"[..self.roll(14)].to_vec()).for_each(drop),
                _ => bytes.iter_mut().skip(at).take(2).for_each(|b| *b = b.wrapping_add(1)),
            }
            if bytes.is_empty() {
                return bytes;
            }
        }
        bytes
    }
}

fn send(cluster: &mut Cluster, method: &str, path: &str, media: &str, body: &[u8]) -> Option<Response<Vec<u8>>> {
    let request = Request::builder().method(method).uri(path).header("content-type", media);
    let id = cluster.handle(request.body(body.to_vec()).expect("a request"), 1_700_000_000_000);
    let (answered, answer) = cluster.poll_answer()?;
    assert_eq!(answered, id);
    let _time = cluster.deadline();
    let status = answer.status().as_u16();
    assert!(status < 500 || status == 501 || status == 503, "{path}: {status}");
    Some(answer)
}

#[test]
fn spoiled_models_are_judged() {
    let gateway = process(
        "order",
        r#"<startEvent id="s"/><exclusiveGateway id="g" default="b"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="g"/>
        <sequenceFlow id="a" sourceRef="g" targetRef="e"><conditionExpression>=x.y[1] + 2 * -3 &gt;= 4 and not(if a then b else {c: [1, "d"]})</conditionExpression></sequenceFlow>
        <sequenceFlow id="b" sourceRef="g" targetRef="e"/>"#,
    );
    let mut dice = Dice(1);
    let (mut good, mut bad) = (0, 0);
    for round in 0..4000 {
        let model = if round % 2 == 0 { &gateway } else { &one_task("order", "=kind") };
        let spoiled = String::from_utf8_lossy(&dice.spoil(model.as_bytes())).into_owned();
        let mut cluster = Cluster::default();
        match cluster.deploy("a.bpmn", spoiled.as_bytes(), 0) {
            Ok(()) => {
                good += 1;
                // Whatever was accepted also runs.
                let _refused = cluster.create("order", serde_json::json!({ "kind": 1, "x": { "y": [1] } }), 0);
                cluster.advance(10_000);
            }
            Err(report) => {
                bad += 1;
                assert!(!report.is_empty());
            }
        }
    }
    assert!(good > 100 && bad > 100, "{good} good, {bad} bad: the generator is too kind or too cruel");
}

#[test]
fn spoiled_bodies_are_answered() {
    let mut cluster = Cluster::default();
    cluster.deploy("a.bpmn", one_task("order", "work").as_bytes(), 0).expect("good");
    let requests: [(&str, &str, &str); 8] = [
        (
            "POST",
            "/v2/process-instances",
            r#"{"processDefinitionId":"order","variables":{"a":[1e300,-0,{"b":null}]},"tags":["x"]}"#,
        ),
        (
            "POST",
            "/v2/jobs/activation",
            r#"{"type":"work","timeout":9223372036854775807,"maxJobsToActivate":3,"requestTimeout":-1}"#,
        ),
        (
            "POST",
            "/v2/process-instances/search",
            r#"{"filter":{"$or":[{"state":{"$like":"A*"}}],"startDate":{"$gt":"2026-01-01T00:00:00Z"}},"sort":[{"field":"startDate","order":"DESC"}],"page":{"after":"WyJhIiwxXQ==","limit":3}}"#,
        ),
        (
            "POST",
            "/v2/variables/search",
            r#"{"filter":{"value":{"$in":["1","2"]},"scopeKey":"1"},"page":{"from":2147483647,"limit":2147483647}}"#,
        ),
        (
            "POST",
            "/v2/jobs/2251799813685260/failure",
            r#"{"retries":-2147483648,"retryBackOff":9223372036854775807,"errorMessage":"x"}"#,
        ),
        (
            "PATCH",
            "/v2/jobs/2251799813685260",
            r#"{"changeset":{"retries":2147483647,"timeout":-9223372036854775808,"priority":-2147483648}}"#,
        ),
        ("PUT", "/v2/clock", r#"{"timestamp":9223372036854775807}"#),
        (
            "POST",
            "/v2/messages/publication",
            r#"{"name":"n","correlationKey":"k","messageId":"m","timeToLive":9223372036854775807}"#,
        ),
    ];
    let mut dice = Dice(2);
    let mut successes = 0;
    for round in 0..8000 {
        let (method, path, body) = requests[round % requests.len()];
        let body = if round < requests.len() { body.as_bytes().to_vec() } else { dice.spoil(body.as_bytes()) };
        let answer = send(&mut cluster, method, path, "application/json", &body);
        successes += usize::from(answer.is_some_and(|a| a.status().is_success()));
    }
    assert!(successes > 100, "{successes}: nothing gets through");
}

#[test]
fn spoiled_forms_and_paths_are_answered() {
    let mut cluster = Cluster::default();
    let model = one_task("order", "work");
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"a.bpmn\"\r\nContent-Type: text/xml\r\n\r\n{model}\r\n--b--\r\n"
    );
    let mut dice = Dice(3);
    for _ in 0..3000 {
        let spoiled = dice.spoil(form.as_bytes());
        assert!(send(&mut cluster, "POST", "/v2/deployments", "multipart/form-data; boundary=b", &spoiled).is_some());
    }
    for path in [
        "/",
        "/v2",
        "/v2/",
        "/v2//",
        "/v2/jobs//completion",
        "/v2/jobs/%00/completion",
        "/v2/jobs/%ff%fe",
        "/v2/%2e%2e",
        "/v2/jobs/99999999999999999999",
    ] {
        for method in ["GET", "POST", "DELETE", "PATCH", "BREW"] {
            assert!(send(&mut cluster, method, path, "application/json", b"{}").is_some(), "{method} {path}");
        }
    }
}

/// A model whose process goes round without waiting for anything but timers that are due at once.
fn round(script: &str) -> String {
    process(
        "order",
        &format!(
            r#"<startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="grow"/>
            <scriptTask id="grow"><extensionElements><zeebe:script expression="{script}" resultVariable="x"/></extensionElements></scriptTask>
            <sequenceFlow id="b" sourceRef="grow" targetRef="wait"/>
            <intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>PT0S</timeDuration></timerEventDefinition></intermediateCatchEvent>
            <sequenceFlow id="c" sourceRef="wait" targetRef="grow"/>"#
        ),
    )
}

#[test]
fn what_grows_without_end_is_stopped_by_an_incident() {
    let many = r#"<startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="each"/>
        <serviceTask id="each"><extensionElements><zeebe:taskDefinition type="t"/></extensionElements>
        <multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=for i in 1..900000 return 1"/></extensionElements></multiInstanceLoopCharacteristics></serviceTask>"#;
    let models = [
        round("=if x = null then &quot;abcdefgh&quot; else x + x"),
        round("=if x = null then [1] else [x, x]"),
        round("=if x = null then {a: 1} else {a: x, b: x, c: x}"),
        round("=for i in 1..100000 return for k in 1..100000 return i"),
        process("order", many),
    ];
    for model in models {
        let mut cluster = Cluster::default();
        cluster.deploy("order.bpmn", model.as_bytes(), 1_700_000_000_000).unwrap_or_else(|fault| panic!("{fault}"));
        let key = cluster.create("order", serde_json::json!({}), 1_700_000_000_000).expect("it is there");
        let seen = cluster.snapshot(key).expect("it is there");
        assert_eq!((seen.state, seen.incidents.len()), ("ACTIVE", 1), "{model}: {:?}", seen.incidents);
        assert_eq!(cluster.inconsistencies(), Vec::<String>::new());
    }
}
