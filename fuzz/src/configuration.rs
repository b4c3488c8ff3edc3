//! Any settings in any layers: they become a configuration or a list of problems, never a panic, and no text about them
//! shows a secret. The same function is fuzzed, and replayed over the corpus by the ordinary tests.
//!
//! Layout of an input: three parts with a line `--` between them. Options and environment are lines of `NAME=VALUE`, where
//! `@12` is the twelfth setting; the third part is the text of every file that is asked for.

use std::io::ErrorKind;

use camunda_core::config::{ConfigBuilder, ConfigError, Places, Setting, reference};
use camunda_core::{Config, Error, Route};

/// Ends in what a redacted secret shows.
const SECRET: &str = "hunter2!tail";
const NEEDLE: &str = "hunter2";

/// Runs one input.
pub fn run(data: &[u8]) {
    if data.windows(NEEDLE.len()).any(|window| window == NEEDLE.as_bytes()) {
        return;
    }
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(4).position(|window| window == b"\n--\n").filter(|_| parts.len() < 2) {
        parts.push(&rest[..at]);
        rest = &rest[at + 4..];
    }
    parts.push(rest);
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    let (options, environment, file) = (pairs(part(0)), pairs(part(1)), part(2));
    let builder = options.into_iter().fold(Config::builder(), |builder, (name, value)| builder.set(name, value));
    let builder = builder.environment(environment);

    hides(&format!("{builder:?}"));
    loaded(&builder, file);
    never_read(&builder, file);
    match builder.build() {
        Ok(config) => {
            checked(&config);
            again(&config);
        }
        Err(error) => refused(&error),
    }
}

/// Secrets get a needle, and so do credentials within addresses.
fn pairs(part: &[u8]) -> Vec<(String, String)> {
    let settings: Vec<&Setting> = reference::settings().collect();
    let text = String::from_utf8_lossy(part);
    let pairs = text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| {
        let number = name.strip_prefix('@').and_then(|number| number.parse::<usize>().ok());
        let name = number.map_or(name, |number| settings[number % settings.len()].name());
        let setting = settings.iter().find(|setting| setting.name() == name || setting.aliases().contains(&name));
        let value = match setting {
            Some(setting) if setting.is_secret() && !value.trim().is_empty() => format!("{value}{SECRET}"),
            Some(setting) if setting.form().contains("URL") || setting.form() == "proxy" => {
                value.replace('@', &format!(":{NEEDLE}@"))
            }
            _ => value.to_owned(),
        };
        (name.to_owned(), value)
    });
    pairs.collect()
}

/// As a driver does it: the files that are asked for are few, and each is asked for once.
fn loaded(builder: &ConfigBuilder, file: &[u8]) {
    let places = Places { home: Some("/home/me".into()), working_directory: None };
    let mut loading = builder.clone().load(places.clone());
    for asked in 0.. {
        assert!(asked < 8, "more files than settings name");
        hides(&format!("{loading:?}"));
        let Some(path) = loading.wanted() else { break };
        let missing = path.as_os_str().len() % 5 == 4;
        loading.give(if missing { Err(ErrorKind::NotFound.into()) } else { Ok(file.to_vec()) });
    }
    match loading.finish() {
        Ok(config) => {
            checked(&config);
            assert!(config.load(places).wanted().is_none(), "what was read is asked for again");
        }
        Err(error) => refused(&error),
    }
}

/// A line that is none makes any dotenv text a problem, and is not repeated.
fn never_read(builder: &ConfigBuilder, file: &[u8]) {
    let text = [file, b"\nhunter2 is no line"].concat();
    refused(&builder.clone().dotenv(text).build().unwrap_err());
}

fn checked(config: &Config) {
    let warnings = config.warnings().join("\n");
    let views: Vec<_> = config.redacted().collect();
    hides(&format!("{config:?} {config} {warnings} {views:?} {:?} {:?}", config.provided(), config.effective()));
    let address = config.rest_address();
    assert_eq!(address.rsplit_once('/').map(|(before, _)| before), Some(config.cluster_address()));
    let once = Config::builder().rest_address(address).build().unwrap();
    assert_eq!(once.rest_address(), address, "an address is normalised once");
    for uri in [address, "http://a.corp.test:8080/", "https://10.1.2.3/", "http://[::1]/"] {
        if let Some(proxy) = config.proxy_for(&uri.parse().unwrap()) {
            assert!(!proxy.host().is_empty() && proxy.authorization().is_none_or(|value| value.is_sensitive()));
        }
    }
    assert_eq!(config.tls(Route::Cluster).certificate().is_some(), config.tls(Route::Cluster).key().is_some());
    let knobs = config.backpressure();
    assert!(1 <= knobs.floor && knobs.floor <= knobs.initial_max && knobs.severe_threshold >= 1);
    assert!((1..=100).contains(&knobs.soft_percent) && knobs.healthy_multiplier_percent >= 100);
}

/// What came of the settings, set again, comes to the same.
fn again(config: &Config) {
    let values = |config: &Config| -> Vec<(&'static str, String)> {
        let proxy = |name: &str| name.to_ascii_uppercase().ends_with("_PROXY");
        let entries = config.effective().iter().filter(|entry| !proxy(entry.name()));
        entries.map(|entry| (entry.name(), entry.expose().to_owned())).collect()
    };
    let again = Config::from_pairs(values(config)).unwrap();
    assert_eq!(values(config), values(&again));
}

fn refused(error: &Error) {
    let Error::Config(error) = error else { panic!("{error}") };
    let problems = ConfigError::problems(error);
    assert!(!problems.is_empty() && problems.is_sorted());
    for problem in problems {
        assert!(problem.reason.len() < 2_000, "{} bytes of a problem", problem.reason.len());
    }
    hides(&format!("{error} {error:?}"));
}

fn hides(text: &str) {
    assert!(!text.contains(NEEDLE), "{text}");
}
