//! The token request (RFC 6749 §4.4.2): a form, and the credentials in it or, where the endpoint wants that, in a header. It
//! is never logged.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Body;
use crate::config::{ClientAuth, OAuth};

pub(super) fn request(oauth: &OAuth) -> http::Request<Body> {
    let posted = oauth.client_auth == ClientAuth::Post;
    let fields = [
        ("grant_type", Some(oauth.grant_type.as_str())),
        ("client_id", Some(oauth.client_id.as_str()).filter(|_| posted)),
        ("client_secret", Some(oauth.client_secret.expose()).filter(|_| posted)),
        ("audience", oauth.audience.as_deref()),
        ("scope", oauth.scope.as_deref()),
        ("resource", oauth.resource.as_deref()),
    ];
    let mut form = String::new();
    for (name, value) in fields {
        let Some(value) = value else { continue };
        let separator = if form.is_empty() { "" } else { "&" };
        // Writing to a String never fails.
        let _ = write!(form, "{separator}{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    let mut request = http::Request::new(Body::Full(form.into()));
    *request.method_mut() = http::Method::POST;
    // The address was parsed when the configuration was checked.
    *request.uri_mut() = oauth.url.parse().unwrap_or_default();
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if !posted && let Some(value) = basic(oauth) {
        headers.insert(AUTHORIZATION, value);
    }
    request
}

/// Id and secret as a form would carry them, then as RFC 7617 has it (RFC 6749 §2.3.1): so neither a colon nor a letter
/// beyond ASCII is a matter.
fn basic(oauth: &OAuth) -> Option<HeaderValue> {
    /// What a form leaves as it is, and the blank, which it makes a plus sign.
    const FORM: AsciiSet = NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');
    let [id, secret] = [&oauth.client_id, oauth.client_secret.expose()]
        .map(|text| utf8_percent_encode(text, &FORM).to_string().replace(' ', "+"));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::config::Credentials;

    #[test]
    fn fields_are_in_order_and_encoded() {
        let config = Config::builder()
            .oauth("worker1", "s3cret:with=odd&chars+% ")
            .oauth_url("http://idp/token")
            .audience("orchestration-api")
            .set("CAMUNDA_OAUTH_SCOPE", "a b")
            .build()
            .unwrap();
        let Credentials::OAuth(oauth) = config.credentials() else { panic!("no OAuth") };
        let request = request(oauth);
        assert_eq!(
            String::from_utf8(request.body().clone().into_bytes().to_vec()).unwrap(),
            "grant_type=client%5Fcredentials&client_id=worker1&client_secret=s3cret%3Awith%3Dodd%26chars%2B%25%20\
             &audience=orchestration%2Dapi&scope=a%20b"
        );
        assert_eq!(request.headers()["accept"], "application/json");
        assert!(!request.headers().contains_key("authorization"));
    }

    #[test]
    fn no_audience_is_sent_off_the_saas_unless_set() {
        let oauth = |url: &str| {
            let config = Config::builder().oauth("a", "b").oauth_url(url).build().unwrap();
            let Credentials::OAuth(oauth) = config.credentials() else { panic!("no OAuth") };
            String::from_utf8(request(oauth).body().clone().into_bytes().to_vec()).unwrap()
        };
        assert!(!oauth("http://keycloak/token").contains("audience"));
        assert!(oauth("https://login.cloud.camunda.io/oauth/token").contains("audience=zeebe%2Ecamunda%2Eio"));
    }

    /// RFC 6749 §2.3.1 and its appendix B.
    #[test]
    fn a_token_endpoint_that_wants_a_header_gets_no_credentials_in_the_form() {
        let config = Config::builder()
            .oauth("worker:1", "s3cret +%ß-._*")
            .oauth_url("http://idp/token")
            .oauth_client_auth(ClientAuth::Basic)
            .build()
            .unwrap();
        let Credentials::OAuth(oauth) = config.credentials() else { panic!("no OAuth") };
        let request = request(oauth);
        assert_eq!(&request.body().clone().into_bytes()[..], b"grant_type=client%5Fcredentials");
        let value = &request.headers()["authorization"];
        let encoded = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap(), b"worker%3A1:s3cret+%2B%25%C3%9F-._*");
        assert!(value.is_sensitive());
    }
}
