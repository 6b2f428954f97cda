//! What Avaya AE Services asks for besides the standard.

use bytes::BytesMut;
use lineside_csta::avaya::{self, GetThirdPartyDeviceId, ReleaseDeviceId};
use lineside_csta::types::*;
use lineside_csta::{Codec, Encoding, Framing, InvokeId, Message, Received, Request, Response, Rest, Style, Unknown};
use lineside_wire::Private;

const NAMESPACE: &str = "http://www.avaya.com/csta";

/// A document as it comes from a server, read.
fn read(document: &str) -> Message {
    let mut codec = Codec::new(Framing::Nul, Encoding::Xml(Style::edition(3)));
    match codec.decode(&mut BytesMut::from(format!("{document}\0").as_bytes())) {
        Ok(Some(Received::Message(message))) => message,
        other => panic!("{other:?}"),
    }
}

fn written(message: &Message) -> String {
    let mut codec = Codec::new(Framing::Nul, Encoding::Xml(Style::edition(3)));
    let bytes = codec.encode(message).unwrap();
    String::from_utf8(bytes[..bytes.len() - 1].to_vec()).unwrap()
}

fn asked(request: Request) -> String {
    let id = InvokeId(1);
    written(&Message::Request { id, request })
}

fn name_in(document: &str) -> Option<Result<DeviceId, lineside_csta::DecodeError>> {
    match read(document) {
        Message::Response { response, .. } => GetThirdPartyDeviceId::answer(&response),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_device_is_asked_for_by_switch_and_extension() {
    let ask = GetThirdPartyDeviceId {
        switch_name: "avaya".to_owned(),
        extension: Private::new("4750".to_owned()),
    };
    let document = asked(ask.request(NAMESPACE));
    assert_eq!(
        document,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><GetThirdPartyDeviceId xmlns=\"http://www.avaya.com/csta\">\
         <switchName>avaya</switchName><extension>4750</extension></GetThirdPartyDeviceId>"
    );
    let Message::Request { request, .. } = read(&document) else {
        panic!()
    };
    assert_eq!(GetThirdPartyDeviceId::read(&request), Some(Ok(ask)));
    assert_eq!(ReleaseDeviceId::read(&request), None);
}

#[test]
fn what_is_asked_for_is_written_so_that_no_text_ends_its_element() {
    let ask = GetThirdPartyDeviceId {
        switch_name: "a<b>&\"c".to_owned(),
        extension: Private::new("</extension>".to_owned()),
    };
    let Message::Request { request, .. } = read(&asked(ask.request(NAMESPACE))) else {
        panic!()
    };
    assert_eq!(GetThirdPartyDeviceId::read(&request), Some(Ok(ask)));
}

#[test]
fn the_name_that_is_answered_stands_in_requests_with_its_attributes() {
    for document in [
        "<GetThirdPartyDeviceIdResponse xmlns=\"http://www.avaya.com/csta\"><device>4750:avaya::0</device></GetThirdPartyDeviceIdResponse>",
        "<a:GetThirdPartyDeviceIdResponse xmlns:a=\"http://www.avaya.com/csta\"><a:device typeOfNumber=\"other\" mediaClass=\"notKnown\" \
         bitRate=\"constant\"> 4750:avaya::0\n</a:device></a:GetThirdPartyDeviceIdResponse>",
    ] {
        let device = name_in(document).unwrap().unwrap();
        assert_eq!(device, avaya::device("4750:avaya::0"));
        let document = asked(Request::GetAgentState(Box::new(GetAgentState {
            device,
            ..GetAgentState::default()
        })));
        let element = "<device typeOfNumber=\"other\" mediaClass=\"notKnown\">4750:avaya::0</device>";
        assert!(document.contains(element), "{document}");
    }
}

#[test]
fn an_answer_without_a_name_is_none() {
    for document in [
        "<GetThirdPartyDeviceIdResponse/>",
        "<GetThirdPartyDeviceIdResponse><device/></GetThirdPartyDeviceIdResponse>",
        "<GetThirdPartyDeviceIdResponse><device>  </device></GetThirdPartyDeviceIdResponse>",
    ] {
        assert!(name_in(document).unwrap().is_err(), "{document}");
    }
    assert_eq!(
        name_in("<GetDeviceIdResponse><device>1</device></GetDeviceIdResponse>"),
        None
    );
}

#[test]
fn what_a_server_writes_is_read() {
    let device = avaya::device("4750:avaya:10.0.0.1:0");
    let response = GetThirdPartyDeviceId::response(&device, NAMESPACE);
    let id = InvokeId(1);
    assert_eq!(
        name_in(&written(&Message::Response { id, response })),
        Some(Ok(device.clone()))
    );
    let release = ReleaseDeviceId { device };
    let Message::Request { request, .. } = read(&asked(release.request(NAMESPACE))) else {
        panic!()
    };
    assert_eq!(ReleaseDeviceId::read(&request), Some(Ok(release)));
    let done = ReleaseDeviceId::response(NAMESPACE);
    assert!(matches!(&done, Response::Other { .. }));
    let id = InvokeId(2);
    assert!(matches!(
        read(&written(&Message::Response { id, response: done })),
        Message::Response { .. }
    ));
}

#[test]
fn the_number_is_read_out_of_a_name_whatever_its_form() {
    for (name, number) in [
        ("4750:avaya::0", "4750"),
        ("4750:avaya:10.0.0.1:0", "4750"),
        ("4750:avaya:fd00::1:12", "4750"),
        ("4750:::0", "4750"),
        ("989150603267:ADACs8300::0", "989150603267"),
        ("*99#:avaya::0", "*99#"),
        ("T5#1:avaya::0", "T5#1"),
        // These are none.
        ("4750", "4750"),
        ("", ""),
        (":avaya::0", ":avaya::0"),
        ("4750:avaya:0", "4750:avaya:0"),
        ("4750:avaya::", "4750:avaya::"),
        ("4750:avaya::x", "4750:avaya::x"),
        (":::", ":::"),
        ("tel:+4930123", "tel:+4930123"),
        ("sip:4750@10.0.0.1:5060", "sip:4750@10.0.0.1:5060"),
        ("sip:4750@[fd00::1]:5060", "sip:4750@[fd00::1]:5060"),
        ("N<4750>a:b::0", "4750"),
    ] {
        assert_eq!(DeviceId::dialled(name).number(), number, "{name}");
    }
}

#[test]
fn a_monitor_that_tells_what_it_is_told_to_says_so_beside_its_filter() {
    let start = MonitorStart {
        monitor_object: CstaObject::Device(avaya::device("4750:avaya::0")),
        requested_monitor_filter: Some(MonitorFilter {
            call_control: Some(CallControlEvents::HELD),
            ..MonitorFilter::default()
        }),
        extensions: Some(avaya::inverted_filter(NAMESPACE)),
        ..MonitorStart::default()
    };
    let document = asked(Request::MonitorStart(Box::new(start)));
    let beside = "<extensions><privateData><private><AvayaEvents xmlns=\"\"><invertFilter xmlns=\"http://www.avaya.com/csta\">true\
                  </invertFilter></AvayaEvents></private></privateData></extensions>";
    assert!(document.contains(beside), "{document}");
    let Message::Request {
        request: Request::MonitorStart(start),
        ..
    } = read(&document)
    else {
        panic!()
    };
    assert!(avaya::inverts_filter(&start.extensions.unwrap()));
}

#[test]
fn what_is_beside_a_filter_inverts_it_only_where_it_says_so() {
    let beside = |private: &str| CommonArguments {
        private_data: PrivateDataList(Rest(vec![Unknown::Xml {
            name: "private".into(),
            document: private.into(),
        }])),
        ..CommonArguments::default()
    };
    // As another client writes it: in the namespace of the document.
    let plain = "<private><AvayaEvents><invertFilter>true</invertFilter></AvayaEvents></private>";
    assert!(avaya::inverts_filter(&beside(plain)));
    for private in [
        "<private><AvayaEvents><invertFilter>false</invertFilter></AvayaEvents></private>",
        "<private><AvayaEvents/></private>",
        "<private><invertFilter>true</invertFilter></private>",
        "<private>",
        "",
    ] {
        assert!(!avaya::inverts_filter(&beside(private)), "{private}");
    }
    assert!(!avaya::inverts_filter(&CommonArguments::default()));
}
