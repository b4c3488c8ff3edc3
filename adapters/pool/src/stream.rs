//! A connection that HTTP can be spoken on: a socket that went through the stages of its link.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use camunda_driver::core::TransportError;
use camunda_link::{Link, Stage, Tunnel};
use futures_io::{AsyncRead, AsyncWrite};
use futures_rustls::TlsConnector;
use futures_rustls::client::TlsStream;
use hyper::rt::ReadBufCursor;

use crate::dial::Dialer;
use crate::pool::within;

/// A socket as hyper wants it.
pub(crate) struct Stream<S> {
    wire: Wire<S>,
    /// hyper's buffer may be uninitialised and can be filled from a slice only without unsafe code; this is the slice.
    buffer: Box<[u8]>,
}

/// A socket, or TLS over one; a proxy may be spoken to by TLS itself.
enum Wire<S> {
    Plain(S),
    Tls(Box<TlsStream<Wire<S>>>),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream<S> {
    /// Connects by that instant and goes through the stages of the link.
    pub(crate) async fn open<D: Dialer<Stream = S>>(
        dialer: &D,
        link: &Link,
        until: Instant,
    ) -> Result<Self, TransportError> {
        let opening = async {
            let mut wire = Wire::Plain(dial(dialer, link, until).await?);
            for stage in &link.stages {
                match stage {
                    Stage::Tunnel(tunnel) => wire.go_through(tunnel.clone(), link).await?,
                    Stage::Tls(session) => {
                        let shaking = TlsConnector::from(session.config.clone()).connect(session.name.clone(), wire);
                        let shaken = shaking.await.map_err(|error| session.failed(&error))?;
                        wire = Wire::Tls(Box::new(shaken));
                    }
                }
            }
            Ok(Self { wire, buffer: vec![0; 16 << 10].into_boxed_slice() })
        };
        within(dialer.sleep_until(until), opening).await.unwrap_or_else(|| Err(link.late()))
    }
}

/// Connects to the first address of the host that answers. Each gets its share of the time, so that one which is not routed
/// leaves time for the next.
async fn dial<D: Dialer>(dialer: &D, link: &Link, until: Instant) -> Result<D::Stream, TransportError> {
    let addresses = match link.host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, link.port)],
        Err(_) => dialer.resolve(&link.host, link.port).await.map_err(|error| link.unresolved(error))?,
    };
    let mut last = link.unresolved("the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let untried = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let share = Instant::now() + left / untried;
        last = match within(dialer.sleep_until(share), dialer.connect(*address)).await {
            Some(Ok(stream)) => return Ok(stream),
            Some(Err(error)) => link.unreached(&error),
            None => link.late(),
        };
    }
    Err(last)
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    async fn go_through(&mut self, mut tunnel: Tunnel, link: &Link) -> Result<(), TransportError> {
        let request = tunnel.request().to_vec();
        let mut written = 0;
        while written < request.len() {
            let part = poll_fn(|context| pin!(&mut *self).poll_write(context, &request[written..])).await;
            written += part.map_err(|error| link.unreached(&error))?;
        }
        poll_fn(|context| pin!(&mut *self).poll_flush(context)).await.map_err(|error| link.unreached(&error))?;
        // Byte by byte: what follows the answer is not the proxy's.
        let mut byte = [0];
        loop {
            let read = poll_fn(|context| pin!(&mut *self).poll_read(context, &mut byte)).await;
            let read = read.map_err(|error| link.unreached(&error))?;
            if tunnel.feed(&byte[..read])? {
                return Ok(());
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, part: &mut [u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_read(context, part),
            Wire::Tls(stream) => Pin::new(stream).poll_read(context, part),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Wire::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Wire::Tls(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_flush(context),
            Wire::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Plain(stream) => Pin::new(stream).poll_close(context),
            Wire::Tls(stream) => Pin::new(stream).poll_close(context),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> hyper::rt::Read for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut target: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { wire, buffer } = &mut *self;
        let room = target.remaining().min(buffer.len());
        let read = ready!(Pin::new(wire).poll_read(context, &mut buffer[..room]))?;
        target.put_slice(&buffer[..read]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> hyper::rt::Write for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_close(context)
    }

    /// Head and body leave together, be it through a socket or through TLS.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write_vectored(context, slices)
    }
}
