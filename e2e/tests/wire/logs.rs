//! What is logged, where, and what never is.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use camunda_emulator::Emulator;
use camunda_hyper::api::{CreateProcessInstance, GetTopology};
use camunda_hyper::config::ConfigBuilder;
use camunda_hyper::{CallOptions, Config, LogSink, Record, Setup, Tracing};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, TOPOLOGY, json};
use crate::subject::Subject;

on_every_adapter!(
    no_secret_in_logs,
    the_level_decides_what_is_logged,
    a_configuration_says_what_it_has_to_say,
    a_log_for_support_is_written_for_its_owner_alone,
    everything_goes_to_tracing_by_level_and_field,
);

/// Keeps each record as a line, and what a debugger would show of what it is about.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl LogSink for Kept {
    fn log(&self, record: &Record<'_>) {
        self.0.lock().unwrap().push(format!("{record:?}"));
        let about = record.observation().map(|about| format!("{about:?}"));
        assert!(!about.unwrap_or_default().contains("hunter2"));
    }
}

impl Kept {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn has(&self, what: &str) -> bool {
        self.0.lock().unwrap().iter().any(|line| line.contains(what))
    }
}

fn at(level: &str, settings: ConfigBuilder) -> Config {
    settings.set("CAMUNDA_SDK_LOG_LEVEL", level).build().unwrap()
}

fn settings(cluster: &Emulator) -> ConfigBuilder {
    let pairs = cluster.environment().into_iter();
    pairs.fold(Config::builder(), |settings, (name, value)| settings.set(name, value))
}

/// A folder of the test's own, which goes away with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name.replace([':', '/'], "-"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// With everything logged that can be, bodies included: through good and bad days of the cluster and the identity provider.
fn no_secret_in_logs<S: Subject>() {
    let cluster = Emulator::builder().identity_provider(Duration::from_secs(300)).start().unwrap();
    let folder = Folder::new(&format!("secrets-{}-{}", std::any::type_name::<S>(), cluster.address()));
    let support = folder.file("support.log");
    let settings = || {
        settings(&cluster)
            .set("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS", "5")
            .set("CAMUNDA_SUPPORT_LOG_ENABLED", "true")
            .set("CAMUNDA_SUPPORT_LOG_FILE_PATH", &support)
            .set("CAMUNDA_SDK_TELEMETRY_CORRELATION", "true")
    };
    let kept = Kept::default();
    let client = S::open(Setup::new(at("silly", settings())).log(kept.clone()));
    cluster.fail_tokens(1, 503);
    client.send(GetTopology::new()).unwrap();
    let token = client.auth_headers().unwrap()["authorization"].to_str().unwrap().replace("Bearer ", "");
    cluster.faults().on("getTopology").times(1).answer(401, "Unauthorized");
    client.send(GetTopology::new()).unwrap();
    let second = client.auth_headers().unwrap()["authorization"].to_str().unwrap().replace("Bearer ", "");
    client.send(CreateProcessInstance::by_id("missing")).unwrap_err();
    for said in ["no token yet", "token granted", "cluster refused the token", "request body", "answer body", "missing"]
    {
        assert!(kept.has(said), "{said}");
    }
    let wrong = at("silly", settings().set("CAMUNDA_CLIENT_SECRET", "hunter2-hunter2"));
    S::open(Setup::new(wrong).log(kept.clone())).send(GetTopology::new()).unwrap_err();
    let wrong = at("silly", Config::builder().rest_address(cluster.address()).basic("demo", "hunter2-hunter2"));
    S::open(Setup::new(wrong).log(kept.clone())).send(GetTopology::new()).unwrap_err();
    assert!(kept.has("refused the credentials"));
    let mut written = kept.take().join("\n");
    for file in fs::read_dir(&folder.0).unwrap() {
        written += &fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let config = settings().build().unwrap();
    let secret = config.provided().iter().find(|entry| entry.is_secret()).unwrap().expose().to_owned();
    assert!(secret.len() > 4 && token.len() > 20 && token != second);
    for secret in [&*secret, &token, &second, "hunter2"] {
        assert!(!written.contains(secret), "{secret} in {written}");
    }
}

fn the_level_decides_what_is_logged<S: Subject>() {
    let cluster = Emulator::builder().identity_provider(Duration::from_secs(300)).start().unwrap();
    let logged = |level: &str, settings: ConfigBuilder| {
        let kept = Kept::default();
        let client = S::open(Setup::new(at(level, settings)).log(kept.clone()));
        cluster.faults().on("getTopology").times(1).answer(503, "RESOURCE_EXHAUSTED");
        client.send_with(GetTopology::new(), CallOptions::new().correlation("r 7")).unwrap();
        let level = |line: &String| line.split(' ').next().unwrap().to_owned();
        let lines = kept.take();
        let mut levels: Vec<_> = lines.iter().map(level).collect();
        levels.sort();
        levels.dedup();
        (levels, lines)
    };
    let plain = || settings(&cluster);
    assert_eq!(logged("silent", plain()).0, [""; 0]);
    assert_eq!(logged("error", plain()).0, [""; 0], "what callers are told of is theirs to judge");
    assert_eq!(logged("warn", plain()).0, ["warn"]);
    assert_eq!(logged("info", plain()).0, ["info", "warn"]);
    assert_eq!(logged("debug", plain()).0, ["debug", "info", "warn"]);
    let (levels, lines) = logged("trace", plain());
    assert_eq!(levels, ["debug", "info", "trace", "warn"]);
    let expected = [
        "debug token asked for call=1 operation=get_topology correlation=\"r 7\" attempt=1 early=false",
        "info token granted call=1 operation=get_topology correlation=\"r 7\" lifetime=300.000s early=false took=",
        "trace request sent call=1 operation=get_topology correlation=\"r 7\" attempt=1 method=GET path=/v2/topology",
        "debug request answered call=1 operation=get_topology correlation=\"r 7\" attempt=1 status=503 took=",
        "warn the cluster refuses work for load call=1 operation=get_topology correlation=\"r 7\" severity=Soft cap=12",
        "debug request to be sent again call=1 operation=get_topology correlation=\"r 7\" attempt=1 verdict=Busy delay=",
        "debug waited call=1 operation=get_topology correlation=\"r 7\" for=Backoff took=",
        "trace request sent call=1 operation=get_topology correlation=\"r 7\" attempt=2 method=GET path=/v2/topology",
        "debug request answered call=1 operation=get_topology correlation=\"r 7\" attempt=2 status=200 took=",
        "debug call done call=1 operation=get_topology correlation=\"r 7\" status=200 attempts=2 took=",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    let (levels, lines) = logged("info", plain().set("CAMUNDA_SDK_TELEMETRY_LOG", "true"));
    assert_eq!((levels.join(" "), lines.len()), ("info warn".to_owned(), expected.len()));
}

fn a_configuration_says_what_it_has_to_say<S: Subject>() {
    let kept = Kept::default();
    let said = |settings: ConfigBuilder| {
        S::open(Setup::new(at("warn", settings)).log(kept.clone()));
        kept.take()
    };
    assert_eq!(
        said(Config::builder().set("CAMUNDA_CLIENT_SECRTE", "hunter2")),
        ["warn CAMUNDA_CLIENT_SECRTE is not known; did you mean CAMUNDA_CLIENT_SECRET?"]
    );
    let nowhere = Config::builder()
        .set("CAMUNDA_SUPPORT_LOG_ENABLED", "true")
        .set("CAMUNDA_SUPPORT_LOG_FILE_PATH", "/nowhere/at/all.log");
    let lines = said(nowhere);
    assert!(lines.len() == 1 && lines[0].starts_with("warn no log for support in /nowhere/at/all.log: "), "{lines:?}");
}

fn a_log_for_support_is_written_for_its_owner_alone<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let folder = Folder::new(&format!("support-{}-{}", std::any::type_name::<S>(), peer.address()));
    let settings = peer.config().basic("demo", "hunter2-and-more").set("CAMUNDA_SUPPORT_LOGGER", "true");
    let config = || settings.clone().set("CAMUNDA_SUPPORT_LOG_FILE_PATH", folder.file("support.log")).build().unwrap();
    // The level is for the other log, and so is its absence.
    for _ in 0..2 {
        S::open(Setup::new(config()).without_log()).send(GetTopology::new()).unwrap();
    }
    let read = |name: &str| fs::read_to_string(folder.file(name)).unwrap();
    let (first, second) = (read("support.log"), read("support-1.log"));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 2);
    for text in [first, second] {
        assert!(text.starts_with(concat!("camunda-rust ", env!("CARGO_PKG_VERSION"), " on ")), "{text}");
        assert!(text.contains(&format!("CAMUNDA_REST_ADDRESS={}/v2\n", peer.address())), "{text}");
        assert!(text.contains("CAMUNDA_BASIC_AUTH_PASSWORD=************more\n"), "{text}");
        let lines: Vec<_> = text.lines().filter(|line| line.contains(" camunda: ")).collect();
        assert!(lines.len() == 3 && lines[0].contains("Z trace camunda: request sent call=1"), "{text}");
        assert!(lines[1].contains("Z debug camunda: request answered call=1"), "{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.file("support.log")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// The same levels and words as in the log, and the numbers as numbers.
fn everything_goes_to_tracing_by_level_and_field<S: Subject>() {
    let cluster = Emulator::builder().identity_provider(Duration::from_secs(300)).start().unwrap();
    let story = |setup: Setup| {
        let client = S::open(setup);
        cluster.fail_tokens(1, 503);
        cluster.faults().on("getTopology").times(1).answer(503, "RESOURCE_EXHAUSTED");
        client.send_with(GetTopology::new(), CallOptions::new().correlation("r7")).unwrap();
        cluster.faults().on("getTopology").times(1).answer(401, "Unauthorized");
        client.send(GetTopology::new()).unwrap();
        client.clear_token();
    };
    let settings = || settings(&cluster).set("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS", "5");
    let kept = Kept::default();
    story(Setup::new(at("trace", settings())).log(kept.clone()));
    let traced = Traced::default();
    tracing::subscriber::with_default(traced.clone(), || {
        story(Setup::new(at("trace", settings())).without_log().observe(Tracing));
    });
    let events = std::mem::take(&mut *traced.0.lock().unwrap());
    let logged = kept.take();
    assert_eq!(events.len(), logged.len(), "{events:#?} {logged:#?}");
    for (event, line) in events.iter().zip(&logged) {
        assert!(line.starts_with(&event.said), "{line}\n{event:?}");
    }
    let (first, answered) = (&events[0], events.iter().find(|event| event.said == "debug request answered").unwrap());
    assert_eq!(first.said, "debug token asked for");
    for field in ["call=1", "operation=\"get_topology\"", "correlation=\"r7\"", "attempt=1", "status=503", "took_ms="] {
        assert!(
            answered.fields.iter().any(|(name, value)| format!("{name}={value}").starts_with(field)),
            "{answered:?}"
        );
    }
    // As a log it is told what else there is to say, too.
    tracing::subscriber::with_default(traced.clone(), || {
        let config = at("debug", settings().set("CAMUNDA_CLIENT_SECRTE", "hunter2"));
        S::open(Setup::new(config).log(Tracing)).send(GetTopology::new()).unwrap();
    });
    let said: Vec<_> = traced.0.lock().unwrap().iter().map(|event| event.said.clone()).collect();
    assert_eq!(said[0], "warn CAMUNDA_CLIENT_SECRTE is not known; did you mean CAMUNDA_CLIENT_SECRET?");
    assert!(
        said.contains(&"debug call done".to_owned()) && !said.contains(&"trace request sent".to_owned()),
        "{said:?}"
    );
}

/// Keeps what goes to `tracing`.
#[derive(Clone, Default)]
struct Traced(Arc<Mutex<Vec<Event>>>);

#[derive(Clone, Debug, Default)]
struct Event {
    /// Its level and its message.
    said: String,
    fields: Vec<(&'static str, String)>,
}

impl tracing::field::Visit for Event {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "message" => self.said += &format!(" {value:?}"),
            name => self.fields.push((name, format!("{value:?}"))),
        }
    }
}

impl tracing::Subscriber for Traced {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "camunda"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut kept = Event { said: event.metadata().level().as_str().to_lowercase(), fields: Vec::new() };
        event.record(&mut kept);
        self.0.lock().unwrap().push(kept);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
