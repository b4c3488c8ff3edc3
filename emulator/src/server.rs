//! The shell around the cluster: sockets, the clock, and one thread of its own.
//! It decides nothing; it reads requests, waits for deadlines and writes answers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::{Notify, oneshot};

use crate::breakable::{Breakable, Fuse};
use crate::cluster::{Cluster, RequestId};
use crate::control::Remote;
use crate::fault::CutAfter;
use crate::fetch::fetch;
use crate::journal::Journal;
use crate::rest::problem::Problem;

/// The largest body that is read, as for uploads of the original.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// The cluster and those who wait for its answers.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) cluster: Cluster,
    waiters: BTreeMap<RequestId, oneshot::Sender<Response<Vec<u8>>>>,
    /// Whether a document of the identity provider is on its way.
    fetching: bool,
    journal: Option<Journal>,
    /// Why nothing can be kept any more.
    broken: Option<String>,
}

impl State {
    /// Hands every finished answer to whoever waits for it.
    fn deliver(&mut self) {
        let Self { cluster, journal, broken, .. } = self;
        // After a failure the file may end in half a record: nothing may come behind it.
        if let Some(journal) = journal.as_mut().filter(|_| broken.is_none())
            && let Err(error) = journal.write(std::iter::from_fn(|| cluster.poll_record()))
        {
            *broken = Some(format!("The journal cannot be written: {error}"));
        }
        while let Some((id, mut answer)) = self.cluster.poll_answer() {
            if let Some(reason) = &self.broken {
                answer = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", reason.clone()).response("");
            }
            if let Some(waiter) = self.waiters.remove(&id) {
                // A client that has gone misses its answer.
                let _gone = waiter.send(answer);
            }
        }
    }
}

/// What the thread of the server and the handle in the test share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Told when the deadline may have changed.
    changed: Notify,
    stop: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the cluster, and hands out what it answers.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Cluster, i64) -> T) -> T {
        let mut state = self.lock();
        let result = act(&mut state.cluster, now());
        state.deliver();
        drop(state);
        self.changed.notify_one();
        result
    }
}

/// A running server; it stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, cluster: Cluster, journal: Option<Journal>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let state = Mutex::new(State { cluster, waiters: BTreeMap::new(), fetching: false, journal, broken: None });
        let shared = Arc::new(Shared { state, changed: Notify::new(), stop: Notify::new() });
        let inner = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("camunda-emulator".to_owned()).spawn(move || {
            runtime.block_on(async {
                // Registering a listener that is bound already fails only if the process is out of handles.
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    tokio::spawn(keep_time(Arc::clone(&inner)));
                    tokio::spawn(accept(listener, Arc::clone(&inner)));
                    // Everything that was spawned ends with the runtime.
                    inner.stop.notified().await;
                }
            });
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Waits until the server ends, which it does not by itself.
    pub(crate) fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// The only clock of the crate.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of file handles: connections that end will free some.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let _unsupported = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let stream = Breakable::new(stream);
            let fuse = stream.fuse();
            let service = service_fn(|mut request: Request<Incoming>| {
                if !peer.ip().is_loopback() {
                    request.extensions_mut().insert(Remote);
                }
                answer(Arc::clone(&shared), request, fuse.clone())
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(60));
            // A broken connection is the client's affair.
            let _broken = http.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Advances the cluster at each of its deadlines.
async fn keep_time(shared: Arc<Shared>) {
    loop {
        let mut changed = pin!(shared.changed.notified());
        changed.as_mut().enable();
        let deadline = shared.lock().cluster.deadline();
        match deadline {
            None => changed.await,
            Some(at) => {
                let wait = Duration::from_millis(u64::try_from(at.saturating_sub(now())).unwrap_or_default());
                if tokio::time::timeout(wait, changed).await.is_err() {
                    let mut state = shared.lock();
                    state.cluster.advance(now());
                    state.deliver();
                }
            }
        }
    }
}

/// Fetches what the cluster wants of its identity provider until it has everything.
async fn fetch_documents(shared: Arc<Shared>) {
    loop {
        let wanted = shared.lock().cluster.wanted_document();
        let Some(address) = wanted else { break };
        let document = fetch(&address).await;
        let mut state = shared.lock();
        let document = document.as_ref().map(|bytes| &**bytes).map_err(String::as_str);
        state.cluster.take_document(document, now());
        state.deliver();
    }
    shared.lock().fetching = false;
    shared.changed.notify_one();
}

async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    fuse: Fuse,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let answer = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => {
            let request = Request::from_parts(head, body.to_bytes().to_vec());
            let receiver = {
                let mut state = shared.lock();
                let id = state.cluster.handle(request, now());
                let (sender, receiver) = oneshot::channel();
                state.waiters.insert(id, sender);
                state.deliver();
                if state.cluster.wanted_document().is_some() && !std::mem::replace(&mut state.fetching, true) {
                    tokio::spawn(fetch_documents(Arc::clone(&shared)));
                }
                receiver
            };
            shared.changed.notify_one();
            receiver.await.unwrap_or_else(|_| Problem::undeliverable().response(&path))
        }
        Err(_) => {
            let detail = "Maximum upload size exceeded";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large", detail).response(&path)
        }
    };
    if let Some(CutAfter(bytes)) = answer.extensions().get() {
        fuse.burn_after(*bytes);
    }
    Ok(dressed(answer))
}

/// The headers that every answer of the original carries.
fn dressed(answer: Response<Vec<u8>>) -> Response<Full<Bytes>> {
    let mut answer = answer.map(|bytes| Full::new(Bytes::from(bytes)));
    let headers = answer.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, max-age=0, must-revalidate"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::EXPIRES, HeaderValue::from_static("0"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    answer
}
