//! The thread that makes what was committed last: it syncs the write-ahead log, and brings it home into the file.

use super::schema;
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Between two syncs: what a power cut may take (a crash of the process takes nothing).
const INTERVAL: Duration = Duration::from_millis(100);
/// Every so many syncs the write-ahead log is brought home.
const CHECKPOINT: u32 = 10;

/// Group commit: many transactions share one sync.
#[derive(Debug)]
pub(super) struct Sync {
    nudge: SyncSender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Sync {
    pub(super) fn start(file: &Path) -> Self {
        let (nudge, nudges) = sync_channel(1);
        let path = file.to_owned();
        let thread = thread::Builder::new()
            .name("store-sync".to_owned())
            .spawn(move || run(&path, &nudges));
        if let Err(error) = &thread {
            tracing::error!("cannot start the thread that syncs the log: {error}: a power cut may lose events");
        }
        Sync {
            nudge,
            thread: thread.ok(),
        }
    }

    /// Something was committed.
    pub(super) fn nudge(&self) {
        // Full: a sync is due already and will cover this commit too.
        let _ = self.nudge.try_send(());
    }

    pub(super) fn stop(self) {
        drop(self.nudge);
        if let Some(thread) = self.thread {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn run(file: &Path, nudges: &Receiver<()>) {
    // SQLite holds its locks on the other files, so opening this one besides it is harmless.
    let wal = schema::wal(file);
    let (Ok(handle), Ok(connection)) = (File::open(&wal), schema::connect(file)) else {
        tracing::error!("cannot open {} to sync it: a power cut may lose events", wal.display());
        return;
    };
    let mut syncs = 0;
    while nudges.recv().is_ok() {
        if let Err(error) = handle.sync_data() {
            tracing::error!("cannot sync {}: {error}: a power cut may lose events", wal.display());
        }
        syncs += 1;
        if syncs % CHECKPOINT == 0 {
            bring_home(&connection, &wal);
        }
        // Woken early only at the end.
        thread::park_timeout(INTERVAL);
    }
}

/// Waits for nobody: what readers still need stays for the next time.
fn bring_home(connection: &Connection, wal: &Path) {
    let result = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = result {
        tracing::debug!("{} was not brought home: {error}", wal.display());
    }
}
