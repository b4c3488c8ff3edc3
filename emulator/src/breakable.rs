//! A connection that can be told to break after so many more bytes, for faults that were asked for.
//! It changes nothing of what is sent before.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How many bytes may still go out; the greatest number is no limit.
#[derive(Debug, Clone)]
pub(crate) struct Fuse(Arc<AtomicUsize>);

impl Fuse {
    pub(crate) fn burn_after(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(crate) struct Breakable {
    stream: TcpStream,
    fuse: Fuse,
}

impl Breakable {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, fuse: Fuse(Arc::new(AtomicUsize::new(usize::MAX))) }
    }

    pub(crate) fn fuse(&self) -> Fuse {
        self.fuse.clone()
    }
}

impl AsyncRead for Breakable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Breakable {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let left = self.fuse.0.load(Ordering::Relaxed);
        if left == usize::MAX {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        if left == 0 {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let some = bytes.get(..left.min(bytes.len())).unwrap_or_default();
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, some))?;
        self.fuse.burn_after(left - written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
