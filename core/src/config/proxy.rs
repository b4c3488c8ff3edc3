//! Proxies: which one an address is reached through. Adapters get the decision; they read no variable.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};

use super::address;
use super::catalogue as settings;
use super::no_proxy::NoProxy;
use super::problem::ProblemCode::InvalidUrl;
use super::resolve::Resolver;
use super::setting::Setting;

/// The proxies by the scheme of what is reached through them.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    except: NoProxy,
}

/// A proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Its address, without credentials.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Its host, an address of version 6 in brackets.
    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// Its port; without one, that of its scheme.
    pub fn port(&self) -> u16 {
        port(&self.uri)
    }

    /// The value of `Proxy-Authorization` (RFC 7617), marked sensitive.
    pub fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }

    /// `http://user:password@host:port`, where all but the host may be missing. An error goes on from the text.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let uri = format!("{scheme}://{host}/");
        let uri = address::absolute(&uri).ok().and_then(|uri| uri.parse().ok());
        Ok(Self { uri: uri.ok_or("is not the http or https URL of a proxy")?, authorization: user.and_then(basic) })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = if self.authorization.is_some() { " (with credentials)" } else { "" };
        write!(f, "{}{user}", self.uri)
    }
}

fn basic(user: &str) -> Option<HeaderValue> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let mut text: Vec<u8> = percent_encoding::percent_decode_str(name).collect();
    text.push(b':');
    text.extend(percent_encoding::percent_decode_str(password));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(text))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn port(uri: &Uri) -> u16 {
    let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    uri.port_u16().unwrap_or(usual)
}

impl Proxies {
    /// The proxy that an address is reached through.
    pub(super) fn of(&self, uri: &Uri) -> Option<&Proxy> {
        let proxy = match uri.scheme_str()? {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        };
        proxy.filter(|_| !self.except.names(uri.host().unwrap_or_default(), port(uri)))
    }

    /// For a configuration that uses these addresses. A variable that is none of its business may say what it likes. `None`
    /// only beside a problem.
    pub(super) fn resolve<'a>(resolver: &mut Resolver, used: impl Iterator<Item = &'a str>) -> Option<Self> {
        let except = resolver.text(&settings::NO_PROXY).map(NoProxy::parse).unwrap_or_default();
        let used: Vec<Uri> = used.filter_map(|address| address.parse().ok()).collect();
        let (mut http, mut https) = (None, None);
        for (scheme, own, proxy) in
            [("http", &settings::HTTP_PROXY, &mut http), ("https", &settings::HTTPS_PROXY, &mut https)]
        {
            let setting: &'static Setting = if resolver.is_set(own) { own } else { &settings::ALL_PROXY };
            let Some(text) = resolver.set_as(setting).map(|(_, text)| text.to_owned()) else { continue };
            let taken = |uri: &Uri| {
                uri.scheme_str() == Some(scheme) && !except.names(uri.host().unwrap_or_default(), port(uri))
            };
            let used = used.iter().any(taken);
            match Proxy::parse(&text) {
                Ok(parsed) => *proxy = Some(parsed),
                Err(said) if used => {
                    resolver.invalid(setting, &text, InvalidUrl, said);
                    return None;
                }
                Err(_) => {}
            }
        }
        Some(Self { http, https, except })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn over(address: &str, variables: &[(&str, &str)]) -> Result<Config, crate::Error> {
        let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Config::builder().rest_address(address).environment(variables).build()
    }

    /// The proxy of an address, under these variables.
    fn proxy(variables: &[(&str, &str)], address: &str) -> String {
        let config = over("http://unused", variables).unwrap();
        let uri: Uri = address.parse().unwrap();
        config.proxy_for(&uri).map(|proxy| proxy.uri().to_string()).unwrap_or_default()
    }

    #[test]
    fn by_scheme_and_the_rest_by_all() {
        let all = [("HTTP_PROXY", "http://plain:1"), ("HTTPS_PROXY", "http://tls:2"), ("ALL_PROXY", "http://all:3")];
        assert_eq!(proxy(&all, "http://h/v2"), "http://plain:1/");
        assert_eq!(proxy(&all, "https://h/v2"), "http://tls:2/");
        assert_eq!(proxy(&all[1..], "http://h/v2"), "http://all:3/");
        assert_eq!(proxy(&all[..1], "https://h/v2"), "");
        assert_eq!(proxy(&[], "http://h/v2"), "");
    }

    #[test]
    fn lower_case_first_and_blanks_are_nothing() {
        assert_eq!(proxy(&[("HTTP_PROXY", "http://a"), ("http_proxy", "http://b")], "http://h"), "http://b/");
        assert_eq!(proxy(&[("HTTP_PROXY", "http://a"), ("http_proxy", " ")], "http://h"), "http://a/");
        let both = [("ALL_PROXY", "a"), ("NO_PROXY", "x.test"), ("no_proxy", "y.test")];
        assert_eq!(proxy(&both, "http://x.test"), "http://a/");
        assert_eq!(proxy(&both, "http://y.test"), "");
    }

    #[test]
    fn no_proxy_goes_by_host_and_port() {
        let ports = [("ALL_PROXY", "proxy:3128"), ("NO_PROXY", "10.10.10.10,localhost:8080,tls.test:443")];
        assert_eq!(proxy(&ports, "http://10.10.10.10:8001/"), "");
        assert_eq!(proxy(&ports, "http://localhost:8080/v2"), "");
        assert_eq!(proxy(&ports, "http://localhost/v2"), "http://proxy:3128/");
        assert_eq!(proxy(&ports, "https://tls.test/v2"), "");
        assert_eq!(proxy(&ports, "http://tls.test/v2"), "http://proxy:3128/");
    }

    #[test]
    fn what_a_proxy_may_look_like() {
        for (text, uri, port, credentials) in [
            ("proxy", "http://proxy/", 80, None),
            ("proxy:3128", "http://proxy:3128/", 3128, None),
            ("https://proxy/path", "https://proxy/", 443, None),
            ("http://[::1]:8080", "http://[::1]:8080/", 8080, None),
            ("user:pass@proxy:1", "http://proxy:1/", 1, Some("user:pass")),
            ("http://u:p@ss@proxy", "http://proxy/", 80, Some("u:p@ss")),
            ("http://u%40x:p%3Aw@proxy", "http://proxy/", 80, Some("u@x:p:w")),
            ("http://token@proxy", "http://proxy/", 80, Some("token:")),
        ] {
            let proxy = Proxy::parse(text).unwrap();
            assert_eq!((proxy.uri().to_string().as_str(), proxy.port()), (uri, port), "{text}");
            let expected = credentials.map(|credentials| format!("Basic {}", STANDARD.encode(credentials)));
            let given = proxy.authorization().map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(given, expected, "{text}");
            assert!(proxy.authorization().is_none_or(HeaderValue::is_sensitive));
        }
        for text in
            ["socks5://proxy", "http://", "http://proxy:x", "http://pro xy", "://proxy", "http://user:pa/ss@proxy"]
        {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_matters_only_where_it_is() {
        let socks = [("ALL_PROXY", "socks5://user:hunter2@proxy"), ("HTTPS_PROXY", "http://tls")];
        assert!(over("https://h", &socks).is_ok());
        let error = over("http://h", &socks).unwrap_err().to_string();
        assert!(error.contains("ALL_PROXY: \"socks5://***@proxy\" is not the http or https URL"), "{error}");
        assert!(!error.contains("hunter2"));
        assert!(over("http://h", &[("ALL_PROXY", "socks5://proxy"), ("NO_PROXY", "h")]).is_ok());
    }

    #[test]
    fn credentials_of_a_proxy_are_not_shown() {
        let config = over("http://h", &[("http_proxy", "http://user:hunter2@proxy")]).unwrap();
        let shown = format!("{config:?} {config}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn elsewhere_than_in_the_environment_it_is_remarked() {
        let config = Config::from_pairs([("HTTP_PROXY", "http://proxy")]).unwrap();
        assert_eq!(config.warnings(), ["HTTP_PROXY is read from the environment only, not from the options"]);
        assert!(config.proxy_for(&Uri::from_static("http://h")).is_none());
    }
}
