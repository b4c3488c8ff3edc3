//! An HTTP proxy as companies have them: it forwards, opens tunnels and wants to know who asks. Whatever name it is asked
//! for, it reaches the one server that it was told of, so that names need not exist.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;

use crate::peer::{Both, Request, read, shake_hands};

pub(crate) struct Proxy {
    scheme: &'static str,
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// How a proxy behaves.
#[derive(Clone, Default)]
pub(crate) struct Manner {
    /// The value of `Proxy-Authorization` that it wants.
    pub(crate) wants: Option<&'static str>,
    /// What it answers in place of everything else.
    pub(crate) answers: Option<&'static str>,
    /// Spoken to by TLS.
    pub(crate) tls: Option<Arc<ServerConfig>>,
}

impl Proxy {
    /// In front of the server of this address.
    pub(crate) fn start(server: &str, manner: Manner) -> Self {
        let port = server.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let server = SocketAddr::from(([127, 0, 0, 1], port));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let scheme = if manner.tls.is_some() { "https" } else { "http" };
        let proxy = Self { scheme, address, requests: Arc::default() };
        let requests = Arc::clone(&proxy.requests);
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (manner, requests) = (manner.clone(), Arc::clone(&requests));
                thread::spawn(move || match &manner.tls {
                    Some(config) => {
                        let raw = stream.try_clone().expect("a socket");
                        let stream = shake_hands(stream, Arc::clone(config))?;
                        serve(stream, &raw, server, connection, &manner, &requests)
                    }
                    None => {
                        let raw = stream.try_clone().expect("a socket");
                        serve(stream, &raw, server, connection, &manner, &requests)
                    }
                });
            }
        });
        proxy
    }

    /// Its host and port.
    pub(crate) fn place(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// As a variable says it, perhaps with credentials.
    pub(crate) fn variable(&self, user: &str) -> String {
        format!("{}://{user}{}", self.scheme, self.place())
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }
}

fn serve(
    stream: impl Both,
    raw: &TcpStream,
    server: SocketAddr,
    connection: usize,
    manner: &Manner,
    requests: &Mutex<Vec<Request>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader, connection) {
        requests.lock().expect("no panic").push(request.clone());
        if let Some(answer) = manner.answers {
            reader.get_mut().write_all(answer.as_bytes()).ok()?;
            break;
        }
        if manner.wants.is_some() && request.header("proxy-authorization") != manner.wants {
            let answer =
                b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
            reader.get_mut().write_all(answer).ok()?;
            continue;
        }
        let mut upstream = TcpStream::connect(server).ok()?;
        if request.head.starts_with("CONNECT ") {
            reader.get_mut().write_all(b"HTTP/1.0 200 Connection established\r\nVia: proxy\r\n\r\n").ok()?;
            assert!(reader.buffer().is_empty(), "nobody speaks before the tunnel stands");
            tunnel(reader.into_inner(), raw, upstream);
            return Some(());
        }
        let answer = forward(&request, &mut upstream)?;
        reader.get_mut().write_all(&answer).ok()?;
    }
    reader.get_mut().no_more();
    None
}

/// Moves bytes both ways until either side has no more.
fn tunnel(mut client: impl Both, raw: &TcpStream, mut server: TcpStream) {
    // Whoever has nothing to say is left for the other soon.
    let soon = Some(Duration::from_millis(2));
    if raw.set_read_timeout(soon).and_then(|()| server.set_read_timeout(soon)).is_err() {
        return;
    }
    let mut part = [0; 16 << 10];
    while moved(&mut client, &mut server, &mut part) && moved(&mut server, &mut client, &mut part) {}
    client.no_more();
}

fn moved(from: &mut impl Read, to: &mut impl Write, part: &mut [u8]) -> bool {
    match from.read(part) {
        Ok(0) => false,
        Ok(length) => to.write_all(&part[..length]).and_then(|()| to.flush()).is_ok(),
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

/// Sends a request on as its server wants it, and reads the answer, which has a length.
fn forward(request: &Request, server: &mut TcpStream) -> Option<Vec<u8>> {
    let (method, rest) = request.head.split_once(' ')?;
    let (_, rest) = rest.strip_prefix("http://")?.split_once('/')?;
    write!(server, "{method} /{rest}\r\n{}", request.body).ok()?;
    let mut reader = BufReader::new(server);
    let (mut answer, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        answer.extend_from_slice(line.as_bytes());
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    answer.extend_from_slice(&body);
    Some(answer)
}
