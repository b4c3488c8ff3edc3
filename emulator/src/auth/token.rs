//! A signed token (JWT): its parts, and whether its claims hold now.
//! It does not know where keys come from.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A token taken apart, its signature not checked yet.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) algorithm: String,
    pub(crate) key_id: Option<String>,
    /// What was signed.
    pub(crate) message: &'a str,
    pub(crate) signature: Vec<u8>,
    claims: Value,
}

impl<'a> Token<'a> {
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('.')?;
        let (head, claims) = message.split_once('.')?;
        let json = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let head = json(head)?;
        Some(Self {
            algorithm: head.get("alg")?.as_str()?.to_owned(),
            key_id: head.get("kid").and_then(Value::as_str).map(str::to_owned),
            message,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
            claims: json(claims).filter(Value::is_object)?,
        })
    }

    /// Why the claims do not hold, if so. `now` is epoch milliseconds, dates in tokens are seconds.
    pub(crate) fn fault(&self, issuer: &str, audience: &str, now: i64) -> Option<String> {
        let millis = |name: &str| self.claims.get(name).and_then(Value::as_f64).map(|s| (s * 1000.0).floor() as i64);
        if let Some(at) = millis("exp").filter(|at| *at <= now) {
            return Some(format!("Jwt expired at {}", crate::rest::row::date(at)));
        }
        if let Some(at) = millis("nbf").filter(|at| *at > now) {
            return Some(format!("Jwt used before {}", crate::rest::row::date(at)));
        }
        if self.text("iss") != Some(issuer) {
            return Some("The iss claim is not valid".to_owned());
        }
        let fits = match self.claims.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(several)) => several.iter().any(|a| a == audience),
            _ => false,
        };
        (!fits).then(|| "The aud claim is not valid".to_owned())
    }

    /// Whether it was issued before or with the token of this number, or at this time (epoch milliseconds) or before.
    pub(crate) fn is_older(&self, number: Option<u64>, at: i64) -> bool {
        match (number, self.text("jti").and_then(|id| id.parse::<u64>().ok())) {
            (Some(number), Some(own)) => own <= number,
            _ => self.claims.get("iat").and_then(Value::as_f64).is_some_and(|iat| iat * 1000.0 <= at as f64),
        }
    }

    /// The name that the cluster knows the caller by.
    pub(crate) fn caller(&self) -> &str {
        ["preferred_username", "client_id", "azp", "sub"]
            .into_iter()
            .find_map(|name| self.text(name))
            .unwrap_or_default()
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }
}
