//! Namespaces, prefixes, spellings, orders and encodings of peers.

use crate::support::{ED4, VECTORS, codec, decode_pieces, framed, message};
use bytes::BytesMut;
use lineside_csta::types::*;
use lineside_csta::{Codec, Encoding, Event, EventReport, Framing, InvokeId, Message, Request, Response, Style};

fn status(document: impl AsRef<[u8]>) -> SystemStatusValue {
    match message(document) {
        Message::Request {
            request: Request::SystemStatus(request),
            ..
        } => request.system_status.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_of_any_edition_is_read() {
    for edition in 2..=6 {
        let namespace = Style::edition(edition).namespace;
        let document =
            format!("<SystemStatus xmlns=\"{namespace}\"><systemStatus>normal</systemStatus></SystemStatus>");
        assert_eq!(status(document), SystemStatusValue::Normal, "edition {edition}");
    }
}

#[test]
fn no_namespace_a_prefix_and_both_within_one_document_are_read() {
    for document in [
        "<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>",
        "<c:SystemStatus xmlns:c='x'><c:systemStatus>normal</c:systemStatus></c:SystemStatus>",
        "<c:SystemStatus xmlns:c='x' xmlns='y'><systemStatus>normal</systemStatus></c:SystemStatus>",
        "<SystemStatus xmlns='x'><d:systemStatus xmlns:d='y'>normal</d:systemStatus></SystemStatus>",
        "\u{feff}<?xml version='1.0'?>\r\n <!-- c --> <SystemStatus >\n <systemStatus\t> normal\n</systemStatus > </SystemStatus>\n",
        "<SystemStatus><systemStatus><![CDATA[nor]]>&#109;al</systemStatus></SystemStatus>",
    ] {
        assert_eq!(status(document), SystemStatusValue::Normal, "{document}");
    }
}

#[test]
fn declared_encodings_are_read() {
    let document = "<SystemStatus><systemStatus>é</systemStatus></SystemStatus>";
    let other = SystemStatusValue::Other("é".into());
    let latin1 = format!("<?xml version='1.0' encoding='ISO-8859-1'?>{document}");
    let latin1: Vec<u8> = latin1.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(status(latin1), other);
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{document}");
    let big: Vec<u8> = declared.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(status(&big), other);
    assert_eq!(status([&[0xfe, 0xff], &big[..]].concat()), other);
    let little: Vec<u8> = declared.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(status([&[0xff, 0xfe], &little[..]].concat()), other);
    assert_eq!(status(declared), other, "says UTF-16, and is UTF-8");
}

#[test]
fn elements_may_come_in_any_order() {
    let ordered = "<ConnectionClearedEvent><monitorCrossRefID>1</monitorCrossRefID><droppedConnection><callID>2</callID>\
        <deviceID>3</deviceID></droppedConnection><releasingDevice><notKnown/></releasingDevice>\
        <localConnectionInfo>null</localConnectionInfo><cause>normalClearing</cause></ConnectionClearedEvent>";
    let shuffled = "<ConnectionClearedEvent><cause>normalClearing</cause><releasingDevice><notKnown/></releasingDevice>\
        <droppedConnection><deviceID>3</deviceID><callID>2</callID></droppedConnection>\
        <localConnectionInfo>null</localConnectionInfo><monitorCrossRefID>1</monitorCrossRefID></ConnectionClearedEvent>";
    assert_eq!(message(ordered), message(shuffled));
}

#[test]
fn the_right_spelling_is_read_where_the_schema_has_a_wrong_one() {
    let (_, delivered) = VECTORS[1];
    let respelt = delivered.replace(
        "<sensitiveCall>true</sensitiveCall>",
        "<maintenanceCall>true</maintenanceCall>",
    );
    let Message::Event(EventReport {
        event: Event::Delivered(event),
        ..
    }) = message(respelt)
    else {
        panic!("no event");
    };
    assert!(
        event
            .call_characteristics
            .unwrap()
            .contains(CallCharacteristics::MAINTENANCE_CALL)
    );
    let established = "<EstablishedEvent><monitorCrossRefID>1</monitorCrossRefID><establishedConnection><callID>1</callID>\
        </establishedConnection><Y><callID>2</callID></Y></EstablishedEvent>";
    let wrong = message(established.replace('Y', "originatinNIDConnection"));
    assert_eq!(message(established.replace('Y', "originatingNIDConnection")), wrong);
    assert!(String::from_utf8_lossy(&codec().encode(&wrong).unwrap()).contains("<originatinNIDConnection>"));
    let transferred = "<X><monitorCrossRefID>1</monitorCrossRefID><primaryOldCall><callID>1</callID></primaryOldCall>\
        <transferringDevice><notKnown/></transferringDevice><transferredToDevice><notKnown/></transferredToDevice>\
        <transferredConnections/></X>";
    let wrong = message(transferred.replace('X', "TransferedEvent"));
    assert_eq!(message(transferred.replace('X', "TransferredEvent")), wrong);
    assert!(matches!(
        wrong,
        Message::Event(EventReport {
            event: Event::Transferred(_),
            ..
        })
    ));
}

fn written(codec: &mut Codec) -> String {
    let response = Response::SystemStatus(Box::default());
    let frame = codec
        .encode(&Message::Response {
            id: InvokeId(12),
            response,
        })
        .unwrap();
    assert_eq!(
        (&frame[..4], &frame[4..8]),
        (&[0, 0, 0, u8::try_from(frame.len()).unwrap()][..], &b"0012"[..])
    );
    String::from_utf8(frame[8..].to_vec()).unwrap()
}

#[test]
fn what_is_written_has_the_namespace_and_prefix_of_the_first_document_that_came() {
    let mut codec = codec();
    assert!(written(&mut codec).contains("ecma-323/csta/ed3\""));
    let prefixed = format!("<c:SystemStatus xmlns:c='{ED4}'><c:systemStatus>normal</c:systemStatus></c:SystemStatus>");
    codec
        .decode(&mut BytesMut::from(&framed("0001", prefixed)[..]))
        .unwrap();
    let expected = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><c:SystemStatusResponse xmlns:c=\"{ED4}\"/>");
    assert_eq!(written(&mut codec), expected);
    let (_, later) = VECTORS[0];
    codec.decode(&mut BytesMut::from(&framed("9999", later)[..])).unwrap();
    assert_eq!(written(&mut codec), expected);
}

#[test]
fn a_style_that_was_given_is_kept() {
    let mut codec = Codec::new(Framing::Annex, Encoding::Xml(Style::edition(2)));
    codec
        .decode(&mut BytesMut::from(&framed("9999", VECTORS[0].1)[..]))
        .unwrap();
    assert!(written(&mut codec).contains("http://www.ecma.ch/standards/ecma-323/csta/ed2"));
}

#[test]
fn without_invoke_ids_an_answer_is_that_to_the_oldest_request_of_its_service() {
    let mut codec = Codec::new(Framing::Nul, Encoding::Xml(Style::edition(6)));
    let start = |id| Message::Request {
        id: InvokeId(id),
        request: Request::MonitorStart(Box::default()),
    };
    let stop = Message::Request {
        id: InvokeId(3),
        request: Request::MonitorStop(Box::default()),
    };
    for message in [start(1), start(2), stop] {
        codec.encode(&message).unwrap();
    }
    let stream = b"<MonitorStopResponse/>\0\r\n<MonitorStartResponse><monitorCrossRefID>a</monitorCrossRefID></MonitorStartResponse>\0\
        <CSTAErrorCode><operation>generic</operation></CSTAErrorCode>\0<MonitorStopResponse/>\0\
        <SystemStatus><systemStatus>normal</systemStatus></SystemStatus>\0";
    let (all, error) = decode_pieces(codec, [&stream[..]]);
    assert_eq!(error, None);
    let ids: Vec<_> = all
        .iter()
        .map(|received| match received {
            lineside_csta::Received::Message(
                Message::Response { id, .. } | Message::Error { id, .. } | Message::Request { id, .. },
            ) => id.0,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, [3, 1, 2, -1, 0]);
}
