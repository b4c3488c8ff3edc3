//! Which strategy authenticates, which address is meant, and what either needs.

use camunda_core::Config;
use camunda_core::config::Credentials;
use camunda_core::config::ProblemCode::{AmbiguousAuth, InvalidEnum, InvalidValue, MissingRequired};

use crate::{config, problems, refused};

const OAUTH: [(&str, &str); 2] = [("CAMUNDA_CLIENT_ID", "id"), ("CAMUNDA_CLIENT_SECRET", "secret")];
const BASIC: [(&str, &str); 2] = [("CAMUNDA_BASIC_AUTH_USERNAME", "user"), ("CAMUNDA_BASIC_AUTH_PASSWORD", "pass")];

fn name(config: &Config) -> &'static str {
    match config.credentials() {
        Credentials::None => "NONE",
        Credentials::Basic(_) => "BASIC",
        Credentials::OAuth(_) => "OAUTH",
        _ => "another",
    }
}

#[test]
fn the_strategy_is_inferred_from_complete_credentials() {
    let blank = [BASIC[0], ("CAMUNDA_BASIC_AUTH_PASSWORD", "  ")];
    for (pairs, expected, warnings) in [
        (&OAUTH[..], "OAUTH", 0),
        (&BASIC, "BASIC", 0),
        (&[], "NONE", 0),
        (&OAUTH[..1], "NONE", 1),
        (&BASIC[1..], "NONE", 1),
        (&[OAUTH[0], BASIC[0]], "NONE", 2),
        (&[OAUTH[0], OAUTH[1], BASIC[0]], "OAUTH", 0),
        (&[OAUTH[1], BASIC[0], BASIC[1]], "BASIC", 0),
        (&blank, "NONE", 1),
    ] {
        let config = config(pairs);
        assert_eq!(name(&config), expected, "{pairs:?}");
        assert_eq!(config.warnings().len(), warnings, "{pairs:?}: {:?}", config.warnings());
    }
}

#[test]
fn two_complete_families_want_a_word() {
    let both = [OAUTH, BASIC].concat();
    assert_eq!(problems(&both), [("CAMUNDA_AUTH_STRATEGY".to_owned(), AmbiguousAuth)]);
    let text = refused(&both).to_string();
    assert!(text.contains("both OAUTH and BASIC are given: set it to OAUTH or BASIC"), "{text}");
}

#[test]
fn an_explicit_strategy_ends_the_matter() {
    let both = [OAUTH, BASIC].concat();
    for strategy in ["NONE", "OAUTH", "BASIC", "none", "oAuth"] {
        let pairs = [&both[..], &[("CAMUNDA_AUTH_STRATEGY", strategy)]].concat();
        assert_eq!(name(&config(&pairs)), strategy.to_uppercase());
    }
    assert!(config(&[("CAMUNDA_AUTH_STRATEGY", "NONE"), OAUTH[0]]).warnings().is_empty());
}

#[test]
fn a_strategy_names_each_variable_that_it_lacks() {
    for (strategy, pair) in [("OAUTH", OAUTH), ("BASIC", BASIC)] {
        let missing = pair.map(|(name, _)| name);
        let mut expected = missing.map(|name| (name.to_owned(), MissingRequired));
        expected.sort();
        let given = [("CAMUNDA_AUTH_STRATEGY", strategy), (missing[1], " ")];
        assert_eq!(problems(&given), expected);
        let text = refused(&given).to_string();
        let line = format!("{}: missing; CAMUNDA_AUTH_STRATEGY={strategy} needs it", missing[0]);
        assert!(text.contains(&line), "{text}");
    }
    assert_eq!(problems(&[("CAMUNDA_AUTH_STRATEGY", "KERBEROS")]), [("CAMUNDA_AUTH_STRATEGY".to_owned(), InvalidEnum)]);
}

#[test]
fn what_is_set_high_completes_what_is_blank_below() {
    let environment = [("CAMUNDA_CLIENT_ID", "id"), ("CAMUNDA_CLIENT_SECRET", "")];
    let config = Config::builder()
        .environment(environment.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .set("CAMUNDA_CLIENT_AUTH_CLIENTSECRET", "secret")
        .build()
        .unwrap();
    assert_eq!(name(&config), "OAUTH");
}

#[test]
fn passwords_keep_their_blanks_and_names_have_no_colon() {
    let config = config(&[BASIC[0], ("CAMUNDA_BASIC_AUTH_PASSWORD", " pass ")]);
    let Credentials::Basic(header) = config.credentials() else { panic!() };
    // user: pass<blank>, in base64
    assert_eq!(header, "Basic dXNlcjogcGFzcyA=");
    assert!(header.is_sensitive());
    let error = refused(&[("CAMUNDA_BASIC_AUTH_USERNAME", "us:er"), BASIC[1]]);
    assert_eq!(error.problems()[0].code, InvalidValue);
}

#[test]
fn the_audience_has_a_default_in_the_cloud_only() {
    for (url, audience, expected) in [
        (None, None, Some("zeebe.camunda.io")),
        (Some("https://login.cloud.camunda.io/oauth/token"), None, Some("zeebe.camunda.io")),
        (Some("https://LOGIN.cloud.camunda.io/x"), None, Some("zeebe.camunda.io")),
        (Some("https://keycloak/realms/camunda/token"), None, None),
        (Some("https://login.cloud.camunda.io.evil.test/token"), None, None),
        (Some("https://keycloak/token"), Some("orchestration-api"), Some("orchestration-api")),
        (None, Some("mine"), Some("mine")),
    ] {
        let mut pairs = OAUTH.to_vec();
        pairs.extend(url.map(|url| ("CAMUNDA_OAUTH_URL", url)));
        pairs.extend(audience.map(|audience| ("CAMUNDA_TOKEN_AUDIENCE", audience)));
        let config = config(&pairs);
        let Credentials::OAuth(oauth) = config.credentials() else { panic!() };
        assert_eq!(oauth.audience(), expected, "{url:?} {audience:?}");
        assert_eq!(oauth.is_cloud(), expected == Some("zeebe.camunda.io") || url.is_none());
    }
}

#[test]
fn a_cluster_of_the_cloud_by_its_id_and_region() {
    let (id, region) = (("CAMUNDA_CLUSTER_ID", "c1"), ("CAMUNDA_CLUSTER_REGION", "bru-2"));
    let cloud = "https://bru-2.zeebe.camunda.io/c1/v2";
    for (pairs, expected) in [
        (&[id, region][..], cloud),
        (&[id, region, ("CAMUNDA_REST_ADDRESS", "http://h")], "http://h/v2"),
        (&[id, region, ("ZEEBE_REST_ADDRESS", "http://h")], "http://h/v2"),
        (&[id, ("CAMUNDA_REST_ADDRESS", "http://h")], "http://h/v2"),
        (&[], "http://localhost:8080/v2"),
        (&[("CAMUNDA_CLUSTER_ID", " "), ("CAMUNDA_REST_ADDRESS", "")], "http://localhost:8080/v2"),
    ] {
        assert_eq!(config(pairs).rest_address(), expected, "{pairs:?}");
    }
    assert_eq!(config(&[id, region]).cluster_address(), "https://bru-2.zeebe.camunda.io/c1");
    assert_eq!(problems(&[id]), [(region.0.to_owned(), MissingRequired)]);
    assert_eq!(problems(&[region]), [(id.0.to_owned(), MissingRequired)]);
    assert_eq!(problems(&[("CAMUNDA_CLUSTER_ID", "c/1"), region]), [(id.0.to_owned(), InvalidValue)]);
}
