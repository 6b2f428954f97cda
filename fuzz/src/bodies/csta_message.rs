//! Messages built as the bytes say: documents out of names of ECMA-323, elements out of tags of ECMA-285, in every way in which they may be
//! written. Each is a message or is refused by itself, and what is read can be written, and is then read the same.

use super::{csta_ber, csta_xml};
use bytes::BytesMut;
use lineside_csta::{Codec, Encoding, Framing, Message, Phase, Received, Style};

/// Roots, and what stands in them: names that many types have, and some that few have.
const ROOTS: [&str; 20] = [
    "DeliveredEvent",
    "EstablishedEvent",
    "TransferedEvent",
    "ConferencedEvent",
    "ConnectionClearedEvent",
    "QueuedEvent",
    "AgentWorkingAfterCallEvent",
    "ForwardingEvent",
    "PrivateEvent",
    "MonitorStart",
    "MonitorStartResponse",
    "MakeCall",
    "MakeCallResponse",
    "SnapshotDeviceResponse",
    "SnapshotDeviceData",
    "SwitchingFunctionDevices",
    "GetAgentStateResponse",
    "CSTAErrorCode",
    "SystemStatus",
    "StartApplicationSessionPosResponse",
];
const NAMES: [&str; 40] = [
    "monitorCrossRefID",
    "connection",
    "primaryOldCall",
    "transferredConnections",
    "connectionListItem",
    "newConnection",
    "oldConnection",
    "endpoint",
    "callID",
    "deviceID",
    "deviceIdentifier",
    "alertingDevice",
    "callingDevice",
    "calledDevice",
    "lastRedirectionDevice",
    "notKnown",
    "numberDialed",
    "localConnectionInfo",
    "cause",
    "correlatorData",
    "string",
    "private",
    "extensions",
    "privateData",
    "servicesPermitted",
    "callControlServices",
    "answerCall",
    "monitorObject",
    "deviceObject",
    "crossRefIDorSnapshotData",
    "snapshotData",
    "snapshotDeviceResponseInfo",
    "localCallState",
    "compoundCallState",
    "localConnectionState",
    "deviceList",
    "device",
    "operation",
    "systemStatus",
    "vendorOwn",
];
const TEXTS: [&str; 16] = [
    "",
    " ",
    "7",
    "-1",
    "99999999999999999999",
    "true",
    "False",
    "connected",
    "newCall",
    "odd word",
    "4F4B",
    "N&lt;2001&gt;Smith",
    "&#x41;&#66;",
    "<![CDATA[<a>&]]>",
    "J\u{fc}rgen",
    "<!-- c -->x<?a b?>",
];
const CODES: [u8; 20] = [1, 2, 3, 5, 6, 7, 8, 10, 12, 13, 15, 16, 21, 31, 51, 52, 71, 73, 74, 75];

/// The bytes, taken one by one; zeros behind them.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = usize::from(self.next());
        choices.get(at.checked_rem(choices.len())?).copied()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(crate) fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    match bytes.next() & 1 {
        0 => in_xml(&mut bytes),
        _ => in_ber(&mut bytes),
    }
}

fn in_xml(bytes: &mut Bytes<'_>) {
    let prefix = ["", "q:", "a.b-c:"].get(usize::from(bytes.next() % 3)).copied();
    let prefix = prefix.unwrap_or_default();
    let root = bytes.one_of(&ROOTS).unwrap_or_default();
    let mut document = format!("<{prefix}{root}");
    if let Some(name) = prefix.strip_suffix(':') {
        document.push_str(&format!(" xmlns:{name}='urn:x' xmlns='urn:y'"));
    }
    document.push('>');
    while !bytes.is_empty() && document.len() < 20_000 {
        element(bytes, prefix, 1, &mut document);
    }
    document.push_str(&format!("</{prefix}{root}>"));
    let framed = csta_xml::frame(Framing::Annex, document.as_bytes());
    let mut codec = Codec::new(Framing::Annex, Encoding::Xml(Style::default()));
    let read = codec.decode(&mut BytesMut::from(&framed[..]));
    if let Some(message) = message(read.ok().flatten()) {
        csta_xml::written_and_read(&message);
    }
}

fn element(bytes: &mut Bytes<'_>, prefix: &str, depth: u8, out: &mut String) {
    let name = bytes.one_of(&NAMES).unwrap_or_default();
    let how = bytes.next();
    let attributes = match how & 0x30 {
        0x10 => " typeOfNumber='dynamic' bitRate=\"constant\"",
        0x20 => " typeOfNumber='odd'",
        _ => "",
    };
    out.push_str(&format!("<{prefix}{name}{attributes}>"));
    match how % 4 {
        0 | 1 => out.push_str(bytes.one_of(&TEXTS).unwrap_or_default()),
        _ if depth < 8 => (0..how % 5).for_each(|_| element(bytes, prefix, depth + 1, out)),
        _ => {}
    }
    out.push_str(&format!("</{prefix}{name}>\n"));
}

fn in_ber(bytes: &mut Bytes<'_>) {
    let phase = match bytes.next() % 3 {
        0 => Phase::I,
        1 => Phase::II,
        _ => Phase::III,
    };
    let kind = bytes.next() % 5;
    // CSTA has one error: another would be written as that.
    let code = bytes.one_of(&CODES).filter(|_| kind != 3).unwrap_or(1);
    let mut content = vec![2, 1, bytes.next(), 2, 1, code];
    if kind == 2 {
        let mut result = vec![2, 1, code];
        elements(bytes, 0, &mut result);
        content.truncate(3);
        tagged(0x30, bytes.next(), &result, &mut content);
    } else {
        elements(bytes, 0, &mut content);
    }
    let mut apdu = Vec::new();
    tagged(0xa0 | kind, 0, &content, &mut apdu);
    let framed = csta_ber::frame(Framing::HiPath, &apdu);
    let mut codec = Codec::new(Framing::HiPath, Encoding::Ber(phase));
    let read = codec.decode(&mut BytesMut::from(&framed[..]));
    if let Some(message) = message(read.ok().flatten()) {
        csta_ber::written_and_read(&message, codec.phase().unwrap_or(phase));
    }
}

fn elements(bytes: &mut Bytes<'_>, depth: u8, out: &mut Vec<u8>) {
    for _ in 0..=bytes.next() % 6 {
        if bytes.is_empty() || out.len() > 4_000 {
            return;
        }
        let (tag, how) = (bytes.next(), bytes.next());
        // Of many bytes a tag may have only those that do not begin one of several.
        let tag = if tag & 0x1f == 0x1f { tag & 0xe0 } else { tag };
        let mut content = Vec::new();
        if tag & 0x20 != 0 && depth < 8 {
            elements(bytes, depth + 1, &mut content);
        } else {
            content.extend((0..how % 7).map(|_| bytes.next()));
        }
        tagged(tag, how, &content, out);
    }
}

/// An element with its length in one of the ways that there are.
fn tagged(tag: u8, how: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    match how >> 5 {
        0..=3 if content.len() < 0x80 => out.push(length[1]),
        4 if tag & 0x20 != 0 => {
            out.push(0x80);
            out.extend(content);
            out.extend([0, 0]);
            return;
        }
        5 => out.extend([0x84, 0, 0, length[0], length[1]]),
        _ => out.extend([0x82, length[0], length[1]]),
    }
    out.extend(content);
}

/// What was read; in a whole frame there is a message, or none.
fn message(read: Option<Received>) -> Option<Message> {
    assert!(read.is_some(), "a whole frame is neither a message nor refused");
    match read {
        Some(Received::Message(message)) => Some(message),
        Some(Received::Unreadable { error, .. }) => {
            assert!(!error.to_string().is_empty());
            None
        }
        None => None,
    }
}
