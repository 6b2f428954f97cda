use super::reader::{Arrival, Teller, What};
use super::{Clock, Settings, connect, reader, writer};
use crate::model::LinkRole;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::JoinHandle;

/// One connection to the switch: being made, or with its reader and its writer.
#[derive(Debug)]
pub(super) struct Socket {
    role: LinkRole,
    connection: u64,
    /// Makes the connection, then reads.
    reader: JoinHandle<()>,
    writer: Option<(mpsc::Sender<Bytes>, JoinHandle<()>)>,
    /// Bytes that were read and not yet understood.
    waiting: Arc<AtomicUsize>,
}

impl Socket {
    /// Messages that may wait to be written.
    const UNSENT: usize = 1024;

    /// Begins to make a connection, which then arrives.
    pub(super) fn connect(
        role: LinkRole,
        connection: u64,
        settings: &Settings,
        clock: &Clock,
        arriving: &UnboundedSender<Arrival>,
    ) -> Self {
        let teller = Teller {
            role,
            connection,
            clock: *clock,
            arriving: arriving.clone(),
        };
        let (address, within) = (settings.address.clone(), settings.connect_within);
        let reader = tokio::spawn(async move {
            let what = connect::connect(&address, within).await;
            teller.tell(what.map_or_else(What::Failed, What::Connected));
        });
        Socket {
            role,
            connection,
            reader,
            writer: None,
            waiting: Arc::default(),
        }
    }

    pub(super) const fn connection(&self) -> u64 {
        self.connection
    }

    /// The connection stands: read and write.
    pub(super) fn start(
        &mut self,
        stream: TcpStream,
        clock: &Clock,
        limit: usize,
        arriving: &UnboundedSender<Arrival>,
    ) {
        let (from, to) = stream.into_split();
        let (role, connection) = (self.role, self.connection);
        let teller = Teller {
            role,
            connection,
            clock: *clock,
            arriving: arriving.clone(),
        };
        self.reader = tokio::spawn(reader::read(from, teller, Arc::clone(&self.waiting), limit));
        let (send, unsent) = mpsc::channel(Self::UNSENT);
        self.writer = Some((send, tokio::spawn(writer::write(to, unsent))));
    }

    /// So many bytes were taken out of the queue.
    pub(super) fn taken(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Writes, after all that was to be written before. A peer that has so much waiting for it reads nothing, and the end of
    /// the writer is the end of the connection.
    pub(super) fn send(&mut self, bytes: Bytes) {
        let sent = self.writer.as_ref().map(|(unsent, _)| unsent.try_send(bytes));
        if let Some(Err(_)) = sent {
            self.writer = None;
        }
    }

    /// Writes what is left, as far as the peer takes it soon, and closes.
    pub(super) async fn finish(mut self) {
        const SOON: Duration = Duration::from_secs(1);
        if let Some((unsent, writer)) = self.writer.take() {
            drop(unsent);
            let abort = writer.abort_handle();
            if tokio::time::timeout(SOON, writer).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reader.abort();
    }
}
