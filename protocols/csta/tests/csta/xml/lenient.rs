//! What a peer may write otherwise than we do.

use crate::support::{codec, message, received, refusal};
use bytes::BytesMut;
use lineside_csta::types::{AgentState, CstaObject, DeviceId, LocalConnectionState, TypeOfNumber};
use lineside_csta::{Event, Message, Received, Request, Response};

/// An event of a call, with this in it.
fn delivered(more: &str) -> String {
    format!(
        "<DeliveredEvent><monitorCrossRefID>7</monitorCrossRefID><connection><callID>c1</callID><deviceID>2002</deviceID></connection>\
         <alertingDevice><deviceIdentifier>2002</deviceIdentifier></alertingDevice><callingDevice><notKnown/></callingDevice>\
         <calledDevice><deviceIdentifier>2002</deviceIdentifier></calledDevice><lastRedirectionDevice><notRequired/></lastRedirectionDevice>\
         {more}</DeliveredEvent>"
    )
}

fn event(document: impl AsRef<[u8]>) -> lineside_csta::types::DeliveredEvent {
    match message(document) {
        Message::Event(report) => match report.event {
            Event::Delivered(event) => *event,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn written(message: &Message) -> String {
    let frame = codec().encode(message).unwrap();
    String::from_utf8(frame[8..].to_vec()).unwrap()
}

#[test]
fn an_instruction_for_others_is_passed_over() {
    let document = format!(
        "<?xml version='1.0'?><?xml-stylesheet href='a'?>{}<?end?>",
        delivered("<?a b?>")
    );
    assert_eq!(event(&document), event(delivered("")));
}

#[test]
fn a_word_or_number_that_is_left_empty_is_missing() {
    let told = event(delivered("<localConnectionInfo/><cause> </cause>"));
    assert_eq!((told.local_connection_info, told.cause), (None, None));
    let Message::Event(report) = message(
        "<QueuedEvent><monitorCrossRefID>7</monitorCrossRefID><queuedConnection><callID>c1</callID></queuedConnection>\
         <numberQueued/><callsInFront>3</callsInFront></QueuedEvent>",
    ) else {
        panic!("no event")
    };
    let Event::Queued(queued) = report.event else {
        panic!("another event")
    };
    assert_eq!((queued.number_queued, queued.calls_in_front), (None, Some(3)));
}

#[test]
fn a_boolean_may_have_a_capital_letter() {
    for (text, on) in [("True", true), ("FALSE", false), ("1", true), (" false ", false)] {
        let Message::Response {
            response: Response::GetDoNotDisturb(told),
            ..
        } = message(format!(
            "<GetDoNotDisturbResponse><doNotDisturbOn>{text}</doNotDisturbOn></GetDoNotDisturbResponse>"
        ))
        else {
            panic!("no answer")
        };
        assert_eq!(told.do_not_disturb_on, on, "{text}");
    }
    assert!(
        refusal("<SetDoNotDisturb><device>1</device><doNotDisturbOn>maybe</doNotDisturbOn></SetDoNotDisturb>")
            .contains("SetDoNotDisturb/doNotDisturbOn: \"maybe\" is no boolean")
    );
}

#[test]
fn data_that_is_no_hexadecimal_digits_is_the_text_that_it_is() {
    let told = event(delivered(
        "<correlatorData><string>order 4711</string></correlatorData>",
    ));
    assert_eq!(told.correlator_data.unwrap().data.0.as_ref(), b"order 4711");
    let told = event(delivered("<correlatorData><string>4F4B</string></correlatorData>"));
    assert_eq!(told.correlator_data.unwrap().data.0.as_ref(), b"OK");
}

#[test]
fn what_the_element_of_a_device_carries_is_given_back() {
    let document = "<MonitorStart><monitorObject><deviceObject typeOfNumber=\"dialingNumber\" mediaClass=\"voice\" bitRate=\"constant\" \
                    xmlns:x=\"y\" x:z=\"1\">2001</deviceObject></monitorObject></MonitorStart>";
    let read = message(document);
    let text = written(&read);
    assert!(
        text.contains("<deviceObject mediaClass=\"voice\" bitRate=\"constant\">2001</deviceObject>"),
        "{text}"
    );
}

#[test]
fn a_sort_of_number_that_is_not_known_is_given_back() {
    let document = "<MonitorStart><monitorObject><deviceObject typeOfNumber=\"vendor:own\">2001</deviceObject></monitorObject></MonitorStart>";
    let read = message(document);
    let Message::Request {
        request: Request::MonitorStart(start),
        ..
    } = &read
    else {
        panic!("{read:?}")
    };
    let CstaObject::Device(device) = &start.monitor_object else {
        panic!("{start:?}")
    };
    assert_eq!(
        (device.type_of_number, device.number()),
        (TypeOfNumber::DialingNumber, "2001")
    );
    assert!(written(&read).contains("<deviceObject typeOfNumber=\"vendor:own\">2001<"));
}

#[test]
fn what_an_answer_says_beyond_that_it_was_done_is_kept() {
    let read = message("<AnswerCallResponse><vendorTicket xmlns=\"v\">9</vendorTicket></AnswerCallResponse>");
    let text = written(&read);
    assert!(
        text.contains("<vendorTicket xmlns=\"v\">9</vendorTicket></AnswerCallResponse>"),
        "{text}"
    );
}

#[test]
fn text_may_come_in_pieces_of_any_sort() {
    let document = delivered("<localConnectionInfo>al<!-- c --><![CDATA[ert]]>&#x69;&#110;g</localConnectionInfo>");
    assert_eq!(
        event(&document).local_connection_info,
        Some(LocalConnectionState::Alerting)
    );
    let mut numbered = event(delivered(""));
    numbered.calling_device = DeviceId::dialled("a&b<c>").into();
    let read = message(delivered("").replace(
        "<callingDevice><notKnown/>",
        "<callingDevice><deviceIdentifier>a&amp;b&lt;<![CDATA[c>]]></deviceIdentifier>",
    ));
    let Message::Event(report) = read else {
        panic!("no event")
    };
    assert_eq!(report.event, Event::Delivered(Box::new(numbered)));
}

#[test]
fn a_document_may_be_in_any_of_the_usual_encodings() {
    let text = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><MonitorStart><monitorObject><deviceObject>Jürgen</deviceObject>\
             </monitorObject></MonitorStart>"
        )
    };
    let name = |bytes: Vec<u8>| match message(bytes) {
        Message::Request {
            request: Request::MonitorStart(start),
            ..
        } => match start.monitor_object {
            CstaObject::Device(device) => device.number().to_owned(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let latin = |text: String| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect::<Vec<u8>>()
    };
    let utf16 = |text: String, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for bytes in [
        text("UTF-8").into_bytes(),
        [b"\xef\xbb\xbf", text("UTF-8").as_bytes()].concat(),
        latin(text("ISO-8859-1")),
        latin(text("Windows-1252")),
        [vec![0xff, 0xfe], utf16(text("UTF-16"), u16::to_le_bytes)].concat(),
        [vec![0xfe, 0xff], utf16(text("UTF-16"), u16::to_be_bytes)].concat(),
        utf16(text("UTF-16"), u16::to_le_bytes),
    ] {
        assert_eq!(name(bytes), "Jürgen");
    }
    let euro = text("windows-1252").replace("Jürgen", "~").into_bytes();
    let euro: Vec<u8> = euro
        .into_iter()
        .map(|byte| if byte == b'~' { 0x80 } else { byte })
        .collect();
    assert_eq!(name(euro), "€");
    let refusal = refusal(text("Shift_JIS"));
    assert!(
        refusal.contains("the encoding Shift_JIS: expected an encoding out of UTF-8"),
        "{refusal}"
    );
}

#[test]
fn elements_may_come_in_any_order_and_with_any_prefix() {
    let plain = "<GetAgentStateResponse><agentStateList><agentStateEntry><agentInfo><agentInfoItem><agentState>agentReady</agentState>\
                 <acdGroup>3000</acdGroup></agentInfoItem></agentInfo><loggedOnState>true</loggedOnState><agentID>7</agentID>\
                 </agentStateEntry></agentStateList></GetAgentStateResponse>";
    let prefixed = plain
        .replace("</", "\u{1}")
        .replace('<', "<q:")
        .replace('\u{1}', "</q:");
    let prefixed = prefixed.replacen(
        '>',
        " xmlns:q='http://www.ecma-international.org/standards/ecma-323/csta/ed6'>",
        1,
    );
    for document in [plain.to_owned(), prefixed] {
        let Message::Response {
            response: Response::GetAgentState(told),
            ..
        } = message(&document)
        else {
            panic!("{document}")
        };
        let entry = &told.agent_state_list.0[0];
        assert_eq!(entry.agent_id.as_ref().unwrap().text(), "7");
        let info = &entry.agent_info.as_ref().unwrap().0[0];
        assert_eq!(
            (&info.agent_state, info.acd_group.as_ref().unwrap().number()),
            (&AgentState::AgentReady, "3000")
        );
    }
}

#[test]
fn what_is_kept_takes_no_more_memory_than_its_bound() {
    // Each of the elements would carry a name of a namespace that is nearly half of the frame.
    let long = "n".repeat(30_000);
    let document = format!(
        "<MonitorStop xmlns='{long}'><monitorCrossRefID>1</monitorCrossRefID>{}</MonitorStop>",
        "<a/>".repeat(8_000)
    );
    assert!(refusal(document).contains("bytes of namespaces in what is not known"));
    let many: String = (0..4_000).map(|at| format!(" xmlns:n{at}=''")).collect();
    assert!(refusal(format!("<MonitorStop{many}/>")).contains("more than 64 namespaces are declared"));
}

#[test]
fn a_document_of_many_odd_elements_with_many_namespaces_is_read() {
    let declared: String = (0..60).map(|at| format!(" xmlns:n{at}='u{at}'")).collect();
    let document = format!(
        "<MonitorStop{declared}><monitorCrossRefID>1</monitorCrossRefID>{}</MonitorStop>",
        "<n1:a n2:b='' n3:c=''/>".repeat(2_700)
    );
    assert!(matches!(received(&document), Received::Message(_)));
}

#[test]
fn a_list_has_a_bound() {
    let document = format!(
        "<GetForwardingResponse><forwardingList>{}</forwardingList></GetForwardingResponse>",
        "<x/>".repeat(9_000)
    );
    assert!(
        matches!(received(document), Received::Message(_)),
        "what is no item counts for none"
    );
    // In BER an item may have two bytes.
    let items = [0x30, 0].repeat(20_000);
    let list = [&[0x30, 0x82][..], &40_000_u16.to_be_bytes(), &items].concat();
    let result = [
        &[2, 2, 0x01, 0x35, 0x30, 0x82][..],
        &u16::try_from(list.len()).unwrap().to_be_bytes(),
        &list,
    ]
    .concat();
    let sequence = [
        &[2, 1, 1, 0x30, 0x82][..],
        &u16::try_from(result.len()).unwrap().to_be_bytes(),
        &result,
    ]
    .concat();
    let apdu = [
        &[0xa2, 0x82][..],
        &u16::try_from(sequence.len()).unwrap().to_be_bytes(),
        &sequence,
    ]
    .concat();
    let frame = [&u16::try_from(apdu.len()).unwrap().to_be_bytes()[..], &apdu].concat();
    // The first message tells what the framing is, and is a short one.
    let status = [&[0, 12][..], &[0xa1, 10, 2, 1, 1, 2, 1, 52, 10, 1, 2, 0][..12]].concat();
    let mut codec = lineside_csta::Codec::new(
        lineside_csta::Framing::Length16,
        lineside_csta::Encoding::Ber(lineside_csta::Phase::III),
    );
    let mut input = BytesMut::from(&[&status[..], &frame].concat()[..]);
    let _first = codec.decode(&mut input);
    let second = codec.decode(&mut input);
    let Ok(Some(Received::Unreadable { error, .. })) = &second else {
        panic!("{second:?}")
    };
    assert!(error.to_string().contains("more than 8192"), "{error}");
}
