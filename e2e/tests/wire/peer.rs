//! A server that answers what it is told to, byte for byte, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
    /// Which connection it came on.
    pub(crate) connection: usize,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// What to do with a request.
pub(crate) enum Reply {
    /// These bytes, and the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, and the connection is closed.
    Close(Vec<u8>),
    /// These bytes, and then nothing ever.
    Hang(Vec<u8>),
    /// These bytes one by one, and the connection stays open.
    Trickle(Vec<u8>),
    /// These bytes, and then blanks for ever, one by one.
    Drip(Vec<u8>),
}

pub(crate) struct Peer {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<AtomicUsize>,
}

impl Peer {
    /// Answers each request by that rule; it is told how many came before.
    pub(crate) fn start(rule: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::listening(None, rule)
    }

    /// As [`start`](Self::start), over TLS; it is addressed as `localhost`.
    pub(crate) fn secured(
        tls: Arc<ServerConfig>,
        rule: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listening(Some(tls), rule)
    }

    fn listening(
        tls: Option<Arc<ServerConfig>>,
        rule: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let bound = listener.local_addr().expect("an address");
        let address = match tls {
            Some(_) => format!("https://localhost:{}", bound.port()),
            None => format!("http://{bound}"),
        };
        let (requests, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let peer = Self { address, requests: Arc::clone(&requests), connections: Arc::clone(&connections) };
        let rule = Arc::new(rule);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = connections.fetch_add(1, Ordering::SeqCst);
                let (rule, requests, tls) = (Arc::clone(&rule), Arc::clone(&requests), tls.clone());
                thread::spawn(move || match tls {
                    Some(config) => {
                        if let Some(stream) = shake_hands(stream, config) {
                            serve(stream, connection, &*rule, &requests);
                        }
                    }
                    None => serve(stream, connection, &*rule, &requests),
                });
            }
        });
        peer
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// A configuration for this peer, quick to give up.
    pub(crate) fn config(&self) -> camunda_hyper::config::ConfigBuilder {
        camunda_hyper::Config::builder().rest_address(self.address()).set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "1")
    }
}

/// The server's side of a handshake; nothing if there is no session.
pub(crate) fn shake_hands<S: Both>(
    mut stream: S,
    config: Arc<ServerConfig>,
) -> Option<StreamOwned<ServerConnection, S>> {
    let mut connection = ServerConnection::new(config).expect("usable settings");
    while connection.is_handshaking() {
        if connection.complete_io(&mut stream).is_err() {
            // The client is to hear why: what it wrote is read, as otherwise its system would be told to forget it all.
            stream.no_more();
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
            return None;
        }
    }
    assert_eq!(connection.alpn_protocol(), Some(&b"http/1.1"[..]), "HTTP/2 is on offer and not taken");
    Some(StreamOwned::new(connection, stream))
}

/// A connection.
pub(crate) trait Both: Read + Write + Send + 'static {
    /// Nothing more is written.
    fn no_more(&mut self);
}

impl Both for TcpStream {
    fn no_more(&mut self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

impl<S: Both> Both for StreamOwned<ServerConnection, S> {
    fn no_more(&mut self) {
        self.conn.send_close_notify();
        let _ = self.flush();
        self.sock.no_more();
    }
}

fn serve(
    stream: impl Both,
    connection: usize,
    rule: &dyn Fn(&Request, usize) -> Reply,
    requests: &Mutex<Vec<Request>>,
) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader, connection) {
        let before = {
            let mut requests = requests.lock().expect("no panic");
            requests.push(request.clone());
            requests.len() - 1
        };
        let (bytes, go_on, hang) = match rule(&request, before) {
            Reply::Bytes(bytes) => (bytes, true, false),
            Reply::Close(bytes) => (bytes, false, false),
            Reply::Hang(bytes) => (bytes, false, true),
            Reply::Trickle(bytes) => {
                for byte in bytes {
                    thread::yield_now();
                    if reader.get_mut().write_all(&[byte]).and_then(|()| reader.get_mut().flush()).is_err() {
                        return;
                    }
                }
                continue;
            }
            Reply::Drip(bytes) => {
                let mut rest = reader.get_mut().write_all(&bytes);
                while rest.is_ok() {
                    thread::sleep(Duration::from_millis(5));
                    rest = reader.get_mut().write_all(b" ").and_then(|()| reader.get_mut().flush());
                }
                return;
            }
        };
        let writer = reader.get_mut();
        if writer.write_all(&bytes).and_then(|()| writer.flush()).is_err() {
            return;
        }
        if hang {
            // Until the other side is gone.
            let _ = reader.read(&mut [0]);
        }
        if !go_on {
            reader.get_mut().no_more();
            return;
        }
    }
}

pub(crate) fn read(reader: &mut impl BufRead, connection: usize) -> Option<Request> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut request = Request { head, body: String::new(), connection };
    let length = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

pub(crate) const TOPOLOGY: &str =
    r#"{"brokers":[],"clusterSize":1,"partitionsCount":1,"replicationFactor":1,"gatewayVersion":"8.10.0"}"#;
pub(crate) const CREATED: &str = r#"{"processDefinitionId":"order","processDefinitionVersion":1,"processDefinitionKey":"1","processInstanceKey":"2","tenantId":"<default>","variables":{}}"#;
