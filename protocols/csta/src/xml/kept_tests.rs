//! An element that nobody knows, at every place of every message: it is no error, and it is written again where it stood.

use super::document::{decode, encode};
use crate::codec::Style;
use crate::every::every_message;
use crate::message::InvokeId;
use crate::schema::Chance;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeSet;

const ODD: &str = "<z:odd xmlns:z=\"urn:odd\" n=\"1\"><z:in>2</z:in> 3</z:odd>";

const VECTORS: [&str; 6] = [
    include_str!("../../tests/csta/vectors/xml/osv_CallInformationEvent.xml"),
    include_str!("../../tests/csta/vectors/xml/osv_DeliveredEvent.xml"),
    include_str!("../../tests/csta/vectors/xml/osv_MonitorStartResponse.xml"),
    include_str!("../../tests/csta/vectors/xml/osv_MonitorStop_req.xml"),
    include_str!("../../tests/csta/vectors/xml/osv_StartApplicationSessionPosResponse.xml"),
    include_str!("../../tests/csta/vectors/xml/osv_SystemRegisterResponse.xml"),
];

/// Documents with what is never made of chance.
const OTHERS: [&str; 5] = [
    "<CSTAErrorCode><operation>invalidDeviceID</operation></CSTAErrorCode>",
    "<CSTAErrorCode><unspecified/></CSTAErrorCode>",
    "<DeflectCall><callToBeDiverted><callID>1</callID></callToBeDiverted><newDestination><device>1</device>\
     <device>2</device></newDestination></DeflectCall>",
    "<AssociateData><existingCall><callID>1</callID></existingCall><correlatorData><string>0A</string></correlatorData></AssociateData>",
    "<HoldCallResponse><extensions><privateData><private><a>1</a></private></privateData></extensions></HoldCallResponse>",
];

/// Where any element is one of the vendor's own, which is read by its name and text.
const VENDORS: &str = "applicationSpecificInfo/";

/// What the vectors tell that it is not so.
const UNSET: [&str; 2] = ["mediaClass/image/", "mediaClass/message/"];

/// Every element with a start and an end tag.
fn open(document: &str) -> String {
    let mut xml = Reader::from_str(document);
    let (mut out, mut from) = (String::new(), 0);
    loop {
        let event = xml.read_event().unwrap();
        let to = usize::try_from(xml.buffer_position()).unwrap();
        let source = document.get(from..to).unwrap();
        match event {
            Event::Empty(empty) => {
                out.push_str(source.strip_suffix("/>").unwrap());
                out.push_str(&format!("></{}>", empty.name().0));
            }
            Event::Eof => return out,
            _ => out.push_str(source),
        }
        from = to;
    }
}

/// Every place behind a start tag or before an end tag, with the names of the elements around it.
fn places(document: &str) -> Vec<(usize, String)> {
    let mut xml = Reader::from_str(document);
    let (mut around, mut places, mut from) = (Vec::new(), Vec::new(), 0);
    loop {
        let event = xml.read_event().unwrap();
        let to = usize::try_from(xml.buffer_position()).unwrap();
        let way = |around: &[String]| around.iter().map(|name| format!("{name}/")).collect::<String>();
        match event {
            Event::Start(start) => {
                around.push(start.local_name().as_ref().to_owned());
                places.push((to, way(&around)));
            }
            Event::End(_) => {
                places.push((from, way(&around)));
                around.pop();
            }
            Event::Eof => return places,
            _ => {}
        }
        from = to;
    }
}

/// A message as it was read, for a look at what it keeps, and as it is written again.
fn read_and_written(document: &str) -> (String, String) {
    let read = decode(document.as_bytes()).unwrap_or_else(|error| panic!("{error}: {document}"));
    let message = read.content.with(InvokeId(1));
    (
        format!("{message:?}"),
        open(&encode(&message, &Style::edition(6)).unwrap()),
    )
}

/// Of how many places nothing was lost.
fn is_kept(document: &str, lost: &mut BTreeSet<String>) -> usize {
    let document = open(document);
    let (_, plain) = read_and_written(&document);
    let places = places(&document);
    for (at, way) in places.iter().filter(|(_, way)| !way.contains(VENDORS)) {
        let (before, behind) = document.split_at(*at);
        let with = [before, ODD, behind].concat();
        let (read, again) = read_and_written(&with);
        let there = self::places(&again).into_iter();
        let mut odd = there.filter_map(|(_, way)| way.strip_suffix("odd/").map(str::to_owned));
        let is_written = odd.next().as_ref() == Some(way) && again.replacen(ODD, "", 1) == plain;
        // A flag that is not set is not written.
        let may_be_read_only = UNSET.iter().any(|unset| way.ends_with(unset)) && again == plain;
        let is_kept = is_written || may_be_read_only && read.contains("/odd (");
        if !is_kept {
            lost.insert(format!("{way}: {again}"));
        }
    }
    places.len()
}

#[test]
fn an_element_that_nobody_knows_is_kept_at_every_place_of_every_message() {
    let (mut count, mut lost) = (0, BTreeSet::new());
    for document in VECTORS.iter().chain(&OTHERS) {
        count += is_kept(document, &mut lost);
    }
    for seed in 0..2 {
        for (kind, message, _) in every_message(&mut Chance::new(seed, seed % 2 == 0)) {
            if ["EscapeArgument", "PrivateEvent"].contains(&kind.as_str()) {
                continue;
            }
            count += is_kept(&encode(&message, &Style::edition(6)).unwrap(), &mut lost);
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(count > 10_000, "{count}");
}
