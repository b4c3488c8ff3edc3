//! What rustls' errors mean to a reader: which host, and what can be done.

use std::io;

use rustls::{AlertDescription as Alert, CertificateError as Bad, Error, InvalidMessage};

/// The error of rustls within one of reading or writing.
pub(crate) fn within(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// Whether the peer ended the handshake, rather than a session. An HTTP server has seen nothing then: in TLS 1.3 a client
/// may write before its certificate was looked at, but is read only afterwards (RFC 8446 §4.4).
pub(crate) fn ended_the_handshake(error: &Error) -> bool {
    let Error::AlertReceived(alert) = error else { return false };
    matches!(
        alert,
        Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::HandshakeFailure
    )
}

/// Who is spoken to, and by which settings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) host: &'a str,
    /// What names further authorities.
    pub(crate) authorities: &'static str,
    /// What names the client's own certificate.
    pub(crate) own: &'static str,
    /// Whether that is set.
    pub(crate) has_own: bool,
}

/// The error as a sentence.
pub(crate) fn told(error: &Error, peer: Peer<'_>) -> String {
    let Peer { host, authorities, own, has_own } = peer;
    match error {
        Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => format!(
                "the certificate of {host} is signed by an authority that is not known here: name the authority's certificate by {authorities}"
            ),
            Bad::Expired | Bad::ExpiredContext { .. } => format!(
                "the certificate of {host} has expired: it has to be renewed there, or the clock here is wrong ({error})"
            ),
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                format!("the certificate of {host} is not valid yet: is the clock here right? ({error})")
            }
            Bad::NotValidForName => format!("the certificate is not one for {host}: use a name that it is made out to"),
            Bad::NotValidForNameContext { presented, .. } => format!(
                "the certificate is not one for {host}: use a name that it is made out to: {}",
                presented.join(", ")
            ),
            _ => format!("the certificate of {host} is not accepted: {error}"),
        },
        Error::AlertReceived(Alert::CertificateRequired) => wants(host, own, has_own),
        Error::AlertReceived(Alert::HandshakeFailure | Alert::BadCertificate) if !has_own => {
            format!("{host} ended the handshake ({error}): if it wants a certificate of its clients, name it by {own}")
        }
        Error::AlertReceived(_) if has_own && ended_the_handshake(error) => {
            format!("{host} does not accept the client's certificate ({error}): look at {own}")
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("{host} does not speak TLS at this port: is it an http address?")
        }
        _ => format!("{host}: {error}"),
    }
}

fn wants(host: &str, own: &str, has_own: bool) -> String {
    if has_own {
        format!("{host} wants a certificate of an authority that it names, and that by {own} is of another")
    } else {
        format!("{host} wants a certificate of its clients: name it by {own}")
    }
}
