//! The tables of services and events, as they come out in XML.

use bytes::BytesMut;
use lineside_csta::types::*;
use lineside_csta::{Codec, Encoding, Framing, InvokeId, Message, Octets, Received, Request, Response, Rest, Style};

fn codec() -> Codec {
    let style = Style {
        namespace: "http://www.ecma-international.org/standards/ecma-323/csta/ed6".to_owned(),
        prefix: None,
    };
    Codec::new(Framing::Annex, Encoding::Xml(style))
}

fn read_again(message: &Message) -> Option<Message> {
    let mut input = BytesMut::from(codec().encode(message).ok()?.as_ref());
    match codec().decode(&mut input) {
        Ok(Some(Received::Message(message))) => Some(message),
        _ => None,
    }
}

fn asked(request: Request) {
    let message = Message::Request {
        id: InvokeId(7),
        request,
    };
    assert_eq!(read_again(&message), Some(message));
}

fn answered(response: Response) {
    let message = Message::Response {
        id: InvokeId(7),
        response,
    };
    assert_eq!(read_again(&message), Some(message));
}

#[test]
fn a_call_is_deflected_to_one_device_or_to_a_list_of_them() {
    let one = DeviceId::dialled("2001");
    for new_destination in [
        NewDestination::Device(one.clone()),
        NewDestination::List(vec![one, DeviceId::dialled("2002")]),
    ] {
        asked(Request::DeflectCall(Box::new(DeflectCall {
            new_destination,
            ..DeflectCall::default()
        })));
    }
}

#[test]
fn a_filter_keeps_what_it_suppresses() {
    let filter = MonitorFilter {
        call_control: Some(CallControlEvents::HELD.with(CallControlEvents::OFFERED)),
        logical_device_feature: Some(LogicalDeviceFeatureEvents::AGENT_BUSY),
        ..MonitorFilter::default()
    };
    answered(Response::MonitorStart(Box::new(MonitorStartResponse {
        monitor_cross_ref_id: Octets::from("17"),
        actual_monitor_filter: Some(filter),
        ..MonitorStartResponse::default()
    })));
}

#[test]
fn a_snapshot_is_told_at_once_or_announced() {
    let call = SnapshotDeviceInfo {
        local_call_state: CallState::Simple(SimpleCallState::Established),
        ..SnapshotDeviceInfo::default()
    };
    for result in [
        SnapshotDeviceResult::Data(SnapshotDeviceList(vec![call])),
        SnapshotDeviceResult::CrossRefId(Octets::from("4")),
    ] {
        answered(Response::SnapshotDevice(Box::new(SnapshotDeviceResponse {
            cross_ref_id_or_snapshot_data: result,
            ..SnapshotDeviceResponse::default()
        })));
    }
}

#[test]
fn an_application_says_who_it_is_as_the_server_wants_it() {
    for info in [
        ApplicationSpecificInfo::user("bridge", "secret"),
        ApplicationSpecificInfo::session_login("http://www.avaya.com/csta", "bridge", "secret", Some(60)),
    ] {
        asked(Request::StartApplicationSession(Box::new(StartApplicationSession {
            application_info: ApplicationInfo {
                application_id: Some("bridge".to_owned()),
                application_specific_info: Some(info),
                ..ApplicationInfo::default()
            },
            requested_protocol_versions: ProtocolVersions(vec!["ed5".to_owned(), "ed4".to_owned()]),
            requested_session_duration: Some(120),
            ..StartApplicationSession::default()
        })));
    }
}

#[test]
fn every_forwarding_and_every_agent_of_a_device_is_told() {
    let forwarding = ForwardListItem {
        forwarding_type: Some(ForwardingType::ForwardNoAns),
        forward_status: true,
        forward_dn: Some(DeviceId::dialled("3000")),
        ring_count: Some(3),
        ..ForwardListItem::default()
    };
    answered(Response::GetForwarding(Box::new(GetForwardingResponse {
        forwarding_list: ForwardList(vec![forwarding.clone(), forwarding]),
        ..GetForwardingResponse::default()
    })));
    let agent = AgentStateEntry {
        agent_id: Some(AgentId::new(Octets::from("4711"))),
        logged_on_state: true,
        agent_info: Some(AgentInfoList(vec![AgentInfo {
            agent_state: AgentState::AgentBusy,
            ..AgentInfo::default()
        }])),
        ..AgentStateEntry::default()
    };
    answered(Response::GetAgentState(Box::new(GetAgentStateResponse {
        agent_state_list: AgentStateList(vec![agent]),
        ..GetAgentStateResponse::default()
    })));
}

#[test]
fn a_failure_is_named_by_its_sort_and_its_reason() {
    let error = UniversalFailure::SystemResource(SystemResourceError::OverallMonitorLimitExceeded);
    assert_eq!(
        error.native(),
        "systemResourceAvailibility: overallMonitorLimitExceeded"
    );
    assert_eq!(UniversalFailure::Unspecified.native(), "unspecified");
    let message = Message::Error {
        id: InvokeId(7),
        error,
        rest: Rest::default(),
    };
    assert_eq!(read_again(&message), Some(message));
}
