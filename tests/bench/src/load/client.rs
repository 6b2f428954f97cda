//! Many WebSocket clients on one thread, which look at no more of a message than it takes to know which it is.

use super::OURS;
use super::machine;
use bytes::{Buf as _, BytesMut};
use lineside::bench::Failure;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// How long it may take until all are connected.
const PATIENCE: Duration = Duration::from_secs(60);
/// What one client may read at once.
const READ: usize = 8 << 10;

/// A message that bears a number, and when all of it was there.
#[derive(Clone, Copy, Debug)]
pub struct Got {
    pub number: usize,
    pub when: Instant,
}

/// Whom to connect to, and how.
#[derive(Clone)]
pub struct Target {
    pub address: SocketAddr,
    /// The path for each client.
    pub path: fn(usize) -> String,
    pub token: Option<&'static str>,
    /// What the first messages say up to the one from which on events follow; nothing if they do from the start.
    pub begins: Option<&'static str>,
    /// Which message of the switch a text tells of.
    pub number: fn(&[u8]) -> Option<usize>,
}

/// Clients that are connected until this is dropped.
pub struct Clients {
    got: Arc<Mutex<Vec<Got>>>,
    lost: Arc<Mutex<usize>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Clients {
    /// Connects so many, from this one on, one after another.
    ///
    /// # Errors
    /// One of them is not let in.
    pub fn connect(target: Target, first: usize, count: usize) -> Result<Self, Failure> {
        let (stop, stopped) = oneshot::channel();
        let (ready, connected) = std::sync::mpsc::channel();
        let (got, lost) = (Arc::new(Mutex::default()), Arc::new(Mutex::default()));
        let shared = (Arc::clone(&got), Arc::clone(&lost));
        let work = move || -> Result<(), Failure> {
            machine::stay_on(OURS)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
            runtime.block_on(async {
                for client in first..first + count {
                    let (stream, unread) = connect(&target, client).await?;
                    tokio::spawn(listen(stream, unread, target.number, shared.clone()));
                }
                ready.send(Ok(()))?;
                // Dropped is as good as told.
                let _stopped = stopped.await;
                Ok(())
            })
        };
        let (failed, failure) = std::sync::mpsc::channel::<Failure>();
        let thread = thread::Builder::new().name("clients".to_owned()).spawn(move || {
            if let Err(error) = work() {
                // Who asked has gone.
                let _gone = failed.send(error);
            }
        })?;
        let connected: Result<Result<(), Failure>, _> = connected.recv_timeout(PATIENCE);
        if connected.is_err() {
            return Err(failure
                .try_recv()
                .unwrap_or_else(|_| "connecting takes too long".into()));
        }
        Ok(Clients {
            got,
            lost,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// What they got so far.
    #[must_use]
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much that is.
    #[must_use]
    pub fn count(&self) -> usize {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// How many were disconnected.
    #[must_use]
    pub fn lost(&self) -> usize {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has told already why it failed.
            let _ended = thread.join();
        }
    }
}

type Lists = (Arc<Mutex<Vec<Got>>>, Arc<Mutex<usize>>);

/// RFC 6455, 4.1. The key is that of its example: nobody is between us.
async fn connect(target: &Target, client: usize) -> Result<(TcpStream, BytesMut), Failure> {
    let mut stream = TcpStream::connect(target.address).await?;
    stream.set_nodelay(true)?;
    let path = (target.path)(client);
    let token = target.token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{}\r\n",
        target.address,
        token.unwrap_or_default()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut unread = BytesMut::with_capacity(READ);
    let head = loop {
        if stream.read_buf(&mut unread).await? == 0 {
            return Err("the connection ended before it was a WebSocket".into());
        }
        if let Some(end) = memchr::memmem::find(&unread, b"\r\n\r\n") {
            break unread.split_to(end + 4);
        }
    };
    if !head.starts_with(b"HTTP/1.1 101") {
        return Err(format!("no WebSocket: {}", String::from_utf8_lossy(&head)).into());
    }
    let Some(begins) = target.begins else {
        return Ok((stream, unread));
    };
    loop {
        while let Some((_, text)) = frame(&mut unread) {
            if memchr::memmem::find(&text, begins.as_bytes()).is_some() {
                return Ok((stream, unread));
            }
        }
        if stream.read_buf(&mut unread).await? == 0 {
            return Err(format!("the connection ended before {begins}").into());
        }
    }
}

async fn listen(mut stream: TcpStream, mut unread: BytesMut, number: fn(&[u8]) -> Option<usize>, lists: Lists) {
    const TEXT: u8 = 1;
    const CLOSE: u8 = 8;
    let (got, lost) = lists;
    loop {
        unread.reserve(READ);
        let read = stream.read_buf(&mut unread).await;
        let when = Instant::now();
        let mut closed = !matches!(read, Ok(1..));
        while let Some((kind, text)) = frame(&mut unread) {
            closed |= kind == CLOSE;
            if kind == TEXT
                && let Some(number) = number(&text)
            {
                got.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(Got { number, when });
            }
        }
        if closed {
            *lost.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            return;
        }
    }
}

/// RFC 6455, 5.2: the next whole frame, which a server does not mask; what kind it is, and what it says.
fn frame(unread: &mut BytesMut) -> Option<(u8, BytesMut)> {
    let (&first, &second) = (unread.first()?, unread.get(1)?);
    let (head, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(*unread.get(2..)?.first_chunk()?))),
        127 => (
            10,
            usize::try_from(u64::from_be_bytes(*unread.get(2..)?.first_chunk()?)).ok()?,
        ),
        length => (2, usize::from(length)),
    };
    if unread.len() < head + length {
        return None;
    }
    unread.advance(head);
    Some((first & 0x0f, unread.split_to(length)))
}
