//! Who may call: basic authentication, bearer tokens, and the emulator's own identity provider.
//! What a caller may do is not asked: there are no permissions.

mod support;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camunda_emulator::Emulator;
use serde_json::json;
use support::{Answer, Client};

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

fn basic(user: &str, password: &str) -> Option<String> {
    Some(format!(
        "Basic {}",
        STANDARD.encode(format!("{user}:{password}"))
    ))
}

fn value(emulator: &Emulator, name: &str) -> String {
    let environment = emulator.environment();
    environment
        .into_iter()
        .find(|(n, _)| n == name)
        .map(|(_, value)| value)
        .unwrap_or_default()
}

fn request_token(emulator: &Emulator, form: &str) -> Answer {
    let address = value(emulator, "CAMUNDA_OAUTH_URL");
    let path = address
        .strip_prefix(&emulator.address())
        .expect("the emulator is the provider")
        .to_owned();
    Client::new(emulator).send("POST", &path, FORM, form.as_bytes())
}

const GOOD: &str = "grant_type=client_credentials&client_id=camunda-emulator&client_secret=camunda-emulator-secret";

fn bearer(emulator: &Emulator, form: &str) -> Option<String> {
    let token = request_token(emulator, form).ok();
    Some(format!(
        "Bearer {}",
        token["access_token"].as_str().expect("a token")
    ))
}

#[test]
fn without_authentication_credentials_are_ignored() {
    let emulator = Emulator::start().expect("starts");
    let mut client = Client::new(&emulator);
    client.authorization = basic("nobody", "nothing");
    assert_eq!(client.get("/v2/topology").status, 200);
    assert_eq!(value(&emulator, "CAMUNDA_AUTH_STRATEGY"), "NONE");
}

#[test]
fn basic_asks_for_the_user_and_shows_no_dialog() {
    let emulator = Emulator::builder()
        .basic("demo", "se:cret")
        .start()
        .expect("starts");
    let mut client = Client::new(&emulator);
    let refused = client.get("/v2/topology");
    let detail = "An Authentication object was not found in the SecurityContext".to_owned();
    assert_eq!(refused.problem(), (401, "Unauthorized".to_owned(), detail));
    assert_eq!(refused.header("www-authenticate"), None);

    client.authorization = basic("demo", "wrong");
    assert_eq!(client.get("/v2/topology").status, 401);
    client.authorization = basic("demo", "se:cret");
    assert_eq!(client.get("/v2/topology").status, 200);
    assert_eq!(client.get("/v2/authentication/me").ok()["username"], "demo");
}

#[test]
fn open_paths_need_no_credentials_but_refuse_wrong_ones() {
    let emulator = Emulator::builder()
        .basic("demo", "demo")
        .start()
        .expect("starts");
    let mut client = Client::new(&emulator);
    client.get("/v2/status").no_content();
    assert_eq!(client.get("/v2/license").ok()["validLicense"], false);
    client.authorization = basic("demo", "wrong");
    assert_eq!(client.get("/v2/status").status, 401);
}

#[test]
fn a_token_of_the_own_provider_opens_the_cluster() {
    let emulator = Emulator::builder()
        .identity_provider(Duration::from_secs(60))
        .start()
        .expect("starts");
    let mut client = Client::new(&emulator);
    let refused = client.get("/v2/topology");
    assert_eq!(
        (
            refused.status,
            refused.text.as_str(),
            refused.header("www-authenticate")
        ),
        (401, "", Some("Bearer"))
    );

    client.authorization = bearer(&emulator, GOOD);
    assert_eq!(client.get("/v2/topology").status, 200);
    assert_eq!(
        client.get("/v2/authentication/me").ok()["username"],
        "camunda-emulator"
    );
    assert_eq!(emulator.token_requests(), 1);

    client.authorization = basic("demo", "demo");
    assert_eq!(
        client.get("/v2/topology").header("www-authenticate"),
        Some("Bearer")
    );
    client.authorization = bearer(&emulator, &format!("{GOOD}&audience=elsewhere"));
    let refused = client.get("/v2/topology");
    let challenge = refused.header("www-authenticate").unwrap_or_default();
    assert!(
        challenge.contains("The aud claim is not valid"),
        "{challenge}"
    );
}

#[test]
fn what_is_wrong_with_a_token_is_told_in_the_challenge() {
    let emulator = Emulator::builder()
        .identity_provider(Duration::from_millis(50))
        .start()
        .expect("starts");
    let mut client = Client::new(&emulator);
    let mut refusal = |authorization: Option<String>| {
        client.authorization = authorization;
        let refused = client.get("/v2/topology");
        assert_eq!((refused.status, refused.text.as_str()), (401, ""));
        refused
            .header("www-authenticate")
            .unwrap_or_default()
            .to_owned()
    };
    let token = bearer(&emulator, GOOD);
    std::thread::sleep(Duration::from_millis(60));
    assert!(
        refusal(token.clone())
            .starts_with("Bearer error=\"invalid_token\", error_description=\"An error occurred")
    );
    assert!(refusal(token.clone()).contains("Jwt expired at "));

    let (message, _) = token
        .as_deref()
        .expect("a token")
        .rsplit_once('.')
        .expect("three parts");
    assert!(refusal(Some(format!("{message}.AAAA"))).contains("Invalid signature"));
    assert!(refusal(Some("Bearer nonsense".to_owned())).contains("Malformed token"));
}

#[test]
fn the_provider_refuses_in_the_words_of_the_standard() {
    let emulator = Emulator::builder()
        .identity_provider(Duration::from_secs(60))
        .client("a b", "c:d")
        .start()
        .expect("starts");
    let refused = request_token(&emulator, GOOD);
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (401, &json!("invalid_client"))
    );
    let refused = request_token(
        &emulator,
        "grant_type=password&client_id=a+b&client_secret=c%3Ad",
    );
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("unsupported_grant_type"))
    );
    let refused = request_token(&emulator, "client_id=a+b&client_secret=c%3Ad");
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid_request"))
    );

    let granted = request_token(
        &emulator,
        "grant_type=client_credentials&client_id=a+b&client_secret=c%3Ad",
    );
    assert_eq!(
        (&granted.ok()["token_type"], &granted.json()["expires_in"]),
        (&json!("Bearer"), &json!(60))
    );
    assert_eq!(
        granted
            .header("cache-control")
            .map(|c| c.contains("no-store")),
        Some(true)
    );

    let mut client = Client::new(&emulator);
    client.authorization = basic("a%20b", "c%3Ad");
    let path = "/identity-provider/token";
    assert_eq!(
        client
            .send("POST", path, FORM, b"grant_type=client_credentials")
            .status,
        200
    );
    client.authorization = basic("a%20b", "wrong");
    let refused = client.send("POST", path, FORM, b"grant_type=client_credentials");
    assert_eq!(
        (refused.status, refused.header("www-authenticate")),
        (401, Some("Basic realm=\"clients\""))
    );
    assert_eq!(emulator.token_requests(), 6);
}

#[test]
fn the_provider_fails_when_told_to() {
    let emulator = Emulator::builder()
        .identity_provider(Duration::from_secs(60))
        .start()
        .expect("starts");
    emulator.fail_tokens(2, 503);
    let statuses = [(); 3].map(|()| request_token(&emulator, GOOD).status);
    assert_eq!((statuses, emulator.token_requests()), ([503, 503, 200], 3));
}

#[test]
fn keys_of_another_provider_are_fetched_and_fetched_again_when_they_change() {
    let provider = Emulator::builder()
        .identity_provider(Duration::from_secs(60))
        .start()
        .expect("starts");
    let issuer = provider.issuer().expect("is a provider");
    let cluster = Emulator::builder()
        .oidc(&issuer, "orchestration-api")
        .start()
        .expect("starts");
    let mut client = Client::new(&cluster);
    client.authorization = bearer(&provider, GOOD);
    assert_eq!(client.get("/v2/topology").status, 200);

    provider.rotate_keys().expect("a new key");
    let old = std::mem::replace(&mut client.authorization, bearer(&provider, GOOD));
    assert_eq!(client.get("/v2/topology").status, 200);
    client.authorization = old;
    assert_eq!(client.get("/v2/topology").status, 401);
}

#[test]
fn a_provider_that_cannot_be_reached_is_the_servers_fault() {
    let provider = Emulator::builder()
        .identity_provider(Duration::from_secs(60))
        .start()
        .expect("starts");
    let issuer = provider.issuer().expect("is a provider");
    let token = bearer(&provider, GOOD);
    drop(provider);
    let cluster = Emulator::builder()
        .oidc(&issuer, "orchestration-api")
        .start()
        .expect("starts");
    let mut client = Client::new(&cluster);
    client.authorization = token;
    let (status, title, detail) = client.get("/v2/topology").problem();
    assert_eq!((status, title.as_str()), (500, "INTERNAL"));
    assert!(
        detail.contains(&format!(
            "cannot fetch {issuer}/.well-known/openid-configuration"
        )),
        "{detail}"
    );
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let refused = |builder: camunda_emulator::Builder| builder.start().err().map(|e| e.kind());
    let invalid = Some(std::io::ErrorKind::InvalidInput);
    assert_eq!(
        refused(Emulator::builder().oidc("https://login.example", "a")),
        invalid
    );
    assert_eq!(
        refused(
            Emulator::builder()
                .basic("a", "b")
                .identity_provider(Duration::from_secs(1))
        ),
        invalid
    );
    let taken = Emulator::start().expect("starts");
    let port = taken
        .address()
        .rsplit(':')
        .next()
        .and_then(|p| p.parse().ok())
        .expect("a port");
    assert_eq!(
        refused(Emulator::builder().port(port)),
        Some(std::io::ErrorKind::AddrInUse)
    );
}
