//! Bodies from and to what reads and writes by the traits of futures-io.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use camunda_driver::{Sink, Source};
use futures_io::{AsyncRead, AsyncWrite};

/// How much is read at once.
const PART: usize = 64 << 10;

/// Anything that reads by [`AsyncRead`].
#[derive(Debug)]
pub struct AsyncReader<R>(pub R);

impl<R: AsyncRead + Unpin + Send + 'static> Source for AsyncReader<R> {
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let mut part = vec![0; PART];
        let length = ready!(Pin::new(&mut self.0).poll_read(context, &mut part))?;
        part.truncate(length);
        Poll::Ready(Ok((length > 0).then(|| part.into())))
    }
}

/// Anything that writes by [`AsyncWrite`].
#[derive(Debug)]
pub struct AsyncWriter<W>(pub W);

impl<W: AsyncWrite + Unpin + Send> Sink for AsyncWriter<W> {
    fn poll_take(&mut self, context: &mut Context<'_>, part: &mut Bytes) -> Poll<io::Result<()>> {
        while !part.is_empty() {
            match ready!(Pin::new(&mut self.0).poll_write(context, part))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => part.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_finish(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }
}
