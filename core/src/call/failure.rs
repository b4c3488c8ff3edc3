//! What a call says when it fails: its own facts around what the cluster, the network or the clock said. Whether it fails is
//! decided elsewhere, but for one thing: what has no credentials.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Call, State};
use crate::error::{ApiError, AuthError, DeadlineError, NetworkError};
use crate::problem::Problem;
use crate::retry::{self, Verdict};
use crate::transport::{TransportError, TransportErrorKind};
use crate::{Config, Error, Now, Session, Why};

/// What the deadline found a call at whose program was asked for credentials.
pub(super) const NO_CREDENTIALS: &str = "the program did not give its credentials in time";
/// How much of an error body is kept.
const KEPT_ERROR_BODY: usize = 64 << 10;

impl Call {
    /// There are no credentials. The result of a job is worth more than one errand for them: until its deadline it asks again.
    pub(super) fn without_credentials(&mut self, session: &mut Session, error: AuthError, now: Now) -> State {
        if !self.persistent {
            return self.settled(session, Err(error.into()), now);
        }
        self.last = Some(error.to_string());
        let again = now.after(retry::CREDENTIALS_AGAIN.mul_f64(0.5 + session.rng.f64()));
        State::Backoff(again, Why::Backoff)
    }

    pub(super) fn api_error(
        &self,
        (status, headers, body): (StatusCode, HeaderMap, &Bytes),
        problem: Problem,
        verdict: Verdict,
        now: Now,
    ) -> ApiError {
        let superseded = self.info.drains && self.attempts > 1 && matches!(status.as_u16(), 404 | 409);
        let hint = match verdict {
            _ if superseded => Some("an earlier attempt may have got through: already handled, or superseded".into()),
            Verdict::Undeliverable => Some("the key may name a partition that this cluster does not have".into()),
            _ if status.is_redirection() => Some("redirects are never followed: is CAMUNDA_REST_ADDRESS right?".into()),
            Verdict::Unauthorized => {
                Some("check the credentials: CAMUNDA_AUTH_STRATEGY and the variables that go with it".into())
            }
            // What a server calls it that takes fewer files in one request.
            _ if self.files > 1 && problem.title() == "Filter issue" => {
                let files = self.files;
                Some(
                    format!("{files} files may be more than the server takes at once: send them in smaller batches")
                        .into(),
                )
            }
            _ => None,
        };
        ApiError {
            operation: self.info.name,
            status,
            retry_after: retry::retry_after(&headers, now.unix),
            headers,
            problem,
            body: body.slice(..body.len().min(KEPT_ERROR_BODY)),
            attempts: self.attempts,
            unknown_outcome: verdict == Verdict::Unknown,
            retryable: matches!(verdict, Verdict::Busy | Verdict::NotAccepted),
            hint,
        }
    }

    pub(super) fn network_error(&self, config: &Config, cause: TransportError, now: Now) -> Error {
        if cause.kind() == TransportErrorKind::Timeout && now.instant >= self.deadline {
            return self.deadline_error("the cluster did not answer in time");
        }
        let error = NetworkError {
            operation: self.info.name,
            address: config.rest_address().to_owned(),
            cause,
            attempts: self.attempts,
            default_address: config.default_address,
            earlier: false,
        };
        error.into()
    }

    pub(super) fn too_late(&self) -> Error {
        self.deadline_error(match &self.state {
            State::Ready | State::Queued { .. } => "waiting for a permit, since the cluster is overloaded",
            State::Waiting(..) | State::Leading(_) => "waiting for a token",
            State::Asking { .. } => NO_CREDENTIALS,
            State::Backoff(..) => "waiting before the next attempt",
            _ => "the cluster did not answer in time",
        })
    }

    pub(super) fn deadline_error(&self, doing: &'static str) -> Error {
        let on_its_way = matches!(&self.state, State::Sending { request: None, .. });
        let error = DeadlineError {
            operation: self.info.name,
            allowed: self.allowed,
            doing,
            last: self.last.clone(),
            attempts: self.attempts,
            sent: self.perhaps_executed || on_its_way,
        };
        error.into()
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test starts its clock somewhere")]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::{CallOptions, Event, Prepared, Step};

    /// What becomes of a call whose program has no credentials.
    fn without_credentials(session: &mut Session, persistent: bool, now: Now) -> (Call, Step) {
        let options = CallOptions { persistent, ..CallOptions::new().deadline(Duration::from_secs(60)) };
        let mut call = session.begin(Prepared::credentials("x", "x"), &options, now);
        assert!(matches!(call.poll(session, now), Step::Credentials { .. }));
        call.handle(session, now, Event::Credentials(Err("the vault is sealed".to_owned())));
        let step = call.poll(session, now);
        (call, step)
    }

    #[test]
    fn a_workers_command_asks_again_for_its_credentials() {
        let config = Config::builder().build().unwrap().custom_credentials();
        let mut session = Session::new(Arc::new(config), 7);
        let start = Now { instant: Instant::now(), unix: Duration::ZERO };
        assert!(matches!(without_credentials(&mut session, false, start).1, Step::Done(Err(Error::Auth(_)))));
        let waits = (0..100).map(|_| match without_credentials(&mut session, true, start) {
            (mut call, Step::Wait { until, why: Why::Backoff }) => {
                let at = |instant| Now { instant, ..start };
                assert!(matches!(call.poll(&mut session, at(until)), Step::Credentials { .. }));
                let end = at(start.after(Duration::from_secs(60)));
                let Step::Done(Err(error)) = call.poll(&mut session, end) else { panic!("not done") };
                assert!(error.to_string().contains("the vault is sealed"), "{error}");
                until.saturating_duration_since(start.instant)
            }
            (_, step) => panic!("no wait but {step:?}"),
        });
        let waits: Vec<_> = waits.collect();
        assert!(waits.iter().all(|wait| (500..1_500).contains(&wait.as_millis())), "{waits:?}");
        assert!(waits.iter().any(|wait| wait.as_millis() < 600) && waits.iter().any(|wait| wait.as_millis() >= 1_400));
    }

    #[test]
    fn more_files_than_a_server_takes_are_told_so() {
        let mut session = Session::new(Arc::new(Config::builder().build().unwrap()), 7);
        let now = Now { instant: Instant::now(), unix: Duration::ZERO };
        let mut told = |files, title: &str| {
            let prepared = Prepared { files, ..Prepared::credentials("x", "x") };
            let mut call = session.begin(prepared, &CallOptions::new(), now);
            assert!(matches!(call.poll(&mut session, now), Step::Send { .. }));
            let head = http::Response::builder().status(400).body(()).unwrap();
            let body = format!(r#"{{"title":"{title}"}}"#);
            for event in [Event::Head(head), Event::Chunk(body.into()), Event::End] {
                call.handle(&mut session, now, event);
            }
            let Step::Done(Err(error)) = call.poll(&mut session, now) else { panic!("not done") };
            error.to_string().contains("files may be more than the server takes at once")
        };
        assert!(told(2, "Filter issue") && told(9, "Filter issue"));
        assert!(!told(1, "Filter issue") && !told(2, "INVALID_ARGUMENT"));
    }
}
