//! The log: one SQLite file that holds the events as delivered, the live row of each entity, and the keys of
//! requests that are to be done once.
//!
//! It knows events by their number, a few words to choose them by, and bytes; what they mean is the stream's. The file is in
//! WAL mode: a commit is in the page cache before anybody is told (`kill -9` loses nothing), and one sync serves all commits
//! of a tenth of a second. Retention goes along in small steps. A lock file names the one process that has it.
//!
//! Where a sync fails, that is told, until everything has gone another way to the disk: into the file itself.
//! Where the disk does not take a commit, or not in time, the log goes on in memory, bounded, and writes what it has once
//! the disk takes it again. What did not fit by then is a gap that readers are told of.
//!
//! A file that was cut is opened if SQLite finds it whole, with the write-ahead log, up to some commit; else it is set aside
//! and a new one begun. Damage that only a write or a reader finds is noted beside the file, and the next start sets it aside. Ids begin anew at
//! the clock's microseconds, above whatever was lost.

mod damage;
mod disk;
mod error;
mod keys;
mod lock;
mod reader;
mod record;
mod schema;
mod sync;
mod tail;
mod writer;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::block;

pub(crate) use error::StoreError;
pub(crate) use keys::{Keys, NotKept, OnceKey, Reservation, Reserved};
pub(crate) use reader::{Budget, Entry, Log, Page, Query};
pub(crate) use record::{Commit, Facets, Floor, GapReason, Held, LiveRow, Record, RowChange, RowKey, Rows};

use crate::model::{Sequence, Text};
use disk::Disk;
use lock::Lock;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLockWriteGuard};
use std::time::Duration;
use tail::Tail;
use uuid::Uuid;

/// How long a writer waits for another program that holds the file.
const BUSY: Duration = Duration::from_millis(500);
/// How long old events may stay while nothing happens, in milliseconds.
const LOOK: i64 = 60_000;

/// Where the log is and how much it keeps.
#[derive(Clone, Debug)]
pub(crate) struct StoreConfig {
    /// The directory; none for memory only.
    pub(crate) directory: Option<PathBuf>,
    /// How long an event is kept on the disk.
    pub(crate) retention: Duration,
    /// The most bytes of events in memory: all there is without a disk, else what waits for the disk.
    pub(crate) memory: usize,
    /// How long a commit may take before the stream goes on without it.
    pub(crate) patience: Duration,
}

/// Does the disk take what it is given?
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Well,
    /// No, or it may lose it again: why, and what to do.
    Failing(String),
}

/// The log, to write.
#[derive(Debug)]
pub(crate) struct Store {
    log: Log,
    retention: Duration,
    patience: Duration,
    disk: Option<Disk>,
    /// The name of the keys.
    keys: Text,
    /// When it was last looked whether old events can go.
    looked: i64,
    /// When old keys were last deleted.
    purged: i64,
}

/// What was in the log when it was opened.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The last number that was ever given out, as far as the log knows.
    pub(crate) last: Sequence,
    /// When the newest event was received, in milliseconds since 1970.
    pub(crate) heard: Option<i64>,
    pub(crate) rows: Vec<LiveRow>,
}

impl Store {
    pub(crate) fn open(config: &StoreConfig, now_micros: u64) -> Result<(Store, Loaded), StoreError> {
        let Some(directory) = &config.directory else {
            let floor = Floor {
                id: Sequence::new(now_micros),
                reason: GapReason::OtherLog,
            };
            let log = Log::new(None, Tail::new(floor, Sequence::ZERO, config.memory));
            let store = Store {
                log,
                retention: config.retention,
                patience: config.patience,
                disk: None,
                keys: Text::from(Uuid::now_v7().to_string()),
                looked: 0,
                purged: 0,
            };
            return Ok((
                store,
                Loaded {
                    last: floor.id,
                    heard: None,
                    rows: Vec::new(),
                },
            ));
        };
        create(directory).map_err(|source| StoreError::Io {
            what: "create the directory of the log",
            path: directory.clone(),
            source,
        })?;
        let lock = Lock::take(directory)?;
        let file = schema::file(directory);
        let opened = schema::open(&file, now_micros)?;
        let log = Log::new(Some(file.clone()), Tail::new(opened.floor, opened.last, config.memory));
        let disk = Disk::start(opened.connection, &file, lock)?;
        let store = Store {
            log,
            retention: config.retention,
            patience: config.patience,
            disk: Some(disk),
            keys: opened.keys,
            looked: 0,
            purged: 0,
        };
        Ok((
            store,
            Loaded {
                last: opened.last,
                heard: opened.heard,
                rows: opened.rows,
            },
        ))
    }

    pub(crate) fn log(&self) -> Log {
        self.log.clone()
    }

    /// The keys of requests that are to be done once.
    pub(crate) fn keys(&self) -> Keys {
        match &self.disk {
            Some(disk) => Keys::on_disk(disk.jobs(), self.patience, self.keys.clone()),
            None => Keys::in_memory(self.keys.clone()),
        }
    }

    /// Appends a commit; it is readable from now on, on the disk or, where that fails, in memory.
    pub(crate) async fn append(&mut self, commit: Commit, now_millis: i64) -> Health {
        if let Some(disk) = self
            .disk
            .as_ref()
            .filter(|_| now_millis.saturating_sub(self.purged) > LOOK)
        {
            disk.purge_keys(now_millis);
            self.purged = now_millis;
        }
        self.looked = now_millis;
        let expired = self.expired(now_millis);
        let lost_by = if self.disk.is_some() {
            GapReason::NotLogged
        } else {
            GapReason::Retention
        };
        write(&self.log).push(&commit.records, lost_by);
        match &mut self.disk {
            None => Health::Well,
            Some(disk) => disk.append(&self.log, commit.rows, expired, self.patience).await,
        }
    }

    /// Before when an event must have been received to have lived long enough.
    fn expired(&self, now_millis: i64) -> i64 {
        now_millis.saturating_sub(i64::try_from(self.retention.as_millis()).unwrap_or(i64::MAX))
    }

    /// Is it time to look whether old events can go, though there are no new ones?
    pub(crate) fn is_old(&self, now_millis: i64) -> bool {
        now_millis.saturating_sub(self.looked) > LOOK
    }

    /// Was something committed that a power cut may take, since the disk does not sync?
    pub(crate) fn is_unsynced(&self) -> bool {
        self.disk.as_ref().is_some_and(Disk::is_unsynced)
    }

    /// Writes what can be written and closes the file.
    pub(crate) async fn close(mut self, now_millis: i64) {
        self.log.close_idle();
        let expired = self.expired(now_millis);
        if let Some(disk) = self.disk.take() {
            disk.close(&self.log, expired, self.patience).await;
        }
    }
}

/// Who called whom is nobody else's business.
fn create(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

fn write(log: &Log) -> RwLockWriteGuard<'_, Tail> {
    log.0.tail.write().unwrap_or_else(PoisonError::into_inner)
}
