//! What applications ask for is done as people do it, or refused in the words of the standard.
use super::support::Room;
use crate::sim::csta::{Out, Pace, Quirks};
use lineside_csta::types::*;
use lineside_csta::{Request, Response};

fn make_call(room: &Room, from: &str, to: &str) -> Request {
    Request::MakeCall(Box::new(MakeCall {
        calling_device: room.device(from),
        called_directory_number: room.device(to),
        ..MakeCall::default()
    }))
}

/// The connection of a device in its only call.
fn connection(room: &mut Room, letter: &str) -> ConnectionId {
    let snapshot = SnapshotDevice {
        snapshot_object: room.device(letter),
        ..SnapshotDevice::default()
    };
    match room.ask(Request::SnapshotDevice(Box::new(snapshot))) {
        Ok(Response::SnapshotDevice(response)) => match response.cross_ref_id_or_snapshot_data {
            SnapshotDeviceResult::Data(list) => list.0[0].connection_identifier.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn answer(call: ConnectionId) -> Request {
    Request::AnswerCall(Box::new(AnswerCall {
        call_to_be_answered: call,
        ..AnswerCall::default()
    }))
}

#[test]
fn who_is_to_call_is_prompted_and_lifts_after_a_while() {
    let mut room = Room::new(Quirks::default(), "A B");
    room.ask(make_call(&room, "A", "B")).unwrap();
    assert_eq!(room.heard("A"), ["ServiceInitiated c1/A [initiated] makeCall"]);
    room.wait();
    assert_eq!(
        room.heard("A")[1..],
        [
            "Originated c1/A B [connected] newCall",
            "Delivered c1/B A [connected] newCall"
        ]
    );
    let ringing = connection(&mut room, "B");
    room.ask(answer(ringing.clone())).unwrap();
    let refused = room.ask(answer(ringing)).unwrap_err();
    assert_eq!(refused.native(), "stateIncompatibility: noCallToAnswer");
}

#[test]
fn what_cannot_be_done_is_refused_in_the_words_of_the_standard() {
    let mut room = Room::new(Quirks::default(), "");
    room.ask(make_call(&room, "A", "B")).unwrap();
    room.wait();
    let again = room.ask(make_call(&room, "A", "C")).unwrap_err();
    assert_eq!(again.native(), "stateIncompatibility: connectedCallExists");
    let retrieve = Request::RetrieveCall(Box::new(RetrieveCall {
        call_to_be_retrieved: connection(&mut room, "A"),
        ..RetrieveCall::default()
    }));
    assert_eq!(
        room.ask(retrieve).unwrap_err().native(),
        "stateIncompatibility: noHeldCall"
    );
    let nobody = answer(ConnectionId::default());
    assert_eq!(room.ask(nobody).unwrap_err().native(), "operation: invalidCallID");
    let rare = Request::CallBack(Box::default());
    assert_eq!(room.ask(rare).unwrap_err().native(), "operation: serviceNotSupported");
}

#[test]
fn a_consultation_is_answered_with_the_new_call_and_a_transfer_with_where_it_went() {
    let mut room = Room::new(Quirks::default(), "A B C");
    room.ask(make_call(&room, "A", "B")).unwrap();
    room.wait();
    let ringing = connection(&mut room, "B");
    room.ask(answer(ringing)).unwrap();
    let held_call = connection(&mut room, "A");
    let consult = Request::ConsultationCall(Box::new(ConsultationCall {
        existing_call: held_call.clone(),
        consulted_device: room.device("C"),
        ..ConsultationCall::default()
    }));
    let Ok(Response::ConsultationCall(response)) = room.ask(consult) else {
        panic!()
    };
    let active_call = response.initiated_call;
    let ringing = connection(&mut room, "C");
    room.ask(answer(ringing)).unwrap();
    let transfer = TransferCall {
        held_call,
        active_call: active_call.clone(),
        ..TransferCall::default()
    };
    let Ok(Response::TransferCall(response)) = room.ask(Request::TransferCall(Box::new(transfer))) else {
        panic!()
    };
    assert_eq!(response.transferred_call, connection(&mut room, "C"));
    assert_ne!(response.transferred_call.call_id, active_call.call_id);
}

#[test]
fn the_answer_comes_before_or_behind_what_it_brings_about() {
    for first in [true, false] {
        let quirks = Quirks {
            response_first: first,
            ..Quirks::default()
        };
        let mut room = Room::new(quirks, "A");
        room.out.clear();
        room.ask(make_call(&room, "A", "B")).unwrap();
        assert_eq!(matches!(room.out[0], Out::Response { .. }), first);
    }
}

#[test]
fn a_licence_is_for_so_many_monitors() {
    let quirks = Quirks {
        monitors: 2,
        ..Quirks::default()
    };
    let mut room = Room::new(quirks, "A A");
    let refused = room.watch("B").unwrap_err();
    assert_eq!(
        refused.native(),
        "systemResourceAvailibility: overallMonitorLimitExceeded"
    );
    let once = Quirks {
        monitored_twice: false,
        ..Quirks::default()
    };
    let mut room = Room::new(once, "A");
    let refused = room.watch("A").unwrap_err();
    assert_eq!(
        refused.native(),
        "subscribedResourceAvailability: objectMonitorLimitExceeded"
    );
    let unknown = MonitorStart {
        monitor_object: CstaObject::Device(DeviceId::dialled("4711")),
        ..MonitorStart::default()
    };
    let refused = room.ask(Request::MonitorStart(Box::new(unknown))).unwrap_err();
    assert_eq!(refused.native(), "operation: invalidDeviceID");
}

#[test]
fn a_filter_keeps_events_back_and_a_monitor_that_is_stopped_all_of_them() {
    let mut room = Room::new(Quirks::default(), "A");
    let name = room.watch("B").unwrap();
    let filter = MonitorFilter {
        call_control: Some(CallControlEvents::DELIVERED),
        ..MonitorFilter::default()
    };
    let change = ChangeMonitorFilter {
        monitor_cross_ref_id: name,
        requested_filter_list: filter,
        ..ChangeMonitorFilter::default()
    };
    room.ask(Request::ChangeMonitorFilter(Box::new(change))).unwrap();
    let name = room.watch("C").unwrap();
    let stop = MonitorStop {
        monitor_cross_ref_id: name,
        ..MonitorStop::default()
    };
    room.ask(Request::MonitorStop(Box::new(stop.clone()))).unwrap();
    let refused = room.ask(Request::MonitorStop(Box::new(stop))).unwrap_err();
    assert_eq!(refused.native(), "operation: invalidMonitorCrossRefID");
    room.play("forwarded_no_answer");
    room.play("internal");
    assert_eq!(room.heard("C"), [] as [&str; 0]);
    assert!(!room.heard("B").iter().any(|line| line.starts_with("Delivered")));
    assert!(room.heard("B").iter().any(|line| line.starts_with("Established")));
}

#[test]
fn a_snapshot_comes_in_parts_where_the_switch_sends_parts() {
    let quirks = Quirks {
        segment: Some(1),
        ..Quirks::default()
    };
    let mut room = Room::new(quirks, "");
    room.switch
        .act(room.now, |world| {
            let first = world.calls("1001", "1002")?;
            world.answer(
                &world.at("1002", &[LocalConnectionState::Alerting]).unwrap(),
                EventCause::NewCall,
            )?;
            world.consult(&first, "1003")
        })
        .unwrap();
    room.hear();
    room.out.clear();
    let snapshot = SnapshotDevice {
        snapshot_object: room.device("A"),
        ..SnapshotDevice::default()
    };
    room.ask(Request::SnapshotDevice(Box::new(snapshot))).unwrap();
    let parts = room.out.iter().filter_map(|out| match out {
        Out::Request(Request::SnapshotDeviceData(data)) => Some((data.segment_id, data.last_segment)),
        _ => None,
    });
    assert_eq!(parts.collect::<Vec<_>>(), [(Some(1), false), (Some(2), true)]);
}

#[test]
fn a_restart_says_that_it_is_down_and_up_and_has_forgotten_all() {
    let mut room = Room::new(Quirks::default(), "A B");
    room.ask(make_call(&room, "A", "B")).unwrap();
    room.out.clear();
    room.switch.restart(room.now);
    room.wait();
    let told = room.out.iter().map(|out| match out {
        Out::Request(Request::SystemStatus(status)) => status.system_status.clone(),
        other => panic!("{other:?}"),
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [SystemStatusValue::Disabled, SystemStatusValue::Enabled]
    );
    room.play("internal");
    assert_eq!(room.reports().count(), 0);
    let snapshot = SnapshotDevice {
        snapshot_object: room.device("A"),
        ..SnapshotDevice::default()
    };
    room.ask(Request::SnapshotDevice(Box::new(snapshot))).unwrap();
}

#[test]
fn a_switch_with_too_much_to_do_does_nothing_more() {
    let mut room = Room::new(Quirks::default(), "A");
    room.switch.becomes(room.now, SystemStatusValue::OverloadReached);
    let refused = room.ask(make_call(&room, "A", "B")).unwrap_err();
    assert_eq!(refused.native(), "performanceManagement: performanceLimitExceeded");
    room.switch.becomes(room.now, SystemStatusValue::OverloadRelieved);
    room.ask(make_call(&room, "A", "B")).unwrap();
}

#[test]
fn lively_people_answer_talk_and_hang_up_by_themselves() {
    let mut room = Room::new(Quirks::default(), "A");
    room.switch.pace = Pace::LIVELY;
    for number in ["1002", "001713920001"] {
        let make = MakeCall {
            calling_device: room.device("A"),
            called_directory_number: DeviceId::dialled(number),
            ..MakeCall::default()
        };
        room.ask(Request::MakeCall(Box::new(make))).unwrap();
        room.wait();
        assert!(room.switch.world.calls.is_empty());
    }
    let answered = room
        .heard("A")
        .iter()
        .filter(|line| line.starts_with("Established"))
        .count();
    assert_eq!(answered, 2);
}
