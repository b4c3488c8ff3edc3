//! Bodies that pass through a call piece by piece: read while they are sent, written while they come. Whether they may, and
//! for how long, is the core's decision.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use camunda_core::api::UploadDocument;
use camunda_core::{Body, Error, Streamed, TransportError, TransportErrorKind as Kind};

/// How much is read from a reader at once.
const PART: usize = 64 << 10;

/// What is said to whom asks for too much.
pub(crate) const NO_STREAMS: Error =
    Error::Misuse("this adapter does not send bodies that are read while they are sent");

/// What a body is read from.
pub trait Source: Send + 'static {
    /// The next part, never an empty one; nothing at the end.
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>>;

    /// Tells after each part how many bytes there have been.
    fn on_progress<F: FnMut(u64) + Send + 'static>(self, told: F) -> Progress<Self, F>
    where
        Self: Sized,
    {
        Progress { inner: self, told, bytes: 0 }
    }
}

/// What a body is written to.
pub trait Sink: Send {
    /// Takes from the front of a part; ready once all of it is taken.
    fn poll_take(&mut self, context: &mut Context<'_>, part: &mut Bytes) -> Poll<io::Result<()>>;

    /// Everything was taken: what is buffered is written.
    fn poll_finish(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Tells after each part how many bytes there have been.
    fn on_progress<F: FnMut(u64) + Send>(self, told: F) -> Progress<Self, F>
    where
        Self: Sized,
    {
        Progress { inner: self, told, bytes: 0 }
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn poll_take(&mut self, context: &mut Context<'_>, part: &mut Bytes) -> Poll<io::Result<()>> {
        (**self).poll_take(context, part)
    }

    fn poll_finish(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        (**self).poll_finish(context)
    }
}

/// Anything that reads blocking. On an asynchronous client it holds up the executor for as long as a read takes: files do
/// well, sockets do not.
#[derive(Debug)]
pub struct Reader<R>(pub R);

impl<R: Read + Send + 'static> Source for Reader<R> {
    fn poll_part(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let mut part = vec![0; PART];
        loop {
            match self.0.read(&mut part) {
                Ok(length) => {
                    part.truncate(length);
                    return Poll::Ready(Ok((length > 0).then(|| part.into())));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

/// Anything that writes blocking, as [`Reader`] reads.
#[derive(Debug)]
pub struct Writer<W>(pub W);

impl<W: Write + Send> Sink for Writer<W> {
    fn poll_take(&mut self, _: &mut Context<'_>, part: &mut Bytes) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.write_all(&std::mem::take(part)))
    }

    fn poll_finish(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.flush())
    }
}

/// Tells how many bytes have passed.
#[derive(Debug)]
pub struct Progress<S, F> {
    inner: S,
    told: F,
    bytes: u64,
}

impl<S, F: FnMut(u64)> Progress<S, F> {
    fn add(&mut self, bytes: usize) {
        if bytes > 0 {
            self.bytes = self.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
            (self.told)(self.bytes);
        }
    }
}

impl<S: Source, F: FnMut(u64) + Send + 'static> Source for Progress<S, F> {
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let part = self.inner.poll_part(context);
        if let Poll::Ready(Ok(Some(part))) = &part {
            self.add(part.len());
        }
        part
    }
}

impl<S: Sink, F: FnMut(u64) + Send> Sink for Progress<S, F> {
    fn poll_take(&mut self, context: &mut Context<'_>, part: &mut Bytes) -> Poll<io::Result<()>> {
        let before = part.len();
        let taken = self.inner.poll_take(context, part);
        self.add(before - part.len());
        taken
    }

    fn poll_finish(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_finish(context)
    }
}

/// A source as a request carries it: whoever sends the request takes it out.
struct Held(Mutex<Option<Box<dyn Source>>>);

/// The document with what it is read from.
pub(crate) fn with_content(document: UploadDocument, source: impl Source) -> UploadDocument {
    let held = Held(Mutex::new(Some(Box::new(source))));
    document.content(Arc::new(held), fastrand::u128(..))
}

/// The body of a request as an adapter sends it.
#[derive(Debug)]
pub enum Outgoing {
    /// Nothing at all.
    Empty,
    /// All of it.
    Whole(Bytes),
    /// Part by part.
    Parts(Parts),
}

impl Outgoing {
    /// The body of this request.
    ///
    /// # Errors
    ///
    /// [`TransportError::not_sent`], if a streamed body was sent before.
    pub fn of(body: Body) -> Result<Self, TransportError> {
        match body {
            Body::Empty => Ok(Self::Empty),
            Body::Streamed(streamed) => Parts::of(*streamed).map(Self::Parts),
            body => Ok(Self::Whole(body.into_bytes())),
        }
    }
}

/// A streamed body, part by part.
pub struct Parts {
    total: Option<u64>,
    /// Of the source; unknown without a length.
    left: Option<u64>,
    before: Bytes,
    source: Option<Box<dyn Source>>,
    after: Bytes,
}

impl Parts {
    fn of(streamed: Streamed) -> Result<Self, TransportError> {
        let (total, left) = (streamed.total(), streamed.length);
        let Streamed { before, source, after, .. } = streamed;
        let held = source.downcast_ref::<Held>().and_then(|held| {
            let mut held = held.0.lock().unwrap_or_else(PoisonError::into_inner);
            held.take()
        });
        match held {
            Some(source) => Ok(Self { total, left, before, source: Some(source), after }),
            None => {
                Err(TransportError::not_sent(Kind::Interrupted, "the body was read already, and cannot be read again"))
            }
        }
    }

    /// The length of the whole body; unknown, it is sent in chunks.
    pub fn length(&self) -> Option<u64> {
        self.total
    }

    /// The next part; nothing at the end.
    pub fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        if !self.before.is_empty() {
            return Poll::Ready(Ok(Some(std::mem::take(&mut self.before))));
        }
        if let Some(source) = &mut self.source {
            let Poll::Ready(part) = source.poll_part(context) else { return Poll::Pending };
            let part = part.and_then(|part| self.counted(part));
            if !matches!(part, Ok(None)) {
                return Poll::Ready(part);
            }
            self.source = None;
        }
        let after = std::mem::take(&mut self.after);
        Poll::Ready(Ok((!after.is_empty()).then_some(after)))
    }

    /// The part, if the source keeps to the length that was told of it: what follows would be taken for something else.
    fn counted(&mut self, part: Option<Bytes>) -> io::Result<Option<Bytes>> {
        let Some(left) = self.left else { return Ok(part) };
        let length = part.as_ref().map_or(0, |part| u64::try_from(part.len()).unwrap_or(u64::MAX));
        match (&part, left.checked_sub(length)) {
            (None, Some(1..)) => {
                Err(io::Error::other(format!("the body ended {left} bytes before the length that was told")))
            }
            (_, None) => Err(io::Error::other("the body is longer than was told")),
            (_, left) => {
                self.left = left;
                Ok(part)
            }
        }
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("length", &self.total).finish_non_exhaustive()
    }
}

/// For blocking adapters. A source that is not blocking is an error: nobody would wake this thread.
impl Read for Parts {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.before.is_empty() {
            match self.poll_part(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(part) => self.before = part?.unwrap_or_default(),
                Poll::Pending => return Err(io::Error::other("an asynchronous source on a blocking client")),
            }
        }
        let part = self.before.split_to(self.before.len().min(target.len()));
        target[..part.len()].copy_from_slice(&part);
        Ok(part.len())
    }
}
