//! A file that something happened to: how it is known, and what becomes of it.
//!
//! SQLite keeps checksums in the write-ahead log and none in the file. So the end of a log that was cut is found exactly; of what a disk
//! changed within the file only that is noticed which breaks the tree of pages or the text of an event.

use super::StoreError;
use super::schema::beside;
use rusqlite::ErrorCode;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Is the file not what it was, rather than out of reach for now?
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    ) || matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

pub(super) fn damage(what: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error {
            code: ErrorCode::DatabaseCorrupt,
            extended_code: rusqlite::ffi::SQLITE_CORRUPT,
        },
        Some(what.to_owned()),
    )
}

/// Can this be the text of an event? JSON as it is written here has no control characters, and what was never written is zeros.
pub(super) fn is_text(body: &[u8]) -> bool {
    body.first() == Some(&b'{')
        && body.last() == Some(&b'}')
        && body.iter().all(|byte| *byte >= b' ')
        && std::str::from_utf8(body).is_ok()
}

/// Does the header of the file (SQLite file format, 1.3: page size at 16, size in pages at 28) promise more than there is?
/// SQLite itself looks at the header only where no write-ahead log covers the first page.
pub(super) fn is_shorter_than_it_says(file: &Path) -> bool {
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

/// Puts the file away under a name of its own.
pub(super) fn set_aside(file: &Path, now_micros: u64) -> Result<PathBuf, StoreError> {
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
    match fs::remove_file(suspect(file)) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(StoreError::Io {
            what: "take away",
            path: suspect(file),
            source,
        }),
        _ => Ok(aside),
    }
}

fn suspect(file: &Path) -> PathBuf {
    beside(file, ".suspect")
}

/// What a write or a reader finds counts at the next start: the running bridge holds what was told, the file does not.
///
/// True: it is damage, and was noted.
pub(super) fn suspect_by(file: &Path, error: &rusqlite::Error) -> bool {
    if !is_damage(error) {
        return false;
    }
    if let Err(error) = fs::write(suspect(file), format!("{error}\n")) {
        tracing::error!("cannot note beside {} that it is damaged: {error}", file.display());
    }
    true
}

/// Why the last process held the file for damaged, if it did.
pub(super) fn suspicion(file: &Path) -> Option<String> {
    fs::read(suspect(file))
        .ok()
        .map(|why| String::from_utf8_lossy(&why).trim().to_owned())
}
