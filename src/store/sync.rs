//! The thread that makes what was committed last: it syncs the write-ahead log, and brings it home into the file.

use super::schema;
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Between two syncs: what a power cut may take (a crash of the process takes nothing).
const INTERVAL: Duration = Duration::from_millis(100);
/// Every so many syncs the write-ahead log is brought home.
const CHECKPOINT: u32 = 10;

/// Why what was committed is not known to be on the disk, if so.
#[derive(Clone, Debug, Default)]
pub(super) struct Unsynced(Arc<Mutex<Option<String>>>);

impl Unsynced {
    pub(super) fn why(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, why: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    fn fail(&self, what: &str, file: &Path, error: &dyn std::fmt::Display) {
        let file = file.display();
        let why = format!("a power cut may lose events: cannot {what} {file}: {error}; repair the disk");
        if self.why().is_none() {
            // Also where it is made good before anybody asks.
            tracing::warn!("{why}");
        }
        self.set(Some(why));
    }
}

/// Group commit: many transactions share one sync.
#[derive(Debug)]
pub(super) struct Sync {
    nudge: SyncSender<()>,
    thread: Option<JoinHandle<()>>,
    unsynced: Unsynced,
}

impl Sync {
    pub(super) fn start(file: &Path, unsynced: Unsynced) -> Self {
        let (nudge, nudges) = sync_channel(1);
        let (path, told) = (file.to_owned(), unsynced.clone());
        let thread = thread::Builder::new()
            .name("store-sync".to_owned())
            .spawn(move || run(&path, &nudges, &told));
        if let Err(error) = &thread {
            unsynced.fail("start the thread that syncs", file, error);
        }
        Sync {
            nudge,
            thread: thread.ok(),
            unsynced,
        }
    }

    /// Something was committed, or perhaps there is something to make good.
    pub(super) fn nudge(&self, committed: bool) {
        if committed || self.unsynced.why().is_some() {
            // Full: a sync is due already and will cover this commit too.
            let _ = self.nudge.try_send(());
        }
    }

    pub(super) fn stop(self) {
        drop(self.nudge);
        if let Some(thread) = self.thread {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn run(file: &Path, nudges: &Receiver<()>, unsynced: &Unsynced) {
    // SQLite holds its locks on the other files, so opening this one besides it is harmless.
    let wal = schema::wal(file);
    let opened = File::open(&wal)
        .map_err(|error| error.to_string())
        .and_then(|handle| Ok((handle, schema::connect(file).map_err(|error| error.to_string())?)));
    let (handle, connection) = match opened {
        Ok(opened) => opened,
        Err(error) => return unsynced.fail("open to sync it", &wal, &error),
    };
    let mut syncs = 0;
    while nudges.recv().is_ok() {
        if let Err(error) = handle.sync_data() {
            unsynced.fail("sync", &wal, &error);
        }
        syncs += 1;
        if unsynced.why().is_some() {
            // A sync that works after one that failed says nothing of what was to be synced then: Linux tells a failure once and forgets
            // what it could not write. All of it must go another way to the disk, into the file.
            if bring_home(&connection, &wal) {
                unsynced.set(None);
            }
        } else if syncs % CHECKPOINT == 0 {
            bring_home(&connection, &wal);
        }
        // Woken early only at the end.
        thread::park_timeout(INTERVAL);
    }
}

/// Waits for nobody: what readers still need stays for the next time. True: everything is home, and synced there.
fn bring_home(connection: &Connection, wal: &Path) -> bool {
    let result = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (busy, frames, home): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(busy == 0 && frames == home)
    });
    result.unwrap_or_else(|error| {
        tracing::debug!("{} was not brought home: {error}", wal.display());
        false
    })
}
