//! The null relay: what it costs to bring bytes to WebSocket clients by axum, and nothing else. It is told over one connection what to
//! bring to whom.

use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::routing::get;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use lineside::bench::Failure;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// As those of the bridge.
const BUFFER: usize = 4 * 1024;
/// What may wait for a client.
const WAITING: usize = 1024;

type Clients = Arc<RwLock<BTreeMap<u16, mpsc::Sender<Utf8Bytes>>>>;

/// What to bring to whom, as the relay reads it: lengths, who, what.
#[must_use]
pub fn errand(clients: &[usize], body: &Bytes) -> Bytes {
    let mut errand = BytesMut::with_capacity(6 + 2 * clients.len() + body.len());
    errand.put_u32(u32::try_from(body.len()).unwrap_or_default());
    errand.put_u16(u16::try_from(clients.len()).unwrap_or_default());
    for client in clients {
        errand.put_u16(u16::try_from(*client).unwrap_or_default());
    }
    errand.extend_from_slice(body);
    errand.freeze()
}

/// Listens for errands on one port and for clients on another, until the program is ended.
///
/// # Errors
/// A port is taken.
pub async fn serve(errands: SocketAddr, clients: SocketAddr) -> Result<(), Failure> {
    let errands = TcpListener::bind(errands).await?;
    let listener = TcpListener::bind(clients).await?;
    let clients = Clients::default();
    let router = Router::new()
        .route("/{client}", get(upgrade))
        .with_state(Arc::clone(&clients));
    tokio::spawn(async move {
        while let Ok((stream, _)) = errands.accept().await {
            tokio::spawn(run(stream, Arc::clone(&clients)));
        }
    });
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // As the bridge does; without it the system may wait for more.
        let _not_tcp = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

async fn upgrade(
    State(clients): State<Clients>,
    Path(client): Path<u16>,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    let (sender, waiting) = mpsc::channel(WAITING);
    clients
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(client, sender);
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .on_upgrade(move |socket| bring(socket, waiting))
}

async fn bring(mut socket: WebSocket, mut waiting: mpsc::Receiver<Utf8Bytes>) {
    loop {
        tokio::select! {
            said = socket.recv() => if !matches!(said, Some(Ok(_))) { return },
            Some(text) = waiting.recv() => {
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn run(mut stream: TcpStream, clients: Clients) {
    let mut unread = BytesMut::with_capacity(64 << 10);
    while let Ok(1..) = stream.read_buf(&mut unread).await {
        while let Some((to, text)) = next(&mut unread) {
            let clients = clients.read().unwrap_or_else(PoisonError::into_inner);
            for sender in to.iter().filter_map(|client| clients.get(client)) {
                // Who has gone or does not read gets nothing.
                let _full = sender.try_send(text.clone());
            }
        }
        unread.reserve(64 << 10);
    }
}

/// The next errand, if all of it is there.
fn next(unread: &mut BytesMut) -> Option<(Vec<u16>, Utf8Bytes)> {
    let length = usize::try_from(u32::from_be_bytes(*unread.first_chunk()?)).ok()?;
    let count = usize::from(u16::from_be_bytes(*unread.get(4..)?.first_chunk()?));
    if unread.len() < 6 + 2 * count + length {
        return None;
    }
    unread.advance(6);
    let to = (0..count).map(|_| unread.get_u16()).collect();
    let body = unread.split_to(length).freeze();
    Some((to, Utf8Bytes::try_from(body).unwrap_or_default()))
}
