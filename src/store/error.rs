use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why the log cannot be opened or read.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    #[error(
        "the log in {} is in use by process {owner}: stop that process, or give this one another `stream.path`",
        path.display()
    )]
    InUse { path: PathBuf, owner: String },
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(
        "the log {} was written by a newer version of Lineside (format {found}, this one knows {known}): use that version, or move \
         the file away and a new log is begun",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "cannot open the log {}: {source}: see that the disk is well and that its directory and files may be written; or move them away \
         and a new log is begun",
        path.display()
    )]
    Open { path: PathBuf, source: rusqlite::Error },
    #[error(
        "the log {} is damaged: {source}: restart the bridge, which sets the damaged file aside and begins a new one",
        path.display()
    )]
    Damaged { path: PathBuf, source: rusqlite::Error },
    #[error("the log {}: {source}", path.display())]
    Sql { path: PathBuf, source: rusqlite::Error },
    #[error("the reader of the log was cancelled")]
    Cancelled,
}
