//! Bytes to messages and back, in the dialect of one peer.

use crate::ber::Phase;
use crate::error::DecodeError;
use crate::message::{InvokeId, Message};
use bytes::{Bytes, BytesMut};
use lineside_wire::WireError;
use thiserror::Error;

/// How messages are set apart on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// ECMA-323, annex J.2 (G.2 in edition 3): two zero bytes, the length of header and document (16 bits, big-endian), four digits.
    Annex,
    /// A zero byte behind each document, no header: no invoke ids either.
    Nul,
    /// A length of 16 bits, big-endian, before each element.
    Length16,
    /// `0x26`, and a length of 16 bits with its highest bit set, before each element (HiPath).
    HiPath,
}

/// How messages are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// ECMA-323.
    Xml(Style),
    /// ECMA-180, ECMA-218 or ECMA-285.
    Ber(Phase),
}

/// How documents are written: as the peer writes its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The namespace of the edition: `http://www.ecma-international.org/standards/ecma-323/csta/ed3` and its like.
    pub namespace: String,
    /// The prefix of every element; `None`: the namespace is the default one.
    pub prefix: Option<String>,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A message.
    Message(Message),
    /// A whole frame that is no message that can be understood: the connection goes on.
    Unreadable {
        /// Its invoke id, as far as that could be read.
        id: Option<InvokeId>,
        /// Why.
        error: DecodeError,
        /// How many bytes it has.
        length: usize,
    },
}

/// Why a message cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// This encoding, or this phase of it, has no such message.
    #[error("{0} cannot be said in this encoding")]
    NotInEncoding(String),
    /// It is longer than a frame may be.
    #[error("a message of {0} bytes does not fit into a frame")]
    TooLong(usize),
}

/// Reads and writes the messages of one connection.
#[derive(Debug)]
pub struct Codec {
    framing: Framing,
    encoding: Encoding,
}

impl Codec {
    /// For a peer that is written to like this, and is read liberally.
    #[must_use]
    pub const fn new(framing: Framing, encoding: Encoding) -> Self {
        Codec { framing, encoding }
    }

    /// Takes the next frame out of `input`; `None`: there is no whole one yet.
    ///
    /// # Errors
    /// The bytes are not framed as they should be: the connection cannot go on.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Received>, WireError> {
        let _ = (&self.framing, &self.encoding, input);
        Ok(None)
    }

    /// A message as bytes in a frame.
    ///
    /// # Errors
    /// [`EncodeError`]
    pub fn encode(&mut self, message: &Message) -> Result<Bytes, EncodeError> {
        let _ = message;
        Ok(Bytes::new())
    }
}
