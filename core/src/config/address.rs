//! Addresses: what counts as one, and the form in which requests are built on it. Nothing is looked up.

use http::Uri;

/// The address of the REST API: final slashes cut, `/v2` appended unless the path already ends in it.
pub(super) fn rest(text: &str) -> Result<String, String> {
    let text = absolute(text)?.trim_end_matches('/').to_owned();
    let last = text.rsplit('/').next().unwrap_or_default();
    Ok(if last.eq_ignore_ascii_case("v2") { text } else { format!("{text}/v2") })
}

/// What is before the last `/v2`.
pub(super) fn cluster(rest: &str) -> &str {
    rest.rsplit_once('/').map_or(rest, |(before, _)| before)
}

/// An absolute `http` or `https` URL without credentials, query or fragment.
pub(super) fn absolute(text: &str) -> Result<&str, String> {
    let quoted = |reason: &str| Err(format!("{text:?} {reason}"));
    if text.contains(['?', '#']) {
        return quoted("must not have a query or a fragment");
    }
    let Ok(uri) = text.parse::<Uri>() else { return quoted("is not an absolute http or https URL") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().unwrap_or_default().is_empty() {
        return quoted("is not an absolute http or https URL");
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err("must not carry credentials; they have variables of their own".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_in_v2_once() {
        for (given, expected) in [
            ("http://h", "http://h/v2"),
            ("http://h///", "http://h/v2"),
            ("http://h/v2/", "http://h/v2"),
            ("http://h/v2//", "http://h/v2"),
            ("http://h/V2", "http://h/V2"),
            ("http://h/v22", "http://h/v22/v2"),
            ("http://h/cluster/v2/x", "http://h/cluster/v2/x/v2"),
            ("https://h:8080/prefix", "https://h:8080/prefix/v2"),
        ] {
            assert_eq!(rest(given).as_deref(), Ok(expected), "{given}");
        }
    }

    #[test]
    fn what_is_no_address_is_named() {
        for given in ["/", "h:8080", "not a url", "ftp://h", "http://", "http://h/v2?x=1", "http://h#y"] {
            let reason = rest(given).unwrap_err();
            assert!(reason.contains(given), "{given}: {reason}");
        }
        let reason = rest("http://user:hunter2@h").unwrap_err();
        assert!(!reason.contains("hunter2"), "{reason}");
    }
}
