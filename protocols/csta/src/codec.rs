//! Bytes to messages and back, in the dialect of one peer.

use crate::ber::{Phase, apdu};
use crate::error::DecodeError;
use crate::frame::{self, Frame, Framer};
use crate::ids::Ids;
use crate::message::{InvokeId, Message};
use crate::xml::document;
use bytes::{Bytes, BytesMut};
use lineside_wire::WireError;
use thiserror::Error;

/// How messages are set apart on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// ECMA-323, annex J.2 (G.2 in edition 3): two zero bytes, the length of header and document (16 bits, big-endian), four digits.
    Annex,
    /// The same with this number in the first two bytes, which annex J.2 calls the format indicator.
    AnnexFormat(u16),
    /// A zero byte behind each document, no header: no invoke ids either.
    Nul,
    /// A length of 16 bits, big-endian, before each element.
    Length16,
    /// `0x26`, and a length of 16 bits with its highest bit set, before each element (HiPath).
    HiPath,
    /// Nothing: each element says itself how long it is.
    Bare,
}

/// How messages are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// ECMA-323.
    Xml(Style),
    /// ECMA-180, ECMA-218 or ECMA-285.
    Ber(Phase),
}

impl Encoding {
    /// Can a service be asked for in it? `service` is the name of the request in ECMA-323.
    #[must_use]
    pub fn has(&self, service: &str) -> bool {
        match self {
            Encoding::Xml(_) => crate::message::SERVICES.iter().any(|(name, ..)| *name == service),
            Encoding::Ber(phase) => apdu::operation_code(service, *phase).is_some(),
        }
    }
}

/// How documents are written: as the peer writes its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The namespace of the edition; empty: that of the first document that comes, as its prefix. `http://www.ecma-international.org/standards/ecma-323/csta/ed3` and its like.
    pub namespace: String,
    /// The prefix of every element; `None`: the namespace is the default one.
    pub prefix: Option<String>,
}

impl Style {
    /// The namespace of an edition of ECMA-323 (2 to 6), as the default one.
    #[must_use]
    pub fn edition(edition: u8) -> Self {
        // Ecma changed its name on the network behind edition 2.
        let host = if edition < 3 {
            "www.ecma.ch"
        } else {
            "www.ecma-international.org"
        };
        Style {
            namespace: format!("http://{host}/standards/ecma-323/csta/ed{edition}"),
            prefix: None,
        }
    }
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
///
/// Documents are read in whatever namespace and prefix they come. They are written in the [`Style`] that was given; with the default one,
/// in the namespace and prefix of the first document of ECMA-323 that the peer sent, and in those of edition 3 until then.
///
/// In BER the phase that was given counts until a message shows another.
///
/// Where no invoke id is sent ([`Framing::Nul`]), an answer counts as that to the oldest request of its service, an error as that to the
/// oldest request of all, and what the peer asks for is numbered from 0: it is to be answered in that order.
#[derive(Debug)]
pub struct Codec {
    framing: Framing,
    encoding: Encoding,
    framer: Framer,
    ids: Ids,
}

impl Codec {
    /// For a peer that is written to like this, and is read liberally.
    #[must_use]
    pub fn new(framing: Framing, encoding: Encoding) -> Self {
        Codec {
            framing,
            encoding,
            framer: Framer::new(framing),
            ids: Ids::default(),
        }
    }

    /// Takes the next frame out of `input`; `None`: there is no whole one yet.
    ///
    /// # Errors
    /// The bytes are not framed as they should be: the connection cannot go on.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Received>, WireError> {
        let Some(frame) = self.framer.next(input)? else {
            return Ok(None);
        };
        let read = match &self.encoding {
            Encoding::Xml(_) => self.decode_xml(&frame),
            Encoding::Ber(phase) => self.decode_ber(&frame, *phase),
        };
        Ok(Some(match read {
            Ok(message) => Received::Message(message),
            Err((id, error)) => Received::Unreadable {
                id,
                error,
                length: frame.body.len(),
            },
        }))
    }

    fn decode_xml(&mut self, frame: &Frame) -> Result<Message, (Option<InvokeId>, DecodeError)> {
        let document = document::decode(&frame.body).map_err(|error| (frame.id, error))?;
        if let (Encoding::Xml(style), Some(peers)) = (&mut self.encoding, document.style)
            && style.namespace.is_empty()
        {
            *style = peers;
        }
        let id = frame.id.unwrap_or_else(|| self.ids.of(&document.content));
        Ok(document.content.with(id))
    }

    fn decode_ber(&mut self, frame: &Frame, phase: Phase) -> Result<Message, (Option<InvokeId>, DecodeError)> {
        let decoded = apdu::decode(&frame.body, phase)?;
        self.encoding = Encoding::Ber(decoded.phase);
        Ok(decoded.message)
    }

    /// The phase in which messages are written: that of the last one that came, and before it the one that was given. `None` in XML.
    #[must_use]
    pub const fn phase(&self) -> Option<Phase> {
        match &self.encoding {
            Encoding::Ber(phase) => Some(*phase),
            Encoding::Xml(_) => None,
        }
    }

    /// A message as bytes in a frame.
    ///
    /// # Errors
    /// [`EncodeError`]
    pub fn encode(&mut self, message: &Message) -> Result<Bytes, EncodeError> {
        let body = match &self.encoding {
            Encoding::Xml(style) if style.namespace.is_empty() => {
                document::encode(message, &Style::edition(3))?.into_bytes()
            }
            Encoding::Xml(style) => document::encode(message, style)?.into_bytes(),
            Encoding::Ber(phase) => apdu::encode(message, *phase)?,
        };
        let frame = frame::wrap(self.framing, id_of(message), self.framer.odd, &body)?;
        if self.framing == Framing::Nul {
            self.ids.sent(message);
        }
        Ok(frame)
    }
}

const fn id_of(message: &Message) -> InvokeId {
    match message {
        Message::Request { id, .. } | Message::Response { id, .. } | Message::Error { id, .. } => *id,
        Message::Reject { .. } | Message::Event(_) | Message::Association(_) => frame::EVENT_ID,
    }
}
