//! Which hosts are reached without a proxy: the one rule for every adapter. Which proxy the others take is decided elsewhere.

use std::net::IpAddr;

/// The entries of `NO_PROXY`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// Every port, unless one is named.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// This name and all below it.
    Name(String),
    /// A network; of one address, if all bits count.
    Network(IpAddr, u32),
}

impl NoProxy {
    /// Entries with commas or blanks between them. What no host can match is kept and matches none.
    pub(super) fn parse(text: &str) -> Self {
        let entries = text.split(|char: char| char == ',' || char.is_whitespace());
        Self(entries.filter_map(|entry| Entry::parse(&entry.to_ascii_lowercase())).collect())
    }

    /// Whether a host, as it stands in an address, is reached directly at that port.
    pub(super) fn names(&self, host: &str, port: u16) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok();
        self.0.iter().any(|entry| {
            entry.port.is_none_or(|only| only == port)
                && match (&entry.hosts, address) {
                    (Hosts::All, _) => true,
                    (Hosts::Network(network, bits), Some(address)) => within(address, *network, *bits),
                    (Hosts::Name(name), None) => below(&host, name),
                    _ => false,
                }
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            // More than one colon is an address of version 6 without brackets.
            None => match text.split_once(':') {
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (text, None),
            },
        };
        let hosts = if host == "*" { Some(Hosts::All) } else { network(host).or_else(|| name(host)) };
        Some(Self { hosts: hosts?, port: port.and_then(|port| port.parse().ok()) })
    }
}

fn network(text: &str) -> Option<Hosts> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(all), |bits| bits.parse().ok().filter(|bits| *bits <= all))?;
    Some(Hosts::Network(address, bits))
}

fn name(text: &str) -> Option<Hosts> {
    let name = text.trim_start_matches('*').trim_start_matches('.').trim_end_matches('.');
    (!name.is_empty()).then(|| Hosts::Name(name.to_owned()))
}

/// Whether a host is that name or ends in it at the border of a label.
fn below(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether the first bits agree.
fn within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let differ = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        _ => return false,
    };
    differ >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries, and by host and port whether they are reached directly.
    #[track_caller]
    fn rows(entries: &str, rows: &[(&str, u16, bool)]) {
        for &(host, port, direct) in rows {
            assert_eq!(NoProxy::parse(entries).names(host, port), direct, "{entries:?} {host}:{port}");
        }
    }

    #[test]
    fn the_dot_makes_no_difference() {
        for entries in [".corp.test", "corp.test", "*.corp.test", "CORP.test."] {
            rows(
                entries,
                &[
                    ("corp.test", 443, true),
                    ("a.corp.test", 443, true),
                    ("A.b.Corp.Test", 443, true),
                    ("corp.test.", 443, true),
                    ("notcorp.test", 443, false),
                    ("corp.test.evil", 443, false),
                    ("test", 443, false),
                ],
            );
        }
    }

    #[test]
    fn networks_and_addresses() {
        rows("10.0.0.0/8", &[("10.1.2.3", 80, true), ("11.0.0.1", 80, false), ("x10.1.2.3", 80, false)]);
        rows("10.0.0.0/0", &[("11.0.0.1", 80, true), ("[::1]", 80, false)]);
        rows("10.10.10.10", &[("10.10.10.10", 8001, true), ("10.10.10.11", 8001, false), ("1.10.10.10.10", 80, false)]);
        rows("0.0.1", &[("10.0.0.1", 80, false)]);
        rows("[::1]", &[("[::1]", 8080, true), ("[::2]", 8080, false)]);
        rows("::1", &[("[::1]", 8080, true)]);
        rows("2001:db8::/32", &[("[2001:db8:1::2]", 80, true), ("[2001:db9::1]", 80, false)]);
        for nonsense in ["10.0.0.0/33", "10.0.0.0/x", "/8", "[::1"] {
            rows(nonsense, &[("10.0.0.1", 80, false), ("[::1]", 80, false)]);
        }
    }

    #[test]
    fn a_port_narrows() {
        rows("localhost:8080", &[("localhost", 8080, true), ("localhost", 8081, false)]);
        rows("10.1.1.1:80", &[("10.1.1.1", 80, true), ("10.1.1.1", 443, false)]);
        rows("[::1]:443", &[("[::1]", 443, true), ("[::1]", 80, false)]);
    }

    #[test]
    fn entries_are_trimmed_and_blanks_skipped() {
        rows("a.test, b.test", &[("b.test", 80, true), ("a.test", 80, true)]);
        rows(" ,,\ta.test ,", &[("a.test", 80, true), ("c.test", 80, false)]);
        rows("", &[("a.test", 80, false), ("", 80, false)]);
        rows(".", &[("a.test", 80, false)]);
    }

    #[test]
    fn a_star_is_every_host() {
        rows("*", &[("a.test", 80, true), ("10.0.0.1", 80, true), ("[::1]", 80, true)]);
        rows("*:80", &[("a.test", 80, true), ("a.test", 443, false)]);
    }
}
