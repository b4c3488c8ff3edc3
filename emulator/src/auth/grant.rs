//! Reading a request for a token: the grant, the client, and the errors of RFC 6749 §5.2.
//! It does not make the token.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::login::Login;
use super::provider::document;
use http::Response;

/// A request that is in order.
#[derive(Debug)]
pub(super) struct Grant {
    /// The audience that was asked for.
    pub(super) audience: Option<String>,
}

/// Why there is no token.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    text: &'static str,
    /// The client tried by header, so it is told the scheme.
    challenge: bool,
}

impl Refusal {
    fn bad(code: &'static str, text: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, text, challenge: false }
    }

    pub(super) fn answer(&self) -> Response<Vec<u8>> {
        let mut answer = document(self.status, &json!({ "error": self.code, "error_description": self.text }));
        if self.challenge {
            let value = HeaderValue::from_static("Basic realm=\"clients\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        answer
    }
}

impl Grant {
    /// Reads the request of a client; this is the only client with its secret.
    pub(super) fn read(request: &Request<Vec<u8>>, client: &Login) -> Result<Self, Refusal> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let essence = media.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::bad("invalid_request", "The body must be a form"));
        }
        let mut form = form(&String::from_utf8_lossy(request.body()));
        let header = basic(request.headers());
        if header.is_some() && form.contains_key("client_secret") {
            return Err(Refusal::bad("invalid_request", "The client authenticates in two ways at once"));
        }
        match form.get("grant_type").map(String::as_str) {
            None => {
                return Err(Refusal::bad("invalid_request", "The parameter grant_type is missing"));
            }
            Some("client_credentials") => {}
            Some(_) => {
                return Err(Refusal::bad("unsupported_grant_type", "Only client_credentials is supported"));
            }
        }
        let challenge = header.is_some();
        let given = header.or_else(|| form.remove("client_id").zip(form.remove("client_secret")));
        if !given.is_some_and(|(id, secret)| client.is(&id, &secret)) {
            let text = "The client is unknown or its secret is wrong";
            return Err(Refusal { status: StatusCode::UNAUTHORIZED, code: "invalid_client", text, challenge });
        }
        Ok(Self { audience: form.remove("audience") })
    }
}

/// The pairs of a form; of a name that is there twice the last counts.
fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(n, v)| (decoded(n), decoded(v))).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The id and secret of a Basic header; both are form-encoded inside.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = super::credentials(headers.get(header::AUTHORIZATION)?.to_str().ok(), "basic")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (decoded(id), decoded(secret)))
}
