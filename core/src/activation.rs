//! What activated jobs need beyond their decoding: one job that cannot be read must not cost the others their worker. What a
//! worker does with either kind is its own matter.

use serde_json::value::RawValue;

use crate::api::{ActivatedJob, JobKey, JobLeaseToken};
use crate::error::DecodeError;
use crate::model::{Json, JsonError, reads};
use crate::{Answer, Error};

/// A job of an activation: whole, or what could be read of it.
pub type JobOrNot = Result<ActivatedJob, UnreadableJob>;

/// A job that was activated but cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnreadableJob {
    /// Its key, if at least that can be read: it can be failed by it.
    pub job_key: Option<JobKey>,
    /// How many retries it has left, if that can be read.
    pub retries: Option<i32>,
    /// The token of its lease, if it has one that can be read.
    pub job_lease_token: Option<JobLeaseToken>,
    /// Why it cannot be read, and where.
    pub error: Error,
}

/// What is needed to give an unreadable job back, unread, so that a bad member does not take the other with it.
#[derive(Default)]
struct Remains {
    job_key: Json,
    retries: Json,
    job_lease_token: Json,
}

reads!(Remains {
    job_key: Json = "jobKey" plain,
    retries: Json = "retries" plain,
    job_lease_token: Json = "jobLeaseToken" plain,
});

/// The jobs of an answer to [`ActivateJobs`](crate::api::ActivateJobs), each decoded by itself.
///
/// # Errors
///
/// [`Error::Decode`] if the answer is no list of jobs at all.
pub fn split_jobs(answer: &Answer) -> Result<Vec<JobOrNot>, Error> {
    struct Batch {
        jobs: Vec<Box<RawValue>>,
    }
    reads!(Batch { jobs: Vec<Box<RawValue>> = "jobs" present, });

    let batch: Batch = answer.json()?;
    Ok(batch
        .jobs
        .iter()
        .enumerate()
        .map(|(index, raw)| {
            JsonError::reading(raw.get()).map_err(|error| {
                let then = if error.path().is_empty() { ": " } else { "." };
                let reason = format!("jobs[{index}]{then}{error}");
                let remains: Remains = serde_json::from_str(raw.get()).unwrap_or_default();
                let (job_key, retries) = (remains.job_key.read().ok(), remains.retries.read().ok());
                let job_lease_token = remains.job_lease_token.read().ok();
                let error = DecodeError::new(answer.operation(), answer.status(), reason, raw.get().as_bytes());
                UnreadableJob { job_key, retries, job_lease_token, error: error.into() }
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &'static str) -> Answer {
        Answer::new("activate_jobs", http::StatusCode::OK, http::HeaderMap::new(), body.into())
    }

    #[test]
    fn one_bad_job_is_one_bad_job() {
        let jobs = split_jobs(&answer(
            r#"{"jobs":[{"jobKey":"1","variables":{"a":1}},{"jobKey":"2","retries":3,"deadline":"soon"},7]}"#,
        ))
        .unwrap();
        assert_eq!(jobs[0].as_ref().unwrap().variables.as_str(), r#"{"a":1}"#);
        let bad = jobs[1].as_ref().unwrap_err();
        assert_eq!((bad.job_key.unwrap().as_str(), bad.retries), ("2", Some(3)));
        assert!(bad.error.to_string().contains("jobs[1].deadline"), "{}", bad.error);
        assert!(jobs[2].as_ref().unwrap_err().job_key.is_none());
    }

    #[test]
    fn an_activation_has_jobs_or_is_none() {
        assert!(split_jobs(&answer("{}")).is_err());
    }

    #[test]
    fn what_an_older_server_leaves_out_is_empty() {
        let jobs = split_jobs(&answer(r#"{"jobs":[{"jobKey":1,"variables":null,"tags":null}]}"#)).unwrap();
        let job = jobs[0].as_ref().unwrap();
        assert_eq!((job.variables.as_str(), job.custom_headers.as_str(), job.tags.len()), ("{}", "{}", 0));
        assert!(job.business_id.is_none() && job.process_instance_key.is_none());
    }
}
