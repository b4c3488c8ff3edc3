//! What was set, what came of it, and how much of that may be shown.

use camunda_core::Config;
use camunda_core::config::Layer::{Default as BuiltIn, Dotenv, Environment, Explicit};
use camunda_core::config::{Entry, Layer};

use crate::config;

fn layered() -> Config {
    let environment = [("CAMUNDA_CLIENT_ID", "id"), ("CAMUNDA_CLIENT_SECRET", "  secret  "), ("HOME", "/home/me")];
    Config::builder()
        .rest_address(" http://h/ ")
        .dotenv("CAMUNDA_CLIENT_ID=file\nCAMUNDA_TENANT_IDS=a, b,a\nCAMUNDA_CLIENT_SECRTE=hunter2")
        .environment(environment.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .build()
        .unwrap()
}

fn find<'a>(entries: &'a [Entry], name: &str) -> Option<(Layer, &'a str)> {
    entries.iter().find(|entry| entry.name() == name).map(|entry| (entry.layer(), entry.expose()))
}

#[test]
fn provided_is_what_was_set_by_layer() {
    let config = layered();
    let provided: Vec<_> = config.provided().iter().map(|entry| (entry.layer(), entry.to_string())).collect();
    let expected = [
        (Dotenv, "CAMUNDA_CLIENT_ID=file"),
        (Dotenv, "CAMUNDA_TENANT_IDS=a, b,a"),
        (Environment, "CAMUNDA_CLIENT_ID=id"),
        (Environment, "CAMUNDA_CLIENT_SECRET=******et  "),
        (Explicit, "CAMUNDA_REST_ADDRESS=http://h/"),
    ];
    assert_eq!(provided, expected.map(|(layer, text)| (layer, text.to_owned())));
}

#[test]
fn effective_is_what_came_of_it_under_every_name() {
    let config = layered();
    let effective = config.effective();
    for (name, expected) in [
        ("CAMUNDA_REST_ADDRESS", (Explicit, "http://h/v2")),
        ("ZEEBE_REST_ADDRESS", (Explicit, "http://h/v2")),
        ("CAMUNDA_CLIENT_ID", (Environment, "id")),
        ("CAMUNDA_CLIENT_AUTH_CLIENTSECRET", (Environment, "  secret  ")),
        ("CAMUNDA_TENANT_IDS", (Dotenv, "a,b")),
        ("CAMUNDA_AUTH_STRATEGY", (BuiltIn, "OAUTH")),
        ("CAMUNDA_TOKEN_AUDIENCE", (BuiltIn, "zeebe.camunda.io")),
        ("CAMUNDA_WORKER_TIMEOUT", (BuiltIn, "60000")),
        ("CAMUNDA_SDK_BACKPRESSURE_PROFILE", (BuiltIn, "BALANCED")),
        ("CAMUNDA_SDK_BACKPRESSURE_SOFT_FACTOR", (BuiltIn, "70")),
        ("CAMUNDA_SDK_BACKPRESSURE_DECAY_QUIET_MS", (BuiltIn, "2000")),
    ] {
        assert_eq!(find(effective, name), Some(expected), "{name}");
    }
    assert_eq!(find(effective, "CAMUNDA_TENANT_ID"), None);
    let nothing = self::config(&[("CAMUNDA_TENANT_IDS", " , ,"), ("CAMUNDA_TENANT_ID", "a")]);
    assert_eq!(find(nothing.effective(), "CAMUNDA_TENANT_IDS"), None);
    assert_eq!(nothing.tenant_ids().len(), 1);
    let cloud = self::config(&[("CAMUNDA_CLUSTER_ID", "c1"), ("CAMUNDA_CLUSTER_REGION", "bru-2")]);
    let derived = Some((BuiltIn, "https://bru-2.zeebe.camunda.io/c1/v2"));
    assert_eq!(find(cloud.effective(), "CAMUNDA_REST_ADDRESS"), derived);
}

#[test]
fn what_is_effective_is_a_configuration_again() {
    let first = layered();
    let pairs = first.effective().iter().map(|entry| (entry.name(), entry.expose()));
    let again = Config::from_pairs(pairs).unwrap();
    let values = |config: &Config| -> Vec<_> {
        config.effective().iter().map(|entry| (entry.name(), entry.expose().to_owned())).collect()
    };
    assert_eq!(values(&first), values(&again));
}

#[test]
fn redacted_keeps_the_last_four_characters_at_most() {
    for (secret, expected) in [("a", "*"), ("abcd", "****"), ("abcde", "*bcde"), ("ein Gehéimnis", "*********mnis")] {
        let config = config(&[("CAMUNDA_BASIC_AUTH_USERNAME", "u"), ("CAMUNDA_BASIC_AUTH_PASSWORD", secret)]);
        let shown = config.redacted().find(|(name, _)| *name == "CAMUNDA_BASIC_AUTH_PASSWORD");
        assert_eq!(shown, Some(("CAMUNDA_BASIC_AUTH_PASSWORD", expected)));
    }
}

#[test]
fn no_debug_print_shows_a_secret() {
    let secret = "hunter2-and-more";
    let secrets = [
        "CAMUNDA_CLIENT_SECRET",
        "CAMUNDA_BASIC_AUTH_PASSWORD",
        "CAMUNDA_MTLS_KEY",
        "CAMUNDA_MTLS_KEY_PASSPHRASE",
        "CAMUNDA_OAUTH_MTLS_KEY",
        "CAMUNDA_OAUTH_MTLS_KEY_PASSPHRASE",
        "CAMUNDA_CLIENT_SECRTE",
    ];
    for strategy in ["OAUTH", "BASIC", "NONE"] {
        let named = secrets.map(|name| (name.to_owned(), secret.to_owned()));
        let proxy = ("https_proxy".to_owned(), format!("http://user:{secret}@proxy"));
        let builder = Config::builder()
            .environment(named.into_iter().chain([proxy]))
            .dotenv(format!("CAMUNDA_BASIC_AUTH_PASWORD={secret}"))
            .set("CAMUNDA_AUTH_STRATEGY", strategy)
            .set("CAMUNDA_CLIENT_ID", "id")
            .set("CAMUNDA_BASIC_AUTH_USERNAME", "user")
            .set("CAMUNDA_MTLS_CERT", "certificate")
            .set("CAMUNDA_OAUTH_MTLS_CERT", "certificate")
            .set("CAMUNDA_REST_ADDRESS", "https://h")
            .set("CAMUNDA_CLIENT_SECRETT", secret);
        let shown = format!("{builder:?} {builder:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        let loading = builder.clone().load(camunda_core::config::Places::default());
        let config = builder.build().unwrap();
        let shown = format!("{loading:?} {config:?} {config:#?} {config} {:?}", config.warnings());
        assert!(!shown.contains("hunter2"), "{shown}");
        let redacted: String = config.redacted().map(|(_, value)| value.to_owned()).collect();
        assert!(!redacted.contains("hunter2"), "{redacted}");
    }
}

#[test]
fn the_log_for_support_is_where_it_is_asked_for() {
    let at = |pairs: &[(&str, &str)]| config(pairs).support_log().map(|path| path.to_str().unwrap().to_owned());
    assert_eq!(at(&[]), None);
    assert_eq!(at(&[("CAMUNDA_SUPPORT_LOG_FILE_PATH", "a.log")]), None);
    assert_eq!(at(&[("CAMUNDA_SUPPORT_LOG_ENABLED", "1")]).as_deref(), Some("camunda-support.log"));
    let places = camunda_core::config::Places { home: Some("/home/me".into()), working_directory: None };
    let settings = Config::builder().set("CAMUNDA_SUPPORT_LOGGER", "yes");
    let config = settings.set("CAMUNDA_SUPPORT_LOG_FILE_PATH", "~/a.log").load(places).finish().unwrap();
    assert_eq!(config.support_log(), Some(std::path::Path::new("/home/me/a.log")));
}
