//! One leg in two calls, by the contexts into which legs are sent: what no recording shows.

use super::world::*;
use crate::model::*;

const A: &str = "a PJSIP/1001-1 6 t";

/// From outside to 1001, who answers.
fn talk(w: &mut World) {
    inbound(w);
    w.ev("Newchannel", "a PJSIP/1001-1 0 t", "");
    w.dial("DialBegin", T, "a PJSIP/1001-1 0 t", "");
    w.ev("Newstate", "a PJSIP/1001-1 5 t", "");
    w.ev("Newstate", A, "");
    w.ev("Newstate", TU, "");
    w.dial("DialEnd", TU, A, "DialStatus: ANSWER");
    w.ev("BridgeEnter", A, "BridgeUniqueid: b1");
    w.ev("BridgeEnter", TU, "BridgeUniqueid: b1");
}

/// Somebody has the two sent on: one waits, the other calls 1002.
fn consult(w: &mut World) -> Vec<String> {
    w.ev("BridgeLeave", A, "BridgeUniqueid: b1");
    w.ev("BridgeLeave", TU, "BridgeUniqueid: b1");
    let mut told = w.ev("Newexten", "t PJSIP/trunk-1 6 t a", "Context: lineside-hold");
    told.extend(w.ev("Newexten", "a PJSIP/1001-1 6 t 1002", "Context: lineside-dial"));
    let waits = "Context: lineside-hold|BridgeUniqueid: b2|BridgeTechnology: holding_bridge";
    told.extend(w.ev("BridgeEnter", "t PJSIP/trunk-1 6 t a", waits));
    told
}

fn consulting(w: &World) -> Vec<Call> {
    let calls: Vec<Call> = w.e.calls().cloned().collect();
    calls
        .into_iter()
        .filter(|call| call.linkage.consultation_of.is_some())
        .collect()
}

#[test]
fn legs_that_anybody_sends_into_the_contexts_are_told_as_what_they_do() {
    let mut w = World::new();
    talk(&mut w);
    let told = consult(&mut w);
    let kinds: Vec<&str> = told.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(kinds, ["held", "originated"], "{told:?}");
    assert!(told[0].contains("1001:Hold Some(Consultation)"), "{told:?}");
    assert_eq!(consulting(&w).len(), 1);
    let held = w.e.calls().find(|call| call.linkage.consultation_of.is_none()).unwrap();
    let holds = held
        .connections
        .iter()
        .find(|c| c.state == ConnectionState::Hold)
        .unwrap();
    assert_eq!(holds.hold_by.as_deref(), Some("switch"));
    // The same leg serves both, and nothing but to let the other party go is done to the one that holds.
    assert_eq!(holds.native_ids, [Text::from("a")]);
}

#[test]
fn the_held_party_that_hangs_up_leaves_the_other_call_as_it_is() {
    let mut w = World::new();
    talk(&mut w);
    consult(&mut w);
    let about = consulting(&w);
    w.ev(
        "HangupRequest",
        "t PJSIP/trunk-1 6 t a",
        "Context: lineside-hold|Cause: 16",
    );
    w.ev("Hangup", "t PJSIP/trunk-1 6 t a", "Context: lineside-hold|Cause: 16");
    let left: Vec<CallId> = w.e.calls().map(|call| call.id).collect();
    assert_eq!(left, [about[0].id]);
    w.ev("Hangup", "a PJSIP/1001-1 6 t 1002", "Context: lineside-dial|Cause: 16");
    assert_eq!(w.live(), Vec::<String>::new());
}

#[test]
fn who_is_left_alone_in_a_room_of_ours_is_to_be_hung_up() {
    let mut w = World::new();
    talk(&mut w);
    for (spec, leaves) in [(A, "b1"), (TU, "b1")] {
        w.ev("BridgeLeave", spec, &format!("BridgeUniqueid: {leaves}"));
    }
    let room = "Context: lineside-room|BridgeUniqueid: b2|BridgeTechnology: softmix";
    for spec in ["a PJSIP/1001-1 6 t r1", "t PJSIP/trunk-1 6 t r1"] {
        w.ev("Newexten", spec, "Context: lineside-room");
        w.ev("BridgeEnter", spec, room);
    }
    assert_eq!(w.n.take_lonely(), Vec::<Text>::new());
    w.ev("Hangup", "t PJSIP/trunk-1 6 t r1", "Context: lineside-room|Cause: 16");
    assert_eq!(w.n.take_lonely(), [Text::from("a")]);
}
