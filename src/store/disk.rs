//! The disk: what it was given, what it did not take yet, and whether it is well.

use super::keys::{self, KeyJob};
use super::lock::Lock;
use super::record::{Floor, Rows, merge_rows};
use super::sync::Unsynced;
use super::writer::{self, CommitJob, Failure, Job, Jobs};
use super::{Health, Log, StoreError, write};
use crate::model::Sequence;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How soon a disk that failed is tried again.
pub(super) const RETRY: Duration = Duration::from_secs(1);

const ENDED: &str =
    "the writer of the log ended, which is a bug; events go on from memory until the bridge is restarted";

#[derive(Debug)]
pub(super) struct Disk {
    jobs: Jobs,
    thread: Option<JoinHandle<()>>,
    /// A commit that took too long and may still come to an end.
    stalled: Option<Stalled>,
    health: Health,
    unsynced: Unsynced,
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

impl Disk {
    pub(super) fn start(connection: rusqlite::Connection, file: &Path, lock: Lock) -> Result<Self, StoreError> {
        let (jobs, received) = channel();
        let (path, unsynced) = (file.to_owned(), Unsynced::default());
        let told = unsynced.clone();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer::run(connection, &path, &received, told))
            .map_err(|source| StoreError::Io {
                what: "start the writer of",
                path: file.to_owned(),
                source,
            })?;
        Ok(Disk {
            jobs: Jobs::new(jobs),
            thread: Some(thread),
            stalled: None,
            health: Health::Well,
            unsynced,
            retry_at: None,
            rows: Rows::new(),
            _lock: lock,
        })
    }

    pub(super) fn jobs(&self) -> Jobs {
        self.jobs.clone()
    }

    /// Old keys go while nobody reserves any, too: what was answered is somebody's.
    pub(super) fn purge_keys(&self, now_millis: i64) {
        // A disk that takes nothing now is asked again later.
        let _ = self.jobs.send_key(KeyJob::Purge(now_millis), keys::OPEN);
    }

    /// Writes what memory holds, and these changes of rows; or keeps them for later.
    pub(super) async fn append(&mut self, log: &Log, rows: Rows, expired: i64, patience: Duration) -> Health {
        merge_rows(&mut self.rows, rows);
        if self.settle_stalled(log) && self.retry_at.is_none_or(|at| at <= Instant::now()) {
            self.write(log, expired, patience).await;
        }
        self.health.clone()
    }

    /// Was something committed of which it is not known whether a power cut would take it?
    pub(super) fn is_unsynced(&self) -> bool {
        self.unsynced.why().is_some()
    }

    /// Tries once more what the disk did not take, and closes the file.
    pub(super) async fn close(mut self, log: &Log, expired: i64, patience: Duration) {
        self.retry_at = None;
        self.append(log, Rows::new(), expired, patience).await;
        self.jobs.shut();
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    async fn write(&mut self, log: &Log, expired: i64, patience: Duration) {
        let (records, floor) = {
            let tail = write(log);
            (tail.all(), tail.floor)
        };
        let last = records.last().map(|r| r.id);
        let (done, mut outcome) = oneshot::channel();
        let job = CommitJob {
            records,
            rows: std::mem::take(&mut self.rows),
            floor,
            expired,
            done,
        };
        if !self.jobs.send(Job::Commit(Box::new(job))) {
            self.health = Health::Failing(ENDED.to_owned());
            return;
        }
        match tokio::time::timeout(patience, &mut outcome).await {
            Ok(result) => self.settle(log, last, result),
            Err(_) => {
                self.stalled = Some(Stalled { last, done: outcome });
                self.health = Health::Failing(format!(
                    "the disk did not take a commit of the log within {patience:?}, events go on from memory; make room on it or repair it"
                ));
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
            Err(oneshot::error::TryRecvError::Closed) => self.fail(ENDED.to_owned()),
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
                self.health = self.unsynced.why().map_or(Health::Well, Health::Failing);
                self.retry_at = None;
            }
            Ok(Err(failure)) => {
                // What changed since then is newer than what comes back.
                let newer = std::mem::replace(&mut self.rows, failure.rows);
                merge_rows(&mut self.rows, newer);
                self.fail(failure.reason);
            }
            Err(_) => self.fail(ENDED.to_owned()),
        }
    }

    fn fail(&mut self, reason: String) {
        self.health = Health::Failing(reason);
        self.retry_at = Some(Instant::now() + RETRY);
    }
}
