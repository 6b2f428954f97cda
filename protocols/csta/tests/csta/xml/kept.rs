//! What is not known is kept, whole, and can be written elsewhere.

use crate::support::{codec, message};
use lineside_csta::{Event, EventReport, InvokeId, Message, Request, Response, Unknown};

fn other(content: &Unknown) -> (&str, &str) {
    match content {
        Unknown::Xml { name, document } => (name, document),
        Unknown::Ber(_) => panic!("BER"),
        Unknown::Within(within) => panic!("{within:?}"),
    }
}

#[test]
fn a_request_response_or_event_that_is_not_known_is_kept_whole() {
    let Message::Request {
        request: Request::Other { content, .. },
        ..
    } = message("<loginRequest type=\"User\"><pwd>1</pwd></loginRequest>")
    else {
        panic!("no request");
    };
    assert_eq!(
        other(&content),
        (
            "loginRequest",
            "<loginRequest type=\"User\"><pwd>1</pwd></loginRequest>"
        )
    );
    let Message::Response {
        response: Response::Other { content, .. },
        ..
    } = message("<FrobResponse xmlns='x'/>")
    else {
        panic!("no response");
    };
    assert_eq!(other(&content), ("FrobResponse", "<FrobResponse xmlns='x'/>"));
    assert!(
        !format!("{content:?}").contains("xmlns"),
        "what is in it may be about persons"
    );
    let odd = "<x:OddEvent xmlns:x='y'><x:monitorCrossRefID> 5 </x:monitorCrossRefID><x:more/></x:OddEvent>";
    let Message::Event(EventReport {
        monitor_cross_ref_id,
        event: Event::Other(content),
    }) = message(odd)
    else {
        panic!("no event");
    };
    assert_eq!(
        (other(&content), monitor_cross_ref_id.text().as_str()),
        (("OddEvent", odd), "5")
    );
}

#[test]
fn a_vendors_own_in_place_of_correlator_data_is_kept() {
    let document = "<AssociateData><existingCall><callID>1</callID></existingCall><correlatorData><private><a xmlns=\"b\">1</a></private>\
        </correlatorData></AssociateData>";
    let read = message(document);
    let frame = codec().encode(&read).unwrap();
    let written = String::from_utf8(frame[8..].to_vec()).unwrap();
    assert!(
        written.contains("<a xmlns=\"b\">1</a></private></correlatorData>"),
        "{written}"
    );
}

#[test]
fn what_is_not_known_is_written_as_it_came() {
    let read = message("<x:Odd xmlns:x='y'>1 &lt; 2<!-- c --></x:Odd>");
    let frame = codec().encode(&read).unwrap();
    let document = String::from_utf8(frame[8..].to_vec()).unwrap();
    assert_eq!(
        document,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><x:Odd xmlns:x='y'>1 &lt; 2<!-- c --></x:Odd>"
    );
}

#[test]
fn an_element_that_is_kept_carries_the_declarations_that_it_uses() {
    let read = message(
        "<v:MonitorStop xmlns:v='V' xmlns:s='S&amp;\"' xmlns:unused='U' xmlns='D'><monitorCrossRefID>1</monitorCrossRefID>\
         <s:a k='1'><b/></s:a><s:c/><b xmlns='E' s:k='2'/></v:MonitorStop>",
    );
    let Message::Request {
        id,
        request: Request::MonitorStop(stop),
    } = &read
    else {
        panic!("{read:?}")
    };
    assert_eq!(*id, InvokeId(7));
    let kept: Vec<_> = stop.rest.0.iter().map(other).collect();
    assert_eq!(
        kept,
        [
            ("a", "<s:a xmlns=\"D\" xmlns:s='S&amp;\"' k='1'><b/></s:a>"),
            ("c", "<s:c xmlns:s='S&amp;\"'/>"),
            ("b", "<b xmlns:s='S&amp;\"' xmlns='E' s:k='2'/>"),
        ]
    );
}

#[test]
fn what_stood_deeper_says_where() {
    let document = "<ConferencedEvent><monitorCrossRefID>1</monitorCrossRefID><primaryOldCall><callID>1</callID><x/></primaryOldCall>\
         <conferencingDevice><deviceIdentifier>1</deviceIdentifier></conferencingDevice><addedParty><notKnown/><y>2</y></addedParty>\
         <conferenceConnections><z/><connectionListItem><oldConnection><callID>2</callID></oldConnection></connectionListItem>\
         <connectionListItem><newConnection><callID>3</callID><v/></newConnection></connectionListItem></conferenceConnections>\
         <cause>conference</cause><servicesPermitted><callControlServices><holdCall>true</holdCall><teleportCall>true</teleportCall>\
         </callControlServices></servicesPermitted></ConferencedEvent>";
    let Message::Event(EventReport {
        event: Event::Conferenced(event),
        ..
    }) = message(document)
    else {
        panic!("no event");
    };
    let way = |unknown: &Unknown| match unknown {
        Unknown::Within(within) => {
            let steps = within.place.iter().map(|step| format!("{step}/"));
            steps.collect::<String>() + other(&within.element).0
        }
        other => panic!("{other:?}"),
    };
    let kept: Vec<_> = event.rest.0.iter().map(way).collect();
    assert_eq!(kept, ["primaryOldCall/x", "addedParty/y", "conferenceConnections/z"]);
    let item = &event.conference_connections.0[1];
    assert_eq!(item.rest.0.iter().map(way).collect::<Vec<_>>(), ["newConnection/v"]);
    let permitted = event.services_permitted.unwrap();
    assert_eq!(
        permitted.rest.0.iter().map(way).collect::<Vec<_>>(),
        ["callControlServices/teleportCall"]
    );
}

#[test]
fn one_that_is_known_is_what_a_choice_is_whatever_stands_beside_it() {
    for beside in [
        "<odd/><operation>invalidDeviceID</operation>",
        "<operation>invalidDeviceID</operation><odd/>",
    ] {
        let Message::Error { error, rest, .. } = message(format!("<CSTAErrorCode>{beside}</CSTAErrorCode>")) else {
            panic!("no error");
        };
        assert_eq!(error.native(), "operation: invalidDeviceID");
        assert_eq!(
            rest.0.iter().map(other).collect::<Vec<_>>(),
            [("odd", "<odd xmlns=\"\"/>")]
        );
    }
}

#[test]
fn what_stands_beside_a_choice_keeps_its_order() {
    let document =
        "<MonitorStart><monitorObject><x/><deviceObject>1</deviceObject><y/><z/></monitorObject></MonitorStart>";
    let mut read = message(document);
    for _ in 0..3 {
        let Message::Request {
            request: Request::MonitorStart(start),
            ..
        } = &read
        else {
            panic!("{read:?}")
        };
        assert_eq!(
            format!("{:?}", start.rest),
            "Rest([monitorObject/x (13 bytes), monitorObject/y (13 bytes), monitorObject/z (13 bytes)])"
        );
        let frame = codec().encode(&read).unwrap();
        read = message(&frame[8..]);
    }
}
