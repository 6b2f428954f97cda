//! A `DeliveredEvent` from bytes, in each encoding of CSTA, with what else reads the same bytes.

#[cfg(feature = "peers")]
pub mod by_rasn;

use bytes::BytesMut;
use lineside::bench::Failure;
use lineside_csta::{Codec, Encoding, Event, Framing, Message, Phase, Received, Style};
use std::hint::black_box;

/// What an OpenScape Voice sent, without its frame: a call with correlator and private data.
pub const DOCUMENT: &str = include_str!("../../../protocols/csta/tests/csta/vectors/xml/osv_DeliveredEvent.xml");
/// In the tag structure of a HiPath 3000, in its frame.
pub const ELEMENT: [u8; 95] = *b"\x26\x80\x5c\
    \xa1\x5a\x02\x01\x03\x02\x01\x15\x30\x52\x55\x02\x00\x05\xa0\x4c\xa4\x4a\
    \x6b\x0f\x30\x0d\x80\x02\xb1\x64\xa1\x07\x30\x05\x80\x03257\
    \x63\x07\x30\x05\x80\x03257\x61\x07\x30\x05\x80\x03100\x62\x07\x30\x05\x80\x03257\
    \x64\x02\x87\x00\x4e\x01\x02\x0a\x01\x16\
    \x7e\x12\xa0\x10\x18\x0e20100916200000";

/// What one read of a socket gives at most.
const READ: usize = 64 << 10;

/// So many events in XML, one behind the other as a connection gives them.
#[must_use]
pub fn xml(count: usize) -> Vec<u8> {
    let document = DOCUMENT.trim_end();
    let length = u16::try_from(8 + document.len()).unwrap_or_default().to_be_bytes();
    let framed = [&[0, 0], &length[..], b"9999", document.as_bytes()].concat();
    framed.repeat(count)
}

/// So many events in BER.
#[must_use]
pub fn ber(count: usize) -> Vec<u8> {
    ELEMENT.repeat(count)
}

/// The events that this project reads from a stream of XML.
///
/// # Errors
/// There is something else in it.
pub fn from_xml(stream: &[u8]) -> Result<usize, Failure> {
    decoded(Codec::new(Framing::Annex, Encoding::Xml(Style::default())), stream)
}

/// The events that this project reads from a stream of BER.
///
/// # Errors
/// There is something else in it.
pub fn from_ber(stream: &[u8]) -> Result<usize, Failure> {
    decoded(Codec::new(Framing::HiPath, Encoding::Ber(Phase::III)), stream)
}

fn decoded(mut codec: Codec, stream: &[u8]) -> Result<usize, Failure> {
    let mut input = BytesMut::with_capacity(2 * READ);
    let mut events = 0;
    for read in stream.chunks(READ) {
        input.extend_from_slice(read);
        while let Some(received) = codec.decode(&mut input)? {
            match black_box(&received) {
                Received::Message(Message::Event(report)) if matches!(report.event, Event::Delivered(_)) => events += 1,
                other => return Err(format!("no DeliveredEvent, but {other:?}").into()),
            }
        }
    }
    Ok(events)
}

/// What cannot be left out of reading XML: every tag and text, found by quick-xml in a document that is there already. Nothing is asked
/// of them, nothing kept.
///
/// # Errors
/// It is no document.
pub fn bare_xml(count: usize) -> Result<usize, Failure> {
    let mut documents = 0;
    for _ in 0..count {
        let mut reader = quick_xml::Reader::from_str(black_box(DOCUMENT));
        while !matches!(black_box(reader.read_event()?), quick_xml::events::Event::Eof) {}
        documents += 1;
    }
    Ok(documents)
}
