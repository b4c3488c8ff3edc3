//! Addresses: what counts as one, and the form in which requests are built on it. Nothing is looked up.

use http::Uri;

/// The address of the REST API: final slashes cut, `/v2` appended unless the path already ends in it. An error goes on
/// from the text.
pub(super) fn rest(text: &str) -> Result<String, &'static str> {
    let text = absolute(text)?.trim_end_matches('/');
    let path = text.parse::<Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    Ok(if last.eq_ignore_ascii_case("v2") { text.to_owned() } else { format!("{text}/v2") })
}

/// What is before the last `/v2`.
pub(super) fn cluster(rest: &str) -> &str {
    rest.rsplit_once('/').map_or(rest, |(before, _)| before)
}

/// Where a cluster of the vendor's cloud is.
pub(super) fn cloud(region: &str, cluster: &str) -> String {
    format!("https://{region}.zeebe.camunda.io/{cluster}/v2")
}

/// An absolute `http` or `https` URL without credentials, query or fragment. An error goes on from the text.
pub(super) fn absolute(text: &str) -> Result<&str, &'static str> {
    const NOT_ONE: &str = "is not an absolute http or https URL";
    // Anywhere: with a slash in the password, what follows the slash would be a path.
    if text.contains('@') {
        return Err("must not carry credentials; they have variables of their own (in a path, @ is %40)");
    }
    if text.contains(['?', '#']) {
        return Err("must not have a query or a fragment");
    }
    let uri = text.parse::<Uri>().map_err(|_| NOT_ONE)?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().unwrap_or_default().is_empty() {
        return Err(NOT_ONE);
    }
    if authority.len() != uri.host().map_or(0, str::len) && uri.port_u16().is_none() {
        return Err("has no valid port");
    }
    Ok(text)
}

/// The text without what may be credentials: all between the scheme and the last `@`.
pub(super) fn without_credentials(text: &str) -> String {
    let Some((before, after)) = text.rsplit_once('@') else { return text.to_owned() };
    match before.split_once("://") {
        Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("{scheme}://***@{after}")
        }
        _ => format!("***@{after}"),
    }
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
            ("http://v2", "http://v2/v2"),
            ("http://[::1]:8080/", "http://[::1]:8080/v2"),
        ] {
            assert_eq!(rest(given).as_deref(), Ok(expected), "{given}");
            assert_eq!(rest(expected).as_deref(), Ok(expected), "again: {given}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for given in [
            "/",
            "h:8080",
            "not a url",
            "ftp://h",
            "http://",
            "http://h/v2?x=1",
            "http://h#y",
            "http://u:p@h",
            "http://u:1/p@h",
            "http://h:",
            "http://h:99999",
            "http://:80",
            "//h",
            "https:h",
        ] {
            assert!(rest(given).is_err(), "{given}");
        }
    }

    #[test]
    fn the_cloud_by_cluster_and_region() {
        assert_eq!(cloud("bru-2", "c1"), "https://bru-2.zeebe.camunda.io/c1/v2");
    }

    #[test]
    fn credentials_are_cut_out() {
        for (given, expected) in [
            ("http://h/v2", "http://h/v2"),
            ("http://user:pass@h", "http://***@h"),
            ("http://user:p@ss/w@h:1", "http://***@h:1"),
            ("user:pass@h", "***@h"),
            ("user:pass@h://pass@h", "***@h"),
        ] {
            assert_eq!(without_credentials(given), expected);
        }
    }
}
