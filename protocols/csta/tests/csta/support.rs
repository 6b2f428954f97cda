//! What several subjects need.

use bytes::BytesMut;
use lineside_csta::{Codec, Encoding, Framing, InvokeId, Message, Received, Style};
use lineside_wire::WireError;

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
