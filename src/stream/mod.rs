//! The stream: gives events their numbers, logs them, folds them into the view and brings them to whoever wants them.
//!
//! One task, the sequencer, takes the batches of all switches. For each group it gives numbers, encodes every event once,
//! commits events and live rows in one transaction, folds the events into the view, and pushes them to the queues that match.
//! What waits is drained into one transaction; groups stay whole.
//!
//! The view is the fold of the events and nothing else: what is read of calls, devices, agents and queues is true for the
//! number beside it, and so is a snapshot. View, end of the stream and queues change together, under one lock: so a
//! subscription goes from snapshot or log to live without a seam, and a bookmark says what it means.
//!
//! Each client has a queue that is bounded in bytes. Who does not keep up is cut, and resumes from where it was.

mod answer;
mod config;
mod encode;
mod frame;
mod hub;
mod keys;
mod live;
mod metrics;
mod queue;
mod select;
mod sequencer;
mod snapshot;
mod subscription;
mod view;

#[cfg(test)]
mod tests;

pub(crate) use crate::store::{Budget, GapReason, Keys, NotKept, OnceKey, Page, Reservation, Reserved, StoreError};
pub(crate) use answer::Answer;
pub(crate) use config::StreamConfig;
pub(crate) use frame::{Control, Frame};
pub(crate) use select::{Filter, Key, Selection, Sight};
pub(crate) use subscription::{Next, Start, Subscription};
pub(crate) use view::View;

use crate::model::{Batch, Call, Event, Restored, Sequence, SwitchName, Wall};
use crate::store::{Facets, Log, Query, Record, Store, StoreConfig};
use hub::Hub;
use metrics::Metrics;
use prometheus_client::registry::Registry;
use sequencer::Sequencer;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How long the disk may take for a commit before the stream goes on without it.
const DISK_PATIENCE: Duration = Duration::from_secs(1);
/// How many batches may wait for the sequencer.
const WAITING_BATCHES: usize = 1024;

/// The stream, to read and to subscribe to.
#[derive(Clone, Debug)]
pub(crate) struct Stream(Arc<Shared>);

/// A stream that was just opened.
pub(crate) struct Opened {
    pub(crate) stream: Stream,
    /// Where the links put what they hear. When the last sender is gone, the stream ends.
    pub(crate) sender: mpsc::Sender<Batch>,
    /// What each switch's machine gets back.
    pub(crate) restored: BTreeMap<SwitchName, Restored>,
    /// Ends once everything is written and the log is closed.
    pub(crate) sequencer: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    config: StreamConfig,
    log: Log,
    keys: Keys,
    view: RwLock<View>,
    hub: Hub,
    metrics: Metrics,
    failing: Mutex<Option<String>>,
    waiting: answer::Waiting,
}

impl Stream {
    /// Opens the log and starts the sequencer. What the log holds of other switches than `switches` stays there and is not
    /// shown: nobody would ever tell how it ended.
    pub(crate) fn open(
        config: StreamConfig,
        switches: &BTreeSet<SwitchName>,
        registry: &mut Registry,
    ) -> Result<Opened, StoreError> {
        let store_config = StoreConfig {
            directory: config.path.clone(),
            retention: config.retention,
            memory: config.memory_bytes,
            patience: DISK_PATIENCE,
        };
        let (store, loaded) = Store::open(&store_config, sequencer::micros_now())?;
        let mut view = View::default();
        view.head = loaded.last;
        let restored = live::restore(loaded.rows, loaded.heard.map(Wall::from_millis), switches, &mut view);
        let shared = Arc::new(Shared {
            config,
            log: store.log(),
            keys: store.keys(),
            view: RwLock::new(view),
            hub: Hub::default(),
            metrics: Metrics::register(registry),
            failing: Mutex::default(),
            waiting: answer::Waiting::default(),
        });
        let (sender, received) = mpsc::channel(WAITING_BATCHES);
        let sequencer = Sequencer::new(Arc::clone(&shared), store, loaded.last);
        let sequencer = tokio::spawn(sequencer.run(received));
        Ok(Opened {
            stream: Stream(shared),
            sender,
            restored,
            sequencer,
        })
    }

    /// The name of this bridge.
    pub(crate) fn bridge(&self) -> &str {
        &self.0.config.bridge
    }

    /// Everything that is; hold it shortly, nothing is delivered meanwhile.
    pub(crate) fn view(&self) -> RwLockReadGuard<'_, View> {
        self.0.view()
    }

    /// Why the log is not as safe as it should be, if so.
    pub(crate) fn failing(&self) -> Option<String> {
        self.0.failing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys of requests that are to be done once.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn subscribe(&self, selection: Selection, start: Start) -> Subscription {
        Subscription::new(Arc::clone(&self.0), selection, start, true)
    }

    /// The same for a projection, which is no client.
    pub(crate) fn follow(&self, selection: Selection, start: Start) -> Subscription {
        Subscription::new(Arc::clone(&self.0), selection, start, false)
    }

    /// Can a reader that has seen everything up to `since` go on from there?
    pub(crate) async fn place(&self, since: Sequence) -> Result<Option<GapReason>, StoreError> {
        self.0.log.place(since, self.0.head()).await
    }

    /// The last event that was received before `at`, or where the log begins.
    pub(crate) async fn before(&self, at: Wall) -> Result<Sequence, StoreError> {
        self.0.log.before(at.as_millis()).await
    }

    /// Up to where the log cannot be read.
    pub(crate) fn floor(&self) -> Sequence {
        self.0.log.floor().id
    }

    /// Stored events after `after` and up to `upto`.
    pub(crate) async fn page(
        &self,
        after: Sequence,
        upto: Sequence,
        budget: Budget,
        selection: Arc<Selection>,
    ) -> Result<Result<Page, GapReason>, StoreError> {
        self.0.page(after, upto, budget, selection).await
    }
}

impl Shared {
    fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn head(&self) -> Sequence {
        self.view().head
    }

    async fn page(
        &self,
        after: Sequence,
        upto: Sequence,
        budget: Budget,
        selection: Arc<Selection>,
    ) -> Result<Result<Page, GapReason>, StoreError> {
        let masked = !selection.sight.digits;
        let matches = move |facets: &Facets<'_>| selection.matches(facets);
        self.log
            .page(Query {
                after,
                upto,
                budget,
                masked,
                matches,
            })
            .await
    }

    fn set_failing(&self, reason: Option<String>) {
        self.metrics.log_failing.set(i64::from(reason.is_some()));
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// Folds and pushes whole groups, in one step for whoever looks.
    fn publish(&self, records: &[Arc<Record>], events: impl Iterator<Item = Event>) {
        let mut cut = 0;
        {
            let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
            for (record, event) in records.iter().zip(events) {
                view.fold(record.id, event);
                cut += self.hub.publish(record);
            }
        }
        self.metrics.events.inc_by(records.len() as u64);
        self.metrics.clients_cut.inc_by(cut);
        self.measure();
    }

    /// How much there is of what comes and goes.
    fn measure(&self) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.metrics.calls.set(count(self.view().calls.len()));
        self.metrics.subscribers.set(count(self.hub.clients()));
    }

    fn expire(&self, now: Wall) -> Vec<Arc<Call>> {
        self.view.write().unwrap_or_else(PoisonError::into_inner).expire(now)
    }
}
