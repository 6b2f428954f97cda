//! Where the switch writes its call detail records, to be read after the link was down.

use crate::model::Wall;
use crate::normalize::cdr::{Row, within};
use jiff::tz::TimeZone;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

/// How much of the end of the file is read at most.
const TAIL: u64 = 8 << 20;

/// `[switch.cdr]`: the file of `cdr_csv`, on this host.
#[derive(Clone, Debug)]
pub(crate) struct RecordSource {
    pub(crate) path: PathBuf,
    /// In which its times are written.
    pub(crate) zone: TimeZone,
}

impl fmt::Display for RecordSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

impl RecordSource {
    /// Can it be read, and does it say what is needed? An empty one may.
    pub(crate) fn examine(&self) -> Result<(), String> {
        let text = self.tail().map_err(|error| format!("it cannot be read: {error}"))?;
        match text.lines().last() {
            Some(line) => Row::read(line, &self.zone).map(|_| ()).map_err(str::to_owned),
            None => Ok(()),
        }
    }

    fn tail(&self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        // Where it was cut at its beginning the first line is none, and is not taken for one.
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The records of the calls that began and ended between `from` and `to`.
    pub(super) async fn read(&self, from: Wall, to: Wall) -> Result<Vec<Row>, String> {
        let source = self.clone();
        let read = move || source.tail().map(|text| within(&text, &source.zone, from, to));
        let read = tokio::task::spawn_blocking(read).await;
        read.map_err(io::Error::other)
            .flatten()
            .map_err(|error| error.to_string())
    }
}
