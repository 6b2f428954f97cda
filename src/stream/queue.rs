//! What waits for one client: bounded in bytes. Who does not keep up is cut, and nobody waits for it.

use crate::model::Sequence;
use crate::store::Record;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What a waiting event costs besides its bytes.
const OVERHEAD: usize = 64;

#[derive(Debug)]
pub(super) struct Queue {
    limit: usize,
    masked: bool,
    waiting: Mutex<Waiting>,
    wake: Notify,
    cut: CancellationToken,
}

#[derive(Debug, Default)]
struct Waiting {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
    last: Sequence,
}

impl Queue {
    pub(super) fn new(limit: usize, masked: bool) -> Self {
        let waiting = Mutex::default();
        Queue {
            limit,
            masked,
            waiting,
            wake: Notify::new(),
            cut: CancellationToken::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cost(&self, record: &Record) -> usize {
        OVERHEAD + record.body_for(self.masked).len()
    }

    /// Adds an event, once however often it is offered. True: the client is cut by it.
    pub(super) fn push(&self, record: &Arc<Record>) -> bool {
        if self.cut.is_cancelled() {
            return false;
        }
        let mut waiting = self.lock();
        if record.id <= waiting.last {
            return false;
        }
        waiting.last = record.id;
        waiting.bytes += self.cost(record);
        let over = waiting.bytes > self.limit;
        if over {
            *waiting = Waiting {
                last: waiting.last,
                ..Waiting::default()
            };
        } else {
            waiting.records.push_back(Arc::clone(record));
        }
        drop(waiting);
        if over {
            self.cut.cancel();
        } else {
            self.wake.notify_one();
        }
        over
    }

    pub(super) fn pop(&self) -> Option<Arc<Record>> {
        let mut waiting = self.lock();
        let record = waiting.records.pop_front()?;
        waiting.bytes -= self.cost(&record);
        Some(record)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().records.is_empty()
    }

    /// Returns when something may be waiting, or the client was cut.
    pub(super) async fn ready(&self) {
        tokio::select! {
            () = self.wake.notified() => {}
            () = self.cut.cancelled() => {}
        }
    }

    pub(super) fn cut(&self) -> &CancellationToken {
        &self.cut
    }
}
