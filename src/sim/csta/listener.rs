//! The switch at a socket of the loopback. It has one link, as many real ones do: who comes while that is taken waits.
use super::session::Connection;
use super::switch::Switch;
use bytes::BytesMut;
use lineside_csta::server::ServerConfig;
use lineside_wire::Tick;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// What one read of the socket gives at most.
const READ: usize = 8192;

/// A virtual CSTA switch that listens on a loopback socket.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    switch: Switch,
    config: ServerConfig,
    start: Instant,
}

impl Listener {
    /// Listens on a free port of the loopback.
    pub(crate) async fn bind(switch: Switch, config: ServerConfig) -> io::Result<Self> {
        Ok(Listener {
            listener: TcpListener::bind(("127.0.0.1", 0)).await?,
            switch,
            config,
            start: Instant::now(),
        })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Plays until it is dropped.
    pub(crate) async fn run(mut self) {
        loop {
            let due = self.switch.poll_timeout();
            let accepted = tokio::select! {
                accepted = self.listener.accept() => Some(accepted),
                () = reached(self.start, due) => None,
            };
            match accepted {
                Some(Ok((stream, _))) => self.serve(stream).await,
                // Who was gone before he was let in.
                Some(Err(_)) => {}
                // What happens while nobody is there, nobody hears of.
                None => self.switch.handle_timeout(self.now()),
            }
        }
    }

    fn now(&self) -> Tick {
        Tick::ZERO + self.start.elapsed()
    }

    /// Serves one application until either side ends it.
    async fn serve(&mut self, mut stream: TcpStream) {
        let Ok(mut connection) = Connection::new(self.now(), self.config.clone()) else {
            return;
        };
        let mut input = BytesMut::with_capacity(READ);
        let mut goes_on = true;
        loop {
            while let Some(transmit) = connection.poll_transmit() {
                goes_on &= stream.write_all(&transmit.bytes).await.is_ok();
            }
            if !goes_on {
                break;
            }
            let due = connection.poll_timeout(&self.switch);
            tokio::select! {
                read = stream.read_buf(&mut input) => {
                    goes_on = matches!(read, Ok(1..));
                    let read = connection.handle_bytes(self.now(), &mut self.switch, &mut input);
                    goes_on &= read.is_ok();
                }
                () = reached(self.start, due) => {
                    goes_on = connection.handle_timeout(self.now(), &mut self.switch).is_ok();
                }
            }
        }
        connection.handle_eof(self.now(), &mut self.switch);
    }
}

/// Waits for a moment; for ever if there is none.
async fn reached(start: Instant, due: Option<Tick>) {
    match due {
        Some(due) => tokio::time::sleep_until(start + due.since(Tick::ZERO)).await,
        None => std::future::pending().await,
    }
}
