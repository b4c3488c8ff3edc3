//! Credentials on the wire, against a cluster that checks every one of them.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_hyper::api::{GetTopology, SearchProcessInstances};
use camunda_hyper::config::ConfigBuilder;
use camunda_hyper::http::HeaderMap;
use camunda_hyper::{Ask, AsyncCredentialSource, Bearer, Config, CredentialSource, Error};

use crate::on_every_adapter;
use crate::subject::Subject;

on_every_adapter!(
    a_hundred_calls_fetch_one_token,
    short_tokens_are_not_fetched_for_every_call,
    a_token_that_the_cluster_refuses_is_replaced_once,
    an_identity_provider_that_recovers_is_enough,
    wrong_secrets_are_told,
    passwords_are_checked,
    a_token_is_found_by_the_next_program,
    a_token_is_refreshed_and_cleared_on_demand,
    the_headers_of_a_request_are_given,
    credentials_go_in_a_header_where_the_identity_provider_wants_them,
    custom_authentication_is_asked_each_time,
);

fn protected(life: Duration) -> Emulator {
    Emulator::builder().identity_provider(life).start().unwrap()
}

fn client<S: Subject>(cluster: &Emulator) -> S {
    S::open(settings(cluster).build().unwrap())
}

fn settings(cluster: &Emulator) -> ConfigBuilder {
    let pairs = cluster.environment().into_iter();
    pairs.fold(Config::builder(), |settings, (name, value)| settings.set(name, value))
}

fn a_hundred_calls_fetch_one_token<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let client: S = client(&cluster);
    for result in client.send_at_once(100, GetTopology::new) {
        result.unwrap();
    }
    assert_eq!(cluster.token_requests(), 1, "one_refresh");
    assert_eq!(cluster.requests()["getTopology"], 100);
}

fn short_tokens_are_not_fetched_for_every_call<S: Subject>() {
    let cluster = protected(Duration::from_secs(5));
    let client: S = client(&cluster);
    for _ in 0..200 {
        client.send(GetTopology::new()).unwrap();
    }
    assert!(cluster.token_requests() < 20, "{} tokens for 200 calls", cluster.token_requests());
}

fn a_token_that_the_cluster_refuses_is_replaced_once<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let client: S = client(&cluster);
    client.send(GetTopology::new()).unwrap();
    cluster.faults().on("getTopology").times(1).answer(401, "Unauthorized");
    client.send(GetTopology::new()).unwrap();
    assert_eq!(cluster.token_requests(), 2);
    cluster.faults().on("getTopology").times(1).answer(401, "Unauthorized");
    assert_eq!(client.send(GetTopology::new()).unwrap_err().status().unwrap(), 401);
    assert_eq!(cluster.token_requests(), 2, "at most one replacement a minute");
}

fn an_identity_provider_that_recovers_is_enough<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let client = S::open(settings(&cluster).set("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS", "5").build().unwrap());
    cluster.fail_tokens(2, 503);
    client.send(GetTopology::new()).unwrap();
    assert_eq!(cluster.token_requests(), 3);
}

fn wrong_secrets_are_told<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let client = S::open(settings(&cluster).set("CAMUNDA_CLIENT_SECRET", "hunter2").build().unwrap());
    for _ in 0..5 {
        let error = client.send(SearchProcessInstances::new()).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Auth(_)), "{text}");
        assert!(text.starts_with("search_process_instances: the identity provider http"), "{text}");
        assert!(text.ends_with("check CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET"), "{text}");
        assert!(!text.contains("hunter2"), "no_secret_in_logs");
    }
    assert_eq!(cluster.token_requests(), 1, "a refusal is remembered");
    assert!(!cluster.requests().contains_key("searchProcessInstances"), "nothing goes to the cluster without a token");
}

fn passwords_are_checked<S: Subject>() {
    let cluster = Emulator::builder().basic("demo", "p:ß w").start().unwrap();
    let right: S = client(&cluster);
    right.send(GetTopology::new()).unwrap();
    let wrong = S::open(Config::builder().rest_address(cluster.address()).basic("demo", "hunter2").build().unwrap());
    let error = wrong.send(GetTopology::new()).unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert!(error.to_string().contains("check the credentials"), "{error}");
}

fn a_token_is_found_by_the_next_program<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(cluster.address().replace([':', '/'], "-"));
    let _ = std::fs::remove_dir_all(&folder);
    let client = || S::open(settings(&cluster).token_cache_dir(folder.to_str().unwrap()).build().unwrap());
    for _ in 0..3 {
        client().send(GetTopology::new()).unwrap();
    }
    assert_eq!(cluster.token_requests(), 1);
    // The cluster refuses what the file holds: it is replaced, there too.
    cluster.faults().on("getTopology").times(1).answer(401, "Unauthorized");
    client().send(GetTopology::new()).unwrap();
    client().send(GetTopology::new()).unwrap();
    assert_eq!(cluster.token_requests(), 2);
    client().clear_token();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(folder).unwrap();
}

fn a_token_is_refreshed_and_cleared_on_demand<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let client: S = client(&cluster);
    client.refresh_token().unwrap();
    client.send(GetTopology::new()).unwrap();
    assert_eq!(cluster.token_requests(), 1);
    client.refresh_token().unwrap();
    assert_eq!(cluster.token_requests(), 2);
    client.clear_token();
    client.send(GetTopology::new()).unwrap();
    assert_eq!(cluster.token_requests(), 3);
}

fn the_headers_of_a_request_are_given<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let client: S = client(&cluster);
    let headers = client.auth_headers().unwrap();
    assert_eq!((headers.len(), cluster.token_requests()), (1, 1));
    assert!(headers["authorization"].is_sensitive() && !format!("{headers:?}").contains("Bearer"));
    assert!(!cluster.requests().contains_key("authHeaders"), "the cluster hears nothing of it");
    // They are good for a client that knows no credentials but these.
    let plain = || Config::builder().rest_address(cluster.address()).build().unwrap();
    let borrowed = S::open_with(plain(), headers.clone());
    borrowed.send(GetTopology::new()).unwrap();
    assert_eq!(borrowed.auth_headers().unwrap(), headers);
    assert_eq!(client.auth_headers().unwrap(), headers);
    assert_eq!(cluster.token_requests(), 1);
    assert!(S::open(plain()).auth_headers().unwrap().is_empty());
    let wrong = settings(&cluster).set("CAMUNDA_CLIENT_SECRET", "hunter2").build().unwrap();
    let error = S::open(wrong).auth_headers().unwrap_err();
    assert!(error.to_string().starts_with("auth_headers: the identity provider http"), "{error}");
}

fn credentials_go_in_a_header_where_the_identity_provider_wants_them<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let settings = || settings(&cluster).set("CAMUNDA_OAUTH_CLIENT_AUTH", "BASIC");
    S::open(settings().build().unwrap()).send(GetTopology::new()).unwrap();
    let wrong = settings().set("CAMUNDA_CLIENT_SECRET", "hunter2").build().unwrap();
    assert!(matches!(S::open(wrong).send(GetTopology::new()), Err(Error::Auth(_))));
}

/// A token that somebody else takes care of.
#[derive(Clone, Default)]
struct Kept {
    token: Arc<Mutex<String>>,
    asked: Arc<AtomicU32>,
    /// What it answers once it is told of a refusal.
    next: Arc<Mutex<Option<String>>>,
}

impl CredentialSource for Kept {
    fn headers(&self, ask: Ask<'_>) -> Result<HeaderMap, Box<dyn std::error::Error + Send + Sync>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut token = self.token.lock().unwrap();
        if ask.refused().is_some()
            && let Some(next) = self.next.lock().unwrap().take()
        {
            *token = next;
        }
        if token.is_empty() { Err("nobody is logged in".into()) } else { Ok(Bearer::new(&*token)?.into()) }
    }
}

fn custom_authentication_is_asked_each_time<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let good = token_of(&cluster);
    let kept = Kept::default();
    let client = S::open_with(Config::builder().rest_address(cluster.address()).build().unwrap(), kept.clone());
    let error = client.send(GetTopology::new()).unwrap_err();
    assert_eq!(error.to_string(), "get_topology: the program's own credentials: nobody is logged in");
    // Refused, it stays as it is: the caller hears of that.
    *kept.token.lock().unwrap() = "stale".to_owned();
    assert_eq!(client.send(GetTopology::new()).unwrap_err().status().unwrap(), 401);
    // Refused, it is replaced.
    *kept.next.lock().unwrap() = Some(good);
    client.send(GetTopology::new()).unwrap();
    client.send(GetTopology::new()).unwrap();
    assert_eq!(kept.asked.load(Ordering::Relaxed), 1 + 2 + 2 + 1);
}

/// The asynchronous client awaits a source that waits for something itself; the call's deadline bounds that.
#[test]
fn an_asynchronous_source_is_awaited_within_the_deadline() {
    struct Slow(Duration, String);
    impl AsyncCredentialSource for Slow {
        async fn headers(&self, _: Ask<'_>) -> Result<HeaderMap, Box<dyn std::error::Error + Send + Sync>> {
            tokio::time::sleep(self.0).await;
            Ok(Bearer::new(&self.1)?.into())
        }
    }
    let cluster = protected(Duration::from_secs(300));
    let token = token_of(&cluster);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let topology = |takes: u64| {
        let config = Config::builder().rest_address(cluster.address()).call_timeout(Duration::from_millis(400));
        let source = Slow(Duration::from_millis(takes), token.clone());
        let client = camunda_hyper::Client::with_credentials(config.build().unwrap(), source).unwrap();
        runtime.block_on(async { client.get_topology().await })
    };
    topology(5).unwrap();
    let error = topology(60_000).unwrap_err();
    assert!(error.to_string().contains("the program did not give its credentials in time"), "{error}");
}

/// A good token, as an ordinary client is given it.
fn token_of(cluster: &Emulator) -> String {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("given-{}", cluster.address().replace([':', '/'], "-")));
    let settings = settings(cluster).token_cache_dir(folder.to_str().unwrap());
    camunda_ureq::Client::new(settings.build().unwrap()).unwrap().refresh_token().unwrap();
    let path = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    document["access_token"].as_str().unwrap().to_owned()
}
