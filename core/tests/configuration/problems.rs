//! All that is wrong is told at once, in order, and without secrets.

use camunda_core::Config;
use camunda_core::config::ProblemCode::{
    AliasConflict, InvalidBoolean, InvalidInteger, InvalidUrl, InvalidValidationSyntax, MissingRequired, OutOfRange,
};

use crate::{config, problems, refused};

#[test]
fn everything_at_once_by_variable() {
    let error = refused(&[
        ("CAMUNDA_WORKER_TIMEOUT", "30s"),
        ("CAMUNDA_AUTH_STRATEGY", "OAUTH"),
        ("CAMUNDA_CLIENT_ID", "id"),
        ("CAMUNDA_REST_ADRESS", "http://h"),
    ]);
    assert_eq!(
        error.to_string(),
        "2 problems in the configuration\n  \
         CAMUNDA_CLIENT_SECRET: missing; CAMUNDA_AUTH_STRATEGY=OAUTH needs it\n  \
         CAMUNDA_WORKER_TIMEOUT: \"30s\" is not a whole number of milliseconds\n  \
         note: CAMUNDA_REST_ADRESS is not known; did you mean CAMUNDA_REST_ADDRESS?"
    );
}

#[test]
fn each_kind_has_its_code() {
    for (name, value, code) in [
        ("CAMUNDA_REST_ADDRESS", "h:8080", InvalidUrl),
        ("CAMUNDA_OAUTH_URL", "http://h#x", InvalidUrl),
        ("CAMUNDA_TOKEN_DISK_CACHE_DISABLE", "maybe", InvalidBoolean),
        ("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "0", OutOfRange),
        ("CAMUNDA_WORKER_MAX_CONCURRENT_JOBS", "4294967297", OutOfRange),
        ("CAMUNDA_WORKER_MAX_CONCURRENT_JOBS", "0", OutOfRange),
        ("CAMUNDA_WORKER_REQUEST_TIMEOUT", "soon", InvalidInteger),
        ("CAMUNDA_SDK_VALIDATION", "req:loud", InvalidValidationSyntax),
        ("CAMUNDA_SDK_EVENTUAL_POLL_DEFAULT_MS", "9", OutOfRange),
    ] {
        assert_eq!(problems(&[(name, value)]), [(name.to_owned(), code)], "{name}={value}");
    }
    assert_eq!(config(&[("CAMUNDA_WORKER_REQUEST_TIMEOUT", "-1")]).worker().request_timeout, -1);
}

#[test]
fn one_variable_may_have_two_problems() {
    let pairs = [("CAMUNDA_REST_ADDRESS", "h:8080"), ("ZEEBE_REST_ADDRESS", "http://h")];
    let name = || "CAMUNDA_REST_ADDRESS".to_owned();
    assert_eq!(problems(&pairs), [(name(), AliasConflict), (name(), InvalidUrl)]);
}

#[test]
fn a_delay_is_held_against_the_other_one() {
    let (base, max) = ("CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS", "CAMUNDA_SDK_HTTP_RETRY_MAX_DELAY_MS");
    assert_eq!(problems(&[(base, "2001")]), [(max.to_owned(), OutOfRange)]);
    assert_eq!(problems(&[(max, "99")]), [(max.to_owned(), OutOfRange)]);
    config(&[(base, "5"), (max, "5")]);
}

#[test]
fn a_certificate_and_its_key_come_together() {
    for prefix in ["CAMUNDA_MTLS", "CAMUNDA_OAUTH_MTLS"] {
        let name = |suffix: &str| format!("{prefix}_{suffix}");
        for (given, missing) in
            [("CERT", "KEY_PATH"), ("CERT_PATH", "KEY_PATH"), ("KEY", "CERT_PATH"), ("KEY_PATH", "CERT_PATH")]
        {
            let error = refused(&[(&name(given), "x")]);
            let problem = &error.problems()[0];
            assert_eq!((problem.key.as_str(), problem.code), (name(missing).as_str(), MissingRequired), "{given}");
            for each in ["CERT", "CERT_PATH", "KEY", "KEY_PATH"] {
                assert!(problem.reason.contains(&name(each)), "{}", problem.reason);
            }
        }
        config(&[(&name("CERT"), "x"), (&name("KEY_PATH"), "/key")]);
        config(&[(&name("CA"), "x")]);
        let passphrase = name("KEY_PASSPHRASE");
        assert_eq!(problems(&[(&passphrase, "x")]), [(passphrase.clone(), MissingRequired)]);
    }
}

#[test]
fn no_error_shows_a_secret() {
    let secret = "hunter2-and-more";
    let mut pairs = vec![("CAMUNDA_WORKER_TIMEOUT", "x"), ("CAMUNDA_CLIENT_AUTH_CLIENTSECRET", "other")];
    pairs.extend(
        ["CAMUNDA_CLIENT_SECRET", "CAMUNDA_BASIC_AUTH_PASSWORD", "CAMUNDA_MTLS_KEY"].map(|name| (name, secret)),
    );
    pairs.extend(["CAMUNDA_MTLS_KEY_PASSPHRASE", "CAMUNDA_CLIENT_SECRTE"].map(|name| (name, secret)));
    let with_credentials = format!("http://user:{secret}@h/pa th");
    pairs.push(("CAMUNDA_REST_ADDRESS", &with_credentials));
    pairs.push(("CAMUNDA_OAUTH_URL", &with_credentials));
    let error = refused(&pairs);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("CAMUNDA_CLIENT_SECRTE is not known; did you mean CAMUNDA_CLIENT_SECRET?"), "{shown}");
}

#[test]
fn a_long_value_is_cut() {
    let error = refused(&[("CAMUNDA_WORKER_TIMEOUT", &"x".repeat(100_000))]);
    assert!(error.to_string().len() < 400);
}

#[test]
fn names_that_are_no_settings_do_no_harm() {
    let builder = Config::builder()
        .set("PATH", "/bin")
        .set("CAMUNDA_MODELER_PLUGINS", "x")
        .set("", "")
        .environment([("CAMUNDA_CLIENT_IDD".to_owned(), "x".to_owned())])
        .dotenv("CAMUNDA_CLIENT_IDD=y\nZEEBE_ADDRESS=grpcs://h");
    assert_eq!(
        builder.build().unwrap().warnings(),
        ["CAMUNDA_CLIENT_IDD is not known; did you mean CAMUNDA_CLIENT_ID?"]
    );
}

#[test]
fn what_has_no_effect_yet_is_kept_and_remarked() {
    let config = config(&[("CAMUNDA_SDK_LOG_LEVEL", "Debug"), ("CAMUNDA_SDK_VALIDATION", "strict")]);
    assert_eq!(config.log_level().as_str(), "debug");
    assert_eq!(config.validation().to_string(), "req:strict,res:strict");
    assert_eq!(config.warnings(), ["CAMUNDA_SDK_VALIDATION has no effect in this version"]);
}
