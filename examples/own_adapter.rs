//! A complete adapter over a bare `TcpStream` and httparse; `docs/write-an-adapter.md` goes through it. It has every framing
//! of HTTP/1.1, limits of time, and an end on demand. It keeps no connections, and speaks neither TLS nor through proxies.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use camunda_driver::core::http::{Request, Response, StatusCode, Uri};
use camunda_driver::core::{Body, Config, Digests, Error, Limits, Route, TransportError, TransportErrorKind as Kind};
use camunda_driver::{BlockingChunks, Exchange};

/// The adapter: the sockets that are in use; none any more once it was told to end.
#[derive(Debug)]
pub(crate) struct Own(Mutex<Option<Vec<Weak<TcpStream>>>>);

impl Exchange for Own {
    type Body = Answer;

    fn open(_: &Config) -> Result<Self, Error> {
        Ok(Self(Mutex::new(Some(Vec::new()))))
    }

    fn digests() -> Option<Digests> {
        Some(camunda_link::digests())
    }

    fn exchange(
        &self,
        request: Request<Body>,
        _: Route,
        limits: Limits,
    ) -> Result<(Response<()>, Answer), TransportError> {
        let (head, body) = request.into_parts();
        let (host, path) = (head.uri.authority().map_or("", |host| host.as_str()), head.uri.path_and_query());
        let path = path.map_or("/", |path| path.as_str());
        let mut bytes =
            format!("{} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", head.method).into_bytes();
        for (name, value) in &head.headers {
            bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        if let Body::Full(body) = &body {
            bytes.extend(format!("content-length: {}\r\n", body.len()).bytes());
        }
        bytes.extend([b"\r\n", &*body.into_bytes()].concat());
        // Nothing was sent as long as there is no connection; once a byte was written, the peer may have seen the request.
        let socket = self.connect(&head.uri, limits.connect).map_err(|error| told(&error, false))?;
        (&*socket).write_all(&bytes).map_err(|error| told(&error, true))?;
        let mut answer = Answer { reader: BufReader::new(Timed(socket, limits.head)), left: None, chunked: false };
        Ok((answer.head().map_err(|error| told(&error, true))?, answer))
    }

    fn fork(&self) -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }

    fn interrupt(&self) {
        let sockets = self.0.lock().unwrap().take().into_iter().flatten();
        sockets.filter_map(|socket| socket.upgrade()).for_each(|socket| drop(socket.shutdown(Shutdown::Both)));
    }
}

impl Own {
    fn connect(&self, uri: &Uri, until: Instant) -> io::Result<Arc<TcpStream>> {
        let host = uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or(ErrorKind::Unsupported)?;
        let mut last = io::Error::other("the name has no address");
        let name = (host.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80));
        for address in name.to_socket_addrs().map_err(|_| ErrorKind::NotFound)? {
            match TcpStream::connect_timeout(&address, left(until)?) {
                Ok(socket) => {
                    let socket = Arc::new(socket);
                    let mut sockets = self.0.lock().unwrap();
                    let sockets = sockets.as_mut().ok_or(ErrorKind::Interrupted)?;
                    sockets.retain(|other| other.strong_count() > 0);
                    sockets.push(Arc::downgrade(&socket));
                    return Ok(socket);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// A socket and until when it may be waited for.
#[derive(Debug)]
struct Timed(Arc<TcpStream>, Instant);

impl Read for Timed {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        self.0.set_read_timeout(Some(left(self.1)?))?;
        (&*self.0).read(part)
    }
}

fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// An answer: what is left of its body, or of this chunk; nothing where it ends with the connection.
#[derive(Debug)]
pub(crate) struct Answer {
    reader: BufReader<Timed>,
    left: Option<u64>,
    chunked: bool,
}

impl Answer {
    fn head(&mut self) -> io::Result<Response<()>> {
        let (mut text, mut fields) = (Vec::new(), [httparse::EMPTY_HEADER; 100]);
        while self.line(&mut text)? > 2 || text.len() == 2 {}
        let mut parsed = httparse::Response::new(&mut fields);
        parsed.parse(&text).map_err(|_| ErrorKind::InvalidData)?;
        let mut head = Response::builder().status(parsed.code.unwrap_or(0));
        for field in parsed.headers {
            head = head.header(field.name, field.value);
        }
        let head = head.body(()).map_err(|_| ErrorKind::InvalidData)?;
        let field = |name| head.headers().get(name).and_then(|value| value.to_str().ok());
        self.chunked = field("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        self.left = match field("content-length") {
            _ if self.chunked || head.status() == StatusCode::NO_CONTENT => Some(0),
            length => length.map(str::parse).transpose().map_err(|_| ErrorKind::InvalidData)?,
        };
        Ok(head)
    }

    /// Adds a line to the text and says how long it is.
    fn line(&mut self, text: &mut Vec<u8>) -> io::Result<usize> {
        let length = self.reader.by_ref().take(64 << 10).read_until(b'\n', text)?;
        if text.ends_with(b"\n") { Ok(length) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    fn part(&mut self) -> io::Result<Option<Bytes>> {
        if self.chunked && self.left == Some(0) {
            let mut line = Vec::new();
            self.line(&mut line)?;
            let size = httparse::parse_chunk_size(&line).map_err(|_| ErrorKind::InvalidData)?;
            self.left = size.is_complete().then(|| size.unwrap().1);
            self.chunked = self.left != Some(0);
        }
        if self.left == Some(0) {
            return Ok(None);
        }
        let mut part = vec![0; self.left.map_or(16 << 10, |left| left.min(16 << 10) as usize)];
        let read = self.reader.read(&mut part)?;
        if self.left.is_some_and(|left| left > 0) && read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.map(|left| left - read as u64);
        if self.chunked && self.left == Some(0) {
            self.line(&mut Vec::new())?;
        }
        part.truncate(read);
        Ok(Some(part.into()).filter(|part: &Bytes| !part.is_empty()))
    }
}

impl BlockingChunks for Answer {
    fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, TransportError> {
        self.reader.get_mut().1 = until;
        self.part().map_err(|error| told(&error, true))
    }
}

fn told(error: &io::Error, sent: bool) -> TransportError {
    let (what, kind) = match error.kind() {
        late @ (ErrorKind::TimedOut | ErrorKind::WouldBlock) => (late, Kind::Timeout),
        garbage @ ErrorKind::InvalidData => (garbage, Kind::Protocol),
        unknown @ ErrorKind::NotFound => (unknown, Kind::Dns),
        other => (other, if sent { Kind::Closed } else { Kind::Connect }),
    };
    if sent { TransportError::maybe_sent(kind, what) } else { TransportError::not_sent(kind, what) }
}

/// The adapter at work, on an embedded cluster: every operation and the worker come with it.
fn main() -> Result<(), Error> {
    let cluster = camunda_emulator::Emulator::start().expect("a free port");
    let client = camunda_driver::blocking::Client::<Own>::new(Config::from_pairs(cluster.environment())?)?;
    println!("gateway {}", client.get_topology()?.gateway_version);
    Ok(())
}
