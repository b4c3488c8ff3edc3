//! A tunnel through an HTTP proxy (RFC 9110 §9.3.6), as bytes: what to write, and what to make of what is read.

use std::fmt;

use camunda_core::config::Proxy;
use camunda_core::{TransportError, TransportErrorKind as Kind};
use httparse::{EMPTY_HEADER, Response, Status};

/// The largest head that a proxy may answer with.
const LARGEST_HEAD: usize = 16 << 10;

/// A tunnel that is being opened: write the [`request`](Self::request), then read and [`feed`](Self::feed) byte by byte what
/// comes, until the tunnel stands. What comes after that is the other end's.
#[derive(Clone)]
pub struct Tunnel {
    proxy: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Tunnel {
    /// To that host, an address of version 6 in brackets, through that proxy.
    pub(crate) fn new(proxy: &Proxy, host: &str, port: u16) -> Self {
        let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
        if let Some(credentials) = proxy.authorization() {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(credentials.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        Self { proxy: proxy.uri().to_string(), request, answer: Vec::new() }
    }

    /// What is written to the proxy first.
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Whether the tunnel stands, now that these bytes came. An empty slice is the end of the connection.
    ///
    /// # Errors
    ///
    /// [`TransportError::not_sent`], if the proxy refuses or answers what is no HTTP.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<bool, TransportError> {
        let proxy = &self.proxy;
        let fail = |reason: &str| Err(TransportError::not_sent(Kind::Proxy, format!("the proxy {proxy} {reason}")));
        if bytes.is_empty() {
            return fail("closed the connection instead of opening a tunnel");
        }
        self.answer.extend_from_slice(bytes);
        let mut headers = [EMPTY_HEADER; 64];
        let mut response = Response::new(&mut headers);
        match response.parse(&self.answer) {
            Ok(Status::Partial) if self.answer.len() < LARGEST_HEAD => Ok(false),
            // The other end of a tunnel waits to be spoken to.
            Ok(Status::Complete(length)) if length < self.answer.len() => fail("sent more than its answer"),
            Ok(Status::Complete(_)) => match response.code.unwrap_or_default() {
                200..300 => Ok(true),
                407 => Err(refused(proxy)),
                status => fail(&format!("answered {status} {}", response.reason.unwrap_or_default())),
            },
            Ok(Status::Partial) => fail("answered with a head that is too large"),
            Err(_) => fail("does not answer in HTTP"),
        }
    }
}

/// A proxy that wants to know who asks: nothing was forwarded.
pub(crate) fn refused(proxy: &str) -> TransportError {
    let detail = format!(
        "the proxy {proxy} wants other credentials (407): they belong into the address of the proxy, as user:password@host"
    );
    TransportError::not_sent(Kind::Proxy, detail)
}

impl fmt::Debug for Tunnel {
    /// Without the credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("proxy", &self.proxy).finish_non_exhaustive()
    }
}
