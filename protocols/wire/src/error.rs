use thiserror::Error;

/// Why a session cannot go on, by whose fault it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The bytes are not of this protocol. A wrong port, a broken peer, or a format that this crate does not know.
    #[error("malformed {what} at byte {at}: {detail}")]
    Malformed {
        /// What was being read.
        what: &'static str,
        /// Its place in the byte stream of this connection, counted from 0.
        at: u64,
        /// What was found, and what was expected.
        detail: String,
    },
    /// One message is larger than the session is allowed to hold.
    #[error("{what} larger than {limit} bytes")]
    TooLarge {
        /// What was being read.
        what: &'static str,
        /// The bound, in bytes.
        limit: usize,
    },
    /// Valid bytes at a time when the protocol does not allow them, or silence where it demands an answer.
    #[error("the peer misbehaved: {0}")]
    PeerMisbehaved(String),
    /// The peer speaks this protocol, but nothing that we can work with.
    #[error("the peer is incompatible: {0}")]
    PeerIncompatible(String),
    /// The peer said no, in its own words.
    #[error("refused: {native}")]
    Refused {
        /// The peer's own code or text.
        native: String,
    },
}

/// Why a request was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// The session is not logged in, or is closing.
    #[error("the session is not ready for requests")]
    NotReady,
    /// As many requests are under way as the session allows.
    #[error("{0} requests are under way already")]
    WindowFull(usize),
    /// The request cannot be written in this protocol: our caller's mistake.
    #[error("the request cannot be sent: {0}")]
    Misuse(String),
}
