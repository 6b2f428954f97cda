//! One subscription: a snapshot or the log from where the client was, then live, without a seam.

use super::Shared;
use super::frame::{Control, Frame};
use super::hub::Subscriber;
use super::queue::Queue;
use super::select::Selection;
use super::snapshot::Snapshot;
use crate::model::Sequence;
use crate::store::{Budget, Entry, GapReason};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// One page of the log on its way to a client.
const PAGE: Budget = Budget {
    entries: 512,
    bytes: 256 * 1024,
};

/// Where a subscription begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Start {
    /// After this event; else with what happens next.
    pub(crate) since: Option<Sequence>,
    /// With everything that is.
    pub(crate) snapshot: bool,
}

/// What a subscription gives next.
#[derive(Debug)]
pub(crate) enum Next {
    Frame(Frame),
    /// The client was too slow: it is cut, and may resume from where it was.
    Cut,
}

/// What one client gets, in order.
pub(crate) struct Subscription {
    shared: Arc<Shared>,
    subscriber: Arc<Subscriber>,
    attached: bool,
    phase: Phase,
    ready: VecDeque<Frame>,
    /// Everything up to here was given.
    position: Sequence,
    quiet_until: Instant,
}

enum Phase {
    Start(Start),
    Snapshot(Snapshot),
    /// Reading the log, of which everything up to `looked` was read, to where the queue begins or, without that, to its end.
    Log {
        looked: Sequence,
        queue_from: Option<Sequence>,
    },
    Live,
}

impl Subscription {
    pub(super) fn new(shared: Arc<Shared>, selection: Selection, start: Start, client: bool) -> Self {
        let queue = Queue::new(shared.config.client_queue_bytes, !selection.sight.digits);
        let quiet_until = Instant::now() + shared.config.bookmark_interval;
        let position = start.since.unwrap_or_else(|| shared.head());
        Subscription {
            shared,
            subscriber: Arc::new(Subscriber {
                client,
                selection: Arc::new(selection),
                queue,
            }),
            attached: false,
            phase: Phase::Start(start),
            ready: VecDeque::new(),
            position,
            quiet_until,
        }
    }

    /// Where the client may go on.
    pub(crate) const fn position(&self) -> Sequence {
        self.position
    }

    /// Fires when the client is cut for being slow, also while it takes nothing.
    pub(crate) fn cut(&self) -> CancellationToken {
        self.subscriber.queue.cut().clone()
    }

    /// The next message, if there is one without waiting.
    pub(crate) fn try_next(&mut self) -> Option<Frame> {
        if self.subscriber.queue.cut().is_cancelled() {
            return None;
        }
        if self.ready.is_empty() && matches!(self.phase, Phase::Live) {
            let record = self.subscriber.queue.pop()?;
            let body = record.body_for(!self.subscriber.selection.sight.digits).clone();
            self.ready.push_back(Frame {
                position: Some(record.id),
                name: "message",
                body,
            });
        }
        let frame = self.ready.pop_front()?;
        if let Some(position) = frame.position {
            self.position = position;
        }
        self.quiet_until = Instant::now() + self.shared.config.bookmark_interval;
        Some(frame)
    }

    /// The next message. May be dropped while it waits: nothing is lost by it.
    pub(crate) async fn next(&mut self) -> Next {
        loop {
            if self.subscriber.queue.cut().is_cancelled() {
                return Next::Cut;
            }
            if let Some(frame) = self.try_next() {
                return Next::Frame(frame);
            }
            match &mut self.phase {
                Phase::Start(start) => {
                    let start = *start;
                    self.begin(start).await;
                }
                Phase::Snapshot(snapshot) => match snapshot.next(&self.subscriber.selection) {
                    Some(part) => self.ready.push_back(part),
                    None => self.phase = Phase::Live,
                },
                Phase::Log { looked, queue_from } => {
                    let (looked, queue_from) = (*looked, *queue_from);
                    self.read_log(looked, queue_from).await;
                }
                Phase::Live => self.wait().await,
            }
        }
    }

    async fn begin(&mut self, start: Start) {
        match start.since {
            _ if start.snapshot => {
                self.take_snapshot();
            }
            None => {
                self.position = self.attach();
                self.phase = Phase::Live;
            }
            Some(since) => match self.shared.log.place(since, self.shared.head()).await {
                Ok(None) => {
                    self.phase = Phase::Log {
                        looked: since,
                        queue_from: None,
                    }
                }
                Ok(Some(reason)) => self.tell_gap(since, reason),
                Err(error) => self.tell_unreadable(since, &error),
            },
        }
    }

    /// Takes the live queue into use, and says after which event it begins.
    fn attach(&mut self) -> Sequence {
        let view = self.shared.view();
        if !self.attached {
            self.shared.hub.add(&self.subscriber);
            self.attached = true;
        }
        view.head
    }

    fn take_snapshot(&mut self) -> Sequence {
        let shared = Arc::clone(&self.shared);
        let view = shared.view();
        if self.attached {
            // What waits is in the snapshot.
            while self.subscriber.queue.pop().is_some() {}
        } else {
            shared.hub.add(&self.subscriber);
            self.attached = true;
        }
        let snapshot = Snapshot::of(&view);
        let sequence = snapshot.sequence();
        self.phase = Phase::Snapshot(snapshot);
        sequence
    }

    fn tell_gap(&mut self, from: Sequence, reason: GapReason) {
        let to = self.take_snapshot();
        self.ready.push_back(Control::Gap { from, to, reason }.frame());
    }

    fn tell_unreadable(&mut self, from: Sequence, error: &crate::store::StoreError) {
        tracing::error!("a client that resumes gets a gap: {error}");
        self.tell_gap(from, GapReason::LostTail);
    }

    /// One page: what comes after `looked`, up to where the queue begins or, without that, to the end.
    async fn read_log(&mut self, looked: Sequence, queue_from: Option<Sequence>) {
        let upto = queue_from.unwrap_or_else(|| self.shared.head());
        let selection = Arc::clone(&self.subscriber.selection);
        match self.shared.page(looked, upto, PAGE, selection).await {
            Ok(Ok(page)) => {
                let frame = |e: Entry| Frame {
                    position: Some(e.id),
                    name: "message",
                    body: e.body,
                };
                self.ready.extend(page.entries.into_iter().map(frame));
                self.phase = match (page.end, queue_from) {
                    (true, Some(_)) => Phase::Live,
                    (false, _) => Phase::Log {
                        looked: page.through,
                        queue_from,
                    },
                    (true, None) => match self.attach() {
                        head if head == page.through => Phase::Live,
                        head => Phase::Log {
                            looked: page.through,
                            queue_from: Some(head),
                        },
                    },
                };
            }
            Ok(Err(reason)) => self.tell_gap(self.position, reason),
            Err(error) => self.tell_unreadable(self.position, &error),
        }
    }

    async fn wait(&mut self) {
        let timer = tokio::time::sleep_until(self.quiet_until);
        tokio::select! {
            () = self.subscriber.queue.ready() => {}
            () = timer => {
                let view = self.shared.view();
                if self.subscriber.queue.is_empty() {
                    self.ready.push_back(Control::Bookmark { sequence: view.head }.frame());
                }
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if self.attached {
            self.shared.hub.remove(&self.subscriber);
        }
    }
}
