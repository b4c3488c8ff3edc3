//! What passes between a worker and its programs, as data: see [`Program`](super::Program), which documents it.

use std::process::ExitStatus;
use std::time::Duration;

use camunda_core::api::ActivatedJob;
use camunda_core::model::Json;
use camunda_core::worker::{BpmnError, Failure, Outcome, Reply as _, Stop};
use serde::{Deserialize, Serialize};

/// The exit code of a business error.
const BUSINESS_ERROR: i32 = 3;

/// What a program's end says of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Done,
    BusinessError,
    Failed,
}

impl Exit {
    pub(super) fn of(status: ExitStatus) -> Self {
        match status.code() {
            Some(0) => Exit::Done,
            Some(BUSINESS_ERROR) => Exit::BusinessError,
            _ => Exit::Failed,
        }
    }
}

/// What a program answers beside its exit code.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    error_code: Option<String>,
    error_message: Option<String>,
    retries: Option<i32>,
    /// In milliseconds.
    retry_back_off: Option<u64>,
    variables: Option<Json>,
}

/// A job as a kept process reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    job_key: &'a str,
    r#type: &'a str,
    retries: i32,
    deadline: i64,
    custom_headers: &'a Json,
    element_id: &'a str,
    process_instance_key: Option<&'a str>,
    tenant_id: &'a str,
    variables: &'a Json,
}

pub(super) fn environment(job: &ActivatedJob) -> [(&'static str, String); 8] {
    [
        ("CAMUNDA_JOB_KEY", job.job_key.to_string()),
        ("CAMUNDA_JOB_TYPE", job.job_type.clone()),
        ("CAMUNDA_JOB_RETRIES", job.retries.to_string()),
        ("CAMUNDA_JOB_DEADLINE", job.deadline.to_string()),
        ("CAMUNDA_JOB_HEADERS", job.custom_headers.as_str().to_owned()),
        ("CAMUNDA_JOB_ELEMENT_ID", job.element_id.to_string()),
        ("CAMUNDA_JOB_PROCESS_INSTANCE_KEY", job.process_instance_key.map(|key| key.to_string()).unwrap_or_default()),
        ("CAMUNDA_JOB_TENANT_ID", job.tenant_id.to_string()),
    ]
}

pub(super) fn variables(job: &ActivatedJob) -> Vec<u8> {
    line(job.variables.as_str())
}

pub(super) fn job(job: &ActivatedJob) -> Result<Vec<u8>, String> {
    let text = Json::new(Line {
        job_key: job.job_key.as_str(),
        r#type: &job.job_type,
        retries: job.retries,
        deadline: job.deadline,
        custom_headers: &job.custom_headers,
        element_id: job.element_id.as_ref(),
        process_instance_key: job.process_instance_key.as_ref().map(|key| key.as_str()),
        tenant_id: job.tenant_id.as_ref(),
        variables: &job.variables,
    });
    text.map(|text| line(text.as_str())).map_err(|error| format!("the job cannot be written: {error}"))
}

/// JSON of several lines means the same in one: line ends within texts are escaped.
fn line(json: &str) -> Vec<u8> {
    let mut line: Vec<u8> = json.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }).collect();
    line.push(b'\n');
    line
}

/// How a job ends whose process has ended so.
pub(super) fn ended(exit: Exit, output: &[u8], last_words: impl FnOnce() -> String) -> Result<Outcome, String> {
    let output = output.trim_ascii();
    match exit {
        Exit::Done if output.is_empty() => Ok(Outcome::complete()),
        Exit::Done => Ok(read::<Json>(output)?.into_outcome()),
        Exit::BusinessError => {
            let told: Told = read(output)?;
            match told.error_code {
                Some(_) => outcome(told),
                None => Err(format!("the program exited with {BUSINESS_ERROR}, but told no errorCode")),
            }
        }
        Exit::Failed => {
            // What it said before it failed need be no answer.
            let told: Told = read(output).unwrap_or_default();
            let error_message = told.error_message.or_else(|| Some(last_words()));
            outcome(Told { error_message, error_code: None, ..told })
        }
    }
}

/// How a job ends that a kept process has answered so.
pub(super) fn answered(line: &[u8]) -> Result<Outcome, String> {
    outcome(read(line.trim_ascii())?)
}

fn read<T: serde::de::DeserializeOwned>(output: &[u8]) -> Result<T, String> {
    serde_json::from_slice(output).map_err(|error| {
        let some: String = String::from_utf8_lossy(output).chars().take(200).collect();
        format!("the program's answer cannot be read: {error}: {some}")
    })
}

fn outcome(told: Told) -> Result<Outcome, String> {
    let Told { error_code, error_message, retries, retry_back_off, variables } = told;
    let not_variables = |stop: Stop| format!("the program's variables cannot be used: {:?}", stop.into_outcome());
    if let Some(code) = error_code {
        let error = BpmnError::new(code).message(error_message.unwrap_or_default());
        return error.variables(variables).map_err(not_variables).map(|error| Stop::from(error).into_outcome());
    }
    let Some(message) = error_message else {
        return Ok(variables.map_or_else(Outcome::complete, |variables| variables.into_outcome()));
    };
    let mut failure = Failure::new(message).back_off(Duration::from_millis(retry_back_off.unwrap_or_default()));
    if let Some(retries) = retries {
        failure = failure.retries(retries);
    }
    failure.variables(variables).map_err(not_variables).map(|failure| Stop::from(failure).into_outcome())
}
