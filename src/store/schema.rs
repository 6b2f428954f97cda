//! The file: what is in it, and how it is opened after whatever happened to it.

use super::StoreError;
use super::damage::{damage, is_damage, is_shorter_than_it_says, is_text, set_aside, suspicion};
use super::record::{Floor, GapReason, LiveRow};
use crate::model::{Sequence, Text};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

const FORMAT: i64 = 2;
const PAGE: u32 = 8192;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE events (
  id INTEGER PRIMARY KEY, grp INTEGER NOT NULL, kind TEXT NOT NULL, switch TEXT NOT NULL, keys TEXT NOT NULL,
  at INTEGER NOT NULL, body BLOB NOT NULL, masked BLOB
);
CREATE TABLE live (
  kind TEXT NOT NULL, id TEXT NOT NULL, switch TEXT NOT NULL, event INTEGER, body BLOB, untold BLOB, memo TEXT,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX live_by_event ON live (event) WHERE body IS NULL;
";

/// What format 2 has beside that.
const KEYS: &str = "
CREATE TABLE IF NOT EXISTS keys (
  owner TEXT NOT NULL, name TEXT NOT NULL, asked BLOB NOT NULL, at INTEGER NOT NULL, answer BLOB, UNIQUE (owner, name)
);
CREATE INDEX IF NOT EXISTS keys_by_at ON keys (at);
";

/// What an opened file holds.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) floor: Floor,
    pub(super) last: Sequence,
    /// When the newest event was received, in milliseconds since 1970.
    pub(super) heard: Option<i64>,
    pub(super) rows: Vec<LiveRow>,
    /// The name of the keys that are kept in it.
    pub(super) keys: Text,
}

pub(super) fn file(directory: &Path) -> PathBuf {
    directory.join("lineside.db")
}

pub(super) fn wal(file: &Path) -> PathBuf {
    beside(file, "-wal")
}

pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Opens the log, or sets a damaged one aside and begins a new one.
pub(super) fn open(file: &Path, now_micros: u64) -> Result<Opened, StoreError> {
    let failed = |refusal| match refusal {
        Refusal::Sql(source) => StoreError::Open {
            path: file.to_owned(),
            source,
        },
        Refusal::Newer(found) => StoreError::Newer {
            path: file.to_owned(),
            found,
            known: FORMAT,
        },
    };
    let existed = file.exists();
    let why = match suspicion(file) {
        Some(why) => why,
        // Where there is a file, and nothing in it, there was more.
        None => match try_open(
            file,
            now_micros,
            if existed {
                GapReason::LostTail
            } else {
                GapReason::OtherLog
            },
        ) {
            Err(Refusal::Sql(error)) if is_damage(&error) => error.to_string(),
            opened => return opened.map_err(failed),
        },
    };
    let aside = set_aside(file, now_micros)?;
    tracing::error!(
        "the log {} is damaged ({why}); it was set aside as {} and a new one begun: clients that resume get a gap and a snapshot",
        file.display(),
        aside.display()
    );
    try_open(file, now_micros, GapReason::LostTail).map_err(failed)
}

/// A number as SQLite keeps it, which knows no unsigned ones.
pub(super) const fn number(id: Sequence) -> i64 {
    id.get().cast_signed()
}

pub(super) fn sequence(number: i64) -> Sequence {
    Sequence::new(u64::try_from(number).unwrap_or(0))
}

enum Refusal {
    Sql(rusqlite::Error),
    Newer(i64),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Refusal::Sql(error)
    }
}

fn try_open(file: &Path, now_micros: u64, origin: GapReason) -> Result<Opened, Refusal> {
    let shorter = is_shorter_than_it_says(file);
    let connection = connect(file)?;
    let format: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format > FORMAT {
        return Err(Refusal::Newer(format));
    }
    if shorter {
        // Its own header counts more pages than there are. The write-ahead log may hold them, after a crash in the middle
        // of a checkpoint; or the file was cut.
        let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(damage(&verdict).into());
        }
    }
    if format < 0 {
        return Err(damage("the format of the log is none").into());
    }
    if format == 0 {
        let known: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if known > 0 {
            return Err(damage("the log does not say what format it has").into());
        }
    }
    if format < FORMAT {
        let transaction = connection.unchecked_transaction()?;
        if format == 0 {
            transaction.execute_batch(TABLES)?;
            let first = number(Sequence::new(now_micros));
            transaction.execute(
                "INSERT INTO meta VALUES ('floor', ?1), ('reason', ?2)",
                (first, origin.as_str()),
            )?;
        }
        transaction.execute_batch(KEYS)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()?;
    }
    let floor = read_floor(&connection)?.ok_or_else(|| damage("the log does not say where it begins"))?;
    let newest: Option<(i64, i64)> = connection
        .query_row("SELECT id, at FROM events ORDER BY id DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let last = newest.map(|(id, _)| id).map_or(Sequence::ZERO, sequence).max(floor.id);
    if last == Sequence::MAX {
        return Err(damage("the log has an event with a number that none is given").into());
    }
    let rows = read_rows(&connection)?;
    if rows
        .iter()
        .filter_map(|row| row.event.as_ref())
        .any(|event| !is_text(event))
    {
        return Err(damage("the log has a live row that is no text").into());
    }
    Ok(Opened {
        floor,
        last,
        heard: newest.map(|(_, at)| at),
        rows,
        keys: name_keys(&connection)?,
        connection,
    })
}

/// The name of the keys in this file, made where it has none.
fn name_keys(connection: &Connection) -> Result<Text, rusqlite::Error> {
    let known = connection
        .query_row("SELECT value FROM meta WHERE key = 'keys'", [], |row| {
            row.get::<_, String>(0)
        })
        .optional()?;
    if let Some(known) = known {
        return Ok(Text::from(known));
    }
    let made = Uuid::now_v7().to_string();
    connection.execute("INSERT INTO meta VALUES ('keys', ?1)", [&made])?;
    Ok(Text::from(made))
}

pub(super) fn connect(file: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(super::BUSY)?;
    // Of a new file: an event is some two kilobytes.
    connection.pragma_update(None, "page_size", PAGE)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // Only where the thread that syncs does not get to it.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 8_000, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    Ok(connection)
}

/// A connection that reads while the one of [`open`] writes.
pub(super) fn connect_reader(file: &Path) -> Result<Connection, rusqlite::Error> {
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(super::BUSY)?;
    Ok(connection)
}

pub(super) fn read_floor(connection: &Connection) -> Result<Option<Floor>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT (SELECT value FROM meta WHERE key = 'floor'), value FROM meta WHERE key = 'reason'")?
        .query_row([], |row| {
            let reason: String = row.get(1)?;
            Ok(Floor {
                id: sequence(row.get(0)?),
                reason: GapReason::from_str(&reason),
            })
        })
        .optional()
}

fn read_rows(connection: &Connection) -> Result<Vec<LiveRow>, rusqlite::Error> {
    let mut statement = connection.prepare(
        "SELECT l.kind, l.id, l.switch, coalesce(l.body, e.body), l.untold, l.memo
         FROM live l LEFT JOIN events e ON e.id = l.event ORDER BY l.kind, l.id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(LiveRow {
            kind: row.get(0)?,
            id: Text::from(row.get::<_, String>(1)?),
            switch: Text::from(row.get::<_, String>(2)?),
            event: row.get(3)?,
            untold: row.get(4)?,
            memo: row.get::<_, Option<String>>(5)?.map(Text::from),
        })
    })?;
    rows.collect()
}
