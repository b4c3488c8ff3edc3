//! Options of a TCP socket. Opening it is the adapter's business.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// Idle longer than this, a connection is probed. Balancers and firewalls forget one after minutes; a poll that is held is
/// idle as long as the cluster holds it.
const PROBED_AFTER: Duration = Duration::from_secs(30);
/// The time between two probes. How many go unanswered before a connection counts as broken is left to the system.
const PROBED_EVERY: Duration = Duration::from_secs(10);

/// Sets up a connected socket: what is written leaves at once, and a peer that is gone is noticed. Where an option cannot be
/// set, the connection still works.
pub fn tune<'s>(socket: impl Into<SockRef<'s>>) {
    let socket = socket.into();
    let _ = socket.set_tcp_nodelay(true);
    let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(PROBED_AFTER).with_interval(PROBED_EVERY));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tuned_socket_is_probed_and_does_not_wait() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        tune(&stream);
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap() && stream.nodelay().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), PROBED_AFTER);
    }
}
