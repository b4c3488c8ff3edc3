//! Judging bearer tokens: signature, issuer, audience, time; and which documents of the provider are needed for it.
//! It does not fetch: it says what it wants, and takes what comes.

use serde_json::Value;

use super::key_set::KeySet;
use super::token::Token;
use super::{Verdict, challenge};
use crate::rest::problem::Problem;
use crate::rest::row::date;
use http::StatusCode;

#[derive(Debug)]
pub(crate) struct Oidc {
    issuer: String,
    audience: String,
    keys: KeySet,
    /// Where the keys are, once the provider has told.
    keys_address: Option<String>,
    fetching: bool,
    /// Why the last fetch failed.
    failure: Option<String>,
    /// Older tokens have expired whatever they say: by their number if it is known, and by when they were issued.
    expired: Option<(Option<u64>, i64)>,
}

impl Oidc {
    pub(crate) fn new(issuer: String, audience: String) -> Self {
        Self {
            issuer,
            audience,
            keys: KeySet::default(),
            keys_address: None,
            fetching: false,
            failure: None,
            expired: None,
        }
    }

    pub(crate) fn judge(&mut self, token: &str, path: &str, now: i64, fetched: bool) -> Verdict {
        let Some(read) = Token::read(token) else {
            return invalid("Malformed token");
        };
        if !matches!(read.algorithm.as_str(), "RS256" | "ES256") {
            return invalid("Signed JWT rejected: Another algorithm expected, or no matching key(s) found");
        }
        if !self.keys.knows(read.key_id.as_deref()) {
            if !fetched {
                self.fetching = true;
                return Verdict::Undecided;
            }
            if let Some(failure) = &self.failure {
                let detail = format!("Unexpected error occurred during the request processing: {failure}");
                return Verdict::Refuse(
                    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", detail).response(path),
                );
            }
            return invalid("Signed JWT rejected: Another algorithm expected, or no matching key(s) found");
        }
        let message = read.message.as_bytes();
        if !self.keys.verifies(&read.algorithm, read.key_id.as_deref(), message, &read.signature) {
            return invalid("Signed JWT rejected: Invalid signature");
        }
        if let Some((_, at)) = self.expired.filter(|(number, at)| read.is_older(*number, *at)) {
            return invalid(&format!("Jwt expired at {}", date(at)));
        }
        match read.fault(&self.issuer, &self.audience, now) {
            Some(fault) => invalid(&fault),
            None => Verdict::Pass(read.caller().to_owned()),
        }
    }

    /// Lets all tokens expire that were issued until now; `issued` is the number of the last one, if it is known.
    pub(crate) fn expire(&mut self, issued: Option<u64>, now: i64) {
        self.expired = Some((issued, now));
    }

    pub(crate) fn trusts(&self, issuer: &str) -> bool {
        self.issuer == issuer
    }

    pub(crate) fn set_keys(&mut self, document: &Value) {
        self.keys = KeySet::read(document);
        self.failure = None;
        self.fetching = false;
    }

    /// The address of the document that is wanted, if one is.
    pub(crate) fn wanted(&self) -> Option<String> {
        self.fetching.then(|| {
            let well_known = || format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
            self.keys_address.clone().unwrap_or_else(well_known)
        })
    }

    /// Takes a document that was wanted; true once the keys are as fresh as can be, or cannot be had.
    pub(crate) fn take(&mut self, document: Result<&[u8], &str>) -> bool {
        let read = document.map_err(str::to_owned).and_then(|bytes| {
            serde_json::from_slice::<Value>(bytes).map_err(|_| "the identity provider's answer is not JSON".to_owned())
        });
        let finished = match read {
            Ok(document) if self.keys_address.is_none() => match document.get("jwks_uri").and_then(Value::as_str) {
                Some(address) => {
                    self.keys_address = Some(address.to_owned());
                    return false;
                }
                None => Err("the identity provider does not tell where its keys are".to_owned()),
            },
            Ok(document) => {
                self.keys = KeySet::read(&document);
                Ok(())
            }
            Err(reason) => {
                // Next time it is asked for its description again.
                self.keys_address = None;
                Err(reason)
            }
        };
        self.failure = finished.err();
        self.fetching = false;
        true
    }
}

fn invalid(reason: &str) -> Verdict {
    Verdict::Refuse(challenge(&format!(
        "Bearer error=\"invalid_token\", \
         error_description=\"An error occurred while attempting to decode the Jwt: {reason}\", \
         error_uri=\"https://tools.ietf.org/html/rfc6750#section-3.1\""
    )))
}

#[cfg(test)]
mod tests {
    use super::{Oidc, Verdict};

    /// {"alg":"ES256","kid":"a"}.{}
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.e30.AAAA";

    #[test]
    fn after_a_failure_the_provider_is_asked_for_its_description_again() {
        let mut oidc = Oidc::new("http://login.test/".to_owned(), "cluster".to_owned());
        assert_eq!(oidc.wanted(), None);
        assert!(matches!(oidc.judge(TOKEN, "/", 0, false), Verdict::Undecided));
        let description = Some("http://login.test/.well-known/openid-configuration");
        assert_eq!(oidc.wanted().as_deref(), description);
        assert!(!oidc.take(Ok(br#"{"jwks_uri":"http://login.test/keys"}"#)));
        assert_eq!(oidc.wanted().as_deref(), Some("http://login.test/keys"));
        assert!(oidc.take(Err("gone")));
        assert_eq!(oidc.wanted(), None);
        assert!(matches!(oidc.judge(TOKEN, "/", 0, true), Verdict::Refuse(answer) if answer.status() == 500));
        assert!(matches!(oidc.judge(TOKEN, "/", 0, false), Verdict::Undecided));
        assert_eq!(oidc.wanted().as_deref(), description);
    }
}
