//! The settings, declared once: what is written here parses, bounds and documents. What is not here is not a setting.

use super::setting::{Kind, MOST, Setting, Source};

const STRATEGIES: &[&str] = &["NONE", "OAUTH", "BASIC"];
const CLIENT_AUTH: &[&str] = &["post", "basic"];
const PROFILES: &[&str] = &["BALANCED", "CONSERVATIVE", "AGGRESSIVE", "LEGACY", "ADAPTIVE"];
const LOG_LEVELS: &[&str] = &["silent", "error", "warn", "info", "debug", "trace", "silly"];
const COUNT: Kind = Kind::Integer { min: 1, max: MOST };
const ATTEMPTS: Kind = Kind::Integer { min: 1, max: 1_000 };
const PERCENT: Kind = Kind::Integer { min: 1, max: 100 };
const DELAY: Kind = Kind::Millis { min: 0 };
const TIMEOUT: Kind = Kind::Millis { min: 1 };
const PROFILES_OWN: &str = "the profile's";
const CLUSTERS_OWN: &str = "the cluster's material";

const fn setting(name: &'static str, kind: Kind) -> Setting {
    Setting::new(name, kind)
}

const fn knob(name: &'static str, kind: Kind) -> Setting {
    setting(name, kind).otherwise(PROFILES_OWN)
}

/// The doc comment of a declaration is its sentence in the reference.
macro_rules! catalogue {
    ($($group:literal { $($(#[doc = $sentence:literal])+ $id:ident = $setting:expr;)+ })+) => {
        $($($(#[doc = $sentence])+ pub(super) static $id: Setting = $setting.means(concat!($($sentence),+), $group);)+)+

        /// Every setting, in the order of the reference.
        pub(super) static SETTINGS: &[&Setting] = &[$($(&$id),+),+];
    };
}

catalogue! {
    "Address" {
        /// The address of the cluster. `/v2` is appended unless the path ends in it.
        REST_ADDRESS = setting("CAMUNDA_REST_ADDRESS", Kind::RestAddress)
            .or(&["ZEEBE_REST_ADDRESS"]).default("http://localhost:8080/v2");
        /// The cluster in the vendor's cloud. With its region it makes the address, unless an address is given.
        CLUSTER_ID = setting("CAMUNDA_CLUSTER_ID", Kind::Label);
        /// The region of that cluster, such as `bru-2`.
        CLUSTER_REGION = setting("CAMUNDA_CLUSTER_REGION", Kind::Label);
        /// Whether to read a dotenv file. True reads `.env` in the working directory, a path reads that file; what is
        /// already set in the environment wins over it.
        LOAD_ENVFILE = setting("CAMUNDA_LOAD_ENVFILE", Kind::EnvFile).default("false").from(Source::NotDotenv);
    }
    "Authentication" {
        /// How requests are authenticated. If unset, the one whose credentials are complete.
        AUTH_STRATEGY = setting("CAMUNDA_AUTH_STRATEGY", Kind::Choice(STRATEGIES)).otherwise("by the credentials");
        /// The client's id, for OAUTH.
        CLIENT_ID = setting("CAMUNDA_CLIENT_ID", Kind::Text).or(&["CAMUNDA_CLIENT_AUTH_CLIENTID"]);
        /// The client's secret, for OAUTH.
        CLIENT_SECRET = setting("CAMUNDA_CLIENT_SECRET", Kind::Text).or(&["CAMUNDA_CLIENT_AUTH_CLIENTSECRET"]).secret();
        /// The token endpoint.
        OAUTH_URL = setting("CAMUNDA_OAUTH_URL", Kind::Url).default("https://login.cloud.camunda.io/oauth/token");
        /// The audience that tokens are asked for. The vendor's cloud has a default, other identity providers have none.
        TOKEN_AUDIENCE = setting("CAMUNDA_TOKEN_AUDIENCE", Kind::Text)
            .otherwise("`zeebe.camunda.io` at login.cloud.camunda.io");
        /// The scope that tokens are asked for.
        OAUTH_SCOPE = setting("CAMUNDA_OAUTH_SCOPE", Kind::Text);
        /// The resource that tokens are asked for (RFC 8707).
        OAUTH_RESOURCE = setting("CAMUNDA_OAUTH_RESOURCE", Kind::Text);
        /// The grant type of token requests.
        OAUTH_GRANT_TYPE = setting("CAMUNDA_OAUTH_GRANT_TYPE", Kind::Text).default("client_credentials");
        /// How the client's id and secret are sent: in the form of the token request, or by HTTP basic authentication.
        OAUTH_CLIENT_AUTH = setting("CAMUNDA_OAUTH_CLIENT_AUTH", Kind::Choice(CLIENT_AUTH)).default("post");
        /// How long one token request may take, its body included.
        OAUTH_TIMEOUT = setting("CAMUNDA_OAUTH_TIMEOUT_MS", TIMEOUT).default("5000");
        /// How often a token request is sent, the first time included.
        OAUTH_RETRY_MAX = setting("CAMUNDA_OAUTH_RETRY_MAX", ATTEMPTS).default("5");
        /// The wait before the second token request; it doubles from one to the next.
        OAUTH_RETRY_BASE_DELAY = setting("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS", DELAY).default("1000");
        /// The folder in which tokens are kept between runs, readable by the user only. `~` is the home directory.
        TOKEN_CACHE_DIR = setting("CAMUNDA_TOKEN_CACHE_DIR", Kind::Path).or(&["CAMUNDA_OAUTH_CACHE_DIR"]);
        /// Keeps tokens in memory only, whatever the folder.
        TOKEN_DISK_CACHE_DISABLE = setting("CAMUNDA_TOKEN_DISK_CACHE_DISABLE", Kind::Flag).default("false");
        /// The user's name, for BASIC. It has no colon.
        BASIC_USERNAME = setting("CAMUNDA_BASIC_AUTH_USERNAME", Kind::Text);
        /// The user's password, for BASIC.
        BASIC_PASSWORD = setting("CAMUNDA_BASIC_AUTH_PASSWORD", Kind::Text).secret();
    }
    "TLS" {
        /// Certificates that a server's certificate may be signed by, in place of a path.
        MTLS_CA = setting("CAMUNDA_MTLS_CA", Kind::Pem);
        /// The file of these certificates. They are added to those of the system.
        MTLS_CA_PATH = setting("CAMUNDA_MTLS_CA_PATH", Kind::Path);
        /// The client's certificate, in place of a path.
        MTLS_CERT = setting("CAMUNDA_MTLS_CERT", Kind::Pem);
        /// The file of the client's certificate. It needs a key.
        MTLS_CERT_PATH = setting("CAMUNDA_MTLS_CERT_PATH", Kind::Path);
        /// The client's private key, in place of a path.
        MTLS_KEY = setting("CAMUNDA_MTLS_KEY", Kind::Pem).secret();
        /// The file of the client's private key. It needs a certificate.
        MTLS_KEY_PATH = setting("CAMUNDA_MTLS_KEY_PATH", Kind::Path);
        /// What the private key is encrypted with.
        MTLS_KEY_PASSPHRASE = setting("CAMUNDA_MTLS_KEY_PASSPHRASE", Kind::Text).secret().later();
        /// As CAMUNDA_MTLS_CA, for the identity provider. If any of these seven is set, none of the cluster's is used there.
        OAUTH_MTLS_CA = setting("CAMUNDA_OAUTH_MTLS_CA", Kind::Pem).otherwise(CLUSTERS_OWN);
        /// As CAMUNDA_MTLS_CA_PATH, for the identity provider.
        OAUTH_MTLS_CA_PATH = setting("CAMUNDA_OAUTH_MTLS_CA_PATH", Kind::Path).otherwise(CLUSTERS_OWN);
        /// As CAMUNDA_MTLS_CERT, for the identity provider.
        OAUTH_MTLS_CERT = setting("CAMUNDA_OAUTH_MTLS_CERT", Kind::Pem).otherwise(CLUSTERS_OWN);
        /// As CAMUNDA_MTLS_CERT_PATH, for the identity provider.
        OAUTH_MTLS_CERT_PATH = setting("CAMUNDA_OAUTH_MTLS_CERT_PATH", Kind::Path).otherwise(CLUSTERS_OWN);
        /// As CAMUNDA_MTLS_KEY, for the identity provider.
        OAUTH_MTLS_KEY = setting("CAMUNDA_OAUTH_MTLS_KEY", Kind::Pem).otherwise(CLUSTERS_OWN).secret();
        /// As CAMUNDA_MTLS_KEY_PATH, for the identity provider.
        OAUTH_MTLS_KEY_PATH = setting("CAMUNDA_OAUTH_MTLS_KEY_PATH", Kind::Path).otherwise(CLUSTERS_OWN);
        /// As CAMUNDA_MTLS_KEY_PASSPHRASE, for the identity provider.
        OAUTH_MTLS_KEY_PASSPHRASE = setting("CAMUNDA_OAUTH_MTLS_KEY_PASSPHRASE", Kind::Text)
            .otherwise(CLUSTERS_OWN).secret().later();
    }
    "Proxies" {
        /// The proxy for `http` addresses, such as `http://user:password@proxy:3128`. Only the environment sets it.
        HTTP_PROXY = setting("HTTP_PROXY", Kind::Proxy).or(&["http_proxy"]).from(Source::Environment);
        /// The proxy for `https` addresses. Only the environment sets it.
        HTTPS_PROXY = setting("HTTPS_PROXY", Kind::Proxy).or(&["https_proxy"]).from(Source::Environment);
        /// The proxy for addresses that have none by their scheme. Only the environment sets it.
        ALL_PROXY = setting("ALL_PROXY", Kind::Proxy).or(&["all_proxy"]).from(Source::Environment);
        /// Hosts that are reached without a proxy: names with all that is below them, addresses, networks such as
        /// `10.0.0.0/8`, each with a port if only that is meant; `*` is every host. Only the environment sets it.
        NO_PROXY = setting("NO_PROXY", Kind::NoProxy).or(&["no_proxy"]).from(Source::Environment);
    }
    "Tenants" {
        /// The tenant of requests that name none.
        TENANT_ID = setting("CAMUNDA_TENANT_ID", Kind::Tenant).or(&["CAMUNDA_DEFAULT_TENANT_ID"]);
        /// The tenants that workers take jobs from.
        TENANT_IDS = setting("CAMUNDA_TENANT_IDS", Kind::Tenants).otherwise("the one tenant, if set");
    }
    "Workers" {
        /// The name under which jobs are activated.
        WORKER_NAME = setting("CAMUNDA_WORKER_NAME", Kind::Text).default("camunda-rust-worker");
        /// How long a job is locked for its worker.
        WORKER_TIMEOUT = setting("CAMUNDA_WORKER_TIMEOUT", TIMEOUT).default("60000");
        /// How many jobs a worker has at once.
        WORKER_MAX_CONCURRENT_JOBS = setting("CAMUNDA_WORKER_MAX_CONCURRENT_JOBS", COUNT).default("10");
        /// How long the server may hold a poll that finds no job. 0 leaves it to the server; a negative number asks for an
        /// answer at once.
        WORKER_REQUEST_TIMEOUT = setting(
            "CAMUNDA_WORKER_REQUEST_TIMEOUT",
            Kind::Integer { min: i32::MIN as i64, max: MOST },
        ).default("0");
        /// The bound of a random wait before the first poll, so that workers started together do not poll together.
        WORKER_STARTUP_JITTER = setting("CAMUNDA_WORKER_STARTUP_JITTER_MAX_SECONDS", Kind::Seconds).default("0");
    }
    "Time-outs and limits" {
        /// Until a connection stands, with TLS.
        CONNECT_TIMEOUT = setting("CAMUNDA_SDK_CONNECT_TIMEOUT_MS", TIMEOUT).default("10000");
        /// One attempt, from its first byte to its last. Long polls have their own.
        ATTEMPT_TIMEOUT = setting("CAMUNDA_SDK_ATTEMPT_TIMEOUT_MS", TIMEOUT).default("30000");
        /// A whole call, with its token, its waits and its repeats.
        CALL_TIMEOUT = setting("CAMUNDA_SDK_CALL_TIMEOUT_MS", TIMEOUT).default("120000");
        /// Between two parts of an answer.
        INACTIVITY_TIMEOUT = setting("CAMUNDA_SDK_INACTIVITY_TIMEOUT_MS", TIMEOUT).default("30000");
        /// How long an idle connection is kept. It should be less than what servers keep theirs, often 5 seconds.
        POOL_IDLE = setting("CAMUNDA_SDK_POOL_IDLE_MS", DELAY).default("4000");
        /// The largest answer that is collected, in bytes.
        MAX_BODY_BYTES = setting("CAMUNDA_SDK_MAX_BODY_BYTES", Kind::Integer { min: 1, max: u32::MAX as i64 })
            .default("67108864");
    }
    "Repeats" {
        /// How often a request is sent, the first time included.
        RETRY_MAX_ATTEMPTS = setting("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", ATTEMPTS).default("3");
        /// The bound of the random wait before the second attempt; it doubles from one to the next.
        RETRY_BASE_DELAY = setting("CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS", DELAY).default("100");
        /// The bound of every such wait. It is no less than the first one.
        RETRY_MAX_DELAY = setting("CAMUNDA_SDK_HTTP_RETRY_MAX_DELAY_MS", DELAY).default("2000");
        /// The time between two reads while waiting for what the cluster has yet to make visible.
        EVENTUAL_POLL = setting("CAMUNDA_SDK_EVENTUAL_POLL_DEFAULT_MS", Kind::Millis { min: 10 }).default("500");
    }
    "Back-pressure" {
        /// How carefully a cluster is treated that refuses work.
        PROFILE = setting("CAMUNDA_SDK_BACKPRESSURE_PROFILE", Kind::Choice(PROFILES)).default("BALANCED");
        /// The cap on concurrent requests that the first refusal starts from. It is no less than the floor.
        INITIAL_MAX = knob("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", COUNT);
        /// What remains of the cap after a refusal, in percent.
        SOFT_FACTOR = knob("CAMUNDA_SDK_BACKPRESSURE_SOFT_FACTOR", PERCENT);
        /// What remains of the cap after a refusal once it is severe, in percent.
        SEVERE_FACTOR = knob("CAMUNDA_SDK_BACKPRESSURE_SEVERE_FACTOR", PERCENT);
        /// The least time between two steps of recovery.
        RECOVERY_INTERVAL = knob("CAMUNDA_SDK_BACKPRESSURE_RECOVERY_INTERVAL_MS", DELAY);
        /// What a step of recovery adds to the cap.
        RECOVERY_STEP = knob("CAMUNDA_SDK_BACKPRESSURE_RECOVERY_STEP", COUNT);
        /// How long nothing may have been refused before recovery begins.
        DECAY_QUIET = knob("CAMUNDA_SDK_BACKPRESSURE_DECAY_QUIET_MS", DELAY);
        /// The least cap.
        FLOOR = knob("CAMUNDA_SDK_BACKPRESSURE_FLOOR", COUNT);
        /// From how many refusals on it is severe.
        SEVERE_THRESHOLD = knob("CAMUNDA_SDK_BACKPRESSURE_SEVERE_THRESHOLD", COUNT);
        /// How many calls may wait for admission; one more is an error at once.
        MAX_WAITERS = knob("CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS", Kind::Integer { min: 0, max: MOST });
        /// What a step of recovery makes of the cap once all is well, in percent.
        HEALTHY_MULTIPLIER = knob(
            "CAMUNDA_SDK_BACKPRESSURE_HEALTHY_RECOVERY_MULTIPLIER",
            Kind::Integer { min: 100, max: MOST },
        );
        /// How long all must have been well before the cap is lifted.
        UNLIMITED_AFTER_HEALTHY = knob("CAMUNDA_SDK_BACKPRESSURE_UNLIMITED_AFTER_HEALTHY_MS", DELAY);
    }
    "Diagnosis" {
        /// How much is logged. `silly` logs bodies, with whatever the program put into them.
        LOG_LEVEL = setting("CAMUNDA_SDK_LOG_LEVEL", Kind::Choice(LOG_LEVELS)).default("error");
        /// How strictly requests and answers are held against the API description: none, warn, strict or fanatical.
        VALIDATION = setting("CAMUNDA_SDK_VALIDATION", Kind::Validation).default("req:none,res:none").later();
        /// Where other SDKs store answers that failed validation. This one stores none.
        VALIDATION_CAPTURE_DIR = setting("CAMUNDA_SDK_VALIDATION_CAPTURE_DIR", Kind::Path).later();
        /// Whether every attempt, wait, repeat and token is logged as `info`, and not as `debug` or `trace`.
        TELEMETRY_LOG = setting("CAMUNDA_SDK_TELEMETRY_LOG", Kind::Flag).default("false");
        /// Whether a call that has no correlation id of its caller's gets one, for observers and the log.
        TELEMETRY_CORRELATION = setting("CAMUNDA_SDK_TELEMETRY_CORRELATION", Kind::Flag).default("false");
        /// Whether a log for support is written: the configuration, redacted, and whatever the level `trace` tells.
        SUPPORT_LOG_ENABLED = setting("CAMUNDA_SUPPORT_LOG_ENABLED", Kind::Flag)
            .or(&["CAMUNDA_SUPPORT_LOGGER"]).default("false");
        /// The file of that log. Where it exists already, a number is added to its name.
        SUPPORT_LOG_FILE_PATH = setting("CAMUNDA_SUPPORT_LOG_FILE_PATH", Kind::Path).default("camunda-support.log");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_of_its_setting() {
        for setting in SETTINGS {
            if let Some(text) = setting.default {
                assert!(setting.kind.parse(text).is_ok(), "{}={text}", setting.name);
            }
        }
    }

    #[test]
    fn no_name_is_declared_twice() {
        let mut names: Vec<_> = SETTINGS.iter().flat_map(|setting| setting.names()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_secrets_are_these() {
        let secrets: Vec<_> = SETTINGS.iter().filter(|setting| setting.secret).map(|setting| setting.name).collect();
        assert_eq!(
            secrets,
            [
                "CAMUNDA_CLIENT_SECRET",
                "CAMUNDA_BASIC_AUTH_PASSWORD",
                "CAMUNDA_MTLS_KEY",
                "CAMUNDA_MTLS_KEY_PASSPHRASE",
                "CAMUNDA_OAUTH_MTLS_KEY",
                "CAMUNDA_OAUTH_MTLS_KEY_PASSPHRASE",
            ]
        );
    }
}
