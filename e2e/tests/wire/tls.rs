//! TLS: whom a client trusts, as whom it presents itself, and what it says when there is no session.

use std::sync::Arc;
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_hyper::api::{CreateProcessInstance, GetTopology};
use camunda_hyper::config::ConfigBuilder;
use camunda_hyper::{Config, Error, TransportErrorKind as Kind};
use serde_json::Value;

use crate::authority::{Authority, LOCAL, Pair};
use crate::on_every_adapter;
use crate::peer::{CREATED, Peer, Reply, TOPOLOGY, json};
use crate::subject::Subject;

on_every_adapter!(
    Tls:
    a_server_of_the_named_authority_is_trusted,
    a_server_of_another_authority_is_not,
    a_certificate_that_has_run_out_is_told,
    a_certificate_of_another_host_is_told,
    a_client_that_presents_itself_is_let_in,
    a_client_without_the_certificate_that_is_wanted_is_told,
    an_address_that_does_not_speak_tls_is_told,
    the_identity_provider_has_settings_of_its_own,
    the_identity_provider_is_spoken_to_as_the_cluster_is,
    material_that_cannot_be_used_is_told_before_the_first_call,
    closed_at_every_byte,
    a_handshake_that_nobody_answers_is_given_up,
    a_long_poll_ends_at_once_when_the_worker_stops,
    a_system_without_authorities_matters_only_where_they_are_needed,
);

fn topology(pair: &Pair, of_clients: Option<&Authority>) -> Peer {
    Peer::secured(pair.serve(of_clients), |_, _| Reply::Bytes(json(200, TOPOLOGY)))
}

fn trusting(peer: &Peer, authority: &Authority) -> ConfigBuilder {
    peer.config().set("CAMUNDA_MTLS_CA", authority.pem())
}

fn presenting(settings: ConfigBuilder, pair: &Pair) -> ConfigBuilder {
    settings.set("CAMUNDA_MTLS_CERT", &pair.certificate).set("CAMUNDA_MTLS_KEY", &pair.key)
}

/// That no session comes about, so that nothing is sent; and what is said of it.
fn refused<S: Subject>(settings: ConfigBuilder) -> String {
    let error = S::open(settings.build().unwrap()).send(CreateProcessInstance::by_id("order")).unwrap_err();
    assert!(!error.may_have_executed() && error.is_retryable(), "{error}");
    let Error::Network(network) = &error else { panic!("{error}") };
    assert_eq!(network.cause().kind(), Kind::Tls, "{error}");
    error.to_string()
}

fn a_server_of_the_named_authority_is_trusted<S: Subject>() {
    let authority = Authority::new("ours");
    let peer = topology(&authority.server(LOCAL), None);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("ca-{}.pem", peer.address().replace([':', '/'], "-")));
    std::fs::write(&file, authority.pem()).unwrap();
    let by_path = peer.config().set("CAMUNDA_MTLS_CA_PATH", file.to_str().unwrap());
    for settings in [trusting(&peer, &authority), by_path] {
        let client = S::open(settings.build().unwrap());
        for _ in 0..3 {
            client.send(GetTopology::new()).unwrap();
        }
    }
    std::fs::remove_file(file).unwrap();
    assert_eq!(peer.connections(), 2, "a session is kept as a connection is");
}

fn a_server_of_another_authority_is_not<S: Subject>() {
    let (ours, other) = (Authority::new("ours"), Authority::new("another"));
    let peer = topology(&other.server(LOCAL), None);
    let text = refused::<S>(trusting(&peer, &ours));
    assert!(text.contains("the certificate of localhost is signed by an authority that is not known here"), "{text}");
    assert!(text.contains("name the authority's certificate by CAMUNDA_MTLS_CA_PATH"), "{text}");
    assert!(peer.requests().is_empty());
}

fn a_certificate_that_has_run_out_is_told<S: Subject>() {
    let authority = Authority::new("ours");
    let peer = topology(&authority.expired(), None);
    let text = refused::<S>(trusting(&peer, &authority));
    assert!(text.contains("the certificate of localhost has expired: it has to be renewed there"), "{text}");
}

fn a_certificate_of_another_host_is_told<S: Subject>() {
    let authority = Authority::new("ours");
    let peer = topology(&authority.server(&["cluster.test"]), None);
    let text = refused::<S>(trusting(&peer, &authority));
    assert!(text.contains("is not one for localhost: use a name that it is made out to"), "{text}");
    assert!(text.contains("cluster.test"), "{text}");
}

fn a_client_that_presents_itself_is_let_in<S: Subject>() {
    let authority = Authority::new("ours");
    let peer = topology(&authority.server(LOCAL), Some(&authority));
    let client = presenting(trusting(&peer, &authority), &authority.client());
    S::open(client.build().unwrap()).send(GetTopology::new()).unwrap();
}

fn a_client_without_the_certificate_that_is_wanted_is_told<S: Subject>() {
    let (authority, other) = (Authority::new("ours"), Authority::new("another"));
    let peer = topology(&authority.server(LOCAL), Some(&authority));
    let text = refused::<S>(trusting(&peer, &authority));
    let wants =
        "localhost wants a certificate of its clients: name it by CAMUNDA_MTLS_CERT_PATH and CAMUNDA_MTLS_KEY_PATH";
    assert!(text.contains(wants), "{text}");
    let text = refused::<S>(presenting(trusting(&peer, &authority), &other.client()));
    assert!(text.contains("localhost ") && text.contains("CAMUNDA_MTLS_CERT_PATH"), "{text}");
    assert!(peer.requests().is_empty(), "the server read nothing, as the error says");
}

fn an_address_that_does_not_speak_tls_is_told<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Close(json(400, "{}")));
    let address = peer.address().replace("http:", "https:");
    let settings = peer.config().rest_address(address).set("CAMUNDA_MTLS_CA", Authority::new("ours").pem());
    let error = S::open(settings.build().unwrap()).send(GetTopology::new()).unwrap_err().to_string();
    assert!(error.contains("no TLS session with https://127.0.0.1"), "{error}");
}

/// An identity provider and what it was asked.
fn identity_provider(pair: &Pair, of_clients: &Authority) -> Peer {
    let token = r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":300}"#;
    Peer::secured(pair.serve(Some(of_clients)), move |_, _| Reply::Bytes(json(200, token)))
}

fn by_oauth(settings: ConfigBuilder, provider: &Peer) -> ConfigBuilder {
    settings
        .set("CAMUNDA_OAUTH_URL", format!("{}/token", provider.address()))
        .set("CAMUNDA_CLIENT_ID", "worker")
        .set("CAMUNDA_CLIENT_SECRET", "secret")
        .set("CAMUNDA_OAUTH_RETRY_MAX", "1")
}

fn the_identity_provider_has_settings_of_its_own<S: Subject>() {
    let (of_cluster, of_provider) = (Authority::new("of the cluster"), Authority::new("of the provider"));
    let cluster = topology(&of_cluster.server(LOCAL), Some(&of_cluster));
    let provider = identity_provider(&of_provider.server(LOCAL), &of_provider);
    let settings = || by_oauth(presenting(trusting(&cluster, &of_cluster), &of_cluster.client()), &provider);
    let own = of_provider.client();
    let apart = settings()
        .set("CAMUNDA_OAUTH_MTLS_CA", of_provider.pem())
        .set("CAMUNDA_OAUTH_MTLS_CERT", &own.certificate)
        .set("CAMUNDA_OAUTH_MTLS_KEY", &own.key);
    S::open(apart.build().unwrap()).send(GetTopology::new()).unwrap();
    assert_eq!(cluster.requests()[0].header("authorization"), Some("Bearer t0ken"));

    let text = S::open(settings().build().unwrap()).send(GetTopology::new()).unwrap_err().to_string();
    assert!(text.contains("authority that is not known here"), "{text}");
    assert!(text.contains("CAMUNDA_OAUTH_MTLS_CA_PATH"), "{text}");
    assert_eq!(cluster.requests().len(), 1);
}

fn the_identity_provider_is_spoken_to_as_the_cluster_is<S: Subject>() {
    let authority = Authority::new("ours");
    let cluster = topology(&authority.server(LOCAL), None);
    let provider = identity_provider(&authority.server(LOCAL), &authority);
    let settings = presenting(trusting(&cluster, &authority), &authority.client());
    S::open(by_oauth(settings, &provider).build().unwrap()).send(GetTopology::new()).unwrap();
}

fn material_that_cannot_be_used_is_told_before_the_first_call<S: Subject>() {
    let authority = Authority::new("ours");
    let (client, other) = (authority.client(), authority.client());
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIBvTBX\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let cases = [
        (
            &client.certificate,
            other.key.as_str(),
            "CAMUNDA_MTLS_KEY: is not the key of the certificate in CAMUNDA_MTLS_CERT",
        ),
        (&client.certificate, encrypted, "CAMUNDA_MTLS_KEY: is encrypted, which is not supported: write it without"),
        (&client.certificate, "no key", "CAMUNDA_MTLS_KEY: holds no private key that can be read"),
        (&client.key, client.key.as_str(), "CAMUNDA_MTLS_CERT: holds no certificate"),
    ];
    for (certificate, key, said) in cases {
        let settings = |address: &str| {
            let settings = Config::builder().rest_address(address).set("CAMUNDA_MTLS_CA", authority.pem());
            settings.set("CAMUNDA_MTLS_CERT", certificate).set("CAMUNDA_MTLS_KEY", key).build().unwrap()
        };
        let error = S::try_open(settings("https://localhost")).err().expect("unusable").to_string();
        assert!(error.contains(said), "{error}");
        assert!(!error.contains("BEGIN ENCRYPTED") && !error.contains("MIIBvTBX"), "no_secret_in_logs: {error}");
        assert!(S::try_open(settings("http://localhost")).is_ok(), "what is not used does no harm");
    }
    let settings = Config::builder().rest_address("https://localhost").set("CAMUNDA_MTLS_CA", &client.key);
    let error = S::try_open(settings.build().unwrap()).err().expect("unusable").to_string();
    assert!(error.contains("CAMUNDA_MTLS_CA: holds no certificate"), "{error}");
}

fn closed_at_every_byte<S: Subject>() {
    let authority = Authority::new("ours");
    let pair = authority.server(LOCAL);
    let whole = json(200, CREATED);
    for length in (0..whole.len()).step_by(11).chain([whole.len()]) {
        let (bytes, complete) = (whole[..length].to_vec(), length == whole.len());
        let peer = Peer::secured(pair.serve(None), move |_, _| Reply::Close(bytes.clone()));
        let result = S::open(trusting(&peer, &authority).build().unwrap()).send(CreateProcessInstance::by_id("order"));
        assert_eq!(peer.requests().len(), 1, "sent_once, {length} bytes");
        match result {
            Ok(_) => assert!(complete, "{length} bytes are no answer"),
            Err(error) => assert!(!complete && error.may_have_executed(), "{length} bytes: {error}"),
        }
    }
}

fn a_handshake_that_nobody_answers_is_given_up<S: Subject>() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", silent.local_addr().unwrap());
    let settings = Config::builder().rest_address(address).set("CAMUNDA_MTLS_CA", Authority::new("ours").pem());
    let settings =
        settings.set("CAMUNDA_SDK_CONNECT_TIMEOUT_MS", "100").set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "1");
    let error = S::open(settings.build().unwrap()).send(CreateProcessInstance::by_id("order")).unwrap_err();
    assert!(!error.may_have_executed() && error.to_string().contains("no connection in time"), "{error}");
}

fn a_long_poll_ends_at_once_when_the_worker_stops<S: Subject>() {
    let authority = Authority::new("ours");
    let peer = Peer::secured(authority.server(LOCAL).serve(None), |_, _| Reply::Hang(Vec::new()));
    let worker = S::open(trusting(&peer, &authority).build().unwrap()).work("charge", 1, Arc::new(|_| Ok(Value::Null)));
    while peer.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    // The peer never answers: the test ends only if the poll is ended.
    assert!(worker.stop(Duration::ZERO).unwrap().poll_cut);
}

/// A slim container has no certificates, and nor has a process that runs a test alone.
fn a_system_without_authorities_matters_only_where_they_are_needed<S: Subject>() {
    if crate::alone() {
        return;
    }
    let cluster = Emulator::start().unwrap();
    S::open(Config::from_pairs(cluster.environment()).unwrap()).send(GetTopology::new()).unwrap();

    let authority = Authority::new("ours");
    let peer = topology(&authority.server(LOCAL), None);
    S::open(trusting(&peer, &authority).build().unwrap()).send(GetTopology::new()).unwrap();

    let error = S::try_open(peer.config().build().unwrap()).err().expect("nothing to trust").to_string();
    assert!(
        error.contains("CAMUNDA_MTLS_CA_PATH: is needed: an https address is used, and this system has no"),
        "{error}"
    );
}
