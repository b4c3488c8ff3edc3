//! Job statistics: what became of jobs in a window of time, in all, by type, by worker, by error, or over time.
//! The counts are the engine's; here they are selected and added up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{BUCKET, Count, Counts, Engine};
use crate::feel::period;
use crate::rest::filter::{Filter, like};
use crate::rest::problem::{Problem, Violations};
use crate::rest::row::{date, parse_date};
use crate::rest::rows::JsonRow;
use crate::rest::search::search;

/// How many items a time series has at most if no resolution is asked for.
const POINTS: i64 = 1000;

fn shown(count: Count) -> Value {
    json!({ "count": count.count, "lastUpdatedAt": (count.count > 0).then(|| date(count.last)) })
}

fn with_counts(mut row: Value, counts: Counts) -> Value {
    row["created"] = shown(counts.created);
    row["completed"] = shown(counts.completed);
    row["failed"] = shown(counts.failed);
    row
}

/// The window that a body asks for.
fn window(body: &Value) -> Result<(i64, i64), Problem> {
    let mut violations = Violations::default();
    let mut read = |name: &str| -> Result<i64, Problem> {
        let Some(text) = body.pointer(&format!("/filter/{name}")).and_then(Value::as_str) else {
            return Err(Problem::bad_request(format!("{name} must not be null")));
        };
        Ok(parse_date(text).unwrap_or_else(|| {
            violations.add(format!(
                "The provided {name} '{text}' cannot be parsed as a date according to RFC 3339, section 5.6"
            ));
            0
        }))
    };
    let window = (read("from")?, read("to")?);
    violations.check()?;
    Ok(window)
}

fn is_within(bucket: i64, (from, to): (i64, i64)) -> bool {
    bucket + BUCKET > from && bucket < to
}

/// Whether a filter of texts, plain or with operators, wants this one.
fn wants(filter: Option<&Value>, text: &str) -> bool {
    let Some(filter) = filter.filter(|filter| !filter.is_null()) else { return true };
    let Some(operators) = filter.as_object() else { return filter == text };
    operators.iter().all(|(operator, wanted)| {
        let among = || wanted.as_array().is_some_and(|all| all.iter().any(|one| one == text));
        match operator.as_str() {
            "$eq" => wanted == text,
            "$neq" => wanted != text,
            "$exists" => wanted == &json!(!text.is_empty()),
            "$in" => among(),
            "$notIn" => !among(),
            "$like" => like(&wanted.as_str().unwrap_or_default().chars().collect::<Vec<_>>(), text),
            _ => true,
        }
    })
}

fn page(request: &Request<'_>, rows: &[Value]) -> Result<Reply, Problem> {
    let body = json!({ "page": request.body()?.0.get("page") });
    search(&body, &Filter::default(), (1..).zip(rows).map(|(at, row)| JsonRow(at, row))).map(Reply::Json)
}

/// Everything in the window; the dates are parameters of the query.
pub(super) fn global(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let parameter = |name: &str| {
        let missing = || {
            let text = format!("Required request parameter '{name}' for method parameter type String is not present");
            Problem::bad_request(text)
        };
        let text = request.parameter(name).ok_or_else(missing)?;
        parse_date(&text)
            .ok_or_else(|| Problem::bad_request(format!("Failed to convert '{name}' with value: '{text}'")))
    };
    let window = (parameter("from")?, parameter("to")?);
    let job_type = request.parameter("jobType");
    let mut total = Counts::default();
    for ((bucket, own, _), counts) in &engine.metrics.counts {
        if is_within(*bucket, window) && job_type.as_deref().is_none_or(|wanted| *wanted == **own) {
            total.merge(*counts);
        }
    }
    Ok(Reply::Json(with_counts(json!({ "isIncomplete": false }), total)))
}

pub(super) fn by_type(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let window = window(&body)?;
    let mut types: BTreeMap<&str, (Counts, BTreeSet<&str>)> = BTreeMap::new();
    for ((bucket, job_type, worker), counts) in &engine.metrics.counts {
        if is_within(*bucket, window) && wants(body.pointer("/filter/jobType"), job_type) {
            let (total, workers) = types.entry(job_type).or_default();
            total.merge(*counts);
            if !worker.is_empty() {
                workers.insert(worker);
            }
        }
    }
    let row = |(job_type, (counts, workers)): (&str, (Counts, BTreeSet<&str>))| {
        with_counts(json!({ "jobType": job_type, "workers": workers.len() }), counts)
    };
    page(request, &types.into_iter().map(row).collect::<Vec<_>>())
}

pub(super) fn by_worker(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let window = window(&body)?;
    let mut workers: BTreeMap<&str, Counts> = BTreeMap::new();
    for ((bucket, job_type, worker), counts) in &engine.metrics.counts {
        if is_within(*bucket, window) && wants(body.pointer("/filter/jobType"), job_type) {
            workers.entry(worker).or_default().merge(*counts);
        }
    }
    let row = |(worker, counts): (&str, Counts)| with_counts(json!({ "worker": worker }), counts);
    page(request, &workers.into_iter().map(row).collect::<Vec<_>>())
}

pub(super) fn over_time(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let window = window(&body)?;
    let (from, to) = window;
    let asked = body.pointer("/filter/resolution").and_then(Value::as_str);
    let step = match asked.map(period) {
        Some(Some((0, step))) if step > 0 => step,
        Some(_) => {
            let text = asked.unwrap_or_default();
            return Err(Problem::invalid(format!(
                "The provided resolution '{text}' cannot be parsed as a duration according to ISO 8601 (e.g. PT1M, PT1H)."
            )));
        }
        None => (to - from) / POINTS,
    }
    .max(BUCKET);
    let mut points: BTreeMap<i64, Counts> = BTreeMap::new();
    for ((bucket, job_type, _), counts) in &engine.metrics.counts {
        if is_within(*bucket, window) && wants(body.pointer("/filter/jobType"), job_type) {
            let point = (*bucket - from).max(0).div_euclid(step) * step + from;
            points.entry(point).or_default().merge(*counts);
        }
    }
    let row = |(time, counts): (i64, Counts)| with_counts(json!({ "time": date(time) }), counts);
    page(request, &points.into_iter().map(row).collect::<Vec<_>>())
}

pub(super) fn by_error(engine: &Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?.0;
    let window = window(&body)?;
    let mut errors: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for ((bucket, job_type, code, message), workers) in &engine.metrics.errors {
        let fits = is_within(*bucket, window)
            && wants(body.pointer("/filter/jobType"), job_type)
            && wants(body.pointer("/filter/errorCode"), code)
            && wants(body.pointer("/filter/errorMessage"), message);
        if fits {
            errors.entry((code, message)).or_default().extend(workers.iter().map(String::as_str));
        }
    }
    let row = |((code, message), workers): ((&str, &str), BTreeSet<&str>)| json!({ "errorCode": code, "errorMessage": message, "workers": workers.len() });
    page(request, &errors.into_iter().map(row).collect::<Vec<_>>())
}
