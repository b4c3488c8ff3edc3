//! Credentials on the wire, against a cluster that checks every one of them.

use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_hyper::api::{GetTopology, SearchProcessInstances};
use camunda_hyper::{Config, Error};

use crate::on_every_adapter;
use crate::subject::Subject;

on_every_adapter!(
    a_hundred_calls_fetch_one_token,
    short_tokens_are_not_fetched_for_every_call,
    a_token_that_the_cluster_refuses_is_replaced_once,
    an_identity_provider_that_recovers_is_enough,
    wrong_secrets_are_told,
    passwords_are_checked,
);

fn protected(life: Duration) -> Emulator {
    Emulator::builder().identity_provider(life).start().unwrap()
}

fn client<S: Subject>(cluster: &Emulator) -> S {
    S::open(Config::from_pairs(cluster.environment()).unwrap())
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
    let mut settings = Config::builder().set("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS", "5");
    for (name, value) in cluster.environment() {
        settings = settings.set(name, value);
    }
    let client = S::open(settings.build().unwrap());
    cluster.fail_tokens(2, 503);
    client.send(GetTopology::new()).unwrap();
    assert_eq!(cluster.token_requests(), 3);
}

fn wrong_secrets_are_told<S: Subject>() {
    let cluster = protected(Duration::from_secs(300));
    let mut settings = Config::builder();
    for (name, value) in cluster.environment() {
        settings = settings.set(name, value);
    }
    let client = S::open(settings.set("CAMUNDA_CLIENT_SECRET", "hunter2").build().unwrap());
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
