//! Requests that are to be done once: what was asked under which key, and how it came out. A key is reserved before anything is
//! done, so that whoever comes again after a crash learns that it may be done, and nothing is done twice.

use super::writer::{Jobs, NotTaken};
use crate::model::Text;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
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
/// The most bytes of answers in memory, and of those of one owner.
const BYTES: usize = 32 << 20;
const OWN_BYTES: usize = 4 << 20;
/// The most jobs about keys that wait for the disk. What gives a key back has some room more.
pub(super) const OPEN: usize = 1_000;
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
pub(crate) struct Keys {
    kind: Kind,
    /// Which keys they are.
    name: Text,
}

#[derive(Clone, Debug)]
enum Kind {
    Disk(Jobs, Duration),
    Memory(Arc<Mutex<Table>>),
}

impl Keys {
    pub(super) const fn on_disk(jobs: Jobs, patience: Duration, name: Text) -> Self {
        let kind = Kind::Disk(jobs, patience);
        Keys { kind, name }
    }

    pub(super) fn in_memory(name: Text) -> Self {
        let kind = Kind::Memory(Arc::default());
        Keys { kind, name }
    }

    /// Which keys these are: those of a log keep their name, and others that know nothing of them have another.
    pub(crate) const fn name(&self) -> &Text {
        &self.name
    }

    /// Takes a key, unless it was taken before. It is on the disk, where there is one, when this returns.
    pub(crate) async fn reserve(&self, reservation: Reservation) -> Result<Reserved, NotKept> {
        match &self.kind {
            Kind::Memory(table) => lock(table).reserve(reservation),
            Kind::Disk(jobs, patience) => {
                let (done, outcome) = oneshot::channel();
                ask(jobs, *patience, KeyJob::Reserve(reservation, done), outcome).await
            }
        }
    }

    /// Notes how it came out.
    pub(crate) async fn settle(&self, key: OnceKey, answer: Vec<u8>) -> Result<(), NotKept> {
        match &self.kind {
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
        match &self.kind {
            Kind::Memory(table) => lock(table).release(&key),
            Kind::Disk(jobs, _) => {
                if jobs.send_key(KeyJob::Release(key), 2 * OPEN).is_err() {
                    tracing::warn!("an Idempotency-Key that was not used is kept, the disk does not take it");
                }
            }
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
    mut outcome: oneshot::Receiver<Result<T, NotKept>>,
) -> Result<T, NotKept> {
    let ended = || NotKept::Disk("the writer of the log ended".to_owned());
    match jobs.send_key(job, OPEN) {
        Ok(()) => {}
        Err(NotTaken::Full) => return Err(NotKept::Disk(format!("{OPEN} keys wait for it already"))),
        Err(NotTaken::Ended) => return Err(ended()),
    }
    match tokio::time::timeout(patience, &mut outcome).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(ended()),
        Err(_) => {
            // From now on the writer finds nobody who waits, and takes back what it reserves.
            outcome.close();
            let late = || NotKept::Disk(format!("not within {patience:?}"));
            outcome.try_recv().unwrap_or_else(|_| Err(late()))
        }
    }
}

/// What the writer is to do with a key.
#[derive(Debug)]
pub(super) enum KeyJob {
    Reserve(Reservation, oneshot::Sender<Result<Reserved, NotKept>>),
    Settle(OnceKey, Vec<u8>, oneshot::Sender<Result<(), NotKept>>),
    Release(OnceKey),
    /// Those that are old are deleted: it is now, in milliseconds since 1970.
    Purge(i64),
}

/// How many keys there are, of each owner. Counted once, and only where there may be many.
#[derive(Debug, Default)]
pub(super) struct Counts(Option<BTreeMap<String, i64>>);

impl Counts {
    /// Counts where the span of the row ids, which is never less than the count and costs nothing, leaves it open.
    fn begin(&mut self, connection: &Connection) -> Result<(), rusqlite::Error> {
        if self.0.is_some() {
            return Ok(());
        }
        let span: i64 = connection
            .prepare_cached("SELECT ifnull((SELECT max(rowid) FROM keys) - (SELECT min(rowid) FROM keys) + 1, 0)")?
            .query_row([], |row| row.get(0))?;
        if span >= OWN_ON_DISK {
            let mut all = connection.prepare_cached("SELECT owner, count(*) FROM keys GROUP BY owner")?;
            let counted = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            self.0 = Some(counted.collect::<Result<_, _>>()?);
        }
        Ok(())
    }

    /// Is there no room for a key of this owner, once those that `gone` names are deleted?
    fn full(&self, owner: &str, gone: &[String]) -> bool {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.0.as_ref().is_some_and(|counts| {
            let own =
                counts.get(owner).copied().unwrap_or_default() - number(gone.iter().filter(|of| *of == owner).count());
            let all = counts.values().sum::<i64>() - number(gone.len());
            own >= OWN_ON_DISK || all >= ON_DISK
        })
    }

    fn add(&mut self, owner: &str, count: i64) {
        if let Some(counts) = &mut self.0 {
            *counts.entry(owner.to_owned()).or_default() += count;
        }
    }

    fn remove(&mut self, gone: &[String]) {
        gone.iter().for_each(|owner| self.add(owner, -1));
    }
}

impl KeyJob {
    /// Does it. False: nothing was written that anybody relies on.
    pub(super) fn run(self, connection: &mut Connection, counts: &mut Counts) -> bool {
        match self {
            // Nobody waits for it any more.
            KeyJob::Reserve(_, done) if done.is_closed() => false,
            KeyJob::Reserve(reservation, done) => {
                let result = reserve(connection, &reservation, counts).unwrap_or_else(|error| Err(failed(&error)));
                let written = result == Ok(Reserved::Now);
                let Reservation { key, at, .. } = reservation;
                match done.send(result) {
                    // Whoever waited was told that it is not kept. Only this reservation: what an earlier one left open may be done.
                    Err(_) if written => given_back(release(connection, &key, Some(at), counts)),
                    _ => written,
                }
            }
            KeyJob::Settle(key, answer, done) => {
                let result = settle(connection, &key, &answer).map_err(|error| failed(&error));
                let written = result.is_ok();
                let _ = done.send(result);
                written
            }
            KeyJob::Release(key) => given_back(release(connection, &key, None, counts)),
            KeyJob::Purge(now) => {
                match purge(connection, now) {
                    Ok(gone) => counts.remove(&gone),
                    Err(error) => tracing::debug!("old Idempotency-Keys are not deleted now: {error}"),
                }
                false
            }
        }
    }
}

/// Deletes a few that are old; says whose.
fn purge(connection: &Connection, now: i64) -> Result<Vec<String>, rusqlite::Error> {
    connection
        .prepare_cached(
            "DELETE FROM keys WHERE rowid IN (SELECT rowid FROM keys WHERE at < ?1 ORDER BY at LIMIT ?2) RETURNING owner",
        )?
        .query_map((now - KEPT, STEP), |row| row.get(0))?
        .collect()
}

fn failed(error: &rusqlite::Error) -> NotKept {
    NotKept::Disk(error.to_string())
}

fn reserve(
    connection: &mut Connection,
    Reservation { key, asked, at }: &Reservation,
    counts: &mut Counts,
) -> Result<Result<Reserved, NotKept>, rusqlite::Error> {
    // At once: one that reads first does not wait for another program that writes.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    counts.begin(&transaction)?;
    let gone = purge(&transaction, *at)?;
    let known = transaction
        .prepare_cached("SELECT asked, answer FROM keys WHERE owner = ?1 AND name = ?2 AND at >= ?3")?
        .query_row((key.owner.as_str(), key.name.as_str(), at - KEPT), |row| {
            Ok(Reserved::Before {
                asked: row.get(0)?,
                answer: row.get(1)?,
            })
        })
        .optional()?;
    let mut more = 0;
    let result = match known {
        Some(before) => Ok(before),
        None if counts.full(&key.owner, &gone) => Err(NotKept::Full),
        None => {
            // An old one of the same name, to which the deleting did not get yet.
            let replaced = transaction
                .prepare_cached("DELETE FROM keys WHERE owner = ?1 AND name = ?2")?
                .execute((key.owner.as_str(), key.name.as_str()))?;
            transaction
                .prepare_cached("INSERT INTO keys (owner, name, asked, at) VALUES (?1, ?2, ?3, ?4)")?
                .execute((key.owner.as_str(), key.name.as_str(), asked, at))?;
            more = if replaced > 0 { 0 } else { 1 };
            Ok(Reserved::Now)
        }
    };
    transaction.commit()?;
    counts.remove(&gone);
    counts.add(&key.owner, more);
    Ok(result)
}

fn settle(connection: &Connection, key: &OnceKey, answer: &[u8]) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("UPDATE keys SET answer = ?3 WHERE owner = ?1 AND name = ?2")?
        .execute((key.owner.as_str(), key.name.as_str(), answer))
        .map(|_| ())
}

/// `at`: only where it was reserved then.
fn release(
    connection: &Connection,
    key: &OnceKey,
    at: Option<i64>,
    counts: &mut Counts,
) -> Result<(), rusqlite::Error> {
    let gone = connection
        .prepare_cached("DELETE FROM keys WHERE owner = ?1 AND name = ?2 AND answer IS NULL AND at = ifnull(?3, at)")?
        .execute((key.owner.as_str(), key.name.as_str(), at))?;
    if gone > 0 {
        counts.add(&key.owner, -1);
    }
    Ok(())
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
        let sizes = own.map(|(_, row)| row.answer.as_ref().map_or(0, Vec::len));
        let (count, bytes) = sizes.fold((0, 0), |(count, bytes), size| (count + 1, bytes + size));
        self.rows.len() >= IN_MEMORY || self.bytes >= BYTES || count >= OWN_IN_MEMORY || bytes >= OWN_BYTES
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
