//! Proxies: what goes through which, how it looks on the way, and what is said when there is no way through.

use std::sync::Arc;
use std::time::Duration;

use camunda_hyper::api::{CreateProcessInstance, GetTopology};
use camunda_hyper::config::ConfigBuilder;
use camunda_hyper::{Config, Error, TransportErrorKind as Kind};

use crate::authority::{Authority, LOCAL};
use crate::on_every_adapter;
use crate::peer::{CREATED, Peer, Reply, TOPOLOGY, json};
use crate::proxy::{Manner, Proxy};
use crate::subject::Subject;

on_every_adapter!(
    Proxy:
    plain_requests_are_forwarded_by_their_whole_address,
    tls_goes_through_a_tunnel,
    a_proxy_is_told_who_asks_and_nobody_else_is,
    a_proxy_that_does_not_know_us_is_told,
    hosts_that_need_no_proxy_are_reached_without,
    the_identity_provider_is_reached_through_its_own_proxy,
    a_proxy_can_be_spoken_to_by_tls,
    a_proxy_that_is_not_there_is_told,
    whatever_a_proxy_answers_nothing_was_sent,
    a_silent_proxy_is_given_up_when_connecting_takes_too_long,
);

/// A client of that address in an environment with these variables.
fn settings(address: &str, variables: &[(&str, &str)]) -> ConfigBuilder {
    let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Config::builder().rest_address(address).environment(variables);
    settings.set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "1")
}

/// A name that only a proxy can reach.
const PLAIN: &str = "http://cluster.test:8080/v2";
const SECURE: &str = "https://cluster.test/v2";

fn plain_requests_are_forwarded_by_their_whole_address<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, CREATED)));
    let proxy = Proxy::start(peer.address(), Manner::default());
    let client = S::open(settings(PLAIN, &[("HTTP_PROXY", &proxy.variable(""))]).build().unwrap());
    for _ in 0..5 {
        client.send(CreateProcessInstance::by_id("order")).unwrap();
    }
    let requests = proxy.requests();
    let first = &requests[0];
    assert!(
        first.head.starts_with("POST http://cluster.test:8080/v2/process-instances HTTP/1.1\r\n"),
        "{}",
        first.head
    );
    assert_eq!(first.header("host"), Some("cluster.test:8080"));
    assert_eq!(first.header("proxy-authorization"), None);
    assert!(first.body.contains("order"), "{}", first.body);
    assert!(requests.iter().all(|request| request.connection == 0), "the connection to the proxy is kept");
}

fn tls_goes_through_a_tunnel<S: Subject>() {
    let authority = Authority::new("ours");
    let peer = Peer::secured(authority.server(&["cluster.test"]).serve(None), |_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let proxy = Proxy::start(peer.address(), Manner::default());
    let settings = settings(SECURE, &[("https_proxy", &proxy.variable(""))]);
    let client = S::open(settings.set("CAMUNDA_MTLS_CA", authority.pem()).build().unwrap());
    for _ in 0..5 {
        client.send(GetTopology::new()).unwrap();
    }
    let requests = proxy.requests();
    assert_eq!(requests.len(), 1, "the tunnel is kept");
    assert!(requests[0].head.starts_with("CONNECT cluster.test:443 HTTP/1.1\r\n"), "{}", requests[0].head);
    assert_eq!(requests[0].header("host"), Some("cluster.test:443"));
    let inner = &peer.requests()[0];
    assert!(inner.head.starts_with("GET /v2/topology HTTP/1.1\r\n"), "{}", inner.head);
    assert_eq!(inner.header("host"), Some("cluster.test"));
}

/// `worker:p@ss`, in base64.
const CREDENTIALS: &str = "Basic d29ya2VyOnBAc3M=";

fn a_proxy_is_told_who_asks_and_nobody_else_is<S: Subject>() {
    let authority = Authority::new("ours");
    let manner = Manner { wants: Some(CREDENTIALS), ..Manner::default() };
    let peer = Peer::secured(authority.server(&["cluster.test"]).serve(None), |_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let proxy = Proxy::start(peer.address(), manner.clone());
    let secure = settings(SECURE, &[("HTTPS_PROXY", &proxy.variable("worker:p%40ss@"))]);
    let client = S::open(secure.set("CAMUNDA_MTLS_CA", authority.pem()).build().unwrap());
    client.send(GetTopology::new()).unwrap();
    assert_eq!(peer.requests()[0].header("proxy-authorization"), None);

    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let proxy = Proxy::start(peer.address(), manner);
    let plain = settings(PLAIN, &[("HTTP_PROXY", &proxy.variable("worker:p%40ss@"))]);
    S::open(plain.build().unwrap()).send(GetTopology::new()).unwrap();
}

/// That a request found no way through a proxy, so that nothing was sent; and what is said of it.
fn turned_away<S: Subject>(settings: ConfigBuilder) -> String {
    let settings = settings.set("CAMUNDA_MTLS_CA", Authority::new("ours").pem());
    let error = S::open(settings.build().unwrap()).send(CreateProcessInstance::by_id("order")).unwrap_err();
    assert!(!error.may_have_executed(), "{error}");
    let Error::Network(network) = &error else { panic!("{error}") };
    assert_eq!(network.cause().kind(), Kind::Proxy, "{error}");
    error.to_string()
}

fn a_proxy_that_does_not_know_us_is_told<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, CREATED)));
    let proxy = Proxy::start(peer.address(), Manner { wants: Some(CREDENTIALS), ..Manner::default() });
    for (address, user) in [(PLAIN, ""), (PLAIN, "worker:hunter2@"), (SECURE, ""), (SECURE, "worker:hunter2@")] {
        let text = turned_away::<S>(settings(address, &[("ALL_PROXY", &proxy.variable(user))]));
        assert!(text.contains(&format!("the proxy http://{}/ wants other credentials (407)", proxy.place())), "{text}");
        assert!(!text.contains("hunter2"), "no_secret_in_logs");
    }
    assert!(peer.requests().is_empty());
}

fn hosts_that_need_no_proxy_are_reached_without<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let proxy = Proxy::start(peer.address(), Manner::default());
    let proxied = proxy.variable("");
    for exception in ["127.0.0.1", "127.0.0.0/8", "*"] {
        let settings = settings(peer.address(), &[("HTTP_PROXY", &proxied), ("NO_PROXY", exception)]);
        S::open(settings.build().unwrap()).send(GetTopology::new()).unwrap();
    }
    let settings = settings(peer.address(), &[("HTTPS_PROXY", &proxied)]);
    S::open(settings.build().unwrap()).send(GetTopology::new()).unwrap();
    assert_eq!((proxy.requests().len(), peer.requests().len()), (0, 4));
}

fn the_identity_provider_is_reached_through_its_own_proxy<S: Subject>() {
    let authority = Authority::new("ours");
    let cluster = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let token = r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":300}"#;
    let provider = authority.server(&["login.test"]).serve(None);
    let provider = Peer::secured(provider, move |_, _| Reply::Bytes(json(200, token)));
    let (plain, secure) =
        (Proxy::start(cluster.address(), Manner::default()), Proxy::start(provider.address(), Manner::default()));
    let variables = [("HTTP_PROXY", plain.variable("")), ("HTTPS_PROXY", secure.variable(""))];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let settings = settings(PLAIN, &variables)
        .set("CAMUNDA_OAUTH_URL", "https://login.test/token")
        .set("CAMUNDA_CLIENT_ID", "worker")
        .set("CAMUNDA_CLIENT_SECRET", "secret")
        .set("CAMUNDA_OAUTH_MTLS_CA", authority.pem());
    S::open(settings.build().unwrap()).send(GetTopology::new()).unwrap();
    assert_eq!(plain.requests()[0].header("authorization"), Some("Bearer t0ken"));
    assert!(secure.requests()[0].head.starts_with("CONNECT login.test:443 "), "{:?}", secure.requests());
    assert!(provider.requests()[0].head.starts_with("POST /token "));
}

fn a_proxy_can_be_spoken_to_by_tls<S: Subject>() {
    let authority = Authority::new("ours");
    let manner = Manner { tls: Some(authority.server(LOCAL).serve(None)), ..Manner::default() };
    let peer = Peer::secured(authority.server(&["cluster.test"]).serve(None), |_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let proxy = Proxy::start(peer.address(), manner.clone());
    let secure = settings(SECURE, &[("HTTPS_PROXY", &proxy.variable(""))]).set("CAMUNDA_MTLS_CA", authority.pem());
    S::open(secure.build().unwrap()).send(GetTopology::new()).unwrap();
    assert!(proxy.requests()[0].head.starts_with("CONNECT cluster.test:443 "));

    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let proxy = Proxy::start(peer.address(), manner);
    let plain = settings(PLAIN, &[("HTTP_PROXY", &proxy.variable(""))]).set("CAMUNDA_MTLS_CA", authority.pem());
    S::open(plain.build().unwrap()).send(GetTopology::new()).unwrap();
    assert!(proxy.requests()[0].head.starts_with("GET http://cluster.test:8080/v2/topology "));
}

fn a_proxy_that_is_not_there_is_told<S: Subject>() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let variable = format!("http://user:hunter2@{free}");
    for address in [PLAIN, SECURE] {
        let text = turned_away::<S>(settings(address, &[("ALL_PROXY", &variable)]));
        assert!(text.contains(&format!("no way through the proxy: the proxy {free}: connection refused")), "{text}");
        assert!(text.contains("cluster.test") && !text.contains("hunter2"), "{text}");
        let text = turned_away::<S>(settings(address, &[("ALL_PROXY", "http://proxy.invalid:3128")]));
        assert!(text.contains("the proxy proxy.invalid:3128: "), "{text}");
    }
}

fn whatever_a_proxy_answers_nothing_was_sent<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, CREATED)));
    for (answer, said) in [
        ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nnope", "answered 502 Bad Gateway"),
        ("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere.test/\r\n\r\n", "answered 301 Moved"),
        ("", "closed the connection instead of opening a tunnel"),
        ("HTTP/1.1 200", "closed the connection instead of opening a tunnel"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "does not answer in HTTP"),
    ] {
        let proxy = Proxy::start(peer.address(), Manner { answers: Some(answer), ..Manner::default() });
        let text = turned_away::<S>(settings(SECURE, &[("HTTPS_PROXY", &proxy.variable(""))]));
        assert!(text.contains(&format!("the proxy http://{}/ {said}", proxy.place())), "{text}");
    }
}

fn a_silent_proxy_is_given_up_when_connecting_takes_too_long<S: Subject>() {
    let silent = Arc::new(Peer::start(|_, _| Reply::Hang(Vec::new())));
    let settings = settings(SECURE, &[("HTTPS_PROXY", silent.address())])
        .set("CAMUNDA_MTLS_CA", Authority::new("ours").pem())
        .set("CAMUNDA_SDK_CONNECT_TIMEOUT_MS", "100")
        .call_timeout(Duration::from_secs(20));
    let error = S::open(settings.build().unwrap()).send(CreateProcessInstance::by_id("order")).unwrap_err();
    assert!(!error.may_have_executed(), "{error}");
    assert!(error.to_string().contains("no connection to the proxy, or through it, in time"), "{error}");
}
