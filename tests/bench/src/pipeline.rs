//! Bytes in, encoded events out.

use lineside::bench::{self, Failure, Flow, Link};

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

/// Link and stream: bytes to events that are numbered, encoded and folded, and logged if `logged`. One thread does the work, and
/// the log has its own. Gives how many events.
///
/// # Errors
/// There is no room for a log, or the virtual switch fails.
pub fn stream(flows: &[Flow], logged: bool) -> Result<usize, Failure> {
    let folder = tempfile::tempdir()?;
    let log = logged.then(|| folder.path().to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(bench::stream(flows, log))
}
