//! Certificates and keys of the settings, made into what rustls takes. Checked once, before the first request.

use std::sync::Arc;

use camunda_core::config::{ConfigError, Pem, ProblemCode, Tls};
use camunda_core::{Config, Error, Route};
use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;

/// The TLS settings of a route; `None` where nothing on it wants TLS.
pub(crate) fn of(config: &Config, route: Route) -> Result<Option<Arc<ClientConfig>>, Error> {
    if !config.uses_tls(route) {
        return Ok(None);
    }
    let tls = config.tls(route);
    let authorities = tls.ca().map(certificates).transpose()?.unwrap_or_default();
    let provider = Arc::new(default_provider());
    let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider));
    let verifier = verifier.map_err(|error| unverifiable(tls, route, &error))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unverifiable(tls, route, &error))?
        // Not dangerous: the platform's own verifier is named like every other that is not built in.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut client = match (tls.certificate(), tls.key()) {
        (Some(certificate), Some(key)) => builder
            .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
            .map_err(|error| unfit(certificate, key, &error))?,
        _ => builder.with_no_client_auth(),
    };
    // Two are offered by most servers; one is spoken.
    client.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(client)))
}

fn certificates(pem: &Pem) -> Result<Vec<CertificateDer<'static>>, Error> {
    let text = pem.text().unwrap_or_default();
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match parsed {
        Ok(found) if found.is_empty() => Err(problem(pem, "holds no certificate (-----BEGIN CERTIFICATE-----)")),
        Ok(found) => Ok(found),
        Err(error) => Err(problem(pem, &format!("holds a certificate that cannot be read: {error}"))),
    }
}

fn private_key(pem: &Pem) -> Result<PrivateKeyDer<'static>, Error> {
    let text = pem.text().unwrap_or_default();
    // PKCS #8 (RFC 5958), and what OpenSSL wrote before it.
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        let advice =
            "is encrypted, which is not supported: write it without a passphrase (openssl pkey -in KEY -out PLAIN)";
        return Err(problem(pem, advice));
    }
    // The parser's words may hold what it found.
    PrivateKeyDer::from_pem_slice(text.as_bytes())
        .map_err(|_| problem(pem, "holds no private key that can be read (PKCS #8, PKCS #1 or SEC 1, as PEM)"))
}

fn unfit(certificate: &Pem, key: &Pem, error: &rustls::Error) -> Error {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            problem(key, &format!("is not the key of the certificate in {}", certificate.setting()))
        }
        rustls::Error::InvalidCertificate(_) => problem(certificate, &format!("cannot be used: {error}")),
        _ => problem(key, &format!("cannot be used: {error}")),
    }
}

/// No roots, or authorities that are none.
fn unverifiable(tls: &Tls, route: Route, error: &rustls::Error) -> Error {
    let setting = authority_setting(route);
    match tls.ca() {
        Some(pem) => problem(pem, &format!("cannot be used: {error}")),
        None => {
            let reason = format!(
                "is needed: an https address is used, and this system has no certificates of authorities ({error})"
            );
            ConfigError::single(setting, ProblemCode::MissingRequired, reason).into()
        }
    }
}

fn problem(pem: &Pem, reason: &str) -> Error {
    let from = pem.path().map(|path| format!("{} ", path.display())).unwrap_or_default();
    ConfigError::single(pem.setting(), ProblemCode::InvalidFile, format!("{from}{reason}")).into()
}

/// What names authorities that a server's certificate may be signed by.
pub(crate) fn authority_setting(route: Route) -> &'static str {
    match route {
        Route::Cluster => "CAMUNDA_MTLS_CA_PATH",
        Route::Identity => "CAMUNDA_OAUTH_MTLS_CA_PATH",
    }
}

/// What names the client's own certificate and key.
pub(crate) fn client_settings(route: Route) -> &'static str {
    match route {
        Route::Cluster => "CAMUNDA_MTLS_CERT_PATH and CAMUNDA_MTLS_KEY_PATH",
        Route::Identity => "CAMUNDA_OAUTH_MTLS_CERT_PATH and CAMUNDA_OAUTH_MTLS_KEY_PATH",
    }
}
