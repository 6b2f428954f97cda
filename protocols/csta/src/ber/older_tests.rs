//! The bytes of Phases I and II, by hand from what two implementations of Phase I have (see `older`).

use super::Phase;
use super::apdu::{decode, encode};
use crate::message::{Event, EventReport, InvokeId, Message, Request, Response};
use crate::schema::Octets;
use crate::types::*;
use lineside_wire::Private;

const HELD: &str = "6b0a820200118304000000a1";
const ACTIVE: &str = "6b0a820200128304000000a2";

fn octets(hex: &str) -> Vec<u8> {
    let hex: String = hex.split_whitespace().collect();
    let pairs = hex
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn framed(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A request with the id 1, `code` and this argument.
fn invoke(code: u8, argument: &str) -> Vec<u8> {
    framed(0xa1, &[&[2, 1, 1, 2, 1, code], &octets(argument)[..]].concat())
}

/// An answer to that.
fn result(code: u8, value: &str) -> Vec<u8> {
    let sequence = framed(0x30, &[&[2, 1, code], &octets(value)[..]].concat());
    framed(0xa2, &[&[2, 1, 1], &sequence[..]].concat())
}

fn connection(call: u8, device: u8) -> ConnectionId {
    ConnectionId {
        call_id: Some(Octets([0, call].into())),
        device_id: Some(LocalDeviceId::Dynamic(Octets([0, 0, 0, device].into()))),
    }
}

fn held() -> ConnectionId {
    connection(0x11, 0xa1)
}

fn active() -> ConnectionId {
    connection(0x12, 0xa2)
}

/// It is written as these bytes and read from them, in both phases.
fn is_said(request: Request, bytes: &[u8]) {
    let message = Message::Request {
        id: InvokeId(1),
        request,
    };
    for phase in [Phase::I, Phase::II] {
        assert_eq!(encode(&message, phase).unwrap(), bytes, "{phase:?} {message:?}");
        assert_eq!(decode(bytes, phase).unwrap().message, message, "{phase:?}");
    }
}

fn is_answered(response: Response, bytes: &[u8]) {
    let message = Message::Response {
        id: InvokeId(1),
        response,
    };
    for phase in [Phase::I, Phase::II] {
        assert_eq!(encode(&message, phase).unwrap(), bytes, "{phase:?} {message:?}");
        assert_eq!(decode(bytes, phase).unwrap().message, message, "{phase:?}");
    }
}

#[test]
fn a_lone_connection_stands_without_a_sequence() {
    let answer = AnswerCall {
        call_to_be_answered: held(),
        ..AnswerCall::default()
    };
    is_said(Request::AnswerCall(Box::new(answer.clone())), &invoke(2, HELD));
    let clear = ClearConnection {
        connection_to_be_cleared: held(),
        ..ClearConnection::default()
    };
    is_said(Request::ClearConnection(Box::new(clear)), &invoke(5, HELD));
    let retrieve = RetrieveCall {
        call_to_be_retrieved: held(),
        ..RetrieveCall::default()
    };
    is_said(Request::RetrieveCall(Box::new(retrieve)), &invoke(14, HELD));
    // With a sequence it is the same.
    let in_sequence = invoke(2, &format!("300c{HELD}"));
    let read = decode(&in_sequence, Phase::I).unwrap().message;
    let Message::Request { request, .. } = read else {
        panic!("{read:?}")
    };
    assert_eq!(request, Request::AnswerCall(Box::new(answer)));
}

#[test]
fn what_a_vendor_adds_makes_it_a_sequence() {
    let answer = AnswerCall {
        call_to_be_answered: held(),
        extensions: Some(CommonArguments::default()),
        ..AnswerCall::default()
    };
    is_said(
        Request::AnswerCall(Box::new(answer)),
        &invoke(2, &format!("300e{HELD}7e00")),
    );
}

#[test]
fn who_is_called_has_the_tag_of_a_called_device() {
    let call = MakeCall {
        calling_device: DeviceId::dialled("2001"),
        called_directory_number: DeviceId::dialled("2002"),
        ..MakeCall::default()
    };
    is_said(
        Request::MakeCall(Box::new(call)),
        &invoke(10, "300e 800432303031 6206800432303032"),
    );
    let consult = ConsultationCall {
        existing_call: held(),
        consulted_device: DeviceId::dialled("2002"),
        ..ConsultationCall::default()
    };
    is_said(
        Request::ConsultationCall(Box::new(consult)),
        &invoke(7, &format!("3014{HELD}6206800432303032")),
    );
}

#[test]
fn a_new_call_is_answered_by_its_connection_alone() {
    let made = MakeCallResponse {
        calling_device: held(),
        ..MakeCallResponse::default()
    };
    is_answered(Response::MakeCall(Box::new(made)), &result(10, HELD));
    let consulted = ConsultationCallResponse {
        initiated_call: held(),
        ..ConsultationCallResponse::default()
    };
    is_answered(Response::ConsultationCall(Box::new(consulted)), &result(7, HELD));
}

#[test]
fn two_calls_are_told_as_both_of_them() {
    let both = format!("a218{HELD}{ACTIVE}");
    let transfer = TransferCall {
        held_call: held(),
        active_call: active(),
        ..TransferCall::default()
    };
    is_said(Request::TransferCall(Box::new(transfer)), &invoke(16, &both));
    let conference = ConferenceCall {
        held_call: held(),
        active_call: active(),
        ..ConferenceCall::default()
    };
    is_said(Request::ConferenceCall(Box::new(conference)), &invoke(6, &both));
    let alternate = AlternateCall {
        held_call: held(),
        active_call: active(),
        ..AlternateCall::default()
    };
    is_said(Request::AlternateCall(Box::new(alternate)), &invoke(1, &both));
    // The held one is first here, too.
    let reconnect = ReconnectCall {
        active_call: active(),
        held_call: held(),
        ..ReconnectCall::default()
    };
    is_said(Request::ReconnectCall(Box::new(reconnect)), &invoke(13, &both));
    // One of them alone, by its tag.
    let read = decode(&invoke(16, "a10a820200128304000000a2"), Phase::I)
        .unwrap()
        .message;
    let Message::Request {
        request: Request::TransferCall(transfer),
        ..
    } = read
    else {
        panic!("{read:?}")
    };
    assert_eq!(
        (transfer.held_call, transfer.active_call),
        (ConnectionId::default(), active())
    );
}

#[test]
fn deflecting_and_picking_up_are_one_service() {
    let deflect = DeflectCall {
        call_to_be_diverted: held(),
        new_destination: NewDestination::Device(DeviceId::dialled("2002")),
        ..DeflectCall::default()
    };
    is_said(
        Request::DeflectCall(Box::new(deflect)),
        &invoke(8, &format!("a014{HELD}6206800432303032")),
    );
    let pick_up = DirectedPickupCall {
        call_to_be_picked_up: held(),
        requesting_device: DeviceId::dialled("2002"),
        ..DirectedPickupCall::default()
    };
    is_said(
        Request::DirectedPickupCall(Box::new(pick_up)),
        &invoke(8, &format!("a112{HELD}800432303032")),
    );
    let group = GroupPickupCall {
        new_destination: DeviceId::dialled("2002"),
        ..GroupPickupCall::default()
    };
    is_said(
        Request::GroupPickupCall(Box::new(group)),
        &invoke(8, "a206800432303032"),
    );
    is_answered(Response::Void, &[0xa2, 3, 2, 1, 1]);
    assert_eq!(
        decode(&result(8, "0500"), Phase::I).unwrap().message,
        Message::Response {
            id: InvokeId(1),
            response: Response::Void
        }
    );
}

#[test]
fn a_feature_is_set_by_its_tag() {
    let device = DeviceId::dialled("2001");
    let dnd = SetDoNotDisturb {
        device: device.clone(),
        do_not_disturb_on: true,
        ..SetDoNotDisturb::default()
    };
    is_said(
        Request::SetDoNotDisturb(Box::new(dnd)),
        &invoke(15, "3009 800432303031 8101ff"),
    );
    let forward = |on, to: Option<&str>| SetForwarding {
        device: device.clone(),
        forwarding_type: Some(ForwardingType::ForwardNoAns),
        activate_forward: on,
        forward_dn: to.map(DeviceId::dialled),
        ..SetForwarding::default()
    };
    is_said(
        Request::SetForwarding(Box::new(forward(true, Some("3000")))),
        &invoke(15, "3011 800432303031 a209 0a0104 160433303030"),
    );
    is_said(
        Request::SetForwarding(Box::new(forward(false, None))),
        &invoke(15, "300b 800432303031 a203 0a0105"),
    );
    let ready = SetAgentState {
        device: device.clone(),
        requested_agent_state: ReqAgentState::Ready,
        ..SetAgentState::default()
    };
    is_said(
        Request::SetAgentState(Box::new(ready)),
        &invoke(15, "300a 800432303031 a302 8300"),
    );
    let log_on = SetAgentState {
        device,
        requested_agent_state: ReqAgentState::LoggedOn,
        agent_id: Some(Private::new(Octets::from("4711"))),
        group: Some(DeviceId::dialled("3000")),
        ..SetAgentState::default()
    };
    is_said(
        Request::SetAgentState(Box::new(log_on)),
        &invoke(15, "3016 800432303031 a30e a00c 8a0434373131 800433303030"),
    );
}

#[test]
fn a_feature_is_asked_for_by_its_number() {
    let device = DeviceId::dialled("2001");
    let get = GetAgentState {
        device: device.clone(),
        ..GetAgentState::default()
    };
    is_said(
        Request::GetAgentState(Box::new(get)),
        &invoke(12, "3009 800432303031 0a0105"),
    );
    let get = GetForwarding {
        device,
        ..GetForwarding::default()
    };
    is_said(
        Request::GetForwarding(Box::new(get)),
        &invoke(12, "3009 800432303031 0a0102"),
    );
    let dnd = GetDoNotDisturbResponse {
        do_not_disturb_on: true,
        ..GetDoNotDisturbResponse::default()
    };
    is_answered(Response::GetDoNotDisturb(Box::new(dnd)), &result(12, "8101ff"));
    let forwarding = ForwardListItem {
        forwarding_type: Some(ForwardingType::ForwardBusy),
        forward_status: true,
        forward_dn: Some(DeviceId::dialled("3000")),
        ..ForwardListItem::default()
    };
    let list = GetForwardingResponse {
        forwarding_list: ForwardList(vec![forwarding]),
        ..GetForwardingResponse::default()
    };
    is_answered(
        Response::GetForwarding(Box::new(list.clone())),
        &result(12, "a20b 3009 0a0102 160433303030"),
    );
    // One alone, as an MD110 tells it.
    let read = decode(&result(12, "a209 0a0102 160433303030"), Phase::I)
        .unwrap()
        .message;
    assert_eq!(
        read,
        Message::Response {
            id: InvokeId(1),
            response: Response::GetForwarding(Box::new(list))
        }
    );
}

#[test]
fn the_work_after_a_call_says_what_is_behind_it() {
    let told = |number: u8| {
        let read = decode(&result(12, &format!("8501{number:02x}")), Phase::I).unwrap();
        let Message::Response {
            response: Response::GetAgentState(state),
            ..
        } = read.message
        else {
            panic!("no state")
        };
        let entry = state.agent_state_list.0[0].clone();
        let info = entry.agent_info.unwrap().0[0].clone();
        (entry.logged_on_state, info.agent_state, info.pending_agent_state)
    };
    let work = AgentState::AgentWorkingAfterCall;
    assert_eq!(told(0), (true, AgentState::AgentNotReady, None));
    assert_eq!(told(1), (false, AgentState::AgentNull, None));
    assert_eq!(told(2), (true, AgentState::AgentReady, None));
    assert_eq!(told(3), (true, work.clone(), None));
    assert_eq!(told(4), (true, work, Some(PendingAgentState::AgentReady)));
    // Types 205 and 206.
    for (number, pending) in [("cd", None), ("ce", Some(PendingAfterCall::Ready))] {
        let report = event(&format!("800200{number} 3008 6306800432303031"));
        let Event::AgentWorkingAfterCall(work) = &report.event else {
            panic!("{report:?}")
        };
        assert_eq!(work.pending_agent_state, pending);
        let bytes = encode(&Message::Event(report.clone()), Phase::I).unwrap();
        assert_eq!(decode(&bytes, Phase::I).unwrap().message, Message::Event(report));
    }
}

/// An event report of the monitor `77` in Phase I.
fn event(behind: &str) -> EventReport {
    let argument = framed(0x30, &octets(&format!("55023737 {behind}")));
    let bytes = framed(0xa1, &[&[2, 1, 9, 2, 1, 21], &argument[..]].concat());
    let read = decode(&bytes, Phase::I).unwrap();
    assert_eq!(read.phase, Phase::I);
    match read.message {
        Message::Event(report) => report,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_agent_of_phase_i_is_told_by_tags_of_its_own() {
    let report = event("800200c9 301a 6306800432303031 8a0434373131 800433303030 8b0431323334");
    let Event::AgentLoggedOn(event) = report.event else {
        panic!("{report:?}")
    };
    assert_eq!(event.agent_id.unwrap().text(), "4711");
    assert_eq!(event.acd_group.unwrap().number(), "3000");
    assert_eq!(event.agent_password.unwrap().0.as_ref(), b"1234");
    assert!(event.rest.0.is_empty());
}

#[test]
fn a_call_that_is_diverted_names_its_new_place_as_a_called_device() {
    let report = event("800105 301f 6b0a820200118304000000a1 6306800432303031 6206800432303032 4e0100");
    let Event::Diverted(event) = report.event else {
        panic!("{report:?}")
    };
    assert_eq!(event.new_destination.device().unwrap().number(), "2002");
    assert_eq!(event.called_device, None);
}

#[test]
fn a_transfer_of_phase_i_lists_the_connections_from_now_on() {
    let report = event(&format!(
        "80010e 3042 {HELD} {ACTIVE} 6306800432303031 6306800432303032 6c18 {HELD} {ACTIVE} 4e0100"
    ));
    let Event::Transferred(event) = report.event else {
        panic!("{report:?}")
    };
    assert_eq!(event.secondary_old_call, Some(active()));
    let new: Vec<_> = event
        .transferred_connections
        .0
        .iter()
        .map(|item| item.new_connection.clone())
        .collect();
    assert_eq!(new, [Some(held()), Some(active())]);
}

#[test]
fn a_device_that_is_back_is_named_without_a_tag() {
    let report = event("8002012d 3006 800432303031");
    let Event::BackInService(event) = report.event else {
        panic!("{report:?}")
    };
    assert_eq!(event.device.device().unwrap().number(), "2001");
}

#[test]
fn a_forwarding_of_phase_i_says_by_its_number_whether_it_is_on() {
    for (number, on) in [("02", true), ("03", false)] {
        let report = event(&format!("800167 3013 6306800432303031 3009 0a01{number} 160433303030"));
        let Event::Forwarding(event) = report.event else {
            panic!("{report:?}")
        };
        assert_eq!(event.device.device().unwrap().number(), "2001");
        assert_eq!(event.forwarding_type, Some(ForwardingType::ForwardBusy));
        assert_eq!(event.forward_status, on);
        assert_eq!(event.forward_to.unwrap().number(), "3000");
    }
}

#[test]
fn a_message_that_waits_is_told_of_whom_it_is_for() {
    let report = event("800168 3013 6206800432303031 6306800432303939 0101ff");
    let Event::MessageWaiting(event) = report.event else {
        panic!("{report:?}")
    };
    assert_eq!(event.target_device.device().unwrap().number(), "2001");
    assert!(event.message_waiting_on);
}

#[test]
fn asking_an_application_for_a_route_is_no_sign_of_phase_iii() {
    let route = invoke(31, "300c 580131 6207 80053034303132");
    let read = decode(&route, Phase::I).unwrap();
    assert_eq!(read.phase, Phase::I);
    assert!(matches!(
        read.message,
        Message::Request {
            request: Request::RouteRequest(_),
            ..
        }
    ));
}

#[test]
fn the_answer_of_another_phase_than_was_agreed_on_names_the_call_all_the_same() {
    let told = |bytes: &[u8], phase| match decode(bytes, phase).unwrap().message {
        Message::Response {
            response: Response::MakeCall(made),
            ..
        } => made.calling_device,
        other => panic!("{other:?}"),
    };
    assert_eq!(told(&result(10, HELD), Phase::III), held());
    let of_iii = result(10, "3011 6b0f 300d 80020011 a107 830500000000a1");
    let connection = told(&of_iii, Phase::II);
    assert_eq!(connection.call_id, held().call_id);
    assert!(connection.device_id.is_some());
}
