//! What is set at devices, who sits there, and what comes late.
use super::support::Room;
use crate::sim::csta::{CallerTold, Out, Quirks};
use lineside_csta::types::*;
use lineside_csta::{Event, Octets, Request, Response};
use lineside_wire::Private;

/// The names of the events that the monitor of a device told.
fn names(room: &Room, letter: &str) -> Vec<String> {
    let names = room
        .of(letter)
        .into_iter()
        .map(|report| report.event.name().trim_end_matches("Event").to_owned());
    names.collect()
}

#[test]
fn an_agent_is_busy_in_calls_of_the_queue_and_writes_them_up() {
    let mut room = Room::new(Quirks::default(), "A");
    room.play("agent_wraps_up");
    let told = names(&room, "A");
    let agent: Vec<&String> = told.iter().filter(|name| name.starts_with("Agent")).collect();
    assert_eq!(
        agent,
        [
            "AgentLoggedOn",
            "AgentReady",
            "AgentBusy",
            "AgentWorkingAfterCall",
            "AgentReady"
        ]
    );
}

#[test]
fn an_agent_of_two_queues_is_told_of_once_for_each() {
    let mut room = Room::new(Quirks::default(), "A");
    room.play("agent_takes_a_break");
    let ready = names(&room, "A").iter().filter(|name| *name == "AgentReady").count();
    assert_eq!(ready, 8);
}

#[test]
fn an_application_logs_an_agent_on_and_asks_what_became_of_it() {
    let mut room = Room::new(Quirks::default(), "A");
    let set = SetAgentState {
        device: room.device("A"),
        requested_agent_state: ReqAgentState::LoggedOn,
        agent_id: Some(Private::new(Octets::from("4711"))),
        group: Some(room.device("R")),
        ..SetAgentState::default()
    };
    room.ask(Request::SetAgentState(Box::new(set.clone()))).unwrap();
    let again = room.ask(Request::SetAgentState(Box::new(set))).unwrap_err();
    assert_eq!(again.native(), "operation: invalidAgentState");
    let get = GetAgentState {
        device: room.device("A"),
        ..GetAgentState::default()
    };
    let Ok(Response::GetAgentState(state)) = room.ask(Request::GetAgentState(Box::new(get))) else {
        panic!()
    };
    let info = state.agent_state_list.0[0].agent_info.clone().unwrap();
    assert_eq!(info.0[0].agent_state, AgentState::AgentReady);
}

#[test]
fn what_is_set_at_a_telephone_is_told_and_done() {
    let mut room = Room::new(Quirks::default(), "B");
    room.play("set_do_not_disturb");
    room.play("set_forwarding");
    room.play("device_message_waiting");
    let told = names(&room, "B");
    for event in ["DoNotDisturb", "Forwarding", "MessageWaiting", "Diverted"] {
        assert!(told.iter().any(|name| name == event), "{event}: {told:?}");
    }
    let forward = SetForwarding {
        device: room.device("B"),
        activate_forward: true,
        ..SetForwarding::default()
    };
    let refused = room.ask(Request::SetForwarding(Box::new(forward))).unwrap_err();
    assert_eq!(refused.native(), "operation: invalidForwardingDestination");
}

#[test]
fn who_calls_may_be_told_late() {
    let quirks = Quirks {
        caller: CallerTold::Later,
        ..Quirks::default()
    };
    let mut room = Room::new(quirks, "B");
    room.play("caller_told_later");
    let told = room.of("B");
    let calling = told.iter().find_map(|report| match &report.event {
        Event::CallInformation(event) => event.calling_device.clone(),
        _ => None,
    });
    assert_eq!(calling, Some(ExtendedDeviceId::Device(room.device("T"))));
    let Event::Delivered(delivered) = &told[0].event else {
        panic!("{told:?}")
    };
    assert_eq!(delivered.calling_device, ExtendedDeviceId::NotKnown);
}

#[test]
fn a_call_may_be_offered_before_it_rings() {
    let quirks = Quirks {
        offered: true,
        ..Quirks::default()
    };
    let mut room = Room::new(quirks, "B");
    room.play("internal");
    assert_eq!(names(&room, "B")[..2], ["Offered", "Delivered"]);
}

#[test]
fn a_telephone_that_cannot_be_reached_says_so_and_fails_calls() {
    let mut room = Room::new(Quirks::default(), "A D");
    room.play("device_out_of_service");
    assert_eq!(names(&room, "D"), ["OutOfService", "BackInService"]);
}

#[test]
fn all_devices_come_in_parts() {
    let mut room = Room::new(Quirks::default(), "");
    room.out.clear();
    room.ask(Request::GetSwitchingFunctionDevices(Box::default())).unwrap();
    let parts: Vec<&SwitchingFunctionDevices> = room
        .out
        .iter()
        .filter_map(|out| match out {
            Out::Request(Request::SwitchingFunctionDevices(part)) => Some(&**part),
            _ => None,
        })
        .collect();
    let devices: usize = parts.iter().map(|part| part.device_list.0.len()).sum();
    assert_eq!(devices, room.switch.world.site.devices.len());
    assert_eq!(parts.iter().filter(|part| part.last_segment).count(), 1);
    assert!(parts.last().unwrap().last_segment);
}

#[test]
fn a_monitor_that_the_switch_stops_is_told_of() {
    let mut room = Room::new(Quirks::default(), "A B");
    room.out.clear();
    room.switch.drop_monitor(room.now, "1001");
    room.wait();
    assert!(matches!(room.out[..], [Out::Request(Request::MonitorStop(_))]));
    room.play("internal");
    assert!(names(&room, "A").is_empty());
    assert!(!names(&room, "B").is_empty());
}
