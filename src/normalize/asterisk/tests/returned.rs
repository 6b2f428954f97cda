//! What there is when the link comes back: who belongs to whom, by bridges first and by hints last.
use super::world::*;
use crate::model::*;

const A: &str = "a PJSIP/1001-1 6 t";

fn talk(w: &mut World) {
    inbound(w);
    w.ev("Newchannel", "a PJSIP/1001-1 0 t", "");
    w.dial("DialBegin", T, "a PJSIP/1001-1 0 t", "");
    w.ev("Newstate", "a PJSIP/1001-1 5 t", "");
    w.ev("Newstate", A, "");
    w.ev("Newstate", TU, "");
    w.ev("BridgeEnter", A, "BridgeUniqueid: x");
    w.ev("BridgeEnter", TU, "BridgeUniqueid: x");
}

/// T talks to A, who holds and consults C.
fn consult(w: &mut World) {
    talk(w);
    w.ev("Hold", A, "");
    w.ev("Newchannel", "a2 PJSIP/1001-2 4 a2 1003", "");
    w.ev("NewCallerid", "a2 PJSIP/1001-2 4 a2 1003", "");
    w.ev("Newchannel", "c PJSIP/1003-3 0 a2", "");
    w.dial("DialBegin", "a2 PJSIP/1001-2 4 a2 1003", "c PJSIP/1003-3 0 a2", "");
    w.ev("Newstate", "c PJSIP/1003-3 5 a2", "");
    w.ev("Newstate", "c PJSIP/1003-3 6 a2", "");
    w.ev("Newstate", "a2 PJSIP/1001-2 6 a2 1003", "");
}

fn ids(w: &World) -> Vec<CallId> {
    w.e.calls().map(|call| call.id).collect()
}

#[test]
fn a_transfer_while_the_link_was_down_leaves_one_call_also_after_a_restart_of_the_bridge() {
    for restart in [false, true] {
        let mut w = World::new();
        consult(&mut w);
        let before = ids(&w);
        assert_eq!(before.len(), 2, "{:?}", w.live());
        let mut w = if restart {
            let mut again = World::bare(w.restored());
            again.secs = w.secs;
            again
        } else {
            w.down();
            w
        };
        w.resync(
            &[ch(TU, "Dial", "x", "y"), ch("c PJSIP/1003-3 6 t", "AppDial", "", "y")],
            &[],
            &[],
        );
        assert_eq!(ids(&w), [before[0]], "restart {restart}: {:?}", w.live());
        let Data::Call(transferred) = &w
            .all
            .iter()
            .find(|event| event.kind == EventType::Transferred)
            .unwrap()
            .data
        else {
            panic!("a transfer is of a call")
        };
        assert_eq!(transferred.transferring_device.as_ref().unwrap().key(), "1001");
        w.ev("Hangup", "c PJSIP/1003-3 6 t", "Cause: 16");
        w.ev("Hangup", TU, "Cause: 16");
        assert_eq!(w.live(), Vec::<String>::new());
    }
}

#[test]
fn who_has_hung_up_does_not_come_back_with_a_bridge_that_is_started_anew_while_the_switch_tidies_up() {
    let mut w = World::new();
    talk(&mut w);
    let before = ids(&w);
    w.ev("HangupRequest", A, "Cause: 16");
    let left = w.live();
    let mut again = World::bare(w.restored());
    again.secs = w.secs;
    let there = [ch(A, "AppDial", "", "x"), ch(TU, "Dial", "PJSIP/1001", "x")];
    again.resync(&there, &[], &[]);
    assert_eq!((ids(&again), again.live()), (before, left));
    again.ev("Hangup", TU, "Cause: 16");
    assert_eq!(again.live(), Vec::<String>::new());
    // Its whole call is over, and it is still there.
    let mut last = World::bare(again.restored());
    last.resync(&there[..1], &[], &[]);
    assert_eq!(last.live(), Vec::<String>::new());
}

#[test]
fn what_was_given_up_comes_back_as_a_new_call_also_where_the_bridge_is_started_anew_meanwhile() {
    let mut w = World::new();
    talk(&mut w);
    let before = ids(&w);
    w.down();
    w.secs += 1000;
    let given_up = w.e.handle_timeout(World::at(w.secs));
    w.all.extend(given_up.into_iter().flat_map(|batch| batch.events));
    assert_eq!(w.live(), Vec::<String>::new());
    let mut again = World::bare(w.restored());
    again.secs = w.secs;
    let there = [ch(A, "AppDial", "", "x"), ch(TU, "Dial", "PJSIP/1001", "x")];
    again.resync(&there, &[], &[]);
    let after = ids(&again);
    assert_eq!(after.len(), 1, "{:?}", again.live());
    assert_ne!(after, before);
}

#[test]
fn legs_of_one_hint_that_talk_in_two_bridges_are_two_calls() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[
            ch(TU, "Dial", "x", "x"),
            ch("b PJSIP/1002-2 6 t", "AppDial", "", "x"),
            ch("c PJSIP/1003-3 6 t", "Dial", "x", "y"),
            ch("d PJSIP/1004-4 6 t", "AppDial", "", "y"),
        ],
        &[],
        &[],
    );
    assert_eq!(w.live().len(), 2, "{:?}", w.live());
    for leg in ["b PJSIP/1002-2 6 t", TU, "d PJSIP/1004-4 6 t", "c PJSIP/1003-3 6 t"] {
        w.ev("Hangup", leg, "Cause: 16");
    }
    assert_eq!(w.live(), Vec::<String>::new());
}

#[test]
fn a_call_that_fell_in_two_while_the_link_was_down_is_two_and_says_so() {
    let mut w = World::new();
    talk(&mut w);
    let before = ids(&w);
    w.down();
    w.resync(
        &[
            ch(TU, "Dial", "x", "y"),
            ch("c PJSIP/1003-3 6 t", "AppDial", "", "y"),
            ch(A, "Dial", "x", "z"),
            ch("d PJSIP/1004-4 6 t", "AppDial", "", "z"),
        ],
        &[],
        &[],
    );
    let calls: Vec<&Call> = w.e.calls().collect();
    assert_eq!((calls.len(), calls[0].id), (2, before[0]), "{:?}", w.live());
    assert_eq!(calls[1].linkage.split_from, Some(before[0]));
    w.ev("Newstate", "d PJSIP/1004-4 6 t", "");
    for leg in ["c PJSIP/1003-3 6 t", TU] {
        w.ev("Hangup", leg, "Cause: 16");
    }
    assert_eq!(ids(&w).len(), 1, "{:?}", w.live());
}

#[test]
fn who_is_in_a_room_belongs_to_nobody_else_there_whatever_the_hint() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[
            ch(TU, "ConfBridge", "800", "room"),
            ch("b PJSIP/1002-2 6 t", "ConfBridge", "800", "room"),
        ],
        &[],
        &[],
    );
    assert_eq!(w.live().len(), 2, "{:?}", w.live());
}

#[test]
fn what_rings_through_a_local_pair_belongs_to_who_calls() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[
            ch(TU, "Queue", "support", ""),
            ch("l1 Local/1002@x-1;1 5 t", "AppQueue", "", ""),
            ch("l2 Local/1002@x-1;2 4 t", "Dial", "x", ""),
            ch("b PJSIP/1002-3 5 t", "AppDial", "", ""),
        ],
        &["Queue: support|Channel: PJSIP/trunk-1|Uniqueid: t"],
        &[],
    );
    assert_eq!(w.live().len(), 1, "{:?}", w.live());
}

#[test]
fn who_was_dialled_by_nobody_who_still_waits_belongs_to_those_who_talk() {
    let mut w = World::bare(Restored::default());
    w.resync(
        &[
            ch("c PJSIP/1003-3 5 t", "AppDial", "", ""),
            ch(TU, "Dial", "x", "x"),
            ch("b PJSIP/1002-2 6 t", "AppDial", "", "x"),
        ],
        &[],
        &[],
    );
    assert_eq!(w.live().len(), 1, "{:?}", w.live());
}

#[test]
fn two_calls_joined_behind_the_lists_and_before_the_fence_are_one() {
    let mut w = World::new();
    consult(&mut w);
    let before = ids(&w);
    w.down();
    w.n.asked();
    let list = |spec: &str, bridge: &str| msg(&format!("Event: CoreShowChannel{}", ch(spec, "", "", bridge)));
    let channels = [
        list(TU, "x"),
        list(A, "x"),
        list("a2 PJSIP/1001-2 6 a2 1003", "y"),
        list("c PJSIP/1003-3 6 a2", "y"),
    ];
    w.n.adopt(&channels, Some(&[]), Some(&[]), World::at(w.secs).tick);
    for (event, leg, bridge) in [
        ("BridgeLeave", TU, "x"),
        ("BridgeEnter", TU, "y"),
        ("BridgeLeave", "a2 PJSIP/1001-2 6 a2 1003", "y"),
    ] {
        let text = format!("Event: {event}{}|BridgeUniqueid: {bridge}", block("", leg));
        w.n.event(&msg(&text), World::at(w.secs).tick);
    }
    let facts = vec![w.n.snapshot(false)];
    w.facts(Facts { time: None, facts });
    assert_eq!(ids(&w), [before[0]], "{:?}", w.live());
}

#[test]
fn a_queue_that_is_not_listed_is_not_left_but_uncertain() {
    for restart in [false, true] {
        let mut w = World::new();
        queue(&mut w);
        let mut w = if restart { World::bare(w.restored()) } else { w };
        w.down();
        let channels = [msg(&format!(
            "Event: CoreShowChannel{}",
            ch(TU, "Queue", "support", "")
        ))];
        w.n.adopt(&channels, None, Some(&[]), World::at(w.secs).tick);
        let facts = vec![w.n.snapshot(false)];
        w.facts(Facts { time: None, facts });
        assert!(w.live()[0].contains("support"), "restart {restart}: {:?}", w.live());
        let call = w.e.calls().next().unwrap();
        assert_eq!(call.connections[1].uncertain, [Text::from("state")]);
        w.secs += 100;
        w.ev("Hangup", TU, "Cause: 16");
        assert_eq!(w.live(), Vec::<String>::new(), "restart {restart}");
    }
}
