//! Where the switch writes its call detail records, to be read after the link was down, or the bridge away.

mod database;
mod file;

pub(crate) use database::{Database, is_name};

use crate::model::Wall;
use crate::normalize::cdr::Row;
use jiff::tz::TimeZone;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// `[switch.cdr]`.
#[derive(Clone, Debug)]
pub(crate) struct RecordSource {
    pub(crate) place: Place,
    /// In which its times are written.
    pub(crate) zone: TimeZone,
}

/// What they are written into.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// The file of `cdr_csv`, on this host.
    File(PathBuf),
    /// A table, of `cdr_adaptive_odbc` and its like.
    Database(Database),
}

impl fmt::Display for RecordSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => path.display().fmt(f),
            Place::Database(database) => database.fmt(f),
        }
    }
}

impl RecordSource {
    /// Can what lies on this host be read, and does it say what is needed? One that holds nothing may. None where it lies elsewhere.
    pub(crate) fn examine(&self) -> Option<Result<(), String>> {
        match &self.place {
            Place::File(path) => Some(file::examine(path, &self.zone)),
            Place::Database(_) => None,
        }
    }

    /// The same of what lies elsewhere; says when its last record begins, where there is one.
    pub(crate) async fn probe(&self) -> Option<Result<Option<Wall>, String>> {
        match &self.place {
            Place::File(_) => None,
            Place::Database(database) => Some(database.examine(&self.zone).await),
        }
    }

    /// The records of the calls that began and ended between `from` and `to`.
    pub(super) async fn read(&self, from: Wall, to: Wall) -> Result<Vec<Row>, String> {
        match &self.place {
            Place::File(path) => {
                let (path, zone) = (path.clone(), self.zone.clone());
                let read = tokio::task::spawn_blocking(move || file::read(&path, &zone, from, to)).await;
                read.map_err(io::Error::other)
                    .flatten()
                    .map_err(|error| error.to_string())
            }
            Place::Database(database) => database.read(&self.zone, from, to).await,
        }
    }
}
