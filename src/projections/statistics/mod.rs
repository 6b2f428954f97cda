//! Statistics: what happened in queues and what agents did, within the last 15 and 60 minutes and today.
//!
//! A fold of the stream and nothing else. What is counted is the visit, one stay of a call in a queue, under the time at which it began: so
//! the parts of an answer add up to the whole of it. What each number means stands in the `README.md` beside this file, with
//! an example that a test computes.
//!
//! Nothing is kept on the disk. At the start the log is read from where the longest window begins, and before it as far as it takes to know
//! who was in which state then. Then a subscription like any other goes on from there; where it is cut for being slow it resumes.
//! Of the time in which a switch was not heard nothing is said but how long it was.
//!
//! What it costs: each event of a type that is counted is read once as JSON, in a task of its own, and changes a few entries of
//! ordered maps; an answer goes once over the visits of the queue and the intervals of the agents within today. In memory a visit
//! and an interval are about 100 bytes each, from the beginning of today or 60 minutes ago: at most 50,000 visits of one queue
//! and 5,000 intervals of one agent, and where there were more, the answer says `complete: false`.

mod answer;
mod config;
mod fold;
mod follow;
mod recover;
mod shift;
mod told;
mod visit;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use config::{SiteStatistics, StatisticsConfig, Thresholds};

use crate::model::{AgentId, AgentStatistics, DeviceId, QueueStatistics, Sequence, Wall, Window};
use crate::stream::{Frame, Next, Start, Stream};
use fold::Fold;
use recover::Before;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio_util::task::AbortOnDropHandle;
use told::{SnapshotTold, TYPES, Told};

/// How often what is in no window any more is forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// The log has not been read to its end yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotYet;

/// Statistics, to ask.
#[derive(Clone, Debug)]
pub(crate) struct Statistics {
    inner: Arc<Inner>,
    _task: Arc<AbortOnDropHandle<()>>,
}

#[derive(Debug)]
struct Inner {
    config: StatisticsConfig,
    fold: RwLock<Fold>,
    ready: AtomicBool,
}

/// The time from one moment to a later one, in milliseconds.
fn millis(from: Wall, to: Wall) -> u64 {
    u64::try_from(to.as_millis().saturating_sub(from.as_millis())).unwrap_or(0)
}

/// The time, as the bridge has it.
pub(crate) fn wall_now() -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Wall::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn unreadable(id: Sequence, error: &serde_json::Error) {
    tracing::error!("the event {id} is not counted in statistics, since it cannot be read: {error}");
}

impl Statistics {
    /// Begins to count. Called before any switch tells something: what the stream shows now is how the log ended.
    pub(crate) fn start(stream: Stream, config: StatisticsConfig) -> Self {
        let now = wall_now();
        let inner = Arc::new(Inner {
            fold: RwLock::new(Fold::new()),
            config,
            ready: AtomicBool::new(false),
        });
        let before = Before::of(&stream.view());
        let task = tokio::spawn(run(Arc::clone(&inner), stream, before, now));
        Statistics {
            inner,
            _task: Arc::new(AbortOnDropHandle::new(task)),
        }
    }

    /// Is anything counted of this queue?
    pub(crate) fn knows_queue(&self, queue: &DeviceId) -> bool {
        self.inner.read().queues.contains_key(queue)
    }

    /// What happened in a queue, within a window that ends `now`.
    pub(crate) fn queue(&self, queue: &DeviceId, window: Window, now: Wall) -> Result<QueueStatistics, NotYet> {
        self.inner.ready()?;
        Ok(self.inner.read().queue(&self.inner.config, queue, window, now))
    }

    /// What an agent did, within a window that ends `now`.
    pub(crate) fn agent(&self, agent: &AgentId, window: Window, now: Wall) -> Result<AgentStatistics, NotYet> {
        self.inner.ready()?;
        let fold = self.inner.read();
        Ok(fold.agent_statistics(&self.inner.config, agent, window, now))
    }
}

impl Inner {
    fn read(&self) -> RwLockReadGuard<'_, Fold> {
        self.fold.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Fold> {
        self.fold.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn ready(&self) -> Result<(), NotYet> {
        if self.ready.load(Ordering::Acquire) {
            Ok(())
        } else {
            Err(NotYet)
        }
    }

    fn hear(&self, frame: &Frame) -> Result<(), serde_json::Error> {
        match frame.name {
            "message" => {
                let told = Told::read(&frame.body)?;
                self.write().tell(told);
            }
            "gap" => self.write().lose(),
            "snapshot" => {
                let snapshot: SnapshotTold = serde_json::from_slice(&frame.body)?;
                self.write().see(&snapshot, wall_now());
            }
            _ => {}
        }
        Ok(())
    }
}

async fn run(inner: Arc<Inner>, stream: Stream, before: Before, now: Wall) {
    if let Err(error) = recover::recover(&inner, &stream, &before, now).await {
        tracing::error!("statistics begin now and not with the log, which cannot be read: {error}");
    }
    inner.ready.store(true, Ordering::Release);
    let mut since = before.head;
    let mut forget = tokio::time::interval(FORGET);
    forget.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let start = Start {
            since: Some(since),
            snapshot: false,
        };
        let mut subscription = stream.follow(recover::selection(TYPES.iter().copied()), start);
        loop {
            tokio::select! {
                next = subscription.next() => match next {
                    Next::Frame(frame) => {
                        if let Err(error) = inner.hear(&frame) {
                            unreadable(subscription.position(), &error);
                        }
                        since = subscription.position();
                    }
                    Next::Cut => break,
                },
                _ = forget.tick() => inner.write().forget(&inner.config, wall_now()),
            }
        }
        tracing::info!(position = %since, "statistics were slower than the stream and go on from where they were");
    }
}
