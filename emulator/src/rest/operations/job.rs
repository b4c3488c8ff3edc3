//! What workers send: polls for jobs, and the results of their work.
//! Searching jobs is elsewhere.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Reply, Request};
use crate::engine::{
    ActivatedJob, Activation, CompleteJob, DEFAULT_TENANT, Engine, FailJob, Job, JobKind, ThrowError, UpdateJob, Within,
};
use crate::rest::access;
use crate::rest::body::Body;
use crate::rest::problem::{Problem, Violations};

pub(super) fn activate(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let body = request.body()?;
    let (job_type, timeout, max_jobs) = (body.text("type"), body.long("timeout"), body.long("maxJobsToActivate"));
    let mut violations = Violations::default();
    violations.require(job_type.is_some_and(|t| !t.trim().is_empty()), "No type provided");
    match timeout {
        None => violations.add("No timeout provided"),
        Some(t) if t < 1 => violations.add(format!("The value for timeout is '{t}' but must be greater than 0")),
        Some(_) => {}
    }
    match max_jobs {
        None => violations.add("No maxJobsToActivate provided"),
        // The gateway shows the value of the timeout here.
        Some(n) if n < 1 => violations.add(format!(
            "The value for maxJobsToActivate is '{}' but must be greater than 0",
            timeout.map_or_else(|| "null".to_owned(), |t| t.to_string())
        )),
        Some(_) => {}
    }
    violations.check()?;
    let tenants = tenants(engine, request, &body)?;
    let within = Within { tenants, processes: request.reach.ids() };
    let activation = Activation {
        job_type: job_type.unwrap_or_default().to_owned(),
        worker: body.text("worker").unwrap_or_default().to_owned(),
        timeout: timeout.unwrap_or_default(),
        max_jobs: max_jobs.and_then(|n| usize::try_from(n).ok()).unwrap_or_default(),
        fetch: body.texts("fetchVariable"),
        within,
        lease: body.flag("withLease"),
        request_timeout: body.long("requestTimeout").unwrap_or_default(),
    };
    engine.activate_jobs(request.ticket, activation, request.now);
    Ok(Reply::Later)
}

/// The tenants whose jobs are wanted; none where there is no limit.
fn tenants(engine: &Engine, request: &Request<'_>, body: &Body) -> Result<Option<BTreeSet<String>>, Problem> {
    let (assigned, given) =
        (body.text("tenantFilter").is_some_and(|f| f.eq_ignore_ascii_case("ASSIGNED")), body.texts("tenantIds"));
    let given: Vec<String> = given.into_iter().filter(|tenant| !tenant.trim().is_empty()).collect();
    if !engine.settings.multi_tenancy {
        if assigned {
            let detail =
                "Expected to handle request Activate Jobs with ASSIGNED tenant filter, but multi-tenancy is disabled";
            return Err(Problem::invalid(detail));
        }
        if given.iter().any(|tenant| tenant != DEFAULT_TENANT) {
            let named = match given.as_slice() {
                [one] => format!("tenant identifier '{one}'"),
                several => format!("tenant identifiers [{}]", several.join(", ")),
            };
            let detail =
                format!("Expected to handle request Activate Jobs with {named}, but multi-tenancy is disabled");
            return Err(Problem::invalid(detail));
        }
        return Ok(None);
    }
    if assigned {
        return Ok(access::tenants(engine, request.caller));
    }
    if given.is_empty() {
        return access::tenant(engine, request, "Activate Jobs", None).map(|_| None);
    }
    for tenant in &given {
        access::tenant(engine, request, "Activate Jobs", Some(tenant))?;
    }
    Ok(Some(given.into_iter().collect()))
}

/// The answer to a poll.
pub(crate) fn activated(engine: &Engine, jobs: Vec<ActivatedJob>) -> Value {
    let jobs: Vec<Value> = jobs.into_iter().filter_map(|job| activated_job(engine, job)).collect();
    json!({ "jobs": jobs })
}

fn activated_job(engine: &Engine, activated: ActivatedJob) -> Option<Value> {
    let job = engine.jobs.all.get(&activated.key)?;
    let instance = engine.instances.get(&job.instance)?;
    let mut answer = json!({
        "type": &*job.job_type,
        "processDefinitionId": &*job.definition.process.id,
        "processDefinitionVersion": job.definition.version,
        "elementId": &*job.definition.process.nodes[job.node].id,
        "customHeaders": &*job.headers,
        "worker": job.worker,
        "retries": job.retries,
        "deadline": job.deadline,
        "tenantId": &*job.definition.tenant,
        "physicalTenantId": "default",
        "jobKey": job.key.to_string(),
        "processInstanceKey": job.instance.to_string(),
        "processDefinitionKey": job.definition.key.to_string(),
        "elementInstanceKey": job.element.to_string(),
        "kind": job.kind(),
        "listenerEventType": job.listens_to,
        "userTask": task_properties(engine, job),
        "tags": instance.tags,
        "rootProcessInstanceKey": instance.root.to_string(),
        "businessId": instance.business_id,
        "priority": job.priority,
        "jobLeaseToken": job.lease_token(),
    });
    answer["variables"] = Value::Object(activated.variables);
    Some(answer)
}

/// What a task listener is told about its task.
fn task_properties(engine: &Engine, job: &Job) -> Value {
    let task = engine.elements.get(&job.element).and_then(|e| e.user_task).and_then(|key| engine.user_tasks.get(&key));
    let Some(task) = task.filter(|_| job.kind == JobKind::TaskListener) else { return Value::Null };
    let (changed, action) = task.changing();
    json!({
        "action": action,
        "assignee": task.coming_assignee(),
        "candidateGroups": task.candidate_groups,
        "candidateUsers": task.candidate_users,
        "changedAttributes": changed,
        "dueDate": task.due_date,
        "followUpDate": task.follow_up_date,
        "formKey": task.form.map(|form| form.to_string()),
        "priority": task.priority,
        "userTaskKey": task.key.to_string(),
    })
}

fn lease(body: &Body) -> Option<String> {
    body.text("jobLeaseToken").map(str::to_owned)
}

pub(super) fn complete(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    violations.require(body.text("businessId").is_none_or(|id| !id.trim().is_empty()), "No businessId provided");
    violations.check()?;
    let command = CompleteJob {
        variables: body.document("variables"),
        result: body.0.get("result").cloned(),
        business_id: body.text("businessId").map(str::to_owned),
        lease: lease(&body),
    };
    engine.complete_job(key, command, request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn fail(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let command = FailJob {
        retries: body.integer("retries").unwrap_or_default(),
        message: body.text("errorMessage").unwrap_or_default().to_owned(),
        back_off: body.long("retryBackOff").unwrap_or_default(),
        variables: body.document("variables"),
        lease: lease(&body),
    };
    engine.fail_job(key, command, request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn throw_error(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let mut violations = Violations::default();
    let code = body.text("errorCode").unwrap_or_default();
    violations.require(!code.trim().is_empty(), "No errorCode provided");
    violations.check()?;
    let command = ThrowError {
        code: code.to_owned(),
        message: body.text("errorMessage").unwrap_or_default().to_owned(),
        variables: body.document("variables"),
        lease: lease(&body),
    };
    engine.throw_error(key, command, request.now)?;
    Ok(Reply::Empty)
}

pub(super) fn update(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let key = request.command_key()?;
    let body = request.body()?;
    let change = |name: &str| body.0.get("changeset").and_then(|c| c.get(name)).and_then(Value::as_i64);
    let (retries, timeout, priority) = (change("retries"), change("timeout"), change("priority"));
    let mut violations = Violations::default();
    let something = retries.is_some() || timeout.is_some() || priority.is_some();
    violations.require(something, "At least one of [retries, timeout, priority] is required");
    violations.check()?;
    let narrow = |n: i64| i32::try_from(n).unwrap_or_default();
    let command =
        UpdateJob { retries: retries.map(narrow), timeout, priority: priority.map(narrow), lease: lease(&body) };
    engine.update_job(key, &command, request.now)?;
    Ok(Reply::Empty)
}
