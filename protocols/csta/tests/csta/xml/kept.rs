//! What is not known is kept, whole, and can be written elsewhere.

use crate::support::{codec, message};
use lineside_csta::{Event, EventReport, InvokeId, Message, Request, Response, Unknown};

fn other(content: &Unknown) -> (&str, &str) {
    match content {
        Unknown::Xml { name, document } => (name, document),
        Unknown::Ber(_) => panic!("BER"),
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
