//! The log: one SQLite file that holds the events as delivered, and the live row of each entity.
//!
//! It knows events by their number, a few words to choose them by, and bytes; what they mean is the stream's. The file is in
//! WAL mode: a commit is in the page cache before anybody is told (`kill -9` loses nothing), and one sync serves all commits
//! of a tenth of a second. Retention goes along in small steps. A lock file names the one process that has it.
//!
//! Where the disk does not take a commit, or not in time, the log goes on in memory, bounded, and writes what it has once
//! the disk takes it again. What did not fit by then is a gap that readers are told of.
//!
//! A file that was cut is opened if SQLite finds it whole, with the write-ahead log, up to some commit; else it is set aside
//! and a new one begun. Ids begin anew at the clock's microseconds, above whatever was lost.

mod error;
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
pub(crate) use reader::{Budget, Entry, Log, Page, Query};
pub(crate) use record::{Commit, Facets, Floor, GapReason, Held, LiveRow, Record, RowChange, RowKey, Rows};

use crate::model::Sequence;
use lock::Lock;
use record::merge_rows;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{PoisonError, RwLockWriteGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tail::Tail;
use tokio::sync::oneshot;
use writer::{Failure, Job};

/// How long a writer waits for another program that holds the file.
const BUSY: Duration = Duration::from_millis(500);
/// How soon a disk that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
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
    /// No, because of this.
    Failing(String),
}

/// The log, to write.
#[derive(Debug)]
pub(crate) struct Store {
    log: Log,
    retention: Duration,
    patience: Duration,
    disk: Option<Disk>,
    /// When it was last looked whether old events can go.
    looked: i64,
}

/// What was in the log when it was opened.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The last number that was ever given out, as far as the log knows.
    pub(crate) last: Sequence,
    pub(crate) rows: Vec<LiveRow>,
}

#[derive(Debug)]
struct Disk {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// A commit that took too long and may still come to an end.
    stalled: Option<Stalled>,
    health: Health,
    retry_at: Option<Instant>,
    /// Changes of rows that the disk did not take yet.
    rows: Rows,
    _lock: Lock,
}

#[derive(Debug)]
struct Stalled {
    last: Option<Sequence>,
    done: oneshot::Receiver<Result<Floor, Failure>>,
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
                looked: 0,
            };
            return Ok((
                store,
                Loaded {
                    last: floor.id,
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
            looked: 0,
        };
        Ok((
            store,
            Loaded {
                last: opened.last,
                rows: opened.rows,
            },
        ))
    }

    pub(crate) fn log(&self) -> Log {
        self.log.clone()
    }

    /// Appends a commit; it is readable from now on, on the disk or, where that fails, in memory.
    pub(crate) async fn append(&mut self, commit: Commit, now_millis: i64) -> Health {
        self.looked = now_millis;
        let Some(disk) = &mut self.disk else {
            write(&self.log).push(&commit.records, GapReason::Retention);
            return Health::Well;
        };
        write(&self.log).push(&commit.records, GapReason::NotLogged);
        merge_rows(&mut disk.rows, commit.rows);
        if !disk.settle_stalled(&self.log) || disk.retry_at.is_some_and(|at| at > Instant::now()) {
            return disk.health.clone();
        }
        let kept = i64::try_from(self.retention.as_millis()).unwrap_or(i64::MAX);
        disk.write(&self.log, now_millis.saturating_sub(kept), self.patience)
            .await;
        disk.health.clone()
    }

    /// Is it time to look whether old events can go, though there are no new ones?
    pub(crate) fn is_old(&self, now_millis: i64) -> bool {
        now_millis.saturating_sub(self.looked) > LOOK
    }

    /// Writes what can be written and closes the file.
    pub(crate) async fn close(mut self, now_millis: i64) {
        self.append(Commit::default(), now_millis).await;
        self.log.close_idle();
        if let Some(mut disk) = self.disk.take() {
            disk.jobs = None;
            if let Some(thread) = disk.thread.take() {
                let _ = tokio::task::spawn_blocking(move || thread.join()).await;
            }
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

impl Disk {
    fn start(connection: rusqlite::Connection, file: &Path, lock: Lock) -> Result<Self, StoreError> {
        let (jobs, received) = channel();
        let path = file.to_owned();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer::run(connection, &path, &received))
            .map_err(|source| StoreError::Io {
                what: "start the writer of",
                path: file.to_owned(),
                source,
            })?;
        Ok(Disk {
            jobs: Some(jobs),
            thread: Some(thread),
            stalled: None,
            health: Health::Well,
            retry_at: None,
            rows: Rows::new(),
            _lock: lock,
        })
    }

    async fn write(&mut self, log: &Log, expired: i64, patience: Duration) {
        let (records, floor) = {
            let tail = write(log);
            (tail.all(), tail.floor)
        };
        let last = records.last().map(|r| r.id);
        let (done, mut outcome) = oneshot::channel();
        let job = Job {
            records,
            rows: std::mem::take(&mut self.rows),
            floor,
            expired,
            done,
        };
        if self.jobs.as_ref().is_none_or(|jobs| jobs.send(job).is_err()) {
            self.health = Health::Failing("the writer of the log ended".to_owned());
            return;
        }
        match tokio::time::timeout(patience, &mut outcome).await {
            Ok(result) => self.settle(log, last, result),
            Err(_) => {
                self.stalled = Some(Stalled { last, done: outcome });
                self.health = Health::Failing(format!("the disk did not take a commit within {patience:?}"));
            }
        }
    }

    /// False: a commit is still on its way.
    fn settle_stalled(&mut self, log: &Log) -> bool {
        let Some(mut stalled) = self.stalled.take() else {
            return true;
        };
        match stalled.done.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => {
                self.stalled = Some(stalled);
                return false;
            }
            Ok(result) => self.settle(log, stalled.last, Ok(result)),
            Err(oneshot::error::TryRecvError::Closed) => self.fail("the writer of the log ended".to_owned()),
        }
        true
    }

    fn settle(
        &mut self,
        log: &Log,
        last: Option<Sequence>,
        result: Result<Result<Floor, Failure>, oneshot::error::RecvError>,
    ) {
        match result {
            Ok(Ok(floor)) => {
                let mut tail = write(log);
                if let Some(last) = last {
                    tail.saved(last);
                }
                if floor.id > tail.floor.id {
                    tail.floor = floor;
                }
                self.health = Health::Well;
                self.retry_at = None;
            }
            Ok(Err(failure)) => {
                // What changed since then is newer than what comes back.
                let newer = std::mem::replace(&mut self.rows, failure.rows);
                merge_rows(&mut self.rows, newer);
                self.fail(failure.reason);
            }
            Err(_) => self.fail("the writer of the log ended".to_owned()),
        }
    }

    fn fail(&mut self, reason: String) {
        self.health = Health::Failing(reason);
        self.retry_at = Some(Instant::now() + RETRY);
    }
}
