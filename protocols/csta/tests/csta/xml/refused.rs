//! What is no document of CSTA is refused, and the connection goes on.

use crate::support::{VECTORS, codec, decode_pieces, framed, received, refusal};
use lineside_csta::{Message, Received};

#[test]
fn what_csta_has_no_use_for_is_refused_by_name() {
    for (document, why) in [
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><SystemStatus/>",
            "a document type is refused",
        ),
        (
            "<SystemStatus><systemStatus>&b;</systemStatus></SystemStatus>",
            "an entity is refused",
        ),
        (
            "<SystemStatus><?xml version='1.0'?></SystemStatus>",
            "a second XML declaration is refused",
        ),
        (
            "<?xml version='1.0' encoding='EBCDIC'?><SystemStatus/>",
            "the encoding EBCDIC: expected",
        ),
        (
            "<SystemStatus><systemStatus>normal</systemStatus></SystemStatus><a/>",
            "a second document",
        ),
        (
            "<SystemStatus><systemStatus>normal</systemStatus></SystemStatus> x",
            "text behind",
        ),
        ("x<SystemStatus/>", "text before"),
        ("", "without an element"),
        ("<SystemStatus/>", "in SystemStatus: systemStatus is missing"),
        ("<HeldEvent/>", "in HeldEvent: "),
        (
            "<SystemStatus><systemStatus>\u{1}</systemStatus></SystemStatus>",
            "a character",
        ),
        ("<Odd a\0='1'/>", "a character"),
        ("<SystemStatus><systemStatus>&#0;</systemStatus></SystemStatus>", ""),
        ("<SystemStatus><systemStatus></SystemStatus>", ""),
    ] {
        let refusal = refusal(document);
        assert!(refusal.contains(why), "{document}: {refusal}");
    }
}

#[test]
fn nesting_and_number_of_elements_are_bounded() {
    let deep = "<a>".repeat(10_000);
    assert!(refusal(deep).contains("nested deeper than 32"));
    let many = format!(
        "<MonitorStop><monitorCrossRefID>1</monitorCrossRefID>{}</MonitorStop>",
        "<a/>".repeat(16_300)
    );
    assert!(
        matches!(received(&many), Received::Message(_)),
        "what a frame has room for"
    );
}

#[test]
fn the_connection_goes_on_behind_a_document_that_cannot_be_read() {
    let stream = [framed("0001", "<a"), framed("0002", VECTORS[3].1)].concat();
    let (all, error) = decode_pieces(codec(), [&stream[..]]);
    assert_eq!(error, None);
    assert!(matches!(
        &all[..],
        [
            Received::Unreadable { length: 2, .. },
            Received::Message(Message::Request { .. })
        ]
    ));
}

#[test]
fn no_start_of_a_document_is_a_message() {
    for (name, document) in VECTORS {
        let document = document.trim_end();
        for cut in 0..document.len() {
            let received = received(&document.as_bytes()[..cut]);
            assert!(matches!(received, Received::Unreadable { .. }), "{name}, cut at {cut}");
        }
    }
}

#[test]
fn any_byte_changed_is_read_or_refused() {
    for (_, document) in VECTORS {
        for at in 0..document.len() {
            for byte in [0, b'<', b'>', b'&', b'"', b'/', b':', 0xff] {
                let mut bytes = document.as_bytes().to_vec();
                bytes[at] = byte;
                let _either = received(&bytes);
            }
        }
    }
}
