//! Any text in place of a token file, or of the mark of refused credentials: a token is used only if it was written for these
//! very credentials and has not run out, and whatever else is there harms no call. The same function is fuzzed, and replayed
//! over the corpus by the ordinary tests.
//!
//! Layout of an input: a line, then the text. The line is `file` for the text as it is, `merge` for an object whose members
//! replace those of a good file (`"@"` stands for the member of a client with another id, audience and secret), or `mark`;
//! then how many seconds later the file is found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use camunda_core::config::ConfigBuilder;
use camunda_core::{Config, Event, Route, Step};
use serde_json::Value;

use super::wallet::{OPENED, SECRET, Wallet, authorization};

/// Who a file tells whose it is by.
const OURS: [&str; 6] = ["oauth_url", "client_id", "audience", "scope", "resource", "identity"];

/// Runs one input.
pub fn run(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (line, text) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let Ok(line) = std::str::from_utf8(line) else { return };
    let text = String::from_utf8_lossy(text);
    let (kind, later) = line.split_once(' ').unwrap_or((line, "0"));
    let later = later.parse::<u64>().unwrap_or_default().min(u64::from(u32::MAX));
    match kind {
        "file" => found(text.into_owned(), later),
        "merge" => {
            if let Ok(Value::Object(members)) = serde_json::from_str(&text) {
                found(merged(members), later);
            }
        }
        "mark" => marked(&text, later),
        _ => {}
    }
}

fn ours() -> ConfigBuilder {
    let settings = Config::builder().oauth("ours", format!("{SECRET}!tail")).audience("api");
    settings.oauth_url("https://login.cloud.camunda.io/oauth/token").set("CAMUNDA_OAUTH_SCOPE", "s")
}

/// The file that a client writes for its token, and where.
fn written(settings: ConfigBuilder) -> (PathBuf, Value) {
    let mut wallet = Wallet::open(settings, BTreeMap::new());
    let mut call = wallet.begin();
    let Some(Step::Send { route: Route::Identity, .. }) = wallet.step(&mut call, false) else { panic!("no request") };
    let head = http::Response::builder().status(200).body(()).unwrap();
    call.handle(&mut wallet.session, wallet.now, Event::Head(head));
    let body = Bytes::from_static(br#"{"access_token":"the-token-itself","expires_in":300}"#);
    call.handle(&mut wallet.session, wallet.now, Event::Chunk(body));
    call.handle(&mut wallet.session, wallet.now, Event::End);
    let Some(Step::Send { route: Route::Cluster, .. }) = wallet.step(&mut call, false) else { panic!("no token") };
    let (path, text) = wallet.files.pop_first().unwrap();
    (path, serde_json::from_str(&text).unwrap())
}

fn merged(members: serde_json::Map<String, Value>) -> String {
    let (_, mut document) = written(ours());
    let other = Config::builder().oauth("other", "another").audience("theirs").oauth_url("http://idp/token");
    let (_, theirs) = written(other);
    for (name, value) in members {
        document[&name] = if value == "@" { theirs[&name].clone() } else { value };
    }
    document.to_string()
}

fn found(text: String, later: u64) {
    let (path, good) = written(ours());
    let mut wallet = Wallet::open(ours(), BTreeMap::from([(path, text.clone())]));
    wallet.now.unix += Duration::from_secs(later);
    let mut call = wallet.begin();
    match wallet.step(&mut call, false) {
        // Used, or used up while it is renewed.
        Some(Step::Send { request, route: Route::Cluster, .. }) => {
            let document: Value = serde_json::from_str(&text).unwrap();
            for member in OURS {
                assert_eq!(document.get(member).unwrap_or(&Value::Null), &good[member], "{member} is another's");
            }
            assert_eq!(document["access_token"], authorization(&request));
            let time = |member: &str| document[member].as_u64().unwrap();
            let now = OPENED + later * 1000;
            let (obtained, ends) = (time("obtained_at_epoch_ms"), time("hard_expires_at_epoch_ms"));
            assert!(now < ends && obtained < ends && obtained <= now + 30_000, "{obtained} {ends}");
            assert!(ends - obtained <= 1000 * u64::from(i32::MAX.unsigned_abs()));
        }
        Some(Step::Send { route: Route::Identity, .. }) => {}
        step => panic!("neither used nor ignored but {step:?}"),
    }
}

fn marked(text: &str, later: u64) {
    // What a program leaves that is refused says where.
    let mut wallet = Wallet::open(ours(), BTreeMap::new());
    let mut call = wallet.begin();
    assert!(matches!(wallet.step(&mut call, false), Some(Step::Send { route: Route::Identity, .. })));
    let head = http::Response::builder().status(401).body(()).unwrap();
    call.handle(&mut wallet.session, wallet.now, Event::Head(head));
    call.handle(&mut wallet.session, wallet.now, Event::End);
    assert!(matches!(wallet.step(&mut call, false), Some(Step::Done(Err(_)))));
    let (path, own) = wallet.files.pop_first().unwrap();
    for (text, own) in [(text, false), (&own, true)] {
        let mut wallet = Wallet::open(ours(), BTreeMap::from([(path.clone(), text.to_owned())]));
        wallet.now.unix += Duration::from_secs(later);
        let mut call = wallet.begin();
        let heeded = match wallet.step(&mut call, false) {
            Some(Step::Done(Err(error))) => {
                assert!(error.to_string().contains("oauth-401-tarpit-ours-api-"), "{error}");
                true
            }
            Some(Step::Send { route: Route::Identity, .. }) => false,
            step => panic!("neither heeded nor ignored but {step:?}"),
        };
        if own {
            assert_eq!(heeded, later < 24 * 3600);
        } else if heeded {
            let document: Value = serde_json::from_str(text).unwrap();
            assert!(document["createdAt"].is_string());
        }
    }
}
