//! The settings by name: aliases, kind, default, meaning. What is not here is not a setting.

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    /// Its name as a variable.
    pub(super) name: &'static str,
    /// Other names for the same thing.
    pub(super) aliases: &'static [&'static str],
    /// Never trimmed, never shown.
    pub(super) secret: bool,
}

const fn plain(name: &'static str) -> Setting {
    Setting { name, aliases: &[], secret: false }
}

/// All settings that have an effect.
pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "CAMUNDA_REST_ADDRESS", aliases: &["ZEEBE_REST_ADDRESS"], secret: false },
    plain("CAMUNDA_AUTH_STRATEGY"),
    Setting { name: "CAMUNDA_CLIENT_ID", aliases: &["CAMUNDA_CLIENT_AUTH_CLIENTID"], secret: false },
    Setting { name: "CAMUNDA_CLIENT_SECRET", aliases: &["CAMUNDA_CLIENT_AUTH_CLIENTSECRET"], secret: true },
    plain("CAMUNDA_OAUTH_URL"),
    plain("CAMUNDA_OAUTH_GRANT_TYPE"),
    plain("CAMUNDA_OAUTH_SCOPE"),
    plain("CAMUNDA_OAUTH_RESOURCE"),
    plain("CAMUNDA_OAUTH_TIMEOUT_MS"),
    plain("CAMUNDA_OAUTH_RETRY_MAX"),
    plain("CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS"),
    plain("CAMUNDA_TOKEN_AUDIENCE"),
    plain("CAMUNDA_BASIC_AUTH_USERNAME"),
    Setting { name: "CAMUNDA_BASIC_AUTH_PASSWORD", aliases: &[], secret: true },
    Setting { name: "CAMUNDA_TENANT_ID", aliases: &["CAMUNDA_DEFAULT_TENANT_ID"], secret: false },
    plain("CAMUNDA_TENANT_IDS"),
    plain("CAMUNDA_WORKER_NAME"),
    plain("CAMUNDA_WORKER_TIMEOUT"),
    plain("CAMUNDA_WORKER_MAX_CONCURRENT_JOBS"),
    plain("CAMUNDA_WORKER_REQUEST_TIMEOUT"),
    plain("CAMUNDA_WORKER_STARTUP_JITTER_MAX_SECONDS"),
    plain("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS"),
    plain("CAMUNDA_SDK_HTTP_RETRY_BASE_DELAY_MS"),
    plain("CAMUNDA_SDK_HTTP_RETRY_MAX_DELAY_MS"),
    plain("CAMUNDA_SDK_CONNECT_TIMEOUT_MS"),
    plain("CAMUNDA_SDK_ATTEMPT_TIMEOUT_MS"),
    plain("CAMUNDA_SDK_CALL_TIMEOUT_MS"),
    plain("CAMUNDA_SDK_INACTIVITY_TIMEOUT_MS"),
    plain("CAMUNDA_SDK_POOL_IDLE_MS"),
    plain("CAMUNDA_SDK_MAX_BODY_BYTES"),
    plain("CAMUNDA_SDK_BACKPRESSURE_PROFILE"),
    plain("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX"),
    plain("CAMUNDA_SDK_BACKPRESSURE_SOFT_FACTOR"),
    plain("CAMUNDA_SDK_BACKPRESSURE_SEVERE_FACTOR"),
    plain("CAMUNDA_SDK_BACKPRESSURE_RECOVERY_INTERVAL_MS"),
    plain("CAMUNDA_SDK_BACKPRESSURE_RECOVERY_STEP"),
    plain("CAMUNDA_SDK_BACKPRESSURE_DECAY_QUIET_MS"),
    plain("CAMUNDA_SDK_BACKPRESSURE_FLOOR"),
    plain("CAMUNDA_SDK_BACKPRESSURE_SEVERE_THRESHOLD"),
    plain("CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS"),
    plain("CAMUNDA_SDK_BACKPRESSURE_HEALTHY_RECOVERY_MULTIPLIER"),
    plain("CAMUNDA_SDK_BACKPRESSURE_UNLIMITED_AFTER_HEALTHY_MS"),
];

/// Names that other SDKs read and this version does not: set, they earn a warning instead of a puzzle.
pub(super) const WITHOUT_EFFECT: &[&str] = &[
    "CAMUNDA_CLUSTER_ID",
    "CAMUNDA_CLUSTER_REGION",
    "CAMUNDA_LOAD_ENVFILE",
    "CAMUNDA_MTLS_CA",
    "CAMUNDA_MTLS_CA_PATH",
    "CAMUNDA_MTLS_CERT",
    "CAMUNDA_MTLS_CERT_PATH",
    "CAMUNDA_MTLS_KEY",
    "CAMUNDA_MTLS_KEY_PASSPHRASE",
    "CAMUNDA_MTLS_KEY_PATH",
    "CAMUNDA_OAUTH_CACHE_DIR",
    "CAMUNDA_SDK_EVENTUAL_POLL_DEFAULT_MS",
    "CAMUNDA_SDK_LOG_LEVEL",
    "CAMUNDA_SDK_TELEMETRY_CORRELATION",
    "CAMUNDA_SDK_TELEMETRY_LOG",
    "CAMUNDA_SDK_VALIDATION",
    "CAMUNDA_SUPPORT_LOG_ENABLED",
    "CAMUNDA_SUPPORT_LOG_FILE_PATH",
    "CAMUNDA_SUPPORT_LOGGER",
    "CAMUNDA_TOKEN_CACHE_DIR",
    "CAMUNDA_TOKEN_DISK_CACHE_DISABLE",
];

/// What is remarkable about a name, if anything.
pub(super) fn remark(name: &str) -> Option<String> {
    let known = || SETTINGS.iter().flat_map(|setting| setting.aliases.iter().copied().chain([setting.name]));
    if !name.starts_with("CAMUNDA_") || known().any(|known| known == name) {
        return None;
    }
    if WITHOUT_EFFECT.contains(&name) {
        return Some(format!("{name} has no effect in this version"));
    }
    let nearest = known().map(|known| (distance(name, known), known)).min()?;
    // Two slips of the finger; more than that is another product's variable.
    (nearest.0 <= 2).then(|| format!("{name} is not known; did you mean {}?", nearest.1))
}

/// Levenshtein's distance of two ASCII names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let substituted = diagonal.saturating_add(usize::from(x != y));
            diagonal = *cell;
            *cell = substituted.min(left.saturating_add(1)).min(diagonal.saturating_add(1));
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_told_from_strangers() {
        let remark = |name| remark(name).unwrap_or_default();
        assert_eq!(
            remark("CAMUNDA_REST_ADRESS"),
            "CAMUNDA_REST_ADRESS is not known; did you mean CAMUNDA_REST_ADDRESS?"
        );
        assert_eq!(remark("CAMUNDA_MODELER_TOKEN"), "");
        assert_eq!(remark("CAMUNDA_CLIENT_ID"), "");
        assert!(remark("CAMUNDA_SDK_LOG_LEVEL").contains("no effect"));
    }
}
