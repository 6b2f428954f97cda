//! Any bytes, cut in any way, give the same messages and the same error, within the limits.

use super::{choice, pieces};
use bytes::BytesMut;
use lineside_ami::{DecodeLimits, Decoder, Line, Message};
use lineside_wire::WireError;

pub(crate) fn run(data: &[u8]) {
    let (first, data) = choice(data);
    let limits = match first % 3 {
        0 => DecodeLimits::default(),
        1 => DecodeLimits { message: 64, lines: 5 },
        _ => DecodeLimits {
            message: 300,
            lines: 1000,
        },
    };
    let whole = decode(limits, [data]);
    assert_eq!(decode(limits, pieces(data)), whole);
    assert_eq!(decode(limits, data.chunks(1)), whole);
    for message in &whole.0 {
        check(message, limits);
    }
}

fn decode<'a>(
    limits: DecodeLimits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Message>, Option<WireError>, usize, u64) {
    let mut decoder = Decoder::new(limits);
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match decoder.next(&mut input) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some(error), 0, decoder.position()),
            }
        }
        assert!(input.len() <= limits.message);
    }
    (messages, None, input.len(), decoder.position())
}

fn check(message: &Message, limits: DecodeLimits) {
    assert!(!message.is_empty() && message.len() <= limits.lines);
    assert!(message.as_bytes().len() <= limits.message);
    assert!(message.as_bytes().ends_with(b"\n"));
    assert_eq!(message.lines().count(), message.len());
    let headers = message.headers().count();
    let texts = message.lines().filter(|line| matches!(line, Line::Text(_))).count();
    assert_eq!(headers + texts, message.len());
    for header in message.headers() {
        let Some(key) = header.key.as_str() else { continue };
        assert!(!key.is_empty() && message.get(key).is_some() && message.all(key).count() > 0);
        let with_rest = message.with_continuation(key).map(|value| value.as_bytes().len());
        assert!(with_rest >= message.get(key).map(|value| value.as_bytes().len()));
        assert!(message.unescaped(key).is_some());
    }
}
