//! What an OpenScape Voice sends.

use crate::support::{ED4, VECTORS, codec, framed, message};
use bytes::BytesMut;
use lineside_csta::types::*;
use lineside_csta::{Event, EventReport, InvokeId, Message, Octets, Received, Request, Response};

fn vector(name: &str) -> Message {
    let (_, document) = VECTORS.iter().find(|(found, _)| *found == name).unwrap();
    message(document)
}

#[test]
fn a_delivered_event_has_its_connection_parties_state_cause_and_what_is_permitted() {
    let Message::Event(EventReport {
        monitor_cross_ref_id,
        event: Event::Delivered(event),
    }) = vector("Delivered")
    else {
        panic!("no delivered event");
    };
    assert_eq!(monitor_cross_ref_id.text(), "1173673890");
    assert_eq!(
        event.connection.call_id,
        Some(Octets::from("FF00010000000000EC6114647E570000"))
    );
    assert_eq!(
        event.connection.device_id,
        Some(LocalDeviceId::Static(DeviceId::dialled("3021061290002")))
    );
    assert_eq!(event.alerting_device.device().unwrap().number(), "3021061290002");
    let caller = event.calling_device.device().unwrap();
    assert_eq!((caller.number(), caller.name()), ("7868772298", Some("Line71001")));
    assert_eq!(event.last_redirection_device, RedirectionDeviceId::NotRequired);
    assert_eq!(event.local_connection_info, Some(LocalConnectionState::Alerting));
    assert_eq!(event.cause, Some(EventCause::EnteringDistribution));
    let permitted = event.services_permitted.as_ref().unwrap();
    let expected = CallControlServices::CLEAR_CONNECTION.with(CallControlServices::DEFLECT_CALL);
    assert_eq!(permitted.call_control_services, Some(expected));
    assert_eq!(
        event.network_called_device.as_ref().unwrap().device().unwrap().number(),
        "02911"
    );
    assert_eq!(event.associated_calling_device, Some(ExtendedDeviceId::NotKnown));
    assert!(
        event
            .call_characteristics
            .unwrap()
            .contains(CallCharacteristics::ACD_CALL)
    );
    assert!(event.extensions.is_some());
}

#[test]
fn a_monitor_was_started() {
    let Message::Response {
        id,
        response: Response::MonitorStart(response),
    } = vector("MonitorStartResponse")
    else {
        panic!("no response");
    };
    assert_eq!(
        (id, response.monitor_cross_ref_id.text().as_str()),
        (InvokeId(7), "1136370025")
    );
}

#[test]
fn a_switch_ends_a_monitor() {
    let Message::Request {
        request: Request::MonitorStop(request),
        ..
    } = vector("MonitorStop")
    else {
        panic!("no request");
    };
    assert_eq!(request.monitor_cross_ref_id.text(), "1193240031");
    assert!(request.extensions.is_some());
}

#[test]
fn a_session_begins() {
    let Message::Response {
        response: Response::StartApplicationSession(response),
        ..
    } = vector("StartApplicationSession")
    else {
        panic!("no response");
    };
    assert_eq!(response.session_id.text(), "009968951");
    assert_eq!(response.actual_protocol_version.as_deref(), Some(ED4));
    assert_eq!(response.actual_session_duration, Some(600));
    assert!(response.extensions.is_some());
}

#[test]
fn a_session_is_refused() {
    let refused = "<aps:StartApplicationSessionNegResponse xmlns:aps='http://www.ecma-international.org/standards/ecma-354/appl_session'>\
        <aps:errorCode><aps:definedError>maxNumberSessions</aps:definedError></aps:errorCode></aps:StartApplicationSessionNegResponse>";
    let Message::Response {
        response: Response::StartApplicationSessionRefused(response),
        ..
    } = message(refused)
    else {
        panic!("no refusal");
    };
    assert_eq!(
        response.error_code,
        StartSessionFailure::Defined(StartSessionError::MaxNumberSessions)
    );
}

#[test]
fn a_switch_is_asked_for_its_status() {
    let Message::Response {
        response: Response::SystemRegister(response),
        ..
    } = vector("SystemRegister")
    else {
        panic!("no response");
    };
    assert_eq!(response.sys_stat_register_id.text(), "27ss");
}

#[test]
fn what_is_read_of_each_is_read_again_of_what_is_written_of_it() {
    for (name, document) in VECTORS {
        let mut codec = codec();
        let mut input = BytesMut::from(&framed("0007", document)[..]);
        let first = codec.decode(&mut input).unwrap().unwrap();
        let Received::Message(read) = &first else {
            panic!("{name}: {first:?}")
        };
        let mut written = BytesMut::from(codec.encode(read).unwrap());
        assert_eq!(codec.decode(&mut written).unwrap().unwrap(), first, "{name}");
    }
}
