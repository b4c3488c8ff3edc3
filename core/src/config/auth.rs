//! How requests are authenticated: which strategy, and what it needs. Tokens themselves are the session's matter.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use super::Secret;
use super::catalogue as settings;
use super::problem::ProblemCode::{AmbiguousAuth, InvalidValue, MissingRequired};
use super::resolve::Resolver;
use super::setting::Setting;

const CLOUD_TOKEN_HOST: &str = "login.cloud.camunda.io";
const CLOUD_AUDIENCE: &str = "zeebe.camunda.io";

/// How requests are authenticated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Not at all.
    None,
    /// RFC 7617: the ready value of the `Authorization` header, marked sensitive.
    Basic(HeaderValue),
    /// RFC 6749 §4.4: a bearer token by client credentials.
    OAuth(Box<OAuth>),
    /// By headers that the driver is asked for, request by request:
    /// [`Config::custom_credentials`](super::Config::custom_credentials).
    Custom,
}

/// How a client shows who it is to the token endpoint (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuth {
    /// By two fields of the form.
    #[default]
    Post,
    /// By HTTP basic authentication.
    Basic,
}

impl Credentials {
    pub(crate) fn oauth(&self) -> Option<&OAuth> {
        if let Self::OAuth(oauth) = self { Some(oauth) } else { None }
    }
}

/// What a token request needs.
#[derive(Clone, Debug)]
pub struct OAuth {
    pub(crate) url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) grant_type: String,
    pub(crate) audience: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) resource: Option<String>,
    pub(crate) client_auth: ClientAuth,
    pub(crate) timeout: Duration,
    pub(crate) attempts: u32,
    pub(crate) base_delay: Duration,
}

impl OAuth {
    /// The token endpoint.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The client's id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The audience that tokens are asked for.
    pub fn audience(&self) -> Option<&str> {
        self.audience.as_deref()
    }

    /// Whether the token endpoint is the vendor's cloud's.
    pub fn is_cloud(&self) -> bool {
        is_cloud(&self.url)
    }
}

fn is_cloud(url: &str) -> bool {
    url.parse::<http::Uri>().is_ok_and(|uri| uri.host().is_some_and(|host| host.eq_ignore_ascii_case(CLOUD_TOKEN_HOST)))
}

type Pair = [&'static Setting; 2];
const OAUTH: Pair = [&settings::CLIENT_ID, &settings::CLIENT_SECRET];
const BASIC: Pair = [&settings::BASIC_USERNAME, &settings::BASIC_PASSWORD];

impl Resolver {
    /// `None` only beside at least one problem.
    pub(super) fn credentials(&mut self) -> Option<Credentials> {
        let strategy =
            if self.is_set(&settings::AUTH_STRATEGY) { self.choice(&settings::AUTH_STRATEGY) } else { self.inferred() };
        let credentials = match strategy {
            "OAUTH" => self.oauth(),
            "BASIC" => self.basic(),
            "NONE" => Some(Credentials::None),
            _ => None,
        }?;
        self.in_force(&credentials);
        Some(credentials)
    }

    /// The strategy whose credentials are complete; nothing, beside a problem, if both are.
    fn inferred(&mut self) -> &'static str {
        let given = |pair: Pair| pair.map(|setting| self.is_set(setting));
        match (given(OAUTH), given(BASIC)) {
            ([true, true], [true, true]) => {
                let reason = "credentials for both OAUTH and BASIC are given: set it to OAUTH or BASIC";
                self.problem(&settings::AUTH_STRATEGY, AmbiguousAuth, reason);
                ""
            }
            ([true, true], _) => "OAUTH",
            (_, [true, true]) => "BASIC",
            (oauth, basic) => {
                for (given, [a, b]) in [(oauth, OAUTH), (basic, BASIC)] {
                    if given.contains(&true) {
                        let (a, b) = (a.name, b.name);
                        self.note(format!("only one of {a} and {b} is set, so requests carry no credentials"));
                    }
                }
                "NONE"
            }
        }
    }

    fn oauth(&mut self) -> Option<Credentials> {
        self.required(OAUTH, "OAUTH");
        let owned = |setting| self.text(setting).map(str::to_owned);
        let url = owned(&settings::OAUTH_URL)?;
        let audience = owned(&settings::TOKEN_AUDIENCE).or_else(|| is_cloud(&url).then(|| CLOUD_AUDIENCE.to_owned()));
        Some(Credentials::OAuth(Box::new(OAuth {
            url,
            client_id: owned(&settings::CLIENT_ID)?,
            client_secret: Secret::new(owned(&settings::CLIENT_SECRET)?),
            grant_type: owned(&settings::OAUTH_GRANT_TYPE)?,
            audience,
            scope: owned(&settings::OAUTH_SCOPE),
            resource: owned(&settings::OAUTH_RESOURCE),
            client_auth: match self.choice(&settings::OAUTH_CLIENT_AUTH) {
                "basic" => ClientAuth::Basic,
                _ => ClientAuth::Post,
            },
            timeout: self.time(&settings::OAUTH_TIMEOUT),
            attempts: self.count(&settings::OAUTH_RETRY_MAX),
            base_delay: self.time(&settings::OAUTH_RETRY_BASE_DELAY),
        })))
    }

    fn basic(&mut self) -> Option<Credentials> {
        self.required(BASIC, "BASIC");
        let [username, password] = BASIC.map(|setting| self.text(setting));
        let (username, password) = (username?, password?);
        if username.contains(':') {
            // RFC 7617 §2: the server would take the rest of the name for the password.
            self.problem(&settings::BASIC_USERNAME, InvalidValue, "must not contain a colon");
            return None;
        }
        let text = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(Credentials::Basic(value))
    }

    fn required(&mut self, pair: Pair, strategy: &str) {
        for setting in pair {
            if !self.is_set(setting) {
                let reason = format!("missing; {}={strategy} needs it", settings::AUTH_STRATEGY.name);
                self.problem(setting, MissingRequired, reason);
            }
        }
    }
}
