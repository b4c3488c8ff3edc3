//! The token request (RFC 6749 §4.4.2): a form, never a header, and never logged.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::form_headers;
use crate::Body;
use crate::config::OAuth;

pub(super) fn request(oauth: &OAuth) -> http::Request<Body> {
    let fields = [
        ("grant_type", Some(oauth.grant_type.as_str())),
        ("client_id", Some(oauth.client_id.as_str())),
        ("client_secret", Some(oauth.client_secret.expose())),
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
    form_headers(request.headers_mut());
    request
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
}
