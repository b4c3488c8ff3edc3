//! How async-io opens a socket and sleeps. What is written on a socket is the pool's business.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Instant;

use async_io::{Async, Timer};
use camunda_pool::Dialer;

/// Opens sockets on async-io's reactor, which runs under any executor.
#[derive(Debug, Default)]
pub struct AsyncIo;

impl Dialer for AsyncIo {
    type Stream = Async<TcpStream>;

    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        // The system looks names up blocking, so that it has to happen on a thread that is there for that.
        let host = host.to_owned();
        blocking::unblock(move || Ok((host.as_str(), port).to_socket_addrs()?.collect())).await
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<Async<TcpStream>> {
        let stream = Async::<TcpStream>::connect(address).await?;
        camunda_link::tune(&stream);
        Ok(stream)
    }

    async fn sleep_until(&self, at: Instant) {
        Timer::at(at).await;
    }
}
