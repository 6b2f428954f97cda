//! A client's socket, plain or TLS, that can be reset from outside.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

/// What a request knows of the connection that it came over.
#[derive(Clone, Debug)]
pub(super) struct Connection(Arc<State>);

#[derive(Debug)]
struct State {
    peer: IpAddr,
    ended: CancellationToken,
    reset: AtomicBool,
}

impl Connection {
    pub(super) fn new(peer: IpAddr) -> Self {
        Connection(Arc::new(State {
            peer,
            ended: CancellationToken::new(),
            reset: AtomicBool::new(false),
        }))
    }

    /// Who is at the other end.
    pub(super) fn peer(&self) -> IpAddr {
        self.0.peer
    }

    /// Drops what is not sent yet, and the connection with it: for a client that does not read.
    pub(super) fn reset(&self) {
        self.0.reset.store(true, Ordering::Relaxed);
        self.0.ended.cancel();
    }

    /// Fires when the connection was reset.
    pub(super) fn ended(&self) -> &CancellationToken {
        &self.0.ended
    }
}

pub(super) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// The socket; it gives its place among the connections back when it is dropped.
pub(super) struct Io {
    transport: Transport,
    connection: Connection,
    _place: OwnedSemaphorePermit,
}

impl Io {
    pub(super) const fn new(transport: Transport, connection: Connection, place: OwnedSemaphorePermit) -> Self {
        Io {
            transport,
            connection,
            _place: place,
        }
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        if self.connection.0.reset.load(Ordering::Relaxed) {
            let tcp = match &self.transport {
                Transport::Plain(tcp) => tcp,
                Transport::Tls(tls) => tls.get_ref().0,
            };
            // Without it the system would go on sending to a client that does not read.
            let _ = tcp.set_zero_linger();
        }
    }
}

impl AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Transport::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Transport::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, bufs),
            Transport::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.transport {
            Transport::Plain(tcp) => tcp.is_write_vectored(),
            Transport::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Transport::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Transport::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
