//! The file of `cdr_csv`, on this host.

use crate::model::Wall;
use crate::normalize::cdr::{Row, lines, within};
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How much of its end is read at most.
const TAIL: u64 = 8 << 20;

/// Can it be read, and does it say what is needed?
pub(super) fn examine(path: &Path, zone: &TimeZone) -> Result<(), String> {
    let text = tail(path).map_err(|error| format!("it cannot be read: {error}"))?;
    match text.lines().last() {
        Some(line) => Row::read(line, zone).map(|_| ()).map_err(str::to_owned),
        None => Ok(()),
    }
}

/// The records of the calls that began and ended between `from` and `to`.
pub(super) fn read(path: &Path, zone: &TimeZone, from: Wall, to: Wall) -> io::Result<Vec<Row>> {
    tail(path).map(|text| within(lines(&text, zone), from, to))
}

fn tail(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    // Where it was cut at its beginning the first line is none, and is not taken for one.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
