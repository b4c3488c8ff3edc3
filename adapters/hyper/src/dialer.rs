//! How tokio opens a stream and sleeps. What is written on a stream is the pool's business.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use camunda_driver::core::{Config, Error, TransportError, TransportErrorKind as Kind};
use camunda_pool::{Dialer, Target};
use hyper::rt::ReadBufCursor;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Opens streams on tokio.
#[derive(Debug)]
pub struct Tokio;

impl Dialer for Tokio {
    type Stream = Stream;

    fn open(_: &Config) -> Result<Self, Error> {
        Ok(Self)
    }

    async fn connect(&self, target: &Target) -> Result<Stream, TransportError> {
        let addresses = lookup_host((target.host.as_str(), target.port)).await;
        let addresses = addresses.map_err(|error| TransportError::not_sent(Kind::Dns, error))?;
        let mut last = None;
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return secure(stream, target).await,
                Err(error) => last = Some(error),
            }
        }
        Err(match last {
            Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                TransportError::not_sent(Kind::Connect, "connection refused")
            }
            Some(error) => TransportError::not_sent(Kind::Connect, error),
            None => TransportError::not_sent(Kind::Dns, "the name has no address"),
        })
    }

    async fn sleep_until(&self, at: Instant) {
        tokio::time::sleep_until(at.into()).await;
    }
}

async fn secure(stream: TcpStream, target: &Target) -> Result<Stream, TransportError> {
    // A request is written at once, so that waiting for more of it helps nobody; where it cannot be set, it still works.
    let _ = stream.set_nodelay(true);
    let Some((config, name)) = &target.tls else { return Ok(Stream::new(Wire::Plain(stream))) };
    let shaken = TlsConnector::from(config.clone()).connect(name.clone(), stream).await;
    let stream = shaken.map_err(|error| TransportError::not_sent(Kind::Tls, error))?;
    Ok(Stream::new(Wire::Tls(Box::new(stream))))
}

/// A connection of tokio's as hyper wants it.
#[derive(Debug)]
pub struct Stream {
    wire: Wire,
    /// hyper's buffer may be uninitialised and can be filled from a slice only without unsafe code; this is the slice.
    buffer: Box<[u8]>,
}

#[derive(Debug)]
enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    fn new(wire: Wire) -> Self {
        Self { wire, buffer: vec![0; 16 << 10].into_boxed_slice() }
    }
}

impl Wire {
    fn reader(&mut self) -> Pin<&mut (dyn AsyncRead + Unpin)> {
        match self {
            Wire::Plain(stream) => Pin::new(stream),
            Wire::Tls(stream) => Pin::new(stream.as_mut()),
        }
    }

    fn writer(&mut self) -> Pin<&mut (dyn AsyncWrite + Unpin)> {
        match self {
            Wire::Plain(stream) => Pin::new(stream),
            Wire::Tls(stream) => Pin::new(stream.as_mut()),
        }
    }
}

impl hyper::rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut target: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { wire, buffer } = &mut *self;
        let room = target.remaining().min(buffer.len());
        let mut part = ReadBuf::new(&mut buffer[..room]);
        ready!(wire.reader().poll_read(context, &mut part))?;
        target.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl hyper::rt::Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire.writer().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.writer().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.writer().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.wire {
            Wire::Plain(stream) => stream.is_write_vectored(),
            Wire::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire.writer().poll_write_vectored(context, slices)
    }
}
