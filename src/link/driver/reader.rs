use super::Clock;
use crate::model::{LinkRole, Now};
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;

/// What a connection tells its driver.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) role: LinkRole,
    /// Which of the connections of this role.
    pub(super) connection: u64,
    /// When it came, which may be a while before it is understood.
    pub(super) now: Now,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Connected(TcpStream),
    Failed(String),
    Bytes(Bytes),
    /// The end: how it came, where the peer did not simply close.
    Closed(Option<String>),
}

/// Who tells: one connection of one role.
#[derive(Clone, Debug)]
pub(super) struct Teller {
    pub(super) role: LinkRole,
    pub(super) connection: u64,
    pub(super) clock: Clock,
    pub(super) arriving: UnboundedSender<Arrival>,
}

impl Teller {
    /// `false`: nobody listens any more.
    pub(super) fn tell(&self, what: What) -> bool {
        let arrival = Arrival {
            role: self.role,
            connection: self.connection,
            now: self.clock.now(),
            what,
        };
        self.arriving.send(arrival).is_ok()
    }
}

/// Reads, and does nothing else, until the end of the connection or until more than `limit` bytes wait to be understood.
/// `waiting` counts them; who takes some out of the queue takes them off.
pub(super) async fn read(mut from: impl AsyncRead + Unpin, teller: Teller, waiting: Arc<AtomicUsize>, limit: usize) {
    const READ: usize = 64 << 10;
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(READ);
        let closed = match from.read_buf(&mut buffer).await {
            Ok(0) => None,
            Err(error) => Some(error.to_string()),
            Ok(read) => {
                // Relaxed: a count, which orders nothing.
                if waiting.fetch_add(read, Ordering::Relaxed) + read <= limit {
                    if teller.tell(What::Bytes(buffer.split().freeze())) {
                        continue;
                    }
                    return;
                }
                Some(format!(
                    "more than {limit} bytes wait: the bridge is slower than the switch. What waits is still told, the rest \
                     is asked for anew"
                ))
            }
        };
        teller.tell(What::Closed(closed));
        return;
    }
}
