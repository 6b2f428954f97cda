//! Any bytes as CSTA in BER, of each phase and in both framings: cut in any way they give the same messages, and what is read can be
//! written, and is then read the same.

use super::{choice, pieces};
use bytes::BytesMut;
use lineside_csta::{Codec, Encoding, Framing, Message, Phase, Received};

pub(crate) fn run(data: &[u8]) {
    let (first, data) = choice(data);
    let framing = if first & 1 == 0 {
        Framing::Length16
    } else {
        Framing::HiPath
    };
    let phase = match first >> 1 & 3 {
        1 => Phase::I,
        2 => Phase::II,
        _ => Phase::III,
    };
    // A whole frame, so that most mutations are those of what is in it.
    let framed = match first & 8 {
        0 => data.to_vec(),
        _ => frame(framing, data),
    };
    let whole = decode(framing, phase, [&framed[..]]);
    assert_eq!(decode(framing, phase, pieces(&framed)), whole);
    assert_eq!(decode(framing, phase, framed.chunks(1)), whole);
    for (received, phase) in &whole.0 {
        if let Received::Message(message) = received {
            written_and_read(message, *phase);
        }
    }
}

pub(super) fn frame(framing: Framing, element: &[u8]) -> Vec<u8> {
    let length = u16::try_from(element.len()).unwrap_or(u16::MAX);
    match framing {
        Framing::HiPath => [&[0x26], &(length | 0x8000).to_be_bytes()[..], element].concat(),
        _ => [&length.to_be_bytes(), element].concat(),
    }
}

/// The messages with the phase that each showed, whether the bytes were refused, and how many were left. So few bytes that more of them
/// could tell what they are may be refused already, or not yet.
fn decode<'a>(
    framing: Framing,
    phase: Phase,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<(Received, Phase)>, bool, usize) {
    let mut codec = Codec::new(framing, Encoding::Ber(phase));
    let (mut input, mut messages) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match codec.decode(&mut input) {
                Ok(Some(received)) => messages.push((received, codec.phase().unwrap_or(phase))),
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

/// What is read liberally is written strictly: so it is the second time that is compared.
pub(super) fn written_and_read(message: &Message, phase: Phase) {
    let Some((second, phase)) = again(message, phase) else {
        return;
    };
    let third = again(&second, phase);
    assert_eq!(third.as_ref().map(|(third, _)| third), Some(&second));
}

fn again(message: &Message, phase: Phase) -> Option<(Message, Phase)> {
    let mut codec = Codec::new(Framing::Length16, Encoding::Ber(phase));
    let frame = codec.encode(message).ok()?;
    let read = codec.decode(&mut BytesMut::from(&frame[..]));
    let again = match &read {
        Ok(Some(Received::Message(message))) => Some((message.clone(), codec.phase().unwrap_or(phase))),
        _ => None,
    };
    assert!(
        again.is_some(),
        "{message:?} is not read again from {frame:02x?}: {read:?}"
    );
    again
}
