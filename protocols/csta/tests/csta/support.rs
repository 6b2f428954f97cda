//! What several subjects need.

use bytes::{Buf as _, BytesMut};
use lineside_csta::client::{self, Client, Config};
use lineside_csta::{Codec, Encoding, Framing, InvokeId, Login, Message, Received, Style};
use lineside_wire::{Session, Tick, WireError};
use std::time::Duration;

/// The documents of an OpenScape Voice.
pub const VECTORS: [(&str, &str); 6] = [
    (
        "CallInformation",
        include_str!("vectors/xml/osv_CallInformationEvent.xml"),
    ),
    ("Delivered", include_str!("vectors/xml/osv_DeliveredEvent.xml")),
    (
        "MonitorStartResponse",
        include_str!("vectors/xml/osv_MonitorStartResponse.xml"),
    ),
    ("MonitorStop", include_str!("vectors/xml/osv_MonitorStop_req.xml")),
    (
        "StartApplicationSession",
        include_str!("vectors/xml/osv_StartApplicationSessionPosResponse.xml"),
    ),
    (
        "SystemRegister",
        include_str!("vectors/xml/osv_SystemRegisterResponse.xml"),
    ),
];

pub const ED4: &str = "http://www.ecma-international.org/standards/ecma-323/csta/ed4";

/// A codec for XML in the header of annex J.2 that writes as its peer does.
pub fn codec() -> Codec {
    Codec::new(Framing::Annex, Encoding::Xml(Style::default()))
}

/// A document in the header of annex J.2.
pub fn framed(id: &str, document: impl AsRef<[u8]>) -> Vec<u8> {
    let document = document.as_ref();
    let length = u16::try_from(document.len() + 8).unwrap().to_be_bytes();
    [&[0, 0], &length[..], id.as_bytes(), document].concat()
}

/// What one document says, in a frame with the id 0007.
pub fn received(document: impl AsRef<[u8]>) -> Received {
    let mut input = BytesMut::from(&framed("0007", document)[..]);
    let received = codec().decode(&mut input).unwrap().unwrap();
    assert!(input.is_empty());
    received
}

/// The message that one document is.
pub fn message(document: impl AsRef<[u8]>) -> Message {
    match received(document) {
        Received::Message(message) => message,
        Received::Unreadable { error, .. } => panic!("{error}"),
    }
}

/// Why a document is no message.
pub fn refusal(document: impl AsRef<[u8]>) -> String {
    match received(document) {
        Received::Unreadable { id, error, .. } => {
            assert_eq!(id, Some(InvokeId(7)));
            error.to_string()
        }
        Received::Message(message) => panic!("{message:?}"),
    }
}

/// All that comes of these pieces.
pub fn decode_pieces<'a>(
    mut codec: Codec,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Received>, Option<WireError>) {
    let (mut input, mut all) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input) {
                Ok(Some(received)) => all.push(received),
                Ok(None) => break,
                Err(error) => return (all, Some(error)),
            }
        }
    }
    (all, None)
}

/// A client whose peer the test plays.
pub struct Alone {
    pub client: Client,
    pub now: Tick,
    /// Writes as the peer does, and reads what it gets.
    peer: Codec,
    input: BytesMut,
    /// Single letters that stand in no frame.
    handshake: bool,
}

impl Alone {
    pub fn new(config: Config) -> Self {
        let dialect = config.dialect.clone();
        Alone {
            client: Client::new(Tick::ZERO, config).unwrap(),
            now: Tick::ZERO,
            peer: Codec::new(dialect.framing, dialect.encoding),
            input: BytesMut::new(),
            handshake: matches!(dialect.login, Login::Association(association) if association.handshake),
        }
    }

    pub fn says(&mut self, message: &Message) -> Result<(), WireError> {
        let bytes = self.peer.encode(message).unwrap();
        self.says_bytes(&bytes)
    }

    pub fn says_bytes(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.input.extend_from_slice(bytes);
        self.client.handle_bytes(self.now, &mut self.input)
    }

    /// Lets time pass, timer by timer.
    pub fn passes(&mut self, time: Duration) -> Result<(), WireError> {
        let end = self.now + time;
        while let Some(next) = self.client.poll_timeout().filter(|next| *next <= end) {
            self.now = next;
            self.client.handle_timeout(next)?;
        }
        self.now = end;
        Ok(())
    }

    pub fn events(&mut self) -> Vec<client::Event> {
        std::iter::from_fn(|| self.client.poll_event()).collect()
    }

    /// What the client has written since the last time, as bytes.
    pub fn sent_bytes(&mut self) -> Vec<u8> {
        std::iter::from_fn(|| self.client.poll_transmit())
            .flat_map(|transmit| transmit.bytes)
            .collect()
    }

    /// What the client has written since the last time.
    pub fn sent(&mut self) -> Vec<Message> {
        let mut bytes = BytesMut::from(&self.sent_bytes()[..]);
        if self.handshake && bytes.first() == Some(&b'B') {
            bytes.advance(1);
            self.handshake = false;
        }
        std::iter::from_fn(|| self.peer.decode(&mut bytes).unwrap())
            .map(|received| match received {
                Received::Message(message) => message,
                Received::Unreadable { error, .. } => panic!("{error}"),
            })
            .collect()
    }
}
