//! The emulator's own operations beside the API: faults and time, for tests in any language.
//! They live below `/emulator`, are answered on this machine only, and no cluster has them.
//!
//! ```text
//! GET    /emulator/faults            the rules that are in force
//! POST   /emulator/faults            {"operation" (or "token"), "type", "skip", "every", "times" (null: always),
//!                                     "chance", "seed", and one of "answer": {"status", "title"}, "page": status,
//!                                     "delay": milliseconds, "dropAfter": bytes}
//! DELETE /emulator/faults            forgets all of them
//! POST   /emulator/tokens/expiry     all tokens expire now
//! POST   /emulator/refusal           {"seconds"}: everything else is 503 for so long
//! POST   /emulator/clock/advance     {"milliseconds"}
//! ```

use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::cluster::{Cluster, Lag};
use crate::fault::{Effect, Rule};
use crate::rest::body::check_media_type;
use crate::rest::problem::Problem;

/// Where it lives.
pub(crate) const BASE: &str = "/emulator/";

/// On a request: it came from another machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Remote;

pub(crate) fn answer(cluster: &mut Cluster, request: &Request<Vec<u8>>, now: i64) -> Response<Vec<u8>> {
    match act(cluster, request, now) {
        Ok(Some(value)) => crate::cluster::json(&value),
        Ok(None) => crate::cluster::no_content(),
        Err(problem) => problem.response(request.uri().path()),
    }
}

fn act(cluster: &mut Cluster, request: &Request<Vec<u8>>, now: i64) -> Result<Option<Value>, Problem> {
    if request.extensions().get::<Remote>().is_some() {
        let detail = "The emulator is controlled from its own machine only";
        return Err(Problem::new(StatusCode::FORBIDDEN, "Forbidden", detail));
    }
    let path = request.uri().path().strip_prefix(BASE).unwrap_or_default();
    match (request.method(), path) {
        (&Method::GET, "faults") => return Ok(Some(json!(cluster.faults().iter().map(shown).collect::<Vec<_>>()))),
        (&Method::DELETE, "faults") => cluster.clear_faults(),
        (&Method::POST, "tokens/expiry") => cluster.expire_tokens(now),
        (&Method::POST, "faults") => {
            let rule = rule(&body(request)?)?;
            cluster.add_fault(rule);
        }
        (&Method::POST, "refusal") => {
            let seconds =
                number(&body(request)?, "seconds")?.ok_or_else(|| Problem::invalid("No seconds provided."))?;
            cluster.refuse_all(Duration::from_secs(seconds), now);
        }
        (&Method::POST, "lag") => {
            let body = body(request)?;
            let lag = match (number(&body, "milliseconds")?, number(&body, "changes")?) {
                (None, None) => Lag::None,
                (Some(millis), None) => Lag::Time(Duration::from_millis(millis)),
                (None, Some(changes)) => Lag::Changes(usize::try_from(changes).unwrap_or(usize::MAX)),
                (Some(_), Some(_)) => {
                    return Err(Problem::invalid("Only one of [milliseconds, changes] is allowed."));
                }
            };
            cluster.set_lag(lag, now);
        }
        (&Method::POST, "clock/advance") => {
            let by = number(&body(request)?, "milliseconds")?;
            let by = by.ok_or_else(|| Problem::invalid("No milliseconds provided."))?;
            cluster.advance_clock(i64::try_from(by).unwrap_or(i64::MAX), now);
        }
        _ => return Err(Problem::new(StatusCode::NOT_FOUND, "Not Found", "No such operation of the emulator")),
    }
    Ok(None)
}

fn body(request: &Request<Vec<u8>>) -> Result<Value, Problem> {
    check_media_type(request.headers(), true, "application/json")?;
    serde_json::from_slice(request.body()).map_err(|_| Problem::bad_request("Failed to read request"))
}

fn number(body: &Value, name: &str) -> Result<Option<u64>, Problem> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| Problem::unreadable(name)),
    }
}

fn rule(body: &Value) -> Result<Rule, Problem> {
    const KNOWN: [&str; 11] =
        ["operation", "type", "skip", "every", "times", "chance", "seed", "answer", "page", "delay", "dropAfter"];
    let members = body.as_object().ok_or_else(|| Problem::bad_request("Failed to read request"))?;
    if let Some(unknown) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(Problem::unreadable(unknown));
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let count = |name| number(body, name).map(|count| count.map(|n| u32::try_from(n).unwrap_or(u32::MAX)));
    let status = |value: u64| u16::try_from(value).unwrap_or(500);
    let effects = [
        body.get("answer").map(|answer| Effect::Answer {
            status: status(answer.get("status").and_then(Value::as_u64).unwrap_or(503)),
            title: answer.get("title").and_then(Value::as_str).unwrap_or("UNAVAILABLE").to_owned(),
        }),
        number(body, "page")?.map(|code| Effect::Page { status: status(code) }),
        number(body, "delay")?.map(|millis| Effect::Delay(Duration::from_millis(millis))),
        number(body, "dropAfter")?.map(|after| Effect::Drop { after: usize::try_from(after).unwrap_or(usize::MAX) }),
    ];
    let mut effects = effects.into_iter().flatten();
    let (Some(effect), None) = (effects.next(), effects.next()) else {
        return Err(Problem::invalid("Exactly one of [answer, page, delay, dropAfter] is required."));
    };
    let times = if members.contains_key("times") { count("times")? } else { Some(1) };
    let seed = number(body, "seed")?.unwrap_or_default();
    let chance = body.get("chance").and_then(Value::as_f64).map(|chance| (chance, seed));
    Ok(Rule {
        operation: text("operation"),
        job_type: text("type"),
        skip: count("skip")?.unwrap_or_default(),
        every: count("every")?.unwrap_or(1).max(1),
        came: 0,
        times,
        chance,
        effect,
    })
}

fn shown(rule: &Rule) -> Value {
    let mut shown = json!({
        "operation": rule.operation,
        "type": rule.job_type,
        "skip": rule.skip,
        "every": rule.every,
        "times": rule.times,
        "chance": rule.chance.map(|(chance, _)| chance),
    });
    let (name, value) = match &rule.effect {
        Effect::Answer { status, title } => ("answer", json!({ "status": status, "title": title })),
        Effect::Page { status } => ("page", json!(status)),
        Effect::Delay(by) => ("delay", json!(u64::try_from(by.as_millis()).unwrap_or(u64::MAX))),
        Effect::Drop { after } => ("dropAfter", json!(after)),
    };
    shown[name] = value;
    shown
}
