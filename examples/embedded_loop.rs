//! The core driven by hand, without an adapter, a runtime or a second thread: a loop that goes round, as games and
//! controllers have one, in which ten calls make progress side by side. Nothing in it ever blocks for long.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use camunda_driver::core::api::{CreateProcessInstance, GetTopology};
use camunda_driver::core::http::{Request, Response};
use camunda_driver::core::{
    Answer, Body, Call, CallOptions, Config, Error, Event, Now, Operation, Prepared, Session, Step, TransportError,
    TransportErrorKind as Kind,
};
use camunda_emulator::Emulator;

/// A call, and what it needs before it is polled again.
struct Task {
    name: String,
    call: Call,
    next: Next,
}

enum Next {
    Poll,
    /// It waits for others, until then at the latest.
    Wait(Instant),
    /// Its answer comes over this connection, or by then it is too late.
    Answer(Line, Instant),
    Done(Result<Answer, Error>),
}

/// A connection that is never waited for, and what came over it.
struct Line {
    stream: TcpStream,
    read: Vec<u8>,
    /// What is left of the body, once the head was told.
    left: Option<usize>,
}

impl Task {
    /// One turn: whatever can be done now without waiting.
    fn turn(&mut self, session: &mut Session) {
        match std::mem::replace(&mut self.next, Next::Poll) {
            Next::Poll => self.next = self.poll(session),
            Next::Wait(until) if Instant::now() < until => self.next = Next::Wait(until),
            Next::Wait(_) => {}
            Next::Answer(mut line, until) => match line.event() {
                None if Instant::now() < until => self.next = Next::Answer(line, until),
                None => self.call.handle(session, now(), failed(Kind::Timeout, "no answer in time")),
                Some(event) => {
                    let more = matches!(event, Event::Head(_) | Event::Chunk(_));
                    self.call.handle(session, now(), event);
                    self.next = match self.call.poll(session, now()) {
                        Step::Read { until } if more => Next::Answer(line, until),
                        step => self.does(session, step),
                    };
                }
            },
            done @ Next::Done(_) => self.next = done,
        }
    }

    fn poll(&mut self, session: &mut Session) -> Next {
        let step = self.call.poll(session, now());
        self.does(session, step)
    }

    fn does(&mut self, session: &mut Session, step: Step) -> Next {
        match step {
            Step::Done(result) => return Next::Done(result),
            Step::Wait { until, .. } => return Next::Wait(until),
            Step::Send { request, limits, .. } => match Line::send(request, limits.connect) {
                Ok(line) => return Next::Answer(line, limits.head),
                Err(error) => self.call.handle(session, now(), Event::Failed(error)),
            },
            Step::File(_) => self.call.handle(session, now(), Event::File(Err("there are no files here".to_owned()))),
            Step::Credentials { .. } => self.call.handle(session, now(), Event::Credentials(Ok(Default::default()))),
            Step::Read { .. } => self.call.handle(session, now(), failed(Kind::Closed, "there is no answer to read")),
        }
        Next::Poll
    }
}

impl Line {
    fn send(request: Request<Body>, until: Instant) -> Result<Self, TransportError> {
        let not_sent = |error| TransportError::not_sent(Kind::Connect, error);
        let (head, body) = request.into_parts();
        let address = head.uri.authority().and_then(|authority| authority.as_str().parse().ok());
        let address = address.ok_or_else(|| TransportError::not_sent(Kind::Dns, "names are not looked up here"))?;
        // The one thing that may take a moment.
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let mut stream = TcpStream::connect_timeout(&address, left).map_err(not_sent)?;
        let body = body.into_bytes();
        let length = body.len();
        let mut bytes =
            format!("{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n", head.method, head.uri.path());
        for (name, value) in &head.headers {
            bytes += &format!("{name}: {}\r\n", value.to_str().unwrap_or_default());
        }
        bytes += &format!("content-length: {length}\r\n\r\n");
        let sent = stream.write_all(bytes.as_bytes()).and_then(|()| stream.write_all(&body));
        sent.and_then(|()| stream.set_nonblocking(true))
            .map_err(|error| TransportError::maybe_sent(Kind::Closed, error))?;
        Ok(Self { stream, read: Vec::new(), left: None })
    }

    /// What has come since; nothing if nothing has.
    fn event(&mut self) -> Option<Event> {
        let known = self.known();
        if known.is_some() {
            return known;
        }
        let mut part = [0; 4096];
        match self.stream.read(&mut part) {
            Ok(0) => return Some(failed(Kind::Closed, "in the middle of the answer")),
            Ok(length) => self.read.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Some(failed(Kind::Closed, &error.to_string())),
        }
        self.known()
    }

    /// What the bytes that were read amount to.
    fn known(&mut self) -> Option<Event> {
        let Some(left) = &mut self.left else { return self.head() };
        if *left == 0 {
            return Some(Event::End);
        }
        let chunk = Bytes::from(std::mem::take(&mut self.read));
        *left = left.saturating_sub(chunk.len());
        (!chunk.is_empty()).then_some(Event::Chunk(chunk))
    }

    fn head(&mut self) -> Option<Event> {
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Response::new(&mut fields);
        let length = match parsed.parse(&self.read) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return None,
            Err(error) => return Some(failed(Kind::Protocol, &error.to_string())),
        };
        let mut head = Response::builder().status(parsed.code.unwrap_or_default());
        for field in parsed.headers {
            head = head.header(field.name, field.value);
        }
        let Ok(head) = head.body(()) else { return Some(failed(Kind::Protocol, "a head that is none")) };
        let left = head.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        self.left = Some(left.unwrap_or(0));
        self.read.drain(..length);
        Some(Event::Head(head))
    }
}

fn failed(kind: Kind, detail: &str) -> Event {
    Event::Failed(TransportError::maybe_sent(kind, detail))
}

fn now() -> Now {
    let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Now { instant: Instant::now(), unix }
}

fn begin<O: Operation>(session: &mut Session, name: &str, operation: &O) -> Result<Task, Error> {
    let options = CallOptions::new();
    let prepared = Prepared::new(operation, &Arc::clone(session.config()), &options)?;
    Ok(Task { name: name.to_owned(), call: session.begin(prepared, &options, now()), next: Next::Poll })
}

fn main() -> Result<(), Error> {
    // A cluster that wants tokens: ten calls share the one that one of them fetches.
    let cluster = Emulator::builder().identity_provider(Duration::from_secs(300)).start().expect("a free port");
    cluster.deploy("order.bpmn", include_str!("models/order.bpmn")).expect("a model that the cluster supports");
    let config = Config::from_pairs(cluster.environment())?;
    let mut session = Session::new(Arc::new(config), 1);

    let mut tasks = vec![begin(&mut session, "topology", &GetTopology::new())?];
    for n in 1..10 {
        tasks.push(begin(&mut session, &format!("order {n}"), &CreateProcessInstance::by_id("order"))?);
    }
    let mut turns = 0;
    while !tasks.iter().all(|task| matches!(task.next, Next::Done(_))) {
        turns += 1;
        tasks.iter_mut().for_each(|task| task.turn(&mut session));
        // Whoever waited for what another call has brought goes on in the next turn.
        while let Some(id) = session.poll_woken() {
            let waiting = |task: &&mut Task| task.call.id() == id && matches!(task.next, Next::Wait(_));
            tasks.iter_mut().filter(waiting).for_each(|task| task.next = Next::Poll);
        }
        // The rest of the program has its turn here.
        std::thread::sleep(Duration::from_millis(1));
    }
    for Task { name, next, .. } in tasks {
        let Next::Done(result) = next else { continue };
        println!("{name}: {} bytes", result?.body().len());
    }
    println!("{} token for ten calls, in {turns} turns of one thread", cluster.token_requests());
    assert_eq!(cluster.token_requests(), 1);
    Ok(())
}
