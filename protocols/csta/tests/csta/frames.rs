//! Where messages begin and end.

use crate::support::{VECTORS, codec, decode_pieces, framed};
use bytes::BytesMut;
use lineside_csta::{Codec, Encoding, Framing, InvokeId, Message, Phase, Received, Request, Style, Wire, recognize};
use lineside_wire::WireError;

const STATUS: &str = "<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>";

fn stream() -> Vec<u8> {
    let frames = VECTORS.iter().enumerate();
    frames
        .flat_map(|(id, (_, document))| framed(&format!("{id:04}"), document))
        .collect()
}

fn nul() -> Codec {
    Codec::new(Framing::Nul, Encoding::Xml(Style::default()))
}

fn ber(framing: Framing) -> Codec {
    Codec::new(framing, Encoding::Ber(Phase::III))
}

fn detail(codec: Codec, bytes: &[u8]) -> String {
    match decode_pieces(codec, [bytes]) {
        (none, Some(WireError::Malformed { at: 0, detail, .. })) if none.is_empty() => detail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn however_the_network_cuts_the_bytes_the_messages_are_the_same() {
    let stream = stream();
    let whole = decode_pieces(codec(), [&stream[..]]);
    assert_eq!(whole.0.len(), VECTORS.len());
    for cut in 0..=stream.len() {
        let (left, right) = stream.split_at(cut);
        assert_eq!(decode_pieces(codec(), [left, right]), whole, "cut at {cut}");
    }
    assert_eq!(decode_pieces(codec(), stream.chunks(1)), whole);
    let ended: Vec<u8> = VECTORS
        .iter()
        .flat_map(|(_, document)| [document.as_bytes(), b"\0"].concat())
        .collect();
    let whole = decode_pieces(nul(), [&ended[..]]);
    assert_eq!(whole.0.len(), VECTORS.len());
    assert_eq!(decode_pieces(nul(), ended.chunks(1)), whole);
}

#[test]
fn any_start_of_a_stream_gives_a_start_of_its_messages() {
    let stream = stream();
    let (whole, _) = decode_pieces(codec(), [&stream[..]]);
    for cut in 0..stream.len() {
        let (messages, error) = decode_pieces(codec(), [&stream[..cut]]);
        assert!(error.is_none() && whole.starts_with(&messages), "cut at {cut}");
    }
}

#[test]
fn an_invoke_id_that_is_no_number_is_taken_as_minus_one() {
    let (all, _) = decode_pieces(codec(), [&framed("ab-1", STATUS)[..]]);
    assert!(matches!(
        &all[..],
        [Received::Message(Message::Request { id: InvokeId(-1), .. })]
    ));
}

#[test]
fn the_header_has_the_format_that_the_dialect_says() {
    let other = || Codec::new(Framing::AnnexFormat(0x0102), Encoding::Xml(Style::edition(4)));
    let mut frame = framed("0007", STATUS);
    frame[..2].copy_from_slice(&[1, 2]);
    for size in [1, 3, frame.len()] {
        let (received, error) = decode_pieces(other(), frame.chunks(size));
        let [Received::Message(message)] = &received[..] else {
            panic!("{received:?} {error:?}")
        };
        assert_eq!(other().encode(message).unwrap()[..2], [1, 2]);
    }
    let error = detail(other(), &framed("0007", STATUS));
    assert!(error.contains("annex J.2") && error.contains("format 258"), "{error}");
}

#[test]
fn lengths_that_lie_are_refused_or_waited_for() {
    assert!(detail(codec(), b"\0\0\0\x070001").contains("a length of 7; expected at least 8"));
    assert!(detail(ber(Framing::HiPath), b"\x26\x80\0\x60").contains("a length of 0"));
    assert!(detail(ber(Framing::Length16), b"\0\0\0\0\0\0\0\0").contains("expected a length of 16 bits"));
    assert_eq!(decode_pieces(codec(), [&b"\0\0\xff\xff0001<a/>"[..]]), (vec![], None));
    let short = framed("0001", STATUS);
    let mut lies = short.clone();
    lies[3] -= 1;
    let (all, error) = decode_pieces(codec(), [&[lies, short].concat()[..]]);
    assert!(matches!(&all[..], [Received::Unreadable { .. }]) && error.is_some());
}

#[test]
fn zero_bytes_and_white_space_between_documents_are_nothing() {
    let stream = format!("\r\n{STATUS}\0\0\r\n\0{STATUS}\0");
    let (all, error) = decode_pieces(nul(), [stream.as_bytes()]);
    assert_eq!((all.len(), error), (2, None));
}

#[test]
fn a_document_without_an_end_is_bounded() {
    let mut codec = nul();
    let mut input = BytesMut::from(&b"<a>"[..]);
    let error = loop {
        input.extend_from_slice(&[b'x'; 4096]);
        if let Err(error) = codec.decode(&mut input) {
            break error;
        }
    };
    assert!(matches!(error, WireError::TooLarge { limit: 262_144, .. }));
    assert!(input.len() < 270_000);
}

/// First bytes of connections, and what they look like.
const WIRES: [(&[u8], Wire); 14] = [
    (b"<CallClearedEvent>", Wire::BareXml),
    (b"\0\0\x03\xeb9999<?xml", Wire::AnnexXml),
    (b"<?xml version", Wire::BareXml),
    (b"\xef\xbb\xbf<a/>", Wire::BareXml),
    (b"\x26\x80\x33\x60\x31\xa1\x07", Wire::HiPath),
    (b"\x00\x0b\xa1\x09\x02\x01\x01", Wire::Length16),
    (b"\x00\x33\x60\x31\xa1\x07\x06", Wire::Length16),
    (b"\x60\x31\xa1\x07\x06", Wire::BareBer),
    (b"\xa1\x81\x80\x02\x01\x01", Wire::BareBer),
    (b"\x16\x03\x01\x02", Wire::Tls),
    (b"\x15\x03\x01\x00\x02\x02\x46", Wire::Tls),
    (b"HTTP/1.1 400 Bad Request", Wire::Http),
    (b"POST / HTTP/1.1", Wire::Http),
    (b"P", Wire::Handshake),
];

#[test]
fn the_first_bytes_of_a_connection_tell_what_it_is() {
    for (bytes, wire) in WIRES {
        assert_eq!(recognize(bytes), Some(wire), "{bytes:?}");
        assert_eq!(recognize(bytes.get(..8).unwrap_or(bytes)), Some(wire), "{bytes:?}");
    }
    for nothing in [&b""[..], b"\0\0", b"SIP/2.0 200 OK", b"\r\n"] {
        assert_eq!(recognize(nothing), None);
    }
}

#[test]
fn a_framing_that_is_another_is_named() {
    let codecs: [(fn() -> Codec, Wire); 4] = [
        (codec, Wire::AnnexXml),
        (nul, Wire::BareXml),
        (|| ber(Framing::HiPath), Wire::HiPath),
        (|| ber(Framing::Length16), Wire::Length16),
    ];
    for (codec, own) in codecs {
        for (bytes, wire) in WIRES.iter().filter(|(bytes, wire)| *wire != own && bytes.len() > 2) {
            let detail = detail(codec(), bytes);
            assert!(
                detail.starts_with(&format!("this looks like {wire}; expected ")),
                "{bytes:?}: {detail}"
            );
        }
    }
    assert!(detail(codec(), b"\x42\x41\x0d\x0a\x01\x01\x01\x01\x01").contains("no framing that is known"));
}

#[test]
fn what_does_not_fit_into_a_frame_is_not_written() {
    let message = |id, length| {
        let request = lineside_csta::types::MonitorStop {
            monitor_cross_ref_id: "x".repeat(length).as_str().into(),
            ..Default::default()
        };
        Message::Request {
            id: InvokeId(id),
            request: Request::MonitorStop(Box::new(request)),
        }
    };
    assert!(codec().encode(&message(1, 65_000)).is_ok());
    assert!(codec().encode(&message(1, 66_000)).is_err());
    assert!(codec().encode(&message(10_000, 1)).is_err());
    assert!(codec().encode(&message(-1, 1)).is_err());
    assert!(nul().encode(&message(10_000, 66_000)).is_ok());
}
