//! The thread that writes: one transaction a commit, retention in small steps along the way.

use super::damage::suspect_by;
use super::keys::{Counts, KeyJob};
use super::record::GapReason;
use super::record::{Floor, Record, RowChange, RowKey, Rows};
use super::schema;
use super::sync::{Sync, Unsynced};
use crate::model::Sequence;
use rusqlite::{Connection, Transaction};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// How many old events one commit may delete.
const RETENTION_STEP: i64 = 512;

/// Where the writer takes its jobs from. Shut when the log is closed, whoever else may hold it.
#[derive(Clone, Debug)]
pub(super) struct Jobs {
    sender: Arc<Mutex<Option<Sender<Job>>>>,
    /// How many jobs about keys wait. Of commits there is never more than one.
    keys: Arc<AtomicUsize>,
}

/// Why a job about a key was not taken.
#[derive(Debug)]
pub(super) enum NotTaken {
    /// So many wait already.
    Full,
    /// The writer ended.
    Ended,
}

/// The place that a job about a key takes until it is done.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        // Relaxed: a count, which orders nothing.
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Jobs {
    pub(super) fn new(sender: Sender<Job>) -> Self {
        Jobs {
            sender: Arc::new(Mutex::new(Some(sender))),
            keys: Arc::default(),
        }
    }

    /// False: the writer ended.
    pub(super) fn send(&self, job: Job) -> bool {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        sender.as_ref().is_some_and(|sender| sender.send(job).is_ok())
    }

    /// A job about a key, where fewer than `most` wait.
    pub(super) fn send_key(&self, job: KeyJob, most: usize) -> Result<(), NotTaken> {
        let waiting = self.keys.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(&self.keys));
        if waiting >= most {
            return Err(NotTaken::Full);
        }
        if self.send(Job::Key(job, place)) {
            Ok(())
        } else {
            Err(NotTaken::Ended)
        }
    }

    pub(super) fn shut(&self) {
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What the writer is to do.
#[derive(Debug)]
pub(super) enum Job {
    Commit(Box<CommitJob>),
    Key(KeyJob, Place),
}

/// One commit on its way to the disk.
#[derive(Debug)]
pub(super) struct CommitJob {
    pub(super) records: Vec<Arc<Record>>,
    pub(super) rows: Rows,
    /// Up to here events were lost; to be kept in the file.
    pub(super) floor: Floor,
    /// Events received before this, in milliseconds since 1970, have lived long enough.
    pub(super) expired: i64,
    pub(super) done: oneshot::Sender<Result<Floor, Failure>>,
}

/// A commit that the disk did not take: nothing of it was written.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: String,
    pub(super) rows: Rows,
}

pub(super) fn run(mut connection: Connection, file: &Path, jobs: &Receiver<Job>, unsynced: Unsynced) {
    let sync = Sync::start(file, unsynced);
    let mut known = Known::default();
    let mut counts = Counts::default();
    for job in jobs {
        let job = match job {
            Job::Commit(job) => *job,
            Job::Key(job, _place) => {
                sync.nudge(job.run(&mut connection, &mut counts));
                continue;
            }
        };
        let result = write(&mut connection, &job, &mut known);
        sync.nudge(result.is_ok() && !(job.records.is_empty() && job.rows.is_empty()));
        let _ = job.done.send(result.map_err(|error| Failure {
            reason: reason(&error, file),
            rows: job.rows,
        }));
    }
    sync.stop();
    if let Err((_, error)) = connection.close() {
        tracing::warn!("the log {} was not closed cleanly: {error}", file.display());
    }
}

/// Why the disk did not take something, and what to do about it.
fn reason(error: &rusqlite::Error, file: &Path) -> String {
    let advice = if suspect_by(file, error) {
        "restart the bridge, which sets the damaged file aside and begins a new one"
    } else {
        "make room on the disk or repair it"
    };
    format!("the log cannot be written, events go on from memory: {error}; {advice}")
}

/// What the writer remembers of the file, to leave it alone where nothing is to do.
#[derive(Default)]
struct Known {
    floor: Option<Floor>,
    /// When the oldest event was received.
    oldest: Option<i64>,
}

fn write(connection: &mut Connection, job: &CommitJob, known: &mut Known) -> Result<Floor, rusqlite::Error> {
    let transaction = connection.transaction()?;
    insert_records(&transaction, &job.records)?;
    let first = job.records.first().map(|record| record.id);
    for (key, change) in &job.rows {
        write_row(&transaction, key, change, first)?;
    }
    let mut floor = job.floor;
    let mut since = known.oldest;
    if since.is_none() {
        since = oldest(&transaction)?;
    }
    if since.is_some_and(|at| at < job.expired) {
        if let Some(id) = delete_expired(&transaction, job.expired)? {
            floor = Floor {
                id: id.max(floor.id),
                reason: GapReason::Retention,
            };
        }
        since = None;
    }
    if known.floor != Some(floor) {
        let mut statement = transaction
            .prepare_cached("UPDATE meta SET value = iif(key = 'floor', ?1, ?2) WHERE key IN ('floor', 'reason')")?;
        statement.execute((schema::number(floor.id), floor.reason.as_str()))?;
    }
    transaction.commit()?;
    *known = Known {
        floor: Some(floor),
        oldest: since,
    };
    Ok(floor)
}

fn insert_records(transaction: &Transaction<'_>, records: &[Arc<Record>]) -> Result<(), rusqlite::Error> {
    let mut insert = transaction.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for r in records {
        insert.execute((
            schema::number(r.id),
            schema::number(r.group),
            r.kind,
            r.switch.as_str(),
            &*r.keys,
            r.at,
            &*r.body,
            r.masked.as_deref(),
        ))?;
    }
    Ok(())
}

/// `first`: the first event of the same commit. An older one may never have reached the disk, so its text is kept beside.
fn write_row(
    transaction: &Transaction<'_>,
    key: &RowKey,
    change: &RowChange,
    first: Option<Sequence>,
) -> Result<(), rusqlite::Error> {
    let switch = change.switch.as_str();
    if let Some(entity) = &change.entity {
        let event = entity.as_ref().map(|held| schema::number(held.record.id));
        let body = entity
            .as_ref()
            .filter(|held| first.is_none_or(|first| held.record.id < first));
        let untold = entity.as_ref().and_then(|held| held.untold.as_deref());
        transaction
            .prepare_cached(
                "INSERT INTO live (kind, id, switch, event, body, untold) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (kind, id) DO UPDATE SET
                   switch = excluded.switch, event = excluded.event, body = excluded.body, untold = excluded.untold",
            )?
            .execute((
                key.kind,
                key.id.as_str(),
                switch,
                event,
                body.map(|held| &*held.record.body),
                untold,
            ))?;
    }
    if let Some(memo) = &change.memo {
        transaction
            .prepare_cached(
                "INSERT INTO live (kind, id, switch, memo) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (kind, id) DO UPDATE SET memo = excluded.memo, switch = excluded.switch",
            )?
            .execute((key.kind, key.id.as_str(), switch, memo.as_deref()))?;
    }
    if matches!(change.entity, Some(None)) || matches!(change.memo, Some(None)) {
        transaction
            .prepare_cached("DELETE FROM live WHERE kind = ?1 AND id = ?2 AND event IS NULL AND memo IS NULL")?
            .execute((key.kind, key.id.as_str()))?;
    }
    Ok(())
}

/// Deletes a few of the oldest events that have lived long enough, whole groups, and gives the last one deleted.
fn delete_expired(transaction: &Transaction<'_>, expired: i64) -> Result<Option<Sequence>, rusqlite::Error> {
    let mut last = None;
    {
        let mut select = transaction.prepare_cached("SELECT id, grp, at FROM events ORDER BY id LIMIT ?1")?;
        let mut rows = select.query([RETENTION_STEP])?;
        let mut previous: Option<(i64, i64)> = None;
        while let Some(row) = rows.next()? {
            let (id, group, at): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if let Some((end, before)) = previous
                && before != group
            {
                last = Some(end);
            }
            if at >= expired {
                break;
            }
            previous = Some((id, group));
        }
    }
    let Some(last) = last else { return Ok(None) };
    // What is still alive keeps the text of the event that told it.
    transaction
        .prepare_cached(
            "UPDATE live SET body = (SELECT body FROM events WHERE id = live.event) WHERE body IS NULL AND event <= ?1",
        )?
        .execute([last])?;
    transaction
        .prepare_cached("DELETE FROM events WHERE id <= ?1")?
        .execute([last])?;
    Ok(Some(schema::sequence(last)))
}

fn oldest(transaction: &Transaction<'_>) -> Result<Option<i64>, rusqlite::Error> {
    transaction
        .prepare_cached("SELECT (SELECT at FROM events ORDER BY id LIMIT 1)")?
        .query_row([], |row| row.get(0))
}
