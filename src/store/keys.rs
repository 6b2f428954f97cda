//! Requests that are to be done once: what was asked under which key, and how it came out. A key is reserved before anything is
//! done, so that whoever comes again after a crash learns that it may be done, and nothing is done twice.

use super::writer::{Job, Jobs};
use crate::model::Text;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::oneshot;

/// How long a key is kept, in milliseconds.
const KEPT: i64 = 24 * 3600 * 1000;
/// The most keys that are kept on the disk, and in memory.
const ON_DISK: i64 = 1_000_000;
const IN_MEMORY: usize = 20_000;
/// The most keys of one owner, so that nobody takes the room of all.
const OWN_ON_DISK: i64 = 100_000;
const OWN_IN_MEMORY: usize = 2_000;
/// The most bytes of answers in memory.
const BYTES: usize = 32 << 20;
/// How many old keys are deleted at a time.
const STEP: i64 = 512;

/// Names a key: whose it is, and how they call it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OnceKey {
    pub(crate) owner: Text,
    pub(crate) name: Text,
}

/// A key that is to be reserved.
#[derive(Clone, Debug)]
pub(crate) struct Reservation {
    pub(crate) key: OnceKey,
    /// What is asked, as a digest.
    pub(crate) asked: [u8; 32],
    /// Now, in milliseconds since 1970.
    pub(crate) at: i64,
}

/// What became of a reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    /// The key was free, and is taken now.
    Now,
    /// It was taken before.
    Before {
        asked: Vec<u8>,
        /// How it came out; `None`: nobody noted that.
        answer: Option<Vec<u8>>,
    },
}

/// Why a key cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum NotKept {
    #[error("as many keys are kept already as there is room for, each for 24 hours")]
    Full,
    #[error("the disk does not take it: {0}")]
    Disk(String),
}

/// All keys.
#[derive(Clone, Debug)]
pub(crate) struct Keys(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Disk(Jobs, Duration),
    Memory(Arc<Mutex<Table>>),
}

impl Keys {
    pub(super) const fn on_disk(jobs: Jobs, patience: Duration) -> Self {
        Keys(Kind::Disk(jobs, patience))
    }

    pub(super) fn in_memory() -> Self {
        Keys(Kind::Memory(Arc::default()))
    }

    /// Takes a key, unless it was taken before. It is on the disk, where there is one, when this returns.
    pub(crate) async fn reserve(&self, reservation: Reservation) -> Result<Reserved, NotKept> {
        match &self.0 {
            Kind::Memory(table) => lock(table).reserve(reservation),
            Kind::Disk(jobs, patience) => {
                let (done, outcome) = oneshot::channel();
                let (key, at) = (reservation.key.clone(), reservation.at);
                let result = ask(jobs, *patience, KeyJob::Reserve(reservation, done), outcome).await;
                if result.is_err() {
                    // It may still be written, and whoever comes again would be told that it may be done. Only this reservation: what an
                    // earlier one left open may be done indeed.
                    let _ = jobs.send(Job::Key(KeyJob::Withdraw(key, at)));
                }
                result
            }
        }
    }

    /// Notes how it came out.
    pub(crate) async fn settle(&self, key: OnceKey, answer: Vec<u8>) -> Result<(), NotKept> {
        match &self.0 {
            Kind::Memory(table) => {
                lock(table).settle(&key, answer);
                Ok(())
            }
            Kind::Disk(jobs, patience) => {
                let (done, outcome) = oneshot::channel();
                ask(jobs, *patience, KeyJob::Settle(key, answer, done), outcome).await
            }
        }
    }

    /// Gives a key back under which nothing was done.
    pub(crate) fn release(&self, key: OnceKey) {
        match &self.0 {
            Kind::Memory(table) => lock(table).release(&key),
            Kind::Disk(jobs, _) => drop(jobs.send(Job::Key(KeyJob::Release(key)))),
        }
    }
}

fn lock(table: &Mutex<Table>) -> std::sync::MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn ask<T>(
    jobs: &Jobs,
    patience: Duration,
    job: KeyJob,
    outcome: oneshot::Receiver<Result<T, NotKept>>,
) -> Result<T, NotKept> {
    let ended = || NotKept::Disk("the writer of the log ended".to_owned());
    if !jobs.send(Job::Key(job)) {
        return Err(ended());
    }
    match tokio::time::timeout(patience, outcome).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(ended()),
        Err(_) => Err(NotKept::Disk(format!("not within {patience:?}"))),
    }
}

/// What the writer is to do with a key.
#[derive(Debug)]
pub(super) enum KeyJob {
    Reserve(Reservation, oneshot::Sender<Result<Reserved, NotKept>>),
    Settle(OnceKey, Vec<u8>, oneshot::Sender<Result<(), NotKept>>),
    Release(OnceKey),
    /// Takes back what was reserved at this time.
    Withdraw(OnceKey, i64),
    /// Those that are old are deleted: it is now, in milliseconds since 1970.
    Purge(i64),
}

impl KeyJob {
    /// Does it. False: nothing was written that anybody relies on.
    pub(super) fn run(self, connection: &mut Connection) -> bool {
        match self {
            KeyJob::Reserve(reservation, done) => {
                let result = reserve(connection, &reservation).unwrap_or_else(|error| Err(failed(&error)));
                let written = result == Ok(Reserved::Now);
                // Whoever waits no longer has given it back.
                let _ = done.send(result);
                written
            }
            KeyJob::Settle(key, answer, done) => {
                let result = settle(connection, &key, &answer).map_err(|error| failed(&error));
                let written = result.is_ok();
                let _ = done.send(result);
                written
            }
            KeyJob::Release(key) => given_back(release(connection, &key, None)),
            KeyJob::Withdraw(key, at) => given_back(release(connection, &key, Some(at))),
            KeyJob::Purge(now) => {
                if let Err(error) = purge(connection, now) {
                    tracing::debug!("old Idempotency-Keys are not deleted now: {error}");
                }
                false
            }
        }
    }
}

fn purge(connection: &Connection, now: i64) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("DELETE FROM keys WHERE rowid IN (SELECT rowid FROM keys WHERE at < ?1 ORDER BY at LIMIT ?2)")?
        .execute((now - KEPT, STEP))
        .map(|_| ())
}

fn failed(error: &rusqlite::Error) -> NotKept {
    NotKept::Disk(error.to_string())
}

fn reserve(
    connection: &mut Connection,
    Reservation { key, asked, at }: &Reservation,
) -> Result<Result<Reserved, NotKept>, rusqlite::Error> {
    let transaction = connection.transaction()?;
    purge(&transaction, *at)?;
    let known = transaction
        .prepare_cached("SELECT asked, answer FROM keys WHERE owner = ?1 AND name = ?2 AND at >= ?3")?
        .query_row((key.owner.as_str(), key.name.as_str(), at - KEPT), |row| {
            Ok(Reserved::Before {
                asked: row.get(0)?,
                answer: row.get(1)?,
            })
        })
        .optional()?;
    let result = match known {
        Some(before) => Ok(before),
        None => {
            if full(&transaction, &key.owner)? {
                Err(NotKept::Full)
            } else {
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO keys (owner, name, asked, at) VALUES (?1, ?2, ?3, ?4)")?
                    .execute((key.owner.as_str(), key.name.as_str(), asked, at))?;
                Ok(Reserved::Now)
            }
        }
    };
    transaction.commit()?;
    Ok(result)
}

/// Counts only where the span of the row ids, which is never less than the count and costs nothing, leaves it open.
fn full(connection: &Connection, owner: &Text) -> Result<bool, rusqlite::Error> {
    let span: i64 = connection
        .prepare_cached("SELECT ifnull((SELECT max(rowid) FROM keys) - (SELECT min(rowid) FROM keys) + 1, 0)")?
        .query_row([], |row| row.get(0))?;
    if span < OWN_ON_DISK {
        return Ok(false);
    }
    let own: i64 = connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM keys WHERE owner = ?1 LIMIT ?2)")?
        .query_row((owner.as_str(), OWN_ON_DISK), |row| row.get(0))?;
    if own >= OWN_ON_DISK || span < ON_DISK {
        return Ok(own >= OWN_ON_DISK);
    }
    let all: i64 = connection
        .prepare_cached("SELECT count(*) FROM keys")?
        .query_row([], |row| row.get(0))?;
    Ok(all >= ON_DISK)
}

fn settle(connection: &Connection, key: &OnceKey, answer: &[u8]) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("UPDATE keys SET answer = ?3 WHERE owner = ?1 AND name = ?2")?
        .execute((key.owner.as_str(), key.name.as_str(), answer))
        .map(|_| ())
}

/// `at`: only where it was reserved then.
fn release(connection: &Connection, key: &OnceKey, at: Option<i64>) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("DELETE FROM keys WHERE owner = ?1 AND name = ?2 AND answer IS NULL AND at = ifnull(?3, at)")?
        .execute((key.owner.as_str(), key.name.as_str(), at))
        .map(|_| ())
}

fn given_back(result: Result<(), rusqlite::Error>) -> bool {
    if let Err(error) = result {
        tracing::warn!("an Idempotency-Key that was not used is kept, the disk does not take it: {error}");
    }
    true
}

/// The keys of a bridge that has no disk.
#[derive(Debug, Default)]
struct Table {
    rows: BTreeMap<OnceKey, Row>,
    bytes: usize,
}

#[derive(Debug)]
struct Row {
    asked: [u8; 32],
    at: i64,
    answer: Option<Vec<u8>>,
}

impl Table {
    fn reserve(&mut self, Reservation { key, asked, at }: Reservation) -> Result<Reserved, NotKept> {
        if self.full(&key.owner) {
            self.rows.retain(|_, row| row.at >= at - KEPT);
            let answers = self.rows.values().filter_map(|row| row.answer.as_ref());
            self.bytes = answers.map(Vec::len).sum();
        }
        match self.rows.get(&key).filter(|row| row.at >= at - KEPT) {
            Some(row) => Ok(Reserved::Before {
                asked: row.asked.to_vec(),
                answer: row.answer.clone(),
            }),
            None if self.full(&key.owner) => Err(NotKept::Full),
            None => {
                let answer = None;
                self.rows.insert(key, Row { asked, at, answer });
                Ok(Reserved::Now)
            }
        }
    }

    fn full(&self, owner: &Text) -> bool {
        let first = OnceKey {
            owner: owner.clone(),
            name: "".into(),
        };
        let own = self.rows.range(first..).take_while(|(key, _)| key.owner == *owner);
        self.rows.len() >= IN_MEMORY || self.bytes >= BYTES || own.count() >= OWN_IN_MEMORY
    }

    fn settle(&mut self, key: &OnceKey, answer: Vec<u8>) {
        if let Some(row) = self.rows.get_mut(key) {
            self.bytes += answer.len();
            row.answer = Some(answer);
        }
    }

    fn release(&mut self, key: &OnceKey) {
        if self.rows.get(key).is_some_and(|row| row.answer.is_none()) {
            self.rows.remove(key);
        }
    }
}
