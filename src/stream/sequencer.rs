//! The one task that gives events their numbers: number, encode, log, fold, push.

use super::Shared;
use super::encode::Encoder;
use super::live::{add_memo, forget_call, rows_of};
use crate::model::{Batch, BridgeData, Data, Event, EventType, Sequence, Settled, SwitchName, Text, Wall};
use crate::store::{Commit, Health, Record, Rows, Store};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// The most batches that one transaction takes in.
const BATCHES: usize = 256;
/// How often it looks after what no event would remind it of.
const CHORES: Duration = Duration::from_secs(1);

pub(super) struct Sequencer {
    shared: Arc<Shared>,
    store: Store,
    encoder: Encoder,
    last: Sequence,
    /// The next number is at least the clock's microseconds: after a start, and after the log was repaired.
    from_clock: bool,
    failing: bool,
}

/// Events with their numbers, on their way into the log and the view.
#[derive(Default)]
struct Numbered {
    records: Vec<Arc<Record>>,
    events: Vec<(Option<SwitchName>, Event)>,
    rows: Rows,
    /// Commands that ended, and the events that prove it.
    settled: Vec<(Settled, Option<Sequence>)>,
}

pub(super) fn micros_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

fn wall_now() -> Wall {
    Wall::from_millis(i64::try_from(micros_now() / 1000).unwrap_or(i64::MAX))
}

impl Sequencer {
    pub(super) fn new(shared: Arc<Shared>, store: Store, last: Sequence) -> Self {
        let encoder = Encoder::new(shared.config.bridge.clone());
        Sequencer {
            shared,
            store,
            encoder,
            last,
            from_clock: true,
            failing: false,
        }
    }

    /// Runs until every sender is gone, then closes the log.
    pub(super) async fn run(mut self, mut received: mpsc::Receiver<Batch>) {
        let mut chores = tokio::time::interval(CHORES);
        chores.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut batches = Vec::with_capacity(BATCHES);
        loop {
            tokio::select! {
                count = received.recv_many(&mut batches, BATCHES) => {
                    if count == 0 {
                        break;
                    }
                    let numbered = self.number(batches.drain(..));
                    self.commit(numbered).await;
                }
                _ = chores.tick() => self.do_chores().await,
            }
        }
        // Who still waits for a link learns that none will tell any more.
        self.shared.waiting.clear();
        self.store.close(wall_now().as_millis()).await;
    }

    fn number(&mut self, batches: impl Iterator<Item = Batch>) -> Numbered {
        let mut numbered = Numbered::default();
        let mut memos = Vec::new();
        for batch in batches {
            let mut group = None;
            let mut ids = Vec::new();
            for event in batch.events {
                ids.push(self.add(&mut numbered, &mut group, Some(batch.switch.clone()), event));
            }
            let proven = |settled: Settled| {
                let proof = settled.proof.and_then(|at| ids.get(at).copied().flatten());
                (settled, proof)
            };
            numbered.settled.extend(batch.settled.into_iter().map(proven));
            memos.extend(batch.memos.into_iter().map(|memo| (batch.switch.clone(), memo)));
        }
        let told = numbered.records.iter().zip(&numbered.events);
        numbered.rows = rows_of(told.filter_map(|(record, (switch, event))| Some((record, switch.as_ref()?, event))));
        for (switch, memo) in memos {
            add_memo(&mut numbered.rows, &switch, memo);
        }
        numbered
    }

    fn add(
        &mut self,
        numbered: &mut Numbered,
        group: &mut Option<Sequence>,
        switch: Option<SwitchName>,
        mut event: Event,
    ) -> Option<Sequence> {
        let mut id = Sequence::new(self.last.get() + 1);
        if self.from_clock {
            id = id.max(Sequence::new(micros_now()));
            self.from_clock = false;
        }
        match self
            .encoder
            .encode(id, group.unwrap_or(id), switch.as_ref(), &mut event)
        {
            Ok(record) => {
                self.last = id;
                group.get_or_insert(id);
                numbered.records.push(Arc::new(record));
                numbered.events.push((switch, event));
                Some(id)
            }
            Err(error) => {
                tracing::error!(
                    "an event of type {} is lost, it cannot be written as JSON: {error}",
                    event.kind
                );
                None
            }
        }
    }

    /// Logs, folds and delivers; then tells if the disk failed or came back meanwhile.
    async fn commit(&mut self, numbered: Numbered) {
        let health = self.deliver(numbered).await;
        let (kind, reason) = match (&health, self.failing) {
            (Health::Well, true) => {
                tracing::warn!("the log is well again");
                self.from_clock = true;
                (EventType::BridgeRecovered, "the log is well again".to_owned())
            }
            (Health::Failing(reason), false) => {
                tracing::error!("{reason}");
                (EventType::BridgeDegraded, reason.clone())
            }
            _ => return,
        };
        self.failing = !self.failing;
        self.shared.set_failing(self.failing.then(|| reason.clone()));
        let now = wall_now();
        let data = Data::Bridge(BridgeData {
            what: Text::from("log"),
            reason: Text::from(reason),
        });
        let event = Event {
            kind,
            time: now,
            received_at: now,
            reconstructed: false,
            request_id: None,
            data,
        };
        let mut numbered = Numbered::default();
        self.add(&mut numbered, &mut None, None, event);
        self.deliver(numbered).await;
    }

    async fn deliver(&mut self, mut numbered: Numbered) -> Health {
        let settled = std::mem::take(&mut numbered.settled);
        let commit = Commit {
            records: numbered.records.clone(),
            rows: numbered.rows,
        };
        let started = Instant::now();
        let health = self.store.append(commit, wall_now().as_millis()).await;
        self.shared
            .metrics
            .commit_seconds
            .observe(started.elapsed().as_secs_f64());
        self.shared
            .publish(&numbered.records, numbered.events.into_iter().map(|(_, event)| event));
        self.shared.answer(settled);
        health
    }

    /// Forgets calls that ended long ago, and tries a disk that failed. Clients come and go also while nothing happens.
    async fn do_chores(&mut self) {
        self.shared.measure();
        let mut numbered = Numbered::default();
        for call in self.shared.expire(wall_now()) {
            forget_call(&mut numbered.rows, &call);
        }
        if self.failing
            || self.store.is_unsynced()
            || !numbered.rows.is_empty()
            || self.store.is_old(wall_now().as_millis())
        {
            self.commit(numbered).await;
        }
    }
}
