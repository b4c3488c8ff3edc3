//! Any text as the address of a cluster, of an identity provider and of a proxy: it becomes an address in the one form that
//! requests are built on, or a problem that does not show what may be a password. The same function is fuzzed, and replayed
//! over the corpus by the ordinary tests.

use camunda_core::config::ConfigBuilder;
use camunda_core::{Config, Error};

/// Stands for a password wherever a text has `@`.
const NEEDLE: &str = "hunter2";

/// Runs one input.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if text.contains(NEEDLE) {
        return;
    }
    cluster(&text);
    cluster(&text.replace('@', &format!(":{NEEDLE}@")));
    let secret = text.replace('@', &format!(":{NEEDLE}@"));
    for address in [text.as_ref(), &secret] {
        built(Config::builder().oauth("id", "secret").oauth_url(address));
        let proxies = ["HTTP_PROXY", "HTTPS_PROXY"].map(|name| (name.to_owned(), address.to_owned()));
        if let Some(config) = built(Config::builder().environment(proxies)) {
            proxy(&config);
        }
    }
}

/// The address of the REST API: absolute, without credentials, query or fragment, and normalised once.
fn cluster(text: &str) {
    let Some(config) = built(Config::builder().rest_address(text)) else { return };
    let address = config.rest_address();
    let uri: http::Uri = address.parse().unwrap();
    assert!(matches!(uri.scheme_str(), Some("http" | "https")) && !uri.host().unwrap().is_empty(), "{address}");
    assert!(uri.query().is_none() && !address.contains(['@', '#', ' ', '\n']), "{address}");
    let last = address.rsplit('/').next().unwrap();
    assert!(last.eq_ignore_ascii_case("v2") && uri.path().ends_with(last), "{address}");
    assert_eq!(built(Config::builder().rest_address(address)).unwrap().rest_address(), address);
}

fn proxy(config: &Config) {
    for uri in ["http://a.corp.test/v2", "https://10.1.2.3:8443/v2"] {
        if let Some(proxy) = config.proxy_for(&uri.parse().unwrap()) {
            assert!(!proxy.host().is_empty());
            hides(&format!("{proxy:?}"));
        }
    }
}

fn built(builder: ConfigBuilder) -> Option<Config> {
    match builder.build() {
        Ok(config) => {
            let views: Vec<_> = config.redacted().collect();
            hides(&format!("{config:?} {config} {views:?} {}", config.warnings().join(" ")));
            Some(config)
        }
        Err(error) => {
            assert!(matches!(error, Error::Config(_)), "{error}");
            hides(&format!("{error} {error:?}"));
            None
        }
    }
}

fn hides(text: &str) {
    assert!(!text.contains(NEEDLE), "{text}");
}
