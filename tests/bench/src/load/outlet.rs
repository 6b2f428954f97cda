//! Says what is to be said, when it is to be said: an open loop.

use super::machine;
use super::switch::Shared;
use bytes::Bytes;
use lineside::bench::Failure;
use std::io::Write as _;
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

/// At most so much is written at once.
const PIECE: usize = 64 << 10;
/// Who is behind by so much will not catch up: it ends there.
const PATIENCE: Duration = Duration::from_secs(3);

/// Writes each of these at its time after `start`, in order; what could not be written in time is written as soon as possible.
/// Gives by how much each was late. If the other side does not take them, those are fewer.
///
/// # Errors
/// The system refuses what no socket and no thread is refused.
pub fn say<'a>(
    said: impl Iterator<Item = (Duration, &'a Bytes)>,
    start: Instant,
    to: &Shared,
) -> Result<Vec<Duration>, Failure> {
    machine::wake_exactly()?;
    let lock = || to.lock().unwrap_or_else(PoisonError::into_inner);
    lock().set_nodelay(true)?;
    lock().set_write_timeout(Some(PATIENCE))?;
    let mut late = Vec::new();
    let mut piece = Vec::with_capacity(2 * PIECE);
    let mut said = said.peekable();
    while let Some((at, bytes)) = said.next() {
        let mut now = start.elapsed();
        if now < at {
            thread::sleep(at - now);
            now = start.elapsed();
        }
        piece.clear();
        piece.extend_from_slice(bytes);
        late.push(now.saturating_sub(at));
        while piece.len() < PIECE
            && let Some((at, bytes)) = said.next_if(|(at, _)| *at <= now)
        {
            piece.extend_from_slice(bytes);
            late.push(now - at);
        }
        if lock().write_all(&piece).is_err() || now > at + PATIENCE {
            break;
        }
    }
    Ok(late)
}
