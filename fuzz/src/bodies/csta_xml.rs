//! Any bytes as CSTA XML: cut in any way they give the same messages, and what is read can be written, and is then read the same.

use super::{choice, pieces};
use bytes::BytesMut;
use lineside_csta::avaya::{self, GetThirdPartyDeviceId, ReleaseDeviceId};
use lineside_csta::{Codec, Encoding, Framing, Message, Received, Request, Style};

pub(crate) fn run(data: &[u8]) {
    let (first, data) = choice(data);
    let framing = if first & 1 == 0 { Framing::Annex } else { Framing::Nul };
    let framed = match first & 2 {
        0 => data.to_vec(),
        _ => frame(framing, data),
    };
    let whole = decode(framing, [&framed[..]]);
    assert_eq!(decode(framing, pieces(&framed)), whole);
    assert_eq!(decode(framing, framed.chunks(1)), whole);
    for received in &whole.0 {
        if let Received::Message(message) = received {
            written_and_read(message);
            vendors_own(message);
        }
    }
}

/// What the tables do not know may be one vendor's own: what is read of it is written so that it is read the same.
fn vendors_own(message: &Message) {
    const NAMESPACE: &str = "http://www.avaya.com/csta";
    match message {
        Message::Request { request, .. } => {
            if let Some(Ok(ask)) = GetThirdPartyDeviceId::read(request) {
                assert_eq!(GetThirdPartyDeviceId::read(&ask.request(NAMESPACE)), Some(Ok(ask)));
            }
            if let Some(Ok(release)) = ReleaseDeviceId::read(request) {
                assert_eq!(ReleaseDeviceId::read(&release.request(NAMESPACE)), Some(Ok(release)));
            }
            if let Request::MonitorStart(start) = request
                && let Some(extensions) = &start.extensions
            {
                let _ = avaya::inverts_filter(extensions);
            }
        }
        Message::Response { response, .. } => {
            if let Some(Ok(device)) = GetThirdPartyDeviceId::answer(response) {
                let again = GetThirdPartyDeviceId::response(&device, NAMESPACE);
                assert_eq!(GetThirdPartyDeviceId::answer(&again), Some(Ok(device)));
            }
        }
        _ => {}
    }
}

/// So that most mutations are those of a document.
pub(super) fn frame(framing: Framing, document: &[u8]) -> Vec<u8> {
    let length = u16::try_from(document.len() + 8).unwrap_or(u16::MAX).to_be_bytes();
    match framing {
        Framing::Annex => [&[0, 0], &length[..], b"0001", document].concat(),
        _ => [document, b"\0"].concat(),
    }
}

/// The messages, whether the bytes were refused, and how many were left. What a refusal says depends on how many bytes were there; so few
/// that more of them could tell what they are may be refused already, or not yet.
fn decode<'a>(framing: Framing, pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Received>, bool, usize) {
    let mut codec = Codec::new(framing, Encoding::Xml(Style::default()));
    let (mut input, mut messages) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input) {
                Ok(Some(received)) => messages.push(received),
                Ok(None) => break,
                Err(_) => return (messages, true, 0),
            }
        }
    }
    match messages.is_empty() && input.len() < 8 {
        true => (messages, true, 0),
        false => (messages, false, input.len()),
    }
}

/// What is kept as it came gets the declarations of the document that it is written into: so it is the second time that is compared.
pub(super) fn written_and_read(message: &Message) {
    let Some(second) = again(message) else { return };
    let third = again(&second);
    assert_eq!(third.as_ref(), Some(&second));
}

fn again(message: &Message) -> Option<Message> {
    let mut codec = Codec::new(Framing::Nul, Encoding::Xml(Style::edition(3)));
    let document = codec.encode(message).ok()?;
    let mut reader = Codec::new(Framing::Nul, Encoding::Xml(Style::edition(3)));
    let read = reader.decode(&mut BytesMut::from(&document[..]));
    let again = match &read {
        Ok(Some(Received::Message(message))) => Some(message.clone()),
        _ => None,
    };
    assert!(again.is_some(), "{message:?} is not read again: {read:?}");
    again
}
