//! What every protocol crate of Lineside shares: the contract of a session that does no I/O, the clock it is told,
//! errors that say whose fault it was, and a wrapper for personal data.
//!
//! Nothing here knows a protocol. A session is a pure state machine (the shape of `quinn-proto` and `rustls`): bytes and
//! time go in by `handle_*`, bytes and events come out by `poll_*`. After every call that changes it, drain
//! [`Session::poll_transmit`], then [`Session::poll_event`], then re-arm the timer from [`Session::poll_timeout`].
#![deny(missing_docs)]

mod error;
mod private;
#[cfg(test)]
mod tests;
mod tick;
mod timers;
mod tombstones;

pub use error::{SubmitError, WireError};
pub use private::Private;
pub use tick::Tick;
pub use timers::Timers;
pub use tombstones::Tombstones;

use bytes::{Bytes, BytesMut};
use std::fmt;

/// Names one request of one session. Unique within the session, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Bytes that the session wants written to its peer, in order.
#[derive(Clone, PartialEq, Eq)]
pub struct Transmit {
    /// What to write.
    pub bytes: Bytes,
    /// The bytes hold a password or a digest of one: captures keep their length only, logs nothing.
    pub secret: bool,
}

/// How much it is, not what: it may be a password, and is mostly about persons.
impl fmt::Debug for Transmit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = if self.secret { ", secret" } else { "" };
        write!(f, "Transmit({} bytes{secret})", self.bytes.len())
    }
}

/// One end of one connection of one protocol, client and server halves alike, without sockets or clocks.
///
/// Every [`RequestId`] that [`Session::submit`] gave ends in exactly one completion event, also when the peer goes away or
/// the deadline passes. A request is never sent twice.
pub trait Session {
    /// What may be asked of the peer.
    type Request;
    /// What the session tells its owner: native messages, completions, changes of its own state.
    type Event;

    /// Takes what one read gave. Whole messages are consumed from `input`; the rest stays there for the next call.
    ///
    /// # Errors
    /// The session cannot go on: close the connection and start anew.
    fn handle_bytes(&mut self, now: Tick, input: &mut BytesMut) -> Result<(), WireError>;

    /// The peer closed its direction, or the connection broke.
    ///
    /// # Errors
    /// The end came in the middle of something that mattered.
    fn handle_eof(&mut self, now: Tick) -> Result<(), WireError>;

    /// The time that [`Session::poll_timeout`] named has come.
    ///
    /// # Errors
    /// The peer let a deadline of the session itself pass (login, heartbeat).
    fn handle_timeout(&mut self, now: Tick) -> Result<(), WireError>;

    /// Asks the peer for something.
    ///
    /// # Errors
    /// [`SubmitError`]; nothing was or will be sent.
    fn submit(&mut self, now: Tick, request: Self::Request) -> Result<RequestId, SubmitError>;

    /// Says goodbye where the protocol has a word for it; pending requests complete as lost.
    fn close(&mut self, now: Tick);

    /// The next bytes to write.
    fn poll_transmit(&mut self) -> Option<Transmit>;

    /// The next event.
    fn poll_event(&mut self) -> Option<Self::Event>;

    /// When to call [`Session::handle_timeout`] next, if at all.
    fn poll_timeout(&self) -> Option<Tick>;
}
