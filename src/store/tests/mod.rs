mod cut;
mod damage;
mod disk;
mod keys;
mod pages;

use super::*;
use crate::model::Text;
use bytes::Bytes;
use std::sync::Arc;
use tempfile::TempDir;

/// 2026-11-21, in microseconds.
const NOW: u64 = 1_795_219_200_000_000;

fn config(directory: &TempDir) -> StoreConfig {
    StoreConfig {
        directory: Some(directory.path().to_owned()),
        retention: Duration::from_secs(3600),
        memory: 1 << 20,
        patience: Duration::from_secs(5),
    }
}

fn record(id: u64, group: u64, at: i64) -> Arc<Record> {
    Arc::new(Record {
        id: Sequence::new(id),
        group: Sequence::new(group),
        kind: "lineside.call.delivered",
        switch: Text::from("hq"),
        keys: "chq1\ndhq:1001\n".into(),
        at,
        body: Bytes::from(format!("{{\"id\":{id}}}")),
        masked: None,
    })
}

fn commit(records: Vec<Arc<Record>>) -> Commit {
    Commit {
        records,
        rows: Rows::new(),
    }
}

/// The ids from after `after` to the end, as a reader gets them page by page.
async fn read(log: &Log, after: u64) -> Result<Vec<u64>, GapReason> {
    let mut after = Sequence::new(after);
    let mut ids = Vec::new();
    loop {
        let budget = Budget {
            entries: 3,
            bytes: 1 << 20,
        };
        let query = Query {
            after,
            upto: Sequence::MAX,
            budget,
            masked: false,
            matches: |_: &Facets<'_>| true,
        };
        let page = log.page(query).await.unwrap()?;
        ids.extend(page.entries.iter().map(|e| e.id.get()));
        after = page.through;
        if page.end {
            return Ok(ids);
        }
    }
}

/// Another program that holds the file stands for a disk that takes nothing.
pub(crate) fn block(directory: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(schema::file(directory)).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}
