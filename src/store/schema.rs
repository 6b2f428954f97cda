//! The file: what is in it, and how it is opened after whatever happened to it.

use super::StoreError;
use super::record::{Floor, GapReason, LiveRow};
use crate::model::{Sequence, Text};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

const FORMAT: i64 = 1;
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

/// What an opened file holds.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) floor: Floor,
    pub(super) last: Sequence,
    pub(super) rows: Vec<LiveRow>,
}

pub(super) fn file(directory: &Path) -> PathBuf {
    directory.join("lineside.db")
}

pub(super) fn wal(file: &Path) -> PathBuf {
    beside(file, "-wal")
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Opens the log, or sets a damaged one aside and begins a new one.
pub(super) fn open(file: &Path, now_micros: u64) -> Result<Opened, StoreError> {
    let failed = |source| StoreError::Sql {
        path: file.to_owned(),
        source,
    };
    match try_open(file, now_micros, GapReason::OtherLog) {
        Ok(opened) => Ok(opened),
        Err(Refusal::Newer(found)) => Err(StoreError::Newer {
            path: file.to_owned(),
            found,
            known: FORMAT,
        }),
        Err(Refusal::Sql(error)) if !is_damage(&error) => Err(failed(error)),
        Err(Refusal::Sql(error)) => {
            let aside = set_aside(file, now_micros)?;
            tracing::error!(
                "the log {} is damaged ({error}); it was set aside as {} and a new one begun: clients that resume get a gap and a snapshot",
                file.display(),
                aside.display()
            );
            try_open(file, now_micros, GapReason::LostTail).map_err(|refusal| match refusal {
                Refusal::Sql(error) => failed(error),
                Refusal::Newer(found) => StoreError::Newer {
                    path: file.to_owned(),
                    found,
                    known: FORMAT,
                },
            })
        }
    }
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

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

fn damage(what: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error {
            code: ErrorCode::DatabaseCorrupt,
            extended_code: rusqlite::ffi::SQLITE_CORRUPT,
        },
        Some(what.to_owned()),
    )
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
    if format == 0 {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(TABLES)?;
        let first = number(Sequence::new(now_micros));
        transaction.execute(
            "INSERT INTO meta VALUES ('floor', ?1), ('reason', ?2)",
            (first, origin.as_str()),
        )?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()?;
    }
    let floor = read_floor(&connection)?.ok_or_else(|| damage("the log does not say where it begins"))?;
    let newest: Option<i64> = connection.query_row("SELECT max(id) FROM events", [], |row| row.get(0))?;
    let last = newest.map_or(Sequence::ZERO, sequence).max(floor.id);
    let rows = read_rows(&connection)?;
    Ok(Opened {
        connection,
        floor,
        last,
        rows,
    })
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

/// Does the header of the file (SQLite file format, 1.3: page size at 16, size in pages at 28) promise more than there is?
/// SQLite itself looks at the header only where no write-ahead log covers the first page.
fn is_shorter_than_it_says(file: &Path) -> bool {
    let mut header = [0_u8; 32];
    let Ok(length) = fs::File::open(file).and_then(|mut f| {
        f.read_exact(&mut header)?;
        Ok(f.metadata()?.len())
    }) else {
        return false;
    };
    let [.., p1, p0] = header.first_chunk::<18>().copied().unwrap_or_default();
    let size = match u16::from_be_bytes([p1, p0]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u32::from_be_bytes(header.last_chunk::<4>().copied().unwrap_or_default());
    length < size * u64::from(pages)
}

fn set_aside(file: &Path, now_micros: u64) -> Result<PathBuf, StoreError> {
    let aside = beside(file, &format!(".damaged-{now_micros}"));
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (beside(file, suffix), beside(&aside, suffix));
        match fs::rename(&from, &to) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Io {
                    what: "set aside the damaged log",
                    path: from,
                    source,
                });
            }
            _ => {}
        }
    }
    Ok(aside)
}
