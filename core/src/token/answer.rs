//! The answer of a token endpoint (RFC 6749 §5), read tolerantly and judged strictly. Nothing of it that could be a secret is
//! ever put into an error.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::bearer::bearer;
use crate::config::OAuth;
use crate::error::{AuthError, excerpt};
use crate::model::reads;

/// A token as granted.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) header: HeaderValue,
    pub(super) lifetime: Duration,
}

impl Grant {
    /// Longer than this is no lifetime but a mistake.
    pub(super) const LONGEST_LIFE: Duration = Duration::from_secs(i32::MAX as u64);
}

struct Document {
    access_token: Value,
    expires_in: Value,
    error: Value,
    error_description: Value,
}

reads!(Document {
    access_token: Value = "access_token" plain,
    expires_in: Value = "expires_in" plain,
    error: Value = "error" plain,
    error_description: Value = "error_description" plain,
});

pub(super) fn read(oauth: &OAuth, status: StatusCode, body: &Bytes) -> Result<Grant, Box<AuthError>> {
    // As a text, so that members which are skipped are UTF-8 as well.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let document: Option<Document> = std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str(text).ok());
    let text = |value: fn(&Document) -> &Value| {
        let value = document.as_ref().map(value).and_then(Value::as_str).unwrap_or_default();
        // Some quote what they were sent.
        excerpt(value.replace(oauth.client_secret.expose(), "****").as_bytes())
    };
    let (error, description) = (text(|document| &document.error), text(|document| &document.error_description));
    let failure = |reason: String, advice| {
        Box::new(AuthError {
            operation: "",
            url: oauth.url.clone(),
            status: Some(status),
            error: error.clone(),
            description: description.clone(),
            reason,
            advice,
            retry_after: None,
            earlier: false,
        })
    };
    if !status.is_success() {
        return Err(refusal(status, &error, &description, failure));
    }
    let Some(document) = &document else {
        return Err(failure(
            format!("answered {}, but not with JSON", status.as_u16()),
            Some("check CAMUNDA_OAUTH_URL"),
        ));
    };
    let token = document.access_token.as_str().unwrap_or_default();
    if token.is_empty() {
        return Err(failure("answered without an access_token".to_owned(), None));
    }
    let Some(header) = bearer(token) else {
        return Err(failure("answered with an access_token that is no header value".to_owned(), None));
    };
    let seconds = match &document.expires_in {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match seconds {
        Some(seconds) if seconds > 0.0 && seconds <= Grant::LONGEST_LIFE.as_secs_f64() => {
            Ok(Grant { header, lifetime: Duration::from_secs_f64(seconds) })
        }
        _ => Err(failure(
            format!(
                "answered with an expires_in that is no number of seconds: {}",
                excerpt(document.expires_in.to_string().as_bytes())
            ),
            None,
        )),
    }
}

/// No answer came, or none that could be one.
pub(super) fn none(oauth: &OAuth, cause: &str) -> AuthError {
    AuthError {
        operation: "",
        url: oauth.url.clone(),
        status: None,
        error: String::new(),
        description: String::new(),
        reason: format!("gave no answer: {cause}"),
        advice: Some("check CAMUNDA_OAUTH_URL"),
        retry_after: None,
        earlier: false,
    }
}

/// The credentials were refused in an earlier life: the mark says so.
pub(super) fn marked(oauth: &OAuth, path: &Path) -> AuthError {
    AuthError {
        status: Some(StatusCode::UNAUTHORIZED),
        reason: format!(
            "refused these credentials less than a day ago and is not asked again: change CAMUNDA_CLIENT_SECRET, or \
             delete {}",
            path.display()
        ),
        advice: None,
        ..none(oauth, "")
    }
}

fn refusal(
    status: StatusCode,
    error: &str,
    description: &str,
    failure: impl Fn(String, Option<&'static str>) -> Box<AuthError>,
) -> Box<AuthError> {
    let code = status.as_u16();
    let told = if error.is_empty() { code.to_string() } else { format!("{code} {error}") };
    let described = if description.is_empty() { String::new() } else { format!(", {description:?}") };
    let credentials = Some("check CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET");
    match code {
        300..=399 => failure(
            format!("answered {code}, a redirect, which is never followed: credentials stay with the configured host"),
            Some("check CAMUNDA_OAUTH_URL"),
        ),
        400 | 401 | 403 => failure(format!("refused the credentials ({told}{described})"), credentials),
        404 => failure(format!("answered {told}{described}"), Some("check CAMUNDA_OAUTH_URL")),
        _ => failure(format!("answered {told}{described}"), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::config::Credentials;

    fn read_body(status: u16, body: &str) -> Result<Grant, String> {
        let config =
            Config::builder().oauth("id", "hunter2!").oauth_url("https://login.example/token").build().unwrap();
        let Credentials::OAuth(oauth) = config.credentials() else { panic!("no OAuth") };
        let body = Bytes::from(body.to_owned());
        read(oauth, StatusCode::from_u16(status).unwrap(), &body).map_err(|error| error.of("search_jobs").to_string())
    }

    #[test]
    fn lifetimes_are_numbers_of_seconds_in_any_dress() {
        let life = |text: &str| read_body(200, &format!(r#"{{"access_token":"t","expires_in":{text}}}"#));
        for (text, seconds) in [("300", 300.0), ("\"300\"", 300.0), ("299.5", 299.5)] {
            assert_eq!(life(text).unwrap().lifetime, Duration::from_secs_f64(seconds));
        }
        for text in ["0", "-1", "null", "18446744073709551615", "1e300", "\"NaN\"", "\"soon\"", "{}"] {
            let error = life(text).unwrap_err();
            assert!(error.contains("expires_in"), "{text}: {error}");
        }
        assert!(read_body(200, r#"{"access_token":"t"}"#).unwrap_err().contains("expires_in"));
    }

    #[test]
    fn a_secret_that_is_quoted_is_not_passed_on() {
        let body = r#"{"error":"bad hunter2!","error_description":"no client with the secret hunter2! is known"}"#;
        let error = read_body(400, body).unwrap_err();
        assert!(error.contains("400 bad ****, \"no client with the secret **** is known\""), "{error}");
    }

    #[test]
    fn refusals_say_who_and_what_to_do() {
        assert_eq!(
            read_body(401, r#"{"error":"invalid_client","error_description":"no such client"}"#).unwrap_err(),
            "search_jobs: the identity provider https://login.example/token refused the credentials \
             (401 invalid_client, \"no such client\"): check CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET"
        );
        assert!(read_body(302, "").unwrap_err().contains("never followed"));
        assert!(read_body(404, "").unwrap_err().ends_with("answered 404: check CAMUNDA_OAUTH_URL"));
        assert!(read_body(418, "").unwrap_err().ends_with("answered 418"));
        assert!(read_body(200, "<html>").unwrap_err().contains("not with JSON"));
        assert!(read_body(200, "\u{feff}{\"access_token\":\"a\",\"expires_in\":9}").is_ok());
        for token in ["a\\nb", "a\\tb", "ä"] {
            let body = format!(r#"{{"access_token":"{token}","expires_in":9}}"#);
            assert!(read_body(200, &body).unwrap_err().contains("no header value"), "{token}");
        }
    }
}
