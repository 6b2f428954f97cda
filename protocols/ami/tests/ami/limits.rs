//! The decoder holds so much and no more, in linear time.

use crate::support::{decode_pieces, one};
use bytes::BytesMut;
use lineside_ami::{DecodeLimits, Decoder};
use lineside_wire::WireError;

#[test]
fn a_message_of_exactly_the_limit_passes_and_one_more_byte_does_not() {
    let frame = b"Event: A\r\nText: 12345\r\n\r\n";
    let decoder = |message| Decoder::new(DecodeLimits { message, lines: 10 });
    for pieces in [frame.chunks(1), frame.chunks(7), frame.chunks(frame.len())] {
        let (messages, error) = decode_pieces(decoder(frame.len()), pieces.clone());
        assert_eq!((messages.len(), error), (1, None));
        let (messages, error) = decode_pieces(decoder(frame.len() - 1), pieces);
        assert_eq!(messages.len(), 0);
        assert!(matches!(error, Some(WireError::TooLarge { limit, .. }) if limit == frame.len() - 1));
    }
}

#[test]
fn empty_lines_do_not_count() {
    let limits = DecodeLimits { message: 16, lines: 4 };
    let mut frame = b"\r\n\n".repeat(1000);
    frame.extend_from_slice(b"Event: A\r\n\r\n");
    for size in [1, 5, frame.len()] {
        let (messages, error) = decode_pieces(Decoder::new(limits), frame.chunks(size));
        assert_eq!((messages.len(), error), (1, None));
    }
}

#[test]
fn a_message_of_too_many_lines_is_an_error() {
    let limits = DecodeLimits {
        message: 1 << 20,
        lines: 4,
    };
    let (messages, error) = decode_pieces(Decoder::new(limits), [&b"A: 1\n".repeat(5)[..]]);
    assert_eq!(messages.len(), 0);
    assert!(matches!(error, Some(WireError::TooLarge { .. })));
}

#[test]
fn bytes_without_a_line_end_are_held_up_to_the_limit_only() {
    let mut decoder = Decoder::new(DecodeLimits {
        message: 1000,
        lines: 4,
    });
    let mut input = BytesMut::new();
    let mut fed = 0;
    let error = loop {
        input.extend_from_slice(&[b'x'; 100]);
        fed += 100;
        if let Err(error) = decoder.next(&mut input) {
            break error;
        }
    };
    assert_eq!(fed, 1100);
    assert!(matches!(error, WireError::TooLarge { limit: 1000, .. }));
}

/// Without a memory of how far it looked, the decoder would touch 3.5e13 bytes here, and not end.
#[test]
fn eight_megabytes_byte_by_byte_cost_linear_time() {
    let size = (8 << 20) - 64;
    let mut frame = b"Event: Big\r\nText: ".to_vec();
    frame.resize(size, b'x');
    frame.extend_from_slice(b"\r\nLast: 1\r\n\r\n");
    let mut decoder = Decoder::default();
    let mut input = BytesMut::with_capacity(frame.len());
    let mut message = None;
    for byte in &frame {
        input.extend_from_slice(&[*byte]);
        message = decoder.next(&mut input).unwrap();
    }
    assert_eq!(message.unwrap(), one(&frame));
    assert!(input.is_empty());
    assert!(!decoder.in_message());
    assert_eq!(decoder.position(), frame.len() as u64);
}
