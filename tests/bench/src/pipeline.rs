//! Bytes in, encoded events out.

use lineside::bench::{self, Failure, Flow, Link};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The link alone: bytes to events. Gives how many.
///
/// # Errors
/// The virtual switch fails.
pub fn link(flows: &[Flow]) -> Result<usize, Failure> {
    let mut link = Link::up()?;
    let mut events = 0;
    for flow in flows {
        link.hear(flow, |told| events += told.events())?;
    }
    Ok(events)
}

/// What went through a stream. Its log is closed when this is dropped: what that takes depends on how long it ran before.
pub struct Streamed {
    stream: Option<bench::Streamed>,
    runtime: Runtime,
    _folder: TempDir,
}

/// Link and stream: bytes to events that are numbered, encoded and folded, and logged if `logged`. One thread does the work, and
/// the log has its own.
///
/// # Errors
/// There is no room for a log, or the virtual switch fails.
pub fn stream(flows: &[Flow], logged: bool) -> Result<Streamed, Failure> {
    let folder = tempfile::tempdir()?;
    let log = logged.then(|| folder.path().to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let stream = Some(runtime.block_on(bench::stream(flows, log))?);
    Ok(Streamed {
        stream,
        runtime,
        _folder: folder,
    })
}

impl Streamed {
    /// How many events came of it.
    #[must_use]
    pub fn events(&self) -> usize {
        self.stream.as_ref().map_or(0, bench::Streamed::events)
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.stream.take().map(|stream| self.runtime.block_on(stream.close())) {
            eprintln!("the log was not closed: {error}");
        }
    }
}
