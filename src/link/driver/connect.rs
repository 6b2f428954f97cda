use socket2::{SockRef, TcpKeepalive};
use std::time::Duration;
use tokio::net::TcpStream;

/// What the kernel may hold for us: a pause of seconds at thousands of events a second.
const RECEIVE_BUFFER: usize = 4 << 20;
/// A peer that vanished without a word is found by its heartbeat; where the protocol has none, by this.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Opens a connection to `address`, whose name is looked up each time anew. The error says what to look at.
pub(super) async fn connect(address: &str, within: Duration) -> Result<TcpStream, String> {
    match tokio::time::timeout(within, TcpStream::connect(address)).await {
        Err(_) => Err(format!(
            "{address} does not answer within {} s: is the address right, and does a firewall drop the connection?",
            within.as_secs()
        )),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => Err(format!(
            "{address} refuses the connection: nothing listens there; are the port and the interface of the switch (manager, CSTA) enabled?"
        )),
        Ok(Err(error)) => Err(format!("{address}: {error}")),
        Ok(Ok(stream)) => {
            // Without these the link works too, only less well: a kernel that refuses them is no reason to have none.
            let _ = stream.set_nodelay(true);
            let socket = SockRef::from(&stream);
            let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER);
            let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE));
            Ok(stream)
        }
    }
}
