//! A small identity provider for tests: tokens for clients with a secret, its keys, and faults on demand.
//! It knows the client credentials grant only, and no users.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, Method, Request, StatusCode, header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::grant::Grant;
use super::login::Login;
use crate::rest::problem::Problem;
use http::Response;

/// An identity provider with one client.
#[derive(Debug)]
pub struct IdentityProvider {
    issuer: String,
    /// The path below which it answers.
    path: String,
    client: Login,
    audience: String,
    time_to_live: Duration,
    keys: EcdsaKeyPair,
    key_number: u32,
    random: SystemRandom,
    requests: u64,
    failures: Option<(u32, StatusCode)>,
    issued: u64,
}

impl IdentityProvider {
    /// A provider that answers below `address` + `path`; tokens are for the audience unless another is asked for.
    ///
    /// # Errors
    ///
    /// If the system has no randomness for a key.
    pub fn new(
        address: &str,
        path: &str,
        audience: &str,
        client: (&str, &str),
        life: Duration,
    ) -> std::io::Result<Self> {
        let random = SystemRandom::new();
        Ok(Self {
            issuer: format!("{address}{path}"),
            path: path.to_owned(),
            client: Login::new(client.0, client.1),
            audience: audience.to_owned(),
            time_to_live: life,
            keys: generate(&random)?,
            key_number: 1,
            random,
            requests: 0,
            failures: None,
            issued: 0,
        })
    }

    /// The id of the client that it knows.
    pub(crate) fn client(&self) -> String {
        self.client.name.clone()
    }

    /// The `iss` of its tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where tokens are given out.
    #[must_use]
    pub fn token_address(&self) -> String {
        format!("{}/token", self.issuer)
    }

    /// How many requests for a token there were, refused ones and failures included.
    #[must_use]
    pub fn token_requests(&self) -> u64 {
        self.requests
    }

    /// The number of the token that was issued last.
    pub(crate) fn issued(&self) -> u64 {
        self.issued
    }

    /// Answers the next `times` requests for a token with this status instead.
    pub fn fail(&mut self, times: u32, status: StatusCode) {
        self.failures = (times > 0).then_some((times, status));
    }

    /// Signs with a new key from now on; tokens of the old one are refused once the cluster has seen the new keys.
    ///
    /// # Errors
    ///
    /// If the system has no randomness for a key.
    pub fn rotate_keys(&mut self) -> std::io::Result<()> {
        self.keys = generate(&self.random)?;
        self.key_number += 1;
        Ok(())
    }

    /// Whether the path is one of its own.
    pub(crate) fn owns(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str()).is_some_and(|below| below.starts_with('/'))
    }

    /// Whether tokens are given out at this path, which is one of its own.
    pub(crate) fn gives_tokens_at(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str()) == Some("/token")
    }

    /// The provider's answer, if the path is one of its own.
    pub(crate) fn answer(&mut self, request: &Request<Vec<u8>>, now: i64) -> Option<Response<Vec<u8>>> {
        let below = request.uri().path().strip_prefix(self.path.as_str())?.strip_prefix('/')?;
        Some(match (below, request.method()) {
            (".well-known/openid-configuration", &Method::GET) => document(StatusCode::OK, &self.description()),
            ("jwks", &Method::GET) => document(StatusCode::OK, &self.key_set()),
            ("token", &Method::POST) => self.token(request, now),
            _ => Problem::new(StatusCode::NOT_FOUND, "Not Found", "No such path of the identity provider")
                .response(request.uri().path()),
        })
    }

    fn description(&self) -> Value {
        json!({
            "issuer": self.issuer,
            "token_endpoint": self.token_address(),
            "jwks_uri": format!("{}/jwks", self.issuer),
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    /// The public key, as a set of one.
    pub(crate) fn key_set(&self) -> Value {
        let point = self.keys.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let id = format!("key-{}", self.key_number);
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": text(x), "y": text(y) }] })
    }

    fn token(&mut self, request: &Request<Vec<u8>>, now: i64) -> Response<Vec<u8>> {
        self.requests += 1;
        if let Some((times, status)) = self.failures {
            self.failures = (times > 1).then_some((times - 1, status));
            return document(status, &json!({ "error": "temporarily_unavailable" }));
        }
        let audience = match Grant::read(request, &self.client) {
            Ok(Grant { audience }) => audience.unwrap_or_else(|| self.audience.clone()),
            Err(refusal) => return refusal.answer(),
        };
        let client = self.client.name.clone();
        match self.sign(&client, &audience, now) {
            Some(token) => {
                let life = self.time_to_live.as_secs();
                document(StatusCode::OK, &json!({ "access_token": token, "token_type": "Bearer", "expires_in": life }))
            }
            None => document(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "server_error" })),
        }
    }

    fn sign(&mut self, client: &str, audience: &str, now: i64) -> Option<String> {
        self.issued += 1;
        let life = i64::try_from(self.time_to_live.as_millis()).unwrap_or(i64::MAX);
        let seconds = |millis: i64| {
            if millis % 1000 == 0 { json!(millis / 1000) } else { json!(millis as f64 / 1000.0) }
        };
        let head = json!({ "alg": "ES256", "typ": "JWT", "kid": format!("key-{}", self.key_number) });
        let claims = json!({
            "iss": self.issuer,
            "sub": client,
            "client_id": client,
            "aud": audience,
            "iat": seconds(now),
            "exp": seconds(now.saturating_add(life)),
            "jti": self.issued.to_string(),
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&head), part(&claims));
        let signature = self.keys.sign(&self.random, message.as_bytes()).ok()?;
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn generate(random: &SystemRandom) -> std::io::Result<EcdsaKeyPair> {
    let failed = || std::io::Error::other("the system has no randomness for a key");
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, random).map_err(|_| failed())?;
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), random).map_err(|_| failed())
}

pub(super) fn document(status: StatusCode, body: &Value) -> Response<Vec<u8>> {
    let mut answer = Response::new(body.to_string().into_bytes());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
