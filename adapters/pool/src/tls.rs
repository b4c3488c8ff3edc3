//! The TLS settings of all connections: rustls with ring and the platform's verifier. Built once, before the first request.

use std::sync::Arc;

use camunda_driver::core::Error;
use camunda_driver::core::config::{ConfigError, ProblemCode};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;

/// Settings for `https` addresses.
pub(crate) fn client_config() -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier());
    match config {
        Ok(builder) => {
            let mut config = builder.with_no_client_auth();
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Ok(Arc::new(config))
        }
        Err(error) => {
            let reason = format!("is an https address, but TLS cannot be set up: {error}");
            Err(ConfigError::single("CAMUNDA_REST_ADDRESS", ProblemCode::InvalidValue, reason).into())
        }
    }
}
