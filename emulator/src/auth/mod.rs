//! Who may call: nothing asked, a user with a password, or a bearer token of an identity provider.
//! It judges requests and does no I/O; documents of the provider that it needs are fetched by the shell.

mod grant;
mod key_set;
mod login;
mod oidc;
mod provider;
mod token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::rest::problem::Problem;
use http::Response;
pub(crate) use login::Login;
pub(crate) use oidc::Oidc;
pub use provider::IdentityProvider;

/// What a cluster asks of its callers.
#[derive(Default)]
#[non_exhaustive]
pub enum Authentication {
    /// Credentials are ignored.
    #[default]
    None,
    /// A user with a password.
    Basic {
        /// The name of the user.
        user: String,
        /// The password.
        password: String,
    },
    /// A bearer token of the issuer for the audience.
    Oidc {
        /// The `iss` that tokens must have, and the address below which the provider describes itself.
        issuer: String,
        /// What the `aud` of tokens must contain.
        audience: String,
    },
}

impl std::fmt::Debug for Authentication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Basic { user, .. } => f.debug_struct("Basic").field("user", user).finish_non_exhaustive(),
            Self::Oidc { issuer, audience } => {
                f.debug_struct("Oidc").field("issuer", issuer).field("audience", audience).finish()
            }
        }
    }
}

/// The judge of a cluster.
#[derive(Debug)]
pub(crate) enum Guard {
    Open,
    Basic(Login),
    Oidc(Oidc),
}

/// What the judge says.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// May pass; the name of the caller.
    Pass(String),
    Refuse(Response<Vec<u8>>),
    /// A document must be fetched first.
    Undecided,
}

/// Paths that need no credentials; wrong ones are refused all the same.
const OPEN_PATHS: [&str; 3] = ["/v2/status", "/v2/license", "/v2/setup/user"];

impl From<Authentication> for Guard {
    fn from(authentication: Authentication) -> Self {
        match authentication {
            Authentication::None => Self::Open,
            Authentication::Basic { user, password } => Self::Basic(Login { name: user, secret: password }),
            Authentication::Oidc { issuer, audience } => Self::Oidc(Oidc::new(issuer, audience)),
        }
    }
}

impl Guard {
    /// Judges a request; `knows` tells whether a user that was made over the API has a password. With `fetched` the documents are as fresh as can be, so there is a decision.
    pub(crate) fn judge(
        &mut self,
        path: &str,
        headers: &HeaderMap,
        now: i64,
        fetched: bool,
        knows: impl Fn(&str, &str) -> bool,
    ) -> Verdict {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let is_open = OPEN_PATHS.contains(&path);
        match self {
            Self::Open => Verdict::Pass("anonymous".to_owned()),
            Self::Basic(login) => match credentials(given, "basic") {
                None if is_open => Verdict::Pass("anonymous".to_owned()),
                None => {
                    let detail = "An Authentication object was not found in the SecurityContext";
                    let problem = Problem::new(StatusCode::UNAUTHORIZED, "Unauthorized", detail);
                    Verdict::Refuse(problem.response(path))
                }
                Some(encoded) => {
                    let decoded = STANDARD.decode(encoded).ok().and_then(|decoded| String::from_utf8(decoded).ok());
                    match decoded.as_deref().and_then(|decoded| decoded.split_once(':')) {
                        Some((name, given)) if login.is(name, given) || knows(name, given) => {
                            Verdict::Pass(name.to_owned())
                        }
                        _ => Verdict::Refuse(challenge("Basic realm=\"Realm\"")),
                    }
                }
            },
            Self::Oidc(oidc) => match credentials(given, "bearer") {
                None if is_open => Verdict::Pass("anonymous".to_owned()),
                None => Verdict::Refuse(challenge("Bearer")),
                Some(token) => oidc.judge(token, path, now, fetched),
            },
        }
    }
}

/// What follows the scheme in an `Authorization` header, if it is this scheme.
fn credentials<'a>(header: Option<&'a str>, wanted: &str) -> Option<&'a str> {
    let (scheme, rest) = header?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| rest.trim())
}

/// 401 without a body.
fn challenge(text: &str) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    if let Ok(value) = HeaderValue::from_str(text) {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};
    use serde_json::json;

    use super::{Guard, Oidc, Verdict};

    /// The public half of a key that was thrown away.
    const MODULUS: &str = "usR2RkIneRjRRF0qgcD0xPQNqZ9UF59Yt-ZZGGhqVhzn8LSZj2D_WjLczDmyXzsCyrjMY2UBJrB8i1SSZHgKNYgw\
         NHFP-k2xHZjQwRnkNEry-w7cNXTmjF42khHhqLU5WUVYTb8x8bA39AFxXZn-t_FiT0Llv8dV8sHqxhxLeTwN37m7\
         OJDBldXLJVMO1L5H7EBAAVh1blw_wIFZMN5_o-wQbJ0guA9JQBK5smReJGA-Vi_MXBVKLXgiLKovQAe4eubjIfBz\
         z4x89o6NJmme4_GYpvnPxOUrEjamz6zRQujRXpHUaZi9KfsovpA1tHJWgcqQGxpkCXDpgtcyufPtCQ";

    /// Signed with it by RS256: for worker, by http://login.test, for a and cluster, from 1e9 to 4e9.
    const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwOi8vbG9naW4udGVzdCIsImF1ZCI6WyJh\
         IiwiY2x1c3RlciJdLCJjbGllbnRfaWQiOiJ3b3JrZXIiLCJleHAiOjQwMDAwMDAwMDAsIm5iZiI6MTAwMDAwMDAw\
         MH0.iHiBAz_31FLiMFtuz7X1dJo0VFIUEBD0vBNqGzy3_X9LQGLbXpmBILFw-1Y6PGavuYyGmfGvCDRilLlyxkHS\
         Si9W6L-tlnMDPJ_B9Ba9ifBEkjRtiV_Yz0Yce-Y9aIIdCIvw9aFLlQ3n63XdHQL7_hRfJ1Zvec8B6D_IIKM1y39D\
         SkOtki5qO6J9QA01VUDjNq7GhBz3mixw7T2WmpmOkwTflyfIjwCW1KSqYrSmBcnEo6Z1xNR48QwISQyabMByqv9_\
         RnFfZHVoKhAgfSDB8glbIhoHFuS8V8y2H_P823_-E8zdTlrju66C4Th2kgVo7RvxlD_EO7sAUpaosA3CXw";

    fn outcome(issuer: &str, audience: &str, now: i64, key_id: &str, authorization: &str) -> String {
        let mut oidc = Oidc::new(issuer.to_owned(), audience.to_owned());
        let key = json!({ "kty": "RSA", "kid": key_id, "n": MODULUS, "e": "AQAB" });
        oidc.set_keys(&json!({ "keys": [{ "kty": "OKP", "kid": "other" }, key] }));
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(authorization).expect("a header"));
        match Guard::Oidc(oidc).judge("/v2/topology", &headers, now, true, |_, _| false) {
            Verdict::Pass(caller) => caller,
            Verdict::Undecided => "undecided".to_owned(),
            Verdict::Refuse(answer) => {
                format!("{:?}", answer.headers().get(header::WWW_AUTHENTICATE))
            }
        }
    }

    #[test]
    fn rs256_is_verified() {
        let bearer = format!("Bearer {TOKEN}");
        let now = 1_500_000_000_000;
        assert_eq!(outcome("http://login.test", "cluster", now, "rsa-1", &bearer), "worker");
        assert!(outcome("http://login.test", "cluster", now, "rsa-2", &bearer).contains("no matching key"));
        assert!(outcome("http://login.test/", "cluster", now, "rsa-1", &bearer).contains("iss claim"));
        assert!(outcome("http://login.test", "clust", now, "rsa-1", &bearer).contains("aud claim"));
        assert!(outcome("http://login.test", "cluster", 4_000_000_000_000, "rsa-1", &bearer).contains("expired"));
        assert!(outcome("http://login.test", "cluster", 999_999_999_999, "rsa-1", &bearer).contains("used before"));
    }

    #[test]
    fn a_changed_token_is_refused() {
        let now = 1_500_000_000_000;
        let refusal = |token: &str| outcome("http://login.test", "cluster", now, "rsa-1", &format!("Bearer {token}"));
        let (message, signature) = TOKEN.rsplit_once('.').expect("three parts");
        let (head, claims) = message.split_once('.').expect("three parts");
        assert!(refusal(&format!("{head}.{}.{signature}", claims.replace("a", "b"))).contains("invalid_token"));
        assert!(refusal(&format!("{message}.{}", signature.to_lowercase())).contains("Invalid signature"));
        // {"alg":"none"}
        assert!(refusal(&format!("eyJhbGciOiJub25lIn0.{claims}.")).contains("invalid_token"));
    }
}
