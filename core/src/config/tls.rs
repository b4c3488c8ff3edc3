//! TLS material: certificates and keys as text or by path. Whether it is any good is the adapter's matter.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Secret;
use super::catalogue as settings;
use super::problem::ProblemCode::MissingRequired;
use super::resolve::Resolver;
use super::setting::Setting;

/// What a connection is secured with besides the system's roots.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    pub(super) ca: Option<Pem>,
    pub(super) certificate: Option<Pem>,
    pub(super) key: Option<Pem>,
    passphrase: Option<Secret>,
}

impl Tls {
    /// Certificates that a server's may be signed by.
    pub fn ca(&self) -> Option<&Pem> {
        self.ca.as_ref()
    }

    /// The client's certificate; there is a key too, then.
    pub fn certificate(&self) -> Option<&Pem> {
        self.certificate.as_ref()
    }

    /// The client's private key; there is a certificate too, then.
    pub fn key(&self) -> Option<&Pem> {
        self.key.as_ref()
    }

    /// What the key is encrypted with.
    pub fn passphrase(&self) -> Option<&Secret> {
        self.passphrase.as_ref()
    }

    /// Whether there is none of it.
    pub fn is_empty(&self) -> bool {
        self.ca.is_none() && self.certificate.is_none() && self.key.is_none()
    }

    pub(super) fn cluster(resolver: &mut Resolver) -> Self {
        Names {
            ca: Pair(&settings::MTLS_CA, &settings::MTLS_CA_PATH),
            certificate: Pair(&settings::MTLS_CERT, &settings::MTLS_CERT_PATH),
            key: Pair(&settings::MTLS_KEY, &settings::MTLS_KEY_PATH),
            passphrase: &settings::MTLS_KEY_PASSPHRASE,
        }
        .resolve(resolver)
    }

    /// `None` if nothing is set: then it is the cluster's.
    pub(super) fn identity(resolver: &mut Resolver) -> Option<Self> {
        let tls = Names {
            ca: Pair(&settings::OAUTH_MTLS_CA, &settings::OAUTH_MTLS_CA_PATH),
            certificate: Pair(&settings::OAUTH_MTLS_CERT, &settings::OAUTH_MTLS_CERT_PATH),
            key: Pair(&settings::OAUTH_MTLS_KEY, &settings::OAUTH_MTLS_KEY_PATH),
            passphrase: &settings::OAUTH_MTLS_KEY_PASSPHRASE,
        }
        .resolve(resolver);
        (!tls.is_empty()).then_some(tls)
    }

    pub(super) fn iter_files(&self) -> impl Iterator<Item = &Pem> {
        [&self.ca, &self.certificate, &self.key].into_iter().flatten()
    }

    pub(super) fn files(&mut self) -> impl Iterator<Item = &mut Pem> {
        [&mut self.ca, &mut self.certificate, &mut self.key].into_iter().flatten()
    }
}

/// PEM text, once it is there.
#[derive(Clone)]
pub struct Pem {
    setting: &'static str,
    pub(super) path: Option<PathBuf>,
    pub(super) text: Option<String>,
}

impl Pem {
    /// The variable that it comes from, for messages.
    pub fn setting(&self) -> &'static str {
        self.setting
    }

    /// The file, if it was given by its path.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The text; nothing until the file was read, see [`Config::load`](crate::Config::load).
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}={}", self.setting, path.display()),
            None => write!(f, "{} (inline)", self.setting),
        }
    }
}

/// A setting for the text, which wins, and one for its path.
#[derive(Clone, Copy)]
struct Pair(&'static Setting, &'static Setting);

impl Pair {
    fn resolve(self, resolver: &Resolver) -> Option<Pem> {
        let Self(inline, path) = self;
        match (resolver.text(inline), resolver.text(path)) {
            (Some(text), _) => Some(Pem { setting: inline.name, path: None, text: Some(text.to_owned()) }),
            (None, Some(file)) => Some(Pem { setting: path.name, path: Some(file.into()), text: None }),
            (None, None) => None,
        }
    }

    fn names(self) -> String {
        format!("{} or {}", self.0.name, self.1.name)
    }
}

struct Names {
    ca: Pair,
    certificate: Pair,
    key: Pair,
    passphrase: &'static Setting,
}

impl Names {
    fn resolve(self, resolver: &mut Resolver) -> Tls {
        let tls = Tls {
            ca: self.ca.resolve(resolver),
            certificate: self.certificate.resolve(resolver),
            key: self.key.resolve(resolver),
            passphrase: resolver.text(self.passphrase).map(Secret::new),
        };
        let (certificate, key) = (self.certificate.names(), self.key.names());
        match (&tls.certificate, &tls.key) {
            (Some(_), None) => {
                resolver.problem(
                    self.key.1,
                    MissingRequired,
                    format!("a certificate ({certificate}) needs a key ({key})"),
                );
            }
            (None, Some(_)) => {
                let reason = format!("a key ({key}) needs a certificate ({certificate})");
                resolver.problem(self.certificate.1, MissingRequired, reason);
            }
            _ => {}
        }
        if tls.passphrase.is_some() && tls.key.is_none() {
            let reason = format!("{} is for a key: {key}", self.passphrase.name);
            resolver.problem(self.passphrase, MissingRequired, reason);
        }
        tls
    }
}
