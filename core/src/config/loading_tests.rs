//! The machine, file by file.

use std::io::{Error as IoError, ErrorKind};

use super::*;
use crate::Route;

fn places() -> Places {
    Places { home: Some("/home/me".into()), working_directory: Some("/app".into()) }
}

/// Loads with these files, and names those that were asked for.
fn load(builder: ConfigBuilder, files: &[(&str, &str)]) -> (Result<Config, Error>, Vec<String>) {
    let mut loading = builder.load(places());
    let mut asked = Vec::new();
    while let Some(path) = loading.wanted() {
        let path = path.to_str().unwrap().to_owned();
        let file = files.iter().find(|(name, _)| *name == path);
        loading.give(file.map(|(_, text)| text.as_bytes().to_vec()).ok_or(ErrorKind::NotFound.into()));
        asked.push(path);
    }
    (loading.finish(), asked)
}

fn environment(builder: ConfigBuilder, name: &str, value: &str) -> ConfigBuilder {
    builder.environment([(name.to_owned(), value.to_owned())])
}

#[test]
fn the_trigger_as_tabled() {
    for (value, expected) in [
        ("true", &["/app/.env"][..]),
        ("1", &["/app/.env"]),
        ("YES", &["/app/.env"]),
        ("on", &["/app/.env"]),
        (" conf/dev.env ", &["/app/conf/dev.env"]),
        ("~/dev.env", &["/home/me/dev.env"]),
        ("/etc/dev.env", &["/etc/dev.env"]),
        ("false", &[]),
        ("0", &[]),
        ("No", &[]),
        ("off", &[]),
        ("  ", &[]),
    ] {
        let (config, asked) = load(Config::builder().set("CAMUNDA_LOAD_ENVFILE", value), &[]);
        assert_eq!(asked, expected, "{value:?}");
        assert!(config.unwrap().warnings().is_empty(), "{value:?}");
        let (_, asked) = load(environment(Config::builder(), "CAMUNDA_LOAD_ENVFILE", value), &[]);
        assert_eq!(asked, expected, "in the environment: {value:?}");
    }
}

#[test]
fn only_the_explicit_file_is_read() {
    let builder = environment(Config::builder(), "CAMUNDA_LOAD_ENVFILE", "low").set("CAMUNDA_LOAD_ENVFILE", "high");
    assert_eq!(load(builder, &[]).1, ["/app/high"]);
    let builder = environment(Config::builder(), "CAMUNDA_LOAD_ENVFILE", "low").set("CAMUNDA_LOAD_ENVFILE", "off");
    assert!(load(builder, &[]).1.is_empty());
}

#[test]
fn a_dotenv_file_is_the_lowest_layer_and_says_nothing_about_itself() {
    let text = "CAMUNDA_WORKER_NAME=file\nCAMUNDA_REST_ADDRESS=http://file\nCAMUNDA_TENANT_ID=file\n\
        CAMUNDA_LOAD_ENVFILE=other.env\nCAMUNDA_WORKER_TIMEOUT=\nUNRELATED=${X}";
    let builder = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "yes").set("CAMUNDA_WORKER_NAME", "option");
    let builder = environment(builder, "CAMUNDA_REST_ADDRESS", "http://variable");
    let (config, asked) = load(builder, &[("/app/.env", text)]);
    let config = config.unwrap();
    assert_eq!(asked, ["/app/.env"]);
    assert_eq!(config.worker().name, "option");
    assert_eq!(config.rest_address(), "http://variable/v2");
    assert_eq!(config.tenant_id().unwrap().as_str(), "file");
    assert_eq!(config.worker().timeout.as_secs(), 60);
    assert!(config.warnings().is_empty());
    let flag = config.effective().iter().find(|entry| entry.name() == "CAMUNDA_LOAD_ENVFILE").unwrap();
    assert_eq!((flag.layer(), flag.expose()), (crate::config::Layer::Explicit, "yes"));
}

#[test]
fn a_dotenv_text_takes_the_place_of_the_file() {
    let builder = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "true").dotenv("CAMUNDA_WORKER_NAME=text");
    let (config, asked) = load(builder, &[]);
    assert!(asked.is_empty());
    assert_eq!(config.unwrap().worker().name, "text");
    let config = Config::builder().dotenv("CAMUNDA_LOAD_ENVFILE=true").build().unwrap();
    assert!(config.effective().iter().any(|entry| entry.to_string() == "CAMUNDA_LOAD_ENVFILE=false"));
}

#[test]
fn a_file_that_cannot_be_read_is_a_warning() {
    let mut loading = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "true").load(places());
    loading.give(Err(IoError::new(ErrorKind::PermissionDenied, "not yours")));
    assert_eq!(loading.finish().unwrap().warnings(), ["could not read /app/.env: not yours"]);
}

#[test]
fn lines_that_cannot_be_read_are_problems_among_the_others() {
    let builder = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "true").set("CAMUNDA_WORKER_TIMEOUT", "0");
    let (config, _) = load(builder, &[("/app/.env", "A=1\nCAMUNDA_CLIENT_SECRET: hunter2\n")]);
    assert_eq!(
        config.unwrap_err().to_string(),
        "2 problems in the configuration\n  \
         CAMUNDA_LOAD_ENVFILE: line 2 of /app/.env has no =\n  \
         CAMUNDA_WORKER_TIMEOUT: \"0\" is not between 1 and 2147483647"
    );
}

#[test]
fn without_a_home_there_is_no_tilde() {
    for name in ["CAMUNDA_LOAD_ENVFILE", "CAMUNDA_TOKEN_CACHE_DIR", "CAMUNDA_MTLS_CA_PATH"] {
        let loading = Config::builder().set(name, "~/x").load(Places::default());
        let error = loading.finish().unwrap_err().to_string();
        assert!(error.contains(&format!("{name}: \"~/x\" is in the home directory, which is not known")), "{error}");
    }
}

#[test]
fn the_home_directory_goes_into_paths() {
    let builder = Config::builder().token_cache_dir("~/.tokens").set("CAMUNDA_MTLS_CA_PATH", "~/ca.pem");
    let pure = builder.clone().build().unwrap();
    assert_eq!(pure.token_cache_dir(), Some(Path::new("~/.tokens")));
    let (config, asked) = load(builder, &[("/home/me/ca.pem", "ca")]);
    assert_eq!(config.unwrap().token_cache_dir(), Some(Path::new("/home/me/.tokens")));
    assert_eq!(asked, ["/home/me/ca.pem"]);
    let off = Config::builder().token_cache_dir("/t").set("CAMUNDA_TOKEN_DISK_CACHE_DISABLE", "Yes").build().unwrap();
    assert_eq!(off.token_cache_dir(), None);
    // What was built without files is loaded later, and only once.
    let mut loading = pure.load(places());
    assert_eq!(loading.wanted(), Some(Path::new("/home/me/ca.pem")));
    loading.give(Ok(b"ca".to_vec()));
    let config = loading.finish().unwrap();
    assert_eq!(config.tls(Route::Cluster).ca().unwrap().text(), Some("ca"));
    assert_eq!(config.tls(Route::Identity).ca().unwrap().text(), Some("ca"));
    assert_eq!(config.load(Places::default()).wanted(), None);
    // A user's name after the tilde is a name like any other.
    let config = load(Config::builder().token_cache_dir("~other/x"), &[]).0.unwrap();
    assert_eq!(config.token_cache_dir(), Some(Path::new("~other/x")));
}

#[test]
fn tls_files_must_be_there_all_of_them() {
    let builder = Config::builder()
        .set("CAMUNDA_MTLS_CERT_PATH", "/cert.pem")
        .set("CAMUNDA_MTLS_KEY_PATH", "/key.pem")
        .set("CAMUNDA_OAUTH_MTLS_CA_PATH", "/ca.pem");
    let files = [("/cert.pem", "cert"), ("/key.pem", "key"), ("/ca.pem", "ca")];
    let config = load(builder.clone(), &files).0.unwrap();
    let (cluster, identity) = (config.tls(Route::Cluster), config.tls(Route::Identity));
    assert_eq!(cluster.certificate().and_then(Pem::text), Some("cert"));
    assert_eq!(cluster.key().and_then(Pem::text), Some("key"));
    assert_eq!(identity.ca().and_then(Pem::text), Some("ca"));
    assert!(identity.key().is_none() && cluster.ca().is_none());

    let error = load(builder.clone(), &files[..1]).0.unwrap_err().to_string();
    assert!(error.contains("CAMUNDA_MTLS_KEY_PATH: could not read /key.pem: entity not found"), "{error}");
    assert!(error.contains("CAMUNDA_OAUTH_MTLS_CA_PATH: could not read /ca.pem"), "{error}");

    let mut loading = builder.load(places());
    loading.give(Ok(vec![0x30, 0x82, 0xff]));
    assert!(loading.finish().unwrap_err().to_string().contains("could not read /cert.pem: it is not text"));
}

#[test]
fn built_without_reading_a_dotenv_file_it_says_so() {
    let config = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "true").build().unwrap();
    assert!(config.warnings()[0].contains("CAMUNDA_LOAD_ENVFILE has no effect where"), "{:?}", config.warnings());
    let config = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "true").dotenv("CAMUNDA_TENANT_ID=a").build().unwrap();
    assert!(config.warnings().is_empty());
    assert_eq!(config.tenant_id().unwrap().as_str(), "a");
}
