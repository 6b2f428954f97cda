//! What a task knows of the device that it is about.

use super::*;
use crate::model::{CallKey, DeviceId as Key, SwitchName};
use crate::profile::Site;
use lineside_csta::types::GroupPickupCallResponse;
use lineside_csta::{Octets, Style};

const AT: Tick = Tick::ZERO;

/// A telephone that is to take what rings in its group.
fn asked() -> (Procedures, Normalizer) {
    let switch = SwitchName::try_from("hq").unwrap();
    let mut calls = Normalizer::new(
        switch.clone(),
        Site::default().rules().unwrap(),
        Duration::from_secs(900),
    );
    calls.watch("2001", "m2001");
    let mut procedures = Procedures::new(Service::ALL.to_vec(), Vec::new(), Encoding::Xml(Style::default()));
    let task = Task {
        id: CommandId(1),
        ask: Ask::Pickup {
            by: Key::new(&switch, "2001"),
            target: None,
        },
    };
    procedures.start(AT, &task, &mut calls);
    let (id, _) = procedures.poll_request().unwrap();
    procedures.sent(id, RequestId(1));
    (procedures, calls)
}

/// The switch says that it did it, and which connection it is.
fn says_yes(procedures: &mut Procedures, calls: &mut Normalizer, picked_call: Option<ConnectionId>) {
    let yes = GroupPickupCallResponse {
        picked_call,
        ..GroupPickupCallResponse::default()
    };
    let yes = Ok(Response::GroupPickupCall(Box::new(yes)));
    assert!(procedures.completed(AT, RequestId(1), &yes, calls));
    assert_eq!(procedures.poll(), Some((CommandId(1), Progress::Acknowledged)));
}

fn begins(procedures: &mut Procedures, call: &str, came: bool) -> Option<String> {
    let connection = ConnectionKey(Text::from(format!("{call}/2001")));
    procedures.begun("2001", CallKey(Text::from(call)), connection.clone(), came);
    procedures.poll().map(|(_, progress)| match progress {
        Progress::Expect { connection: told, .. } if told == connection => call.to_owned(),
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_command_whose_device_has_come_is_over() {
    let (mut procedures, mut calls) = asked();
    says_yes(&mut procedures, &mut calls, None);
    // It begins a call of its own for it, and comes to the other one by that.
    assert_eq!(begins(&mut procedures, "c2", false).as_deref(), Some("c2"));
    assert_eq!(begins(&mut procedures, "c1", true).as_deref(), Some("c1"));
    // What it does next is its own affair.
    assert_eq!(begins(&mut procedures, "c3", false), None);
    assert_eq!(begins(&mut procedures, "c4", true), None);
    assert!(procedures.work.is_empty());
}

#[test]
fn a_device_that_has_come_before_the_switch_said_yes_is_not_looked_for_in_the_answer() {
    let (mut procedures, mut calls) = asked();
    assert_eq!(begins(&mut procedures, "c1", true).as_deref(), Some("c1"));
    let other = ConnectionId {
        call_id: Some(Octets::from("c9")),
        device_id: None,
    };
    says_yes(&mut procedures, &mut calls, Some(other));
    assert_eq!(procedures.poll(), None);
    assert!(procedures.work.is_empty());
}
